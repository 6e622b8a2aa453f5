"""What stands in a ``menu.lst``: commands and their arguments."""

from typing import NamedTuple

from ..source import Position, Source


class Command(NamedTuple):
    """One line."""

    name: str
    arguments: str
    """The rest of the line, with one blank for each tab and for each line end behind a ``\\``."""
    offset: int
    """Of the name, in the file."""
    at: int
    """Of the arguments."""
    is_cut: bool = False
    """The line is longer than GRUB reads."""


class Script(NamedTuple):
    """A whole file."""

    source: Source
    commands: tuple[Command, ...]
    is_cut: bool = False
    """There was more of the file than is read."""

    def position(self, command: Command) -> Position:
        """Give the place of *command*."""
        return self.source.position(command.offset)


class Device(NamedTuple):
    """A device such as ``(hd0,0)``."""

    disk: str
    """``hd0``, ``fd0``, ``cd``, ``nd``."""
    partition: int | None = None
    """It counts from 0."""
    slice: str = ""
    """The letter of a BSD partition in it."""

    def __str__(self) -> str:
        """Give it as it is written."""
        parts = [self.disk, *([] if self.partition is None else [str(self.partition)])]
        return f"({','.join([*parts, *filter(None, [self.slice])])})"


class KernelArguments(NamedTuple):
    """The arguments of ``kernel``."""

    options: tuple[str, ...]
    file: str
    """Empty where there is none."""
    start: int
    """Where the file's name begins in the arguments."""
    rest: str
