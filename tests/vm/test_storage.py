"""Kernels on RAID sets, logical volumes, opened LUKS devices, btrfs, and behind an automount."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.vm import evidence, layout, package
from tests.vm.conftest import REPOSITORY
from tests.vm.evidence import Landing
from tests.vm.frozen import frozen_machine
from tests.vm.image import Image
from tests.vm.machine import Machine
from tests.vm.storage_tools import FOLDER, storage_tools

pytestmark = pytest.mark.vm

_MAKE: Final = Path(__file__).parent / "storage/make"
_DISKS: Final = "/dev/sd[a-l] /dev/vda4"
_PATIENCE: Final = 900.0


class _Place(NamedTuple):
    """Where a kernel is: what GRUB finds it by, and where the machine has it."""

    modules: str
    root: str | None
    """As ``grub-mkconfig`` sets it; not for RAID sets of the firmware, which it cannot name."""
    hints: str
    uuid: str
    folder: str
    """To GRUB."""
    mounted: str | None
    """Where that is to be seen while its file system is mounted."""
    device: str
    """Or its members, of which any may be the one that is found first."""


_MD: Final = "5bfc3556-41fc-46aa-ddba-aab3214a598a"
_LUKS: Final = {
    "luks": "dc8a7691-6a44-4e7c-95ea-9a98b41bf1f5",
    "luks2": "1f7b1b0c-4c44-4cb1-8f4c-6a0c2dd3ae27",
}
_UUIDS: Final = {
    "MD_UUID": "10000000-0000-4000-8000-000000000001",
    "LVM_UUID": "10000000-0000-4000-8000-000000000002",
    "LUKS_UUID": "10000000-0000-4000-8000-000000000003",
    "IMSM_UUID": "10000000-0000-4000-8000-000000000004",
    "BTRFS_UUID": "10000000-0000-4000-8000-000000000005",
    "LUKS2_UUID": "10000000-0000-4000-8000-000000000006",
    "DDF_UUID": "10000000-0000-4000-8000-000000000007",
    "DMRAID_UUID": "10000000-0000-4000-8000-000000000008",
    "PAIR_UUID": "10000000-0000-4000-8000-000000000009",
}


def _places(volume_group: str, logical_volume: str) -> dict[str, _Place]:
    md = _MD.replace("-", "")
    luks, luks2 = (f"cryptouuid/{uuid.replace('-', '')}" for uuid in _LUKS.values())
    lvm = f"lvmid/{volume_group}/{logical_volume}"
    on_sde = "--hint-bios=hd4 --hint-efi=hd4 --hint-baremetal=ahci4"
    # The firmware shows a RAID set of its own as one disk.
    on_pair = " ".join(on_sde.replace("4", disk) for disk in "56")
    on_esp = "--hint-bios=hd0,gpt2 --hint-efi=hd0,gpt2 --hint-baremetal=ahci0,gpt2"
    btrfs = _UUIDS["BTRFS_UUID"]
    return {
        "md": _Place(
            "part_gpt part_gpt diskfilter mdraid1x ext2",
            f"mduuid/{md}",
            f"--hint='mduuid/{md}'",
            _UUIDS["MD_UUID"],
            "",
            "/srv/md",
            "/dev/md127",
        ),
        "lvm": _Place(
            "part_gpt part_gpt diskfilter mdraid1x lvm ext2",
            lvm,
            f"--hint='{lvm}'",
            _UUIDS["LVM_UUID"],
            "",
            "/srv/lvm",
            "/dev/mapper/vm--0-lv--boot",
        ),
        "luks": _Place(
            "part_gpt cryptodisk luks gcry_rijndael gcry_rijndael gcry_sha256 ext2",
            luks,
            f"--hint='{luks}'",
            _UUIDS["LUKS_UUID"],
            "",
            "/srv/luks",
            "/dev/mapper/secret",
        ),
        "luks2": _Place(
            "cryptodisk luks2 gcry_rijndael gcry_rijndael gcry_sha256 ext2",
            luks2,
            f"--hint='{luks2}'",
            _UUIDS["LUKS2_UUID"],
            "",
            "/srv/luks2",
            "/dev/mapper/secret2",
        ),
        "imsm": _Place("part_msdos ext2", None, "", _UUIDS["IMSM_UUID"], "", "/srv/imsm", "p1"),
        "ddf": _Place("part_msdos ext2", None, "", _UUIDS["DDF_UUID"], "", "/srv/ddf", "p1"),
        "dmraid": _Place(
            "part_msdos ext2",
            None,
            "",
            _UUIDS["DMRAID_UUID"],
            "",
            "/srv/dmraid",
            "/dev/mapper/isw_abcdefghij_Volume0p1",
        ),
        "btrfs": _Place("btrfs", "hd4", on_sde, btrfs, "/@/boot", "/srv/btrfs/boot", "/dev/sde"),
        "snapshot": _Place(
            "btrfs",
            "hd4",
            on_sde,
            btrfs,
            "/snapshots/1/boot",
            None,  # beside the default subvolume, which is mounted
            "/dev/sde",
        ),
        "pair": _Place(
            "btrfs", "hd5", on_pair, _UUIDS["PAIR_UUID"], "", "/srv/pair", "/dev/sdg /dev/sdh"
        ),
        "esp": _Place(
            "part_gpt fat", "hd0,gpt2", on_esp, layout.ESP_UUID, "", "/boot/efi", "/dev/vda2"
        ),
    }


def _entry(name: str, place: _Place, release: str) -> str:
    """Write an entry as ``grub-mkconfig`` does (prepare_grub_to_access_device)."""
    search = "search --no-floppy --fs-uuid --set=root"
    lines = [f"insmod {module}" for module in place.modules.split()]
    if name in _LUKS:
        lines.append(f"cryptomount -u {_LUKS[name].replace('-', '')}")
    if place.root is None:
        lines.append(f"{search} {place.uuid}")
    else:
        lines += [
            f"set root='{place.root}'",
            "if [ x$feature_platform_search_hint = xy ]; then",
            f"  {search} {place.hints}  {place.uuid}",
            "else",
            f"  {search} {place.uuid}",
            "fi",
        ]
    lines += [
        f"linux {place.folder}/vmlinuz-{release} {_options(name)}",
        f"initrd {place.folder}/initrd.img-{release}",
    ]
    body = "".join(f"\t{line}\n" for line in lines)
    return f"menuentry '{name}' --id {name} {{\n{body}}}\n"


def _options(name: str) -> str:
    return f"root=UUID={layout.ROOT_UUID} ro console=ttyS0 quiet bench={name}"


@pytest.fixture
def booted(
    image: Image, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    """Return a machine whose package disk has the tools, too."""
    disk = tmp_path_factory.mktemp("storage") / "bootpick.ext4"
    package.make_package_disk(REPOSITORY, disk, {FOLDER: storage_tools(image)})
    with frozen_machine(image, "bios").thaw(disk, tmp_path / "console.log") as machine:
        yield machine


def _digests(machine: Machine) -> str:
    """Sum up what is on the disks themselves, whatever the kernel has cached of them."""
    return machine.check(
        f"for disk in {_DISKS}; do dd if=$disk bs=1M iflag=direct status=none | cksum; done",
        _PATIENCE,
    )


def test_kernels_on_every_kind_of_storage(image: Image, booted: Machine) -> None:
    """Each is found and loaded; where nothing is mounted, no byte changes on any member."""
    release = image.oldest
    booted.write_file("/root/make", _MAKE.read_bytes())
    names = " ".join(f"{key}={value}" for key, value in _UUIDS.items())
    keys = " ".join(f"{key.upper()}={value}" for key, value in _LUKS.items())
    made = booted.check(f"{names} MD={_MD} {keys} bash /root/make {release}", _PATIENCE)
    places = _places(*made.splitlines()[-1].split())
    entries = "".join(_entry(name, place, release) for name, place in places.items())
    booted.write_file("/boot/grub/grub.cfg", entries)

    assert "/boot/efi vfat" not in booted.check("cat /proc/mounts")
    listing = json.loads(booted.check("bootpick list --json", _PATIENCE))
    assert listing["diagnostics"] == []
    for (name, place), entry in zip(places.items(), listing["entries"], strict=True):
        seen = f"{place.mounted}/vmlinuz-{release}" if place.mounted is not None else None
        found = entry["id"], entry["bootable"], entry["kernel"], len(entry["initrds"])
        assert found == (name, True, seen, seen is not None), entry["reasons"]
    booted.check("bootpick --entry snapshot", _PATIENCE)

    booted.check("umount /srv/* && mdadm --wait-clean --scan; sync")
    untouched, mounts = _digests(booted), booted.check("cat /proc/mounts")
    listing = json.loads(booted.check("bootpick list --json", _PATIENCE))
    for entry in listing["entries"]:
        name = entry["id"]
        if name != "esp":
            assert (entry["bootable"], entry["kernel"]) == (True, None)
            devices = places[name].device.split()
            assert any(f"{device} (" in entry["reasons"][0] for device in devices)
            assert "is not mounted" in entry["reasons"][0]
        booted.check(f"bootpick --entry {name}", _PATIENCE)
        assert booted.check("cat /sys/kernel/kexec_loaded") == "1"
        loaded = json.loads(booted.check("cat /run/bootpick/loaded.json"))
        assert (loaded["id"], loaded["is_whole"]) == (name, True)
        assert loaded["cmdline"].endswith(f"/vmlinuz-{release} {_options(name)}")
    assert _digests(booted) == untouched
    assert booted.check("cat /proc/mounts") == mounts

    # Down with all that can lie on the set below, in use up to the end.
    booted.check("mount -o commit=3600 /dev/vm-0/lv-boot /srv/lvm && swapon /dev/vm-0/lv-swap")
    booted.check("mount -o loop,commit=3600 /srv/lvm/image /mnt")
    witnesses = evidence.plant_witnesses(booted)
    evidence.start_writer(booted)
    booted.check("echo fresh >/srv/lvm/witness; echo fresh >/mnt/witness")
    assert booted.leave("bootpick --entry lvm --exec --force", _PATIENCE) == release
    assert evidence.landing(booted, witnesses) == Landing(journal_clean=True, witnesses_kept=True)
    assert evidence.writer_finished(booted)
    assert booted.check("cat /proc/cmdline").endswith(_options("lvm"))
    assert "State : clean" in booted.check("mdadm --examine /dev/vda4")
    booted.check(
        "modprobe -a raid1 dm-mod loop; mdadm -q --stop --scan; mdadm -q -A --run /dev/md/pv"
        " /dev/vda4 && vgchange -q -ay vm-0 && udevadm settle && mount /dev/vm-0/lv-boot /srv/lvm"
        " && mount -o loop /srv/lvm/image /mnt"
    )
    assert booted.check("cat /srv/lvm/witness /mnt/witness").split() == ["fresh", "fresh"]
    log = booted.check("dmesg")
    assert "md/raid1:md" in log
    assert "not clean" not in log
    assert "recover" not in log
