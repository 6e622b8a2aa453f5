"""The same disks for GRUB and for bootpick: images for the judge, mounted folders for the other."""

from collections.abc import Sequence
from pathlib import Path

from bootpick.grub.devices import DeviceMap
from bootpick.grub.dialect import UPSTREAM, Dialect
from bootpick.grub.interpreter import Interpreter
from bootpick.grub.reader import start
from bootpick.grub.world import World
from bootpick.source import Source
from bootpick.system.regex import CMatcher
from bootpick.system.tree import LocalTree
from bootpick.volumes import Mount, Volume
from tests.support.grub_emu import Disk, FolderDisk
from tests.support.grub_emu import Volume as Image

_TABLES = {"gpt": "gpt", "msdos": "dos"}


def volumes_of(root: Path, disks: Sequence[Disk | FolderDisk]) -> tuple[Volume, ...]:
    """Give *disks* as lsblk would show them, each file system mounted at its folder in *root*."""
    return tuple(_volume(root, disk, f"/dev/sd{'abcdefgh'[n]}") for n, disk in enumerate(disks))


def _volume(root: Path, disk: Disk | FolderDisk, path: str) -> Volume:
    if isinstance(disk, FolderDisk):
        return Volume(path, "disk", "tar", mounts=_mounts(root, disk.folder))
    if not disk.table:
        return _filesystem(root, disk.volumes[0], path, "disk")
    parts = [
        _filesystem(root, image, f"{path}{image.number}", "part")._replace(
            number=image.number, table=_TABLES[disk.table]
        )
        for image in disk.volumes
    ]
    if any(image.number > 4 for image in disk.volumes) and disk.table == "msdos":
        parts.append(
            Volume(f"{path}4", "part", parttype="0x5", table="dos", number=4),
        )
    return Volume(path, "disk", table=_TABLES[disk.table], children=tuple(parts))


def _filesystem(root: Path, image: Image, path: str, kind: str) -> Volume:
    if image.empty or image.folder is None:
        return Volume(path, kind)
    return Volume(
        path,
        kind,
        "vfat" if image.fat else "ext2",
        image.uuid or None,
        image.label or None,
        mounts=_mounts(root, image.folder),
    )


def _mounts(root: Path, folder: Path) -> tuple[Mount, ...]:
    return (Mount(f"/{folder.relative_to(root)}"),)


def world_of_disks(
    root: Path,
    volumes: tuple[Volume, ...],
    platform: str = "emu",
    cpu: str = "x86_64",
    dialect: Dialect = UPSTREAM,
) -> World:
    """Give what a GRUB sees of *volumes*, which are mounted in *root*."""
    return World(
        DeviceMap(volumes),
        LocalTree(str(root), volumes),
        platform=platform,
        cpu=cpu,
        matcher=CMatcher(),
        dialect=dialect,
    )


def run_on(world: World, script: str, device: str) -> Interpreter:
    """Run *script* in a GRUB that was started from ``/boot/grub`` on *device*."""
    shell = start(world, device, "/boot/grub", ())
    shell.run_text(Source("grub.cfg", script))
    return shell
