"""Labels and aliases: what may be typed at LILO's prompt (``get_image`` of bsect.c)."""

from collections.abc import Iterator

from .sections import Options, Section
from .syntax import Fault, Item

LONGEST = 15
"""Bytes of a label."""


def label_of(section: Section) -> str:
    """Give the label; without one it is the last part of the file's path."""
    label = section.options.get("label")
    if label is not None:
        return (label.value or "").replace(" ", "_")
    path = section.item.value or ""
    # A name without a path is treated as a label that was written.
    return path.rpartition("/")[2] if "/" in path else path.replace(" ", "_")


def alias_of(section: Section) -> str | None:
    """Give the second name, if there is one."""
    alias = section.options.get("alias")
    return None if alias is None else (alias.value or "").replace(" ", "_")


def same(name: str) -> str:
    """Give what is equal for names that are the same to LILO: capitals do not count."""
    return "".join([char.lower() if char.isascii() else char for char in name])


class Names:
    """All names, in the order in which LILO enters them: an alias before its label."""

    def __init__(self, common: Options) -> None:
        self._common = common
        self._owners: dict[str, int] = {}
        self._initials: dict[str, str] = {}
        """The first name that begins with a character."""
        self._keys: dict[str, str] = {}
        """Names of one character that boot as soon as they are typed."""

    def find(self, name: str) -> int | None:
        """Give the number of the entry that has *name*."""
        return self._owners.get(same(name))

    def enter(self, number: int, section: Section) -> Iterator[Fault]:
        """Enter the names of the entry *number*; say why LILO would not take them."""
        is_single = "single-key" in section.options or "single-key" in self._common
        label, alias = label_of(section), alias_of(section)
        written = section.options.get("label")
        if not section.item.value:
            yield Fault(section.item.offset, "invalid image name: it is empty")
        elif written is None and " " in label:
            message = f"the image name, which is the label, contains a blank: '{label}'"
            yield Fault(section.item.offset, message, "give it a label")
        if alias is not None:
            yield from self._enter(number, alias, section.options["alias"], is_single=is_single)
        yield from self._enter(number, label, written or section.item, is_single=is_single)
        if is_single and len(label) > 1 and (alias is None or len(alias) > 1):
            item = section.options.get("single-key") or written or section.item
            yield Fault(
                item.offset, "'single-key' requires the label or the alias to be a single character"
            )

    def _enter(self, number: int, name: str, item: Item, *, is_single: bool) -> Iterator[Fault]:
        at = item.offset
        if len(name.encode("utf-8", "surrogateescape")) > LONGEST:
            message = f"image name, label, or alias is too long: '{name}'"
            yield Fault(at, message, f"LILO takes {LONGEST} characters; give it a 'label'")
        if any(char < " " for char in name):
            message = f"image name, label, or alias contains an illegal character: '{name}'"
            yield Fault(at, message)
        key = same(name)
        # The place for the next name is empty, and LILO compares with that as well.
        if key in self._owners or not key:
            yield Fault(at, f"duplicate label '{name}'", "each name may be there once")
        initial = name[:1].upper()
        other = self._initials.get(initial) if is_single and len(name) == 1 else None
        other = self._keys.get(initial, other)
        if key and other is not None and key not in self._owners:
            yield Fault(at, f"single-key clash: '{name}' vs. '{other}'")
        self._owners.setdefault(key, number)
        self._initials.setdefault(initial, name)
        if is_single and len(name) == 1:
            self._keys.setdefault(initial, name)
