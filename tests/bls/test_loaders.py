"""Several boot loaders on one machine: which of them is in charge, and one list of all."""

from pathlib import Path

import pytest

from tests.support.efi import plant_variables
from tests.support.listing import listing
from tests.support.program import Run
from tests.support.trees import KERNEL, plant

Files = dict[str, str | bytes]
GRUB: Files = {
    "boot/grub/grub.cfg": "menuentry One --id one { linux /vmlinuz ro }\n"
    "submenu More --id more { menuentry Two --id two { linux /vmlinuz rw } }\n",
    "vmlinuz": KERNEL,
}
BLS: Files = {
    "efi/loader/entries/one.conf": "title One\nlinux /vmlinuz\n",
    "efi/loader/entries/three.conf": "title Three\nlinux /vmlinuz\n",
    "efi/vmlinuz": KERNEL,
}
PROGRAM: Files = {"efi/EFI/systemd/systemd-bootx64.efi": b"MZ"}
STARTED = "it started this machine (LoaderInfo: %s)"


@pytest.mark.parametrize(
    ("files", "info", "expected"),
    [
        (GRUB, None, ("grub", None)),
        (BLS, None, ("bls", None)),
        (GRUB | BLS, None, ("grub", "systemd-boot is not installed")),
        (GRUB | BLS | PROGRAM, None, ("bls", f"it is installed: /{next(iter(PROGRAM))}")),
        (GRUB | BLS | PROGRAM, "GRUB 2.12", ("grub", STARTED % "GRUB 2.12")),
        (GRUB | BLS, "systemd-boot 257", ("bls", STARTED % "systemd-boot 257")),
    ],
)
def test_who_is_in_charge(
    files: Files,
    info: str | None,
    expected: tuple[str, str | None],
    run: Run,
    tmp_path: Path,
) -> None:
    loader, why = expected
    plant(tmp_path, {**files, "efi/EFI/BOOT/BOOTX64.EFI": b"MZ"})
    if info is not None:
        plant_variables(tmp_path, LoaderInfo=info)
    found = listing(run, tmp_path)
    assert found["loader"] == loader
    (default,) = [entry for entry in found["entries"] if entry["default"]]
    assert (default["loader"], default) == (loader, found["entries"][0])
    shown = run("list", "-v", "--root", tmp_path).out
    name = {"grub": "GRUB", "bls": "systemd-boot"}[loader]
    assert (f"loader   {name}: {why}\n" in shown) == (why is not None)


def test_merged_list(run: Run, tmp_path: Path) -> None:
    plant(tmp_path, GRUB | BLS)
    entries = listing(run, tmp_path)["entries"]
    assert [(entry["loader"], entry["id"], entry["index"]) for entry in entries] == [
        ("grub", "one", "0"),
        ("grub", "two", "1>0"),
        ("bls", "three", "0"),
        ("bls", "one#2", "1"),
    ]
    assert run("list", "--root", tmp_path).out == (
        "* 0    One  [default]\n"
        "       More\n"
        "  1>0    Two\n"
        "not in charge here: systemd-boot\n"
        "  -    Three\n"
        "  -    One\n"
    )


@pytest.mark.parametrize(
    ("selector", "identifier"),
    [("0", "one"), ("1>0", "two"), ("three", "three"), ("one#2", "one#2"), ("Three", "three")],
)
def test_selectors_in_a_merged_list(
    selector: str, identifier: str, run: Run, tmp_path: Path
) -> None:
    plant(tmp_path, GRUB | BLS)
    shown = run("show", selector, "--root", tmp_path).out
    assert f"id       {identifier}\n" in shown


def test_index_is_that_of_the_loader_in_charge(run: Run, tmp_path: Path) -> None:
    plant(tmp_path, GRUB | BLS)
    assert run("show", "1", "--root", tmp_path).status == 4
    assert "id       one\n" in run("show", "1", "--root", tmp_path, "--loader", "bls").out
    outcome = run("show", "One", "--root", tmp_path)
    assert (outcome.status, outcome.err.splitlines()[0]) == (
        4,
        "bootpick: error: 'One' fits 2 entries: 0 'One', one#2 'One'",
    )


def test_one_loader_alone(run: Run, tmp_path: Path) -> None:
    plant(tmp_path, GRUB | BLS)
    for loader, ids in (("grub", ["one", "two"]), ("bls", ["three", "one"])):
        found = listing(run, tmp_path, "--loader", loader)
        assert ([entry["id"] for entry in found["entries"]], found["loader"]) == (ids, loader)
    for loader, files in (("bls", GRUB), ("grub", BLS)):
        root = plant(tmp_path / f"no-{loader}", files)
        assert run("list", "--root", root, "--loader", loader).status == 3


def test_entries_of_grubs_blscfg_are_there_once(run: Run, tmp_path: Path) -> None:
    files: Files = {
        "etc/os-release": "ID=fedora\n",
        "boot/grub2/grub.cfg": "blscfg\nmenuentry Setup { fwsetup }\n",
        "boot/loader/entries/m-6.1.conf": "title Fedora\nlinux /boot/vmlinuz\n",
        "boot/EFI/Linux/none.efi": b"MZ",
        "boot/vmlinuz": KERNEL,
    }
    entries = listing(run, plant(tmp_path, files))["entries"]
    assert [(entry["loader"], entry["id"]) for entry in entries] == [
        ("grub", "m-6.1"),
        ("grub", "Setup"),
        ("bls", "none.efi"),
    ]


