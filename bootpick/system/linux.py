"""The real machine: kexec system calls, and the record in /run."""

import ctypes
import errno
import json
import os
from collections.abc import Sequence
from contextlib import suppress

from ..errors import BootpickError, LoadRefused, SignatureRefused
from .bystanders import MachineBystanders
from .inits import find_init
from .kept import BlockFiles
from .libc import check, libc
from .machine import LoadedImage, Machine
from .mounts import PrivateMounts
from .programs import run_program

# kexec_file_load(2); the number is the same in all "generic" tables.
_FILE_LOAD = {
    "x86_64": 320,
    "aarch64": 294,
    "riscv64": 294,
    "loongarch64": 294,
    "armv7l": 401,
    "ppc64": 382,
    "ppc64le": 382,
    "s390x": 381,
}
_FILE_UNLOAD = 1
_FILE_NO_INITRAMFS = 4

# The errno on which kexec-tools turns to the old system call (kexec.c, main).
_FALLBACK = (errno.ENOSYS, errno.EINVAL, errno.ENOEXEC, errno.ENOTSUP)
_SIGNATURE = (
    errno.EKEYREJECTED,
    errno.ENOKEY,
    errno.EKEYEXPIRED,
    errno.EKEYREVOKED,
    errno.EBADMSG,
    errno.ELIBBAD,
    errno.ENOPKG,
    errno.ENODATA,
    errno.EMSGSIZE,
)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(4096).strip()
    except OSError:
        return ""


