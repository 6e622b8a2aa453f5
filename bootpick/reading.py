"""From what a user asks for to the one list of everything that can be booted.

Reads the machine, or the tree of another installation, and puts the menus of its boot loaders
together.
"""

import os
from collections.abc import Callable, Container, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from . import discovery
from .bls.efi_variables import LoaderVariables
from .bls.places import Places, find_places, place_of_entry
from .charge import Evidence, alone, may_be_systemd_boot, merge
from .diagnostics import Diagnostic
from .entries import BootMenu, Removal, Running
from .errors import BootpickError, NoConfiguration, Unreadable, UsageError
from .grub.devices import DeviceMap
from .grub.dialect import DIALECTS
from .grub.reader import read_menu
from .grub.world import Place, World
from .kernel_image import efi_architecture
from .system.devices import Facts, read_facts, read_lsblk_file, read_volumes, with_root
from .system.regex import CMatcher
from .system.tree import LocalTree
from .volumes import Mount, Volume

if TYPE_CHECKING:
    from .grub_legacy.reader import Config
    from .unmounted import Missing


class Wanted(NamedTuple):
    """Which machine or tree is looked at, and how."""

    root: str | None = None
    """The directory at which another installation's ``/`` lies."""
    config: str | None = None
    """The one file to read, as a path of this machine."""
    loader: str | None = None
    """The one boot loader whose configuration is read."""
    devices: str | None = None
    """A file with block devices, as lsblk printed them."""
    dialect: str = "auto"
    settings: tuple[tuple[str, str], ...] = ()
    """GRUB variables that are set before the first line."""


class Scene(NamedTuple):
    """What a GRUB sees, and where its configuration is."""

    world: World
    volumes: tuple[Volume, ...]
    config: Place | None
    settings: tuple[tuple[str, str], ...]


class _Ground:
    """The machine or the tree that is looked at."""

    def __init__(self, wanted: Wanted, volumes: tuple[Volume, ...] | None = None) -> None:
        """*volumes* are those of this machine, if they are known already."""
        self.wanted = wanted
        self.facts = read_facts()
        self.volumes, self.files = _tree(wanted, volumes)
        self.is_other = wanted.root is not None
        """It is another installation's tree."""
        self.efi = self.facts.efi
        if self.is_other:
            self.efi = discovery.is_efi_tree(self.files, self.volumes)
        self.running = Running(self.facts.release, self.facts.cmdline)
        self.config: str | None = None
        """The one file that is wanted, as a path in the tree."""
        self.closed: list[str] = []
        """Configurations that are there and may not be read, as paths of this machine."""
        self.taken: frozenset[str] = frozenset()
        """Files of which GRUB makes its own entries."""
        if wanted.config is not None:
            self.config = _in_tree(wanted.config, self.files.root)

    @cached_property
    def variables(self) -> tuple[LoaderVariables, Removal | None]:
        """What systemd-boot keeps in EFI variables, and the one that holds a one-shot choice."""
        return discovery.read_variables(self.files, self.volumes)

    @cached_property
    def places(self) -> Places:
        """Where entries of the Boot Loader Specification are."""
        return find_places(self.files, self.volumes, self.variables[0].partition)

    @cached_property
    def legacy(self) -> "tuple[Config | None, str | None]":
        """The configuration of GRUB Legacy, and a script of GRUB 2 that has its name."""
        paths = discovery.find_grub_legacy_configs(self.files, self.volumes)
        if self.config is not None:
            paths = [self.config]
        if not paths:
            return None, None
        from .grub_legacy.reader import open_config

        config: Config | None = None
        script: str | None = None
        for path in paths:
            place = discovery.locate(self.volumes, path)
            try:
                opened = open_config(self.files, *place) if place is not None else None
            except Unreadable:
                if self.config is not None:
                    raise
                self.closed.append(self.files.path(path))
                continue
            if opened is not None and opened.is_grub2_script:
                script = script or path
            else:
                config = config or opened
        return config, script

    def evidence(self, loaders: Container[str | None] = ()) -> Evidence:
        """Give what tells the boot loader that starts this machine.

        What only the disks tell is asked for where it is among *loaders*.
        """
        program = self.places.systemd_boot
        efi = self.efi or (self.is_other and program is not None)
        lilo = discovery.find_lilo(self.files, self.volumes) if "lilo" in loaders else None
        return Evidence(self.variables[0].info, program, efi, lilo)


def read_scene(wanted: Wanted, name: str) -> tuple[Scene, Place | None]:
    """Give what GRUB sees, and the place of the script in the file *name* of this machine."""
    scene = _scene(_Ground(wanted))
    path = _in_tree(name, scene.world.files.root)
    return scene, discovery.place_of(scene.world, scene.volumes, path)


