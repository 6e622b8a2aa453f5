"""Which file system a device of GRUB Legacy stands for, and where files are when it is another."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.listing import listing
from tests.support.lsblk import Row, row
from tests.support.program import Run
from tests.support.trees import KERNEL, plant


def part(name: str, number: int, fstype: str | None = "ext4", **columns: Any) -> Row:
    return row(name, "part", fstype, partn=number, **columns)


def disk(name: str, *parts: Row) -> Row:
    return row(name, "disk", None, *parts, pttype="dos")


BOOT = part("sda1", 1, uuid="b007", at="/boot")
ROOT = part("sda3", 3, uuid="aaaa", at="/")
LOGICAL = part("sda5", 5, uuid="dddd", at="/mnt/other")
CLOSED = part("sdb1", 1, uuid="cccc")
SWAP = part("sdb2", 2, "swap")
DISKS = (disk("sda", BOOT, ROOT, LOGICAL), disk("sdb", CLOSED, SWAP))
FILES: dict[str, str | bytes] = {
    "boot/vmlinuz": KERNEL,
    "boot/initrd": b"1",
    "vmlinuz-root": KERNEL,
    "mnt/other/boot/vmlinuz-other": KERNEL,
    "mnt/other/boot/vmlinuz": KERNEL,
}


def only(
    run: Run, root: Path, lines: str, *disks: Row, device_map: str | None = None
) -> dict[str, Any]:
    """Give the one entry of a machine with a file system of its own for /boot."""
    plant(root, {**FILES, "boot/grub/menu.lst": f"title T\n{lines}\n"})
    if device_map is not None:
        plant(root, {"boot/grub/device.map": device_map})
    devices = plant(root, {"devices.json": json.dumps({"blockdevices": disks or DISKS})})
    (entry,) = listing(run, root, "--devices", devices / "devices.json")["entries"]
    found: dict[str, Any] = entry
    return found


def taken(entry: dict[str, Any], root: Path) -> tuple[str | None, list[str]]:
    """Give the kernel's path in the tree, and what is said of it."""
    kernel = entry["kernel"]
    shown = kernel.removeprefix(str(root)) if kernel is not None else None
    return shown, [reason.replace(str(root), "") for reason in entry["reasons"]]


MOUNTED = "{} (ext4) is not mounted; it will be mounted read-only to load {}"
ELSEWHERE = "{} should be {}, which does not have it: {} is taken from {}"
UNKNOWN = "there is no {} on this machine: {} is taken from {}"


@pytest.mark.parametrize(
    ("lines", "kernel", "reasons"),
    [
        ("root (hd0,0)\nkernel /vmlinuz", "/boot/vmlinuz", []),
        ("kernel /vmlinuz", "/boot/vmlinuz", []),
        ("kernel (hd0,0)/vmlinuz", "/boot/vmlinuz", []),
        ("root (hd0,2)\nkernel /vmlinuz-root", "/vmlinuz-root", []),
        ("root (hd0,2)\nkernel (hd0,0)/vmlinuz", "/boot/vmlinuz", []),
        ("root (hd0,4)\nkernel /boot/vmlinuz-other", "/mnt/other/boot/vmlinuz-other", []),
        ("root (hd0x0,0x4)\nkernel /boot/vmlinuz", "/mnt/other/boot/vmlinuz", []),
        ("uuid dddd\nkernel /boot/vmlinuz", "/mnt/other/boot/vmlinuz", []),
        ("uuid=DDDD\nkernel /boot/vmlinuz", "/mnt/other/boot/vmlinuz", []),
        ("rootnoverify (hd0,2)\nkernel /vmlinuz-root", "/vmlinuz-root", []),
        ("find --set-root /vmlinuz-root\nkernel /vmlinuz-root", "/vmlinuz-root", []),
        ("root (hd1,0)\nkernel /vm", None, [MOUNTED.format("/dev/sdb1", "/vm")]),
        (
            "root (hd0,0)\nkernel /vmlinuz-root",
            "/vmlinuz-root",
            [ELSEWHERE.format("(hd0,0)", "/dev/sda1", "/vmlinuz-root", "/dev/sda3")],
        ),
        (
            "root (hd1,1)\nkernel /vmlinuz",
            "/boot/vmlinuz",
            [ELSEWHERE.format("(hd1,1)", "/dev/sdb2", "/vmlinuz", "/dev/sda1")],
        ),
        (
            "root (hd7,7)\nkernel /vmlinuz",
            "/boot/vmlinuz",
            [UNKNOWN.format("(hd7,7)", "/vmlinuz", "/dev/sda1")],
        ),
        (
            "root (md0)\nkernel /vmlinuz",
            "/boot/vmlinuz",
            [UNKNOWN.format("(md0)", "/vmlinuz", "/dev/sda1")],
        ),
        (
            "kernel (hd0,0,a)/vmlinuz",
            "/boot/vmlinuz",
            [UNKNOWN.format("(hd0,0,a)", "/vmlinuz", "/dev/sda1")],
        ),
        (
            "uuid none\nkernel /vmlinuz",
            None,
            ["there is no device (UUID none) on this machine for"],
        ),
        ("kernel (nd)/vmlinuz", None, ["there is no device (nd) on this machine for"]),
        ("root (hd7,7)\nkernel /none", None, ["there is no device (hd7,7) on this machine for"]),
        ("root (hd0,0)\nkernel /none", "/boot/none", ["/boot/none does not exist"]),
        ("kernel /vmlinuz-root", "/boot/vmlinuz-root", ["/boot/vmlinuz-root does not exist"]),
    ],
)
def test_device(
    lines: str, kernel: str | None, reasons: list[str], run: Run, tmp_path: Path
) -> None:
    found, said = taken(only(run, tmp_path, lines), tmp_path)
    assert (found, len(said)) == (kernel, len(reasons))
    for reason, expected in zip(said, reasons, strict=True):
        assert reason.startswith(expected)


