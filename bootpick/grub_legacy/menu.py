"""The menu that a ``menu.lst`` makes: its entries, and what stands before the first of them.

After the reading of the configuration file in stage2.c of GRUB 0.97 (``cmain``).
"""

from collections.abc import Iterator
from typing import NamedTuple

from ..diagnostics import Diagnostic
from ..passwords import Lock
from ..source import Position
from .commands import ANYWHERE, KNOWN, MENU_ONLY, hint_for, is_grub4dos
from .parser import LINE_LIMIT, parse_number, parse_numbers
from .passwords import menu_lock
from .syntax import Command, Script

_MESSAGES = 50
"""About one file."""
_FALLBACKS = 8
"""GRUB's own limit (``MAX_FALLBACK_ENTRIES``)."""


class Section(NamedTuple):
    """A ``title`` with the commands below it."""

    title: str
    position: Position
    commands: tuple[Command, ...]


class LegacyMenu(NamedTuple):
    """A whole file."""

    script: Script
    sections: tuple[Section, ...]
    default: int | None = 0
    """``None`` for ``saved``."""
    default_position: Position | None = None
    timeout: int | None = None
    """Seconds; ``None`` waits for ever."""
    is_hidden: bool = False
    fallback: tuple[int, ...] = ()
    lock: Lock | None = None
    """What makes one privileged: to edit, and to boot what has ``lock``."""
    dialect_position: Position | None = None
    """Of the first command that only grub4dos has."""
    diagnostics: tuple[Diagnostic, ...] = ()


class Choice(NamedTuple):
    """What boots when nobody touches a key."""

    number: int | None
    """``None`` where there are no entries."""
    source: str
    """What led to it, in words."""
    fallback: tuple[int, ...] = ()
    """What is tried in turn when that does not boot."""
    diagnostics: tuple[Diagnostic, ...] = ()


def read_script(script: Script) -> LegacyMenu:
    """Give the menu of *script*.

    A wrong line costs a message, and what GRUB would have of it. A title without a command below it
    is no entry: GRUB puts the next one in its place.
    """
    return _Reader(script).read()


class _Reader:
    def __init__(self, script: Script) -> None:
        self._script = script
        self._diagnostics: list[Diagnostic] = []
        self._menu = LegacyMenu(script, ())

    def read(self) -> LegacyMenu:
        """Give the whole menu."""
        sections: list[Section] = []
        titles = [one.offset for one in self._script.commands if one.name == "title"]
        last = titles[-1] if titles else None
        for title, commands in self._split():
            if title is None:
                for command in commands:
                    self._run(command)
            elif not commands and not (self._script.is_cut and title.offset == last):
                message = "no command below this title: GRUB shows no entry for it"
                self._note("warning", message, title)
            else:
                name = title.arguments.rstrip()
                position = self._script.position(title)
                sections.append(Section(name, position, tuple(commands)))
        return self._menu._replace(sections=tuple(sections), diagnostics=tuple(self._diagnostics))

    def _note(self, severity: str, message: str, command: Command, hint: str | None = None) -> None:
        if len(self._diagnostics) == _MESSAGES:
            message, hint = "there are more mistakes like these behind this one", None
        if len(self._diagnostics) <= _MESSAGES:
            position = self._script.position(command)
            self._diagnostics.append(Diagnostic(severity, message, position, hint))

    def _split(self) -> Iterator[tuple[Command | None, list[Command]]]:
        """Give the titles and the commands below each; before the first there is no title."""
        title: Command | None = None
        below: list[Command] = []
        for command in self._script.commands:
            if command.is_cut:
                message = f"GRUB reads {LINE_LIMIT} bytes of a line, and loses the rest of this one"
                self._note("warning", message, command)
            if is_grub4dos(command.name, command.arguments):
                if self._menu.dialect_position is None:
                    where = self._script.position(command)
                    self._menu = self._menu._replace(dialect_position=where)
                if command.name == "iftitle":
                    yield title, below
                    title, below = self._title_with_condition(command), []
                if command.name not in KNOWN:
                    continue
            if command.name not in KNOWN:
                message = f"GRUB Legacy does not know '{command.name[:40]}': the line is ignored"
                self._note("warning", message, command, hint_for(command.name))
            elif command.name == "title":
                yield title, below
                title, below = command, []
            else:
                below.append(command)
        yield title, below

    def _title_with_condition(self, command: Command) -> Command:
        """Give what grub4dos has as ``iftitle [command] title`` as the title that it may become."""
        self._note("note", "grub4dos shows this entry only on a condition", command)
        condition, closed, title = command.arguments.partition("]")
        return command._replace(arguments=title.strip(" ") if closed else condition)

    def _run(self, command: Command) -> None:
        """Do what a command before the first title does."""
        value = command.arguments
        number = parse_number(value)
        match command.name:
            case "default" if value == "saved":
                where = self._script.position(command)
                self._menu = self._menu._replace(default=None, default_position=where)
            case "default" if number is not None:
                where = self._script.position(command)
                self._menu = self._menu._replace(default=number, default_position=where)
            case "timeout" if number is not None:
                self._menu = self._menu._replace(timeout=number)
            case "default" | "timeout":
                message = f"'{value[:40]}' is no number: the line is ignored"
                hint = "to wait for ever, leave it out" if command.name == "timeout" else None
                self._note("warning", message, command, hint)
            case "fallback":
                found, rest = parse_numbers(value)
                if rest.strip() or not found:
                    message = f"'{rest[:40]}' is no number: it is ignored"
                    self._note("warning", message, command)
                fallback = tuple(dict.fromkeys(found))[:_FALLBACKS]
                self._menu = self._menu._replace(fallback=fallback)
            case "hiddenmenu":
                self._menu = self._menu._replace(is_hidden=True)
            case "password":
                self._menu = self._menu._replace(lock=menu_lock(value))
            case name if name not in MENU_ONLY | ANYWHERE:
                message = f"'{name}' stands before the first title: GRUB ignores it"
                self._note("warning", message, command)


def choose(menu: LegacyMenu, saved: int | None, saved_in: str) -> Choice:
    """Give the entry of *menu* that boots by itself.

    *saved* is what the file *saved_in* names. Numbers in ``fallback`` that no entry has do not
    count. A default that no entry has is the first of the others, or 0 where there is none.
    """
    count = len(menu.sections)
    if not count:
        return Choice(None, "there is no entry")
    fallback = tuple([number for number in menu.fallback if number < count])
    wanted, where = menu.default, menu.default_position
    source = "it is the first" if where is None else f"{where.file}:{where.line}"
    remarks: list[Diagnostic] = []
    if wanted is None:
        wanted = saved or 0
        source = f"{source}, saved in {saved_in}"
        if saved is None:
            message = f"no entry is saved in {saved_in}: GRUB takes the first"
            remarks.append(Diagnostic("note", message, where))
    if wanted >= count:
        taken, why = 0, "the first"
        if fallback:
            (taken, *rest), why = fallback, "the first of 'fallback'"
            fallback = tuple(rest)
        message = f"there is no entry {wanted}, so GRUB boots {why}, '{menu.sections[taken].title}'"
        hint = f"entries count from 0, so the last is {count - 1}"
        remarks.append(Diagnostic("warning", message, where, hint))
        wanted = taken
    return Choice(wanted, source, fallback, tuple(remarks))
