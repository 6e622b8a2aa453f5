"""GRUB's menu: entries as ``menuentry`` adds them, and which of them boots (normal/menu.c)."""

from typing import NamedTuple

from ..source import Position
from .numbers import NotANumber, TooLarge, parse_unsigned, to_int
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


class Menu:
    """The entries of one level."""

    def __init__(self) -> None:
        self.entries: list[MenuEntry] = []

    def find(self, selector: str | None) -> int | None:
        """Give the index of the entry that *selector* (``$default``) names on this level.

        A number is an index, whatever follows it; anything else is compared with the title and
        the id of each entry in turn. ``a>b`` names an entry of a submenu: its part up to the first
        ``>`` counts here, and ``>>`` stands for one ``>`` (cases 144 to 168).
        ``None`` where it fits nothing: GRUB then takes the first entry.
        """
        if selector is None:
            return None
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
