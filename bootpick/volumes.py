"""Block devices, the file systems on them, and where these are to be seen.

Pure data and rules; the devices are read by :mod:`bootpick.system`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from posixpath import normpath
from typing import Any, NamedTuple

from .errors import BootpickError

_NOT_MOUNTED = frozenset(
    "swap swsuspend crypto_LUKS BitLocker LVM1_member LVM2_member zfs_member bcache ceph_bluestore"
    " DRBD VMFS_volume_member".split()
)
"""What lsblk calls a file system and is none, or only as a part of several."""


_MOST = {"{": 20_000, "[": 100_000, ",": 3_000_000}
"""How often these may stand in a list of devices: it has one brace for each."""


class Mount(NamedTuple):
    """A place where a file system is mounted."""

    point: str
    """In the tree that is looked at, so below ``--root``."""
    top: str = "/"
    """The directory of the file system that is seen there (a btrfs subvolume, a bind mount)."""


class Volume(NamedTuple):
    """A block device or what stands for one, with the file system on it."""

    path: str
    """Its device node."""
    kind: str
    """As lsblk names it: ``disk``, ``part``, ``lvm``, ``crypt``, ``raid1``, ``rom``, ``loop``, …"""
    fstype: str | None = None
    uuid: str | None = None
    label: str | None = None
    partuuid: str | None = None
    parttype: str | None = None
    table: str | None = None
    """The kind of its own partition table: ``gpt``, ``dos``, …"""
    number: int | None = None
    """Its number in its disk's partition table."""
    mounts: tuple[Mount, ...] = ()
    children: tuple["Volume", ...] = ()
    anything: bool = False
    """It stands for every file system there is: a tree without a list of devices."""
    version: str | None = None
    """The format's version, as lsblk's FSVER: tells where a RAID member keeps its superblock."""
    empty: bool = False
    """There is no medium in it."""
    identifier: str | None = None
    """The device mapper's name for it that never changes (``LVM-…``); lsblk does not tell it."""

    devno: str | None = None
    """Its number, ``major:minor``."""
    image: "tuple[Volume, str] | None" = None
    """For what is no device but an image in a file: the file system that holds it, and its path
    there. Then *path* is the file in this machine's file system, as far as it is seen."""

    @property
    def mountable(self) -> bool:
        """Whether it holds a file system that Linux mounts from this device."""
        return self.fstype is not None and not (
            self.fstype in _NOT_MOUNTED or self.fstype.endswith("_raid_member")
        )

    def host_path(self, inner: str) -> str | None:
        """Give the path in the tree at which the file *inner* of this file system is seen."""
        best: Mount | None = None
        for mount in self.mounts:
            if is_below(inner, mount.top) and (best is None or len(mount.top) > len(best.top)):
                best = mount
        if best is None:
            return None
        rest = inner if best.top == "/" else inner[len(best.top) :]
        return normpath(f"{best.point}/{rest}") if rest.strip("/") else best.point

    def to_mount(self) -> "Volume | None":
        """Give what has to be mounted to see the files of this one, which is not mounted.

        That is itself; of an image the file system that holds it, unless the image is seen.
        """
        if self.image is None:
            return self
        holder, path = self.image
        return holder if holder.host_path(path) is None else None

    def inner_path(self, host: str) -> str | None:
        """Give the path in this file system of the file seen at *host*, the reverse."""
        best: Mount | None = None
        for mount in self.mounts:
            if is_below(host, mount.point) and (best is None or len(mount.point) > len(best.point)):
                best = mount
        if best is None:
            return None
        rest = host if best.point == "/" else host[len(best.point) :]
        return normpath(f"{best.top}/{rest}") if rest.strip("/") else best.top


def is_below(path: str, directory: str) -> bool:
    """Tell whether *path* is *directory* or lies in it; both absolute and normal."""
    return directory in ("/", path) or path.startswith(directory + "/")


def flatten(volumes: Iterable[Volume]) -> Iterator[Volume]:
    """Give every volume and all that is on it, in lsblk's order."""
    for volume in volumes:
        yield volume
        yield from flatten(volume.children)


def owner(volumes: Iterable[Volume], host: str) -> Volume | None:
    """Give the volume whose file system is seen at the path *host* of the tree."""
    best, longest = None, -1
    for volume in flatten(volumes):
        for mount in volume.mounts:
            if is_below(host, mount.point) and len(mount.point) > longest:
                best, longest = volume, len(mount.point)
    return best


def parse_lsblk(
    text: str, name: str, identify: Callable[[str], str | None] = lambda node: None
) -> tuple[Volume, ...]:
    """Read what ``lsblk --json --output-all`` printed; *name* is for the error message.

    *identify* gives the device mapper's identifier of a logical volume, by its kernel's name.
    """
    if any(text.count(char) > most for char, most in _MOST.items()):
        raise BootpickError(f"{name}: too many block devices")
    try:
        devices = json.loads(text)["blockdevices"]
        return tuple(_volume(device, "", identify) for device in devices)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise BootpickError(
            f"{name}: not a list of block devices",
            "it has to be the output of 'lsblk --json --output-all'",
        ) from error


def _volume(
    device: Mapping[str, Any], parent: str, identify: Callable[[str], str | None]
) -> Volume:
    path = _text(device, "path") or f"/dev/{device['name']}"
    return Volume(
        path,
        _text(device, "type") or "disk",
        _text(device, "fstype"),
        _text(device, "uuid"),
        _text(device, "label"),
        _text(device, "partuuid"),
        _text(device, "parttype"),
        _text(device, "pttype"),
        _number(device, path, parent),
        tuple(_mounts(device)),
        tuple(_volume(child, path, identify) for child in device.get("children") or ()),
        version=_text(device, "fsver"),
        empty=_text(device, "size") in ("0", "0B"),
        devno=_text(device, "maj:min"),
        identifier=identify(_text(device, "kname") or "") if device.get("type") == "lvm" else None,
    )


def _text(device: Mapping[str, Any], key: str) -> str | None:
    value = device.get(key)
    if value is None:
        return None
    text = str(value)
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # halves of characters, which JSON may hold
        text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text


def _number(device: Mapping[str, Any], path: str, parent: str) -> int | None:
    """Give a partition's number; before util-linux 2.39 only its name tells it.

    The name is that of the disk, which may itself end in a digit (``nvme0n1p2``, multipath's
    ``mpath0-part2``, a RAID set's ``isw_abc_Volume12``), and the number.
    """
    # Partitions of RAID sets may have the type of the set.
    if device.get("type") not in ("part", "md", "dmraid"):
        return None
    if device.get("partn") is not None:
        return int(device["partn"])
    name = path.removeprefix(parent) if parent else path
    digits = name[len(name.rstrip("0123456789")) :]
    return int(digits) if digits.isascii() and digits else None


def _mounts(device: Mapping[str, Any]) -> Iterator[Mount]:
    points: Sequence[str | None] = device.get("mountpoints") or [device.get("mountpoint")]
    tops: Sequence[str | None] = device.get("fsroots") or []
    for index, point in enumerate(points):
        if point and point.startswith("/"):  # "[SWAP]" is no place
            top = tops[index] if index < len(tops) else None
            yield Mount(normpath(point), normpath(top) if top else "/")
