"""Makes one disk that SeaBIOS and OVMF both boot, from a directory tree and without mounting.

The tree's own GRUB is asked for the boot images (in a chroot), so they fit its modules and
the host needs no GRUB at all.
"""

import os
import shutil
import struct
from pathlib import Path

from tests.vm import layout
from tests.vm.host import LabError, run

_SECTOR = 512
_CORE_MODULES = ("part_gpt", "ext2", "fat", "search", "search_fs_uuid", "normal")
_EARLY_CONFIG = f"""\
search.fs_uuid {layout.ROOT_UUID} root
set prefix=($root)/boot/grub
"""
_MKE2FS_CONFIG = Path(__file__).parent / "recipe/mke2fs.conf"


def make_ext4(target: Path, size: int, label: str, uuid: str, *options: str | Path) -> None:
    """Make an ext4 file system of `size` MiB that holds the tree given by `-d`."""
    run(
        ["mke2fs", "-q", "-F", "-t", "ext4", "-L", label, "-U", uuid, *options, target, f"{size}m"],
        environment={"MKE2FS_CONFIG": str(_MKE2FS_CONFIG)},
    )


def make_disk(root: Path, kernel: str, disk: Path) -> None:
    """Write the whole disk for the system in `root`; `kernel` also goes to the other partition."""
    with disk.open("wb") as stream:
        stream.truncate(layout.DISK_SIZE * layout.MIB)
    run(["sfdisk", "--quiet", disk], stdin=layout.PARTITION_TABLE.encode())
    bios_core, efi_core = _boot_images(root)
    _install_bios(disk, (root / "usr/lib/grub/i386-pc/boot.img").read_bytes(), bios_core)
    _install_efi(disk, efi_core)
    other = disk.with_name("other.ext4")
    _make_other_system(root, kernel, other)
    _write_at(disk, layout.OTHER_START * layout.MIB, other.read_bytes())
    other.unlink()
    make_ext4(
        disk,
        layout.ROOT_SIZE,
        layout.ROOT_LABEL,
        layout.ROOT_UUID,
        *("-d", root, "-E", f"offset={layout.ROOT_START * layout.MIB},lazy_itable_init=1"),
    )


def _write_at(disk: Path, offset: int, data: bytes) -> None:
    with disk.open("r+b") as stream:
        stream.seek(offset)
        stream.write(data)


def _boot_images(root: Path) -> tuple[bytes, Path]:
    """Have the tree's grub-mkimage make both core images: the BIOS one's bytes, the EFI file."""
    work = root / "tmp"
    (work / "early.cfg").write_text(_EARLY_CONFIG)
    for platform, name, modules in (
        ("i386-pc", "core.img", ("biosdisk", *_CORE_MODULES)),
        ("x86_64-efi", "bootx64.efi", _CORE_MODULES),
    ):
        run(
            [
                *("chroot", root, "grub-mkimage", "--format", platform, "--prefix", "/boot/grub"),
                *("--config", "/tmp/early.cfg", "--output", f"/tmp/{name}", *modules),
            ]
        )
    core = (work / "core.img").read_bytes()
    efi = root.with_name("bootx64.efi")
    shutil.move(work / "bootx64.efi", efi)
    for leftover in ("core.img", "early.cfg"):
        (work / leftover).unlink()
    return core, efi


def _install_bios(disk: Path, boot: bytes, core: bytes) -> None:
    """Do what grub-bios-setup does, which insists on a real block device.

    Offsets are those of GRUB's boot.S and diskboot.S: boot.img is told the sector of
    core.img, and the first sector of core.img ends with the list of where its rest lies.
    """
    first = layout.BIOS_BOOT_START * layout.MIB // _SECTOR
    image = bytearray(core)
    rest = -(-len(image) // _SECTOR) - 1
    struct.pack_into("<QHH", image, _SECTOR - 12, first + 1, rest, 0x820)
    _write_at(disk, first * _SECTOR, bytes(image))

    sector = bytearray(boot)
    struct.pack_into("<Q", sector, 0x5C, first)
    sector[0x66:0x68] = b"\x90\x90"  # no jump: trust the drive number that the BIOS gives
    _write_at(disk, 0, bytes(sector[:0x1B8]))  # the rest of the sector is the partition table


def _install_efi(disk: Path, core: Path) -> None:
    """Make the EFI system partition, with GRUB where firmware without any settings looks."""
    offset = layout.ESP_START * layout.MIB
    partition = f"{disk}@@{offset}"
    sectors = layout.ESP_SIZE * layout.MIB // _SECTOR
    serial = layout.ESP_UUID.replace("-", "")
    run(
        [
            "mformat",
            "-i",
            partition,
            "-T",
            str(sectors),
            "-h",
            "255",
            "-s",
            "63",
            "-N",
            serial,
            "::",
        ]
    )
    # mformat leaves a partition table inside the partition, which confuses probing.
    _write_at(disk, offset + 0x1BE, bytes(64))
    run(["mmd", "-i", partition, "::EFI", "::EFI/BOOT"])
    run(["mcopy", "-i", partition, core, "::EFI/BOOT/BOOTX64.EFI"])
    core.unlink()


def _make_other_system(root: Path, kernel: str, target: Path) -> None:
    """Make the second Linux partition, as if its machine had lost power while writing.

    The journal holds one transaction that was committed but not yet carried out, so a
    replay, by whoever opens the file system carelessly, changes both superblock and data.
    """
    tree = target.with_name("other")
    tree.mkdir()
    for name in (f"vmlinuz-{kernel}", f"initrd.img-{kernel}"):
        os.link(root / "boot" / name, tree / name)
    (tree / "journal-witness").write_bytes(b"before\n".ljust(4096, b"-"))
    make_ext4(target, layout.OTHER_SIZE, layout.OTHER_LABEL, layout.OTHER_UUID, "-d", tree)
    shutil.rmtree(tree)

    block = run(["debugfs", "-R", "blocks /journal-witness", target]).strip()
    transaction = target.with_name("transaction")
    transaction.write_bytes(b"after\n".ljust(4096, b"-"))
    commands = f"journal_open\njournal_write -b {block} {transaction}\njournal_close\n"
    run(["debugfs", "-w", "-f", "-", target], stdin=commands.encode())
    transaction.unlink()
    if "needs_recovery" not in run(["debugfs", "-R", "features", target]):
        message = "debugfs did not leave a journal that needs recovery"
        raise LabError(message)
