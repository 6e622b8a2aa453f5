"""btrfs as SUSE's GRUB sees it, where paths may begin in a subvolume.

By SUSE's patches to fs/btrfs.c (``grub2-btrfs-*.patch``): three variables and a list of mount
points say where a path begins.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from ..volumes import Volume
from .devices import normal
from .environment import Environment

RELATIVE = "btrfs_relative_path"
SUBVOLUME = "btrfs_subvol"
NUMBER = "btrfs_subvolid"


class Submount(NamedTuple):
    """A directory that ``btrfs-mount-subvol`` made the place of a subvolume."""

    volume: str
    directory: str
    top: str
    """The subvolume's path in the file system."""


class View(NamedTuple):
    """Where paths on btrfs begin."""

    relative: bool = False
    """In a subvolume, not at the top of the file system."""
    subvolume: str = ""
    """In that one; without a name in the default subvolume."""
    mounts: tuple[Submount, ...] = ()
    """The newest first."""

    @property
    def number(self) -> str | None:
        """The subvolume's number, where it is known by that alone."""
        return self.subvolume[9:] if self.subvolume.startswith("subvolid:") else None

    def locate(
        self, volume: Volume, inner: str, is_there: Callable[[str], bool]
    ) -> tuple[str, str]:
        """Give the directory in which GRUB looks for *inner*, and the path in that.

        *is_there* tells whether a subvolume is to be seen.
        """
        best: Submount | None = None
        for mount in self.mounts:
            fits = mount.volume == volume.path and inner.startswith(mount.directory)
            if fits and (best is None or mount.directory > best.directory):
                best = mount
        if best is not None:
            return best.top if self.relative else "/", inner[len(best.directory) :] or "/"
        if not self.relative:
            return "/", inner
        default = default_top(volume)
        if not self.subvolume:
            return default, inner
        top = normal(self.subvolume)
        # In an older scheme its path began in the default subvolume.
        older = normal(f"{default}/{top}")
        return older if is_there(older) and not is_there(top) else top, inner


def view_of(environment: Environment, mounts: tuple[Submount, ...]) -> View:
    """Give where paths begin now."""
    relative = (environment.get(RELATIVE) or "").startswith(("1", "y"))
    return View(relative, (environment.get(SUBVOLUME) or "") if relative else "", mounts)


def default_top(volume: Volume) -> str:
    """Give the path of the default subvolume.

    lsblk does not tell it. SUSE's systems mount it at ``/``; elsewhere it is taken to be what is
    mounted nearest to that.
    """
    points = sorted(volume.mounts, key=lambda mount: len(mount.point.rstrip("/")))
    return "/" if volume.anything or not points else points[0].top


def watch(environment: Environment, find: Callable[[str], Volume | None]) -> None:
    """Make the three variables known, with what GRUB does when they are set.

    *find* gives the device of a name.
    """
    environment.hooks.update(
        {
            RELATIVE: partial(_set_relative, find=find),
            SUBVOLUME: _set_subvolume,
            NUMBER: _set_number,
        }
    )
    for name in (RELATIVE, SUBVOLUME, NUMBER):
        environment.store(name, "")
        environment.export(name)


def _set_subvolume(environment: Environment, value: str) -> None:
    environment.store(SUBVOLUME, value)
    environment.store(NUMBER, f"subvol:{value}")


def _set_number(environment: Environment, value: str) -> None:
    number = value if value.strip("0") else ""
    environment.store(NUMBER, number)
    environment.store(SUBVOLUME, f"subvolid:{number}" if number else "")


def _set_relative(
    environment: Environment, value: str, find: Callable[[str], Volume | None]
) -> None:
    """Rewrite what is known by its path (``relpath_set_env``).

    ``prefix`` stands in the boot loader's core already as the configuration is going to have it:
    grub2-install and grub2-mkconfig look at the same setting.
    """
    now = value.startswith(("1", "y"))
    if now != (environment.get(RELATIVE) or "").startswith(("1", "y")):
        for name in ("config_file", "config_directory", "prefix"):
            device, closed, inner = (environment.get(name) or "").partition(")")
            volume = find(device[1:]) if closed else None
            if volume is None or volume.fstype != "btrfs":
                continue
            top = default_top(volume).rstrip("/")
            if not now:
                environment.set(name, f"{device}){top}{inner}")
            elif top and inner.startswith(top):
                environment.set(name, f"{device}){inner[len(top) :]}")
    environment.store(RELATIVE, value)
