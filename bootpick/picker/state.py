"""Where a person is in the menu, and where each key takes them. Knows no terminal."""

from ..entries import BootEntry, BootMenu
from .rows import Path, Row, Rows, steps_of
from .search import search


class MenuState:
    """The rows that are shown, and the one that the bar stands on."""

    def __init__(self, menu: BootMenu) -> None:
        self._rows = Rows(menu)
        self.menu = menu
        self.path: Path = ()
        self.is_flat = False
        self.filter = ""
        self.rows: list[Row] = []
        self.at = -1
        """The row that the bar stands on; -1 where there is none that could be chosen."""
        self._typed = ""
        self._show()

    @property
    def pointed(self) -> Row | None:
        """The row that the bar stands on."""
        return self.rows[self.at] if self.at >= 0 else None

    @property
    def titles(self) -> tuple[str, ...]:
        """The submenus that are open, the outermost first."""
        return self._rows.titles(self.path)

    def _show(self, entry: BootEntry | None = None, below: Path | None = None) -> None:
        """Make the rows; the bar goes to *entry*, to the submenu *below*, or to the default."""
        self._typed = ""
        if self.filter.strip():
            rows = [row for row in self._rows.flat() if row.entry is not None]
            fitting = search(self.filter, ((row, _texts(row)) for row in rows))
            # What cannot be booted fits, too, but never better than what can.
            self.rows = sorted(fitting, key=lambda row: not row.can_be_chosen)
        else:
            self.rows = self._rows.flat() if self.is_flat else self._rows.level(self.path)
        chosen = [at for at, row in enumerate(self.rows) if row.can_be_chosen]
        wanted = (
            at
            for at in chosen
            if (below is not None and self.rows[at].opens == below)
            or (entry is not None and self.rows[at].entry is entry)
        )
        first = next((at for at in chosen if self.rows[at].is_default), chosen[0] if chosen else -1)
        if self.filter.strip():
            first = chosen[0] if chosen else -1
        self.at = next(wanted, first)

    # -- moving ----------------------------------------------------------------------------------

    def move(self, step: int) -> None:
        """Go *step* rows down, or up; around the end by single steps only."""
        chosen = [at for at, row in enumerate(self.rows) if row.can_be_chosen]
        if not chosen:
            return
        self._typed = ""
        place = chosen.index(self.at) + step
        self.at = chosen[place % len(chosen) if abs(step) == 1 else _within(place, len(chosen))]

    def home(self) -> None:
        """Go to the first row."""
        self.move(-len(self.rows) - 2)

    def end(self) -> None:
        """Go to the last row."""
        self.move(len(self.rows) + 2)

    def type_number(self, char: str) -> None:
        """Go to the row whose number begins with what was typed up to *char*."""
        for typed in (self._typed + char, char):
            numbers = [row.number if row.can_be_chosen else "" for row in self.rows]
            fitting = [at for at, number in enumerate(numbers) if number.startswith(typed)]
            if fitting:
                exact = (at for at in fitting if numbers[at] == typed)
                self.at = next(exact, fitting[0])
                self._typed = typed
                return

    # -- from menu to menu -----------------------------------------------------------------------

    def open(self) -> bool:
        """Open the submenu that the bar stands on; tell whether it is one."""
        row = self.pointed
        if row is None or row.opens is None:
            return False
        self.path = row.opens
        self._show()
        return True

    def leave(self) -> bool:
        """Go back one step: out of the filter, the flat list, a submenu; ``False`` at the top."""
        entry = self.pointed.entry if self.pointed is not None else None
        if self.filter:
            self.filter = ""
            self._show(entry)
        elif self.is_flat:
            self.toggle_flat()
        elif self.path:
            left, self.path = self.path, self.path[:-1]
            self._show(below=left)
        else:
            return False
        return True

    def toggle_flat(self) -> None:
        """Show all entries in one list, or by their submenus again."""
        row = self.pointed
        # Of a submenu with the default in it, the default.
        entry = None if row is None or row.is_default else row.entry
        self.is_flat = not self.is_flat
        if not self.is_flat and row is not None and row.entry is not None:
            self.path = steps_of(row.entry)[:-1]
        self._show(entry)

    def set_filter(self, typed: str) -> None:
        """Show what fits *typed*."""
        self.filter = typed
        self._show()


def _within(place: int, count: int) -> int:
    return min(max(place, 0), count - 1)


def _texts(row: Row) -> tuple[str, ...]:
    entry = row.entry
    assert entry is not None
    return (row.title, *row.above, entry.id, entry.version or "", *row.marks)
