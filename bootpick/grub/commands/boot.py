"""Commands that load what is booted."""

from ..errors import BAD_ARGUMENT, FILE_NOT_FOUND, GrubError
from ..interpreter import Call, Interpreter, Loaded
from .options import Option, parse_options
from .registry import command


@command("linux", "linux16", "linuxefi", summary="Loads a Linux kernel with its command line.")
def run_linux(shell: Interpreter, call: Call) -> int:
    """The words are kept even where the file is missing, so that they can be shown."""
    if not call.arguments:
        raise GrubError(BAD_ARGUMENT, "filename expected")
    shell.loaded = Loaded("linux", tuple(call.arguments), shell.get("root") or "")
    path = call.arguments[0]
    return 0 if shell.place(path).found else FILE_NOT_FOUND


@command("initrd", "initrd16", "initrdefi", summary="Loads initrds for the kernel, in order.")
def run_initrd(shell: Interpreter, call: Call) -> int:
    """Without a kernel it is an error."""
    if not call.arguments:
        raise GrubError(BAD_ARGUMENT, "filename expected")
    if shell.loaded is None or shell.loaded.kind != "linux":
        raise GrubError(BAD_ARGUMENT, "you need to load the kernel first")
    root = shell.get("root") or ""
    initrds = tuple((word, root) for word in call.arguments)
    # A second `initrd` replaces the first, as GRUB frees what it had.
    shell.loaded = shell.loaded._replace(initrds=initrds)
    return 0 if all(shell.place(word).found for word in call.arguments) else FILE_NOT_FOUND


@command("devicetree", summary="Loads a device tree for the kernel.")
def run_devicetree(shell: Interpreter, call: Call) -> int:
    """Goes with the kernel loaded before or after it."""
    if shell.loaded is None:
        raise GrubError(BAD_ARGUMENT, "you need to load the kernel first")
    word = call.arguments[0] if call.arguments else None
    tree = None if word is None else (word, shell.get("root") or "")
    shell.loaded = shell.loaded._replace(devicetree=tree)
    return 0


@command("chainloader", "ntldr", summary="Notes that another boot loader is started.")
def run_chainloader(shell: Interpreter, call: Call) -> int:
    """Only the boot loader can start it."""
    shell.loaded = Loaded("chainload", tuple(call.arguments), shell.get("root") or "")
    return 0


@command(
    "multiboot", "multiboot2", "xen_hypervisor", summary="Notes that a multiboot kernel is started."
)
def run_multiboot(shell: Interpreter, call: Call) -> int:
    """Of Xen's entries only the kind is told."""
    is_xen = any("xen" in word.rpartition("/")[2] for word in call.arguments[:1])
    kind = "xen" if is_xen or call.name.startswith("xen") else "multiboot"
    shell.loaded = Loaded(kind, tuple(call.arguments), shell.get("root") or "")
    return 0


@command("module", "module2", "xen_module", summary="Accepted behind a multiboot kernel.")
def run_module(shell: Interpreter, call: Call) -> int:
    """Nothing is done with it: its kernel cannot be booted by kexec."""
    return 0


@command("fwsetup", summary="Notes that the firmware's setup is opened.")
def run_fwsetup(shell: Interpreter, call: Call) -> int:
    """``--is-supported`` asks the firmware, as Debian's configuration does."""
    parsed = parse_options(call.arguments, (Option("is-supported"),))
    if "is-supported" in parsed.given:
        return 0 if shell.world.firmware_setup else 1
    shell.loaded = Loaded("firmware")
    return 0
