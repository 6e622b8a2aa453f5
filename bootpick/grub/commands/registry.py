"""All commands that a script can call."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import NamedTuple

from .. import dialect
from ..interpreter import Handler, Interpreter
from ..state import Call
from .options import HelpAsked, Option, OptionTable, Parsed, format_help, parse_options

DIALECTS = tuple(dialect.DIALECTS)
"""The names of all dialects."""


class CommandInfo(NamedTuple):
    """One command: what it does here, and what GRUB would have it do."""

    name: str
    family: str
    """The module that holds it."""
    summary: str
    """What it does here, in one sentence."""
    status: str
    """``$?`` behind it, in GRUB and here."""
    dialects: tuple[str, ...]
    """The GRUBs that have it; in the others it is a command that cannot be found."""
    run: Handler


OptionHandler = Callable[[Interpreter, Call, Parsed], int]

REGISTRY: list[CommandInfo] = []
PURE: set[str] = set()
"""Commands that do nothing but set variables, by what others and the machine's files are."""


def command(
    *names: str,
    summary: str,
    status: str = "0",
    dialects: tuple[str, ...] = DIALECTS,
    pure: bool = False,
) -> Callable[[Handler], Handler]:
    """Enter a function as the command *names*."""

    def enter(run: Handler) -> Handler:
        family = run.__module__.rpartition(".")[2]
        REGISTRY.extend(CommandInfo(name, family, summary, status, dialects, run) for name in names)
        if pure:
            PURE.update(names)
        return run

    return enter


def command_with_options(
    *names: str,
    summary: str,
    options: Sequence[Option],
    usage: str,
    purpose: str,
    status: str = "0",
    dialects: tuple[str, ...] = DIALECTS,
    dashes: bool = False,
    at_start: bool = False,
    pure: bool = False,
    other_options: Mapping[str, Sequence[Option]] | None = None,
) -> Callable[[OptionHandler], OptionHandler]:
    """Enter a function as a command whose options GRUB parses before it runs.

    *other_options* are those of a dialect that has not the same, by its name.
    *usage* and *purpose* are GRUB's own words, printed for ``--usage`` and ``--help``; the command
    does not run then, and its status is 0. For the rest see :func:`parse_options`.
    """
    table = OptionTable(*options)
    others = {name: OptionTable(*their) for name, their in (other_options or {}).items()}

    def enter(run: OptionHandler) -> OptionHandler:
        def parse_and_run(shell: Interpreter, call: Call) -> int:
            own = others.get(shell.world.dialect.name, table) if others else table
            try:
                parsed = parse_options(call.arguments, own, dashes=dashes, at_start=at_start)
            except HelpAsked as asked:
                shell.print(f"Usage: {call.name} {usage}\n")
                if asked.full:
                    shell.print("".join((purpose, "\n\n", *format_help(own.options))))
                return 0
            return run(shell, call, parsed)

        parse_and_run.__module__ = run.__module__
        enter_plain = command(*names, summary=summary, status=status, dialects=dialects, pure=pure)
        enter_plain(parse_and_run)
        return run

    return enter


LATE = (
    ("blscfg", "bls_import blscfg", ("fedora", "suse")),
    (
        "btrfs",
        "btrfs-get-default-subvol btrfs-info btrfs-list-subvols btrfs-mount-subvol",
        ("suse",),
    ),
    ("clock", "cpuid date sleep test_blockarg time", DIALECTS),
    ("contents", "cat cmp hexdump", DIALECTS),
    (
        "drivers",
        """acpi badram cmosclean cmosset cryptomount cutmem drivemap gptsync hdparm lsacpi lsapm
        lsefi lsefimmap lsefisystab lsmmap lspci macppcbless mactelbless nativedisk outb outl outw
        parttool rdmsr setpci smbios usb write_byte write_dword write_word wrmsr""",
        DIALECTS,
    ),
    ("drivers", "crypttab_entry tpm2_key_protector_init tpm_record_pcrs", ("suse",)),
    (
        "foreign",
        """extract_legacy_entries_configfile extract_legacy_entries_source
        extract_syslinux_entries_configfile extract_syslinux_entries_source legacy_check_password
        legacy_configfile legacy_initrd legacy_initrd_nounzip legacy_kernel legacy_password
        legacy_source syslinux_configfile syslinux_source""",
        DIALECTS,
    ),
    ("hashes", "crc hashsum md5sum sha1sum sha256sum sha512sum", DIALECTS),
    ("kinds", "file", DIALECTS),
    ("listing", "ls", DIALECTS),
    ("loopback", "loopback", DIALECTS),
    ("probe", "probe", DIALECTS),
    (
        "loaders",
        """appleloader chainloader fakebios fix_video freedos fwsetup kfreebsd kfreebsd_loadenv
        kfreebsd_module kfreebsd_module_elf knetbsd knetbsd_module knetbsd_module_elf kopenbsd
        kopenbsd_ramdisk loadbios module module2 multiboot multiboot2 ntldr plan9 pxechainloader
        truecrypt xen_hypervisor xen_module xnu_devprop_load xnu_kernel xnu_kernel64 xnu_kext
        xnu_kextdir xnu_mkext xnu_ramdisk xnu_resume xnu_splash""",
        DIALECTS,
    ),
    (
        "screens",
        "background_image hello hwmatch keymap keystatus lsfonts play serial vbeinfo videoinfo",
        DIALECTS,
    ),
    (
        "secrets",
        "authenticate distrust list_trusted password password_pbkdf2 trust verify_detached",
        DIALECTS,
    ),
    ("text", "gettext read regexp tr", DIALECTS),
    ("text", "decrement increment version", ("fedora",)),
    ("text", "read_file", ("suse",)),
)
"""Commands whose modules are imported when one of them is called: module, names, dialects."""
_ARRIVED: dict[str, Handler] = {}


def load_all() -> None:
    """Import the modules of all commands, so that they are in the registry."""
    for module, _, _ in LATE:
        import_module(f".{module}", __package__)


def _run_late(shell: Interpreter, call: Call) -> int:
    """Import the module of a command and run it."""
    if call.name not in _ARRIVED:
        module = next(module for module, names, _ in LATE if call.name in names.split())
        import_module(f".{module}", __package__)
        _ARRIVED.update((info.name, info.run) for info in REGISTRY)
    return _ARRIVED[call.name](shell, call)


def commands_of(dialect: str) -> dict[str, Handler]:
    """Give the commands that the GRUB of *dialect* has."""
    commands: dict[str, Handler] = {
        name: _run_late
        for _, names, dialects in LATE
        if dialect in dialects
        for name in names.split()
    }
    commands.update((info.name, info.run) for info in REGISTRY if dialect in info.dialects)
    return commands
