"""GRUB's names for what lsblk lists, and what ``search`` and ``probe`` do with them.

Layers that need a kernel to make are compared with GRUB's sources: disk/lvm.c, disk/mdraid*.c,
disk/diskfilter.c, disk/cryptodisk.c.
"""

from pathlib import Path

import pytest

from bootpick.entries import Running
from bootpick.grub.devices import DeviceMap
from bootpick.grub.dialect import FEDORA, SUSE, UPSTREAM, Dialect
from bootpick.grub.interpreter import Interpreter
from bootpick.grub.reader import read_menu
from bootpick.volumes import Mount, Volume
from tests.support.disks import run_on, world_of_disks
from tests.support.grub import complaints
from tests.support.lsblk import Row, row, volumes
from tests.support.trees import plant

UUID = "0fc63daf-8483-4772-8e79-3d69d8477de4"
HEX = UUID.replace("-", "")


def names(*rows: Row) -> list[tuple[str, str]]:
    """Give GRUB's names in the order of a search, each with the device node."""
    return [(name, volume.path) for name, volume in DeviceMap(volumes(*rows))]


def path(name: str, *rows: Row) -> str | None:
    found = DeviceMap(volumes(*rows)).find(name)
    return None if found is None else found.path


def own_name(node: str, *rows: Row) -> str | None:
    """Give the name that grub-install writes for the device *node*."""
    devices = DeviceMap(volumes(*rows))
    return next((devices.name_of(v) for _, v in devices if v.path == node), None)


def test_partitions() -> None:
    nvme = row("nvme0n1", "disk", None, row("nvme0n1p12", "part", "ext4", pttype="gpt"))
    sda = row(
        "sda",
        "disk",
        None,
        row("sda1", "part", "ext4", pttype="dos", parttype="0x83"),
        row("sda2", "part", None, pttype="dos", parttype="0x5"),
        row("sda10", "part", "ext4", pttype="dos", parttype="0x83"),
        row("sda5", "part", "ext4", pttype="dos", parttype="0x83"),
        pttype="dos",
    )
    assert names(nvme, sda, row("sdb", "disk", "ext4")) == [
        ("hd0", "/dev/nvme0n1"),
        ("hd0,gpt12", "/dev/nvme0n1p12"),
        ("hd1", "/dev/sda"),
        ("hd1,msdos10", "/dev/sda10"),
        ("hd1,msdos5", "/dev/sda5"),
        ("hd1,msdos1", "/dev/sda1"),
        ("hd2", "/dev/sdb"),
    ]


def test_number_of_a_partition() -> None:
    """PARTN where lsblk has it; else the name is the disk's, which may end in a digit, and it."""
    numbered = row("x", "disk", None, row("x9", "part", "ext4", pttype="gpt", partn=3))
    mapped = row("mpath0", "mpath", None, row("mpath0-part2", "part", "ext4", pttype="gpt"))
    fake = row("isw_a_Vol1", "dmraid", None, row("isw_a_Vol12", "dmraid", "ext4"))
    assert path("hd0,gpt3", numbered) == "/dev/x9"
    assert path("hd0,gpt2", row("sda", "disk", None, mapped)) == "/dev/mapper/mpath0-part2"
    assert path("hd0,msdos2", row("sda", "disk", None, fake)) == "/dev/mapper/isw_a_Vol12"


def test_what_is_no_disk() -> None:
    rows = (
        row("loop0", "loop", "squashfs", at="/snap/core/1"),
        row("fd0", "disk"),
        row("zram0", "disk", "swap"),
        row("sda", "disk", "ext4"),
        row("sdb", "disk", size="0B"),
        row("sdc", "disk", size=0),
        row("sr0", "rom", "iso9660"),
        row("sr1", "rom"),
        row("nbd0", "disk", "ext4"),
    )
    assert [name for name, _ in names(*rows)] == ["hd0", "hd1", "cd", "cd1", "fd0"]
    assert path("cd0", *rows) == "/dev/sr0"


def test_a_loop_device_with_the_installation_is_a_disk() -> None:
    image = row("loop1", "loop", None, row("loop1p1", "part", "ext4", at="/", pttype="gpt"))
    snap = row("loop0", "loop", "squashfs", at="/snap/core/1")
    assert names(snap, image) == [("hd0", "/dev/loop1"), ("hd0,gpt1", "/dev/loop1p1")]
    assert path("hd0,gpt1", image, row("sda", "disk")) is None