ESP, XBOOTLDR = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "bc13c2ff-59e6-4262-a352-b275fd6f7172"


def test_loader_conf_is_that_of_the_esp(run: Run, tmp_path: Path) -> None:
    """The ESP is known by its files, by its type, or by what systemd-boot says it came from."""
    files: Files = {
        "efi/loader/entries/esp.conf": "linux /vmlinuz\n",
        "efi/loader/loader.conf": "timeout 1\n",
        "boot/loader/entries/xbootldr.conf": "linux /vmlinuz\n",
        "boot/loader/loader.conf": "timeout 2\n",
        "efi/vmlinuz": KERNEL,
        "boot/vmlinuz": KERNEL,
        "efi/EFI/BOOT/BOOTX64.EFI": b"MZ",
    }
    plant(tmp_path, files)
    found = listing(run, tmp_path)
    assert (found["timeout"], [entry["id"] for entry in found["entries"]]) == (
        1.0,
        ["xbootldr", "esp"],
    )
    assert [entry["kernel"] for entry in found["entries"]] == [
        f"{tmp_path}/boot/vmlinuz",
        f"{tmp_path}/efi/vmlinuz",
    ]
    devices = """{"blockdevices": [{"name": "sda", "path": "/dev/sda", "type": "disk", "children": [
      {"name": "sda1", "path": "/dev/sda1", "type": "part", "parttype": "%s", "partuuid": "aa",
       "fstype": "vfat", "mountpoints": ["%s"]},
      {"name": "sda2", "path": "/dev/sda2", "type": "part", "parttype": "%s", "partuuid": "bb",
       "fstype": "vfat", "mountpoints": ["%s"]},
      {"name": "sda3", "path": "/dev/sda3", "type": "part", "fstype": "ext4",
       "mountpoints": ["/"]}]}]}"""
    plant(tmp_path, {"devices": devices % (ESP, "/boot", XBOOTLDR, "/efi")})
    found = listing(run, tmp_path, "--devices", tmp_path / "devices")
    assert found["timeout"] == 2.0
    plant_variables(tmp_path, LoaderDevicePartUUID="BB")
    found = listing(run, tmp_path, "--devices", tmp_path / "devices")
    assert found["timeout"] == 1.0


def test_paths_belong_to_the_file_system_of_the_entry(run: Run, tmp_path: Path) -> None:
    """Fedora without a /boot of its own writes them from the root."""
    files: Files = {
        "boot/loader/entries/a.conf": "linux /boot/vmlinuz\n",
        "boot/loader/entries/b.conf": "linux /vmlinuz\n",
        "boot/loader/entries/c.conf": "linux /other\n",
        "boot/vmlinuz": KERNEL,
        "vmlinuz": KERNEL,
        "other": KERNEL,
    }
    plant(tmp_path, files)
    kernels = {entry["id"]: entry["kernel"] for entry in listing(run, tmp_path)["entries"]}
    assert kernels == {
        "a": f"{tmp_path}/boot/vmlinuz",
        "b": f"{tmp_path}/boot/vmlinuz",
        "c": f"{tmp_path}/other",
    }
    devices = """{"blockdevices": [{"name": "sda1", "path": "/dev/sda1", "type": "part",
       "fstype": "ext4", "mountpoints": ["/"]}]}"""
    plant(tmp_path, {"devices": devices})
    found = listing(run, tmp_path, "--devices", tmp_path / "devices")["entries"]
    assert {entry["id"]: entry["kernel"] for entry in found} == {
        "a": f"{tmp_path}/boot/vmlinuz",
        "b": f"{tmp_path}/vmlinuz",
        "c": f"{tmp_path}/other",
    }


def test_nothing_is_found(run: Run, tmp_path: Path) -> None:
    outcome = run("list", "--root", tmp_path)
    assert outcome.status == 3
    assert outcome.err.splitlines()[1].startswith(
        "hint: looked for grub.cfg in /boot/grub, /boot/grub2 and on the EFI system partition, and "
        "for loader/entries and EFI/Linux in /efi, /boot and /boot/efi, and for "
    )


def test_nothing_is_found_where_fstab_has_a_file_system_that_is_not_mounted(
    run: Run, tmp_path: Path
) -> None:
    """Gentoo's way: ``/boot`` is mounted only while somebody works on it."""
    fstab = "# <fs> <mountpoint>\nUUID=1 / ext4 defaults 0 1\n/dev/md0\t/boot/ ext4 noauto 0 2\n"
    plant(tmp_path, {"etc/fstab": fstab, "boot/.keep": ""})
    outcome = run("list", "--root", tmp_path)
    assert outcome.status == 3
    assert outcome.err.splitlines() == [
        f"bootpick: error: no boot configuration found under {tmp_path}",
        f"hint: {tmp_path}/etc/fstab has a file system for /boot: mount it at {tmp_path}/boot",
    ]
