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
_NUMBERS_FROM = 30
"""Columns from which rows have their number."""
_HEADINGS = 8
"""Rows at the top that come into view with the first one that can be chosen."""

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
        self._measured: tuple[list[Row], int, dict[bool, int]] | None = None

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
        wanted = self._lines_wanted(width, height)
        # An entry is worth half of the screen where the menu does not leave more of it.
        beside = preview_lines(self._state, self._around, self._terminal, (width - 1, height // 2))
        room = min(wanted, max(height - len(beside), (height + 1) // 2))
        if room + len(beside) < height:
            below = (width - 1, height - room)
            beside = preview_lines(self._state, self._around, self._terminal, below)
        shown = self._scrolled(width, room)
        beside = [[("", " "), *line] for line in beside]
        beside += [[] for _ in range(height - room - len(beside))]
        return shown, beside

    def _lines_wanted(self, width: int, most: int) -> int:
        """Give how many lines all rows take, at most *most*: there may be very many."""
        count = 0
        for at in range(len(self._state.rows)):
            count += len(self._row(at, width))
            if count >= most:
                return most
        return count

    def _scrolled(self, width: int, room: int) -> list[Line]:
        """Give *room* lines of the rows, among them those that the bar stands on."""
        rows, at = self._state.rows, max(self._state.at, 0)
        # The highest row with which the one under the bar is still on the screen.
        first, used = at, len(self._row(at, width)) if rows else 0
        while first > 0 and (more := len(self._row(first - 1, width))) + used <= room:
            first, used = first - 1, used + more
        self._top = min(max(self._top, first), at)
        if self._top <= _HEADINGS and not any(row.can_be_chosen for row in rows[: self._top]):
            self._top = first
        lines: list[Line] = []
        for below in range(self._top, len(rows)):
            if len(lines) >= room:
                break
            lines += self._row(below, width)
        # No empty lines at the bottom while there is something above.
        while self._top > 0 and len(above := self._row(self._top - 1, width)) + len(lines) <= room:
            self._top -= 1
            lines = above + lines
        return [*lines[:room], *([] for _ in range(room - len(lines)))]

    def _columns(self) -> tuple[int, dict[bool, int]]:
        """Give how wide the numbers of the rows are, and their marks, as words or not."""
        rows = self._state.rows
        if self._measured is None or self._measured[0] is not rows:
            digits = max((len(row.number) for row in rows), default=0)
            marks = {
                words: max((len(_marks(row, words=words)) for row in rows), default=0)
                for words in (False, True)
            }
            self._measured = rows, digits, marks
        return self._measured[1:]

    def _row(self, at: int, width: int) -> list[Line]:
        terminal, row = self._terminal, self._state.rows[at]
        if row.entry is None:
            return [[("class:heading", terminal.cut(f"  {terminal.clean(row.title)}", width))]]
        is_pointed = at == self._state.at
        pointer = terminal.pointer if is_pointed else " "
        digits, marks = self._columns()
        number = f"{row.number:>{digits}} " if digits and width >= _NUMBERS_FROM else ""
        before = f" {pointer} {number} "
        words = width >= _WORDS_FROM
        column = min(marks[words], width // 3)
        room = width - len(before) - (column + 2 if column else 0) - 1
        title = terminal.clean(row.title)
        if row.opens is not None:
            title = f"{terminal.cut_middle(title, room - 2)} >"
        else:
            title = terminal.cut_middle(title, room)
        kind = "pointed" if is_pointed else "dim" if row.problem else "row"
        line: Line = [(f"class:{kind}", before + terminal.fill(title, room))]
        if column:
            mark = terminal.fill(_marks(row, words=words), column)
            line.append((f"class:{kind} class:{kind}.marks", f"  {mark}"))
        line.append((f"class:{kind}", " " * (width - length(line))))
        lines = [line]
        if row.problem is not None:
            indent = " " * len(before)
            text = f"cannot be booted: {terminal.clean(row.problem)}"
            parts = wrap(words_of(text, "class:dim"), max(width - len(indent) - 1, 4))
            lines += [[("", indent), *part] for part in parts[:3]]
        return lines

    def footer(self, width: int, message: str | None) -> list[Line]:
        """Give the line of keys, or *message* in as many lines as it takes."""
        if message is not None:
            pieces = words_of(self._terminal.clean(message), "class:message")
            return [[("", " "), *line] for line in wrap(pieces, max(width - 2, 4))]
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
