"""What an act needs of the machine: small Protocols, and the record of what was loaded."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from ..volumes import Volume


class LoadedImage(NamedTuple):
    """What bootpick loaded, as it is remembered until the next boot."""

    id: str
    title: str
    kernel: str
    initrds: tuple[str, ...]
    cmdline: str
    fingerprints: tuple[tuple[int, int, int, int], ...]
    """For each file, the kernel first: device, inode, size and change time (ns) when loaded.

    Empty where they cannot be looked at any more.
    """


class KernelLoader(Protocol):
    """The kernel's side of kexec."""

    def require_permission(self) -> None:
        """Raise LoadRefused if the kernel would refuse whatever it is given."""

    def is_loaded(self, *, crash: bool = False) -> bool:
        """Tell whether an image is loaded, for kexec or for a crash."""

    def load(self, kernel: str, initrds: Sequence[str], cmdline: str, shown: str) -> str:
        """Load an image; give the name of the call that did it.

        *kernel* is a path, perhaps of a copy; *shown* is what a user is told of it.
        Raises LoadRefused for a refusal, BootpickError for anything else.
        """

    def unload(self) -> None:
        """Drop the loaded image, if there is one. Raises like :meth:`load`."""


class InitSystem(Protocol):
    """The program that stops everything before the jump."""

    name: str
    stops: tuple[str, ...]
    """What is done before the jump, step by step, where init is not asked to do it."""
    jump: str
    """What is done at last, in words: how init is asked, or the jump itself."""
    command: str | None
    """What a user types to have the loaded kernel booted; ``None`` where init cannot."""
    advice: str
    """What a user may look at when it has accepted the kexec and the machine is still up."""

    def require_kexec(self) -> None:
        """Raise BootpickError if it cannot kexec."""

    def start_kexec(self) -> None:
        """Ask for the kexec; it is accepted when this returns, and happens later."""

    def wait(self, seconds: int) -> None:
        """Wait to be stopped with everything else."""

    def reboots_by_kexec(self) -> bool:
        """Tell whether a plain reboot would jump into the loaded kernel."""

    def by_force(self) -> "InitSystem":
        """Give what stops everything and jumps without asking init."""


class Mounts(Protocol):
    """File systems that are mounted for this process alone."""

    def mounted(self, volume: Volume) -> AbstractContextManager[str]:
        """Mount *volume* read-only, writing nothing to it, and give the directory.

        Raises BootpickError where that fails.
        """

    def find(self, point: str, inner: str) -> str | None:
        """Give the path of the regular file *inner* on what is mounted at *point*."""

    def copied(self, volume: Volume, inner: str, point: str | None) -> AbstractContextManager[str]:
        """Copy the regular file *inner* of the image *volume* into memory, and give a path of it.

        The image's file system is mounted at *point*; ``None`` where the image is seen anyway.
        Raises NotBootable where there is no such file, BootpickError where it cannot be read.
        """

    def parts_copied(
        self, path: str, parts: Sequence[tuple[int, int]], stamp: tuple[int, int] | None
    ) -> AbstractContextManager[str]:
        """Copy parts of the file *path* into memory, one behind the other, and give a path of it.

        A part is where it begins and its length in bytes; of several, each is filled up with NULs
        to a multiple of four bytes. *stamp* is the file's size and the time of its last change in
        seconds when the parts were looked up.
        Raises BootpickError where the file has changed since, or cannot be read.
        """


class EnvironmentBlocks(Protocol):
    """What boot loaders keep between boots."""

    def replace(self, path: str, before: str, after: str) -> None:
        """Write *after* over *before*, which is as long, in the file *path* where it lies.

        Raises BootpickError where that fails, or where the file has changed.
        """

    def delete(self, path: str, before: bytes) -> None:
        """Delete the EFI variable whose file is *path* and holds *before*.

        Raises BootpickError where that fails, or where it has changed.
        """

    def restore(self, path: str, before: bytes) -> None:
        """Write it again. Raises BootpickError where that fails."""


class Records(Protocol):
    """What bootpick remembers until the next boot."""

    def read(self) -> LoadedImage | None:
        """Give what bootpick loaded last, ``None`` where it has not."""

    def write(self, image: LoadedImage) -> None:
        """Remember *image*."""

    def remove(self) -> None:
        """Forget it."""

    def fingerprint(self, paths: Sequence[str]) -> tuple[tuple[int, int, int, int], ...]:
        """Give what tells whether the files have changed; zeros for one that is not there."""


class Bystanders(Protocol):
    """Who and what goes down with the machine."""

    def logins(self) -> tuple[str, ...]:
        """Give who is logged in, and where."""

    def inhibitors(self) -> tuple[str, ...]:
        """Give what holds a shutdown up, and why."""


class Machine(NamedTuple):
    """This machine, or one for tests."""

    kernel: KernelLoader
    init: InitSystem
    mounts: Mounts
    records: Records
    blocks: EnvironmentBlocks
    bystanders: Bystanders
