"""What a label starts, where that is not Linux."""

from typing import NamedTuple

from .menu import Label
from .syntax import split_word

_MODULES = {
    "chain.c32": ("chainload", "it starts another boot loader (chain.c32), which kexec cannot do"),
    "mboot.c32": ("multiboot", "it loads a multiboot kernel (mboot.c32), not Linux"),
    "reboot.c32": ("other", "it reboots the machine (reboot.c32)"),
    "poweroff.c32": ("other", "it turns the machine off (poweroff.c32)"),
}
_FORCED = {
    "boot": "a boot sector",
    "bss": "a boot sector",
    "pxe": "a network boot program",
    "fdimage": "the image of a floppy disk",
    "comboot": "a program for syslinux",
}
# In the order in which ``parse_kernel_type`` asks.
_BY_SUFFIX = {
    ".0": "pxe",
    ".bs": "boot",
    ".img": "fdimage",
    ".bin": "boot",
    ".bss": "bss",
    ".com": "comboot",
    ".cbt": "comboot",
}


class Kind(NamedTuple):
    """The kind of an entry, and why it cannot be booted, unless it is Linux."""

    kind: str
    reason: str | None = None


def kind_of(label: Label, kernel: str) -> Kind:
    """Give what syslinux takes *label* for; *kernel* is the name of its file.

    ``LINUX`` forces the type, ``KERNEL`` goes by the name.
    """
    if label.action is not None:
        return Kind("other", _reason_of_action(label))
    if label.kernel is None and label.is_disabled:
        return Kind("other", "it is a line of the menu that cannot be chosen (MENU DISABLE)")
    keyword = label.kernel.keyword if label.kernel is not None else "kernel"
    if keyword == "localboot":
        return Kind("chainload", "it boots from a local disk by the firmware (LOCALBOOT)")
    if keyword == "config":
        return Kind("other", f"it opens another configuration, {kernel}")
    if keyword == "linux":
        return Kind("linux")
    return kind_of_file(kernel, keyword)


def kind_of_file(kernel: str, keyword: str = "kernel") -> Kind:
    """Give what syslinux takes the file *kernel* for, started by *keyword*."""
    name = kernel.rpartition("/")[2].lower()
    if keyword == "com32" or name.endswith(".c32"):
        name = name if name.endswith(".c32") else f"{name}.c32"
        kind, reason = _MODULES.get(name, ("other", f"it runs a program for syslinux, {kernel}"))
        return Kind(kind, reason)
    if keyword == "kernel":
        suffixes = (known for suffix, known in _BY_SUFFIX.items() if name.endswith(suffix))
        keyword = next(suffixes, keyword)
    if keyword in _FORCED:
        return Kind("chainload", f"{kernel} is {_FORCED[keyword]}, which kexec cannot start")
    if name == "memdisk":
        return Kind("other", "memdisk needs the BIOS, which kexec does not leave in order")
    return Kind("linux")


def _reason_of_action(label: Label) -> str:
    assert label.action is not None
    action = split_word(label.action.keyword)[1].upper()
    if action == "QUIT":
        return "it leaves the menu (MENU QUIT)"
    if label.goes_to is None:
        return f"it leads to a menu that there is not (MENU {action})"
    there = label.goes_to.shown.replace("^", "") or "the first one"
    return f"it leads to another menu (MENU {action}): {there}"
