"""The syntax tree of a GRUB script.

In a list of commands each stands with its offset: from the beginning of the block or compound
command that it belongs to, or of the text. So a tree is the same wherever its text stands, and
what is written several times is parsed, and thought about, once. :class:`Script` knows the way from
an offset in the text to a line and column of the file.
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
    named: bool = False
    """A variable of a translated string: never a parameter, and of any name."""


Word = tuple[Piece, ...]


class Words(NamedTuple):
    """The words of a command."""

    words: tuple["str | Word", ...]
    """Each as pieces, or as the text that it comes to whatever the variables are."""
    constant: tuple[str, ...] | None
    """The same where all of them are texts."""
    parameters: bool
    """Some depend on ``$1`` and its like."""
    pieces: int
    """How many there were, which is what it took to take them apart."""
    variables: tuple[tuple[int, str], ...] = ()
    """The only words that are no texts, by place, where each is one bare variable."""


class Block(NamedTuple):
    """``{ … }`` as the last argument of a command."""

    offset: int
    """From the beginning of its command."""
    text: str
    """As written, with the braces."""
    commands: "Commands"


class SimpleCommand(NamedTuple):
    """A command and its arguments; ``menuentry`` is one whose last argument is a block."""

    text: str
    """As written; its words are looked at when it is run."""
    block: Block | None
    is_still: bool = False
    """It is known to be one in which nothing is replaced."""


class If(NamedTuple):
    """``if … then … elif … else … fi``: clauses of a condition and a body, and the rest."""

    clauses: tuple[tuple["Commands", "Commands"], ...]
    otherwise: "Commands"


class While(NamedTuple):
    """``while`` or, with *until*, the loop that ends when its condition is true."""

    until: bool
    condition: "Commands"
    body: "Commands"


class For(NamedTuple):
    """``for name in words``."""

    name: str
    words: str
    body: "Commands"


class Function(NamedTuple):
    """A function definition; it takes effect as soon as it is parsed, before its line is run."""

    name: str
    body: "Commands"


class Run(NamedTuple):
    """Commands that stand one after the other in several places, as one."""

    commands: "Commands"


class Fault(NamedTuple):
    """A syntax error; everything from *start* to *end* was thrown away."""

    start: int
    offset: int
    """Where the parser stopped, which may be the end of the text."""
    end: int
    expected: str
    """What should have stood there; or, if nothing would help, why the parser stopped."""
    opened: tuple[tuple[int, str], ...]
    """What was not closed yet there, the innermost first: its offset, and its keyword or ``{``."""
    functions: "Commands"
    """Those that were complete before it; GRUB has defined them by then."""


Command = SimpleCommand | If | While | For | Function | Run
Commands = tuple[tuple[int, Command], ...]
"""Each with its offset."""


class Script:
    """A parsed text: units that GRUB reads, and runs, one after the other."""

    __slots__ = ("_kept", "compounds", "source", "text", "units")

    def __init__(
        self,
        source: Source,
        text: str,
        kept: tuple[tuple[int, int], ...],
        units: tuple["Commands | Fault", ...],
        compounds: int,
    ) -> None:
        """*text* is what was parsed of *source*.

        *kept* has pairs: from this offset of it on, that offset of the file. So many *compounds*
        in it were different from each other.
        """
        self.source = source
        self.text = text
        self._kept = kept
        self.units = units
        self.compounds = compounds

    def position(self, offset: int) -> Position:
        """Give the place in the file of *offset* in the text that was parsed."""
        parsed, original = self._kept[bisect_right(self._kept, (offset, 1 << 62)) - 1]
        return self.source.position(original + offset - parsed)