def test_logical_volumes() -> None:
    root = row("vg--a-root--1", "lvm", "ext4", kname="dm-0")
    rows = (
        row("sda", "disk", None, row("sda1", "part", "LVM2_member", root, pttype="gpt")),
        row("sdb", "disk", "LVM2_member", root),
    )
    identifier = "GGGGGG-GGGG-GGGG-GGGG-GGGG-GGGG-GGGGGG/dm-0ll-llll-llll-llll-llll-llll-llllll"
    assert [name for name, _ in names(*rows)] == ["hd0", "hd0,gpt1", "hd1", "lvm/vg--a-root--1"]
    assert path(f"lvmid/{identifier}", *rows) == "/dev/mapper/vg--a-root--1"
    assert own_name("/dev/mapper/vg--a-root--1", *rows) == f"lvmid/{identifier}"
    assert path("lvm/vg-a-root-1", *rows) is None


def test_parts_of_a_mirrored_volume_have_no_name() -> None:
    image = row("vg-lv_rimage_0", "lvm", "ext4", row("vg-lv", "lvm", "ext4", uuid=UUID))
    rows = (row("sda", "disk", "LVM2_member", image),)
    assert [name for name, _ in names(*rows)] == ["hd0", "lvm/vg-lv"]


def test_a_group_within_a_volume_of_another() -> None:
    outer = row("a-b", "lvm", "LVM2_member", row("c-d", "lvm", "ext4"))
    assert {name for name, _ in names(row("sda", "disk", "LVM2_member", outer))} == {
        "hd0",
        "lvm/a-b",
        "lvm/c-d",
    }


@pytest.mark.parametrize(
    ("version", "label", "expected"),
    [
        ("1.2", "host:boot", ["md/boot"]),
        ("1.2", "boot", ["md/boot"]),
        ("1.2", "any:0", ["md/0"]),
        ("1.1", None, ["md/127"]),
        ("0.90.0", None, ["md/md127"]),
    ],
)
def test_raid_sets(version: str, label: str | None, expected: list[str]) -> None:
    member = {
        "fsver": version,
        "uuid": UUID,
        "pttype": "gpt",
        **({"label": label} if label else {}),
    }
    raid = row("md127", "raid5", "ext4")
    rows = (
        row("sda", "disk", None, row("sda1", "part", "linux_raid_member", raid, **member)),
        row("sdb", "disk", None, row("sdb1", "part", "linux_raid_member", raid, **member)),
    )
    found = [name for name, node in names(*rows) if node == "/dev/md127"]
    assert found == expected
    assert path(f"mduuid/{HEX}", *rows) == "/dev/md127"
    assert path("md127", *rows) == "/dev/md127"
    assert path(f"mduuid/{HEX.upper()}", *rows) is None
    assert own_name("/dev/md127", *rows) == f"mduuid/{HEX}"


def test_a_mirror_with_its_superblock_at_the_end_is_seen_on_its_members() -> None:
    def rows(version: str) -> tuple[Row, ...]:
        raid = row("md0", "raid1", "ext4")
        part = row(
            "sda1", "part", "linux_raid_member", raid, fsver=version, pttype="gpt", uuid=UUID
        )
        return (row("sda", "disk", None, part),)

    assert path("hd0,gpt1", *rows("1.0")) == "/dev/md0"
    assert path("hd0,gpt1", *rows("0.90.0")) == "/dev/md0"
    assert path("hd0,gpt1", *rows("1.2")) == "/dev/sda1"
    assert own_name("/dev/md0", *rows("1.0")) == f"mduuid/{HEX}"


def test_partitions_of_a_raid_set() -> None:
    raid = row("md0", "raid0", None, row("md0p1", "md", "ext4", pttype="gpt"))
    disk = row("sda", "disk", "linux_raid_member", raid, label="h:data", uuid=UUID)
    assert path("md/data,gpt1", disk) == "/dev/md0p1"
    assert path(f"mduuid/{HEX},1", disk) == "/dev/md0p1"


