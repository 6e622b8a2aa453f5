"""The text of lilo.conf, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootpick.lilo.numbers import parse_number, parse_timer
from bootpick.lilo.parser import parse_items
from bootpick.lilo.sections import read_sections


def pairs(text: str) -> list[tuple[str, str | None]]:
    """Give names and values; the text has to be without fault."""
    items, faults = parse_items(text)
    assert faults == ()
    return [(item.name, item.value) for item in items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# only a comment", []),
        ("a=b", [("a", "b")]),
        ("a = b c", [("a", "b"), ("c", None)]),
        ("a\n=\n\tb\n", [("a", "b")]),
        ("a # x=y\n = # z\n b#c d\n e", [("a", "b"), ("e", None)]),
        ('a="b c" d', [("a", "b c"), ("d", None)]),
        ('a="b""c"', [("a", "b"), ("c", None)]),
        ('a="b=c#d"', [("a", "b=c#d")]),
        ('a=""', [("a", "")]),
        ('a=b"c', [("a", 'b"c')]),
        ("a='b c'", [("a", "'b"), ("c'", None)]),
        (r"a=b\ c\#d\=e\"f", [("a", 'b c#d=e"f')]),
        (r"a=\"b", [("a", '"b')]),
        (r'a"b c\=d "e" "=" "f"', [('a"b', None), ("c=d", None), ("e", "f")]),
        ("a=b\\\nc", [("a", "bc")]),
        ("a=b\\\n c", [("a", "b"), ("c", None)]),
        ("a=\\\n b", [("a", ""), ("b", None)]),
        ("a=b\\\tc", [("a", "b c")]),
        (r'a="b \"c\" \\d"', [("a", r'b "c" \d')]),
        ('a="b \\\n \t c"', [("a", "b  c")]),
        ('a="b\\\n\\\nc"', [("a", "b  c")]),
        (r"a=\$HOME", [("a", "$HOME")]),
        (r'a="\$HOME"', [("a", "$HOME")]),
        (r"a=\\$b", [("a", "$b")]),
        ("# $HOME\na", [("a", None)]),
        ("a=b\r\nc\r\n", [("a", "b"), ("c", None)]),
        ('a="b \\\r\n c"\r\n', [("a", "b  c")]),
        ("a=b\r\r\n", [("a", "b\r")]),
        ("a=b\0c d", [("a", "b"), ("d", None)]),
        ("a=\udcff\u00e4", [("a", "\udcff\u00e4")]),
    ],
)
def test_words(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert pairs(text) == expected


def test_places_are_those_of_the_file() -> None:
    text = "a=b\r\n c\r\r =\r\n \r\td\r\n"
    items, faults = parse_items(text)
    assert faults == ()
    assert [text[item.offset] for item in items] == ["a", "c"]
    assert [text[item.value_offset] for item in items] == ["b", "d"]
    assert items[1].name == "c\r"


def test_variables_stay_as_they_are_written() -> None:
    items, faults = parse_items('a="$HOME/${NOT SET}" $b=c')
    assert [(item.name, item.value, item.variables) for item in items] == [
        ("a", "$HOME/${NOT SET}", ("$HOME", "${NOT SET}")),
        ("$b", "c", ("$b",)),
    ]
    assert [(fault.offset, fault.refuses) for fault in faults] == [
        (3, False),
        (9, False),
        (21, False),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [("a=UUID=b", "UUID=b"), ("a=b=c=d e", "b=c=d"), ("a=b =c", "b"), ('a="b"=c', "b")],
)
def test_what_a_sign_without_quotes_tears_apart(text: str, value: str) -> None:
    items, faults = parse_items(text)
    assert items[0].value == value
    assert {fault.message.partition(":")[0] for fault in faults} == {"syntax error"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("801", 801), ("0x801", 0x801), ("0X1f", 31), ("010", 8), ("0", 0), ("", 0), ("-1", -1)),
        *((" +7", 7), ("4096k", None), ("0x", None), ("08", None), ("7 ", None), ("k", None)),
        *(("4294967297", 1), ("99999999999999999999", -1), ("0x80000000", -(2**31))),
    ],
)
def test_numbers(text: str, number: int | None) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "tenths"),
    [
        *(("50", 50), ("5s", 50), ("1m", 600), ("1H", 36000), ("7t", 7), ("0x10", 16), ("", 0)),
        *(("36000", 36000), ("36001", None), ("35999", None), ("35995", 35995), ("2h", None)),
        *(("5x", None), ("-1", None), ("s", 0), ("5min", 3000)),
    ],
)
def test_timers(text: str, tenths: int | None) -> None:
    assert parse_timer(text) == tenths


TEXTS = st.text() | st.text("ab=#\"'\\$ \t\r\n\0{}_image\udcff", max_size=200)


@given(TEXTS)
def test_any_text_has_items(text: str) -> None:
    items, faults = parse_items(text)
    offsets = [item.offset for item in items]
    assert offsets == sorted(offsets)
    for fault in faults:
        assert fault.offset is not None
        assert 0 <= fault.offset <= len(text)
    found = read_sections(items)
    assert len(found.sections) <= len(items)


PLAIN = st.text("ab=#\"'\\$ {}\u00e4", max_size=30).filter(lambda text: text != "=")
NAMES = st.text("abc-", min_size=1)
GAPS = st.text(" \t\n", max_size=3) | st.just(" # note\n")


def quoted(text: str) -> str:
    r"""Write *text* in quotes; a backslash before a dollar sign cannot be written there."""
    for char in '\\"$':
        text = text.replace(char, f"\\{char}")
    return f'"{text}"'


def bare(text: str) -> str:
    return "".join(f"\\{char}" for char in text)


@given(
    st.lists(
        st.tuples(GAPS, NAMES, GAPS, GAPS, PLAIN.filter(lambda text: "\\$" not in text)), max_size=8
    ),
    st.sampled_from(("\n", "\r\n")),
)
def test_what_is_written_in_quotes_is_read_back(
    written: list[tuple[str, str, str, str, str]], end: str
) -> None:
    text = "".join(
        f"\n{before}{name}{left}={right}{quoted(value)}"
        for before, name, left, right, value in written
    ).replace("\n", end)
    assert pairs(text) == [(name, value) for _, name, _, _, value in written]


@given(
    st.lists(
        st.tuples(NAMES, PLAIN.filter(lambda text: text != "" and "\\" not in text)), max_size=8
    )
)
def test_what_is_written_without_quotes_is_read_back(written: list[tuple[str, str]]) -> None:
    text = " ".join(f"{name}={bare(value)}" for name, value in written)
    assert pairs(text) == written