def _scene(ground: _Ground) -> Scene:
    files, volumes, wanted = ground.files, ground.volumes, ground.wanted
    config = ground.config or discovery.find_grub_config(files, volumes) or ground.legacy[1]
    dialect = DIALECTS.get(wanted.dialect) or discovery.dialect_of_tree(files, volumes)
    world = World(
        DeviceMap(volumes),
        files,
        platform="efi" if ground.efi else "pc",
        cpu=_cpu(ground.facts),
        matcher=CMatcher(),
        firmware_setup=True if ground.is_other else ground.facts.firmware_setup,
        dialect=dialect,
    )
    place = discovery.place_of(world, volumes, config) if config is not None else None
    return Scene(world, volumes, place, wanted.settings)


def read_everything(wanted: Wanted) -> BootMenu:
    """Read the configuration of every boot loader that is wanted, and make one list of them.

    File systems for boot loaders that this machine has not mounted are looked into by root.
    Raises NoConfiguration where there is none, Unreadable where one may not be read.
    """
    ground = _Ground(wanted)
    if wanted.root is not None or wanted.devices is not None or wanted.config is not None:
        return _read(ground)
    from .unmounted import find_missing

    missing = find_missing(ground.files, ground.volumes)
    return _read_with(missing, ground) if missing else _read(ground)


def _read_with(missing: "Sequence[Missing]", ground: _Ground) -> BootMenu:
    """Read everything while what is *missing* is mounted, for this process alone."""
    from .system.mounts import PrivateMounts
    from .unmounted import as_unmounted, with_mounts

    notes: list[Diagnostic] = []
    with ExitStack() as mounts:
        seen: list[Missing] = []
        for one in missing:
            hint = f"mount it at {one.point}"
            try:
                if one.volume is None:
                    raise BootpickError(f"there is no {one.source} on this machine")
                at = Mount(one.point, one.top)
                mounts.enter_context(PrivateMounts().mounted(one.volume, at))
                seen.append(one)
            except BootpickError as error:
                if os.geteuid():
                    hint += f", or {_AS_ROOT}"
                text = f"{one.point} is not mounted: entries on it are not listed ({error.message})"
                notes.append(Diagnostic("note", text, hint=hint))
        ground = _Ground(ground.wanted, with_mounts(ground.volumes, seen))
        menu = as_unmounted(_read(ground), seen)
    return menu._replace(diagnostics=(*menu.diagnostics, *notes)) if notes else menu


def _read(ground: _Ground) -> BootMenu:
    wanted = ground.wanted
    loader = wanted.loader
    if loader is None and ground.config is not None:
        loader = discovery.loader_of(ground.config)
        if loader == "grub-legacy" and ground.legacy[1] is not None:
            loader = "grub"
    readers = _READERS.values() if loader is None else (_READERS[loader],)
    menus = [menu for read in readers if (menu := read(ground)) is not None]
    # What may not be looked into may hold entries.
    hides = loader in (None, "bls") and ground.config is None
    closed = [ground.files.path(one.path) for one in ground.places.closed] if hides else []
    closed += ground.closed
    if not menus:
        raise _nothing_found(ground, closed)
    if len(menus) > 1:
        menu = merge(menus, ground.evidence({menu.loader for menu in menus}))
    else:
        menu = alone(menus[0])
    notes = tuple(
        Diagnostic("note", f"{path} may not be read: entries in it are not listed", hint=_AS_ROOT)
        for path in closed
    )
    return menu._replace(diagnostics=(*menu.diagnostics, *notes)) if notes else menu


_AS_ROOT = "run it as root"


def _read_grub(ground: _Ground) -> BootMenu | None:
    scene = _scene(ground)
    if scene.config is None:
        return None
    menu = read_menu(scene.world, scene.config, ground.running, scene.settings)
    if menu.files and menu.entries and not may_be_systemd_boot(ground.evidence()):
        ground.taken = menu.files  # there may be thousands
    return menu


def _read_bls(ground: _Ground) -> BootMenu | None:
    files, volumes = ground.files, ground.volumes
    only = None
    if ground.config is not None:
        only = discovery.locate(volumes, ground.config)
        folder = place_of_entry(ground.config, volumes)
        if only is None or folder is None or files.find(*only) is None:
            return None
        places = Places((folder,))
    else:
        places = ground.places
    if not places.folders:
        return None
    from .bls.reader import Sought
    from .bls.reader import read_menu as read_bls_menu

    architecture = efi_architecture(ground.facts.machine)
    return read_bls_menu(
        Sought(files, places, *ground.variables, ground.running, architecture, only, ground.taken)
    )


