"""What boot loaders keep between boots: GRUB's environment blocks, systemd-boot's EFI variables."""

import ctypes
import os
import sys
from contextlib import suppress

from ..errors import BootpickError


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
