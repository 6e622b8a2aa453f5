"""Texts and files that a GRUB runs, unit by unit (script/main.c)."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from itertools import count

from ..diagnostics import Diagnostic
from ..source import Position, Source
from .limits import Limits
from .parser import count_parts, nth_part, parse_script
from .state import State
from .syntax import Command, Commands, Fault, Function, Run, Script
from .world import CONFIG_LIMIT, Place, World

_epochs = count()
_PARSE, _COMPOUND = 4, 10
"""How many commands a text to be parsed counts as, however short it is, and a compound command in
it."""
_READ = 256
"""Characters of a text to be parsed that count as one more command."""
_LONGEST_CHAIN = 10
"""Files within each other that are told with a message."""


class Scripts(State, ABC):
    """A GRUB that reads scripts; what their commands do is for who runs them."""

    def __init__(self, world: World, limits: Limits | None = None) -> None:
        """Begin with nothing, on a machine that looks like *world*."""
        super().__init__(world, limits)
        self.parameters: list[str] | None = None
        self._epoch = next(_epochs)
        self._return = False
        self._in_function = False
        self._executing: dict[str, int] = {}
        """How often each function is being executed."""

    @abstractmethod
    def _run(self, commands: Iterable[tuple[int, Command]], base: int) -> int:
        """Run *commands*, whose offsets count from *base*; give the last status."""

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
        else:  # no block defines any
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

    def parse(self, source: Source) -> Script:
        """Parse a text, unless there was too much to parse already."""
        text = source.text
        parts = 1 + count_parts(text)
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
        if len(text) >= left > 1 and count_parts(text[:end]) >= left:
            message = "too many lines and commands: cut here"
            end = nth_part(text, left - 1)
        if len(text) > end:
            text = text[:end]
            position = Source(path, text).position(end)
            self.diagnostics.append(Diagnostic("error", message, position))
        return text

    def new_epoch(self) -> None:
        """Take note that commands may do something else from now on with the same variables."""
        self._epoch = next(_epochs)


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
