"""The options that LILO stores with a kernel, and the command line that its boot loader makes.

``bsect_common`` of bsect.c puts them together when ``/sbin/lilo`` is run; second.S copies them.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .numbers import parse_number
from .sections import Options, Section
from .syntax import Fault, Item

LIMIT = 511
"""Bytes of the options, and of the command line."""
_LOADERS_OWN = ("vga=", "kbd=", "lock", "nobd")
"""What the boot loader takes for itself, so that it may not be among the options."""
_SCREENS = ("normal", "ext", "extended", "ask")


class Root(NamedTuple):
    """What ``root=`` says."""

    item: Item
    number: int | None = None
    """Of a device, where it is no path and no name of a file system."""
    is_current: bool = False
    """It is the device that is mounted at ``/`` where LILO is run."""


def chosen(section: Section, common: Options, keyword: str) -> Item | None:
    """Give the item that counts: the section's own, else that of the global section."""
    return section.options.get(keyword) or common.get(keyword)


def find_root(section: Section, common: Options) -> tuple[Root | None, Fault | None]:
    """Give what ``root=`` says, and why LILO would not take it.

    A path is not looked up: it may be a device that is there when the kernel runs.
    """
    item = chosen(section, common, "root")
    text = item.value if item is not None else None
    if item is None or text is None:
        return None, None
    if item.variables:  # nobody knows what it is to LILO
        return Root(item), None
    if text.lower() == "current":
        return Root(item, is_current=True), None
    if text.startswith("/") or any(
        text.startswith(name) and text != name for name in ("LABEL=", "UUID=")
    ):
        return Root(item), None
    if text[:1].isascii() and text[:1].isdigit():
        number = parse_number(text)
        if number is not None:
            return Root(item, number % (1 << 32)), None
        return Root(item), Fault(item.value_offset, f"not a number: '{text}'")
    message = f"illegal 'root=' specification: '{text}'"
    hint = "LILO knows the path of a device, UUID=, LABEL= and 'current'"
    return Root(item), Fault(item.value_offset, message, hint)


def stored_options(section: Section, common: Options, root: str | None) -> str:
    """Give the options of an ``image`` as LILO stores them; *root* is what ``root=`` becomes."""
    literal = section.options.get("literal")
    if literal is not None:
        options = literal.value or ""
    else:
        options = "".join(_option_words(section, common, root))
    return options.removesuffix(" ")


def _option_words(section: Section, common: Options, root: str | None) -> Iterator[str]:
    # One of the global section and the other one here makes both, in this order.
    for flag, word in (("read-only", "ro "), ("read-write", "rw ")):
        if chosen(section, common, flag) is not None:
            yield word
    if root is not None:
        yield f"root={root} "
    ramdisk = chosen(section, common, "ramdisk")
    if ramdisk is not None:
        yield f"ramdisk={parse_number(ramdisk.value or '') or 0} "
    append = chosen(section, common, "append")
    if append is not None:
        yield f"{append.value} "
    added = section.options.get("addappend")
    if added is not None:
        yield added.value or ""


def command_line(label: str, options: str) -> tuple[str, bool]:
    """Give what the kernel gets, and whether something was cut off, as it was too long.

    Runs of blanks become one.
    """
    line = re.sub(" +", " ", f"BOOT_IMAGE={label} {options}").removesuffix(" ")
    data = line.encode("utf-8", "surrogateescape")
    if len(data) <= LIMIT:
        return line, False
    return data[:LIMIT].decode("utf-8", "surrogateescape"), True


def used_items(section: Section, common: Options) -> Iterator[Item]:
    """Give the items that say what is loaded, and with which options."""
    yield section.item
    keywords = ["initrd"]
    if "literal" in section.options:
        keywords.append("literal")
    else:
        keywords += ["root", "ramdisk", "append", "addappend"]
    for keyword in ("label", *keywords):
        item = chosen(section, common, keyword)
        if item is not None:
            yield item


def check_options(section: Section, common: Options, options: str) -> Iterator[Fault]:
    """Say why LILO would not store the options of an ``image``."""
    for where in (section.options, common):
        if "read-only" in where and "read-write" in where:
            later = max(where["read-only"].offset, where["read-write"].offset)
            yield Fault(later, "conflicting 'read-only' and 'read-write' settings")
    vga = chosen(section, common, "vga")
    for item in (vga, chosen(section, common, "ramdisk")):
        text = item.value or "" if item is not None else ""
        is_word = item is vga and text.lower() in _SCREENS
        if item is None or item.variables or is_word:
            continue
        if parse_number(text) is None:
            yield Fault(item.value_offset, f"not a number: '{text}'")
    append = chosen(section, common, "append")
    added = section.options.get("addappend")
    if append is not None and _size(append.value or "") > LIMIT:
        yield Fault(append.value_offset, f"command line options of more than {LIMIT} bytes")
    elif added is not None and _size(options) > LIMIT:
        yield Fault(added.value_offset, f"command line options of more than {LIMIT} bytes")
    item = section.options.get("literal") or append or added or section.item
    for word in _LOADERS_OWN:
        if _has_loaders_own(options, word):
            message = f"'append' or 'literal' may not contain '{word}'"
            hint = "write 'vga=…' on a line of its own" if word == "vga=" else None
            yield Fault(item.value_offset, message, hint)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


def _has_loaders_own(options: str, word: str) -> bool:
    """Tell whether LILO finds *word* in *options*: it looks at the first place it is at alone."""
    at = options.find(word)
    if at < 0 or (at > 0 and options[at - 1] != " "):
        return False
    return word.endswith("=") or options[at + len(word) : at + len(word) + 1] in ("", " ")
