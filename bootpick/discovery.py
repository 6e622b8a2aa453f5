"""Where boot configurations live."""

from posixpath import basename, dirname

from .bls.efi_variables import DIRECTORY, ONESHOT, SIZE_LIMIT, LoaderVariables, file_name
from .bls.efi_variables import read_variables as decode_variables
from .entries import Removal
from .errors import BootpickError
from .grub.dialect import UPSTREAM, Dialect, dialect_of
from .grub.world import Place, World
from .os_release import parse_os_release
from .system import FileTree, Found
from .volumes import Volume, owner

# In this order; the last two are for a tree that is itself a boot file system.
GRUB_CONFIGS = (
    "/boot/grub/grub.cfg",
    "/boot/grub2/grub.cfg",
    "/grub/grub.cfg",
    "/grub2/grub.cfg",
)
# GRUB 0.97 reads the first, Red Hat's and Gentoo's the second, to which the last is a link; those
# between are for a tree that is itself a boot file system.
GRUB_LEGACY_CONFIGS = (
    "/boot/grub/menu.lst",
    "/boot/grub/grub.conf",
    "/grub/menu.lst",
    "/grub/grub.conf",
    "/etc/grub.conf",
)
# A distribution's folder on the EFI system partition holds a stub that opens the real file.
EFI_FOLDERS = ("/boot/efi/EFI", "/efi/EFI", "/boot/EFI", "/EFI")

LILO_CONFIG = "/etc/lilo.conf"
NETBOOT = "/debian-installer"

# Where extlinux, U-Boot, isolinux, syslinux and pxelinux look, in their orders; of installations
# before those of media.
SYSLINUX_CONFIGS = (
    "/boot/extlinux/extlinux.conf",
    "/extlinux/extlinux.conf",
    "/boot/extlinux.conf",
    "/extlinux.conf",
    *(
        f"{folder}/{name}"
        for folder in ("/boot/isolinux", "/isolinux", "/boot/syslinux", "/syslinux", "/boot", "")
        for name in ("isolinux.cfg", "syslinux.cfg")
    ),
    "/pxelinux.cfg/default",
)
_SYSLINUX_EFI = ("syslinux", "boot")
_SYSLINUX_NAMES = ("extlinux.conf", "syslinux.cfg", "isolinux.cfg")
_SYSLINUX_FOLDERS = ("extlinux", "syslinux", "isolinux", "pxelinux.cfg")

_FOLDERS = 100
"""How many folders of one EFI system partition are looked into."""

OS_RELEASES = ("/etc/os-release", "/usr/lib/os-release")
OS_RELEASE_LIMIT = 64 << 10
"""Bytes that are read of it."""


def is_efi_tree(files: FileTree, volumes: tuple[Volume, ...]) -> bool:
    """Tell whether the installation in the tree boots by UEFI: it has an EFI system partition."""
    return any(_names(files, volumes, folder) for folder in EFI_FOLDERS[:2])


def _names(files: FileTree, volumes: tuple[Volume, ...], folder: str) -> list[str]:
    found = _find(files, volumes, folder)
    if found is None or not found.is_directory:
        return []
    try:
        return sorted(files.names(found.path))[:_FOLDERS]
    except BootpickError:  # it is none of firmware's
        return []


def find_grub_config(files: FileTree, volumes: tuple[Volume, ...]) -> str | None:
    """Give the path in the tree of the GRUB configuration that boots this installation."""
    candidates = list(GRUB_CONFIGS)
    for folder in EFI_FOLDERS:
        candidates += [f"{folder}/{name}/grub.cfg" for name in _names(files, volumes, folder)]
    # Of media: what a GRUB opens that has the image in a loop, and Debian's tree for netboot.
    candidates += [f"{folder}/loopback.cfg" for folder in ("/boot/grub", "/boot/grub2", "/grub")]
    architectures = _names(files, volumes, NETBOOT)
    candidates += [f"{NETBOOT}/{name}/grub/grub.cfg" for name in architectures]
    for path in candidates:
        found = _find(files, volumes, path)
        if found is not None and not found.is_directory:
            return path
    return None


def find_grub_legacy_configs(files: FileTree, volumes: tuple[Volume, ...]) -> list[str]:
    """Give the paths in the tree of what has the name of a GRUB Legacy configuration."""
    found = {path: _find(files, volumes, path) for path in GRUB_LEGACY_CONFIGS}
    return [path for path, one in found.items() if one is not None and not one.is_directory]


