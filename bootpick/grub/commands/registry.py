"""All commands that a script can call."""

from collections.abc import Callable
from typing import NamedTuple

from ..interpreter import Handler


class CommandInfo(NamedTuple):
    """One command: what it does here, and what it does it with."""

    name: str
    summary: str
    run: Handler
    pure: bool
    """It does nothing but read and set variables, and look at files and devices."""


REGISTRY: dict[str, CommandInfo] = {}


def command(*names: str, summary: str, pure: bool = False) -> Callable[[Handler], Handler]:
    """Enter a function as the command *names*; *summary* says in one sentence what it does."""

    def enter(run: Handler) -> Handler:
        for name in names:
            REGISTRY[name] = CommandInfo(name, summary, run, pure)
        return run

    return enter
