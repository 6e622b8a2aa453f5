"""Runs a GRUB script (script/execute.c) and keeps what it leaves behind."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from ..diagnostics import Diagnostic
from ..errors import BootpickError
from ..source import Position, Source
from ..volumes import Volume
from .devices import split_path
from .environment import Environment, Log
from .errors import BAD_ARGUMENT, FILE_READ_ERROR, RECURSION_DEPTH, TEST_FAILURE, GrubError
from .expansion import TooLong, expand_words
from .limits import LimitReached, Limits
from .memory import VARIANTS, Effect, Memory, Remembered
from .menu import Menu
from .parser import PARTS, known_words, nth_part, parse_script, parse_words
from .syntax import (
    Block,
    Command,
    Commands,
    Fault,
    For,
    Function,
    If,
    Run,
    Script,
    SimpleCommand,
    While,
)
from .world import CONFIG_LIMIT, Place, World

if TYPE_CHECKING:  # few menus or one dialect have to do with them
    from ..passwords import Secret
    from .bls_entries import BlsList
    from .subvolumes import Submount, View


class MenuShown(Exception):
    """A menu is on the screen: what stands behind the command is not reached."""

    def __init__(self, shown: "Interpreter") -> None:
        super().__init__()
        self.shown = shown


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


Handler = Callable[["Interpreter", Call], int]

_epochs = count()
_FORK, _COPIED = 10, 24
"""How many commands a fork counts as, and how many variables and functions as one more."""
_PARSE, _COMPOUND = 4, 10
"""The same for a text to be parsed, however short it is, and for a compound command in it."""
_CHARACTERS, _WORDS, _READ = 64, 4, 256
"""Characters of a command and its arguments that count as one more command, and words, and
characters of a text to be parsed."""
_MANY_WORDS = 16
"""So many are counted."""
_PIECES_AT_ONCE = 4
"""Pieces of words that are put together in the time of one command."""
_RECURSION_LIMIT = 64
"""Lists and commands within each other, in Debian's GRUB and others since 2025."""

_LONGEST_CHAIN = 10
"""Files within each other that are told with a message."""


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


