"""os-release(5) as systemd 257 reads it; each answer is what its bootctl gave."""

import pytest

from bootpick.os_release import parse_os_release


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=b", "b"),
        ("A=b c \t\n", "b c"),
        ("A = b", "b"),
        ("  A=b\r\n", "b"),
        ("A='b \\c' \n", "b \\c"),
        ('A="b \\" \\\\ \\$ \\` \\c"', 'b " \\ $ ` \\c'),
        ("A='b c'\"d\" e # f\n", "b cde # f"),
        ("A=b\"c\"'d'", "b\"c\"'d'"),
        ("A=b\\ \\\\\\c\\ \n", "b \\c "),
        ("A=b\\\nc", "bc"),
        ('A="b\\\nc"', "bc"),
        ("A=b\\\r\nc", "b"),
        ('A="b\\\r\nc"', "b\\\r\nc"),
        ("A='b\nc", "b\nc"),
        ('A="b\n#c\\', "b\n#c"),
        ("A=b\\", "b"),
        ("A=\n", ""),
        ("A=b=c", "b=c"),
        ("# x\\\nA=b", "b"),
        (";A=c\nA=b", "b"),
        ("x y\n\n\n=\nA=b", "b"),
        ("A=c\nA=b", "b"),
    ],
)
def test_value(text: str, value: str) -> None:
    assert parse_os_release(text)["A"] == value


@pytest.mark.parametrize("text", ["", "#A=b", "A", "export A=b", "\\", "'", '"A=b"'])
def test_no_value(text: str) -> None:
    assert "A" not in parse_os_release(text)
