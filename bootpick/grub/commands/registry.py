"""All commands that a script can call."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ..interpreter import Call, Handler, Interpreter
from .options import HelpAsked, Option, Parsed, format_help, parse_options

DIALECTS = ("upstream", "fedora", "suse")
"""Whose GRUB: 2.06 as it was released (and as Debian has it), Fedora's, SUSE's."""


class CommandInfo(NamedTuple):
    """One command: what it does here, and what GRUB would have it do."""

    name: str
    family: str
    """The module that holds it."""
    summary: str
    """What it does here, in one sentence."""
    status: str
    """``$?`` behind it, in GRUB and here."""
    dialects: tuple[str, ...]
    """The GRUBs that have it; in the others it is a command that cannot be found."""
    run: Handler


OptionHandler = Callable[[Interpreter, Call, Parsed], int]

REGISTRY: list[CommandInfo] = []
PURE: set[str] = set()
"""Commands that do nothing but set variables, by what others and the machine's files are."""


def command(
    *names: str,
    summary: str,
    status: str = "0",
    dialects: tuple[str, ...] = DIALECTS,
    pure: bool = False,
) -> Callable[[Handler], Handler]:
    """Enter a function as the command *names*."""

    def enter(run: Handler) -> Handler:
        family = run.__module__.rpartition(".")[2]
        REGISTRY.extend(CommandInfo(name, family, summary, status, dialects, run) for name in names)
        if pure:
            PURE.update(names)
        return run

    return enter


def command_with_options(
    *names: str,
    summary: str,
    options: Sequence[Option],
    usage: str,
    purpose: str,
    status: str = "0",
    dialects: tuple[str, ...] = DIALECTS,
    dashes: bool = False,
    at_start: bool = False,
    pure: bool = False,
    other_options: Mapping[str, Sequence[Option]] | None = None,
) -> Callable[[OptionHandler], OptionHandler]:
    """Enter a function as a command whose options GRUB parses before it runs.

    *other_options* are those of a dialect that has not the same, by its name.
    *usage* and *purpose* are GRUB's own words, printed for ``--usage`` and ``--help``; the command
    does not run then, and its status is 0. For the rest see :func:`parse_options`.
    """

    def enter(run: OptionHandler) -> OptionHandler:
        def parse_and_run(shell: Interpreter, call: Call) -> int:
            own = options
            if other_options is not None:
                own = other_options.get(shell.world.dialect.name, options)
            try:
                parsed = parse_options(call.arguments, own, dashes=dashes, at_start=at_start)
            except HelpAsked as asked:
                shell.print(f"Usage: {call.name} {usage}\n")
                if asked.full:
                    shell.print("".join((purpose, "\n\n", *format_help(own))))
                return 0
            return run(shell, call, parsed)

        parse_and_run.__module__ = run.__module__
        enter_plain = command(*names, summary=summary, status=status, dialects=dialects, pure=pure)
        enter_plain(parse_and_run)
        return run

    return enter


def commands_of(dialect: str) -> dict[str, Handler]:
    """Give the commands that the GRUB of *dialect* has."""
    return {info.name: info.run for info in REGISTRY if dialect in info.dialects}
