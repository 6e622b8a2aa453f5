"""What is told of a machine that `make.py` makes an installation of.

A description says what grub-mkconfig asks of a machine and what lsblk would print there. The
UUIDs are made up, and stay: what is derived from them is compared byte for byte.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

BIOS_BOOT = "21686148-6449-6e6f-744e-656564454649"
ESP = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"
LINUX = "0fc63daf-8483-4772-8e79-3d69d8477de4"
SWAP = "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f"
LVM = "e6d6d379-f507-44c2-a23c-238f2a3df928"
RAID = "a19d880f-05fc-4d3b-a006-743f0f84911e"
MICROSOFT_RESERVED = "e3c9e316-0b5c-4db8-817d-f92df00215ae"
MICROSOFT_DATA = "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7"

DEFAULT_SETTINGS = """\
GRUB_DEFAULT=0
GRUB_TIMEOUT=5
GRUB_DISTRIBUTOR=`lsb_release -i -s 2> /dev/null || echo Debian`
GRUB_CMDLINE_LINUX_DEFAULT="quiet"
GRUB_CMDLINE_LINUX=""
"""


@dataclass(frozen=True)
class Device:
    """One block device with what is on it, as lsblk and as GRUB call it."""

    name: str
    kind: str
    size: str
    number: str
    """Its major:minor."""
    grub: str = ""
    """GRUB's name for it: `hd0,gpt2`."""
    hints: str = ""
    """What `grub-probe --target=hints_string` prints; the usual for a disk's partition if empty."""
    abstractions: tuple[str, ...] = ()
    part_maps: tuple[str, ...] = ("gpt",)
    """The tables of the partitions that it lies on, one each."""
    kernel_name: str = ""
    part_type: str = ""
    part_uuid: str = ""
    part_label: str = ""
    table_uuid: str = ""
    start: int | None = None
    fs: str = ""
    fs_version: str = ""
    uuid: str = ""
    label: str = ""
    mount: str = ""
    fs_root: str = "/"
    """The part of the file system that is mounted: a btrfs subvolume."""
    luks_uuid: str = ""
    """The LUKS container around it, without dashes, as `cryptomount -u` wants it."""
    children: "tuple[Device, ...]" = ()

    @property
    def path(self) -> str:
        """The device file: below /dev/mapper for what the device mapper makes."""
        folder = "/dev/mapper" if self.kind in ("lvm", "crypt") else "/dev"
        return f"{folder}/{self.name}"

    def walk(self) -> "Iterator[Device]":
        """Give the device and all it carries, as a tree is read."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Installation:
    """A machine with Debian, as far as grub-mkconfig and a boot can tell."""

    name: str
    about: str
    disk: Device
    kernels: tuple[str, ...]
    release: int = 12
    """Whose programs write the configuration: Debian 12 (GRUB 2.06) or 13 (GRUB 2.12)."""
    more_disks: tuple[Device, ...] = ()
    settings: str = DEFAULT_SETTINGS
    memtest: bool = False
    uefi: bool = False
    grub_d: dict[str, str] = field(default_factory=dict)
    """Files to add to /etc/grub.d; `{password}` becomes a grub.pbkdf2 hash of `bootpick`."""
    unrestricted: bool = False
    """Whether the administrator put `--unrestricted` into 10_linux, as manuals advise."""
    os_prober: tuple[str, ...] = ()
    linux_boot_prober: tuple[str, ...] = ()
    environment_block: tuple[tuple[str, ...], ...] = ()
    """Commands that write the environment block: grub-set-default, grub-reboot."""
    without_initrd: tuple[str, ...] = ()
    """Kernels that somebody built with all they need."""
    graphics: bool = False
    """Whether there is a font, so that the menu is drawn (gfxterm)."""
    extra_files: tuple[str, ...] = ()
    """Files of the tree that only have to be there."""
    files: dict[str, str] = field(default_factory=dict)
    """Texts to put into the tree before grub-mkconfig runs, and which a boot may read."""
    language: str = "en_US.UTF-8"
    translations: dict[str, str] = field(default_factory=dict)
    """What the scripts' messages are in that language. Debian's own catalogue lacks them; Ubuntu's
    language packs have them."""
    os_release: str = ""
    """What /etc/os-release says; Debian's own if empty."""
    ubuntu_build: bool = False
    """Whether the scripts are as `configure` makes them for Ubuntu (debian/rules): quick and quiet
    boot, Ubuntu's recovery mode, gfxpayload by what the hardware can, vt.handoff."""

    def devices(self) -> list[Device]:
        """Give every device once; a RAID set lies on several."""
        found = [device for disk in (self.disk, *self.more_disks) for device in disk.walk()]
        return list({device.path: device for device in found}.values())

    def mounted(self) -> dict[str, Device]:
        """Map the mount points to their devices."""
        return {device.mount: device for device in self.devices() if device.mount}


