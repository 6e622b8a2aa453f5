"""From the words a boot loader gets to files of this machine, and what is doubtful about them."""

from typing import NamedTuple

from .entries import BootFile
from .errors import BootpickError
from .kernel_image import ImageHeader, parse_x86_header, release_from_name
from .system import FileTree, Found
from .volumes import Volume

_START = 20 << 10
"""Bytes of a kernel that are read at once; its version mostly stands within them."""


class Image(NamedTuple):
    """What is known of a kernel file."""

    header: ImageHeader | None
    release: str | None


class Resolver:
    """Looks files up, each of them once."""

    def __init__(self, files: FileTree) -> None:
        self._files = files
        self._images: dict[str, Image] = {}

    def file(
        self, word: str, device: str, volume: Volume | None, inner: str, found: Found | None
    ) -> BootFile:
        """Give the file that *word* names, *inner* on *volume*, and why it cannot be loaded."""
        if volume is None:
            missing = f"there is no device ({device}) on this machine for {word}"
            return BootFile(word, None, None, inner, missing)
        if not inner.startswith("/"):
            meant = f"GRUB takes {word} for a list of blocks, as its path does not begin with '/'"
            return BootFile(word, None, volume, inner, meant)
        if volume.image is not None:
            return BootFile(word, None, volume, inner, self._problem_inside(volume, inner, found))
        if found is not None:
            problem = f"{found.path} is a directory" if found.is_directory else None
            return BootFile(word, found.path, volume, inner, problem)
        host = volume.host_path(inner)
        if host is not None and self._files.sees(volume, inner):
            path = self._files.path(host)
            return BootFile(word, path, volume, inner, f"{path} does not exist")
        if not volume.mountable and not volume.mounts:
            there = f"{volume.path} has no file system to hold {inner}"
            if volume.fstype is not None:
                there = f"{inner} cannot be seen: {volume.path} holds {volume.fstype}"
            return BootFile(word, None, volume, inner, there)
        return BootFile(word, None, volume, inner)

    def _problem_inside(self, volume: Volume, inner: str, found: Found | None) -> str | None:
        """Say why a file in the image *volume* cannot be loaded."""
        assert volume.image is not None
        holder, image = volume.image
        if found is not None:
            if found.is_directory:
                return f"{found.path} is a directory"
            try:  # an image that was not downloaded to its end
                self._files.read(found.path, 1, max(found.size - 1, 0))
            except BootpickError as error:
                return error.message
            return None
        if volume.fstype is not None:
            return f"{inner} does not exist in {volume.path}"
        if not image.startswith("/") or volume.to_mount() is None or holder.image is not None:
            return f"bootpick cannot look into {volume.path}"
        if holder.fstype is None and not holder.mounts:
            return f"{holder.path} has no file system to hold {image}"
        return None

    def image(self, file: BootFile) -> Image:
        """Give what is known of a kernel: from its header, else from its name."""
        key = f"{file.volume.path}{file.inner}" if file.volume else file.word
        if key not in self._images:
            self._images[key] = self._read_image(file)
        return self._images[key]

    def _read_image(self, file: BootFile) -> Image:
        release = release_from_name(file.inner.rpartition("/")[2])
        if file.problem is not None:
            return Image(None, release)
        try:
            path = file.path or self._path_inside(file)
            if path is None:
                return Image(None, release)
            start = self._files.read(path, _START)
            header = parse_x86_header(start)
            if header is not None and header.version_offset is not None:
                at = header.version_offset
                text = start[at : at + 200] or self._files.read(path, 200, at)
                words = text.partition(b"\0")[0].decode("ascii", "replace").split()
                release = words[0] if words else release
        except BootpickError:  # often only root may read a kernel; its name will do
            return Image(None, release)
        return Image(header, release)

    def _path_inside(self, file: BootFile) -> str | None:
        found = self._files.find(file.volume, file.inner) if file.volume and file.in_image else None
        return found and found.path