def _read_lilo(ground: _Ground) -> BootMenu | None:
    files, volumes = ground.files, ground.volumes
    config = ground.config or discovery.find_lilo_config(files, volumes)
    located = discovery.locate(volumes, config) if config is not None else None
    found = files.find(*located) if located is not None else None
    if located is None or found is None or found.is_directory:
        return None
    from .lilo.reader import HASHES, Sought
    from .lilo.reader import read_menu as read_lilo_menu

    kept = files.find(located[0], located[1] + HASHES)
    kept_path = kept.path if kept is not None and not kept.is_directory else None
    try:
        return read_lilo_menu(Sought(files, volumes, found.path, kept_path, ground.running))
    except Unreadable as error:
        # It may hold a password. What other boot loaders have is listed all the same.
        if ground.wanted.loader is not None or ground.config is not None:
            raise
        if discovery.find_grub_config(files, volumes) is None and not ground.places.folders:
            raise
        note = f"{found.path} may not be read: entries in it are not listed"
        return BootMenu("lilo", diagnostics=(Diagnostic("note", note, hint=error.hint),))


def _read_grub_legacy(ground: _Ground) -> BootMenu | None:
    config = ground.legacy[0]
    if config is None:
        return None
    from .grub_legacy.reader import Sought
    from .grub_legacy.reader import read_menu as read_legacy_menu

    disks = DeviceMap(ground.volumes)
    return read_legacy_menu(Sought(ground.files, ground.volumes, disks, ground.running), config)


def _read_syslinux(ground: _Ground) -> BootMenu | None:
    files, volumes = ground.files, ground.volumes
    config = ground.config or discovery.find_syslinux_config(files, volumes)
    located = discovery.locate(volumes, config) if config is not None else None
    if located is None or files.find(*located) is None:
        return None
    from .syslinux.reader import Sought
    from .syslinux.reader import read_menu as read_syslinux_menu

    return read_syslinux_menu(Sought(files, volumes, *located, ground.running))


_READERS: dict[str, Callable[[_Ground], BootMenu | None]] = {
    "grub": _read_grub,
    "bls": _read_bls,
    "syslinux": _read_syslinux,
    "lilo": _read_lilo,
    "grub-legacy": _read_grub_legacy,
}
"""Each gives the menu of one boot loader, ``None`` where it has no configuration here."""

LOADERS = tuple(_READERS)
"""The boot loaders whose configurations can be read."""

_LOOKED = {
    "grub": "for grub.cfg in /boot/grub, /boot/grub2 and on the EFI system partition",
    "bls": "for loader/entries and EFI/Linux in /efi, /boot and /boot/efi",
    "syslinux": "for extlinux.conf, syslinux.cfg and isolinux.cfg",
    "lilo": "for /etc/lilo.conf",
    "grub-legacy": "for menu.lst and grub.conf in /boot/grub",
}


def _nothing_found(ground: _Ground, closed: Sequence[str]) -> BootpickError:
    wanted = ground.wanted
    where = f"under {ground.files.root}" if ground.is_other else "on this machine"
    if wanted.config is not None:
        return NoConfiguration(f"there is no file {wanted.config}")
    if closed:
        return Unreadable(
            f"no boot configuration found {where}, but {', '.join(closed)} may not be read",
            _AS_ROOT,
        )
    from .unmounted import FSTAB, find_missing

    missing = find_missing(ground.files, ground.volumes)
    if missing:
        point = missing[0].point
        there, fstab = (ground.files.path(path) for path in (point, FSTAB))
        return NoConfiguration(
            f"no boot configuration found {where}",
            f"{fstab} has a file system for {point}: mount it at {there}",
        )
    places = [_LOOKED[wanted.loader]] if wanted.loader is not None else _LOOKED.values()
    hint = f"looked {', and '.join(places)}"
    return NoConfiguration(f"no boot configuration found {where}", hint)


def _tree(
    wanted: Wanted, volumes: tuple[Volume, ...] | None
) -> tuple[tuple[Volume, ...], LocalTree]:
    root = wanted.root if wanted.root is not None else "/"
    if not os.path.isdir(root):
        raise UsageError(f"--root: {root} is not a directory")
    if volumes is None:
        volumes = with_root(_volumes(wanted))
    is_here = wanted.root is None and wanted.devices is None
    return volumes, LocalTree(root, volumes, has_devices=is_here)


def _volumes(wanted: Wanted) -> tuple[Volume, ...]:
    if wanted.devices is not None:
        return read_lsblk_file(wanted.devices)
    if wanted.root is not None:
        return (Volume("the tree", "tree", mounts=(Mount("/"),), anything=True),)
    return read_volumes()


def _in_tree(name: str, root: str) -> str:
    path = os.path.abspath(name)
    if root == "/":
        return path
    if not path.startswith(root + "/"):
        raise UsageError(f"{name} is not inside {root}")
    return path[len(root) :]


_CPUS = {"aarch64": "arm64", "armv7l": "arm", "ppc64le": "powerpc", "loongarch64": "loongarch64"}


def _cpu(facts: Facts) -> str:
    """Give GRUB's name of the processor."""
    if facts.machine[:1] == "i" and facts.machine[2:] == "86":
        return "i386"
    return _CPUS.get(facts.machine, facts.machine)
