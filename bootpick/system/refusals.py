"""Why a load failed: an errno and the state of the system, in one sentence and one hint."""

import errno
import os

from ..errors import BootpickError, LoadRefused, SignatureRefused

_LARGEST_CONFIG = 1 << 21
"""Bytes; a distribution's has a quarter of a million."""


class System:
    """What the running system says of itself."""

    def __init__(self, root: str = "/") -> None:
        self._root = root

    def read(self, path: str) -> str:
        """Give the text of a file in /proc or /sys, empty where there is none."""
        try:
            with open(os.path.join(self._root, path), encoding="utf-8", errors="replace") as file:
                return file.read(4096).strip()
        except OSError:
            return ""

    def has(self, path: str) -> bool:
        """Tell whether there is such a file."""
        return os.path.exists(os.path.join(self._root, path))

    def is_configured(self, option: str) -> bool | None:
        """Tell whether the running kernel was built with *option*; ``None`` if nothing tells."""
        import gzip

        release = os.uname().release
        for path in ("proc/config.gz", f"boot/config-{release}", f"lib/modules/{release}/config"):
            name = os.path.join(self._root, path)
            try:
                with gzip.open(name, "rb") if path.endswith(".gz") else open(name, "rb") as file:
                    return f"\n{option}=y\n".encode() in file.read(_LARGEST_CONFIG)
            except (OSError, EOFError):
                continue
        return None

    @property
    def lockdown(self) -> str | None:
        """The mode the kernel is locked down in: ``integrity`` or ``confidentiality``."""
        modes = self.read("sys/kernel/security/lockdown")
        mode = modes.partition("[")[2].partition("]")[0]
        return mode if mode not in ("", "none") else None

    @property
    def has_secure_boot(self) -> bool:
        """Whether the firmware started this system with Secure Boot."""
        path = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
        try:
            with open(os.path.join(self._root, path), "rb") as file:
                return file.read(5)[4:] == b"\x01"
        except OSError:
            return False

    @property
    def memory(self) -> int:
        """The bytes of memory that the running kernel has."""
        # Of sysinfo(2), not of /proc/meminfo, where a container may be told less.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")

    @property
    def crash_size(self) -> int | None:
        """The bytes that are reserved for a crash kernel; ``None`` where it is not told."""
        text = self.read("sys/kernel/kexec_crash_size")
        return int(text) if text.isdecimal() else None


_SIGNATURE = {
    errno.EKEYREJECTED: "its signature is not trusted",
    errno.ENOKEY: "no key that this system trusts has signed it",
    errno.EKEYEXPIRED: "the key that signed it has expired",
    errno.EKEYREVOKED: "the key that signed it was revoked",
    errno.EBADMSG: "its signature is damaged",
    errno.ELIBBAD: "its signature is damaged",
    errno.ENOPKG: "its signature is of a kind that this kernel does not know",
    errno.ENODATA: "it has no signature",
    errno.EMSGSIZE: "its signature is damaged",
}

_FAILED = {
    errno.ENOEXEC: (
        "it is no kernel that the running kernel can read, or it is damaged",
        "'file' tells what it is; a package's file can be verified and installed again",
    ),
    errno.EINVAL: (
        "the running kernel takes it for unusable",
        "an image for another architecture, or a command line that is too long, is refused so",
    ),
    errno.EBUSY: (
        "another load is under way, or one in a crash kernel's memory is in use",
        "try again; 'bootpick status' tells what is loaded",
    ),
    errno.ENOMEM: (
        "there is not enough memory for kernel and initrd",
        "end something large, or make the initrd smaller, and try again",
    ),
    errno.ETXTBSY: ("it is being written to", "try again when whatever writes it has ended"),
    errno.EFBIG: ("it is larger than the running kernel reads", None),
    errno.ENOSYS: (
        "the running kernel has no such system call",
        "it has to be built with CONFIG_KEXEC_FILE or CONFIG_KEXEC",
    ),
    errno.ENOTSUP: ("the running kernel cannot do that", None),
    errno.EIO: ("it cannot be read from its disk", "'dmesg' tells what is wrong with the disk"),
}


def explain(
    error: OSError, what: str, call: str, system: System, logged: str | None
) -> BootpickError:
    """Say why *call* would not load *what*.

    *logged* is what the kernel's log has to say, as a hint. What must not be is a LoadRefused,
    of which a missing signature is a kind.
    """
    number = error.errno
    refused = f"the kernel refused to load {what}"
    if number in (errno.EPERM, errno.EACCES):
        return _forbidden(refused, call, system, logged)
    if number in _SIGNATURE:
        boot = " (Secure Boot is on)" if system.has_secure_boot else ""
        return SignatureRefused(
            f"{refused}: {_SIGNATURE[number]}{boot}",
            logged or "a distribution's own kernel is signed by a key that its kernels trust",
        )
    if number == errno.EADDRNOTAVAIL:
        size = system.crash_size
        reserved = f"; {size >> 20} MiB are reserved for a crash kernel" if size else ""
        return BootpickError(
            f"cannot load {what}: there is no free memory where it has to lie{reserved}",
            "a crash kernel needs 'crashkernel=256M' or more on the running system's command line",
        )
    if number in _FAILED:
        reason, hint = _FAILED[number]
        return BootpickError(f"cannot load {what}: {reason} ({call})", logged or hint)
    return BootpickError(f"cannot load {what}: {call}: {error.strerror}", logged)


def _forbidden(refused: str, call: str, system: System, logged: str | None) -> LoadRefused:
    mode = system.lockdown
    if mode is not None:
        boot = ", as Secure Boot has it" if system.has_secure_boot else ""
        if call == "kexec(8)":
            return SignatureRefused(
                f"{refused}: it is locked down ({mode}){boot}, and kexec_load(2) cannot check a "
                "signature",
                "leave out what needs that call: --syscall legacy, --reset-vga and its kin",
            )
        return SignatureRefused(
            f"{refused}: it is locked down ({mode}){boot}",
            "only kernels signed by a key that this machine trusts can be loaded",
        )
    for name, of in (("reboot", "for a reboot"), ("panic", "for a panic")):
        if system.read(f"proc/sys/kernel/kexec_load_limit_{name}") == "0":
            return LoadRefused(
                f"{refused}: the number of loads {of} is used up "
                f"(kernel.kexec_load_limit_{name}=0)",
                "it stays so until the machine is rebooted",
            )
    if logged is not None and "integrity" in logged:
        return LoadRefused(f"{refused}: its integrity could not be verified (IMA)", logged)
    return LoadRefused(
        f"{refused}: permission denied",
        logged or "it needs CAP_SYS_BOOT, which a container usually lacks",
    )