class LinuxKernel:
    """kexec of the running kernel."""

    def require_permission(self) -> None:
        """Refuse early what the kernel would refuse in any case."""
        if os.geteuid() != 0:
            raise LoadRefused(
                "only root may load or drop a kernel for kexec", "run it with sudo or as root"
            )
        if _read("/proc/sys/kernel/kexec_load_disabled") == "1":
            raise LoadRefused(
                "kexec is disabled on this system (kernel.kexec_load_disabled=1)",
                "it stays so until the machine is rebooted without that setting",
            )
        if not os.path.exists("/sys/kernel/kexec_loaded"):
            raise BootpickError(
                "this kernel has no kexec (no /sys/kernel/kexec_loaded)",
                "it has to be built with CONFIG_KEXEC_FILE or CONFIG_KEXEC",
            )

    def is_loaded(self, *, crash: bool = False) -> bool:
        """Ask the kernel."""
        return _read(f"/sys/kernel/kexec_{'crash_' if crash else ''}loaded") == "1"

    def load(self, kernel: str, initrds: Sequence[str], cmdline: str, shown: str) -> str:
        """Load with kexec_file_load(2), or kexec(8) for what that cannot read."""
        try:
            image = os.open(kernel, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise BootpickError(f"{shown}: {error.strerror}") from error
        try:
            initrd = _open_initrds(initrds)
            try:
                return self._load(kernel, image, initrd, cmdline, shown)
            finally:
                if initrd is not None:
                    os.close(initrd)
        finally:
            os.close(image)

    @staticmethod
    def _load(kernel: str, image: int, initrd: int | None, cmdline: str, shown: str) -> str:
        flags = 0 if initrd is not None else _FILE_NO_INITRAMFS
        try:
            _kexec_file_load(image, -1 if initrd is None else initrd, cmdline, flags)
        except OSError as error:
            if error.errno in _FALLBACK:
                _run_kexec_tools(kernel, initrd, cmdline, shown, error)
                return "kexec(8)"
            raise _refusal(shown, error) from error
        return "kexec_file_load(2)"

    def unload(self) -> None:
        """Drop the image; whichever call loaded it, this one drops it."""
        try:
            _kexec_file_load(-1, -1, "", _FILE_UNLOAD)
        except OSError as error:
            if error.errno not in (errno.ENOSYS, errno.ENOTSUP):
                raise _refusal("the loaded kernel", error) from error
            run_program(["kexec", "--unload"], package="kexec-tools")


def _kexec_file_load(kernel: int, initrd: int, cmdline: str, flags: int) -> None:
    number = _FILE_LOAD.get(os.uname().machine)
    if number is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    text = cmdline.encode("utf-8", "surrogateescape")
    check(
        libc.syscall(
            ctypes.c_long(number),
            ctypes.c_int(kernel),
            ctypes.c_int(initrd),
            ctypes.c_ulong(0 if flags & _FILE_UNLOAD else len(text) + 1),
            None if flags & _FILE_UNLOAD else ctypes.c_char_p(text),
            ctypes.c_ulong(flags),
        )
    )


def _open_initrds(paths: Sequence[str]) -> int | None:
    """Open the initrd; several become one in memory, each padded to four bytes.

    A single one is passed on as it is, so that the kernel can check what is attached to the file.
    """
    try:
        if not paths:
            return None
        if len(paths) == 1:
            return os.open(paths[0], os.O_RDONLY | os.O_CLOEXEC)
        memory = os.memfd_create("initrd")
        for path in paths:
            with open(path, "rb") as file:
                size = 0
                while chunk := file.read(1 << 20):
                    size += len(chunk)
                    _write_all(memory, chunk)
            _write_all(memory, b"\0" * (-size % 4))
        os.lseek(memory, 0, os.SEEK_SET)
        return memory
    except OSError as error:
        name = error.filename or "the initrd"
        raise BootpickError(f"{name}: {error.strerror}") from error


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _run_kexec_tools(
    kernel: str, initrd: int | None, cmdline: str, shown: str, why: OSError
) -> None:
    """Let kexec-tools load what kexec_file_load(2) cannot: it unpacks images, and knows kexec_load.

    It may only follow an errno that means "cannot", never one that means "must not".
    """
    command = ["kexec", "--load", "--kexec-syscall-auto", kernel, f"--command-line={cmdline}"]
    handles: tuple[int, ...] = ()
    if initrd is not None:
        command.append(f"--initrd=/proc/self/fd/{initrd}")
        handles = (initrd,)
    try:
        run_program(command, handles, "kexec-tools")
    except BootpickError as error:
        if "not permitted" in error.message:
            raise _refusal(shown, PermissionError(errno.EPERM, "")) from error
        raise BootpickError(
            f"cannot load {shown}: kexec_file_load(2) says {why.strerror}; {error.message}",
            error.hint,
        ) from error


def _refusal(what: str, error: OSError) -> BootpickError:
    """Say what an errno of the load means, with what is known of the system."""
    if error.errno in (errno.EPERM, errno.EACCES):
        lockdown = _read("/sys/kernel/security/lockdown")
        if "[none]" not in lockdown and "[" in lockdown:
            mode = lockdown.partition("[")[2].partition("]")[0]
            return SignatureRefused(
                f"the kernel refused to load {what}: it is locked down ({mode})",
                "only kernels signed by a key that this machine trusts can be loaded",
            )
        return LoadRefused(
            f"the kernel refused to load {what}: permission denied",
            "it needs CAP_SYS_BOOT, which a container usually lacks",
        )
    if error.errno in _SIGNATURE:
        return SignatureRefused(
            f"the kernel refused to load {what}: its signature is missing or not trusted "
            f"({error.strerror})",
            "'dmesg' names the key that it looked for",
        )
    if error.errno == errno.EBUSY:
        return BootpickError(f"cannot load {what}: another load is under way", "try again")
    return BootpickError(f"cannot load {what}: kexec_file_load(2): {error.strerror}")


class RunRecords:
    """The record in ``/run/bootpick``, which is gone after a boot like the loaded kernel."""

    _path = "/run/bootpick/loaded.json"

    def read(self) -> LoadedImage | None:
        """Read it; a damaged record counts as none."""
        try:
            with open(self._path, encoding="utf-8", errors="surrogateescape") as file:
                data = json.load(file)
            return LoadedImage(
                str(data["id"]),
                str(data["title"]),
                str(data["kernel"]),
                tuple(map(str, data["initrds"])),
                str(data["cmdline"]),
                tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in data["fingerprints"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, image: LoadedImage) -> None:
        """Write it beside and move it into place, so that it is whole or not there."""
        directory = os.path.dirname(self._path)
        try:
            os.makedirs(directory, mode=0o755, exist_ok=True)
            new = f"{self._path}.new"
            with open(new, "w", encoding="utf-8", errors="surrogateescape") as file:
                json.dump(image._asdict(), file)
            os.replace(new, self._path)
        except OSError as error:
            raise BootpickError(f"{self._path}: {error.strerror}") from error

    def remove(self) -> None:
        """Delete it."""
        with suppress(OSError):
            os.unlink(self._path)

    def fingerprint(self, paths: Sequence[str]) -> tuple[tuple[int, int, int, int], ...]:
        """Look at the files' status."""
        return tuple(map(_fingerprint, paths))


def _fingerprint(path: str) -> tuple[int, int, int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return (0, 0, 0, 0)
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def this_machine() -> Machine:
    """Give the machine that bootpick runs on."""
    return Machine(
        LinuxKernel(), find_init(), PrivateMounts(), RunRecords(), BlockFiles(), MachineBystanders()
    )
