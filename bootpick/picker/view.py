"""How the menu looks: the lines of each of its parts, for a terminal of any size."""

from collections.abc import Sequence

from ..charge import NAMES
from . import Surroundings
from .preview import preview, words_of
from .rows import Row
from .state import MenuState
from .text import Line, Terminal, length, wrap

_LETTERS = {"one-shot": "1", "default": "D", "running": "R", "newest": "N", "password": "P"}
"""Marks where there is no room for words; what is not among them is its first letter."""
_WORDS_FROM = 60
"""Columns from which marks are words."""

KEYS = (
    ("Enter", "boots"),
    ("?", "keys"),
    ("e", "edits"),
    ("l", "loads"),
    ("/", "finds"),
    ("i", "info"),
    ("f", "flat"),
    ("Esc", "leaves"),
)


class MenuView:
    """The parts of the screen, as :class:`MenuState` has them."""

    def __init__(self, state: MenuState, around: Surroundings, terminal: Terminal) -> None:
        self._state = state
        self._around = around
        self._terminal = terminal
        self._top = 0

    def header(self, width: int) -> Line:
        """Give the line that says where one is."""
        clean = self._terminal.clean
        state = self._state
        if state.path and not state.filter and not state.is_flat:
            where = " > ".join(state.titles)
        elif state.menu.loader is not None:
            where = f"The menu of {NAMES[state.menu.loader]}"
        else:
            where = "The menu"
        if state.is_flat:
            where += ", flat"
        return [("class:header", self._terminal.fill(f" {clean(where)}", width))]

    def rule(self, width: int) -> Line:
        """Give the line between the menu and what is shown of an entry."""
        return [("class:rule", self._terminal.rule * width)]

    def body(self, width: int, height: int) -> tuple[list[Line], list[Line]]:
        """Give the menu, and what is shown of the entry that the bar stands on.

        Together they take *height* lines.
        """
        rows = [self._row(at, row, width) for at, row in enumerate(self._state.rows)]
        wanted = sum(map(len, rows))
        # An entry is worth half of the screen where the menu does not leave more of it.
        beside = preview_lines(self._state, self._around, self._terminal, (width - 1, height // 2))
        room = min(wanted, max(height - len(beside), (height + 1) // 2))
        if room + len(beside) < height:
            below = (width - 1, height - room)
            beside = preview_lines(self._state, self._around, self._terminal, below)
        shown = self._scrolled(rows, room)
        beside = [[("", " "), *line] for line in beside]
        beside += [[] for _ in range(height - room - len(beside))]
        return shown, beside

    def _scrolled(self, rows: list[list[Line]], room: int) -> list[Line]:
        """Give *room* lines of the rows, among them those that the bar stands on."""
        if sum(map(len, rows)) <= room:
            self._top = 0
        at = max(self._state.at, 0)
        self._top = min(self._top, at, max(len(rows) - 1, 0))
        while self._top < at and sum(map(len, rows[self._top : at + 1])) > room:
            self._top += 1
        # No empty lines at the bottom while there is something above.
        while self._top > 0 and sum(map(len, rows[self._top - 1 :])) <= room:
            self._top -= 1
        # What stands above the first row that can be chosen comes into view with it.
        while (
            self._top > 0
            and not any(row.can_be_chosen for row in self._state.rows[: self._top])
            and sum(map(len, rows[self._top - 1 : at + 1])) <= room
        ):
            self._top -= 1
        lines = [line for row in rows[self._top :] for line in row]
        return lines[:room]

    def _row(self, at: int, row: Row, width: int) -> list[Line]:
        terminal = self._terminal
        if row.entry is None:
            return [[("class:heading", terminal.cut(f"  {terminal.clean(row.title)}", width))]]
        is_pointed = at == self._state.at
        pointer = terminal.pointer if is_pointed else " "
        digits = max(len(other.number) for other in self._state.rows) if width >= 30 else 0
        number = f"{terminal.cut(row.number, digits):>{digits}} " if digits else ""
        before = f" {pointer} {number} "
        words = width >= _WORDS_FROM
        marks = [terminal.clean(_marks(other, words=words)) for other in self._state.rows]
        column = min(max(map(len, marks)), width // 3)
        room = width - len(before) - (column + 2 if column else 0) - 1
        title = terminal.clean(row.title)
        if row.opens is not None:
            title = f"{terminal.cut_middle(title, room - 2)} >"
        else:
            title = terminal.cut_middle(title, room)
        kind = "pointed" if is_pointed else "dim" if row.problem else "row"
        line: Line = [
            (f"class:{kind}", before + terminal.fill(title, room)),
        ]
        if column:
            mark = terminal.fill(marks[at], column)
            line.append((f"class:{kind} class:{kind}.marks", f"  {mark}"))
        line.append((f"class:{kind}", " " * (width - length(line))))
        lines = [line]
        if row.problem is not None:
            indent = " " * len(before)
            text = f"cannot be booted: {terminal.clean(row.problem)}"
            parts = wrap(words_of(text, "class:dim"), max(width - len(indent) - 1, 10))
            lines += [[("", indent), *part] for part in parts[:3]]
        return lines

    def footer(self, width: int, message: str | None) -> list[Line]:
        """Give the line of keys, or *message* in as many lines as it takes."""
        if message is not None:
            pieces = words_of(self._terminal.clean(message), "class:message")
            return [[("", " "), *line] for line in wrap(pieces, max(width - 2, 10))]
        boots = self._around.executes
        pairs = [
            (key, "loads" if word == "boots" and not boots else word)
            for key, word in KEYS
            if boots or key != "l"
        ]
        return [key_line(pairs, width)]


def preview_lines(
    state: MenuState, around: Surroundings, terminal: Terminal, size: tuple[int, int]
) -> list[Line]:
    """Give what is shown of the row that the bar stands on."""
    row = state.pointed
    if row is None:
        return [[("class:warning", terminal.cut("nothing here can be booted", size[0]))]]
    if row.opens is not None:
        return [[("", terminal.cut("Enter opens this submenu", size[0]))]]
    assert row.entry is not None
    lines: list[Line] = []
    if row.above:
        above = terminal.clean(" > ".join(row.above))
        lines.append([("class:label", terminal.cut(f"in {above}", size[0]))])
    return lines + preview(row.entry, around, terminal, (size[0], size[1] - len(lines)))


def key_line(pairs: Sequence[tuple[str, str]], width: int) -> Line:
    """Give keys and what they do; where there is no room, the last but one go first."""
    sizes = [len(key) + len(word) + 3 for key, word in pairs]
    kept = list(range(len(pairs)))
    while sum(sizes[at] for at in kept) > width and len(kept) > 2:
        kept.remove(kept[-2])
    line: Line = []
    for at in kept:
        key, word = pairs[at]
        line += [("class:key", f" {key}"), ("class:keyword", f" {word} ")]
    return line


def _marks(row: Row, *, words: bool) -> str:
    if words:
        return ", ".join(row.marks)
    return "".join(_LETTERS.get(mark, mark[0]) for mark in row.marks)
