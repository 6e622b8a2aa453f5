"""Configurations in other languages: they are not followed yet, and that is said."""

from ..errors import BAD_ARGUMENT, GrubError
from ..interpreter import Interpreter
from ..state import Call
from .options import Option, Parsed
from .paths import open_file
from .registry import command, command_with_options

_SUMMARY = "Warns that the menu of another boot loader's configuration is not read."
_STATUS = "0, 18 without a name, or the error of opening the file"


@command(
    "legacy_source",
    "legacy_configfile",
    "extract_legacy_entries_source",
    "extract_legacy_entries_configfile",
    summary=_SUMMARY,
    status=_STATUS,
)
def run_legacy_source(shell: Interpreter, call: Call) -> int:
    """GRUB translates the file (commands/legacycfg.c)."""
    return _note(shell, call, call.arguments)


@command_with_options(
    "syslinux_source",
    "syslinux_configfile",
    "extract_syslinux_entries_source",
    "extract_syslinux_entries_configfile",
    summary=_SUMMARY,
    status=_STATUS,
    options=(
        Option("root", "r", "required", "root directory of the syslinux disk [default=/].", "DIR"),
        Option(
            "cwd",
            "c",
            "required",
            "current directory of syslinux [default is parent directory of input file].",
            "DIR",
        ),
        Option("isolinux", "i", doc="assume input is an isolinux configuration file."),
        Option("pxelinux", "p", doc="assume input is a pxelinux configuration file."),
        Option("syslinux", "s", doc="assume input is a syslinux configuration file."),
    ),
    usage="FILE",
    purpose="Execute syslinux config",
)
def run_syslinux_source(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """GRUB translates the file (commands/syslinuxcfg.c)."""
    return _note(shell, call, parsed.words)


def _note(shell: Interpreter, call: Call, words: list[str]) -> int:
    if len(words) != 1:
        raise GrubError(BAD_ARGUMENT, "filename expected")
    open_file(shell, call, words[0])
    shell.warn(f"'{call.name}' is not followed: entries may be missing here", call.position)
    return 0


@command(
    "legacy_kernel",
    "legacy_initrd",
    "legacy_initrd_nounzip",
    "legacy_password",
    "legacy_check_password",
    summary="Warns that GRUB Legacy's commands are not followed.",
    status="0, or 18 without an argument",
)
def run_legacy(shell: Interpreter, call: Call) -> int:
    """They stand in what GRUB makes of a configuration of GRUB Legacy."""
    if not call.arguments:
        kind = "one argument" if "password" in call.name else "filename"
        raise GrubError(BAD_ARGUMENT, f"{kind} expected")
    shell.warn(f"'{call.name}' is not followed", call.position)
    return 0
