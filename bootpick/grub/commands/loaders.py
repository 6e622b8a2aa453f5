"""What boots something else than Linux: kexec cannot do it, and that is told of the entry."""

from ..errors import BAD_ARGUMENT, BAD_OS, FILE_NOT_FOUND, GrubError
from ..interpreter import Interpreter
from ..state import Call, Loaded
from .arguments import NEEDS_KERNEL, file_name
from .options import Option, OptionTable, parse_options
from .registry import command

_LOADING = "0, 18 without a file name, 5 where the file is missing"
_ADDING = "0, or 18 without a kernel or a file name"


def _status_of(shell: Interpreter, path: str) -> int:
    """Give the status of loading *path*; what is no path is a list of blocks, ``+1``."""
    is_path = path.startswith("/") or ")/" in path
    return FILE_NOT_FOUND if is_path and not shell.place(path).found else 0


@command(
    "chainloader",
    "ntldr",
    "freedos",
    "truecrypt",
    "pxechainloader",
    "plan9",
    summary="Notes that another boot loader is started, which kexec cannot do.",
    status=_LOADING,
)
def run_chainloader(shell: Interpreter, call: Call) -> int:
    """Only the boot loader can start it."""
    path = file_name(call.arguments, ("--force", "--bpb"))
    shell.loaded = Loaded("chainload", tuple(call.arguments))
    return _status_of(shell, path)


@command(
    "appleloader",
    "loadbios",
    "fakebios",
    "fix_video",
    summary="Notes that the firmware boots something, or is made to look like another.",
)
def run_firmware(shell: Interpreter, call: Call) -> int:
    """Only ``appleloader`` boots (loader/efi/appleloader.c)."""
    if call.name == "appleloader":
        shell.loaded = Loaded("chainload", tuple(call.arguments))
    return 0


@command(
    "multiboot",
    "multiboot2",
    "xen_hypervisor",
    summary="Notes that a multiboot kernel or Xen is started, which bootpick does not load.",
    status=_LOADING,
)
def run_multiboot(shell: Interpreter, call: Call) -> int:
    """Of Xen's entries only the kind is told."""
    path = file_name(call.arguments, ("--quirk-bad-kludge", "--quirk-modules-after-kernel"))
    is_xen = call.name.startswith("xen") or "xen" in path.rpartition("/")[2]
    kind = "xen" if is_xen else "multiboot"
    shell.loaded = Loaded(kind, tuple(call.arguments))
    return _status_of(shell, path)


@command(
    "module",
    "module2",
    "xen_module",
    summary="Accepted behind a multiboot kernel or Xen; nothing is done with the file.",
    status=f"{_ADDING}, 5 where the file is missing",
)
def run_module(shell: Interpreter, call: Call) -> int:
    """Its kernel cannot be booted by kexec."""
    path = file_name(call.arguments, ("--nounzip",))
    if shell.loaded is None or shell.loaded.kind not in ("multiboot", "xen"):
        first = "you need to load the Xen Hypervisor first"
        raise GrubError(BAD_ARGUMENT, first if call.name == "xen_module" else NEEDS_KERNEL)
    return _status_of(shell, path)


@command(
    "kfreebsd",
    "kopenbsd",
    "knetbsd",
    "xnu_kernel",
    "xnu_kernel64",
    "xnu_resume",
    summary="Notes that another system's kernel is started, which kexec cannot do.",
    status=_LOADING,
)
def run_other_kernel(shell: Interpreter, call: Call) -> int:
    """The first word that is no option is taken for the file."""
    path = file_name([word for word in call.arguments if not word.startswith("-")])
    shell.loaded = Loaded("other", tuple(call.arguments))
    return _status_of(shell, path)


@command(
    "kfreebsd_loadenv",
    "kfreebsd_module",
    "kfreebsd_module_elf",
    "knetbsd_module",
    "knetbsd_module_elf",
    "kopenbsd_ramdisk",
    "xnu_devprop_load",
    "xnu_kext",
    "xnu_kextdir",
    "xnu_mkext",
    "xnu_ramdisk",
    "xnu_splash",
    summary="Accepted behind another system's kernel; nothing is done with the file.",
    status=f"{_ADDING}; 21 without one of XNU",
)
def run_other_module(shell: Interpreter, call: Call) -> int:
    """Their kernels cannot be booted by kexec."""
    file_name(call.arguments)
    if shell.loaded is None or shell.loaded.kind != "other":
        is_xnu = call.name.startswith("xnu_")
        raise GrubError(BAD_OS if is_xnu else BAD_ARGUMENT, NEEDS_KERNEL)
    return 0


@command(
    "fwsetup",
    summary="Notes that the firmware's setup is opened; `--is-supported` asks whether it can be.",
    status="0, or 1 where the firmware has none to open",
)
def run_fwsetup(shell: Interpreter, call: Call) -> int:
    """``--is-supported`` is younger than 2.06, and distributions have brought it back to it."""
    parsed = parse_options(call.arguments, OptionTable(Option("is-supported")))
    if "is-supported" in parsed.given:
        return 0 if shell.world.firmware_setup else 1
    shell.loaded = Loaded("firmware")
    return 0
