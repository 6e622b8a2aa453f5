"""What an act needs of the machine: small Protocols, and the record of what was loaded."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from ..volumes import Volume

JUMP_COMMAND = "kexec --exec --no-ifdown"
"""What jumps into an image that can be come back from. Init's way would stop what is preserved."""


class LoadedFile(NamedTuple):
    """A file that was loaded."""

    path: str
    size: int
    """In bytes."""
    sha256: str


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
    files: tuple[LoadedFile, ...] = ()
    """The same files, as they were read for the load."""
    is_whole: bool = True
    """``False`` from before the load until it has succeeded."""
    returns: bool = False
    """It was loaded for a kexec jump, so that it can be come back from."""


class Jump(NamedTuple):
    """What was planned for a jump, as it is remembered beyond it."""

    id: str
    title: str
    release: str
    """Of the kernel, empty where it is not known."""
    cmdline: str
    machine: str
    """As uname(2) has it."""
    boot_id: str
    """Of the boot that planned it."""
    when: str
    """In ISO 8601's form."""


class LoadWay(NamedTuple):
    """How an image is loaded."""

    syscall: str = "auto"
    """``file``: kexec_file_load(2); ``legacy``: kexec_load(2); ``auto``: the latter where the
    former cannot."""
    options: tuple[str, ...] = ()
    """Options of kexec(8), for the latter."""
    crash: bool = False
    """For a panic."""
    jump: bool = False
    """So that one can come back: what runs now is preserved."""
    devicetree: str | None = None
    """The path of the device tree that goes with it."""


class LoadResult(NamedTuple):
    """What a load came to."""

    call: str
    """The name of the call that did it."""
    files: tuple[LoadedFile, ...]
    """The kernel and the initrds, by the paths that were opened."""


Progress = Callable[[int, int], None]
"""Is told how many bytes were read, of how many."""


class Abilities(NamedTuple):
    """What the running kernel can and may do."""

    lockdown: str | None = None
    """The mode that it is locked down in."""
    crash_size: int | None = None
    """Bytes that are reserved for a crash kernel."""
    can_jump: bool | None = None
    """Whether it can come back from a kexec; ``None`` where nothing tells."""


class KernelLoader(Protocol):
    """The kernel's side of kexec."""

    def require_permission(self) -> None:
        """Raise LoadRefused if the kernel would refuse whatever it is given."""

    def abilities(self, *, jump: bool) -> Abilities:
        """Look at what it can and may do; only with *jump* also for whether it can come back."""

    def require_memory(self, initrds: Sequence[str]) -> None:
        """Raise BootpickError if no load can have room for the files *initrds*, or one is gone."""

    def is_loaded(self, *, crash: bool = False) -> bool:
        """Tell whether an image is loaded, for kexec or for a crash."""

    def load(
        self,
        files: Sequence[str],
        cmdline: str,
        shown: str,
        way: LoadWay,
        progress: Progress,
    ) -> LoadResult:
        """Load an image.

        *files* are paths, perhaps of copies, the kernel first; *shown* is what a user is told of
        the kernel.
        Raises LoadRefused for a refusal, BootpickError for anything else.
        """

    def unload(self, *, crash: bool = False) -> None:
        """Drop the loaded image, if there is one. Raises like :meth:`load`."""

    def jump_and_return(self) -> None:
        """Jump into an image that was loaded to come back from. Raises BootpickError."""


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
    """What bootpick remembers until the next boot, of a kernel for kexec and of one for a panic."""

    def read(self, *, crash: bool = False) -> LoadedImage | None:
        """Give what bootpick loaded last, ``None`` where it has not."""

    def write(self, image: LoadedImage, *, crash: bool = False) -> None:
        """Remember *image*. Raises BootpickError."""

    def remove(self, *, crash: bool = False) -> None:
        """Forget it."""

    def fingerprint(self, paths: Sequence[str]) -> tuple[tuple[int, int, int, int], ...]:
        """Give what tells whether the files have changed; zeros for one that is not there."""


class Jumps(Protocol):
    """What bootpick remembers beyond a jump."""

    def write(self, jump: Jump) -> str | None:
        """Remember *jump*; give the reason where that cannot be done."""

    def remove(self) -> None:
        """Forget it: it was called off."""

    def read(self) -> Jump | None:
        """Give the last one, ``None`` where there was none."""

    def boot_id(self) -> str:
        """Give what the kernel calls this boot."""

    def came_by_kexec(self) -> bool | None:
        """Tell whether a kexec started the running kernel; ``None`` where it does not know."""


class Log(Protocol):
    """Where what was done is written down for good."""

    def write(self, text: str) -> None:
        """Write *text*, which is one line."""


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
    jumps: Jumps
    log: Log
