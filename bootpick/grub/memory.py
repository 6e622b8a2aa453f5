"""What commands did, so that they need not be run again to do the same.

A configuration runs the same dozen commands for every kernel: it loads modules, asks for the
platform, searches a disk. What such a command does depends on some variables and sets some others;
as long as the former are the same, so is what it does.
"""

from typing import NamedTuple

from .environment import Log
from .syntax import Command

VARIANTS = 4
"""Effects that are remembered of one command."""


class Effect(NamedTuple):
    """What a command did at one time."""

    log: Log
    """The variables that it depended on, and those that it set."""
    epoch: int
    """It depended on the functions and devices of this time."""
    depth: int
    """How deep it was nested; deeper, GRUB might refuse to run it."""
    status: int
    commands: int
    """How many commands it was."""
    text: int
    """How many characters it made."""


class Remembered:
    """A command that was run before."""

    __slots__ = ("command", "effects", "hopeless")

    def __init__(self, command: Command) -> None:
        self.command = command  # also so that its identity stays its own
        self.effects: list[Effect] = []
        self.hopeless = False
        """It does what variables cannot tell, or something else every time."""


class Memory:
    """The effects of commands, by command."""

    def __init__(self) -> None:
        self._known: dict[int, Command | Remembered] = {}

    def effects(self, command: Command) -> list[Effect]:
        """Give what *command* is known to do."""
        known = self._known.get(id(command))
        return known.effects if isinstance(known, Remembered) else []

    def recall(self, command: Command) -> Remembered | None:
        """Give what is known of *command*; nothing where it is run for the first time."""
        key = id(command)
        known = self._known.get(key)
        if known is None:
            # Most are run only once; it takes a second time to be worth remembering.
            self._known[key] = command
            return None
        if known is command:
            known = self._known[key] = Remembered(command)
        assert isinstance(known, Remembered)
        return known
