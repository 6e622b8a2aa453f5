"""The commands that GRUB Legacy has, where each may stand, and what is not its own language."""

from collections.abc import Iterable

MENU_ONLY = frozenset(("default", "fallback", "hiddenmenu", "timeout"))
"""Commands that GRUB knows only before the first ``title`` (``BUILTIN_MENU`` in builtins.c)."""
ANYWHERE = frozenset(
    "background bootp color debug device dhcp foreground gfxmenu hide ifconfig pager parttype"
    " partnew password rarp serial setkey shade splashimage terminal terminfo tftpserver title"
    " unhide verbose viewport".split()
)
"""Those that may stand before it and behind it."""
ENTRY_ONLY = frozenset(
    "blocklist boot cat chainloader clear cmp configfile displayapm displaymem dump embed find"
    " fstest geometry halt help impsprobe initrd install ioprobe kernel lock makeactive map"
    " md5crypt module modulenounzip pause print quiet quit read reboot root rootnoverify"
    " savedefault setup testload testvbe uppermem uuid vbeprobe".split()
)
"""Those that GRUB ignores before it."""
KNOWN = MENU_ONLY | ANYWHERE | ENTRY_ONLY

ENDINGS = {
    "halt": "it turns the machine off",
    "reboot": "it restarts the machine",
    "quit": "it gives the machine back to the firmware",
}

_GRUB4DOS = frozenset(
    "call calc checkrange checktime command dd echo errnum errorcheck exit fontfile goto"
    " graphicsmode if iftitle insmod ls ntboot pxe set setlocal setmenu setvesa shift write".split()
)
_GRUB2 = frozenset(
    "else export fi for function if initrd16 initrdefi insmod linux linux16 linuxefi load_env"
    " loadfont menuentry multiboot save_env search source submenu".split()
)


def is_grub4dos(name: str, arguments: str) -> bool:
    """Tell whether it is grub4dos that has the command, and not GRUB Legacy."""
    if name in ("map", "find"):
        return arguments.startswith(("--mem", "--hook", "--unhook", "--rehook", "--set-root"))
    return name.lower() in _GRUB4DOS


def is_grub2_script(commands: Iterable[tuple[str, str]]) -> bool:
    """Tell whether what GRUB Legacy takes for *commands* is a script of GRUB 2.

    A menu entry of GRUB 2 tells for sure. Without one, and without a title of GRUB Legacy, the
    names of its commands tell.
    """
    telling = False
    for name, arguments in commands:
        if name in ("menuentry", "submenu") and arguments.rstrip().endswith("{"):
            return True
        if name in ("title", "iftitle"):
            return False
        telling = telling or name in _GRUB2 or (name == "set" and "=" in arguments)
    return telling


def hint_for(name: str) -> str | None:
    """Say what was probably meant by *name*, which GRUB Legacy does not know."""
    if name.lower() in KNOWN:
        return f"it tells capitals from small letters: '{name.lower()}'"
    if name in ("linux", "linux16", "linuxefi"):
        return "that is GRUB 2's; here it is 'kernel'"
    if name in ("menuentry", "submenu"):
        return "that is GRUB 2's; here it is 'title'"
    return None