def test_luks() -> None:
    """What needs a password comes behind what needs none; the UUID may be in any case."""
    volume = row("vg-root", "lvm", "btrfs")
    opened = row("luks-x", "crypt", "LVM2_member", volume)
    rows = (
        row(
            "sda", "disk", None, row("sda1", "part", "crypto_LUKS", opened, uuid=UUID, pttype="gpt")
        ),
        row("sdb", "disk", "LVM2_member", row("vg-data", "lvm", "ext4")),
        row("sdc", "disk", "crypto_LUKS", row("other", "crypt", "ext4"), uuid=UUID[::-1]),
        row("sdd", "disk", None, row("cryptswap", "crypt", "swap")),
    )
    assert [name for name, _ in names(*rows)][-4:] == [
        "lvm/vg-data",
        "lvm/vg-root",
        "crypto0",
        "crypto1",
    ]
    assert path(f"cryptouuid/{HEX.upper()}", *rows) == "/dev/mapper/luks-x"
    assert path(f"cryptouuid/{UUID}", *rows) is None
    assert own_name("/dev/mapper/other", *rows) == f"cryptouuid/{HEX[::-1]}"


@pytest.mark.parametrize(
    "tree",
    [
        row(
            "isw_a_Volume0",
            "dmraid",
            None,
            row("isw_a_Volume0p1", "dmraid", "ext4", pttype="dos", uuid=UUID, at="/"),
            pttype="dos",
        ),
        row(
            "md126", "raid1", None, row("md126p1", "part", "ext4", pttype="dos", uuid=UUID, at="/")
        ),
    ],
)
def test_the_firmware_shows_its_raid_set_as_one_disk(tree: Row, tmp_path: Path) -> None:
    container = row("md127", "md", size="0B")
    rows = (
        row("sda", "disk", "isw_raid_member", tree, container),
        row("sdb", "disk", "isw_raid_member", tree, container),
        row("sdc", "disk", "ext4"),
    )
    assert [name for name, _ in names(*rows)] == ["hd0", "hd0,msdos1", "hd1"]
    assert path("hd1", *rows) == "/dev/sdc"
    shell = run(tmp_path, f"search --fs-uuid --set=v {UUID}; echo $v", *rows)
    assert "".join(shell.output) == "hd0,msdos1\n"


def test_multipath_is_seen_through() -> None:
    top = row("mpatha", "mpath", None, row("mpatha-part1", "part", "ext4", pttype="gpt", at="/"))
    rows = (
        row("sda", "disk", "mpath_member", row("sda1", "part", "ext4", pttype="gpt"), top),
        row("sdb", "disk", "mpath_member", top),
    )
    assert names(*rows) == [
        ("hd0", "/dev/mapper/mpatha"),
        ("hd0,gpt1", "/dev/mapper/mpatha-part1"),
        ("hd1", "/dev/mapper/mpatha"),
        ("hd1,gpt1", "/dev/mapper/mpatha-part1"),
    ]


def test_btrfs_on_two_devices() -> None:
    rows = (
        row("sda", "disk", "btrfs", uuid=UUID),
        row("sdb", "disk", "btrfs", uuid=UUID, at="/", top="/@"),
    )
    assert path("hd0", *rows) == "/dev/sdb"


@pytest.mark.parametrize("name", ["memdisk", "proc", "host", "hd9", "hd0,gpt9", "md/x", "crypto0"])
def test_what_is_not_there(name: str) -> None:
    tree = Volume("the tree", "tree", mounts=(Mount("/"),), anything=True)
    assert path(name, row("sda", "disk", "ext4")) is None
    assert (DeviceMap((tree,)).find(name) is tree) == (name[:2] in ("hd", "md", "cr"))


def run(
    root: Path, script: str, *rows: Row, platform: str = "pc", dialect: Dialect = UPSTREAM
) -> Interpreter:
    world = world_of_disks(root, volumes(*rows), platform, dialect=dialect)
    return run_on(world, script, world.devices.name_of(next(iter(volumes(*rows)))) or "hd0")


