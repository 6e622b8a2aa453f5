"""inittab, as sysvinit and busybox read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootpick.inittab import InitLine, parse_inittab

FIELD = st.text(alphabet="abc 6/-é\t", max_size=8)


def test_lines() -> None:
    """Comments and what is no line say nothing; a process may have colons."""
    text = "#l6:6:wait:no\n \t# no\n\nid:2:initdefault:\n l6:6:wait:/etc/rc 6:a \r\na:b:c\n::x:y"
    assert parse_inittab(text) == [
        InitLine("id", "2", "initdefault", ""),
        InitLine("l6", "6", "wait", "/etc/rc 6:a"),
        InitLine("", "", "x", "y"),
    ]


@given(st.lists(st.tuples(FIELD, FIELD, FIELD, FIELD)))
def test_lines_are_read_as_they_were_written(lines: list[tuple[str, str, str, str]]) -> None:
    """But for blanks around a line."""
    text = "".join(f"{':'.join(line)}\n" for line in lines)
    assert parse_inittab(text) == [
        InitLine(first.lstrip(" \t"), second, third, fourth.rstrip(" \t"))
        for first, second, third, fourth in lines
    ]


@given(st.text(alphabet=":#\n\r\t 6x\0é\udc80"))
def test_any_text_is_an_inittab(text: str) -> None:
    """Nothing is raised."""
    assert len(parse_inittab(text)) <= text.count(":") // 3


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        ("/sbin/reboot -dkn", True),
        ("@reboot -d -k", True),
        ("/sbin/reboot -dn", False),
        ("/sbin/reboot", False),
        ("/sbin/kreboot -k", False),
        ("/sbin/halt -k", False),
        ("", False),
    ],
)
def test_reboot_by_kexec(process: str, *, expected: bool) -> None:
    assert InitLine("r6", "6", "wait", process).reboots_by_kexec is expected
