"""Lists of block devices in the forms that lsblk has."""

import json
from typing import Any

from bootpick.volumes import Volume, parse_lsblk

Row = dict[str, Any]


def row(
    name: str,
    kind: str,
    fstype: str | None = None,
    *children: Row,
    at: str | None = None,
    top: str = "/",
    **columns: str | int,
) -> Row:
    """Give one device as util-linux 2.38 prints it (no PARTN); *columns* add to it or change it.

    *at* is where it is mounted, and *top* what of it.
    """
    mapped = kind in ("lvm", "crypt", "dmraid", "mpath") or "-part" in name
    result: Row = {
        "name": name,
        "kname": name,
        "path": f"/dev/mapper/{name}" if mapped else f"/dev/{name}",
        "type": kind,
        "size": "20G",
        "fstype": fstype,
        "fsver": None,
        "uuid": None,
        "label": None,
        "partuuid": None,
        "parttype": None,
        "pttype": None,
        "mountpoint": at,
        "mountpoints": [at],
        "fsroots": [None if at is None else top],
        **columns,
    }
    if children:
        result["children"] = list(children)
    return result


def volumes(*rows: Row) -> tuple[Volume, ...]:
    """Read the devices as from a file."""
    return parse_lsblk(json.dumps({"blockdevices": rows}), "devices.json", _identify)


def _identify(node: str) -> str | None:
    """Stand for what the kernel tells of a logical volume."""
    return f"LVM-{'G' * 32}{node.ljust(32, 'l')[:32]}" if node.startswith("dm-") else None
