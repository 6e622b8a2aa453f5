"""Unified kernel images where they lie: read, and what the stub would add to them."""

from typing import Any

from ..entries import BootFile
from ..system import FileTree, Found
from .naming import EntryName
from .pe import Read
from .places import ADDONS, Folder, join
from .uki import Addon, AddonFile, Uki, addon_notes, is_addon, read_addons, read_uki

_ADDONS_LIMIT = 100
"""Addons that are read of one directory."""


class Images:
    """Reads images and their addons; those for all images once."""

    def __init__(self, files: FileTree, architecture: str | None) -> None:
        """*architecture* is this machine's, by its EFI name."""
        self._files = files
        self._architecture = architecture
        self._shared: dict[tuple[str, str], tuple[Addon, ...]] = {}

    def read(self, name: str, found: Found) -> tuple[Uki, ...]:
        """Read the image *found*; what is none has its problem in the only value."""
        return read_uki(name, found.size, self._reader_of(found), self._architecture)

    def addon_notes(self, folder: Folder, inner: str, name: EntryName) -> list[str]:
        """Tell of what the stub would give to the image *inner*, and bootpick does not."""
        shared = join(folder.inner, ADDONS)
        key = folder.volume.path, shared
        if key not in self._shared:
            files = self._addon_files(folder, shared)[0]
            self._shared[key] = read_addons(files, (), self._architecture)
        own, beside = self._addon_files(folder, f"{inner.rpartition('/')[0]}/{name.name}.extra.d")
        addons = read_addons((), own, self._architecture)
        return [*addon_notes((*self._shared[key], *addons), beside)]

    def _addon_files(self, folder: Folder, directory: str) -> tuple[list[AddonFile], list[str]]:
        """Give the addons in *directory*, and the names of all that is there."""
        found = self._files.find(folder.volume, directory)
        if found is None or not found.is_directory:
            return [], []
        names = sorted(self._files.names(found.path))
        files: list[AddonFile] = []
        for name in [name for name in names if is_addon(name)][:_ADDONS_LIMIT]:
            file = self._files.find(folder.volume, f"{directory}/{name}")
            if file is not None and not file.is_directory:
                files.append(AddonFile(name, file.size, self._reader_of(file)))
        return files, names

    def _reader_of(self, found: Found) -> Read:
        return lambda offset, length: self._files.read(found.path, length, offset)


def image_fields(image: BootFile, uki: Uki) -> dict[str, Any]:
    """Give the fields of an entry that boots *uki*, which is in the file *image*."""
    kernel, initrds = uki.files(image)
    return {
        "kind": "uki",
        "kernel": kernel or image,
        "initrds": initrds,
        "cmdline": uki.cmdline,
        "version": uki.release,
        "architecture": uki.architecture,
        "bootable": not uki.problems,
        "reasons": (*uki.problems, *uki.notes),
    }
