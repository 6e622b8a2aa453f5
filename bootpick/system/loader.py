"""kexec of the running kernel: the system calls, and kexec(8) for what they cannot."""

import ctypes
import errno
import hashlib
import os
from collections.abc import Sequence
from contextlib import ExitStack, closing
from typing import NamedTuple

from ..errors import BootpickError, LoadRefused
from .kernel_log import KernelLog
from .libc import check, libc
from .machine import Abilities, LoadedFile, LoadResult, LoadWay, Progress
from .programs import run_program
from .refusals import System, explain

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
_FILE_ON_CRASH = 2
_FILE_NO_INITRAMFS = 4

_FALLBACK = (errno.ENOSYS, errno.EINVAL, errno.ENOEXEC, errno.ENOTSUP)
"""The errno on which kexec-tools turns to the old system call (kexec.c, main).

They mean "cannot"; one that means "must not" is never tried otherwise."""

_CHUNK = 1 << 20

_JUMP_MEMORY = 512 << 20
"""Bytes; what a distribution's kernel and its initrd run in with ease."""


class _Opened(NamedTuple):
    """A file that is loaded."""

    path: str
    handle: int
    status: os.stat_result


class _Image(NamedTuple):
    """What the kernel is given."""

    kernel: int
    """An open file, like *initrd*."""
    initrd: int | None
    cmdline: str
    shown: str


class LinuxKernel:
    """kexec of the running kernel."""

    def __init__(self, system: System | None = None) -> None:
        self._system = system or System()

    def require_permission(self) -> None:
        """Refuse early what the kernel would refuse in any case."""
        if os.geteuid() != 0:
            raise LoadRefused(
                "only root may load or drop a kernel for kexec", "run it with sudo or as root"
            )
        if self._system.read("proc/sys/kernel/kexec_load_disabled") == "1":
            raise LoadRefused(
                "kexec is disabled on this system (kernel.kexec_load_disabled=1)",
                "it stays so until the machine is rebooted without that setting",
            )
        if not self._system.has("sys/kernel/kexec_loaded"):
            raise BootpickError(
                "this kernel has no kexec (no /sys/kernel/kexec_loaded)",
                "it has to be built with CONFIG_KEXEC_FILE or CONFIG_KEXEC",
            )

    def abilities(self, *, jump: bool) -> Abilities:
        """Ask /sys, and for *jump* what the kernel's configuration says."""
        return Abilities(
            self._system.lockdown,
            self._system.crash_size,
            self._system.is_configured("CONFIG_KEXEC_JUMP") if jump else None,
        )

    def require_memory(self, initrds: Sequence[str]) -> None:
        """Compare their sizes with what the kernel lets a load have.

        That is half of the memory (sanity_check_segment_list in kernel/kexec_core.c), and EINVAL
        is all that it says.
        """
        needed = sum(_size(path) for path in initrds)
        memory = self._system.memory
        if needed > memory // 2:
            raise BootpickError(
                f"there is not enough memory: the initrds have {needed >> 20} MiB, and a load may "
                f"take half of the {memory >> 20} MiB that this machine has",
                "make them smaller, or reboot through the firmware: the boot loader may have room",
            )

    def is_loaded(self, *, crash: bool = False) -> bool:
        """Ask the kernel."""
        name = "kexec_crash_loaded" if crash else "kexec_loaded"
        return self._system.read(f"sys/kernel/{name}") == "1"

    def load(
        self,
        files: Sequence[str],
        cmdline: str,
        shown: str,
        way: LoadWay,
        progress: Progress,
    ) -> LoadResult:
        """Load with kexec_file_load(2), or kexec(8) for what that cannot read.

        The kernel is given the files that were read and hashed; if one of them changed meanwhile,
        what was loaded is dropped again.
        """
        with ExitStack() as handles, closing(KernelLog()) as log:
            opened = [_open(path, handles) for path in files]
            done = _hash(opened, progress)
            image = _Image(opened[0].handle, _initrd(opened[1:], handles), cmdline, shown)
            name = self._load(image, way, log)
            for file in opened:
                if not _is_unchanged(file):
                    self.unload(crash=way.crash)
                    raise BootpickError(
                        f"{file.path} was changed while it was loaded, so it was dropped again",
                        "try again when whatever writes it has ended",
                    )
        return LoadResult(name, tuple(done))

    def _load(self, image: _Image, way: LoadWay, log: KernelLog) -> str:
        """Load *image*; give the name of the call that did it."""
        kernel, initrd, cmdline, shown = image
        why: OSError | None = None
        if way.syscall != "legacy":
            flags = _FILE_ON_CRASH if way.crash else 0
            if initrd is None:
                flags |= _FILE_NO_INITRAMFS
            try:
                _kexec_file_load(kernel, -1 if initrd is None else initrd, cmdline, flags)
                return "kexec_file_load(2)"
            except OSError as error:
                if way.syscall == "file" or error.errno not in _FALLBACK:
                    call = "kexec_file_load(2)"
                    raise explain(error, shown, call, self._system, log.last()) from error
                why = error
        command = ["kexec", _ACT[way.crash, way.jump], *way.options]
        command.append("--kexec-syscall" if way.syscall == "legacy" else "--kexec-syscall-auto")
        command += [f"/proc/self/fd/{kernel}", f"--command-line={cmdline}"]
        handles = [kernel]
        if initrd is not None:
            command.append(f"--initrd=/proc/self/fd/{initrd}")
            handles.append(initrd)
        if way.jump:
            command.append(f"--mem-max={jump_memory(self._system.memory) - 1:#x}")
        if way.devicetree is not None:
            command.append(f"--dtb={way.devicetree}")
        try:
            run_program(command, tuple(handles), package="kexec-tools")
        except BootpickError as error:
            said = error.message.lower()
            for number in (errno.EPERM, errno.EADDRNOTAVAIL, errno.ENOMEM, errno.EBUSY):
                if os.strerror(number).lower() in said:
                    reason = OSError(number, os.strerror(number))
                    raise explain(reason, shown, "kexec(8)", self._system, log.last()) from error
            first = f"kexec_file_load(2) says {why.strerror}; " if why is not None else ""
            raise BootpickError(
                f"cannot load {shown}: {first}{error.message}", error.hint or log.last()
            ) from error
        return "kexec(8)"

    def unload(self, *, crash: bool = False) -> None:
        """Drop the image; whichever call loaded it, this one drops it."""
        flags = _FILE_UNLOAD | (_FILE_ON_CRASH if crash else 0)
        try:
            _kexec_file_load(-1, -1, "", flags)
        except OSError as error:
            if error.errno not in (errno.ENOSYS, errno.ENOTSUP):
                what = "the loaded kernel"
                call = "kexec_file_load(2)"
                raise explain(error, what, call, self._system, None) from error
            run_program(
                ["kexec", "--unload", *(["--load-panic"] if crash else [])], package="kexec-tools"
            )

    def jump_and_return(self) -> None:
        """Jump into the loaded image and come back: it was loaded to preserve what runs now.

        Not by ``kexec --exec``, which takes it for a failure when it comes back, and takes the
        network down before.
        """
        from .shutdown import jump_and_return

        try:
            jump_and_return()
        except OSError as error:
            raise BootpickError(
                f"the kernel does not jump: {error.strerror}",
                "the last lines of 'dmesg' may tell which task or device would not sleep",
            ) from error


