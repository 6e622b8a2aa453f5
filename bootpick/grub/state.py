"""One GRUB: what it knows, what it has loaded, and what it has to say."""

from typing import TYPE_CHECKING, NamedTuple

from ..diagnostics import Diagnostic
from ..source import Position
from ..volumes import Volume
from .devices import split_path
from .environment import Environment
from .errors import BAD_ARGUMENT, GrubError
from .limits import LimitReached, Limits
from .menu import Menu
from .syntax import Block, Function, Script
from .world import Place, World

if TYPE_CHECKING:  # few menus or one dialect have to do with them
    from ..passwords import Secret
    from .bls_entries import BlsList
    from .subvolumes import Submount, View

CHARACTERS, WORDS = 64, 4
"""Characters of a command and its arguments that count as one more command, and words."""


class Call(NamedTuple):
    """One command with its arguments."""

    name: str
    arguments: list[str]
    block: Block | None
    """The last argument is this block's text, if there is one."""
    script: Script
    offset: int

    @property
    def position(self) -> Position:
        """The place of the command in its file."""
        return self.script.position(self.offset)


class Loaded(NamedTuple):
    """What an entry's body hands to the machine."""

    kind: str
    words: tuple[str, ...] = ()
    """The loading command's arguments."""
    kernel: Place | None = None
    """Where the first of them led at that time."""
    initrds: tuple[tuple[str, Place], ...] = ()
    """Each initrd's word and where that led."""
    devicetree: tuple[str, Place] | None = None


