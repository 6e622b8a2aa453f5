"""What the menu shows of the entry that the bar stands on."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..entries import BootEntry, BootFile
from ..kexec.cmdline import difference
from . import Surroundings
from .text import Line, Terminal, wrap

LABEL = 9
"""Columns of what stands before each line, where there is room for it."""
_LABEL_FROM = 50
"""Columns from which there is."""


class Fact(NamedTuple):
    """Something to show of an entry."""

    label: str
    pieces: Line
    worth: int = 0
    """Of two, the one worth less goes first where there is no room for both."""
    is_path: bool = False
    """What tells most is at its end."""


def preview(
    entry: BootEntry, around: Surroundings, terminal: Terminal, size: tuple[int, int]
) -> list[Line]:
    """Give at most ``size[1]`` lines of ``size[0]`` columns, the most telling ones.

    What is cut is marked, and 'i' shows it whole.
    """
    width, height = size
    facts = list(_facts(entry, around, terminal))
    while len(facts) > max(height, 1):
        facts.remove(min(facts, key=lambda fact: fact.worth))
    blocks = [fact_lines(fact, width) for fact in facts]
    while (excess := sum(map(len, blocks)) - max(height, 1)) > 0:
        at = max(range(len(blocks)), key=lambda number: len(blocks[number]))
        kept = max(len(blocks[at]) - excess, 1)
        blocks[at] = _cut(facts[at], blocks[at], kept, terminal, width)
    return [line for block in blocks for line in block]


def _cut(fact: Fact, lines: list[Line], kept: int, terminal: Terminal, width: int) -> list[Line]:
    """Give the first *kept* of *lines*, which end as text does that goes on."""
    if fact.is_path and kept == 1:
        room = width - indent_of(width)
        (style, _), *_ = fact.pieces
        text = "".join(text for _, text in fact.pieces)
        return [[lines[0][0], (style, terminal.cut_middle(text, room))]]
    *others, (style, text) = lines[kept - 1]
    room = width - sum(len(text) for _, text in others)
    return [*lines[: kept - 1], [*others, (style, terminal.cut(text + " " * width, room))]]


def indent_of(width: int) -> int:
    """Give the columns before each line of a fact."""
    return LABEL if width >= _LABEL_FROM else 2


def fact_lines(fact: Fact, width: int) -> list[Line]:
    """Give the lines of *fact*, its label before them."""
    indent = indent_of(width)
    label = fact.label if indent == LABEL else fact.label[:1]
    return [
        [("class:label", f"{label if number == 0 else '':<{indent}}"), *line]
        for number, line in enumerate(wrap(fact.pieces, max(width - indent, 4)))
    ]


def _facts(entry: BootEntry, around: Surroundings, terminal: Terminal) -> Iterator[Fact]:
    clean = terminal.clean
    if entry.kernel is not None:
        text = described(entry.kernel, around)
        if entry.version:
            text = f"{text}, version {entry.version}"
        yield Fact("kernel", [("", clean(text))], 9, is_path=True)
        for file in entry.initrds:
            yield Fact("initrd", [("", clean(described(file, around)))], 5, is_path=True)
        yield from compared(around, around.line_of(entry), terminal)
    for reason in entry.reasons:
        yield Fact("note", words_of(clean(reason), "class:warning"), 6)
    yield Fact(
        "from", [("", clean(f"{entry.position.file}:{entry.position.line}"))], 3, is_path=True
    )


def described(file: BootFile, around: Surroundings) -> str:
    """Give *file* as a user is told of it, with its size."""
    size = around.size_of(file)
    return file.shown if size is None else f"{file.shown}, {megabytes(size)}"


def megabytes(size: int) -> str:
    """Give *size*, in bytes, as a user is told it."""
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"


def compared(around: Surroundings, line: str, terminal: Terminal) -> Iterator[Fact]:
    """Give the command line, what is not in the running system's marked, and what is only there."""
    words = difference(around.running.cmdline, line)
    there = [pair for pair in words if pair[0] != "removed"]
    gone = [pair for pair in words if pair[0] == "removed"]
    yield Fact("cmdline", _marked(there, terminal), 8)
    if gone:
        yield Fact("without", _marked(gone, terminal), 1)


def changes(before: str, after: str, terminal: Terminal) -> Line:
    """Give the words in which *after* differs from *before*."""
    return _marked([pair for pair in difference(before, after) if pair[0] != "same"], terminal)


_SIGNS = {"added": ("class:added", "+"), "removed": ("class:removed", "-")}


def _marked(words: Sequence[tuple[str, str]], terminal: Terminal) -> Line:
    pieces: Line = []
    for kind, word in words:
        style, sign = _SIGNS.get(kind, ("", ""))
        pieces.append((style, f"{' ' if pieces else ''}{sign}{terminal.clean(word)}"))
    return pieces


def words_of(text: str, style: str = "") -> Line:
    """Give *text*, which is clean, in pieces that lines are broken between."""
    first, *others = text.split(" ")
    return [(style, first), *((style, f" {word}") for word in others)]
