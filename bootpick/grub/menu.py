"""GRUB's menu: entries as ``menuentry`` adds them, and which of them boots (normal/menu.c)."""

from typing import NamedTuple

from ..source import Position
from .numbers import NotANumber, TooLarge, parse_unsigned, split_unsigned, to_int
from .syntax import Commands, Script


class MenuEntry(NamedTuple):
    """One ``menuentry`` or ``submenu``."""

    title: str
    id: str
    classes: tuple[str, ...]
    is_submenu: bool
    restricted: bool
    """A password is asked for, if there are superusers."""
    parameters: tuple[str, ...]
    """``$1`` and on in the body; the first is the title."""
    commands: Commands
    text: str
    """That of the body."""
    script: Script
    base: int
    """Where in the script the body stands."""
    position: Position
    users: tuple[str, ...] = ()
    """Who may boot it, beside the superusers."""
    hotkey: str = ""
    """The key that boots it at once, by GRUB's name or as a character."""
    version: str | None = None
    """What the file of an entry made by ``blscfg`` says of it, as are the next two."""
    machine_id: str | None = None
    sort_key: str | None = None


class Menu:
    """The entries of one level."""

    def __init__(self) -> None:
        self.entries: list[MenuEntry] = []

    def find(self, selector: str | None, *, prefers_ids: bool = False) -> int | None:
        """Give the index of the entry that *selector* (``$default``) names on this level.

        A number is an index, whatever follows it; anything else is compared with the title and
        the id of each entry in turn. ``a>b`` names an entry of a submenu: its part up to the first
        ``>`` counts here, and ``>>`` stands for one ``>`` (cases 144 to 168).
        With *prefers_ids*, ids count first, then titles, then a number with nothing behind it.
        ``None`` where it fits nothing: GRUB then takes the first entry.
        """
        if selector is None:
            return None
        if prefers_ids:
            taken = self._take_by_id(selector)
            # What follows a blank makes it no name after all.
            index = taken[0] if taken is not None and not taken[1] else -1
            return index if 0 <= index < len(self.entries) else None
        try:
            index = to_int(parse_unsigned(selector))
        except TooLarge:
            return None
        except NotANumber:
            here = split_selector(selector)[0]
            for index, entry in enumerate(self.entries):
                if here in (entry.title, entry.id):
                    return index
            return None
        return index if 0 <= index < len(self.entries) else None

    def find_beside_snapshot(self, selector: str | None, chosen: int | None) -> int | None:
        """Give the entry that SUSE's GRUB takes where :meth:`find` gave *chosen*.

        A submenu that tells of the snapshot booted was put on top when the menu was made: an index
        does not count it, and what names no entry is the one behind it
        (``workaround_snapshot_menu_default_entry``).
        """
        first = self.entries[0] if self.entries else None
        if first is None or not first.is_submenu or not first.title.startswith(_SNAPSHOT):
            return chosen
        last = len(self.entries) - 1
        try:
            index = to_int(parse_unsigned(selector or ""))
        except (NotANumber, TooLarge):
            return chosen if chosen is not None else min(1, last)
        if index == -1:
            return min(1, last)
        return index + 1 if chosen is not None and index < last else chosen

    def find_all(self, names: str, *, prefers_ids: bool = False) -> tuple[int, ...]:
        """Give the indexes of the entries that *names* (``$fallback``) lists, in their order.

        Numbers with blanks between them, up to what is none (case 172); with *prefers_ids* also
        ids, and at the end a title. GRUB has nothing to go on with where a number fits no entry.
        Only the first hundred, or fewer of a very long menu, are looked at.
        """
        found: list[int] = []
        for _ in range(min(_FALLBACKS, _COMPARISONS // (len(self.entries) + 1))):
            taken = self._take_by_id(names) if prefers_ids else _take_number(names)
            if taken is None:
                break
            index, rest = taken
            if not 0 <= index < len(self.entries):
                break
            found.append(index)
            names = rest.lstrip(_SPACES)
        return tuple(found)

    def _take_by_id(self, selector: str) -> tuple[int, str] | None:
        """Find the first of *selector* as Fedora's GRUB does (``get_entry_number_helper``).

        Gives its index, which may fit no entry, and what is behind its name.
        """
        length = 0
        while length < len(selector) and selector[length] not in _SPACES:
            length += 1
        for index, entry in enumerate(self.entries):
            if _fits(entry.id, selector, length):
                return index, selector[length:]
        for index, entry in enumerate(self.entries):
            if _fits(entry.title, selector, None):
                return index, ""
        taken = _take_number(selector)
        return taken if taken is not None and taken[1][:1] in ("", *_SPACES) else None


_SPACES = " \t\n\r"
_FALLBACKS, _COMPARISONS = 100, 200_000
"""How many fallbacks count, and how many entries they are compared with."""
_SNAPSHOT = "Bootable snapshot"


def _take_number(names: str) -> tuple[int, str] | None:
    try:
        number, rest = split_unsigned(names)
    except (NotANumber, TooLarge):
        return None
    return to_int(number), rest


def _fits(name: str, selector: str, limit: int | None) -> bool:
    """Compare as Fedora's ``menuentry_eq``, which compares a name up to *limit* characters.

    Of a name that a blank follows its last character does not count, and none fits that is empty.
    """
    at = 0
    for count in range(len(name) + 1):
        if limit is not None and count > limit:
            return False
        char, wanted = name[count : count + 1], selector[at : at + 1]
        if wanted == ">" and selector[at + 1 : at + 2] != ">":
            return char == "" and at > 0
        if wanted == ">":
            at += 1
        if char != wanted:
            return char == "" and count == limit and wanted in _SPACES and count != 1
        at += 1
    return name != ""


def split_selector(selector: str) -> tuple[str, str | None]:
    """Split ``a>b`` at the first ``>`` that is not doubled; give ``a`` unescaped, and ``b``."""
    at = 0
    while (at := selector.find(">", at)) >= 0:
        if selector.startswith(">>", at):
            at += 2
            continue
        return selector[:at].replace(">>", ">"), selector[at + 1 :]
    return selector.replace(">>", ">"), None


def extend_path(path: str | None, entry_id: str) -> str:
    """Give ``$chosen`` in the entry *entry_id* of the menu that was reached by *path*."""
    step = entry_id.replace(">", ">>")
    return step if path is None else f"{path}>{step}"


def parse_timeout(value: str | None) -> float | None:
    """Give the seconds that ``$timeout`` means; ``None`` waits for ever (cases 173 to 177)."""
    try:
        seconds = to_int(parse_unsigned(value or ""))
    except (NotANumber, TooLarge):
        return None
    return float(seconds) if seconds >= 0 else None


def parse_timeout_style(value: str | None, timeout: float | None) -> str:
    """Give what GRUB shows while it waits: ``menu``, ``countdown`` or ``hidden``.

    Anything else is ``menu``, and so is everything where there is no timeout (normal/menu.c).
    """
    return value if timeout is not None and value in ("countdown", "hidden") else "menu"
