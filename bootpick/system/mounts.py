"""File systems and files of images that are there for this process alone."""

import ctypes
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

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
    "btrfs": "rescue=nologreplay",
}
"""Options that keep it from writing, where the file system is not in use."""
_NEW_NAMESPACE = 0x00020000  # CLONE_NEWNS
_MOUNT_FLAGS = 1 | 2 | 4 | 8  # MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC
_BIND = 0x1000  # MS_BIND
_RECURSIVE_PRIVATE = 0x4000 | (1 << 18)  # MS_REC, MS_PRIVATE


class PrivateMounts:
    """Mounts that no other process sees and that end with the block."""

    @contextmanager
    def mounted(self, volume: Volume, at: Mount | None = None) -> Iterator[str]:
        """Mount in a mount namespace of this process; its journal is not replayed.

        It is mounted as *at* says, or whole, in a directory of its own, which is given.
        One that is mounted is seen again without what is mounted over its directories.
        """
        with ExitStack() as undo:
            try:
                if at is None:
                    at = Mount(tempfile.mkdtemp(prefix="bootpick-"))
                    undo.callback(_remove, at.point)
                undo.enter_context(_own_namespace())
                _mount(volume, at)
            except OSError as error:
                raise BootpickError(f"cannot mount {volume.path}: {error.strerror}") from error
            undo.callback(libc.umount2, os.fsencode(at.point), 0)
            yield at.point

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
def _own_namespace() -> Iterator[None]:
    """Be in a mount namespace that begins as the one there is, and of which nobody sees anything.

    Raises OSError.
    """
    paths = (("/proc/self/ns/mnt", os.O_RDONLY), ("/", os.O_PATH), (".", os.O_PATH))
    with ExitStack() as handles:
        before, root, current = (
            handles.enter_context(_opened(path, flags)) for path, flags in paths
        )
        check(libc.unshare(_NEW_NAMESPACE))
        try:
            check(libc.mount(None, b"/", None, ctypes.c_ulong(_RECURSIVE_PRIVATE), None))
            yield
        finally:
            # It puts the process at the top, also out of a root of its own.
            libc.setns(before, _NEW_NAMESPACE)
            os.fchdir(root)
            os.chroot(".")
            os.fchdir(current)


@contextmanager
def _opened(path: str, flags: int) -> Iterator[int]:
    handle = os.open(path, flags | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        os.close(handle)


def _remove(directory: str) -> None:
    with suppress(OSError):
        os.rmdir(directory)


def _mount(volume: Volume, at: Mount) -> None:
    """Mount *volume* read-only. Raises OSError."""
    kind = volume.fstype or ""
    options = [] if volume.mounts else [_NO_REPLAY.get(kind, "")]
    if kind == "btrfs":  # whatever its default subvolume is
        options.append("subvolid=5" if at.top == "/" else f"subvol={at.top}")
    whole = next((mount.point for mount in volume.mounts if mount.top == "/"), None)
    source = volume.path if whole is None else f"{whole.rstrip('/')}{at.top}"
    flags = _MOUNT_FLAGS if whole is None else _MOUNT_FLAGS | _BIND
    check(
        libc.mount(
            os.fsencode(source),
            os.fsencode(at.point),
            kind.encode(),
            ctypes.c_ulong(flags),
            os.fsencode(",".join(filter(None, options))) or None,
        )
    )


@contextmanager
def _path_of(memory: int) -> Iterator[str]:
    """Give a path of the open file *memory*, which is closed with the block."""
    try:
        yield f"/proc/{os.getpid()}/fd/{memory}"
    finally:
        os.close(memory)
