"""LILO beside other boot loaders: who is in charge, and what is listed."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from bootpick.charge import Evidence, in_charge
from bootpick.discovery import find_lilo, loader_of
from bootpick.entries import BootMenu
from bootpick.errors import BootpickError
from bootpick.system.tree import LocalTree
from bootpick.volumes import Volume
from tests.bls.test_loaders import BLS, GRUB
from tests.lilo.test_entries import planted
from tests.support.listing import listing
from tests.support.program import Run
from tests.support.trees import plant

CONFIG = "image=/boot/a\n label=Linux\nimage=/boot/b\n label=one\n"
SECTOR = b"\xfa\xeb\x21\x01\xb4\x01LILO\x18\x00"
GRUB_SECTOR = b"\xeb\x63\x90" + b"\0" * 0x17D + b"GRUB \0"


@pytest.mark.parametrize(
    ("loaders", "evidence", "expected"),
    [
        ("grub lilo", Evidence(), ("grub", "nothing shows that LILO starts this machine")),
        ("bls lilo", Evidence(), ("bls", "nothing shows that LILO starts this machine")),
        ("grub bls lilo", Evidence(), ("grub", "this is no UEFI machine")),
        ("grub lilo", Evidence(lilo="/dev/a"), ("lilo", "it is in the boot sector of /dev/a")),
        ("grub bls lilo", Evidence(lilo="/dev/a"), ("lilo", "it is in the boot sector of /dev/a")),
        # Firmware that is UEFI starts no boot sector.
        (
            "grub lilo",
            Evidence(lilo="/dev/a", efi=True),
            ("grub", "nothing shows that LILO starts this machine"),
        ),
    ],
)
def test_who_is_in_charge(loaders: str, evidence: Evidence, expected: tuple[str, str]) -> None:
    assert in_charge([BootMenu(loader) for loader in loaders.split()], evidence) == expected


@pytest.mark.parametrize(
    ("path", "loader"),
    [
        ("/etc/lilo.conf", "lilo"),
        ("/lilo-test.conf.old", "lilo"),
        ("/boot/loader/entries/lilo.conf", "bls"),
        ("/lilo.cfg", "grub"),
        ("/lilo.conf/grub.cfg", "grub"),
    ],
)
def test_whose_a_file_is(path: str, loader: str) -> None:
    assert loader_of(path) == loader


class Disks(LocalTree):
    """A machine whose devices begin as it is told."""

    def __init__(self, volumes: tuple[Volume, ...], sectors: Mapping[str, bytes]) -> None:
        super().__init__("/", volumes)
        self._sectors = sectors

    def read_device(self, volume: Volume, offset: int, limit: int) -> bytes:
        if volume.path not in self._sectors:
            raise BootpickError(f"{volume.path}: Permission denied")
        return self._sectors[volume.path][offset:][:limit]


@pytest.mark.parametrize(
    ("sectors", "found"),
    [
        ({}, None),
        ({"a": SECTOR}, "a"),
        ({"b": SECTOR}, "b"),
        ({"a": b"\0" * 512, "a1": SECTOR}, "a1"),
        ({"a": GRUB_SECTOR, "a1": SECTOR}, None),
        ({"a": GRUB_SECTOR, "a1": SECTOR, "b": SECTOR}, "b"),
        ({"a": b"LILO", "a1": b"", "b": b"xxxxxxLIL"}, None),
    ],
)
def test_boot_sectors(sectors: Mapping[str, bytes], found: str | None) -> None:
    disks = (
        Volume("a", "disk", children=(Volume("a1", "part"), Volume("a2", "part"))),
        Volume("b", "disk"),
        Volume("r", "rom"),
    )
    assert find_lilo(Disks(disks, sectors), disks) == found


def test_merged_list(run: Run, tmp_path: Path) -> None:
    root = plant(planted(tmp_path, CONFIG), GRUB | BLS)
    found = listing(run, root)
    assert [(entry["loader"], entry["id"]) for entry in found["entries"]] == [
        ("grub", "one"),
        ("grub", "two"),
        ("bls", "three"),
        ("bls", "one#2"),
        ("lilo", "Linux"),
        ("lilo", "one#3"),
    ]
    assert "not in charge here: LILO\n  -    Linux\n" in run("list", "--root", root).out
    alone = listing(run, root, "--loader", "lilo")
    assert (alone["loader"], [entry["id"] for entry in alone["entries"]]) == (
        "lilo",
        ["Linux", "one"],
    )


def test_a_file_that_may_not_be_read(run: Run) -> None:
    """It may hold a password. It is no reason to list nothing of what other boot loaders have."""
    with tempfile.TemporaryDirectory() as folder:  # tmp_path is for its owner alone
        root = planted(Path(folder), CONFIG)
        root.chmod(0o755)
        (root / "etc/lilo.conf").chmod(0)
        user = os.geteuid()
        if user == 0:  # root may read everything
            os.seteuid(65534)
        try:
            alone = run("list", "--root", root)
            plant_as(user, root)
            beside = run("list", "--root", root)
            wanted = run("list", "--root", root, "--loader", "lilo")
        finally:
            os.seteuid(user)
    assert (alone.status, wanted.status) == (1, 1)
    assert "lilo.conf: Permission denied" in alone.err
    assert "hint: run it as root" in wanted.err
    assert (beside.status, "One" in beside.out) == (0, True)
    assert "lilo.conf may not be read: entries in it are not listed" in beside.err


def plant_as(user: int, root: Path) -> None:
    """Add GRUB's configuration, for which *root*'s owner is needed."""
    now = os.geteuid()
    os.seteuid(user)
    plant(root, GRUB)
    os.seteuid(now)