def gpt(disk: str, table_uuid: str, size: str, *partitions: Device) -> Device:
    """Give a disk with a GPT."""
    return Device(disk, "disk", size, "8:0", grub="hd0", table_uuid=table_uuid, children=partitions)


def root_ext4(part_uuid: str, uuid: str, start: int = 4096, name: str = "sda2") -> Device:
    """Give the one ext4 file system of a plain installation, on the second partition."""
    return Device(
        name,
        "part",
        "39G",
        "8:2",
        grub="hd0,gpt2",
        part_type=LINUX,
        part_uuid=part_uuid,
        start=start,
        fs="ext4",
        fs_version="1.0",
        uuid=uuid,
        mount="/",
    )


def bios_boot(part_uuid: str) -> Device:
    """Give the partition that holds GRUB itself on a BIOS machine with a GPT."""
    return Device(
        "sda1", "part", "1M", "8:1", grub="hd0,gpt1", part_type=BIOS_BOOT, part_uuid=part_uuid,
        start=2048,
    )  # fmt: skip


def esp(name: str, part_uuid: str, uuid: str, number: str = "8:1") -> Device:
    """Give an EFI system partition, first on its disk."""
    return Device(
        name,
        "part",
        "512M",
        number,
        grub="hd0,gpt1",
        part_type=ESP,
        part_uuid=part_uuid,
        part_label="EFI System Partition",
        start=2048,
        fs="vfat",
        fs_version="FAT32",
        uuid=uuid,
        mount="/boot/efi",
    )


def disk(name: str, table_uuid: str, size: str, *partitions: Device) -> Device:
    """Give a disk with a GPT, whose partitions get their names, numbers and UUIDs in order."""
    place = ord(name[2]) - ord("a")
    start = 2048
    numbered = []
    for number, partition in enumerate(partitions, 1):
        numbered.append(
            replace(
                partition,
                name=f"{name}{number}",
                number=f"8:{16 * place + number}",
                grub=f"hd{place},gpt{number}",
                part_uuid=f"{number:08x}{table_uuid[8:]}",
                start=start,
            )
        )
        start += int(float(partition.size[:-1]) * {"M": 1 << 11, "G": 1 << 21}[partition.size[-1]])
    return Device(
        name,
        "disk",
        size,
        f"8:{16 * place}",
        grub=f"hd{place}",
        table_uuid=table_uuid,
        children=tuple(numbered),
    )


def part(part_type: str, size: str, *children: Device, **more: Any) -> Device:
    """Give a partition for `disk` to number, with anything else that `Device` takes."""
    return Device("", "part", size, "", part_type=part_type, children=children, **more)


def ext4(size: str, uuid: str, mount: str = "/") -> Device:
    """Give a partition with an ext4 file system."""
    return part(LINUX, size, fs="ext4", fs_version="1.0", uuid=uuid, mount=mount)


def esp_part(uuid: str) -> Device:
    """Give an EFI system partition."""
    return part(
        ESP,
        "512M",
        part_label="EFI System Partition",
        fs="vfat",
        fs_version="FAT32",
        uuid=uuid,
        mount="/boot/efi",
    )


def raid1(uuid: str, disks: Sequence[tuple[str, str]], size: str, on_it: Device) -> list[Device]:
    """Give disks, named and with the UUID of their tables, whose second partitions are a RAID 1."""
    member = part(
        RAID,
        size,
        on_it,
        fs="linux_raid_member",
        fs_version="1.2",
        uuid=uuid,
        label="debian:0",
    )
    return [disk(at, table, size, part(BIOS_BOOT, "1M"), member) for at, table in disks]


def md(array: str, size: str, *children: Device, **more: Any) -> Device:
    """Give the RAID 1 set with that UUID, and what is on it."""
    grub = f"mduuid/{array.replace('-', '')}"
    return Device(
        "md0",
        "raid1",
        size,
        "9:0",
        grub=grub,
        hints=f"--hint='{grub}' ",
        abstractions=("diskfilter", "mdraid1x"),
        part_maps=("gpt", "gpt"),
        children=children,
        **more,
    )


def lv(name: str, size: str, minor: int, lvmid: str = "", **more: Any) -> Device:
    """Give a logical volume; `lvmid` is what GRUB calls it by, where GRUB has to."""
    return Device(
        name,
        "lvm",
        size,
        f"254:{minor}",
        grub=lvmid,
        hints=f"--hint='{lvmid}' " if lvmid else "",
        kernel_name=f"dm-{minor}",
        **more,
    )