def test_files_on_what_is_not_mounted(tmp_path: Path) -> None:
    """A search does not answer "no" in silence where it cannot look."""
    plant(tmp_path, {"here/all": "x", "here/only": "x"})
    disks = (
        row("sda", "disk", "ext4", at="/here"),
        row("sdb", "disk", "xfs"),
        row("sdc", "disk", "crypto_LUKS"),
        row("sdd", "disk", "swap"),
    )
    shell = run(tmp_path, "search --file --set=v /nosuch", *disks)
    assert complaints(shell.diagnostics) == [
        "/nosuch may be on /dev/sdb, which is not mounted",
        "no such device: /nosuch",
    ]
    assert [one.severity for one in shell.diagnostics] == ["warning", "warning"]
    shell = run(tmp_path, "search --file --set=v /only; echo $v", *disks[:3])
    assert ("".join(shell.output), shell.diagnostics) == ("hd0\n", [])
    shell = run(tmp_path, "search --file --set=v /only; echo $v", *disks[::-1])
    assert "".join(shell.output) == "hd3\n"
    assert [one.severity for one in shell.diagnostics] == ["note"]
    shell = run(tmp_path, "if [ -f (hd1)/x ]; then true; fi", *disks)
    assert complaints(shell.diagnostics) == ["/x on /dev/sdb cannot be read: it is not mounted"]
    # No one is in doubt about a device without a file system.
    shell = run(tmp_path, "if [ -f (hd2)/x -o -f (hd3)/x ]; then true; fi", *disks)
    assert shell.diagnostics == []


def test_uuids_and_labels_are_those_of_file_systems(tmp_path: Path) -> None:
    disks = (
        row("sda", "disk", "swap", uuid=UUID, label="L"),
        row("sdb", "disk", "crypto_LUKS", uuid=UUID, label="L"),
        row("sdc", "disk", "zfs_member", uuid="255", label="rpool"),
        row("sdd", "disk", "hfsplus", uuid=UUID, label="mac"),
        row("sde", "disk", "xfs", uuid=UUID.upper()),
    )
    script = (
        f"search --fs-uuid {UUID}; echo; search --label L; search --label rpool; echo\n"
        "search --fs-uuid 00000000000000FF; echo; search --label mac; echo\n"
        "search --label ''; echo; probe -u hd2; echo; probe -u hd3; probe -f hd1; probe -l hd4\n"
    )
    shell = run(tmp_path, script, *disks)
    assert "".join(shell.output) == " hd4\n hd2\n hd2\n hd3\n hd4\n00000000000000ff\n"
    assert complaints(shell.diagnostics) == [
        "no such device: L",
        "hfsplus does not support UUIDs",
        "unknown filesystem",
    ]


@pytest.mark.parametrize(
    ("platform", "options", "expected"),
    [
        ("pc", "--hint-bios=hd1 --hint-efi=hd2", "hd1"),
        ("efi", "--hint-bios=hd1 --hint-efi=hd2", "hd2"),
        ("efi", "--hint-efi=hd2 --hint=hd1", "hd1"),
        ("pc", "--hint-efi=hd2 --hint-baremetal=hd1", "hd1"),
        ("pc", "--hint-baremetal=hd1 --hint-bios=hd2", "hd2"),
        ("ieee1275", "--hint-ieee1275=hd1", "hd1"),
        ("pc", "--root-dev-only", "hd0"),
        ("pc", "-r --hint hd1", "hd0"),
        ("efi", "--efidisk-only --hint hd1", "hd1"),
        ("pc", "--efidisk-only", ""),
        ("pc", "--cryptodisk-only", ""),
        ("pc", "--no-floppy --hint hd1", "hd1"),
    ],
)
def test_hints_and_limits(tmp_path: Path, platform: str, options: str, expected: str) -> None:
    plant(tmp_path, {f"{number}/all": "" for number in range(3)})
    disks = [row(f"sd{'abc'[n]}", "disk", "ext4", at=f"/{n}") for n in range(3)]
    script = f"search --file --set=v {options} /all; echo $v"
    shell = run(tmp_path, script, *disks, platform=platform, dialect=FEDORA)
    assert "".join(shell.output) == f"{expected}\n"


