"""What a GRUB sees of the machine: devices, files, and what it is told about the firmware."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..errors import BootpickError
from ..system import FileTree, Found, Matcher
from ..volumes import Volume
from .devices import DeviceMap, is_block_list, normal, split_path
from .dialect import UPSTREAM, Dialect
from .errors import NO_SERVER, UNKNOWN_DEVICE, GrubError
from .filesystems import filesystem, is_archive

if TYPE_CHECKING:  # of one dialect only
    from .subvolumes import View

CONFIG_LIMIT = 9 << 20
"""Bytes that are read of a configuration file."""

_PATH_LIMIT = 4096
"""Characters of a path; Linux finds no file at a longer one."""
_REMEMBERED, _REMEMBERED_PATH = 50_000, 250
"""How many places are remembered, and the longest path of one."""
_NO_LOOPS: Mapping[str, Volume] = {}


class Place(NamedTuple):
    """Where a path of GRUB's leads."""

    volume: Volume | None
    """``None`` where there is no such device."""
    device: str
    inner: str
    found: Found | None
    """``None`` also where GRUB takes the path for a list of blocks."""
    problem: str | None = None
    """Why it cannot be told whether there is such a file."""
    said: str | None = None
    """The path as GRUB has it, where that does not begin at the top of the file system."""

    @property
    def name(self) -> str:
        """The path as GRUB has it; *inner* is that in the file system."""
        return self.inner if self.said is None else self.said

    @property
    def is_block_list(self) -> bool:
        """Whether GRUB opens it as blocks of the device: ``(hd0)0+1``, or ``+1`` on ``$root``."""
        return self.volume is not None and is_block_list(self.inner)


class World:
    """The machine under GRUB's names."""

    def __init__(
        self,
        devices: DeviceMap,
        files: FileTree,
        *,
        platform: str,
        cpu: str,
        matcher: Matcher,
        firmware_setup: bool = True,
        dialect: Dialect = UPSTREAM,
    ) -> None:
        self.devices = devices
        self.files = files
        self.platform = platform
        self.cpu = cpu
        self.dialect = dialect
        """Whose GRUB it is."""
        self.matcher = matcher
        self.firmware_setup = firmware_setup
        """Whether the firmware can be told to show its setup."""
        self._places: dict[tuple[str, str | None, str, bool, View | None], Place] = {}

    def place(
        self,
        path: str,
        root: str,
        loops: Mapping[str, Volume] = _NO_LOOPS,
        view: "View | None" = None,
        *,
        listed: bool = False,
    ) -> Place:
        """Give where *path* leads, to be opened, when ``$root`` is *root*.

        *loops* are the devices that ``loopback`` made; they come before all others. *view* says
        where paths on btrfs begin, if not at the top.
        With *listed* the file is as its directory lists it, see :meth:`FileTree.find`.
        """
        device, inner = split_path(path)
        place = self._place(root if device is None else device, inner, loops, view, listed=listed)
        found, volume = place.found, place.volume
        if found is None or found.is_directory or volume is None or not inner.endswith("/"):
            return place
        return place._replace(found=None) if is_archive(volume) else place

    def lookup(
        self,
        path: str,
        root: str,
        loops: Mapping[str, Volume] = _NO_LOOPS,
        view: "View | None" = None,
    ) -> Place:
        """Give where *path* leads as ``test`` looks it up (commands/test.c, get_fileinfo).

        There a name without a "/" is one in the top directory, no path is that directory, and a
        link is a file.
        """
        device = split_path(path)[0]
        if device is None and path.startswith("("):
            return Place(None, path, path, None)
        before, closed, inner = path.partition(")")
        inner = (inner if closed else before).rstrip("/")
        if "/" not in inner:
            inner = f"/{inner}"
        return self._place(root if device is None else device, inner, loops, view, listed=True)

    def _place(
        self,
        device: str,
        inner: str,
        loops: Mapping[str, Volume],
        view: "View | None",
        *,
        listed: bool,
    ) -> Place:
        # GRUB takes what stands behind a comma for a partition, also in a name that has one.
        loop = loops.get(device) if loops and "," not in device else None
        key = (device, loop and loop.path, inner, listed, view)
        known = self._places.get(key)
        if known is None:
            volume = loop or self.devices.find(device)
            known = self._look(volume, device, inner, view, listed=listed)
            if len(inner) <= _REMEMBERED_PATH and len(self._places) < _REMEMBERED:
                self._places[key] = known
        return known

    def _look(
        self, volume: Volume | None, device: str, inner: str, view: "View | None", *, listed: bool
    ) -> Place:
        if not inner.startswith("/"):
            return Place(volume, device, inner, None)
        if "//" in inner or inner.endswith("/"):
            # GRUB ignores slashes that are repeated or stand at the end.
            inner = normal(inner)
        if volume is None or len(inner) > _PATH_LIMIT:
            return Place(volume, device, inner, None)
        top, said = "/", None
        if view is not None and (volume.fstype == "btrfs" or volume.anything):
            if view.number is not None:
                unknown = f"it is not known which subvolume has the number {view.number}"
                return Place(volume, device, inner, None, unknown)
            top, rest = view.locate(volume, inner, lambda path: self._is_there(volume, path))
            said, inner = inner, normal(f"{top}/{rest}")
        try:
            found = self.files.find(volume, inner, listed=listed, top=top)
        except BootpickError as error:
            return Place(volume, device, inner, None, error.message, said)
        return Place(volume, device, inner, found, None, said)

    def _is_there(self, volume: Volume, path: str) -> bool:
        return self.files.find(volume, path) is not None

    def is_unseen(self, place: Place) -> bool:
        """Tell whether GRUB may find a file there although it cannot be seen from here."""
        volume = place.volume
        if place.found is not None or volume is None or not place.inner.startswith("/"):
            return False
        if volume.image is not None:
            return volume.fstype is None
        return filesystem(volume) is not None and not self.files.sees(volume, place.inner)

    def why_unknown(self, place: Place) -> str | None:
        """Say what keeps it from being known whether there is such a file, or such a device."""
        if place.problem is None and place.volume is None:
            return self.devices.why_closed(place.device)
        return place.problem

    def read(self, place: Place, limit: int = CONFIG_LIMIT) -> str:
        """Give the text of a file that was found; bytes that are not UTF-8 are kept as they are.

        Raises BootpickError where it cannot be read.
        """
        assert place.found is not None
        return self.files.read(place.found.path, limit).decode("utf-8", "surrogateescape")


def no_device(name: str) -> GrubError:
    """Give GRUB's error for a device *name* that does not exist.

    GRUB asks the network next (net/net.c), where what stands behind a comma would be the server.
    """
    if "," in name:
        return GrubError(UNKNOWN_DEVICE, f"disk `{name}' not found")
    return GrubError(NO_SERVER, "no server is specified")
