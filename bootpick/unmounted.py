"""File systems of boot loaders that belong to this machine and are not mounted.

Many a machine has its ``/boot`` mounted only while somebody works on it. Its entries are listed all
the same, as on any file system that is not mounted: their files are known, but not seen.
"""

from collections.abc import Iterable, Sequence
from posixpath import ismount
from typing import NamedTuple

from . import discovery
from .entries import BootEntry, BootFile, BootMenu, Save
from .system import FileTree
from .volumes import Mount, Volume, flatten, is_below

FSTAB, FSTAB_LIMIT = "/etc/fstab", 256 << 10
"""What is to be mounted where, and bytes that are read of it."""
_POINTS = ("/boot", "/boot/grub", "/boot/grub2", "/boot/efi", "/efi")
"""Where boot loaders have a file system of their own, those above before those below."""


class Missing(NamedTuple):
    """A file system that is not mounted where it belongs."""

    point: str
    source: str
    """What it is found by, as ``fstab`` has it."""
    volume: Volume | None
    """``None`` where there is no such device, or none that can be mounted."""
    top: str = "/"
    """The directory of it that belongs there."""


def find_missing(files: FileTree, volumes: tuple[Volume, ...]) -> list[Missing]:
    """Give the file systems for boot loaders that ``fstab`` has and that are not mounted."""
    text = discovery.read_text(files, volumes, FSTAB, FSTAB_LIMIT) or ""
    if not any(point in text for point in ("/boot", "/efi")):
        return []
    from .fstab import parse_fstab  # many a machine has nothing of the kind

    mounted = {mount.point for volume in flatten(volumes) for mount in volume.mounts}
    listed = {line.point: line for line in parse_fstab(text)}
    return [
        Missing(point, line.source, _volume_of(line.source, volumes, files), line.subvolume)
        for point in _POINTS
        if (line := listed.get(point)) is not None
        and point not in mounted
        and not ismount(files.path(point))
    ]


def _volume_of(source: str, volumes: Iterable[Volume], files: FileTree) -> Volume | None:
    """Give the volume that *source* of ``fstab`` names."""
    tag, equals, value = source.partition("=")
    value = value.strip("\"'")
    nodes = () if equals else (source, files.follow(source))
    for volume in flatten(volumes):
        if not volume.mountable:
            continue
        known = {"UUID": volume.uuid, "LABEL": volume.label, "PARTUUID": volume.partuuid}
        if (known.get(tag) == value) if equals else _is_node(volume, nodes, files):
            return volume
    return None


def _is_node(volume: Volume, nodes: Sequence[str | None], files: FileTree) -> bool:
    target = files.follow(volume.path)
    return volume.path in nodes or (target is not None and target in nodes)


def with_mounts(volumes: Iterable[Volume], missing: Sequence[Missing]) -> tuple[Volume, ...]:
    """Give *volumes* as they are while what is *missing* is mounted."""

    def mounted(volume: Volume) -> Volume:
        more = [
            Mount(one.point, one.top)
            for one in missing
            if one.volume is not None and one.volume.path == volume.path
        ]
        children = tuple(map(mounted, volume.children))
        return volume._replace(mounts=(*volume.mounts, *more), children=children)

    return tuple(map(mounted, volumes))


def as_unmounted(menu: BootMenu, missing: Sequence[Missing]) -> BootMenu:
    """Give the *menu* that was read while what is *missing* was mounted, as it is without that."""
    volumes = {one.volume.path: one.volume for one in missing if one.volume is not None}

    def unmounted(file: BootFile) -> BootFile:
        if file.volume is None:
            return file
        if file.volume.image is not None:
            holder, path = file.volume.image
            holder = volumes.get(holder.path, holder)
            return file._replace(volume=file.volume._replace(image=(holder, path)))
        if file.volume.path not in volumes:
            return file
        volume = volumes[file.volume.path]
        return file._replace(path=volume.host_path(file.inner), volume=volume)

    def entry_without(entry: BootEntry) -> BootEntry:
        kernel, tree = entry.kernel, entry.devicetree
        entry = entry._replace(
            kernel=kernel and unmounted(kernel),
            initrds=tuple(map(unmounted, entry.initrds)),
            devicetree=tree and unmounted(tree),
        )
        notes = dict.fromkeys(note for file in entry.files if (note := file.mount_note) is not None)
        new = [note for note in notes if note not in entry.reasons]
        return entry._replace(reasons=(*new, *entry.reasons)) if entry.bootable else entry

    def save_without(save: Save) -> Save:
        holder = next((one for one in reversed(missing) if is_below(save.path, one.point)), None)
        return save if holder is None else save._replace(volume=holder.volume)

    return menu._replace(
        entries=tuple(map(entry_without, menu.entries)), saves=tuple(map(save_without, menu.saves))
    )
