"""A file of the Boot Loader Specification, taken apart by the rules of ``blscfg``."""

from typing import NamedTuple

from ..grammars import blscfg as grammar


class Field(NamedTuple):
    """One line ``key value``."""

    key: str
    value: str
    line: int
    """Counts from 1."""
    indented: bool = False


class Stop(NamedTuple):
    """Where GRUB stops reading although the file goes on."""

    line: int
    text: str
    """That line, which is empty or a key without a value."""
    behind: int
    """How many lines are not read because of it; comments and empty ones do not count."""


class EntryFile(NamedTuple):
    """What GRUB reads of a file."""

    fields: tuple[Field, ...]
    """In their order; a key may come again."""
    stop: Stop | None


def parse_entry_file(text: str) -> EntryFile:
    """Take the *text* of a file apart; there is no text that cannot be."""
    lines, *rest = grammar.file.parse_string(text.replace("\r", ""))
    fields = tuple(
        Field(spaced or tabbed, value if spaced else tabbed_value, number, blanks != "")
        for number, (blanks, comment, spaced, value, tabbed, tabbed_value) in enumerate(lines, 1)
        if comment is None
    )
    if not rest:
        return EntryFile(fields, None)
    first, *behind = (line.partition("\0")[0].strip(" \t") for line in rest[0].split("\n"))
    ignored = sum(line != "" and not line.startswith("#") for line in behind)
    return EntryFile(fields, Stop(len(lines) + 1, first, ignored))
