"""File systems and files of images that are there for this process alone."""

import ctypes
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from ..errors import BootpickError
from ..volumes import Mount, Volume
from .images import copy_out, seen_at
from .libc import check, libc
from .parts import copy_parts
from .tree import LocalTree

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
            check(libc.unshare(_NEW_NAMESPACE))
            check(libc.mount(None, b"/", None, ctypes.c_ulong(_RECURSIVE_PRIVATE), None))
            point = tempfile.mkdtemp(prefix="bootpick-")
            options = (_MOUNTED if volume.mounts else _NO_REPLAY).get(volume.fstype or "", "")
            whole = next((mount.point for mount in volume.mounts if mount.top == "/"), None)
            flags = _MOUNT_FLAGS if whole is None else _MOUNT_FLAGS | _BIND
            check(
                libc.mount(
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
            libc.umount2(os.fsencode(point), 0)
        libc.setns(before, _NEW_NAMESPACE)
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
