"""What a GRUB sees of the machine: devices, files, and what it is told about the firmware."""

from typing import NamedTuple

from ..system import FileTree, Found
from ..volumes import Volume
from .devices import DeviceMap, split_path
from .dialect import UPSTREAM, Dialect

CONFIG_LIMIT = 6 << 20
"""Bytes that are read of a configuration file."""


class Place(NamedTuple):
    """Where a path of GRUB's leads."""

    volume: Volume | None
    """``None`` where there is no such device."""
    device: str
    inner: str
    found: Found | None


class World:
    """The machine under GRUB's names."""

    def __init__(
        self,
        devices: DeviceMap,
        files: FileTree,
        *,
        platform: str,
        cpu: str,
        firmware_setup: bool = True,
        dialect: Dialect = UPSTREAM,
    ) -> None:
        self.devices = devices
        self.files = files
        self.platform = platform
        self.cpu = cpu
        self.dialect = dialect
        self.firmware_setup = firmware_setup
        """Whether the firmware can be told to show its setup."""
        self._places: dict[tuple[str, str], Place] = {}

    def place(self, path: str, root: str) -> Place:
        """Give where *path* leads when ``$root`` is *root*."""
        device, inner = split_path(path)
        if device is None:
            device = root
        key = (device, inner)
        known = self._places.get(key)
        if known is None:
            volume = self.devices.find(device)
            # GRUB ignores slashes that are repeated or stand at the end.
            inner = "/" + "/".join(part for part in inner.split("/") if part)
            found = self.files.find(volume, inner) if volume else None
            known = self._places[key] = Place(volume, device, inner, found)
        return known

    def read(self, place: Place, limit: int = CONFIG_LIMIT) -> str:
        """Give the text of a file that was found; bytes that are not UTF-8 are kept as they are.

        Raises BootpickError where it cannot be read.
        """
        assert place.found is not None
        return self.files.read(place.found.path, limit).decode("utf-8", "surrogateescape")
