"""Which file systems an installation has, and where they belong: fstab(5)."""

import re
from posixpath import normpath
from typing import NamedTuple

from .grammars import fstab


class Mountable(NamedTuple):
    """A line of ``/etc/fstab``."""

    source: str
    """A device, or what it is found by: ``UUID=…``."""
    point: str
    options: tuple[str, ...] = ()

    @property
    def subvolume(self) -> str:
        """The directory of the file system that is seen there: of btrfs, its subvolume."""
        for option in self.options:
            name, _, value = option.partition("=")
            if name == "subvol":
                return normpath(f"/{value.strip('/')}")
        return "/"


def parse_fstab(text: str) -> list[Mountable]:
    """Give what is to be mounted in the tree, in the order of the lines."""
    rows = ([_plain(field) for field in row[:4]] for row in fstab.file.parse_string(f"{text}\n"))
    return [
        Mountable(source, normpath(point), tuple(rest[1].split(",") if len(rest) > 1 else ()))
        for source, point, *rest in rows
        if point.startswith("/")
    ]


def _plain(field: str) -> str:
    """Take the escapes of getmntent(3) out of *field*: three octal digits, also of other bytes."""
    if "\\" not in field:
        return field
    data = field.encode("utf-8", "surrogateescape")
    plain = re.sub(rb"\\([0-3][0-7]{2})", lambda found: bytes([int(found[1], 8)]), data)
    return plain.decode("utf-8", "surrogateescape")
