"""Texts and places in them."""

import re
from bisect import bisect_right
from itertools import accumulate, count
from operator import add
from typing import NamedTuple

LONGEST_LINE = 400
"""Characters of a line that is shown with a message."""


class Position(NamedTuple):
    """A place in a file; line and column count from 1, a tab is one column."""

    file: str
    line: int
    column: int
    text: str
    """The whole line but for passwords, for showing it; empty where it is too long for that."""


class Source:
    """A text and the name of the file that it came from.

    A text that is no file but was made by a command (``eval``) has an *anchor*, the place of that
    command, which stands for every place in it.
    """

    __slots__ = ("_anchor", "_has_passwords", "_starts", "name", "text")

    def __init__(self, name: str, text: str, anchor: Position | None = None) -> None:
        self.name = name
        self.text = text
        self._anchor = anchor
        self._starts: list[int] | None = None
        self._has_passwords = False

    @property
    def is_file(self) -> bool:
        """Whether it is the text of a file."""
        return self._anchor is None

    def position(self, offset: int) -> Position:
        """Give the place of the character at *offset*."""
        if self._anchor is not None:
            return self._anchor
        if self._starts is None:
            # Before each line stand the lines above it, and as many line ends.
            lengths = accumulate(map(len, self.text.split("\n")[:-1]), initial=0)
            self._starts = [*map(add, lengths, count())]
            self._has_passwords = "passw" in self.text.lower()
        line = bisect_right(self._starts, offset)
        start = self._starts[line - 1]
        end = self._starts[line] - 1 if line < len(self._starts) else len(self.text)
        # A line of megabytes is no help to anyone, and keeping it for each message no good.
        text = self.text[start:end].rstrip("\r") if end - start <= LONGEST_LINE else ""
        if self._has_passwords:
            above = self._starts[line - 2] if line > 1 else start
            text = _without_password(text, self.text[max(above, start - LONGEST_LINE) : start])
        return Position(self.name, line, offset - start + 1, text)


_COVERED = (
    r"(?i)(?:^|[;{}&|\"']|\b(?:then|do|else)\b)[ \t]*"
    r"(?:(?:menu[ \t]+)?(?:master[ \t]+)?passwd|password(?:_pbkdf2)?)[ \t]+(?=\S)"
    r"|\bpassword[ \t]*=[ \t]*"
)
"""What stands before a password, in the words of any boot loader."""


def _without_password(text: str, before: str) -> str:
    """Give a line without the password in it; *before* is the line above it, which it may go on."""
    if "passw" in before.lower() and before.rstrip().endswith(("\\", "=")):
        return "…" if re.search(_COVERED, before) else text
    found = re.search(_COVERED, text) if "passw" in text.lower() else None
    return text if found is None else f"{text[: found.end()]}…"
