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


class Diagnostic(NamedTuple):
    """One message about a configuration."""

    severity: str
    """``error``: something could not be used; ``warning``: ignored or doubtful; ``note``."""
    message: str
    position: Position | None = None
    hint: str | None = None

    def format(self) -> str:
        """Give the message as lines for a terminal, without a line end behind the last."""
        if self.position is None:
            lines = [f"bootpick: {self.severity}: {printable(self.message)}"]
        else:
            file, line, column, text = self.position
            lines = [
                f"{printable(file)}:{line}:{column}: {self.severity}: {printable(self.message)}"
            ]
            # Escapes are longer than what they stand for, and the caret moves with them.
            before = printable(text[: column - 1].replace("\t", " "))
            shown = before + printable(text[column - 1 :].replace("\t", " "))
            if text:
                lines += ["    " + shown, "    " + " " * len(before) + "^"]
        if self.hint is not None:
            lines.append(f"hint: {printable(self.hint)}")
        return "\n".join(lines)
