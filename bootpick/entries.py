"""What a boot loader offers: entries, and the list that they stand in.

The domain that every boot loader's reader produces and everything behind it uses. Plain values; the
meaning of each field is that of the documented JSON output.
"""

from typing import TYPE_CHECKING, NamedTuple

from .diagnostics import Diagnostic
from .source import Position
from .volumes import Volume

if TYPE_CHECKING:  # few entries have one
    from .passwords import Lock


class Slice(NamedTuple):
    """A part of a file, in bytes."""

    offset: int
    length: int
    name: str = ""
    """As a user is told of it."""


class BootFile(NamedTuple):
    """A file that an entry loads."""

    word: str
    """As the boot loader gets it, after expansion: ``(hd0,gpt2)/vmlinuz``."""
    path: str | None
    """The file in this machine's file system; ``None`` where it is not seen or in an image."""
    volume: Volume | None = None
    """The file system it is on, if that is known."""
    inner: str = ""
    """Its path in that file system."""
    problem: str | None = None
    """Why it cannot be loaded."""
    slices: tuple[Slice, ...] = ()
    """The parts of it that are loaded, one behind the other; none for the whole file."""
    stamp: tuple[int, int] | None = None
    """Its size, and the time of its last change in seconds, when its parts were looked up."""

    @property
    def unmounted(self) -> Volume | None:
        """The file system that has to be mounted before it can be read."""
        if self.path is not None or self.problem is not None or self.volume is None:
            return None
        return self.volume.to_mount()

    @property
    def mount_note(self) -> str | None:
        """What a user is told of that."""
        volume = self.unmounted
        if volume is None:
            return None
        state = "is not to be seen whole" if volume.mounts else "is not mounted"
        mounted = f"it will be mounted read-only to load {self.word}"
        return f"{volume.path} ({volume.fstype}) {state}; {mounted}"

    @property
    def shown(self) -> str:
        """As a user is told of it."""
        if self.volume is not None and self.volume.image is not None:
            return f"{self.inner} in {self.volume.path}"
        name = self.path or self.word
        return f"{self.parts} in {name}" if self.slices else name

    @property
    def parts(self) -> str:
        """The names of its parts, as a user is told of them."""
        return " and ".join(part.name for part in self.slices)

    @property
    def in_image(self) -> bool:
        """Whether it has to be read out of an image file before it can be loaded."""
        return self.volume is not None and self.volume.image is not None


class BootEntry(NamedTuple):
    """One thing that can be chosen in the boot loader's menu."""

    id: str
    """Unique in its list; where the boot loader has the same twice, a suffix makes it so."""
    own_id: str
    """As the boot loader has it."""
    title: str
    submenus: tuple[str, ...]
    submenu_ids: tuple[str, ...]
    menu_index: str
    """As the boot loader counts: ``1>0``."""
    loader: str
    position: Position
    kind: str
    kernel: BootFile | None = None
    initrds: tuple[BootFile, ...] = ()
    cmdline: str | None = None
    devicetree: BootFile | None = None
    version: str | None = None
    architecture: str | None = None
    machine_id: str | None = None
    sort_key: str | None = None
    tries_left: int | None = None
    """Boots that are left to prove itself; ``None`` without boot counting."""
    tries_done: int | None = None
    classes: tuple[str, ...] = ()
    default: bool = False
    oneshot: bool = False
    current: bool = False
    users: tuple[str, ...] = ()
    """Who may boot a restricted entry, beside the superusers."""
    boot_lock: "Lock | None" = None
    """What is asked for before it is booted; ``None`` where nothing is."""
    edit_lock: "Lock | None" = None
    """What is asked for before its command line is edited; ``None`` where nothing is."""
    hotkey: str = ""
    """The key that boots it at once, by the boot loader's name or as a character."""
    aliases: tuple[str, ...] = ()
    """Other names by which the boot loader knows it."""
    bootable: bool = True
    reasons: tuple[str, ...] = ()

    @property
    def restricted(self) -> bool:
        """Whether the boot loader asks for a password before it boots the entry."""
        return self.boot_lock is not None

    @property
    def files(self) -> tuple[BootFile, ...]:
        """All files it loads, the kernel first."""
        found = (self.kernel, *self.initrds, self.devicetree)
        return tuple(file for file in found if file is not None)


def unique_id(identifier: str, known: dict[str, int]) -> str:
    """Give *identifier*, with a suffix ``#2``, ``#3`` where it is among *known*; enter it there.

    *known* counts how often each was asked for.
    """
    while (count := known.get(identifier, 0) + 1) > 1:
        known[identifier] = count
        identifier = f"{identifier}#{count}"
    known[identifier] = 1
    return identifier


class Save(NamedTuple):
    """What the boot loader writes to its own storage when it boots by itself."""

    path: str
    """GRUB's environment block."""
    variables: tuple[tuple[str, str | None], ...]
    """Name and value; ``None`` removes it."""
    before: str
    after: str
    """The whole file, before and after; both of one length."""
    volume: Volume | None = None
    """The file system that has to be mounted before it can be written."""


class Removal(NamedTuple):
    """An EFI variable that the boot loader deletes when it boots by itself."""

    path: str
    """Its file in efivarfs."""
    name: str
    before: bytes
    """What the file holds."""


class Running(NamedTuple):
    """What this machine runs now, for marking the entry that was booted."""

    release: str
    cmdline: str


class BootMenu(NamedTuple):
    """All entries that were found, in menu order."""

    loader: str | None
    entries: tuple[BootEntry, ...] = ()
    timeout: float | None = None
    """Seconds; ``None`` waits for ever."""
    timeout_style: str = "menu"
    """What the boot loader shows meanwhile: ``menu``, ``countdown`` or ``hidden``."""
    fallback: tuple[str, ...] = ()
    """Menu indexes of the entries that it tries in turn when the default one does not boot."""
    diagnostics: tuple[Diagnostic, ...] = ()
    saves: tuple[Save, ...] = ()
    """What reading the configuration would have written, had the boot loader done it."""
    removal: Removal | None = None
    """The variable that held the one-shot choice."""
    dialect: str | None = None
    """Whose GRUB it was taken for."""
    files: frozenset[str] = frozenset()
    """Files that stand for an entry each, also where the boot loader makes none of them."""
    why: str | None = None
    """Why it is *loader* that boots this machine."""
    default_from: str | None = None
    """What made the default the default, where the boot loader's rules tell."""

    @property
    def default(self) -> BootEntry | None:
        """The entry that would boot now."""
        return next((entry for entry in self.entries if entry.default), None)
