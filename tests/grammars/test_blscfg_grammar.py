"""Lines of Boot Loader Specification files, as ``blscfg`` takes them apart."""

import pytest

from bootpick.grub.bls_parser import EntryFile, Field, Stop, parse_entry_file

ENDS = {
    "": None,
    "\n": Stop(1, "", 0),
    " \t\n": Stop(1, "", 0),
    "\na b\n\n#c\nd\n": Stop(1, "", 2),
    "key": Stop(1, "key", 0),
    "key \n": Stop(1, "key", 0),
    "key\t\nx y": Stop(1, "key", 1),
    "a\tb ": Stop(1, "a\tb", 0),
    "# c\nkey\0 value\n": Stop(2, "key", 0),
    "\0a b": Stop(1, "", 0),
}
FIELDS = {
    "a b": Field("a", "b", 1),
    "a b \n": Field("a", "b ", 1),
    "a  \n": Field("a", "", 1),
    "a \t b c\n": Field("a", "b c", 1),
    "a\tb\n": Field("a", "b", 1),
    "a\t\t\n": Field("a", "", 1),
    "a\tb\tc\n": Field("a", "b\tc", 1),
    "a\tb c\n": Field("a\tb", "c", 1),
    "a\tb  \n": Field("a\tb", "", 1),
    "a b\0c\n": Field("a", "b", 1),
    "a b#c\r\n": Field("a", "b#c", 1),
    "\ra\r \rb\r": Field("a", "b", 1),
    "#x\n \t#y\n\ta b\n": Field("a", "b", 3, indented=True),
    "=a b\n": Field("=a", "b", 1),
}


@pytest.mark.parametrize("text", ENDS)
def test_where_reading_ends(text: str) -> None:
    assert parse_entry_file(text) == EntryFile((), ENDS[text])


@pytest.mark.parametrize("text", FIELDS)
def test_fields(text: str) -> None:
    assert parse_entry_file(text) == EntryFile((FIELDS[text],), None)


def test_fields_before_the_end() -> None:
    found = parse_entry_file("a b\n# c\na c\nend\nd e\n")
    assert found == EntryFile((Field("a", "b", 1), Field("a", "c", 3)), Stop(4, "end", 1))


def test_long_lines_take_no_longer_than_short_ones() -> None:
    for text in (" " * 300_000, "a" * 300_000, "a" * 300_000 + "\tb ", "\t" * 300_000 + "a"):
        assert parse_entry_file(text).stop is not None
