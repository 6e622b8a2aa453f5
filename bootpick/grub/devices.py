"""GRUB's names for devices: ``(hd0,gpt2)``, ``(lvm/vg-root)``, and paths that begin with one."""

from collections.abc import Iterator
from typing import NamedTuple

from ..volumes import Volume, flatten
from .numbers import NotANumber, TooLarge, split_unsigned

_TABLES = {
    "gpt": "gpt",
    "dos": "msdos",
    "mac": "apple",
    "bsd": "bsd",
    "sun": "sun",
    "sgi": "dvh",
}
"""lsblk's name of a partition table: GRUB's (``.name`` in partmap/*.c)."""
_EXTENDED = frozenset(("0x5", "0xf", "0x85"))
"""Types of the partition that logical ones lie in; to GRUB it is none (msdos_partition.h)."""
_MEMORY = ("/dev/zram", "/dev/ram")
_SETS = ("raid", "linear", "faulty")
"""How lsblk's types of Linux RAID devices begin."""
_ANYTHING = ("hd", "cd", "lvm/", "lvmid/", "md", "crypto")
"""How names of disks begin that a tree without a list of devices answers to."""
_SUPERBLOCK_AT_END = ("0.9", "1.0")
"""Versions of Linux RAID that leave a mirror's file system at the start of its members."""

_CLOSED = {
    "cryptouuid": ("crypto_LUKS", "{0} (LUKS) is not open: run 'cryptsetup open {0} NAME'"),
    "mduuid": (
        "linux_raid_member",
        "the RAID set of {0} does not run: start it with 'mdadm --assemble --scan'",
    ),
}
"""How names of devices begin: what they are built on, and what is said where that is all."""
_REMEMBERED = 100_000
"""Names of which is remembered what they stand for."""
DISK, FILTER, CRYPTO = "disk", "diskfilter", "cryptodisk"
"""GRUB's drivers: what the firmware has, LVM and RAID (disk/diskfilter.c), LUKS."""


class Device(NamedTuple):
    """What GRUB opens under a name."""

    disk: str
    """The name without the partition."""
    driver: str
    volume: Volume
    """What is on it, or on the partition."""
    table: str | None = None
    """GRUB's name of the partition table, if it is a partition."""


class _Disk(NamedTuple):
    names: tuple[str, ...]
    """The one that GRUB lists it by, and others it answers to; the last is grub-install's."""
    driver: str
    volume: Volume
    partitions: dict[tuple[str, int], Volume]
    """By table and number, from the first to the last."""