def test_initrd_follows_its_kernel(run: Run, tmp_path: Path) -> None:
    """Once it is known that a device is another, it is so for the whole entry."""
    plant(tmp_path, {"vmlinuz-2": KERNEL, "initrd": b"2"})
    disks = (disk("sda", part("sda1", 1, at="/boot"), part("sda2", 2, at="/")),)
    lines = "root (hd4,0)\nkernel /vmlinuz-2\ninitrd /initrd"
    entry = only(run, tmp_path, lines, *disks)
    assert entry["initrds"] == [f"{tmp_path}/initrd"]
    assert entry["reasons"] == [UNKNOWN.format("(hd4,0)", "/vmlinuz-2", "/dev/sda2")]


@pytest.mark.parametrize(
    ("device_map", "kernel"),
    [
        ("(hd0)\t/dev/sda\n(hd1)\t/dev/sdb\n", None),
        ("# made by hand\n(hd0) /dev/sdb\n(hd1) /dev/sda\n", "/vmlinuz-root"),
        ("(fd0)/dev/fd0\r\n(hd1)  /dev/sda\r\n", "/vmlinuz-root"),
        ("(hd1) /dev/hda\n", None),
        ("(hd1) /dev/disk/by-id/ata-x\n", None),
        ("(hd1)\n(hd\n)\nx\0\n", None),
    ],
)
def test_device_map(device_map: str, kernel: str | None, run: Run, tmp_path: Path) -> None:
    disks = (disk("sda", BOOT, ROOT), disk("sdb", part("sdb3", 3)))
    lines = "root (hd1,2)\nkernel /vmlinuz-root"
    entry = only(run, tmp_path, lines, *disks, device_map=device_map)
    assert taken(entry, tmp_path)[0] == kernel
    assert entry["bootable"]


def test_mirror_of_two_disks(run: Run, tmp_path: Path) -> None:
    """GRUB Legacy reads one half of a mirror as if it were the whole."""
    mirror = row("md0", "raid1", "ext3", at="/boot")
    halves = [
        disk(name, part(f"{name}1", 1, "linux_raid_member", fsver="0.90.0"))
        for name in ("sda", "sdb")
    ]
    for half in halves:
        half["children"][0]["children"] = [mirror]
    entry = only(run, tmp_path, "root (hd1,0)\nkernel /vmlinuz", *halves)
    assert taken(entry, tmp_path) == ("/boot/vmlinuz", [])


def test_separate_boot_in_a_tree_without_devices(run: Run, tmp_path: Path) -> None:
    """Such a tree stands for every file system, that of /boot among them."""
    plant(tmp_path, {"boot/vmlinuz": KERNEL, "boot/initrd": b"1"})
    lines = "title T\nroot (hd0,0)\nkernel /vmlinuz\ninitrd /initrd\nconfigfile /grub/none\n"
    plant(tmp_path, {"boot/grub/menu.lst": lines.replace("configfile", "#")})
    (entry,) = listing(run, tmp_path)["entries"]
    assert (entry["kernel"], entry["initrds"], entry["bootable"]) == (
        f"{tmp_path}/boot/vmlinuz",
        [f"{tmp_path}/boot/initrd"],
        True,
    )
    assert entry["loader_paths"] == {"kernel": "/vmlinuz", "initrds": ["/initrd"]}


def test_boot_file_system_as_the_tree(run: Run, tmp_path: Path) -> None:
    text = "title T\nroot (hd0,0)\nkernel /vmlinuz ro\n"
    plant(tmp_path, {"vmlinuz": KERNEL, "grub/menu.lst": text})
    (entry,) = listing(run, tmp_path)["entries"]
    assert (entry["kernel"], entry["bootable"]) == (f"{tmp_path}/vmlinuz", True)


def test_menu_on_another_partition(run: Run, tmp_path: Path) -> None:
    plant(tmp_path, {"mnt/other/boot/grub/menu.lst": "title O\nkernel /boot/vmlinuz-other\n"})
    plant(tmp_path, FILES)
    plant(tmp_path, {"boot/grub/menu.lst": "title O\nconfigfile (hd0,4)/boot/grub/menu.lst\n"})
    plant(tmp_path, {"devices.json": json.dumps({"blockdevices": DISKS})})
    found = listing(run, tmp_path, "--devices", tmp_path / "devices.json")["entries"]
    assert [(entry["index"], entry["submenus"]) for entry in found] == [("0>0", ["O"])]
    plant(tmp_path, {"boot/grub/menu.lst": "title O\nconfigfile (hd1,0)/boot/grub/menu.lst\n"})
    (entry,) = listing(run, tmp_path, "--devices", tmp_path / "devices.json")["entries"]
    assert entry["reasons"][0] == (
        "(hd1,0)/boot/grub/menu.lst cannot be seen from here: its menu may hold more entries"
    )
