"""Trees of installers and live systems: what is found, who is in charge, what will be missed."""

import json
from pathlib import Path
from typing import Any

import pytest

from bootpick.discovery import SYSLINUX_CONFIGS, loader_of
from tests.support.program import Run
from tests.support.trees import KERNEL, plant

LABEL = "label install\nlinux /casper/vmlinuz\nappend initrd=/casper/initrd quiet\n"
MENUENTRY = "menuentry Install {\n linux /casper/vmlinuz quiet\n initrd /casper/initrd\n}\n"
FILES: dict[str, str | bytes] = {
    "casper/vmlinuz": KERNEL,
    "casper/initrd": b"1",
    "boot/vmlinuz": KERNEL,
    "boot/initrd": b"1",
}
NOT_FOUND = "it does not find an image that is mounted or a copy in a directory"


def listing(run: Run, root: Path, *arguments: object) -> dict[str, Any]:
    outcome = run("list", "--json", "--root", root, *arguments)
    assert (outcome.status, outcome.err) == (0, "")
    found: dict[str, Any] = json.loads(outcome.out)
    return found


@pytest.mark.parametrize(
    "place",
    [
        "boot/extlinux/extlinux.conf",
        "boot/extlinux.conf",
        "isolinux/isolinux.cfg",
        "boot/isolinux/isolinux.cfg",
        "isolinux/syslinux.cfg",
        "syslinux.cfg",
        "EFI/BOOT/syslinux.cfg",
        "boot/efi/EFI/syslinux/syslinux.cfg",
        "pxelinux.cfg/default",
    ],
)
def test_places_of_syslinux(place: str, run: Run, tmp_path: Path) -> None:
    plant(tmp_path, {**FILES, place: LABEL})
    found = listing(run, tmp_path)
    (entry,) = found["entries"]
    assert (found["loader"], entry["loader"], entry["bootable"]) == ("syslinux", "syslinux", True)
    assert entry["kernel"] == f"{tmp_path}/casper/vmlinuz"
    assert entry["initrds"] == [f"{tmp_path}/casper/initrd"]


def test_the_loader_of_a_file_by_its_name() -> None:
    assert {loader_of(path) for path in SYSLINUX_CONFIGS} == {"syslinux"}
    assert loader_of("/isolinux/grub.cfg") == "grub"
    assert loader_of("/boot/grub/syslinux.conf") == "grub"


@pytest.mark.parametrize(
    "place",
    [
        "boot/grub/grub.cfg",
        "boot/grub2/grub.cfg",
        "EFI/BOOT/grub.cfg",
        "boot/grub/loopback.cfg",
        "debian-installer/amd64/grub/grub.cfg",
    ],
)
def test_grub_is_in_charge_where_both_are(place: str, run: Run, tmp_path: Path) -> None:
    plant(tmp_path, {**FILES, place: MENUENTRY, "isolinux/isolinux.cfg": LABEL})
    found = listing(run, tmp_path)
    assert found["loader"] == "grub"
    assert [(e["loader"], e["id"], e["default"]) for e in found["entries"]] == [
        ("grub", "Install", True),
        ("syslinux", "install", False),
    ]
    alone = listing(run, tmp_path, "--loader", "syslinux")
    assert [(e["id"], e["default"]) for e in alone["entries"]] == [("install", True)]


def test_systemd_boot_goes_before_syslinux(run: Run, tmp_path: Path) -> None:
    plant(tmp_path, {**FILES, "boot/syslinux/syslinux.cfg": LABEL})
    plant(tmp_path, {"loader/entries/a.conf": "linux /boot/vmlinuz\n"})
    assert listing(run, tmp_path)["loader"] == "bls"
    outcome = run("list", "-v", "--root", tmp_path)
    assert "not in charge here: syslinux" in outcome.out.splitlines()


def test_loopback_configuration_comes_last(run: Run, tmp_path: Path) -> None:
    plant(tmp_path, {**FILES, "boot/grub/loopback.cfg": MENUENTRY})
    plant(tmp_path, {"EFI/BOOT/grub.cfg": MENUENTRY.replace("Install", "Other")})
    assert [entry["id"] for entry in listing(run, tmp_path)["entries"]] == ["Other"]


