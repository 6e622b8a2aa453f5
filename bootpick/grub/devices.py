"""GRUB's names for devices: ``(hd0,gpt2)``, ``(lvm/vg-root)``, and paths that begin with one."""

from collections.abc import Iterator

from ..volumes import Volume

_TABLES = {"gpt": "gpt", "dos": "msdos"}


class DeviceMap:
    """The volumes of a machine under the names that GRUB gives them.

    Disks are ``hd0``, ``hd1``, … in the given order, partitions carry their table's kind and their
    number. Which disk the firmware calls first cannot be known from a running system, so only
    what ``search`` finds is sure; that is why every real configuration searches.
    """

    def __init__(self, volumes: tuple[Volume, ...]) -> None:
        self._named: dict[str, Volume] = {}
        disks = cds = 0
        for volume in volumes:
            if volume.kind == "rom":
                self._add(f"cd{cds}", volume)
                cds += 1
            elif volume.kind == "disk" and not volume.path.startswith(("/dev/zram", "/dev/ram")):
                self._add(f"hd{disks}", volume)
                disks += 1
            elif volume.anything:
                self._named["hd0,gpt1"] = volume

    def _add(self, name: str, volume: Volume) -> None:
        self._named[name] = volume
        for child in volume.children:
            if child.kind == "part" and child.number is not None:
                table = _TABLES.get(volume.table or "", volume.table or "msdos")
                self._add_virtual(child.children)
                self._named[f"{name},{table}{child.number}"] = child
            else:
                self._add_virtual((child,))

    def _add_virtual(self, volumes: tuple[Volume, ...]) -> None:
        """Name what is built on partitions: logical volumes, RAID sets, opened LUKS devices."""
        for volume in volumes:
            node = volume.path.rpartition("/")[2]
            if volume.kind == "lvm":
                # The device mapper doubles a "-" within a name and so does GRUB.
                self._named[f"lvm/{node}"] = volume
            elif volume.kind.startswith(("raid", "md")):
                self._named[f"md/{node.removeprefix('md')}"] = volume
            elif volume.kind == "crypt":
                self._named[f"crypto/{node}"] = volume
            self._add_virtual(volume.children)

    def __iter__(self) -> Iterator[tuple[str, Volume]]:
        return iter(self._named.items())

    def name_of(self, volume: Volume) -> str | None:
        """Give GRUB's name of *volume*."""
        return next((name for name, known in self._named.items() if known == volume), None)

    def find(self, name: str) -> Volume | None:
        """Give the volume that GRUB calls *name*, without parentheses.

        ``hd0,2`` is a partition of any table. A tree that stands for every file system
        answers to every name of a disk.
        """
        found = self._named.get(name)
        if found is None:
            disk, comma, number = name.partition(",")
            if comma and number.isdigit():
                for table in ("gpt", "msdos"):
                    found = found or self._named.get(f"{disk},{table}{number}")
        if found is None and not name.startswith(("memdisk", "proc")):
            found = next((volume for volume in self._named.values() if volume.anything), None)
        return found


def split_path(path: str) -> tuple[str | None, str]:
    """Split ``(device)/path`` into the device, ``None`` without one, and the path on it."""
    if path.startswith("("):
        device, closed, rest = path[1:].partition(")")
        if closed:
            return device, rest
    return None, path
