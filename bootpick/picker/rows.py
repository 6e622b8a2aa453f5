"""What stands in the menu, level by level or flat: rows, and what there is to see at a glance."""

from collections.abc import Iterator
from functools import cmp_to_key
from typing import NamedTuple

from ..bls.version import compare
from ..entries import BootEntry, BootMenu
from ..report import heading_of, marks_of

Path = tuple[str, ...]
"""The way to a submenu, step by step; each boot loader counts its own."""


class Row(NamedTuple):
    """A line of the menu: an entry, a submenu, or a heading."""

    title: str
    entry: BootEntry | None = None
    """For a submenu, the first entry in it."""
    opens: Path | None = None
    """The submenu that it opens."""
    number: str = ""
    """As the boot loader counts it."""
    marks: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    """In a flat list, the titles of the submenus that it stands in."""
    is_default: bool = False
    """It is the default, or the default is in it."""

    @property
    def can_be_chosen(self) -> bool:
        """Whether the bar may stand on it."""
        return self.opens is not None or (self.entry is not None and self.entry.bootable)

    @property
    def problem(self) -> str | None:
        """Why it cannot be booted."""
        if self.opens is None and self.entry is not None and not self.entry.bootable:
            return self.entry.reasons[0]
        return None


class Rows:
    """All rows of a menu."""

    def __init__(self, menu: BootMenu) -> None:
        self._menu = menu
        self._newest = newest_version(menu)

    def level(self, path: Path) -> list[Row]:
        """Give the rows of one submenu; the top has an empty path."""
        rows: list[Row] = []
        loader = self._menu.loader
        for entry in self._menu.entries:
            steps = steps_of(entry)
            if steps[: len(path)] != path:
                continue
            if not path and entry.loader != loader:
                loader = entry.loader
                rows.append(Row(heading_of(loader)))
            if len(steps) == len(path) + 1:
                rows.append(self._of_entry(entry))
                continue
            below = steps[: len(path) + 1]
            if rows and rows[-1].opens == below:
                if entry.default:
                    rows[-1] = rows[-1]._replace(is_default=True)
                continue
            number = self._number(entry).split(">")[len(path)] if self._number(entry) else ""
            title = entry.submenus[len(path)]
            rows.append(Row(title, entry, below, number, (), (), entry.default))
        return rows

    def flat(self) -> list[Row]:
        """Give all entries."""
        return list(self._flat())

    def _flat(self) -> Iterator[Row]:
        loader = self._menu.loader
        for entry in self._menu.entries:
            if entry.loader != loader:
                loader = entry.loader
                yield Row(heading_of(loader))
            yield self._of_entry(entry)._replace(number=self._number(entry), above=entry.submenus)

    def _of_entry(self, entry: BootEntry) -> Row:
        marks = marks_of(entry)
        recovers = is_recovery(entry)
        if entry.bootable and not recovers and self._newest and entry.version == self._newest:
            marks.append("newest")
        if recovers:
            marks.append("recovery")
        number = self._number(entry).rpartition(">")[2]
        return Row(entry.title, entry, None, number, tuple(marks), (), entry.default)

    def _number(self, entry: BootEntry) -> str:
        # An index is the place in the menu of the boot loader in charge.
        return entry.menu_index if entry.loader == self._menu.loader else ""

    def titles(self, path: Path) -> tuple[str, ...]:
        """Give the titles of the submenus on the way."""
        for entry in self._menu.entries:
            if steps_of(entry)[: len(path)] == path:
                return entry.submenus[: len(path)]
        return ()


def steps_of(entry: BootEntry) -> Path:
    """Give the way to *entry* through its submenus."""
    first, *further = entry.menu_index.split(">")
    return (f"{entry.loader} {first}", *further)


def newest_version(menu: BootMenu) -> str | None:
    """Give the newest kernel's version; ``None`` where there is only one."""
    versions = {entry.version for entry in menu.entries if entry.bootable and entry.version}
    return max(versions, key=cmp_to_key(compare)) if len(versions) > 1 else None


_RECOVERY_WORDS = frozenset(
    "single emergency rescue recovery s S 1 -s -b systemd.unit=rescue.target "
    "systemd.unit=emergency.target".split()
)
_RECOVERY_TITLES = ("recovery mode", "recovery)", "rescue", "failsafe", "single-user", "emergency")


def is_recovery(entry: BootEntry) -> bool:
    """Tell whether *entry* is for mending a system: by its command line, or else its title."""
    if not _RECOVERY_WORDS.isdisjoint((entry.cmdline or "").split()):
        return True
    title = entry.title.casefold()
    return any(words in title for words in _RECOVERY_TITLES)