DOUBTS = [
    ("quiet", []),
    ("findiso=/isos/x.iso", ["findiso=/isos/x.iso: no file system that is mounted has this file"]),
    ("findiso=/there.iso boot=live", []),
    ("findiso=", ["findiso= names no file"]),
    ("iso-scan/filename=/there.iso inst.stage2=hd:LABEL=X", []),
    (
        "boot=live",
        [(f"its system looks for the medium on disks and sticks, without a word 'findiso=': "
         f"{NOT_FOUND}")],
    ),
    (
        "inst.stage2=hd:LABEL=Fedora",
        [(f"inst.stage2=hd:LABEL=Fedora: its system looks for a disk or stick of that name: "
         f"{NOT_FOUND}")],
    ),
    ("inst.stage2=http://a/b", []),
    (
        "root=live:CDLABEL=Live",
        [f"root=live:CDLABEL=Live: its system looks for a disk or stick of that name: {NOT_FOUND}"],
    ),
    (
        "archisolabel=ARCH",
        [f"archisolabel=ARCH: its system looks for a disk or stick of that name: {NOT_FOUND}"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("words", "doubts"), DOUBTS)
def test_doubts_in_every_format(words: str, doubts: list[str], run: Run, tmp_path: Path) -> None:
    plant(tmp_path, {**FILES, "there.iso": b"1"})
    grub = f"menuentry a {{\n linux /boot/vmlinuz {words}\n initrd /boot/initrd\n}}\n"
    syslinux = f"label a\nlinux /boot/vmlinuz\ninitrd /boot/initrd\nappend {words}\n"
    plant(tmp_path, {"boot/grub/grub.cfg": grub, "isolinux/isolinux.cfg": syslinux})
    entries = listing(run, tmp_path)["entries"]
    assert [entry["loader"] for entry in entries] == ["grub", "syslinux"]
    assert [entry["reasons"] for entry in entries] == [doubts, doubts]
    assert all(entry["bootable"] for entry in entries)


def test_doubts_by_the_place_of_the_kernel(run: Run, tmp_path: Path) -> None:
    plant(tmp_path, {**FILES, "isolinux/isolinux.cfg": LABEL})
    plant(tmp_path, {"install.amd/vmlinuz": KERNEL})
    (entry,) = listing(run, tmp_path)["entries"]
    assert entry["reasons"] == [
        (
            "its system looks for the medium on disks and sticks, without a word "
            f"'iso-scan/filename=': {NOT_FOUND}"
        )
    ]
    plant(tmp_path, {"isolinux/isolinux.cfg": "label a\nlinux /install.amd/vmlinuz\n"})
    (entry,) = listing(run, tmp_path)["entries"]
    assert entry["reasons"] == [f"its system looks for the medium on disks and sticks: {NOT_FOUND}"]


def device(name: str, kind: str, **more: object) -> dict[str, Any]:
    return {"name": name, "path": f"/dev/{name}", "type": kind, **more}


SYSTEM = device(
    "sda1", "part", fstype="ext4", label="SYSTEM", uuid="1-2", mountpoints=["/"], partn=1
)
STICK = device("sdb1", "part", fstype="iso9660", label="A stick", partn=1)
BOOT = device("sdc1", "part", fstype="ext4", mountpoints=["/boot"], partn=1)
DEVICES = {
    "blockdevices": [
        device("sda", "disk", pttype="gpt", children=[SYSTEM]),
        device("sdb", "disk", pttype="dos", children=[STICK]),
        device("loop0", "loop", fstype="iso9660", label="LOOP", mountpoints=["/mnt"]),
    ]
}


@pytest.mark.parametrize(
    ("words", "doubts"),
    [
        ("inst.stage2=hd:LABEL=SYSTEM", []),
        ("inst.stage2=hd:LABEL=A\\x20stick:/path quiet", []),
        ("inst.repo=hd:UUID=1-2", []),
        ("archisodevice=/dev/disk/by-label/SYSTEM", []),
        ("archisodevice=/dev/disk/by-uuid/1-2", []),
        ("archisodevice=UUID=3", ["archisodevice=UUID=3: no disk or partition has this UUID"]),
        ("root=live:LABEL=LOOP", ["root=live:LABEL=LOOP: no disk or partition has this label"]),
        ("inst.stage2=hd:/dev/sdb1", []),
        ("boot=live", []),
    ],
)
def test_doubts_where_the_devices_are_known(
    words: str, doubts: list[str], run: Run, tmp_path: Path
) -> None:
    grub = f"menuentry a {{\n linux /boot/vmlinuz {words}\n}}\n".replace("\\", "\\\\")
    syslinux = f"label a\nlinux /boot/vmlinuz\nappend {words}\n"
    plant(tmp_path, {**FILES, "boot/grub/grub.cfg": grub, "isolinux/isolinux.cfg": syslinux})
    plant(tmp_path, {"devices": json.dumps(DEVICES)})
    entries = listing(run, tmp_path, "--devices", tmp_path / "devices")["entries"]
    assert [entry["reasons"] for entry in entries] == [doubts, doubts]


def test_kernel_on_the_configuration_s_file_system(run: Run, tmp_path: Path) -> None:
    """Where the devices are known, ``/`` is the top of the one that has the configuration."""
    boot = device("sdc", "disk", pttype="gpt", children=[BOOT])
    devices = {"blockdevices": [*DEVICES["blockdevices"], boot]}
    config = "label a\nlinux /vmlinuz\nlabel b\nlinux ../../../vmlinuz\nlabel c\nlinux vmlinuz\n"
    plant(tmp_path, {**FILES, "boot/extlinux/extlinux.conf": config, "vmlinuz": KERNEL})
    plant(tmp_path, {"boot/extlinux/vmlinuz": KERNEL, "devices": json.dumps(devices)})
    found = listing(run, tmp_path, "--devices", tmp_path / "devices")["entries"]
    assert [entry["kernel"] for entry in found] == [
        f"{tmp_path}/boot/vmlinuz",
        f"{tmp_path}/boot/vmlinuz",
        f"{tmp_path}/boot/extlinux/vmlinuz",
    ]


def test_netboot_tree_is_named_from_above_its_configuration(run: Run, tmp_path: Path) -> None:
    config = "include di/more.cfg\ndefault di/vesamenu.c32\n"
    more = "label install\n\tkernel di/linux\n\tappend vga=788 initrd=di/initrd.gz --- quiet\n"
    plant(tmp_path, {"di/linux": KERNEL, "di/initrd.gz": b"1"})
    plant(tmp_path, {"di/more.cfg": more, "di/real": config})
    (tmp_path / "pxelinux.cfg").mkdir()
    (tmp_path / "pxelinux.cfg/default").symlink_to("../di/real")
    (entry,) = listing(run, tmp_path)["entries"]
    assert (entry["default"], entry["bootable"]) == (True, True)
    assert entry["cmdline"] == "BOOT_IMAGE=di/linux vga=788 --- quiet"
    assert entry["initrds"] == [f"{tmp_path}/di/initrd.gz"]
