"""Messages about a configuration, and the one way to write them.

The form is GNU's: ``FILE:LINE:COLUMN: severity: text``, then the source line and a caret.
"""

import re
from typing import NamedTuple

from .source import Position

_UNPRINTABLE = "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
_NAMED = {"\n": r"\n", "\t": r"\t", "\r": r"\r"}


def _visible(match: "re.Match[str]") -> str:
    char = match[0]
    code = ord(char)
    if char in _NAMED:
        return _NAMED[char]
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8 (surrogateescape)
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def printable(text: str) -> str:
    """Give *text* with everything that could steer a terminal written as an escape.

    That is control characters, bytes that are not UTF-8, and the characters that turn the writing
    direction, with which a title could look like another one.
    """
    return text if text.isascii() and text.isprintable() else re.sub(_UNPRINTABLE, _visible, text)


_SHOWN = 96
"""Characters of a line that are shown; of a longer one, those around the place."""
_BEFORE = 64
"""How many of them stand before the place."""


def _width(text: str) -> int:
    """Give how many columns of a terminal *text* takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(
        0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text
    )


class Diagnostic(NamedTuple):
    """One message about a configuration."""

    severity: str
    """``error``: something could not be used; ``warning``: ignored or doubtful; ``note``."""
    message: str
    position: Position | None = None
    hint: str | None = None
    included: tuple[Position, ...] = ()
    """The commands that had the file read, the last one first; told with a file's first message."""

    def format(self) -> str:
        """Give the message as lines for a terminal, without a line end behind the last."""
        if self.position is None:
            lines = [f"bootpick: {self.severity}: {printable(self.message)}"]
        else:
            file, line, column, text = self.position
            lines = [
                f"{printable(file)}:{line}:{column}: {self.severity}: {printable(self.message)}"
            ]
            if text:
                # Escapes are longer than what they stand for, and the caret moves with them.
                before = printable(text[: column - 1].replace("\t", " "))
                behind = printable(text[column - 1 :].replace("\t", " "))
                if len(before) > _BEFORE and len(before) + len(behind) > _SHOWN:
                    before = "…" + before[1 - _BEFORE :]
                if len(before) + len(behind) > _SHOWN:
                    behind = behind[: _SHOWN - len(before) - 1] + "…"
                lines += [f"    {before}{behind}", f"    {' ' * _width(before)}^"]
        if self.hint is not None:
            lines.append(f"hint: {printable(self.hint)}")
        lines += [
            f"{printable(place.file)}:{place.line}:{place.column}: note: included from here"
            for place in self.included
        ]
        return "\n".join(lines)
