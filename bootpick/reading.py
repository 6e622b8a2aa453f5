"""From what a user asks for to the one list of everything that can be booted.

Reads the machine, or the tree of another installation, and puts the menus of its boot loaders
together.
"""

import os
from typing import NamedTuple

from . import discovery
from .bls.places import Places, find_places, place_of_entry
from .charge import Evidence, merge
from .diagnostics import Diagnostic
from .entries import BootMenu, Running
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


class _Ground(NamedTuple):
    """The machine or the tree that is looked at."""

    facts: Facts
    volumes: tuple[Volume, ...]
    files: LocalTree
    is_other: bool
    """It is another installation's tree."""
    efi: bool


def read_scene(wanted: Wanted, name: str) -> tuple[Scene, Place | None]:
    """Give what GRUB sees, and the place of the script in the file *name* of this machine."""
    scene = _scene(wanted, _ground(wanted))
    path = _in_tree(name, scene.world.files.root)
    return scene, discovery.place_of(scene.world, scene.volumes, path)


def _ground(wanted: Wanted) -> _Ground:
    facts = read_facts()
    volumes, files = _tree(wanted)
    is_other = wanted.root is not None
    efi = discovery.is_efi_tree(files, volumes) if is_other else facts.efi
    return _Ground(facts, volumes, files, is_other, efi)


def _scene(wanted: Wanted, ground: _Ground) -> Scene:
    facts, volumes, files, is_other, efi = ground
    config = _config(wanted, files, volumes)
    dialect = DIALECTS.get(wanted.dialect) or discovery.dialect_of_tree(files, volumes)
    world = World(
        DeviceMap(volumes),
        files,
        platform="efi" if efi else "pc",
        cpu=_cpu(facts),
        matcher=CMatcher(),
        firmware_setup=True if is_other else facts.firmware_setup,
        dialect=dialect,
    )
    place = discovery.place_of(world, volumes, config) if config is not None else None
    return Scene(world, volumes, place, wanted.settings)


def read_everything(wanted: Wanted) -> BootMenu:
    """Read the configuration of every boot loader that is wanted, and make one list of them.

    Raises NoConfiguration where there is none, Unreadable where one may not be read.
    """
    ground = _ground(wanted)
    loader = wanted.loader
    if loader is None and wanted.config is not None:
        loader = discovery.loader_of(_in_tree(wanted.config, ground.files.root))
    running = Running(ground.facts.release, ground.facts.cmdline)
    menus: list[BootMenu] = []
    if loader in (None, "grub"):
        scene = _scene(wanted, ground)
        if scene.config is not None:
            menus.append(read_menu(scene.world, scene.config, running, scene.settings))
    evidence = Evidence(efi=ground.efi)
    closed: tuple[str, ...] = ()
    if loader in (None, "bls"):
        found, evidence, closed = _read_bls(wanted, ground, running)
        if found is not None:
            menus.append(found)
    if not menus:
        raise _nothing_found(wanted, ground, closed)
    menu = merge(menus, evidence) if len(menus) > 1 else menus[0]
    notes = tuple(
        Diagnostic("note", f"{path} may not be read: entries in it are not listed", hint=_AS_ROOT)
        for path in closed
    )
    return menu._replace(diagnostics=(*menu.diagnostics, *notes)) if notes else menu


_AS_ROOT = "run it as root"


def _read_bls(
    wanted: Wanted, ground: _Ground, running: Running
) -> tuple[BootMenu | None, Evidence, tuple[str, ...]]:
    """Read what systemd-boot would; give also what there is of it, and what may not be read."""
    files, volumes = ground.files, ground.volumes
    variables, oneshot = discovery.read_variables(files, volumes)
    places = find_places(files, volumes, variables.partition)
    evidence = Evidence(
        variables.info,
        places.systemd_boot,
        efi=ground.efi or (ground.is_other and places.systemd_boot is not None),
    )
    closed = tuple(files.path(folder.path) for folder in places.closed)
    only = None
    if wanted.config is not None:
        path = _in_tree(wanted.config, files.root)
        only = discovery.locate(volumes, path)
        folder = place_of_entry(path, volumes)
        if only is None or folder is None or files.find(*only) is None:
            raise NoConfiguration(f"there is no file {wanted.config}")
        places, closed = Places((folder,)), ()
    if not places.folders:
        return None, evidence, closed
    from .bls.reader import Sought
    from .bls.reader import read_menu as read_bls_menu

    architecture = efi_architecture(ground.facts.machine)
    sought = Sought(files, places, variables, oneshot, running, architecture, only)
    return read_bls_menu(sought), evidence, closed


def _nothing_found(wanted: Wanted, ground: _Ground, closed: tuple[str, ...]) -> BootpickError:
    where = f"under {ground.files.root}" if ground.is_other else "on this machine"
    if wanted.config is not None:
        return NoConfiguration(f"there is no file {wanted.config}")
    if closed:
        return Unreadable(
            f"no boot configuration found {where}, but {', '.join(closed)} may not be read",
            _AS_ROOT,
        )
    looked = {
        "grub": "for grub.cfg in /boot/grub, /boot/grub2 and on the EFI system partition",
        "bls": "for loader/entries and EFI/Linux in /efi, /boot and /boot/efi",
    }
    places = [looked[wanted.loader]] if wanted.loader is not None else looked.values()
    hint = f"looked {', and '.join(places)}"
    return NoConfiguration(f"no boot configuration found {where}", hint)


def _tree(wanted: Wanted) -> tuple[tuple[Volume, ...], LocalTree]:
    root = wanted.root if wanted.root is not None else "/"
    if not os.path.isdir(root):
        raise UsageError(f"--root: {root} is not a directory")
    if wanted.devices is not None:
        volumes = read_lsblk_file(wanted.devices)
    elif wanted.root is not None:
        volumes = (Volume("the tree", "tree", mounts=(Mount("/"),), anything=True),)
    else:
        volumes = read_volumes()
    volumes = with_root(volumes)
    is_here = wanted.root is None and wanted.devices is None
    return volumes, LocalTree(root, volumes, has_devices=is_here)


def _config(wanted: Wanted, files: LocalTree, volumes: tuple[Volume, ...]) -> str | None:
    """Give the configuration's path in the tree."""
    if wanted.config is None:
        return discovery.find_grub_config(files, volumes)
    return _in_tree(wanted.config, files.root)


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
