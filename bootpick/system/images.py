"""Files inside image files: found and read as if they lay below the image's own path."""

import os
from contextlib import suppress

from ..errors import BootpickError, NotBootable
from ..volumes import Mount, Volume
from . import FileTree, Found
from .iso9660 import Allowance, Iso9660, Node, NoImage

_CHUNK = 1 << 20


class ImageFiles:
    """What is in the images that lie in *tree*; ISO 9660 is the one known format."""

    def __init__(self, tree: FileTree) -> None:
        self._tree = tree
        self._allowance = Allowance()
        self._images: dict[str, Iso9660 | BootpickError] = {}
        self._inside: dict[str, tuple[Iso9660, Node]] = {}
        """What was found, by the path that was given for it."""

    def _image(self, volume: Volume) -> Iso9660:
        image = self._images.get(volume.path)
        if image is None:
            try:
                image = self._open(volume)
            except BootpickError as error:
                image = error
            self._images[volume.path] = image
        if isinstance(image, BootpickError):
            raise image
        return image

    def _open(self, volume: Volume) -> Iso9660:
        assert volume.image is not None
        holder, inner = volume.image
        if holder.image is not None:
            raise NoImage(f"{volume.path}: images within images are not looked into")
        found = self._tree.find(holder, inner) if inner.startswith("/") else None
        if found is None or found.is_directory:
            raise NoImage(f"{volume.path}: not a file that can be seen")
        path, size = found.path, found.size
        try:
            return Iso9660(
                lambda offset, limit: self._tree.read(path, limit, offset), size, self._allowance
            )
        except NoImage as error:
            raise NoImage(f"{volume.path}: {error.message}") from error

    def look_into(self, volume: Volume) -> Volume:
        """Give *volume* with its format, label and UUID."""
        image = self._image(volume)
        return volume._replace(fstype="iso9660", label=image.label, uuid=image.uuid)

    def find(self, volume: Volume, inner: str, *, listed: bool) -> Found | None:
        """Look in the image, as :meth:`FileTree.find` does."""
        try:
            image = self._image(volume)
        except BootpickError:  # said when it was looked into
            return None
        try:
            found = image.find(inner, listed=listed)
        except BootpickError as error:
            raise BootpickError(f"{volume.path}: {error.message}") from error
        if found is None:
            return None
        way, node = found
        path = volume.path + way
        self._inside[path] = image, node
        return Found(path, node.kind == "directory", node.size, node.modified)

    def __contains__(self, path: str) -> bool:
        return path in self._inside

    def read(self, path: str, limit: int, offset: int) -> bytes:
        """Give at most *limit* bytes. Raises BootpickError where the image is damaged there."""
        image, node = self._inside[path]
        try:
            return image.content(node, limit, offset)
        except BootpickError as error:
            raise BootpickError(f"{path}: {error.message}") from error

    def names(self, path: str) -> list[str]:
        """Give the names in a directory."""
        image, node = self._inside[path]
        with suppress(BootpickError):
            return image.names(node)
        return []


def copy_out(volume: Volume, inner: str, tree: FileTree) -> int:
    """Copy the file *inner* of the image *volume*, which lies in *tree*, to a file in memory.

    Gives its handle. Raises NotBootable where there is no such file, BootpickError where it cannot
    be read.
    """
    tree.look_into(volume)
    found = tree.find(volume, inner)
    if found is None or found.is_directory:
        raise NotBootable(f"{inner} does not exist in {volume.path}")
    memory = os.memfd_create("bootpick")
    try:
        for offset in range(0, found.size, _CHUNK):
            data = memoryview(tree.read(found.path, _CHUNK, offset))
            while data:
                data = data[os.write(memory, data) :]
    except OSError as error:
        os.close(memory)
        raise BootpickError(f"cannot copy {found.path}: {error.strerror}") from error
    except BootpickError:
        os.close(memory)
        raise
    return memory


def seen_at(volume: Volume, point: str | None) -> Volume:
    """Give the image *volume* as it is seen from ``/``.

    Its file system is mounted at *point*; without one its own path leads there.
    """
    assert volume.image is not None
    holder, inner = volume.image
    if point is None:
        return volume._replace(image=(holder._replace(mounts=(Mount("/"),)), volume.path))
    return volume._replace(image=(holder._replace(mounts=(Mount(point),)), inner))
