"""What the running kernel cannot do of a request: told before anything is touched."""

from ..entries import BootEntry
from ..errors import BootpickError, LoadRefused, NotBootable
from .cmdline import LIMITS
from .facts import Facts
from .request import Request

_NO_DEVICETREE = ("x86_64", "i686", "i386", "s390x")


def check(entry: BootEntry, request: Request, facts: Facts, cmdline: str) -> None:
    """Raise the reason why *entry* cannot be booted with *cmdline* as *request* says.

    NotBootable for what is the entry's fault, LoadRefused for what the kernel does not allow,
    BootpickError for what it cannot do.
    """
    _check_line(entry, cmdline, facts)
    old = old_call_for(entry, request)
    if entry.devicetree is not None:
        word = entry.devicetree.word
        if facts.machine in _NO_DEVICETREE:
            raise NotBootable(
                f"'{entry.title}' cannot be booted: it wants the device tree {word}, and there "
                f"is none on {facts.machine}"
            )
        if request.syscall == "file":
            raise NotBootable(
                f"'{entry.title}' cannot be booted: kexec_file_load(2) takes no device tree, and "
                f"it wants {word}",
                "without '--syscall file' the old call is used",
            )
    if old is not None and facts.lockdown is not None:
        raise LoadRefused(
            f"the kernel is locked down ({facts.lockdown}) and refuses kexec_load(2), which "
            f"{old} needs",
            "without that, a signed kernel can be loaded",
        )
    if request.jump and facts.can_jump is False:
        raise BootpickError(
            "this kernel cannot come back from a kexec: it is built without CONFIG_KEXEC_JUMP",
            "without '--jump' the machine goes down into the other kernel for good",
        )
    if request.crash:
        _check_crash(entry, facts)


def old_call_for(entry: BootEntry, request: Request) -> str | None:
    """Give what it is that only kexec_load(2) can do."""
    if request.syscall == "legacy":
        return "'--syscall legacy'"
    if request.options:
        return f"'{request.options[0]}'"
    if request.jump:
        return "'--jump'"
    return "a device tree" if entry.devicetree is not None else None


def _check_line(entry: BootEntry, cmdline: str, facts: Facts) -> None:
    limit = LIMITS.get(facts.machine)
    size = len(cmdline.encode("utf-8", "surrogateescape"))
    if cmdline != entry.cmdline and limit is not None and size >= limit:
        raise NotBootable(
            f"the command line has {size} bytes, and a kernel for {facts.machine} takes {limit - 1}"
        )


def _check_crash(entry: BootEntry, facts: Facts) -> None:
    if not facts.crash_size:
        raise BootpickError(
            "no memory is reserved for a crash kernel",
            "boot with 'crashkernel=256M' on the command line, and load it then",
        )
    needed = facts.size_of(entry)
    if needed is not None and needed >= facts.crash_size:
        raise BootpickError(
            f"kernel and initrds have {needed >> 20} MiB, and {facts.crash_size >> 20} MiB are "
            "reserved for a crash kernel",
            f"boot with 'crashkernel={(needed >> 20) * 2 + 256}M' or so on the command line",
        )
