"""Configurations in other languages: they are not followed yet, and that is said."""

from ..errors import BAD_ARGUMENT, GrubError
from ..interpreter import Call, Interpreter
from .paths import open_file
from .registry import command


@command(
    "legacy_source",
    "legacy_configfile",
    "extract_legacy_entries_source",
    "extract_legacy_entries_configfile",
    "syslinux_source",
    "syslinux_configfile",
    "extract_syslinux_entries_source",
    "extract_syslinux_entries_configfile",
    summary="Warns that the menu of another boot loader's configuration is not read.",
    status="0, 18 without a name, or the error of opening the file",
)
def run_foreign(shell: Interpreter, call: Call) -> int:
    """GRUB translates the file (commands/legacycfg.c, commands/syslinuxcfg.c)."""
    words = [word for word in call.arguments if not word.startswith("-")]
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


@command(
    "blscfg",
    summary="Warns that entries of the Boot Loader Specification are not read yet.",
    dialects=("fedora", "suse"),
)
def run_blscfg(shell: Interpreter, call: Call) -> int:
    """Fedora's commands/blscfg.c."""
    message = "'blscfg' is not followed yet: Boot Loader Specification entries are missing here"
    shell.warn(message, call.position)
    return 0