class DeviceMap:
    """The volumes of a machine under the names that GRUB gives them.

    Disks are ``hd0``, ``hd1``, … in the given order, partitions carry their table's kind and their
    number. Which disk the firmware calls first cannot be known from a running system, so only
    what ``search`` finds is sure; that is why every real configuration searches. Firmware shows the
    disks of a RAID set of its own (dmraid, IMSM) as one disk: the set has the name of the first.

    What is built on disks has its names from its metadata: ``lvm/vg-lv`` and ``lvmid/…``,
    ``md/name`` and ``mduuid/…``, ``crypto0`` and ``cryptouuid/…``.
    """

    def __init__(self, volumes: tuple[Volume, ...]) -> None:
        self._volumes = volumes
        self._anything = next((volume for volume in flatten(volumes) if volume.anything), None)
        self._disks: list[_Disk] = []
        self._filters: list[_Disk] = []
        self._locked: list[_Disk] = []
        self._cds: list[_Disk] = []
        self._floppies: list[_Disk] = []
        self._named: dict[str, _Disk] = {}
        self._sets: set[str] = set()
        self._opened_luks = 0
        # Btrfs may span devices, all with the same UUID; lsblk has the mounts at one of them.
        self._mounted = {
            volume.uuid: volume
            for volume in flatten(volumes)
            if volume.fstype == "btrfs" and volume.mounts
        }
        has_disks = any(map(_is_disk, volumes))
        for volume in volumes:
            if volume.kind == "rom":
                number = len(self._cds)
                names = (f"cd{number}",) if number else ("cd", "cd0")
                self._cds.append(self._disk(names, DISK, volume))
            elif _is_disk(volume):
                self._add_disk(volume)
            elif volume.kind in ("disk", "loop"):
                # An image is a disk where it holds the installation itself.
                if volume.kind == "loop" and not has_disks and _holds_root(volume):
                    self._add_disk(volume)
            else:  # a list that does not begin with the disks
                self._add_virtual((volume,), None, locked=False)
        self._opened = {name: self._open(name) for name, _ in self}
        self._count = len(self._opened)

    def _add_disk(self, volume: Volume) -> None:
        if volume.path.startswith("/dev/fd"):
            self._floppies.append(self._disk((f"fd{len(self._floppies)}",), DISK, volume))
            return
        shown = [volume]
        if sets := _firmware_sets(volume):
            shown = [one for one in sets if one.path not in self._sets]
            self._sets.update(one.path for one in sets)
        for one in shown:
            self._disks.append(self._disk((f"hd{len(self._disks)}",), DISK, one))

    def _disk(
        self, names: tuple[str, ...], driver: str, volume: Volume, *, locked: bool = False
    ) -> _Disk:
        """Name *volume* and its partitions, and what is built on them."""
        seen = self._content(volume)
        partitions: dict[tuple[str, int], Volume] = {}
        # The partitions of what lies over a disk (multipath, a mirror) are those in use.
        for whole in dict.fromkeys((volume, seen)):
            for child in whole.children:
                if _is_partition(child, whole) and child.number is not None:
                    kind = child.table or whole.table or volume.table or "dos"
                    if kind != "dos" or child.parttype not in _EXTENDED:
                        key = _TABLES.get(kind, kind), child.number
                        partitions[key] = self._content(child)
        disk = _Disk(names, driver, seen, dict(sorted(partitions.items())))
        for name in names:
            self._named.setdefault(name, disk)
        for whole in dict.fromkeys((volume, seen)):
            self._add_virtual(whole.children, whole, locked=locked)
        return disk

    def _content(self, volume: Volume) -> Volume:
        """Give what holds the same bytes as *volume* and is in use in its place."""
        for child in volume.children:
            if child.kind == "mpath" or (
                child.kind == "raid1"
                and volume.fstype == "linux_raid_member"
                and (volume.version or "").startswith(_SUPERBLOCK_AT_END)
            ):
                return self._content(child)
        if volume.fstype == "btrfs" and not volume.mounts:
            return self._mounted.get(volume.uuid, volume)
        return volume

    def _add_virtual(
        self, volumes: tuple[Volume, ...], below: Volume | None, *, locked: bool
    ) -> None:
        """Name what is built on *below*: logical volumes, RAID sets, opened LUKS devices."""
        for volume in volumes:
            names: tuple[str, ...] = ()
            driver, opens = FILTER, False
            if volume.kind == "lvm":
                names = _lvm_names(volume)
            elif below is not None and below.fstype == "crypto_LUKS" and volume.kind == "crypt":
                # GRUB numbers them as it opens them; what is written are the UUIDs.
                names = (f"crypto{self._opened_luks}", _with_uuid("cryptouuid", below))
                driver, opens = CRYPTO, True
            elif below is not None and below.fstype == "linux_raid_member":
                names = _raid_names(volume, below) if volume.kind.startswith(_SETS) else ()
            if not names:
                self._add_virtual(volume.children, volume, locked=locked)
            elif names[-1] not in self._named:
                self._opened_luks += opens
                group = self._locked if locked or opens else self._filters
                group.append(self._disk(names, driver, volume, locked=locked or opens))

    def __len__(self) -> int:
        """Give how many names there are."""
        return self._count

    def __iter__(self) -> Iterator[tuple[str, Volume]]:
        """Give all names in the order in which ``search`` tries them (kern/device.c).

        A disk comes before its partitions, and these come from the last to the first. GRUB's order
        of drivers depends on when it loaded them. Here the firmware's disks come first, and what
        needs a password behind all that needs none: GRUB may not have asked for it.
        """
        if self._anything is not None:
            yield "hd0,gpt1", self._anything
        for disk in (*self._disks, *self._filters, *self._locked, *self._cds, *self._floppies):
            yield disk.names[0], disk.volume
            for (table, number), volume in reversed(disk.partitions.items()):
                yield f"{disk.names[0]},{table}{number}", volume

    def partitions(self, name: str) -> list[str]:
        """Give the names of the partitions on the disk *name*, from the first to the last."""
        disk = self._named.get(name)
        if disk is None:
            return [] if self.open(name) is None or "," in name else [f"{name},gpt1"]
        return [f"{name},{table}{number}" for table, number in disk.partitions]

    def name_of(self, volume: Volume) -> str | None:
        """Give the name of *volume* that ``grub-install`` writes, with a UUID if there is one."""
        for disk in (*self._filters, *self._locked):
            if disk.volume == volume:
                return disk.names[-1]
        return next((name for name, known in self if known == volume), None)

    def find(self, name: str) -> Volume | None:
        """Give the volume that GRUB calls *name*, without parentheses."""
        device = self.open(name)
        return None if device is None else device.volume

    def open(self, name: str) -> Device | None:
        """Open the device *name* as ``grub_disk_open`` does.

        ``hd0,2`` is a partition of any table; the number may be written in any base. A tree that
        stands for every file system answers to every name of a disk.
        """
        if name not in self._opened:
            found = self._open(name)
            if len(self._opened) > _REMEMBERED:
                return found
            self._opened[name] = found
        return self._opened[name]

    def why_closed(self, name: str) -> str | None:
        """Say why there is no device *name* although what it is built on is there."""
        kind = name.partition("/")[0]
        for volume in flatten(self._volumes) if kind in _CLOSED else ():
            fstype, reason = _CLOSED[kind]
            wanted = name.partition(",")[0].lower()
            if volume.fstype == fstype and _with_uuid(kind, volume) == wanted:
                return reason.format(volume.path)
        return None

    def _open(self, name: str) -> Device | None:
        disk_name, comma, part = name.partition(",")
        wanted = _parse_partition(part) if comma else None
        if comma and wanted is None:
            return None
        is_crypto = disk_name.startswith("cryptouuid/")
        disk = self._named.get(disk_name.lower() if is_crypto else disk_name)
        if disk is None:
            if self._anything is None or not disk_name.startswith(_ANYTHING):
                return None
            table = None if wanted is None else wanted[0] or "gpt"
            driver = FILTER if disk_name.startswith(("lvm", "md")) else DISK
            return Device(
                disk_name,
                CRYPTO if disk_name.startswith("crypto") else driver,
                self._anything,
                table,
            )
        if wanted is None:
            return Device(disk_name, disk.driver, disk.volume)
        if wanted in disk.partitions:
            return Device(disk_name, disk.driver, disk.partitions[wanted], wanted[0])
        for (table, number), volume in disk.partitions.items() if not wanted[0] else ():
            if number == wanted[1]:
                return Device(disk_name, disk.driver, volume, table)
        return None


