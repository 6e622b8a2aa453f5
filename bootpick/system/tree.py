"""Files below a directory: this machine's ``/``, or another installation's tree."""

import os
import stat
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from ..errors import BootpickError, Unreadable
from ..volumes import Volume, flatten
from . import Found

if TYPE_CHECKING:
    from .images import ImageFiles

_CASELESS = frozenset(("vfat", "exfat", "ntfs"))
"""File systems in which a name is found in any case, also where the tree's own is another."""
_LINKS = 40
"""Symbolic links followed for one path, as in Linux."""
_STEPS = 200_000
"""Parts of paths that are looked at, in all; so many names of directories count as one."""
_STEPS_AT_ONCE = 2000
"""For one path, links included."""
_NAMES, _NAMES_IN_ALL = 8, 200_000
_DIRECTORIES = 10_000
"""Directories of which is remembered whether they are plain."""


class _Circle(Exception):
    """Links lead to each other."""


class LocalTree:
    """The files below *root*; nothing outside it is ever opened.

    A path is walked as the boot loader walks it: within one file system, whose own top is ``/``
    for absolute links, never across a mount point.
    """

    def __init__(
        self, root: str, volumes: tuple[Volume, ...], *, has_devices: bool = False
    ) -> None:
        """*has_devices* says that *volumes* are this machine's own."""
        self._has_devices = has_devices
        self.root = os.path.abspath(root)
        self._volumes = volumes
        self._images: ImageFiles | None = None
        self._plain: dict[tuple[str, str], str | None] = {}
        self._owners: dict[str, Volume] = {}
        """By mount point."""
        for volume in flatten(volumes):
            for mount in volume.mounts:
                self._owners.setdefault(mount.point, volume)
        self._inner_mounts = {
            above for point in self._owners for above in _directories_above(point)
        }
        """The directories below which something is mounted."""
        self._steps = _STEPS

    def path(self, host: str) -> str:
        """Give the path of this machine for *host*, a path in the tree."""
        return host if self.root == "/" else self.root + (host if host != "/" else "")

    def find(
        self, volume: Volume, inner: str, *, listed: bool = False, top: str = "/"
    ) -> Found | None:
        """Give the file *inner* of the file system on *volume*, following links within it."""
        self._step(1 + len(volume.mounts) // 32)
        if volume.image is not None:
            self._step(inner.count("/"))
            return self._image_files().find(volume, inner, listed=listed)
        directory, _, name = inner.rpartition("/")
        plain = self._plain_directory(volume, directory)
        found = None
        if plain is None or name in ("", ".", ".."):
            found = self._walk(volume, inner, listed=listed, top=top)
        else:
            path = f"{plain}/{name}"
            try:
                status = os.lstat(path)
                if stat.S_ISREG(status.st_mode):
                    return Found(path, False, status.st_size, int(status.st_mtime))
                found = self._walk(volume, inner, listed=listed, top=top)
            except (OSError, ValueError):
                if volume.fstype in _CASELESS:
                    found = self._walk(volume, inner, listed=listed, top=top)
        if found is None and volume.anything and inner.startswith("/@"):
            # The tree may be a btrfs subvolume, which GRUB's paths begin with.
            return self._walk(volume, "/" + inner[1:].partition("/")[2], listed=listed, top="/")
        return found

    def is_circle(self, volume: Volume, inner: str) -> bool:
        """Tell whether *inner* is not found because links lead to each other, or too many do."""
        try:
            if volume.image is None:
                self._follow(volume, inner, listed=False, top="/")
        except _Circle:
            return True
        return False

    def _walk(self, volume: Volume, inner: str, *, listed: bool, top: str) -> Found | None:
        try:
            return self._follow(volume, inner, listed=listed, top=top)
        except _Circle:
            return None

    def _follow(self, volume: Volume, inner: str, *, listed: bool, top: str) -> Found | None:
        done: list[str] = []
        todo = [part for part in inner.split("/") if part][::-1]
        links = 0
        found = self._status(volume, done)
        steps = 0
        while todo and found is not None:
            part = todo.pop()
            steps += 1
            self._step(2 + (len(done) + len(volume.mounts)) // 32)
            if steps > _STEPS_AT_ONCE:
                return None
            if part == ".":
                continue
            if part == "..":
                del done[-1:]
                found = self._status(volume, done)
                continue
            found = self._status(volume, [*done, part])
            if found is None and volume.fstype in _CASELESS:
                part = self._same_name(volume, done, part)
                found = self._status(volume, [*done, part])
            if found is None:
                return None
            path, status = found
            if stat.S_ISLNK(status.st_mode) and not (listed and not todo):
                links += 1
                if links > _LINKS:
                    raise _Circle
                target = os.readlink(path)
                if target.startswith("/"):
                    done = [part for part in top.split("/") if part]
                todo += [part for part in target.split("/") if part][::-1]
                found = self._status(volume, done)
            else:
                done.append(part)
        if found is None:
            return None
        path, status = found
        is_directory = stat.S_ISDIR(status.st_mode)
        if not is_directory and not listed and not stat.S_ISREG(status.st_mode):
            return None
        # Where Linux gets to the same file by the path as written, that is the one to show.
        host = volume.host_path(inner)
        if links and host is not None:
            written = self.path(os.path.normpath(host))
            if os.path.realpath(written) == os.path.realpath(path):
                path = written
        return Found(path, is_directory, status.st_size, int(status.st_mtime))

    def _plain_directory(self, volume: Volume, inner: str) -> str | None:
        """Give the path of this machine for a directory whose files need no further thought.

        That is one which is reached without links, and below which nothing is mounted. Looking a
        file up there takes one question to the system.
        """
        key = (volume.path, inner)
        if key in self._plain:
            return self._plain[key]
        plain = None
        host = volume.host_path(inner or "/")
        if host is not None and host not in self._inner_mounts:
            found = self._walk(volume, inner or "/", listed=False, top="/")
            if found is not None and found.is_directory and found.path == self.path(host):
                plain = found.path.rstrip("/")
        if len(self._plain) < _DIRECTORIES:
            self._plain[key] = plain
        return plain

    def _same_name(self, volume: Volume, done: list[str], part: str) -> str:
        """Give the name in the directory *done* that differs from *part* in case only."""
        found = self._status(volume, done)
        names = self.names(found[0]) if found is not None else []
        return next((name for name in names if name.lower() == part.lower()), part)

    def follow(self, host: str) -> str | None:
        """Give the path in the tree that *host* leads to by links, across file systems."""
        done: list[str] = []
        todo = [part for part in host.split("/") if part][::-1]
        links = steps = 0
        while todo:
            part = todo.pop()
            steps += 1
            self._step(1)
            if steps > _STEPS_AT_ONCE or links > _LINKS:
                return None
            if part in (".", ".."):
                done = done[:-1] if part == ".." else done
                continue
            path = self.path("/" + "/".join([*done, part]))
            try:
                is_link = stat.S_ISLNK(os.lstat(path).st_mode)
                target = os.readlink(path) if is_link else None
            except (OSError, ValueError):
                return None
            if target is None:
                done.append(part)
                continue
            links += 1
            done = [] if target.startswith("/") else done
            todo += [part for part in target.split("/") if part][::-1]
        return "/" + "/".join(done)

    def sees(self, volume: Volume, inner: str) -> bool:
        """Tell whether the place of *inner* on *volume* is to be seen, be there a file or not."""
        host = volume.host_path(inner)
        return host is not None and self._is_there(volume, inner, host)

    def _is_there(self, volume: Volume, inner: str, host: str) -> bool:
        """Tell whether what is seen at *host* is *inner* of *volume*, and nothing mounted over it.

        That may be another file system, or another subvolume of the same.
        """
        if volume.anything or (there := self._owner(host)) is None:
            return True
        return there == volume and volume.inner_path(host) == inner

    def _owner(self, host: str) -> Volume | None:
        """Give the volume whose file system is seen at the path *host* of the tree."""
        owners = self._owners
        while host not in owners and host not in ("", "/"):
            host = host.rpartition("/")[0] or "/"
        return owners.get(host)

    def _step(self, steps: int) -> None:
        self._steps -= steps
        if self._steps < 0:
            raise BootpickError("too many files are looked for: no more are found")

    def is_closed(self, volume: Volume, inner: str) -> bool:
        """Tell whether *inner* is a directory that may not be looked into by who runs this."""
        found = self.find(volume, inner)
        return found is not None and not os.access(found.path, os.R_OK | os.X_OK)

    def look_into(self, volume: Volume) -> Volume:
        """Give *volume*, an image, with what the file system in it says of itself."""
        return self._image_files().look_into(volume)

    def _image_files(self) -> "ImageFiles":
        if self._images is None:
            from .images import ImageFiles

            self._images = ImageFiles(self)
        return self._images

    def _status(self, volume: Volume, parts: list[str]) -> tuple[str, os.stat_result] | None:
        inner = "/" + "/".join(parts)
        host = volume.host_path(inner)
        if host is not None and self._is_there(volume, inner, host):
            path = self.path(host)
            try:
                return path, os.lstat(path)
            except (OSError, ValueError):
                pass
        # Above a mounted subvolume there may be nothing to be seen, but it can be walked through.
        tops = [mount.top for mount in volume.mounts if mount.top != "/"]
        above = any(top.startswith(inner.rstrip("/") + "/") for top in tops)
        return (self.root, os.lstat(self.root)) if above else None

    def read(self, path: str, limit: int, offset: int = 0) -> bytes:
        """Give at most *limit* bytes of the regular file at *path*."""
        if self._images is not None and path in self._images:
            return self._images.read(path, limit, offset)
        return _read(path, limit, offset, stat.S_ISREG, "a regular file")

    def read_device(self, volume: Volume, offset: int, limit: int) -> bytes:
        """Give at most *limit* bytes of the device itself."""
        if not self._has_devices or volume.image is not None:
            raise BootpickError(f"{volume.path} itself cannot be read from here")
        return _read(volume.path, limit, offset, stat.S_ISBLK, "a block device")

    def names(self, path: str, *, strict: bool = False) -> list[str]:
        """Give the names in the directory at *path*, in its own order."""
        if self._images is not None and path in self._images:
            return self._images.names(path)
        self._step(1)
        try:
            with os.scandir(path) as entries:
                names = [entry.name for entry in islice(entries, _NAMES_IN_ALL + 1)]
        except OSError as error:
            if strict and isinstance(error, PermissionError):
                raise _unreadable(path, error) from error
            return []
        if len(names) > _NAMES_IN_ALL:
            raise BootpickError(f"{path}: it has too many names to be listed")
        self._step(len(names) // _NAMES)
        return names


def _read(path: str, limit: int, offset: int, is_kind: Callable[[int], bool], kind: str) -> bytes:
    try:
        # Never block on a pipe or a device that took the place of a file.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            status = os.fstat(handle)
            if not is_kind(status.st_mode):
                raise BootpickError(f"{path}: not {kind}")
            chunks: list[bytes] = []
            while limit > 0 and (chunk := os.pread(handle, min(limit, 1 << 20), offset)):
                chunks.append(chunk)
                limit -= len(chunk)
                offset += len(chunk)
                if offset == status.st_size:
                    break
            return b"".join(chunks)
        finally:
            os.close(handle)
    except PermissionError as error:
        raise _unreadable(path, error) from error
    except OSError as error:
        raise BootpickError(f"{path}: {error.strerror}") from error


def _unreadable(path: str, error: OSError) -> Unreadable:
    return Unreadable(f"{path}: {error.strerror}", "run it as root")


def _directories_above(path: str) -> Iterator[str]:
    while path != "/":
        path = path.rpartition("/")[0] or "/"
        yield path


def size_of(path: str) -> int | None:
    """Give the size of a file in bytes, ``None`` where it cannot be seen."""
    try:
        return os.stat(path).st_size
    except OSError:
        return None


def is_regular(path: str) -> bool:
    """Tell whether *path* is a regular file, or a link to one."""
    return os.path.isfile(path)
