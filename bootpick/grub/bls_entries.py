"""The menu entries that ``blscfg`` makes of files (commands/blscfg.c, ``create_entry``)."""

from collections.abc import Callable
from typing import NamedTuple

from ..source import LONGEST_LINE, Position
from .bls_parser import Field
from .rpm_order import Key

LONGEST = 1 << 16
"""Characters of a command in an entry; no kernel takes so long a command line."""

Get = Callable[[str], str | None]
"""Gives the value of a variable."""
Remark = Callable[[str, str], None]
"""Takes the key of a field and what is odd about it."""


class BlsEntry(NamedTuple):
    """A file that was read."""

    name: str
    """That of the file, without ``.conf``."""
    order: tuple[bool, tuple[Key, Key, Key]]
    path: str
    """In this machine's file system."""
    device: str
    """GRUB's name of the device that it is on."""
    text: str
    fields: tuple[Field, ...]

    def first(self, key: str) -> Field | None:
        """Give the field that counts where a key may stand only once: the first."""
        return next((field for field in self.fields if field.key == key), None)

    def value(self, key: str) -> str | None:
        """Give the value of the first field *key*."""
        field = self.first(key)
        return None if field is None else field.value

    def values(self, key: str) -> tuple[str, ...]:
        """Give the values of all fields *key*."""
        return tuple([field.value for field in self.fields if field.key == key])

    def position(self, field: Field | None = None) -> Position:
        """Give the place of *field*, or of what gives the entry its title."""
        field = field or self.first("title") or self.first("linux")
        return place_in(self.path, self.text, field.line if field is not None else 1)


class BlsList(NamedTuple):
    """What ``blscfg`` has read so far; every call adds to it."""

    entries: tuple[BlsEntry, ...] = ()
    """In the order of the menu."""
    shown: frozenset[str] = frozenset()
    """The names of those that were made menu entries."""
    files: frozenset[str] = frozenset()
    """The paths of all that were read, also those that were dropped."""


def place_in(path: str, text: str, line: int) -> Position:
    """Give the place where *line* of the file at *path* begins."""
    lines = text.split("\n", line)
    shown = lines[line - 1] if line <= len(lines) else ""
    shown = shown.rstrip("\r").partition("\0")[0]
    return Position(path, line, 1, shown if len(shown) <= LONGEST_LINE else "")


def expand_value(value: str | None, get: Get, remark: Callable[[str], None]) -> str | None:
    """Replace ``$name`` in *value* as GRUB does (``expand_val``); what is strange in it is GRUB's.

    It is cut where it is longer than a command may be; ``None`` where nothing comes out of it, and
    another value is taken. To *remark* goes what its author cannot have meant.
    """
    if value is None:
        return None
    parts: list[str] = []
    start = end = size = 0
    is_variable = False

    def append(following: str) -> None:
        nonlocal size
        part = value[start : end + 1]
        if is_variable:
            if not part:
                remark("GRUB drops a '$' that no name follows, and knows no '${name}' here")
            found = get(part)
            if found is None:
                return
            if following not in ("", " "):
                remark(f"GRUB puts a space behind what '${part}' stands for")
            part = f"{found} " if size < LONGEST else ""
        parts.append(part[:LONGEST])
        size += len(parts[-1])

    def is_lost(at: int) -> bool:
        """Tell whether the part that ends before *at* has one byte, which GRUB overlooks."""
        if start != end:
            return False
        part = value[start:at]
        if len(part.encode("utf-8", "surrogateescape")) > 1:
            return False
        if part:
            remark(f"GRUB loses '{'$' * is_variable}{part}', a part of one character")
        return True

    for at, char in enumerate(value):
        if char == "$":
            if not is_lost(at):
                append(char)
                if not parts:
                    remark("GRUB drops all of this value, as it begins with an unset variable")
                    return None
            is_variable, start = True, at + 1
        elif is_variable and not (char.isascii() and char.isalnum()) and char != "_":
            append(char)
            is_variable, start = False, at + (char == " ")
        end = at
    if not is_lost(len(value)):
        append("")
    return "".join(parts) if parts else None


def directory_of(path: str) -> str:
    """Give *path* up to its last ``/``; the whole of it where it has none, as GRUB does."""
    before, slash, _ = path.rpartition("/")
    return before + slash if slash else path


def expand_field(entry: BlsEntry, key: str, get: Get, remark: Remark) -> str | None:
    """Give what comes out of the first field *key*, ``None`` also where there is none."""
    return expand_value(entry.value(key), get, lambda message: remark(key, message))


def make_script(entry: BlsEntry, get: Get, boot: str, remark: Remark, *, video: bool) -> str:
    """Give the script that is the body of the menu entry.

    *boot* is what paths begin with; *video* says that GRUB sets the screen up.
    """
    kernel = entry.value("linux") or ""
    options = expand_field(entry, "options", get, remark)
    if options is None:
        default = get("default_kernelopts")
        options = expand_value(default, get, lambda message: remark("default_kernelopts", message))
    lines = ["savedefault"] if get("save_default") == "true" else []
    if video:
        lines += ["load_video", "set gfxpayload=keep", "insmod gzio"]
    lines.append(f"linux {boot}{kernel}" + ("" if options is None else f" {options}"))
    initrds = entry.values("initrd")
    early = get("early_initrd")
    if early is not None:
        directory = directory_of(initrds[0] if initrds else kernel)
        initrds = (*(directory + name for name in early.split(" ")), *initrds)
    if initrds:
        words = "".join(f" {boot}{initrd}" for initrd in initrds)
        lines.append(f"initrd{words}")
    tree = expand_field(entry, "devicetree", get, remark)
    if tree is None:
        tree = expand_value(get("devicetree"), get, lambda message: remark("devicetree", message))
        tree = None if tree is None else directory_of(kernel) + tree
    if tree is not None:
        lines.append(f"devicetree {boot}{tree}")
    return "".join(f"{line}\n" for line in lines)
