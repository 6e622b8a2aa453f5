"""Linux: the kernel, its initrds, and booting it."""

from ..errors import BAD_ARGUMENT, FILE_NOT_FOUND, NO_KERNEL, GrubError
from ..interpreter import Interpreter
from ..state import Call, Loaded
from .arguments import NEEDS_KERNEL, file_name
from .registry import command

LINUX, INITRD = ("linux", "linux16", "linuxefi"), ("initrd", "initrd16", "initrdefi")


@command(
    *LINUX,
    summary="Loads a Linux kernel with its command line.",
    status="0, 18 without a file name, 5 where the file is missing",
)
def run_linux(shell: Interpreter, call: Call) -> int:
    """The words are kept even where the file is missing, so that they can be shown."""
    kernel = shell.place(file_name(call.arguments))
    shell.loaded = Loaded("linux", tuple(call.arguments), kernel, devicetree=shell.devicetree)
    return 0 if kernel.found else FILE_NOT_FOUND


@command(
    *INITRD,
    summary="Loads initrds for the kernel, in order.",
    status="0, 18 without a kernel or a file name, 5 where a file is missing",
)
def run_initrd(shell: Interpreter, call: Call) -> int:
    """Without a kernel it is an error."""
    file_name(call.arguments)
    if shell.loaded is None or shell.loaded.kind != "linux":
        raise GrubError(BAD_ARGUMENT, NEEDS_KERNEL)
    initrds = [(word, shell.place(word)) for word in call.arguments]
    # A second `initrd` replaces the first, as GRUB frees what it had.
    kind, words, kernel, _, devicetree = shell.loaded
    shell.loaded = Loaded(kind, words, kernel, tuple(initrds), devicetree)
    for _, place in initrds:
        if place.found is None:
            return FILE_NOT_FOUND
    return 0


@command(
    "devicetree",
    summary="Loads a device tree for the kernel; without a name drops the one there was.",
    status="0, or 5 where the file is missing",
)
def run_devicetree(shell: Interpreter, call: Call) -> int:
    """Goes with the kernel loaded before or after it (loader/efi/fdt.c)."""
    word = call.arguments[0] if call.arguments else None
    tree = shell.devicetree = None if word is None else (word, shell.place(word))
    if shell.loaded is not None:
        shell.loaded = shell.loaded._replace(devicetree=tree)
    return 0 if tree is None or tree[1].found else FILE_NOT_FOUND


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
