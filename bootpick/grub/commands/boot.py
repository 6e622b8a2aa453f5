"""Linux: the kernel, its initrds, and booting it."""

from ..errors import BAD_ARGUMENT, FILE_NOT_FOUND, NO_KERNEL, GrubError
from ..interpreter import Call, Interpreter, Loaded
from .arguments import NEEDS_KERNEL, file_name
from .registry import command


@command(
    "linux",
    "linux16",
    "linuxefi",
    summary="Loads a Linux kernel with its command line.",
    status="0, 18 without a file name, 5 where the file is missing",
)
def run_linux(shell: Interpreter, call: Call) -> int:
    """The words are kept even where the file is missing, so that they can be shown."""
    path = file_name(call.arguments)
    shell.loaded = Loaded(
        "linux", tuple(call.arguments), shell.get("root") or "", devicetree=shell.devicetree
    )
    return 0 if shell.place(path).found else FILE_NOT_FOUND


@command(
    "initrd",
    "initrd16",
    "initrdefi",
    summary="Loads initrds for the kernel, in order.",
    status="0, 18 without a kernel or a file name, 5 where a file is missing",
)
def run_initrd(shell: Interpreter, call: Call) -> int:
    """Without a kernel it is an error."""
    file_name(call.arguments)
    if shell.loaded is None or shell.loaded.kind != "linux":
        raise GrubError(BAD_ARGUMENT, NEEDS_KERNEL)
    root = shell.get("root") or ""
    initrds = tuple((word, root) for word in call.arguments)
    # A second `initrd` replaces the first, as GRUB frees what it had.
    shell.loaded = shell.loaded._replace(initrds=initrds)
    return 0 if all(shell.place(word).found for word in call.arguments) else FILE_NOT_FOUND


@command(
    "devicetree",
    summary="Loads a device tree for the kernel; without a name drops the one there was.",
    status="0, or 5 where the file is missing",
)
def run_devicetree(shell: Interpreter, call: Call) -> int:
    """Goes with the kernel loaded before or after it (loader/efi/fdt.c)."""
    word = call.arguments[0] if call.arguments else None
    shell.devicetree = None if word is None else (word, shell.get("root") or "")
    if shell.loaded is not None:
        shell.loaded = shell.loaded._replace(devicetree=shell.devicetree)
    return 0 if word is None or shell.place(word).found else FILE_NOT_FOUND


@command(
    "boot",
    summary="Boots what is loaded: what stands behind it in an entry is not reached.",
    status="22 where nothing is loaded",
)
def run_boot(shell: Interpreter, call: Call) -> int:
    """Outside every entry it would boot before a menu is shown; that is said, and not done."""
    if shell.loaded is None:
        raise GrubError(NO_KERNEL, NEEDS_KERNEL)
    if shell.is_body:
        shell.ended_by = "boot"
    else:
        shell.warn("GRUB boots here, before it shows a menu", call.position)
    return 0