def _is_disk(volume: Volume) -> bool:
    return volume.kind == "disk" and not volume.path.startswith(_MEMORY) and not volume.empty


def _holds_root(volume: Volume) -> bool:
    return any(mount.point == "/" for one in flatten((volume,)) for mount in one.mounts)


def _is_partition(child: Volume, disk: Volume) -> bool:
    """Tell whether *child* is a partition; of RAID sets, lsblk may call it by the set's type."""
    return child.kind == "part" or (
        child.kind in ("md", "dmraid") and child.path.startswith(disk.path)
    )


def _firmware_sets(disk: Volume) -> list[Volume]:
    """Give the RAID sets of the firmware's own that *disk* is a member of."""
    is_member = (disk.fstype or "").endswith("_raid_member") and disk.fstype != "linux_raid_member"
    return [
        child
        for child in disk.children
        if child.kind == "dmraid" or (is_member and child.kind.startswith(_SETS))
    ]


def _parse_partition(text: str) -> tuple[str, int] | None:
    """Read ``gpt2`` or ``2`` (kern/partition.c); a partition within a partition lsblk has not."""
    digits = text.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    try:
        number, rest = split_unsigned(digits)
    except (NotANumber, TooLarge):
        return None
    return None if rest else (text[: len(text) - len(digits)], number)


def _with_uuid(prefix: str, volume: Volume) -> str:
    return f"{prefix}/{(volume.uuid or '').replace('-', '').lower()}"


def _lvm_names(volume: Volume) -> tuple[str, ...]:
    """Name a logical volume (disk/lvm.c); the parts that others are made of have no name."""
    if volume.fstype != "LVM2_member" and any(child.kind == "lvm" for child in volume.children):
        return ()
    # The device mapper doubles a "-" within a name and so does GRUB.
    names = ("lvm/" + volume.path.rpartition("/")[2],)
    known = (volume.identifier or "").removeprefix("LVM-")
    if len(known) == 64:
        return (*names, f"lvmid/{_lvm_uuid(known[:32])}/{_lvm_uuid(known[32:])}")
    return names


def _lvm_uuid(text: str) -> str:
    groups = (0, 6), (6, 10), (10, 14), (14, 18), (18, 22), (22, 26), (26, 32)
    return "-".join(text[start:end] for start, end in groups)


def _raid_names(volume: Volume, member: Volume) -> tuple[str, ...]:
    """Name a RAID set by what stands in *member* (mdraid1x_linux.c, mdraid_linux.c).

    The name there may have the machine's before it. A set of version 0.90 has its number only.
    The names with a number alone are those of GRUB before 2.00 and of sets without a name.
    """
    number = volume.path.rpartition("/")[2].removeprefix("md")
    if (member.version or "").startswith("0.9"):
        name = f"md{number}"
    else:
        label = member.label or number
        name = label.partition(":")[2] or label
    return tuple(
        dict.fromkeys((f"md/{name}", f"md{number}", f"md/{number}", _with_uuid("mduuid", member)))
    )


def normal(path: str) -> str:
    """Give *path* with one slash before each of its parts."""
    return "/" + "/".join([part for part in path.split("/") if part])


def split_path(path: str) -> tuple[str | None, str]:
    """Split ``(device)/path`` into the device, ``None`` without one, and the path on it."""
    if path.startswith("("):
        device, closed, rest = path[1:].partition(")")
        if closed:
            return device, rest
    return None, path


def is_block_list(text: str) -> bool:
    """Tell whether *text* is a list of blocks such as ``0+1,5+2`` (kern/fs.c)."""
    items = text.split(",")
    for place, item in enumerate(items, 1):
        start, plus, rest = item.partition("+")
        try:
            if start and split_unsigned(start)[1]:
                return False
            length, behind = split_unsigned(rest)
        except (NotANumber, TooLarge):
            return False
        blank = place == len(items) and behind[:1].isspace()
        if not plus or length == 0 or (behind and not blank):
            return False
    return True