class Interpreter:
    """One GRUB: its environment, functions, menu, and what was loaded."""

    def __init__(
        self,
        world: World,
        commands: Mapping[str, "Handler"],
        pure: Container[str] = (),
        limits: Limits | None = None,
        memory: Memory | None = None,
    ) -> None:
        """*pure* names the commands that do nothing but read and set variables."""
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
        self.parameters: list[str] | None = None
        self._commands = self._all_commands = commands
        self._pure = pure
        self._memory = memory or Memory()
        self._epoch = next(_epochs)
        self._outer: list[str] | None = None
        self._script: Script | None = None
        self._offset = 0
        self._active_loops = 0
        self._breaks = 0
        self._continue = False
        self._return = False
        self._in_function = False
        self._recursion = 0
        self._left: int | None = None
        self._executing: dict[str, int] = {}

    def fork(self, commands: int) -> "Interpreter":
        """Give a copy whose doings leave no trace here, to see what an entry would do.

        It may run so many *commands*.

        How deep commands are nested is counted anew in it; GRUB's own count would never have come
        down again where it was too deep once, and no entry could be booted at all.
        """
        copied = len(self.environment) + len(self.functions) + len(self.users)
        self.limits.bodies -= _FORK + copied // _COPIED
        copy = self.empty()
        copy.environment = self.environment.fork()
        copy.functions = dict(self.functions)
        copy.shadow = dict(self.shadow)
        copy.blocks = self.blocks
        copy.searched = dict(self.searched)
        copy.users = dict(self.users)
        copy.loops = dict(self.loops)
        copy.absent = dict(self.absent)
        copy.submounts = self.submounts
        copy.bls = self.bls
        copy.has_left = self.has_left
        copy.devicetree = self.devicetree
        kernel = self.loaded and self.loaded.kernel
        if kernel is None or kernel.found is not None:
            copy.loaded = self.loaded
        copy._left = min(commands, self.limits.bodies)
        copy._epoch = self._epoch
        copy._return = self._return
        return copy

    def empty(self) -> "Interpreter":
        """Give one that has not run anything."""
        return Interpreter(self.world, self._commands, self._pure, self.limits, self._memory)

    def open_context(self, *, everything: bool = False) -> None:
        """Begin a context as a menu of its own has it, or one with *everything*."""
        self.count(len(self.environment) // _WORDS)
        shared = everything or self.world.dialect.shares_variables
        self.environment.open_context(everything=shared)

    @property
    def is_body(self) -> bool:
        """Whether this is the fork in which an entry's body runs."""
        return self._left is not None

    def find_command(self, name: str) -> "Handler | None":
        """Give what runs the command *name*."""
        return self._commands.get(name)

    def use_commands(
        self, change: "Callable[[Mapping[str, Handler]], Mapping[str, Handler]]"
    ) -> "Mapping[str, Handler]":
        """Use what *change* makes of the commands from now on; give those there were."""
        self.new_epoch()
        before = self._commands
        self._commands = change(before)
        return before

    def run_block(self, block: Block, call: Call) -> int:
        """Run a block that a command was given."""
        base = call.offset + block.offset
        return self._nested(call.script, lambda: self._run(block.commands, base))

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
            self.count(characters // _CHARACTERS)
            return
        self.limits.text -= characters
        if self.limits.text < 0:
            raise self.stopped("the script makes too much text")

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

    def stopped(self, message: str) -> LimitReached:
        """Give the exception that ends a script at a limit, and note why."""
        self.diagnostics.append(Diagnostic("error", f"stopped here: {message}", self._position))
        return LimitReached()

    # -- running ------------------------------------------------------------------------------

    def run_text(self, source: Source) -> int:
        """Run a file, or a text that a command was given.

        Behind a syntax error a file is read on, but a text is not.
        """
        script = self.parse(source)

        left_over: list[tuple[int, str]] = []

        def run() -> int:
            status = 0
            for unit in script.units:
                commands = unit.functions if isinstance(unit, Fault) else unit
                only_functions = self._define(commands, script) == len(commands)
                status = 0 if only_functions else self._run(commands, 0)
                if isinstance(unit, Fault):
                    self._report(unit, script, left_over)
                    if not source.is_file:
                        break
                if source.is_file:
                    self.pending = 0
                if self.ended_by is not None:
                    break
            return status

        return self._nested(script, run)

    def parse(self, source: Source) -> Script:
        """Parse a text, unless there was too much to parse already."""
        text = source.text
        parts = 1 + sum(map(text.count, PARTS))
        self.count(_PARSE + len(text) // _READ)
        if self._left is None:
            self.limits.syntax -= parts
            left = self.limits.syntax
        else:
            self.limits.body_syntax -= parts
            self.count(parts)
            left = self.limits.body_syntax
        if left < 0:
            raise self.stopped("too much to parse")
        limits = self.limits
        if self._left is None:
            script = parse_script(source, limits.compounds)
            limits.compounds -= script.compounds
        else:
            script = parse_script(source, limits.body_compounds)
            limits.body_compounds -= script.compounds
            self.count(script.compounds * _COMPOUND)
        return script

    def _define(self, commands: Commands, script: Script) -> int:
        """Define the functions among *commands*, as GRUB's parser does; give how many there are."""
        defined = 0
        for offset, command in commands:
            if type(command) is Function:
                defined += 1
                if self._executing.get(command.name):
                    self._offset = offset
                    self.complain("attempt to redefine a function being executed")
                    continue
                self.functions[command.name] = (command, script, offset)
                self.new_epoch()
        return defined

    def new_epoch(self) -> None:
        """Take note that commands may do something else from now on with the same variables."""
        self._epoch = next(_epochs)

    def run_body(
        self,
        commands: Commands,
        text: str,
        script: Script,
        base: int,
        parameters: list[str],
    ) -> int:
        """Run an entry's body with parameters of its own (``$1`` is the title).

        *text* is that of the body, which stands at the offset *base* of *script*. GRUB runs it line
        by line: where a ``return`` left a line, of each later one only the first command is run.
        """
        self.parameters = parameters
        self._in_function = True
        if base:
            self.environment.status = 0  # that of the `setparams` which GRUB puts before a block
        self._define(commands, script)

        def run() -> int:
            rest = _each(commands) if self._return else iter(commands)
            status = self._run(rest, base)
            rest = _each(rest)
            while self._return and self.ended_by is None:
                following = next((one for one in rest if _begins_line(text, one[0])), None)
                if following is None:
                    break
                status = self._run((following,), base)
                if not self._return:  # it called a function, with which all is as before
                    status = self._run(rest, base)
            for unit in script.units if not base else ():
                if isinstance(unit, Fault):  # in a text given by --source, which ends there
                    self._report(unit, script, [])
                    break
            return status

        return self._nested(script, run)

    def _nested(self, script: Script, run: Callable[[], int]) -> int:
        caller, offset, self._script = self._script, self._offset, script
        try:
            return run()
        except RecursionError:
            raise self.stopped("nested too deep") from None
        finally:
            self._script, self._offset = caller, offset

    def _report(self, fault: Fault, script: Script, left_over: list[tuple[int, str]]) -> None:
        """Note a syntax error; *left_over* is what earlier ones of the script left open."""
        from .faults import describe

        self.note(describe(fault, script, left_over))

    def _run(self, commands: Iterable[tuple[int, Command]], base: int) -> int:
        """Run *commands*, whose offsets count from *base* (``grub_script_execute_cmdlist``).

        A list counts as one level of nesting, and each command in it as one more.
        """
        if not commands:
            return 0
        self._recursion += 1
        if self._recursion >= _RECURSION_LIMIT:
            first = next((offset for offset, _ in commands), 0)
            return self._nested_too_deep(base + first)
        status = self._run_each(commands, base)
        self._recursion -= 1
        self.environment.status = status
        return status

    def _run_each(self, commands: Iterable[tuple[int, Command]], base: int) -> int:
        status = 0
        environment, memory = self.environment, self._memory
        for offset, command in commands:
            if self._breaks:
                break
            kind = type(command)
            if kind is Function:  # no command: $? stays
                continue
            levels = 0 if kind is Run else 1  # a run is a part of the list
            self._recursion += levels
            if self._recursion >= _RECURSION_LIMIT:
                status = self._nested_too_deep(base + offset)
            else:
                anew = environment.log is not None or self.pending
                known = None if anew else memory.recall(command)
                if known is None or known.hopeless:
                    status = self._run_anew(command, base + offset)
                else:
                    status = self._run_known(command, base + offset, known)
                self._recursion -= levels
                environment.status = status
            if self._return or self.ended_by is not None:
                break
        return status

    def _nested_too_deep(self, at: int) -> int:
        """Refuse to go deeper. Debian's GRUB never counts down again after that (execute.c)."""
        self._spoil()
        self._offset = at
        self.count()  # everything around it goes on
        if self.limits.messages > 0:
            message = "GRUB: maximum recursion depth exceeded"
            self.note(Diagnostic("error", message, self._position))
        return RECURSION_DEPTH

    def _run_known(self, command: Command, at: int, known: Remembered) -> int:
        """Do what *command* did before, or run it and remember what it does."""
        environment = self.environment
        for effect in known.effects:
            if (
                effect.epoch == self._epoch
                and effect.depth >= self._recursion
                and environment.repeat(effect.log)
            ):
                self.count(effect.commands)
                self.spend(effect.text)
                self.pending = 0
                return effect.status
        if len(known.effects) == VARIANTS:
            known.hopeless = True
            return self._run_anew(command, at)
        log = environment.log = Log()
        self._outer = self.parameters
        before = self._spent, len(self.diagnostics), len(self.output)
        try:
            status = self._run_anew(command, at)
        finally:
            environment.log = None
        (commands, text), *changed = self._spent, len(self.diagnostics), len(self.output)
        if log.spoiled or changed != [*before[1:]] or self._breaks or self._leaving:
            known.hopeless = True
        else:
            commands, text = commands - before[0][0], text - before[0][1]
            known.effects.append(Effect(log, self._epoch, self._recursion, status, commands, text))
        return status

    @property
    def _spent(self) -> tuple[int, int]:
        """How many commands were run and how much text was made, from some number on."""
        left = self.limits.commands if self._left is None else self._left
        return -left, -self.limits.text

    def _spoil(self) -> None:
        """Take note that what is done now depends on more than variables."""
        if self.environment.log is not None:
            self.environment.log.spoiled = True

    @property
    def _leaving(self) -> bool:
        """Whether a function was left or the script ended: nothing behind is run."""
        return self._return or self.ended_by is not None

    def _run_anew(self, command: Command, at: int) -> int:
        if type(command) is SimpleCommand:
            return self._run_simple(command, at)
        return self._run_compound(command, at)

    def _run_compound(self, command: Command, at: int) -> int:
        if isinstance(command, If):
            for condition, body in command.clauses:
                status = self._run(condition, at)
                if self._leaving:
                    return status
                self.pending = 0
                if self.environment.status == 0:
                    return self._run(body, at)
            return self._run(command.otherwise, at)
        if isinstance(command, For):
            return self._run_for(command, at)
        if isinstance(command, Run):
            return self._run_each(command.commands, at)
        assert isinstance(command, While)
        return self._run_while(command, at)

    def _run_for(self, command: For, at: int) -> int:
        self._offset = at
        # Where no word is written nothing is done at all, not even an error forgotten.
        status = 0 if command.words else self.pending
        words = self._expand(command.words)
        self._active_loops += 1
        for word in words:
            if self._continue and self._breaks == 1:
                self._breaks = 0
            if self._breaks:
                continue
            self.set(command.name, word)
            status = self._run(command.body, at)
            if self._leaving:
                break
        self._leave_loop()
        return status

    def _run_while(self, command: While, at: int) -> int:
        self._active_loops += 1
        while True:
            status = self._run(command.condition, at)
            if self._leaving or (status == 0) == command.until:
                break
            status = self._run(command.body, at)
            if self._leaving:
                break
            if self._continue and self._breaks == 1:
                self._breaks = 0
            if self._breaks:
                break
            self.count()
        self._leave_loop()
        return status

    def _leave_loop(self) -> None:
        self._active_loops -= 1
        if self._breaks:
            self._breaks -= 1

    def leave_loops(self, count: int, *, go_on: bool) -> None:
        """Leave *count* loops, or with *go_on* begin the next round of the last of them."""
        self._continue = go_on
        self._breaks = min(count, self._active_loops)

    def require_function(self) -> None:
        """Raise GRUB's error where no function runs (case 83)."""
        if not self._in_function:
            raise GrubError(BAD_ARGUMENT, "not in function body")

    def leave_function(self) -> None:
        """Leave the function that runs."""
        self._return = True

    @property
    def status(self) -> int:
        """The last command's status."""
        return self.environment.status or 0

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

    @property
    def _view(self) -> "View | None":
        """Where paths on btrfs begin, if not at the top."""
        if not self.world.dialect.follows_subvolumes:
            return None
        from .subvolumes import view_of  # SUSE's alone

        return view_of(self.environment, self.submounts)

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

    def run_file(self, place: Place) -> int:
        """Run a configuration file in the current scope (case 101).

        Raises BootpickError where it cannot be read.
        """
        assert place.found is not None
        text = self.world.read(place, CONFIG_LIMIT + 1)
        saved = {name: self.get(name) for name in ("config_file", "config_directory")}
        path = f"({place.device}){place.name}"
        self.environment.set("config_file", path)
        self.environment.set("config_directory", path.rpartition("/")[0])
        text = self._cut(place.found.path, text)
        before = len(self.diagnostics)
        try:
            status = self.run_text(Source(place.found.path, text))
        finally:
            if len(self.diagnostics) > before and (position := self._position) is not None:
                self._note_reader(place.found.path, position, before)
        # Only when it ran to its end: a menu that is shown keeps them.
        for name, value in saved.items():
            if value is not None:
                self.environment.set(name, value)
        return status

    def _note_reader(self, file: str, position: Position, before: int) -> None:
        """Add to the first message about *file* that the command at *position* has read it.

        So too to those about files that *file* has read. They are behind the first *before* ones.
        """
        first = True
        for index in range(before, len(self.diagnostics)):
            diagnostic = self.diagnostics[index]
            chain = diagnostic.included
            place = chain[-1] if chain else diagnostic.position
            if place is None or place.file != file or not (chain or first):
                continue
            first = first and bool(chain)
            if position != place and len(chain) < _LONGEST_CHAIN:
                self.diagnostics[index] = diagnostic._replace(included=(*chain, position))

    def _cut(self, path: str, text: str) -> str:
        """Cut the text of the file at *path* where it goes beyond a limit, and say so."""
        limits = self.limits
        left = limits.syntax if self._left is None else limits.body_syntax
        end, message = CONFIG_LIMIT, f"longer than {CONFIG_LIMIT} bytes: cut here"
        found = sum(text.count(part, 0, end) for part in PARTS)
        if found >= left > 1:
            message = "too many lines and commands: cut here"
            end = nth_part(text, left - 1)
        if len(text) > end:
            text = text[:end]
            position = Source(path, text).position(end)
            self.diagnostics.append(Diagnostic("error", message, position))
        return text

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

    @property
    def script(self) -> Script:
        """The script whose command runs."""
        assert self._script is not None
        return self._script

    @property
    def _position(self) -> Position | None:
        return self._script.position(self._offset) if self._script else None

    def _expand(self, text: str) -> list[str]:
        if len(text) > self.limits.words:
            raise self.stopped("a command is too long")
        words, cost = known_words(text), len(text) // _CHARACTERS
        if words is None:
            words = parse_words(text)
            cost += 1 + words.pieces // _PIECES_AT_ONCE
        if words.constant is not None:
            if len(words.constant) >= _MANY_WORDS:
                cost += len(words.constant) // _WORDS
            if cost:
                self.count(cost)
            return [*words.constant]
        self.count(cost + words.pieces)
        if words.parameters and self.parameters is self._outer:
            self._spoil()
        try:
            expanded, characters = expand_words(
                words,
                self.get,
                self.parameters,
                self._glob,
                self.limits.words,
                keep_hex=self.world.dialect.keeps_hex,
            )
        except TooLong:
            raise self.stopped("the arguments of a command are too long") from None
        if characters >= _CHARACTERS or len(expanded) >= _MANY_WORDS:
            self.count(characters // _CHARACTERS + len(expanded) // _WORDS)
        return expanded

    def _glob(self, pattern: str) -> list[str]:
        self.count(len(pattern) // _WORDS)
        from .wildcard import expand_pattern  # few configurations have a pattern

        root = self.environment.get("root") or ""
        try:
            return expand_pattern(
                pattern,
                self.world,
                root,
                self.loops,
                self._view,
                limit=self.limits.words,
                count=self.count,
            )
        except BootpickError as error:  # a directory that is too large, or too many files
            self.note(Diagnostic("error", error.message, self._position))
            return []

    def _run_simple(self, command: SimpleCommand, at: int) -> int:
        self.count()
        self._offset = at
        text, block = command
        if (
            text.startswith(("echo ", "echo\t"))
            and self.is_body
            and self._commands is self._all_commands
        ):
            return 0  # what an entry prints while it boots is shown to nobody here
        words = self._expand(text)
        if block is not None:
            words.append(block.text)
        elif not words:
            return self.pending
        name = words.pop(0)
        invert = name == "!"
        if invert:
            if not words:
                self.complain("no command is specified")
                self.pending = BAD_ARGUMENT
                return BAD_ARGUMENT
            name = words.pop(0)
        try:
            handler = self._commands.get(name)
            if handler is not None:
                if name not in self._pure:
                    self._spoil()
                status = handler(self, Call(name, words, block, self.script, at))
            elif name in self.functions:
                status = self._call(name, words)
            else:
                self._assign(name)
                return 0  # whatever stands before it
        except GrubError as error:
            self._offset = at
            self.complain(error.message, error.hint)
            if not invert:
                return error.number
            return 0
        except BootpickError as error:  # what it wanted is beyond a limit
            self.note(Diagnostic("error", error.message, self._position))
            return FILE_READ_ERROR
        finally:
            self.pending = 0
        if invert:
            return 0 if status == TEST_FAILURE else TEST_FAILURE if status == 0 else 0
        return status

    def _assign(self, name: str) -> None:
        """Take what is no command for an assignment (case 40)."""
        variable, equals, value = name.partition("=")
        if not equals:
            # What a Fedora of which only /boot is seen is taken for.
            hint = "'blscfg' is a command of Fedora's GRUB: try --dialect fedora"
            self.complain(f"can't find command `{name}'", hint if name == "blscfg" else None)
            return
        try:
            self.set(variable, value)
        except GrubError as error:
            self.complain(error.message)

    def complain(self, message: str, hint: str | None = None) -> None:
        """Note an error message that GRUB prints at the command that runs."""
        if self.limits.messages > 0 and (position := self._position) is not None:
            self.warn(f"GRUB: {message}", position, hint)

    def _call(self, name: str, arguments: list[str]) -> int:
        function, script, base = self.functions[name]
        self.spend(sum(map(len, arguments)))  # parameters are assigned, too
        saved = self.parameters, self._active_loops, self._in_function
        self.parameters, self._active_loops, self._in_function = arguments, 0, True
        self._executing[name] = self._executing.get(name, 0) + 1
        try:
            return self._nested(script, lambda: self._run(function.body, base))
        finally:
            self._executing[name] -= 1
            self.parameters, self._active_loops, self._in_function = saved
            self._return = False


def _each(commands: Iterable[tuple[int, Command]]) -> Iterator[tuple[int, Command]]:
    """Give the commands one by one, also those of runs."""
    for offset, command in commands:
        if isinstance(command, Run):
            yield from ((offset + at, one) for at, one in command.commands)
        else:
            yield offset, command


def _begins_line(text: str, offset: int) -> bool:
    """Tell whether only blanks stand before *offset* on its line."""
    before = offset - 1
    while before >= 0 and text[before] in " \t":
        before -= 1
    return before < 0 or text[before] == "\n"
