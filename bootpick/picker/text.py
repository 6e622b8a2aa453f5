"""Text as this terminal can show it: cut and wrapped by columns, and harmless."""

from typing import NamedTuple

from prompt_toolkit.utils import get_cwidth

from ..diagnostics import printable


class Terminal(NamedTuple):
    """What the terminal can show."""

    unicode: bool = True
    """Whether it shows more than ASCII."""

    @property
    def pointer(self) -> str:
        """What stands before the line that would be chosen."""
        return "»" if self.unicode else ">"

    @property
    def rule(self) -> str:
        """What a horizontal line is made of."""
        return "─" if self.unicode else "-"

    @property
    def ellipsis(self) -> str:
        """What stands where text was cut off."""
        return "…" if self.unicode else "~"

    def clean(self, text: str) -> str:
        """Give *text* with everything that this terminal cannot or must not be sent as escapes."""
        text = printable(text)
        if not self.unicode:
            text = text.encode("ascii", "backslashreplace").decode("ascii")
        return text

    def cut(self, text: str, width: int) -> str:
        """Give *text*, which is clean, in at most *width* columns."""
        if get_cwidth(text) <= width:
            return text
        return _fitting(text, max(width - 1, 0)) + self.ellipsis if width > 0 else ""

    def cut_middle(self, text: str, width: int) -> str:
        """Cut *text* in its middle: what tells titles and paths apart is mostly at their end."""
        if get_cwidth(text) <= width or width < 8:
            return self.cut(text, width)
        before = _fitting(text, (width - 1) // 3)
        after = _fitting(text[::-1], width - 1 - get_cwidth(before))[::-1]
        return before + self.ellipsis + after

    def fill(self, text: str, width: int) -> str:
        """Cut *text* and fill it up with blanks to exactly *width* columns."""
        text = self.cut(text, width)
        return text + " " * (width - get_cwidth(text))


def _fitting(text: str, width: int) -> str:
    """Give as much of the beginning of *text* as has room in *width* columns."""
    for at, char in enumerate(text):
        width -= get_cwidth(char)
        if width < 0:
            return text[:at]
    return text


Piece = tuple[str, str]
"""A style class, and text in it."""

Line = list[Piece]


def wrap(pieces: Line, width: int) -> list[Line]:
    """Break *pieces*, one behind the other, into lines of *width* columns.

    A piece goes to the next line whole if it fits into one.
    """
    lines: list[Line] = [[]]
    room = width
    for style, text in pieces:
        taken = get_cwidth(text)
        if taken > room and taken <= width:
            lines.append([])
            room = width
            text = text.lstrip(" ")
            taken = get_cwidth(text)
        while taken > room:
            part = _fitting(text, room) or (text[:1] if room == width else "")
            if part:
                lines[-1].append((style, part))
            text = text[len(part) :]
            taken = get_cwidth(text)
            lines.append([])
            room = width
        if text:
            lines[-1].append((style, text))
            room -= taken
    return lines


def length(line: Line) -> int:
    """Give how many columns *line* takes."""
    return sum(get_cwidth(text) for _, text in line)