def find_syslinux_config(files: FileTree, volumes: tuple[Volume, ...]) -> str | None:
    """Give the path in the tree of the configuration of syslinux or one of its kin."""
    folders = {folder: _find(files, volumes, folder) for folder in map(dirname, SYSLINUX_CONFIGS)}
    candidates = [path for path in SYSLINUX_CONFIGS if folders[dirname(path)] is not None]
    for folder in EFI_FOLDERS:
        names = [name for name in _names(files, volumes, folder) if name.lower() in _SYSLINUX_EFI]
        candidates += [f"{folder}/{name}/syslinux.cfg" for name in names]
    for path in candidates:
        found = _find(files, volumes, path)
        if found is not None and not found.is_directory:
            return path
    return None


def dialect_of_tree(files: FileTree, volumes: tuple[Volume, ...]) -> Dialect:
    """Give the dialect of the distribution in the tree; GRUB as it is where none says its name."""
    for path in OS_RELEASES:
        text = read_text(files, volumes, path, OS_RELEASE_LIMIT)
        if text is not None:
            return dialect_of(parse_os_release(text))
    return UPSTREAM


def read_variables(
    files: FileTree, volumes: tuple[Volume, ...]
) -> tuple[LoaderVariables, Removal | None]:
    """Give what systemd-boot keeps in EFI variables, and the one that holds a one-shot choice."""
    directory = _find(files, volumes, DIRECTORY)
    if directory is None or not directory.is_directory:
        return LoaderVariables(), None

    def read(name: str) -> bytes | None:
        found = _find(files, volumes, f"{DIRECTORY}/{name}")
        try:
            return None if found is None else files.read(found.path, SIZE_LIMIT)
        except BootpickError:  # what may not be read says nothing
            return None

    data = read(file_name(ONESHOT))
    found = _find(files, volumes, f"{DIRECTORY}/{file_name(ONESHOT)}")
    oneshot = Removal(found.path, ONESHOT, data) if found is not None and data else None
    return decode_variables(read), oneshot


def loader_of(path: str) -> str:
    """Give the boot loader whose configuration is at *path*, by its place and name."""
    folder, name = basename(dirname(path)).lower(), basename(path)
    if path.endswith(".lst") or name == "grub.conf":
        return "grub-legacy"
    is_syslinux = folder in _SYSLINUX_FOLDERS and name.lower() != "grub.cfg"
    if name.lower() in _SYSLINUX_NAMES or is_syslinux:
        return "syslinux"
    is_entry = basename(dirname(path)) == "entries" and path.lower().endswith(".conf")
    if is_entry or path.lower().endswith(".efi"):
        return "bls"
    return "lilo" if name.startswith("lilo") and ".conf" in name else "grub"


def find_lilo_config(files: FileTree, volumes: tuple[Volume, ...]) -> str | None:
    """Give the path in the tree of LILO's configuration."""
    found = _find(files, volumes, LILO_CONFIG)
    return LILO_CONFIG if found is not None and not found.is_directory else None


def find_lilo(files: FileTree, volumes: tuple[Volume, ...]) -> str | None:
    """Give the device in whose first sector LILO is, so that the BIOS starts it.

    A partition's does not count where its disk has GRUB in its own. There is none where devices may
    not be read, or are another machine's.
    """
    for disk in volumes:
        first = _first_sector(files, disk) if disk.kind == "disk" else b""
        if first[6:10] == b"LILO":
            return disk.path
        for volume in disk.children if b"GRUB" not in first else ():
            if volume.kind == "part" and _first_sector(files, volume)[6:10] == b"LILO":
                return volume.path
    return None


def _first_sector(files: FileTree, volume: Volume) -> bytes:
    try:
        return files.read_device(volume, 0, 512)
    except BootpickError:
        return b""


def locate(volumes: tuple[Volume, ...], path: str) -> tuple[Volume, str] | None:
    """Give the file system that *path* of the tree is on, and its path there."""
    volume = owner(volumes, path)
    inner = volume.inner_path(path) if volume else None
    return None if volume is None or inner is None else (volume, inner)


def _find(files: FileTree, volumes: tuple[Volume, ...], path: str) -> Found | None:
    located = locate(volumes, path)
    return files.find(*located) if located else None


def read_text(files: FileTree, volumes: tuple[Volume, ...], path: str, limit: int) -> str | None:
    """Give at most *limit* bytes of the file *path* of the tree, if there is one to be read."""
    found = _find(files, volumes, path)
    if found is None or found.is_directory:
        return None
    try:
        return files.read(found.path, limit).decode("utf-8", "surrogateescape")
    except BootpickError:
        return None


def place_of(world: World, volumes: tuple[Volume, ...], path: str) -> Place | None:
    """Give GRUB's place of the file *path* of the tree; ``None`` where there is no such file."""
    located = locate(volumes, path)
    if located is None:
        return None
    volume, inner = located
    device = world.devices.name_of(volume) or "host"
    found = world.files.find(volume, inner)
    return Place(volume, device, inner, found) if found else None