@pytest.mark.parametrize(
    ("dialect", "options", "status"),
    [
        (UPSTREAM, "--no-floppy", 0),
        (UPSTREAM, "--efidisk-only", 5),
        (UPSTREAM, "--root-dev-only", 5),
        (UPSTREAM, "--cryptodisk-only", 5),
        (SUSE, "--efidisk-only", 0),
        (SUSE, "--root-dev-only", 5),
        (FEDORA, "--root-dev-only --efidisk-only", 0),
    ],
)
def test_an_option_that_this_grub_has_not_is_searched_for(
    dialect: Dialect, options: str, status: int, tmp_path: Path
) -> None:
    """The upstream answers are grub-emu's; else commands/search_wrap.c of 2.12 and of Fedora."""
    plant(tmp_path, {"all": ""})
    script = f"search --file --set=v {options} /all; echo $?"
    disk = row("sda", "disk", "ext4", at="/")
    shell = run(tmp_path, script, disk, platform="efi", dialect=dialect)
    assert "".join(shell.output) == f"{status}\n"


def test_drivers_and_tables(tmp_path: Path) -> None:
    raid = row("md0", "raid1", "LVM2_member", row("a-b", "lvm", "ext4"))
    disks = (
        row(
            "sda",
            "disk",
            None,
            row("sda1", "part", "linux_raid_member", raid, uuid=UUID, label="x", pttype="gpt"),
            row("sda2", "part", "crypto_LUKS", row("c", "crypt", "vfat"), uuid=UUID, pttype="gpt"),
            row("sda3", "part", "vfat", pttype="gpt", partuuid=UUID),
        ),
    )
    lines = (
        *("-d hd0", "-d hd0,3", "-d md/x", "-d lvm/a-b", "-d crypto0", f"-d cryptouuid/{HEX}"),
        *("-p hd0,3", "-p hd0", "-p lvm/a-b", "--part-uuid hd0,3", "--part-uuid lvm/a-b"),
    )
    script = "".join(f"probe {line}; echo\n" for line in lines)
    assert "".join(run(tmp_path, script, *disks).output).split() == [
        *("biosdisk", "biosdisk", "diskfilter", "diskfilter", "cryptodisk", "cryptodisk"),
        *("gpt", "none", "none", UUID, "none"),
    ]
    shell = run(tmp_path, "probe -d hd0", *disks, platform="efi")
    assert "".join(shell.output) == "efidisk"


TREE = Volume("the tree", "tree", mounts=(Mount("/"),), anything=True)


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        (f"search --fs-uuid --set=v {UUID}; echo $v", "hd0,gpt1\n"),
        ("search --fs-uuid --set=v --hint-bios=hd1,msdos2 U; echo $v", "hd1,msdos2\n"),
        ("search --fs-uuid --set=v --hint-efi=hd1,msdos2 U; echo $v", "hd0,gpt1\n"),
        ("search --fs-uuid --set=v --hint=lvmid/a/b U; echo $v", "lvmid/a/b\n"),
        ("search --fs-uuid --set=v --hint-baremetal=ahci0,gpt1 U; echo $v", "hd0,gpt1\n"),
        ("search --label --set=v --hint hd1, L; echo $v", "hd1,gpt1\n"),
        ("search --file --set=v /etc/x; echo $v", "hd0,gpt1\n"),
        ("search --file --set=v /etc/y; echo $v", "\n"),
        ("search --no-floppy --label --set=v L; echo $v", "hd0,gpt1\n"),
        ("[ -f (hd0,msdos1)/etc/x ]; echo $?", "0\n"),
        # The tree may be a subvolume, which GRUB's paths begin with.
        ("[ -f (hd0,msdos1)/@/etc/x ]; echo $?", "0\n"),
        ("[ -f (hd0,msdos1)/@rootfs/etc/x ]; echo $?", "0\n"),
        ("[ -f (hd0,msdos1)/@home/x ]; echo $?", "0\n"),
        ("[ -f (memdisk)/etc/x ]; echo $?", "1\n"),
        ("probe -d $root; probe -p $root; probe -p hd0,msdos2", "biosdiskgptmsdos"),
        ("probe -u --set=v $root; echo $? [$v]", "8 []\n"),
    ],
)
def test_a_tree_without_devices(tmp_path: Path, script: str, printed: str) -> None:
    plant(tmp_path, {"etc/x": "", "@home/x": ""})
    world = world_of_disks(tmp_path, (TREE,), "pc")
    assert "".join(run_on(world, script, "hd0,gpt1").output) == printed


