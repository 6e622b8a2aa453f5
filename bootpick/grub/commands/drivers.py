"""Commands for drivers, disks and the machine's memory: nothing of them is done here."""

from ..devices import split_path
from ..errors import BAD_ARGUMENT, UNKNOWN_DEVICE, GrubError
from ..interpreter import Interpreter
from ..state import Call
from ..world import no_device
from .options import Option, Parsed
from .registry import command, command_with_options

_CRYPTO_OPTIONS = (
    Option("uuid", "u", doc="Mount by UUID."),
    Option("all", "a", doc="Mount all."),
    Option("boot", "b", doc="Mount all volumes with `boot' flag set."),
)
# GRUB 2.12's disk/cryptodisk.c; the last is SUSE's (0004-cryptodisk-Support-key-protectors.patch).
_NEWER_CRYPTO_OPTIONS = (
    *_CRYPTO_OPTIONS,
    Option("password", "p", "required", "Password to open volumes."),
    Option("key-file", "k", "required", "Key file"),
    Option("keyfile-offset", "O", "required", "Key file offset (bytes)", integer=True),
    Option("keyfile-size", "S", "required", "Key file data size (bytes)", integer=True),
    Option("header", "H", "required", "Read header from file"),
)


@command_with_options(
    "cryptomount",
    summary="Asks for no password: what is encrypted is seen where it is open on this machine.",
    status="0, 18 without a device, 12 where there is none of that name",
    options=_CRYPTO_OPTIONS,
    other_options={
        "fedora": _NEWER_CRYPTO_OPTIONS,
        "suse": (*_NEWER_CRYPTO_OPTIONS, Option("protector", "P", "required")),
    },
    usage="SOURCE|-u UUID|-a|-b",
    purpose="Mount a crypto device.",
)
def run_cryptomount(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """What it would open is listed by lsblk, if it is open here (disk/cryptodisk.c)."""
    if not parsed.words and not {"all", "boot"} & parsed.given.keys():
        raise GrubError(BAD_ARGUMENT, "device name required")
    if "uuid" in parsed.given and parsed.words:
        wanted = parsed.words[0].replace("-", "").lower()
        volumes = [volume for _, volume in shell.world.devices]
        uuids = {(volume.uuid or "").replace("-", "").lower() for volume in volumes}
        if wanted not in uuids and not any(volume.anything for volume in volumes):
            raise GrubError(BAD_ARGUMENT, "no such cryptodisk found")
    elif parsed.words and not {"uuid", "all", "boot"} & parsed.given.keys():
        device = split_path(parsed.words[0])[0] or parsed.words[0]
        if shell.world.devices.find(device) is None:
            raise GrubError(UNKNOWN_DEVICE, f"disk `{device}' not found")
    return 0


@command(
    "parttool",
    summary="Changes no partition.",
    status="0, 18 without a partition, 12 or 32 where there is none of that name",
)
def run_parttool(shell: Interpreter, call: Call) -> int:
    """Every change is taken for made (commands/parttool.c)."""
    if not call.arguments:
        shell.print("Perform COMMANDS on partition.\n")
        shell.print("Use `parttool PARTITION help' for the list of available commands.\n")
        raise GrubError(BAD_ARGUMENT, "too few arguments")
    device = split_path(call.arguments[0])[0] or call.arguments[0]
    if shell.world.devices.find(device) is None:
        raise no_device(device)
    if "," not in device:
        raise GrubError(BAD_ARGUMENT, "not a partition")
    return 0


@command_with_options(
    "drivemap",
    summary="Swaps no disks; what is booted by a boot sector cannot be booted by kexec anyway.",
    status="0, or 18 where it is not about two disks",
    options=(
        Option("list", "l", doc="Show the current mappings."),
        Option("reset", "r", doc="Reset all mappings to the default values."),
        Option("swap", "s", doc="Perform both direct and reverse mappings."),
    ),
    usage="-l | -r | [-s] grubdev osdisk.",
    purpose="Manage the BIOS drive mappings.",
)
def run_drivemap(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """The BIOS's numbers of disks mean nothing to a kernel (commands/i386/pc/drivemap.c)."""
    lists = not parsed.words and "swap" not in parsed.given
    if not lists and not {"list", "reset"} & parsed.given.keys() and len(parsed.words) != 2:
        raise GrubError(BAD_ARGUMENT, "two arguments expected")
    return 0


@command("badram", "cutmem", summary="Hides no memory.", status="0, or 18 without an address")
def run_badram(shell: Interpreter, call: Call) -> int:
    """The kernel finds its memory by itself after a kexec, with a warning that it does."""
    expected = 2 if call.name == "cutmem" else 1
    if len(call.arguments) != expected:
        word = "two arguments" if expected == 2 else "one argument"
        raise GrubError(BAD_ARGUMENT, f"{word} expected")
    shell.warn(f"'{call.name}' hides memory, which a kexec does not do", call.position)
    return 0


@command(
    "crypttab_entry",
    summary="Keeps no key for the kernel, which asks for a password where it needs one.",
    status="0, or 18 without two or three words",
    dialects=("suse",),
)
def run_crypttab_entry(shell: Interpreter, call: Call) -> int:
    """SUSE's commands/crypttab.c: the key would go with the initrds."""
    if len(call.arguments) not in (2, 3):
        raise GrubError(BAD_ARGUMENT, "two or three arguments expected")
    return 0


@command(
    "tpm2_key_protector_init",
    "tpm_record_pcrs",
    summary="Succeeds; the machine's TPM is not asked.",
    dialects=("suse",),
)
def run_tpm(shell: Interpreter, call: Call) -> int:
    """What they are asked for is open on this machine already."""
    return 0


@command(
    "acpi",
    "cmosclean",
    "cmosset",
    "gptsync",
    "hdparm",
    "lsacpi",
    "lsapm",
    "lsefi",
    "lsefimmap",
    "lsefisystab",
    "lsmmap",
    "lspci",
    "macppcbless",
    "mactelbless",
    "nativedisk",
    "outb",
    "outl",
    "outw",
    "rdmsr",
    "setpci",
    "smbios",
    "usb",
    "write_byte",
    "write_dword",
    "write_word",
    "wrmsr",
    summary="Succeeds; neither is anything printed nor is the machine touched.",
)
def run_nothing(shell: Interpreter, call: Call) -> int:
    """Give the status that they have on a machine where they work."""
    return 0
