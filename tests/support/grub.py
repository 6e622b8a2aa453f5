"""A GRUB on a disk without a partition table, made from a folder."""

from collections.abc import Iterator
from pathlib import Path

from bootpick.diagnostics import Diagnostic
from bootpick.entries import BootMenu, Running
from bootpick.grub.devices import Device, DeviceMap
from bootpick.grub.dialect import UPSTREAM, Dialect
from bootpick.grub.interpreter import Interpreter
from bootpick.grub.reader import read_menu, start
from bootpick.grub.world import World
from bootpick.source import Source
from bootpick.system.regex import CMatcher
from bootpick.system.tree import LocalTree
from bootpick.volumes import Mount, Volume
from tests.support.trees import plant

# The judge's cheapest disk is a tar archive, which GRUB reads as a file system.
DISK = Volume("/dev/sda", "disk", "tar", mounts=(Mount("/"),))
_NOTHING = Volume("/dev/null", "disk", "tar", mounts=(Mount("/none"),))
EXT2 = DISK._replace(fstype="ext2", uuid="11111111-2222-3333-4444-555555555555", label="DISK")


class JudgesDevices(DeviceMap):
    """With what the judge's GRUB finds as devices beside the disk."""

    def __iter__(self) -> Iterator[tuple[str, Volume]]:
        yield "proc", _NOTHING
        yield from super().__iter__()
        yield "hd31", _NOTHING
        yield "host", _NOTHING

    def open(self, name: str) -> Device | None:
        if name in ("proc", "hd31", "host"):
            return Device(name, "", _NOTHING)
        return super().open(name)


def world_of(
    root: Path,
    dialect: Dialect = UPSTREAM,
    disk: Volume = DISK,
    devices: type[DeviceMap] = DeviceMap,
) -> World:
    """Give what GRUB sees of the folder *root*: it is ``(hd0)``."""
    return World(
        devices((disk,)),
        LocalTree(str(root), (disk,)),
        platform="pc",
        cpu="x86_64",
        dialect=dialect,
        matcher=CMatcher(),
    )


def run_script(
    root: Path, script: str, dialect: Dialect = UPSTREAM, disk: Volume = DISK
) -> Interpreter:
    """Run *script* in a GRUB that was started from ``(hd0)/boot/grub``."""
    shell = start(world_of(root, dialect, disk), "hd0", "/boot/grub", ())
    shell.run_text(Source("grub.cfg", script))
    return shell


def menu_of(
    root: Path,
    config: str,
    running: Running | None = None,
    dialect: Dialect = UPSTREAM,
    disk: Volume = DISK,
    *,
    devices: type[DeviceMap] = DeviceMap,
) -> BootMenu:
    """Give the menu of *config*, written to ``/boot/grub/grub.cfg``."""
    plant(root, {"boot/grub/grub.cfg": config})
    world = world_of(root, dialect, disk, devices)
    place = world.place("(hd0)/boot/grub/grub.cfg", "")
    return read_menu(world, place, running or Running("", ""))


SYNTAX = "syntax error"


def complaints(diagnostics: list[Diagnostic]) -> list[str]:
    """Give what GRUB would complain of: its messages, and for lines thrown away, SYNTAX."""
    return [
        SYNTAX if one.message.startswith("syntax error") else one.message.removeprefix("GRUB: ")
        for one in diagnostics
    ]