_ACT = {
    (False, False): "--load",
    (True, False): "--load-panic",
    (False, True): "--load-preserve-context",
}


def jump_memory(memory: int) -> int:
    """Give the end of what a kernel may use that is come back from, of *memory*, all in bytes.

    What lies below is set aside for the time, in as much free memory again: without a limit
    kexec(8) would set all memory aside, of which kexec_load(2) takes no more than half.
    """
    return min(memory // 4, _JUMP_MEMORY) & ~0xFFFFF


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


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError as error:
        raise BootpickError(f"{path}: {error.strerror}") from error


def _open(path: str, files: ExitStack) -> _Opened:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        files.callback(os.close, handle)
        return _Opened(path, handle, os.fstat(handle))
    except OSError as error:
        raise BootpickError(f"{path}: {error.strerror}") from error


def _hash(opened: Sequence[_Opened], progress: Progress) -> list[LoadedFile]:
    """Read all files, which also brings them into memory, from where the kernel takes them."""
    total = sum(file.status.st_size for file in opened)
    done = 0
    found = []
    for file in opened:
        digest = hashlib.sha256()
        at = 0
        try:
            while chunk := os.pread(file.handle, _CHUNK, at):
                digest.update(chunk)
                at += len(chunk)
                done += len(chunk)
                progress(done, total)
        except OSError as error:
            raise BootpickError(f"{file.path}: {error.strerror}") from error
        found.append(LoadedFile(file.path, at, digest.hexdigest()))
    return found


def _is_unchanged(file: _Opened) -> bool:
    now = os.fstat(file.handle)
    return (now.st_size, now.st_mtime_ns) == (file.status.st_size, file.status.st_mtime_ns)


def _initrd(opened: Sequence[_Opened], files: ExitStack) -> int | None:
    """Give the initrd; several become one in memory, each padded to four bytes.

    A single one is passed on as it is, so that the kernel can check what is attached to the file.
    """
    if len(opened) < 2:
        return opened[0].handle if opened else None
    try:
        memory = os.memfd_create("initrd")
        files.callback(os.close, memory)
        for file in opened:
            size = 0
            while chunk := os.pread(file.handle, _CHUNK, size):
                size += len(chunk)
                _write_all(memory, chunk)
            _write_all(memory, b"\0" * (-size % 4))
        os.lseek(memory, 0, os.SEEK_SET)
        return memory
    except OSError as error:
        raise BootpickError(f"the initrd: {error.strerror}") from error


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
