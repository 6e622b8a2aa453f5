"""From GRUB Legacy's names of devices and files to file systems and files of this machine."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from posixpath import dirname
from typing import NamedTuple, Protocol

from ..entries import BootFile
from ..errors import BootpickError
from ..resolve import Resolver
from ..system import FileTree, Found
from ..volumes import Volume, flatten
from .parser import parse_place
from .syntax import Device

_PATH_LIMIT = 4096
"""Characters of a path; Linux finds no file at a longer one."""
_SEARCHED = 64
"""File systems in which a file is looked for."""


class Disks(Protocol):
    """The disks of a machine in the order of its firmware, as far as that is known."""

    def find(self, name: str) -> Volume | None:
        """Give the disk ``hd0``, or its partition ``hd0,1``; these count from 1."""

    def name_of(self, volume: Volume) -> str | None:
        """Give the name of the disk or partition *volume*."""


class Spot(NamedTuple):
    """Where the paths of an entry begin."""

    word: str
    """As the configuration has it; empty where it names none."""
    volume: Volume | None
    is_sure: bool = False
    """It is not the order of the disks that tells which one it is."""


class Lookup(NamedTuple):
    """What came of looking for a file."""

    file: BootFile
    found: Found | None
    wanted: Spot
    """Where it should be."""
    spot: Spot
    """Where it is."""


class Files:
    """Finds the files that a configuration names.

    The firmware's order of disks cannot be known for sure from a running system: ``device.map``
    says what it was at the time of the installation, and without it lsblk's order has to do. So a
    file that is not where its device should be is looked for in the file system that holds the
    configuration, and then in the others that can be seen.
    """

    def __init__(
        self,
        files: FileTree,
        volumes: tuple[Volume, ...],
        disks: Disks,
        home: tuple[Volume, str],
        mapped: Mapping[str, str],
    ) -> None:
        """*home* is where the configuration is; *mapped* has device nodes by the disks' names."""
        self._files = files
        self.resolver = Resolver(files)
        self._disks = disks
        self._mapped = mapped
        self._home, inner = home
        self.everything = tuple(flatten(volumes))
        boot = dirname(dirname(inner))
        self._below = "/boot" if boot == "/" else boot
        """Where a file system for ``/boot`` is, in a tree that stands for all."""

    def home(self) -> Spot:
        """Give where paths begin without ``root``: GRUB is where its configuration is."""
        return Spot("", self._home, is_sure=True)

    def spot(self, device: Device) -> Spot:
        """Give what *device* stands for."""
        return Spot(str(device), self._volume(device), is_sure=device.disk == "nd")

    def spot_by_uuid(self, uuid: str) -> Spot:
        """Give the file system with that UUID."""
        for volume in self.everything:
            if volume.anything or (volume.uuid or "").lower() == uuid.lower():
                return Spot(f"(UUID {uuid})", volume, is_sure=True)
        return Spot(f"(UUID {uuid})", None, is_sure=True)

    def spot_with(self, path: str) -> Spot | None:
        """Give the first file system that has the file *path*, as ``find --set-root`` does."""
        with suppress(BootpickError):  # so much was looked for that it has to end
            for volume in self._seen():
                if self._find(volume, path) is not None:
                    return Spot(f"(with {path})", volume, is_sure=True)
        return None

    def spot_in(self, disk: str, image: BootFile, found: Found) -> Spot:
        """Give *disk* as grub4dos makes it of an image in a file.

        Raises BootpickError where it cannot be looked into.
        """
        assert image.volume is not None
        volume = Volume(found.path, "loop", image=(image.volume, image.inner))
        return Spot(disk, self._files.look_into(volume), is_sure=True)

    def exists(self, path: str) -> bool:
        """Tell whether any file system that can be seen has the file *path*."""
        return self.spot_with(path) is not None

    def _volume(self, device: Device) -> Volume | None:
        if device.slice or device.disk == "nd":
            return None
        name = device.disk
        node = self._mapped.get(name)
        disk = next((one for one in self.everything if one.path == node), None) if node else None
        if disk is not None:
            name = self._disks.name_of(disk) or name
        if device.partition is not None:
            name = f"{name},{device.partition + 1}"
        return self._disks.find(name)

    def _seen(self) -> Iterator[Volume]:
        """Give the file systems that can be looked into, the configuration's first."""
        yield self._home
        others = [one for one in self.everything if one.mounts and one != self._home]
        yield from others[:_SEARCHED]

    def _find(self, volume: Volume, path: str) -> Found | None:
        if not path.startswith("/") or len(path) > _PATH_LIMIT:
            return None
        found = self._files.find(volume, path)
        if found is None and volume.anything:
            found = self._files.find(volume, self._below + path)
        return found

    def look_up(self, word: str, root: Spot, moved: Mapping[str, Spot]) -> Lookup:
        """Look up the file that *word* names when paths begin at *root*.

        *moved* has what stands in for a device, by its name, since other files were found there.
        """
        place = parse_place(word)
        if place is None:
            missing = f"bootpick does not know what the device of {word} is"
            return Lookup(BootFile(word, None, problem=missing), None, root, root)
        device, path = place
        wanted = root if device is None or str(device) == root.word else self.spot(device)
        spot = moved.get(wanted.word, wanted)
        if not path.startswith("/"):
            meant = f"GRUB takes {word} for a list of blocks, as its path does not begin with '/'"
            return Lookup(BootFile(word, None, spot.volume, path, meant), None, wanted, spot)
        inner = "/" + "/".join([part for part in path.split("/") if part])
        try:
            spot, found = self._place(spot, inner)
        except BootpickError as error:  # so much was looked for that it has to end
            problem = BootFile(word, None, spot.volume, inner, error.message)
            return Lookup(problem, None, wanted, spot)
        name = spot.word.strip("()")
        file = self.resolver.file(word, name, spot.volume, inner, found)
        return Lookup(file, found, wanted, spot)

    def _place(self, spot: Spot, inner: str) -> tuple[Spot, Found | None]:
        """Find the file *inner* at *spot*, or else where it is."""
        volume = spot.volume
        found = None if volume is None else self._find(volume, inner)
        if found is None and not spot.is_sure and self._is_missing(volume, inner):
            for other in self._seen():
                elsewhere = self._find(other, inner)
                if elsewhere is not None and not elsewhere.is_directory:
                    return Spot(spot.word, other), elsewhere
        return spot, found

    def _is_missing(self, volume: Volume | None, inner: str) -> bool:
        """Tell whether a file that was not found on *volume* cannot be there."""
        if volume is None or not (volume.mountable or volume.mounts):
            return True
        return self._files.sees(volume, inner)

    def starts_with(self, found: Found, size: int) -> bytes:
        """Give the first *size* bytes of a file, none where it cannot be read."""
        try:
            return self._files.read(found.path, size)
        except BootpickError:  # often only root may read a kernel
            return b""
