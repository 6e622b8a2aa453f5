"""A machine that does nothing but remember what it was asked, and that refuses on demand."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bootpick.errors import BootpickError
from bootpick.system.machine import (
    Abilities,
    InitSystem,
    Jump,
    LoadedFile,
    LoadedImage,
    LoadResult,
    LoadWay,
    Machine,
    Progress,
)
from bootpick.volumes import Volume

Call = tuple[object, ...]
"""What was asked for, and with what."""

QUESTIONS = frozenset(
    "is_loaded read find fingerprint reboots_by_kexec require_permission require_memory "
    "require_kexec by_force".split()
)
"""Calls that change nothing."""


class Gone(BaseException):
    """The machine went down, and the program with it: nothing behind this is ever run."""


@dataclass
class FakeMachine:
    """Kernel, init system, mounts and records in one; each ``…_error`` is raised where it says."""

    loaded: bool = False
    crash_loaded: bool = False
    record: LoadedImage | None = None
    crash_record: LoadedImage | None = None
    able: Abilities = field(default_factory=Abilities)
    way: LoadWay | None = None
    """How it was loaded."""
    jumped: Jump | None = None
    """What is remembered beyond a jump."""
    boot: str = "this boot"
    by_kexec: bool | None = None
    log: list[str] = field(default_factory=list)
    name: str = "fake init"
    stops: tuple[str, ...] = ()
    jump: str = "ask fake init to jump"
    command: str | None = "fake kexec"
    advice: str = "look at fake init"
    force: InitSystem | None = None
    """What does without this init; itself if there is none."""
    reboot_takes_kexec: bool = False
    goes_down: bool = True
    """Whether the kexec that init accepted happens while bootpick waits."""
    load_is_empty: bool = False
    """The load claims success, and nothing is loaded."""
    permission_error: BootpickError | None = None
    memory_error: BootpickError | None = None
    load_error: BootpickError | None = None
    jump_error: BootpickError | None = None
    unload_error: BootpickError | None = None
    require_error: BootpickError | None = None
    kexec_error: BaseException | None = None
    mount_error: BootpickError | None = None
    copy_error: BootpickError | None = None
    write_error: BootpickError | None = None
    logged_in: tuple[str, ...] = ()
    holding_up: tuple[str, ...] = ()
    folders: dict[str, Path] = field(default_factory=dict)
    """What is on a volume, by its path."""
    calls: list[Call] = field(default_factory=list)
    mounted_now: list[str] = field(default_factory=list)

    def as_machine(self) -> Machine:
        """Give the bundle that bootpick is handed."""
        return Machine(self, self, self, self, self, self, FakeJumps(self), FakeLog(self))

    @property
    def deeds(self) -> list[Call]:
        """The calls that may change something, in order."""
        return [call for call in self.calls if call[0] not in QUESTIONS]

    @property
    def names(self) -> list[object]:
        """The names of the deeds."""
        return [call[0] for call in self.deeds]

    @property
    def checks(self) -> set[object]:
        """What was made sure of before the first deed."""
        names = [call[0] for call in self.calls]
        first = next((at for at, name in enumerate(names) if name not in QUESTIONS), len(names))
        return {name for name in names[:first] if str(name).startswith("require")}

    # EnvironmentBlocks

    def replace(self, path: str, before: str, after: str) -> None:
        self.calls.append(("replace", path, before, after))

    def delete(self, path: str, before: bytes) -> None:
        self.calls.append(("delete", path, before))

    def restore(self, path: str, before: bytes) -> None:
        self.calls.append(("restore", path, before))

    # KernelLoader

    def require_permission(self) -> None:
        self.calls.append(("require_permission",))
        if self.permission_error is not None:
            raise self.permission_error

    def require_memory(self, initrds: Sequence[str]) -> None:
        self.calls.append(("require_memory", tuple(initrds)))
        if self.memory_error is not None:
            raise self.memory_error

    def is_loaded(self, *, crash: bool = False) -> bool:
        self.calls.append(("is_loaded", crash))
        return self.crash_loaded if crash else self.loaded

    def load(
        self,
        files: Sequence[str],
        cmdline: str,
        shown: str,
        way: LoadWay,
        progress: Progress,
    ) -> LoadResult:
        kernel, *initrds = files
        self.calls.append(("load", kernel, tuple(initrds), cmdline))
        self.way = way
        if self.load_error is not None:
            raise self.load_error
        if way.crash:
            self.crash_loaded = True
        else:
            self.loaded = not self.load_is_empty
        progress(1, 1)
        return LoadResult("fake_load(2)", tuple(LoadedFile(path, 1, "0" * 64) for path in files))

    def jump_and_return(self) -> None:
        self.calls.append(("jump",))
        if self.jump_error is not None:
            raise self.jump_error

    def abilities(self, *, jump: bool) -> Abilities:
        return self.able

    def unload(self, *, crash: bool = False) -> None:
        self.calls.append(("unload", "crash") if crash else ("unload",))
        if self.unload_error is not None:
            raise self.unload_error
        if crash:
            self.crash_loaded = False
        else:
            self.loaded = False

    # InitSystem

    def require_kexec(self) -> None:
        self.calls.append(("require_kexec",))
        if self.require_error is not None:
            raise self.require_error

    def start_kexec(self) -> None:
        self.calls.append(("start_kexec",))
        if self.kexec_error is not None:
            raise self.kexec_error

    def wait(self, seconds: int) -> None:
        self.calls.append(("wait", seconds))
        if self.goes_down:
            raise Gone

    def reboots_by_kexec(self) -> bool:
        self.calls.append(("reboots_by_kexec",))
        return self.reboot_takes_kexec

    def by_force(self) -> InitSystem:
        self.calls.append(("by_force",))
        return self.force or self

    # Mounts

    @contextmanager
    def mounted(self, volume: Volume) -> Iterator[str]:
        self.calls.append(("mount", volume.path))
        if self.mount_error is not None:
            raise self.mount_error
        self.mounted_now.append(volume.path)
        try:
            yield str(self.folders[volume.path])
        finally:
            self.mounted_now.remove(volume.path)
            self.calls.append(("unmount", volume.path))

    def find(self, point: str, inner: str) -> str | None:
        self.calls.append(("find", point, inner))
        path = point + inner
        return path if os.path.isfile(path) else None

    @contextmanager
    def copied(self, volume: Volume, inner: str, point: str | None) -> Iterator[str]:
        self.calls.append(("copy", volume.path, inner, point))
        if self.copy_error is not None:
            raise self.copy_error
        yield f"/copy-of{inner}"

    @contextmanager
    def parts_copied(
        self, path: str, parts: Sequence[tuple[int, int]], stamp: tuple[int, int] | None
    ) -> Iterator[str]:
        self.calls.append(("copy", path, tuple(parts), stamp))
        if self.copy_error is not None:
            raise self.copy_error
        yield f"/{len(parts)}-parts-of{path}"

    # Bystanders

    def logins(self) -> tuple[str, ...]:
        return self.logged_in

    def inhibitors(self) -> tuple[str, ...]:
        return self.holding_up

    # Records

    def read(self, *, crash: bool = False) -> LoadedImage | None:
        self.calls.append(("read",))
        return self.crash_record if crash else self.record

    def write(self, image: LoadedImage, *, crash: bool = False) -> None:
        self.calls.append(("write" if image.is_whole else "begin", image.id))
        if self.write_error is not None:
            raise self.write_error
        if crash:
            self.crash_record = image
        else:
            self.record = image

    def remove(self, *, crash: bool = False) -> None:
        self.calls.append(("remove",))
        if crash:
            self.crash_record = None
        else:
            self.record = None

    def fingerprint(self, paths: Sequence[str]) -> tuple[tuple[int, int, int, int], ...]:
        self.calls.append(("fingerprint", *paths))
        return tuple(map(_fingerprint, paths))


@dataclass
class FakeJumps:
    """What the fake machine remembers beyond a jump."""

    fake: FakeMachine

    def write(self, jump: Jump) -> str | None:
        self.fake.jumped = jump
        return None

    def remove(self) -> None:
        self.fake.jumped = None

    def read(self) -> Jump | None:
        return self.fake.jumped

    def boot_id(self) -> str:
        return self.fake.boot

    def came_by_kexec(self) -> bool | None:
        return self.fake.by_kexec


@dataclass
class FakeLog:
    """The fake machine's log."""

    fake: FakeMachine

    def write(self, text: str) -> None:
        self.fake.log.append(text)


def _fingerprint(path: str) -> tuple[int, int, int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return (0, 0, 0, 0)
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
