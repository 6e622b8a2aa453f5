"""Runs a GRUB script (script/execute.c) and keeps what it leaves behind."""

from collections.abc import Callable, Container, Iterable, Mapping

from ..diagnostics import Diagnostic
from ..errors import BootpickError
from .environment import Log
from .errors import BAD_ARGUMENT, FILE_READ_ERROR, RECURSION_DEPTH, TEST_FAILURE, GrubError
from .expansion import TooLong, expand_words
from .limits import Limits
from .memory import VARIANTS, Effect, Memory, Remembered
from .parser import known_words, parse_words
from .scripts import Scripts
from .state import CHARACTERS, WORDS, Call
from .syntax import Block, Command, For, Function, If, Run, SimpleCommand, While
from .world import World


class MenuShown(Exception):
    """A menu is on the screen: what stands behind the command is not reached."""

    def __init__(self, shown: "Interpreter") -> None:
        super().__init__()
        self.shown = shown


Handler = Callable[["Interpreter", Call], int]

ECHO = ("echo ", "echo\t")
"""How a command begins that does nothing but print."""
_FORK, _COPIED = 10, 24
"""How many commands a fork counts as, and how many variables and functions as one more."""
_MANY_WORDS = 16
"""So many words of a command are counted."""
_PIECES_AT_ONCE = 4
"""Pieces of words that are put together in the time of one command."""
_OWN = frozenset(("chosen", "default"))
"""Variables that an entry's body has values of its own of."""
_RECURSION_LIMIT = 64
"""Lists and commands within each other, in Debian's GRUB and others since 2025."""


class Interpreter(Scripts):
    """One GRUB that runs scripts."""

    def __init__(
        self,
        world: World,
        commands: Mapping[str, "Handler"],
        pure: Container[str] = (),
        limits: Limits | None = None,
        memory: Memory | None = None,
    ) -> None:
        """*pure* names the commands that do nothing but read and set variables."""
        super().__init__(world, limits)
        self._commands = self._all_commands = commands
        self._pure = pure
        self._memory = memory or Memory()
        self._outer: list[str] | None = None
        self._active_loops = 0
        self._breaks = 0
        self._continue = False
        self._recursion = 0

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

    def foresee(self, command: Command) -> Effect | None:
        """Give what *command* would do first in an entry's body, as far as that is known.

        Nothing that depends on the entry is known in this way.
        """
        if self._commands is not self._all_commands or self._return:
            return None
        for effect in self._memory.effects(command):
            if (
                effect.epoch == self._epoch
                and _OWN.isdisjoint(effect.log.reads)
                and self.environment.is_as_in(effect.log)
            ):
                return effect
        return None

    def empty(self) -> "Interpreter":
        """Give one that has not run anything."""
        made = Interpreter(self.world, self._commands, self._pure, self.limits, self._memory)
        made._all_commands = self._all_commands
        return made

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
                if type(command) is SimpleCommand and (command.is_still or command.block):
                    # Seldom there again, and sooner run than remembered.
                    status = self._run_simple(command, base + offset)
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

    def _expand(self, text: str) -> list[str]:
        if len(text) > self.limits.words:
            raise self.stopped("a command is too long")
        words, cost = known_words(text), len(text) // CHARACTERS
        if words is None:
            words = parse_words(text)
            cost += 1 + words.pieces // _PIECES_AT_ONCE
        if words.constant is not None:
            if len(words.constant) >= _MANY_WORDS:
                cost += len(words.constant) // WORDS
            if cost:
                self.count(cost)
            return [*words.constant]
        if len(text) >= CHARACTERS:
            cost += text.count("$") + text.count('"') + text.count("\\")
        self.count(cost)
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
        if characters >= CHARACTERS or len(expanded) >= _MANY_WORDS:
            self.count(characters // CHARACTERS + len(expanded) // WORDS)
        return expanded

    def _glob(self, pattern: str) -> list[str]:
        self.count(len(pattern) // WORDS)
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
        text, block, is_still = command
        self._offset = at
        if (
            text.startswith(ECHO)
            and self._left is not None
            and self._commands is self._all_commands
        ):
            self.count()
            return 0  # what an entry prints while it boots is shown to nobody here
        if is_still and "'" not in text:
            self.count(2 + len(text) // CHARACTERS)
            words = text.split()
        else:
            self.count()
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
