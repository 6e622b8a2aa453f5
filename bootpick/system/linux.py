"""The real machine: kexec system calls, systemd, mounts, and the record in /run."""

import ctypes
import errno
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from ..errors import BootpickError, LoadRefused, SignatureRefused
from ..volumes import Mount, Volume
from .images import copy_out, seen_at
from .machine import LoadedImage, Machine
from .parts import copy_parts
from .tree import LocalTree

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

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


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
            _run_tool(["kexec", "--unload"])


def _kexec_file_load(kernel: int, initrd: int, cmdline: str, flags: int) -> None:
    number = _FILE_LOAD.get(os.uname().machine)
    if number is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    text = cmdline.encode("utf-8", "surrogateescape")
    _check(
        _libc.syscall(
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
        _run_tool(command, handles)
    except BootpickError as error:
        if "not permitted" in error.message:
            raise _refusal(shown, PermissionError(errno.EPERM, "")) from error
        raise BootpickError(
            f"cannot load {shown}: kexec_file_load(2) says {why.strerror}; {error.message}",
            error.hint,
        ) from error


def _run_tool(command: list[str], handles: tuple[int, ...] = ()) -> None:
    try:
        result = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            pass_fds=handles,
            check=False,
            errors="replace",
        )
    except FileNotFoundError as error:
        raise BootpickError(
            f"{command[0]} is not installed", "install the package kexec-tools"
        ) from error
    if result.returncode != 0:
        lines = (result.stderr or result.stdout).strip().splitlines()
        said = lines[-1] if lines else f"status {result.returncode}"
        raise BootpickError(f"{command[0]}: {said.removeprefix(command[0] + ': ')}")


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


class Systemd:
    """systemd as PID 1."""

    name = "systemd"

    def require_kexec(self) -> None:
        """Refuse where systemd is not what runs this machine."""
        if not os.path.isdir("/run/systemd/system"):
            raise BootpickError(
                f"PID 1 is not systemd but '{_read('/proc/1/comm')}', which bootpick cannot ask "
                "for a kexec yet",
                "without --exec the kernel is loaded only",
            )

    def start_kexec(self) -> None:
        """Run ``systemctl kexec``, which returns when the job is queued."""
        _run_tool(["systemctl", "kexec"])

    def wait(self, seconds: int) -> None:
        """Sleep; systemd stops this process with the others."""
        time.sleep(seconds)

    def reboots_by_kexec(self) -> bool:
        """Look at reboot.target, which administrators link to kexec.target, and the version.

        From version 255 on, ``systemctl reboot`` takes a loaded kernel by itself.
        """
        for directory in ("/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"):
            target = f"{directory}/reboot.target"
            if os.path.lexists(target):
                if os.path.basename(os.path.realpath(target)) == "kexec.target":
                    return True
                break
        return os.path.isdir("/run/systemd/system") and _systemd_version() >= 255


def _systemd_version() -> int:
    try:
        result = subprocess.run(
            ["systemctl", "--version"], capture_output=True, check=False, errors="replace"
        )
    except OSError:
        return 0
    words = result.stdout.split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


_NO_REPLAY = {
    "ext2": "",
    "ext3": "noload",
    "ext4": "noload",
    "xfs": "norecovery",
    # GRUB's paths begin at the top, whatever the default subvolume is.
    "btrfs": "rescue=nologreplay,subvolid=5",
}
_MOUNTED = {"btrfs": "subvolid=5"}
"""Options where the file system is in use: that one has no journal left to replay."""
_NEW_NAMESPACE = 0x00020000  # CLONE_NEWNS
_MOUNT_FLAGS = 1 | 2 | 4 | 8  # MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC
_BIND = 0x1000  # MS_BIND
_RECURSIVE_PRIVATE = 0x4000 | (1 << 18)  # MS_REC, MS_PRIVATE


class PrivateMounts:
    """Mounts that no other process sees and that end with the block."""

    @contextmanager
    def mounted(self, volume: Volume) -> Iterator[str]:
        """Mount in a mount namespace of this process; its journal is not replayed.

        One that is mounted is seen again without what is mounted over its directories.
        """
        before = os.open("/proc/self/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
        point = ""
        try:
            _check(_libc.unshare(_NEW_NAMESPACE))
            _check(_libc.mount(None, b"/", None, ctypes.c_ulong(_RECURSIVE_PRIVATE), None))
            point = tempfile.mkdtemp(prefix="bootpick-")
            options = (_MOUNTED if volume.mounts else _NO_REPLAY).get(volume.fstype or "", "")
            whole = next((mount.point for mount in volume.mounts if mount.top == "/"), None)
            flags = _MOUNT_FLAGS if whole is None else _MOUNT_FLAGS | _BIND
            _check(
                _libc.mount(
                    os.fsencode(volume.path if whole is None else whole),
                    os.fsencode(point),
                    (volume.fstype or "").encode(),
                    ctypes.c_ulong(flags),
                    options.encode() or None,
                )
            )
        except OSError as error:
            self._leave(before, point, mounted=False)
            raise BootpickError(f"cannot mount {volume.path}: {error.strerror}") from error
        try:
            yield point
        finally:
            self._leave(before, point, mounted=True)

    @staticmethod
    def _leave(before: int, point: str, *, mounted: bool) -> None:
        if mounted:
            _libc.umount2(os.fsencode(point), 0)
        _libc.setns(before, _NEW_NAMESPACE)
        os.close(before)
        if point:
            with suppress(OSError):
                os.rmdir(point)

    def find(self, point: str, inner: str) -> str | None:
        """Look within the file system, as everywhere."""
        volume = Volume(point, "part", mounts=(Mount(point),))
        found = LocalTree("/", (volume,)).find(volume, inner)
        return found.path if found is not None and not found.is_directory else None

    @contextmanager
    def copied(self, volume: Volume, inner: str, point: str | None) -> Iterator[str]:
        """Copy it into memory; the path is good for this process and its children alone."""
        volume = seen_at(volume, point)
        holder = volume.image[0] if volume.image else volume
        with _path_of(copy_out(volume, inner, LocalTree("/", (holder,)))) as path:
            yield path

    @contextmanager
    def parts_copied(
        self, path: str, parts: Sequence[tuple[int, int]], stamp: tuple[int, int] | None
    ) -> Iterator[str]:
        """Copy them into memory; the path is good for this process and its children alone."""
        with _path_of(copy_parts(path, parts, stamp)) as copy:
            yield copy


@contextmanager
def _path_of(memory: int) -> Iterator[str]:
    """Give a path of the open file *memory*, which is closed with the block."""
    try:
        yield f"/proc/{os.getpid()}/fd/{memory}"
    finally:
        os.close(memory)


class BlockFiles:
    """GRUB's environment blocks and EFI variables, which are files."""

    def replace(self, path: str, before: str, after: str) -> None:
        """Write the block where it lies: GRUB finds it by its place on the disk.

        It is shorter than a sector or two, is written with one call, and keeps its length.
        """
        try:
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                known = before.encode("utf-8", "surrogateescape")
                if os.pread(handle, len(known) + 1, 0) != known:
                    raise BootpickError(f"{path} has changed since it was read", "try again")
                os.pwrite(handle, after.encode("utf-8", "surrogateescape"), 0)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise BootpickError(f"{path}: {error.strerror}") from error

    def delete(self, path: str, before: bytes) -> None:
        """Delete the variable; efivarfs protects it with the "immutable" attribute."""
        try:
            with open(path, "rb") as file:
                if file.read(len(before) + 1) != before:
                    raise BootpickError(f"{path} has changed since it was read", "try again")
                _make_mutable(file.fileno())
            os.unlink(path)
        except OSError as error:
            raise BootpickError(f"{path}: {error.strerror}") from error

    def restore(self, path: str, before: bytes) -> None:
        """Write attributes and value with one call, as efivarfs wants it."""
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            try:
                os.write(handle, before)
            finally:
                os.close(handle)
        except OSError as error:
            raise BootpickError(f"{path}: {error.strerror}") from error


# FS_IOC_GETFLAGS, FS_IOC_SETFLAGS: numbers that have the size of a long in them.
_LONG = ctypes.sizeof(ctypes.c_long) << 16
_GET_FLAGS, _SET_FLAGS = 0x80006601 | _LONG, 0x40006602 | _LONG
_IMMUTABLE = 0x10  # FS_IMMUTABLE_FL


def _make_mutable(handle: int) -> None:
    """Take the attribute away from an open file, where its file system has such attributes."""
    import fcntl

    with suppress(OSError):
        flags = bytearray(4)
        fcntl.ioctl(handle, _GET_FLAGS, flags)
        mutable = int.from_bytes(flags, sys.byteorder) & ~_IMMUTABLE
        fcntl.ioctl(handle, _SET_FLAGS, mutable.to_bytes(4, sys.byteorder))


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
    return Machine(LinuxKernel(), Systemd(), PrivateMounts(), RunRecords(), BlockFiles())