class State:
    """The environment, functions, menu, what was loaded, and how much may still be done."""

    def __init__(self, world: World, limits: Limits | None = None) -> None:
        """Begin with nothing, on a machine that looks like *world*."""
        self.world = world
        self.environment = Environment()
        self.functions: dict[str, tuple[Function, Script, int]] = {}
        """Each with its script and its offset in that."""
        self.menu = Menu()
        self.loaded: Loaded | None = None
        self.ended_by: str | None = None
        self.blocks: dict[str, tuple[str, dict[str, str]]] = {}
        """Environment blocks as they were read, by path: the text and the variables in it."""
        self.searched: dict[tuple[str, str], str] = {}
        """Where ``search`` found something: by what was searched for, the device's name."""
        self.shadow: dict[str, str] = {}
        """Their text as GRUB would have written it since."""
        self.devicetree: tuple[str, Place] | None = None
        """The device tree for the next kernel: its word, and where that led."""
        self.users: dict[str, Secret | None] = {}
        """Who has a password; ``None`` for one that nothing matches."""
        self.loops: dict[str, Volume] = {}
        """The devices that ``loopback`` made, the newest first."""
        self.absent: dict[str, str] = {}
        """Those that it could not make, and why."""
        self.submounts: tuple[Submount, ...] = ()
        """Where ``btrfs-mount-subvol`` put subvolumes, the newest first."""
        self.bls: BlsList | None = None
        """What ``blscfg`` has read."""
        self.pending = 0
        """The error of a ``!`` alone, which GRUB forgets only behind the next command."""
        self.has_left = False
        """Whether ``normal_exit`` has left GRUB's normal mode, which goes on to its end."""
        self.output: list[str] = []
        self.diagnostics: list[Diagnostic] = []
        self.limits = limits or Limits()
        self._script: Script | None = None
        self._offset = 0
        """In that script, of the command that runs."""
        self._left: int | None = None
        """How many commands an entry's body may still run."""

    # -- variables ----------------------------------------------------------------------------

    def get(self, name: str) -> str | None:
        """Give the value of a variable; ``$?`` is the last status."""
        if name == "?":
            self._spoil()
            status = self.environment.status
            return None if status is None else str(status)
        return self.environment.get(name)

    def set(self, name: str, value: str) -> None:
        """Set a variable; refused for the names of parameters (case 45)."""
        if name in ("#", "@", "*") or "0" <= name[:1] <= "9":
            raise GrubError(BAD_ARGUMENT, f"invalid variable name `{name}'")
        self.spend(len(value))
        self.environment.set(name, value)

    def print(self, text: str) -> None:
        """Print what a command prints."""
        self.spend(len(text))
        self.output.append(text)

    def spend(self, characters: int) -> None:
        """Count text that the script makes; variables that double have an end."""
        if self._left is not None:  # it goes when the body ends
            self.count(characters // CHARACTERS)
            return
        self.limits.text -= characters
        if self.limits.text < 0:
            raise self.stopped("the script makes too much text")

    def count(self, commands: int = 1) -> None:
        """Count *commands*, or work that takes as long; a script without end has one here."""
        if self._left is None:
            self.limits.commands -= commands
            left = self.limits.commands
        else:
            self.limits.bodies -= commands
            self._left -= commands
            left = self._left
        if left < 0:
            raise self.stopped("too many commands")

    def open_context(self, *, everything: bool = False) -> None:
        """Begin a context as a menu of its own has it, or one with *everything*."""
        self.count(len(self.environment) // WORDS)
        shared = everything or self.world.dialect.shares_variables
        self.environment.open_context(everything=shared)

    @property
    def status(self) -> int:
        """The last command's status."""
        return self.environment.status or 0

    @property
    def is_body(self) -> bool:
        """Whether this is the fork in which an entry's body runs."""
        return self._left is not None

    def _spoil(self) -> None:
        """Take note that what is done now depends on more than variables."""
        if self.environment.log is not None:
            self.environment.log.spoiled = True

    # -- messages -----------------------------------------------------------------------------

    def warn(self, message: str, position: Position, hint: str | None = None) -> None:
        """Note what GRUB would complain of, or what bootpick doubts."""
        self.note(Diagnostic("warning", message, position, hint))

    def note(self, diagnostic: Diagnostic) -> None:
        """Keep a message, unless there are too many already."""
        self.limits.messages -= 1
        if self.limits.messages > 0:
            if len(diagnostic.message) > self.limits.message:
                short = diagnostic.message[: self.limits.message]
                diagnostic = diagnostic._replace(message=f"{short}…")
            self.diagnostics.append(diagnostic)
        elif self.limits.messages == 0:
            self.diagnostics.append(Diagnostic("note", "further messages are left out"))

    def complain(self, message: str, hint: str | None = None) -> None:
        """Note an error message that GRUB prints at the command that runs."""
        if self.limits.messages > 0 and (position := self._position) is not None:
            self.warn(f"GRUB: {message}", position, hint)

    def stopped(self, message: str) -> LimitReached:
        """Give the exception that ends a script at a limit, and note why."""
        self.diagnostics.append(Diagnostic("error", f"stopped here: {message}", self._position))
        return LimitReached()

    @property
    def script(self) -> Script:
        """The script whose command runs."""
        assert self._script is not None
        return self._script

    @property
    def _position(self) -> Position | None:
        return self._script.position(self._offset) if self._script else None

    # -- files --------------------------------------------------------------------------------

    def place(self, path: str, *, listed: bool = False) -> Place:
        """Give where *path* leads now; with *listed* see :meth:`World.place`."""
        self.count()  # looking a file up takes as long as a command
        root = self.environment.get("root") or ""
        if self.absent:
            device, inner = split_path(path)
            device = root if device is None else device
            if device in self.absent:
                return Place(None, device, inner, None, self.absent[device])
        place = self.world.place(path, root, self.loops, self._view, listed=listed)
        if place.problem is not None:
            self.note(Diagnostic("error", place.problem, self._position))
        return place

    def lookup(self, path: str) -> Place:
        """Give where *path* leads for ``test``, see :meth:`World.lookup`."""
        self.count()
        return self.world.lookup(path, self.environment.get("root") or "", self.loops, self._view)

    def devices(self) -> dict[str, Volume]:
        """Give the devices by name, in the order in which GRUB goes through them."""
        return {**self.loops, **{k: v for k, v in self.world.devices if k not in self.loops}}

    def note_unseen(self, place: Place, call: Call) -> None:
        """Say so where a file may exist but its file system cannot be seen from here."""
        volume = place.volume
        if volume is None or not self.world.is_unseen(place):
            return
        holder = volume.to_mount()
        hint = f"mount {holder.path} to see what GRUB sees there" if holder else None
        if volume.image is not None:
            message = f"{place.inner} in {volume.path} cannot be read"
        else:
            message = f"{place.inner} on {volume.path} cannot be read: it is not mounted"
        self.warn(message, call.position, hint)

    @property
    def _view(self) -> "View | None":
        """Where paths on btrfs begin, if not at the top."""
        if not self.world.dialect.follows_subvolumes:
            return None
        from .subvolumes import view_of  # SUSE's alone

        return view_of(self.environment, self.submounts)
