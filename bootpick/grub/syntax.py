"""The syntax tree of a GRUB script.

Nodes carry the offset at which they begin in the text that was parsed; :class:`Script` knows
the way from there to a line and column of the file.
Records are named tuples: they cannot be changed, and declaring one costs a tenth of what a
slotted data class costs, which every run of the program would pay.
"""

from bisect import bisect_right
from typing import NamedTuple

from ..source import Position, Source


class Piece(NamedTuple):
    """Part of a word: text, or a variable to be replaced."""

    text: str
    """The text, unescaped, or the variable's name."""
    is_variable: bool
    quoted: bool
    """Protected from splitting and globbing."""
    escaped: bool = False
    """It is one character behind a backslash, outside quotes."""


Word = tuple[Piece, ...]


class Block(NamedTuple):
    """``{ … }`` as the last argument of a command."""

    offset: int
    text: str
    """As written, with the braces."""
    commands: "Commands"


class SimpleCommand(NamedTuple):
    """A command and its arguments; ``menuentry`` is one whose last argument is a block."""

    offset: int
    text: str
    """As written; its words are looked at when it is run."""
    block: Block | None


class If(NamedTuple):
    """``if … then … elif … else … fi``: clauses of a condition and a body, and the rest."""

    offset: int
    clauses: tuple[tuple["Commands", "Commands"], ...]
    otherwise: "Commands"


class While(NamedTuple):
    """``while`` or, with *until*, the loop that ends when its condition is true."""

    offset: int
    until: bool
    condition: "Commands"
    body: "Commands"


class For(NamedTuple):
    """``for name in words``."""

    offset: int
    name: str
    words: str
    body: "Commands"


class Function(NamedTuple):
    """A function definition; it takes effect when its line is run."""

    offset: int
    name: str
    body: "Commands"


class Fault(NamedTuple):
    """A syntax error; everything from *offset* to *end* was thrown away."""

    offset: int
    end: int
    message: str


Command = SimpleCommand | If | While | For | Function
Commands = tuple[Command, ...]


class Script:
    """A parsed text: units that GRUB reads, and runs, one after the other."""

    __slots__ = ("_kept", "_source", "units")

    def __init__(
        self,
        source: Source,
        kept: tuple[tuple[int, int], ...],
        units: tuple["Commands | Fault", ...],
    ) -> None:
        """*kept* has pairs: from this offset of the parsed text on, that offset of the file."""
        self._source = source
        self._kept = kept
        self.units = units

    def position(self, offset: int) -> Position:
        """Give the place in the file of *offset* in the text that was parsed."""
        parsed, original = self._kept[bisect_right(self._kept, (offset, 1 << 62)) - 1]
        return self._source.position(original + offset - parsed)
