"""Block devices, the file systems on them, and where these are to be seen.

Pure data and rules; the devices are read by :mod:`bootpick.system`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from posixpath import normpath
from typing import Any, NamedTuple

from .errors import BootpickError


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
    """As lsblk names it: ``disk``, ``part``, ``lvm``, ``crypt``, ``raid1``, ``rom``, …"""
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

    def inner_path(self, host: str) -> str | None:
        """Give the path in this file system of the file seen at *host*, the reverse."""
        for mount in self.mounts:
            if is_below(host, mount.point):
                rest = host if mount.point == "/" else host[len(mount.point) :]
                return normpath(f"{mount.top}/{rest}") if rest.strip("/") else mount.top
        return None


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


def parse_lsblk(text: str, name: str) -> tuple[Volume, ...]:
    """Read what ``lsblk --json --output-all`` printed; *name* is for the error message."""
    try:
        devices = json.loads(text)["blockdevices"]
        return tuple(_volume(device) for device in devices)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BootpickError(
            f"{name}: not a list of block devices",
            "it has to be the output of 'lsblk --json --output-all'",
        ) from error


def _volume(device: Mapping[str, Any]) -> Volume:
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
        _number(device, path),
        tuple(_mounts(device)),
        tuple(_volume(child) for child in device.get("children") or ()),
    )


def _text(device: Mapping[str, Any], key: str) -> str | None:
    value = device.get(key)
    return None if value is None else str(value)


def _number(device: Mapping[str, Any], path: str) -> int | None:
    if device.get("type") != "part":
        return None
    if device.get("partn") is not None:  # util-linux 2.39 and newer
        return int(device["partn"])
    digits = path[len(path.rstrip("0123456789")) :]
    return int(digits) if digits else None


def _mounts(device: Mapping[str, Any]) -> Iterator[Mount]:
    points: Sequence[str | None] = device.get("mountpoints") or [device.get("mountpoint")]
    tops: Sequence[str | None] = device.get("fsroots") or []
    for index, point in enumerate(points):
        if point and point.startswith("/"):  # "[SWAP]" is no place
            top = tops[index] if index < len(tops) else None
            yield Mount(normpath(point), normpath(top) if top else "/")
