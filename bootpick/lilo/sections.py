"""The sections of ``lilo.conf``, and which keyword may stand where (the tables of cfg.c)."""

from collections.abc import Iterable
from typing import NamedTuple

from .syntax import Fault, Item

Options = dict[str, Item]
"""What is set in a section, by keyword; a flag is set by being there."""


class Section(NamedTuple):
    """What belongs to one ``image=`` or ``other=``."""

    item: Item
    """The ``image`` or ``other`` that opens it; its value is the file or device."""
    options: Options

    @property
    def is_image(self) -> bool:
        """Whether it is a kernel, and no other system's boot sector."""
        return self.item.name.lower() == "image"


class Configuration(NamedTuple):
    """A whole file."""

    options: Options
    """Those of the global section."""
    sections: tuple[Section, ...]
    faults: tuple[Fault, ...]


class _Table(NamedTuple):
    """The keywords of one kind of section or block."""

    flags: frozenset[str]
    strings: frozenset[str]
    blocks: dict[str, tuple[str, ...]]
    """By the keyword that opens a block: the tables that hold inside, the first of them last.

    LILO forgets such a keyword at the block's end, so that it may come again."""

    def has(self, word: str) -> bool:
        """Tell whether *word* is one of them."""
        return word in self.flags or word in self.strings


def _table(flags: str = "", strings: str = "", **blocks: tuple[str, ...]) -> _Table:
    names = {name.replace("_", "-"): tables for name, tables in blocks.items()}
    return _Table(frozenset(flags.split()), frozenset(strings.split()), names)


_ALL_FLAGS = (
    "bmp-retain bypass lock mandatory nokbdisable optional restricted single-key vmdisable vmwarn "
)
_ALL_STRINGS = "alias fallback label literal password "
_TABLES = {
    "global": _table(
        "bmp-retain change-rules compact el-torito-bootable-cd fix-table geometric ignore-table "
        "large-memory lba32 linear lock mandatory master-boot nodevcache noraid nowarn optional "
        "prompt read-only read-write restricted single-key small-memory static-bios-codes "
        "suppress-boot-time-bios-data unattended",
        "append backup bios-passes-dl bitmap bmp-colors bmp-table bmp-timer boot boot-as default "
        "delay disk disktab fallback force-backup initrd install keytable loader map menu-scheme "
        "menu-title message nokbdefault password raid-extra-boot ramdisk root serial timeout "
        "verbose vga vmdefault",
        disk=("partitions", "disk"),
        change_rules=("change-rules",),
    ),
    "image": _table(
        _ALL_FLAGS + "read-only read-write",
        _ALL_STRINGS + "addappend append initrd ramdisk range root vga",
    ),
    "other": _table(
        _ALL_FLAGS + "change master-boot unsafe",
        _ALL_STRINGS + "boot-as loader map-drive table",
        change=("change",),
        map_drive=("map-drive",),
    ),
    "disk": _table("inaccessible", "bios cylinders heads max-partitions sectors"),
    "partitions": _table("", "partition", partition=("partition",)),
    "partition": _table("", "start"),
    "change-rules": _table("reset", "type", reset=(), type=("type",)),
    "type": _table("", "hidden normal"),
    "map-drive": _table("", "to"),
    "change": _table("automatic", "partition", automatic=(), partition=("change-partition",)),
    "change-partition": _table("activate deactivate", "set"),
}
_OPENERS = ("image", "other")
_KEYWORDS = frozenset(
    word for table in _TABLES.values() for words in (table.flags, table.strings) for word in words
)


def read_sections(items: Iterable[Item]) -> Configuration:
    """Give the sections that *items* make up, and what LILO would not put up with.

    An item at fault is passed over, so that the rest can be shown.
    """
    reading = _Reading()
    for item in items:
        reading.take(item)
    return reading.configuration()


class _Reading:
    def __init__(self) -> None:
        self._global: Options = {}
        self._sections: list[Section] = []
        self._faults: list[Fault] = []
        self._word = ""
        self._stack: list[tuple[_Table, Options]] = [(_TABLES["global"], self._global)]
        """The section and the blocks in it that are open, the innermost last."""

    def configuration(self) -> Configuration:
        """Give what was read."""
        return Configuration(self._global, tuple(self._sections), tuple(self._faults))

    def take(self, item: Item) -> None:
        """Put the next item in its place."""
        word = item.name.lower()
        before, self._word = self._word, word
        depth = len(self._stack)
        while depth > 1 and not self._stack[depth - 1][0].has(word):
            depth -= 1
        table, options = self._stack[depth - 1]
        if table.has(word):
            del self._stack[depth:]
            self._set(table, options, word, item)
        elif word in _OPENERS:
            self._open(word, item)
        elif word in _KEYWORDS:
            self._fault(item, f"syntax error: '{word}' cannot stand here", self._hint(word))
        else:
            hint = None
            if item.value is None:
                hint = "a value with blanks in it has to be in quotes"
            # It may be a part of a password.
            token = "behind 'password'" if before == "password" else f"'{item.name}'"
            self._fault(item, f"unrecognized token {token}", hint)

    def _open(self, word: str, item: Item) -> None:
        if item.value is None:
            self._fault(item, f"value expected for '{word}'")
        section = Section(item, {})
        self._sections.append(section)
        self._stack[:] = [(_TABLES[word], section.options)]

    def _set(self, table: _Table, options: Options, word: str, item: Item) -> None:
        if word in table.flags and item.value is not None:
            self._fault(item, f"'{word}' doesn't have a value", f"write '{word}' alone")
        elif word in table.strings and item.value is None:
            self._fault(item, f"value expected for '{word}'", f"write '{word}=…'")
            return
        elif word in options:
            self._fault(item, f"duplicate entry '{word}'", "only one of them can stand")
            return
        if word in table.blocks:
            self._stack += [(_TABLES[name], {}) for name in table.blocks[word]]
        else:
            options[word] = item

    def _hint(self, word: str) -> str | None:
        if self._sections and _TABLES["global"].has(word):
            return "it belongs above the first 'image' or 'other'"
        if not self._sections and (_TABLES["image"].has(word) or _TABLES["other"].has(word)):
            return "it belongs below an 'image' or 'other'"
        if self._sections and not self._sections[-1].is_image and _TABLES["image"].has(word):
            return "it belongs below an 'image'"
        return None

    def _fault(self, item: Item, message: str, hint: str | None = None) -> None:
        self._faults.append(Fault(item.offset, message, hint))
