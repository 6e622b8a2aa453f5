"""Where a machine keeps entries of the Boot Loader Specification."""

from collections.abc import Iterator
from posixpath import dirname
from typing import NamedTuple

from ..errors import BootpickError
from ..system import FileTree
from ..volumes import Volume, flatten, owner

# Where systemd looks for the EFI system partition (shared/find-esp.c). What is below /boot is
# likelier to be that than /boot is; the last is for a tree that is itself a boot file system.
FOLDERS = ("/efi", "/boot/efi", "/boot", "/")
ENTRIES, IMAGES, ADDONS, CONF = "loader/entries", "EFI/Linux", "loader/addons", "loader/loader.conf"

_ESP, _XBOOTLDR = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "bc13c2ff-59e6-4262-a352-b275fd6f7172"
"""Types of partitions (UAPI.2)."""
_PROGRAMS = 100
"""How many files beside systemd-boot are looked at."""


class Folder(NamedTuple):
    """A place that may hold ``loader/`` and ``EFI/``: where a partition is mounted, mostly."""

    path: str
    """In the tree."""
    volume: Volume
    inner: str
    """The same directory in its file system."""


class Places(NamedTuple):
    """What was found."""

    folders: tuple[Folder, ...] = ()
    """Those that have entries, or a directory for them."""
    conf: Folder | None = None
    """The one whose ``loader.conf`` counts: that on the EFI system partition."""
    systemd_boot: str | None = None
    """The path in the tree of an installed systemd-boot."""
    closed: tuple[Folder, ...] = ()
    """Those that may not be looked into by who runs this."""
    unmounted: tuple[Volume, ...] = ()
    """Partitions for boot loaders that are mounted nowhere."""


def find_places(
    files: FileTree, volumes: tuple[Volume, ...], partition: str | None = None
) -> Places:
    """Look where systemd looks, and where Fedora keeps the entries of its GRUB.

    *partition* is the PARTUUID of the EFI system partition that systemd-boot was started from, if
    that is known: wherever it is mounted, it is the one.
    """
    everything = tuple(_folders(volumes, partition))
    closed = tuple(one for one in everything if files.is_closed(one.volume, one.inner))
    folders = [one for one in everything if one not in closed]
    with_efi = [one for one in folders if has(files, one, "EFI")]
    with_loader = [one for one in folders if has(files, one, "loader")]
    by_name = [one for one in folders if _is_same(one.volume.partuuid, partition)]
    by_type = [one for one in folders if _is_same(one.volume.parttype, _ESP)]
    unmounted = [
        volume
        for volume in flatten(volumes)
        if not volume.mounts
        and (_is_same(volume.parttype, _ESP) or _is_same(volume.parttype, _XBOOTLDR))
    ]
    ranked = (*by_name, *by_type, *with_efi, *with_loader)
    conf = next((one for one in ranked if one in with_efi or one in with_loader), None)
    # Of two entries that are equal in all else, that of the EFI system partition comes first.
    folders.sort(key=lambda folder: folder != conf)
    return Places(
        tuple([one for one in folders if has(files, one, ENTRIES) or has(files, one, IMAGES)]),
        conf,
        next((path for one in with_efi for path in _programs(files, one)), None),
        closed,
        tuple(unmounted),
    )


def place_of_entry(path: str, volumes: tuple[Volume, ...]) -> Folder | None:
    """Give the folder to which the one entry in the file *path* of the tree belongs."""
    directory = dirname(path)
    for usual in (ENTRIES, IMAGES):
        if directory.endswith(f"/{usual}"):
            directory = directory[: -len(usual) - 1]
    volume = owner(volumes, directory or "/")
    inner = volume.inner_path(directory or "/") if volume is not None else None
    return Folder(directory or "/", volume, inner) if volume is not None and inner else None


def _folders(volumes: tuple[Volume, ...], partition: str | None) -> Iterator[Folder]:
    points = [
        mount.point
        for volume in flatten(volumes)
        if _is_same(volume.partuuid, partition)
        for mount in volume.mounts
    ]
    for path in dict.fromkeys((*points, *FOLDERS)):
        volume = owner(volumes, path)
        inner = volume.inner_path(path) if volume is not None else None
        if volume is not None and inner is not None:
            yield Folder(path, volume, inner)


def _is_same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.lower() == other.lower()


def join(directory: str, name: str) -> str:
    """Give the path of *name*, relative to *directory*."""
    return f"{directory.rstrip('/')}/{name}"


def has(files: FileTree, folder: Folder, name: str) -> bool:
    """Tell whether *folder* has a directory *name*."""
    found = files.find(folder.volume, join(folder.inner, name))
    return found is not None and found.is_directory


def _programs(files: FileTree, folder: Folder) -> Iterator[str]:
    """Give the paths in the tree of what ``bootctl install`` has put there."""
    found = files.find(folder.volume, join(folder.inner, "EFI/systemd"))
    if found is None or not found.is_directory:
        return
    try:
        names = sorted(files.names(found.path))[:_PROGRAMS]
    except BootpickError:  # so many are not there by systemd's doing
        return
    for name in names:
        if name.lower().startswith("systemd-boot") and name.lower().endswith(".efi"):
            yield join(folder.path, f"EFI/systemd/{name}")