# -- what an entry's files come to --------------------------------------------------------------

BTRFS = row("sda", "disk", "btrfs", at="/", top="/@", uuid=UUID)


@pytest.mark.parametrize(
    ("kernel", "reason"),
    [
        ("/@/boot/vmlinuz", ""),
        ("(hd0)/@/boot/vmlinuz", ""),
        ("/@/boot/nosuch", "does not exist"),
        ("/boot/vmlinuz", "is not to be seen whole"),
        ("/@snapshots/1/boot/vmlinuz", "is not to be seen whole"),
        # Something else is mounted over its place.
        ("/@/mnt/vmlinuz", "is not to be seen whole"),
        ("(hd1)/vmlinuz", ""),
        ("(hd2)/vmlinuz", "(xfs) is not mounted"),
        ("(hd3)/ROOT/debian@/boot/vmlinuz", "holds zfs_member"),
        ("(hd4)/vmlinuz", "holds crypto_LUKS"),
        ("(hd5)/vmlinuz", "has no file system"),
        ("(hd6)/vmlinuz", "holds linux_raid_member"),
        (f"(cryptouuid/{HEX})/vmlinuz", "(LUKS) is not open: run 'cryptsetup open /dev/sde NAME'"),
        (f"(mduuid/{HEX})/vmlinuz", "the RAID set of /dev/sdg does not run"),
        (f"(mduuid/{HEX[::-1]})/vmlinuz", "there is no device (mduuid/"),
        ("(hd9)/vmlinuz", "there is no device (hd9)"),
        ("(memdisk)/vmlinuz", "there is no device (memdisk)"),
        ("vmlinuz", "for a list of blocks"),
        ("(hd0)vmlinuz", "for a list of blocks"),
        ("(hd0)+1", "for a list of blocks"),
        ("(hd0", "for a list of blocks"),
    ],
)
def test_files_of_an_entry(tmp_path: Path, kernel: str, reason: str) -> None:
    """What cannot be seen is not missing, and a name without a slash is no file to GRUB."""
    config = f"set root=hd0\nmenuentry A {{ linux {kernel} }}\n"
    plant(tmp_path, {"boot/vmlinuz": "", "mnt/vmlinuz": "", "boot/grub/grub.cfg": config})
    disks = (
        BTRFS,
        row("sdb", "disk", "ext4", at="/mnt"),
        row("sdc", "disk", "xfs"),
        row("sdd", "disk", "zfs_member", uuid="1"),
        row("sde", "disk", "crypto_LUKS", uuid=UUID),
        row("sdf", "disk"),
        row("sdg", "disk", "linux_raid_member", uuid=UUID),
    )
    world = world_of_disks(tmp_path, volumes(*disks), "pc")
    config_place = world.place("(hd0)/@/boot/grub/grub.cfg", "")
    (entry,) = read_menu(world, config_place, Running("", "")).entries
    assert [reason in one for one in entry.reasons[:1]] == ([True] if reason else [])
    seems_bootable = not reason or "seen whole" in reason or "not mounted" in reason
    assert entry.bootable is seems_bootable


def test_paths_of_a_search_in_subvolumes(tmp_path: Path) -> None:
    plant(tmp_path, {"boot/vmlinuz": ""})
    script = "search --file --set=v {}; echo $v"
    shell = run(tmp_path, script.format("/@/boot/vmlinuz"), BTRFS)
    assert ("".join(shell.output), shell.diagnostics) == ("hd0\n", [])
    shell = run(tmp_path, script.format("/@/boot/nosuch"), BTRFS)
    assert complaints(shell.diagnostics) == ["no such device: /@/boot/nosuch"]
    shell = run(tmp_path, script.format("/@home/x"), BTRFS)
    assert [one.severity for one in shell.diagnostics] == ["warning", "warning"]


def test_the_longest_mount_is_the_one(tmp_path: Path) -> None:
    """A subvolume mounted within another has its own path in the file system."""
    volume = Volume("/dev/sda", "disk", mounts=(Mount("/", "/@"), Mount("/home", "/@home")))
    assert volume.inner_path("/home/a") == "/@home/a"
    assert volume.inner_path("/etc") == "/@/etc"
    assert volume.host_path("/@home/a") == "/home/a"
