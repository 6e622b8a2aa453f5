"""The command line's words, as the kernel splits them, and changes that touch nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootpick.kexec.cmdline import append, difference, has, remove, words
from bootpick.kexec.request import Request, reused


def next_arg(line: str) -> list[str]:
    """Split like the kernel does (lib/cmdline.c), character by character."""
    found = []
    at = 0
    while at < len(line):
        if line[at] in "\t\n\v\f\r ":
            at += 1
            continue
        start, in_quote = at, False
        while at < len(line) and (in_quote or line[at] not in "\t\n\v\f\r "):
            in_quote ^= line[at] == '"'
            at += 1
        found.append(line[start:at])
    return found


LINES = st.text(alphabet='ab=_-. \t"é\udcff', max_size=40)


@given(LINES)
def test_words_are_the_kernels(line: str) -> None:
    assert words(line) == next_arg(line)


@given(LINES, st.text(alphabet="ab=_-.", min_size=1, max_size=3))
def test_what_is_not_removed_stays(line: str, argument: str) -> None:
    before = words(line)
    gone = [word for word in before if has(word, argument)]
    after = remove(line, argument)
    assert words(after) == [word for word in before if word not in gone]
    assert gone or after == line


@given(LINES, LINES)
def test_difference_has_both_lines(before: str, after: str) -> None:
    found = difference(before, after)
    assert [word for kind, word in found if kind != "removed"] == words(after)
    assert sorted(word for kind, word in found if kind != "added") == sorted(words(before))


def test_difference_of_very_long_lines_is_told() -> None:
    before = " ".join(f"a{number}" for number in range(200_000))
    found = difference(before, f"{before} quiet".replace("a77 ", ""))
    assert [pair for pair in found if pair[0] != "same"] == [("removed", "a77"), ("added", "quiet")]


@pytest.mark.parametrize(
    ("line", "argument", "left"),
    [
        ("a  b c", "b", "a  c"),
        ("a b  c", "c", "a b"),
        ("a b c", "a", "b c"),
        ("a", "a", ""),
        ("  a  ", "a", "  "),
        ("console=ttyS0 console=tty0 x", "console", "x"),
        ("console=ttyS0 console=tty0 x", "console=tty0", "console=ttyS0 x"),
        ("a-b=1 a_b=2 a.b", "a_b", "a.b"),
        ('x="a b" y', "x", "y"),
        ('"x=a b" y', "x", "y"),
        ('"a b" y', "a b", "y"),
        ("quiet splash", "quie", "quiet splash"),
        ("A a", "a", "A"),
    ],
)
def test_remove(line: str, argument: str, left: str) -> None:
    assert remove(line, argument) == left


@pytest.mark.parametrize(
    ("line", "text", "whole"),
    [("a", "b", "a b"), ("", "b", "b"), ("a ", "b", "a b"), ("a", "", "a")],
)
def test_append(line: str, text: str, whole: str) -> None:
    assert append(line, text) == whole


def test_changes_come_one_behind_the_other() -> None:
    """The whole line first, then what goes, then what comes; the panic timeout is the last."""
    wish = Request(cmdline="a b panic=1", remove=("a",), append=("c", "a"), panic_timeout=5)
    assert wish.line_of("x y") == "b c a panic=5"
    assert Request(remove=("y",)).line_of("x  y z") == "x  z"


def test_running_line_is_reused_without_what_was_for_its_own_boot() -> None:
    line = "BOOT_IMAGE=/vmlinuz root=/dev/sda1 initrd=\\initrd kexec_jump_back_entry=0x1 quiet"
    assert reused(line) == "root=/dev/sda1 quiet"
