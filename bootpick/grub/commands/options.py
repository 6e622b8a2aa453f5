"""GRUB's own option parser (lib/arg.c), which differs from getopt in what it takes as a value."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..errors import BAD_ARGUMENT, GrubError


class Option(NamedTuple):
    """One option of a command."""

    name: str
    short: str = ""
    value: str = "none"
    """``none``, ``required`` or ``optional``."""


class Parsed(NamedTuple):
    """What a command line came to."""

    given: Mapping[str, list[str | None]]
    """By long name, the values in order."""
    words: list[str]

    def last(self, name: str) -> str | None:
        """Give the last value of an option."""
        values = self.given.get(name)
        return values[-1] if values else None


def parse_options(
    arguments: Sequence[str], options: Sequence[Option], *, dashes: bool = False
) -> Parsed:
    """Split *arguments* into options and words as ``grub_arg_parse`` does.

    An option with a value takes the next word if none is attached, even an optional one, unless
    that word begins with ``-`` (case 111). With *dashes*, what is no option is a word.
    """
    by_long = {option.name: option for option in options}
    by_short = {option.short: option for option in options if option.short}
    given: dict[str, list[str | None]] = {}
    words: list[str] = []
    rest = deque(arguments)
    while rest:
        argument = rest.popleft()
        if argument == "--":
            words += rest
            break
        if not argument.startswith("-") or argument == "-":
            words.append(argument)
            continue
        value: str | None = None
        if argument.startswith("--"):
            name, equals, text = argument[2:].partition("=")
            option = by_long.get(name)
            value = text if equals else None
            chosen = [option]
        else:
            chosen = [by_short.get(letter) for letter in argument[1:]]
            equals = ""
        if dashes and None in chosen and argument not in ("-u", "--help", "--usage"):
            words.append(argument)
            continue
        for option in chosen:
            if option is None:
                raise GrubError(BAD_ARGUMENT, f"unknown argument `{argument}'")
            if option.value == "none":
                if equals:
                    raise GrubError(
                        BAD_ARGUMENT,
                        f"a value was assigned to the argument `{option.name}' "
                        "while it doesn't require an argument",
                    )
            elif value is None and rest and not rest[0].startswith("-"):
                value = rest.popleft()
            elif value is None and option.value == "required":
                raise GrubError(BAD_ARGUMENT, f"missing mandatory option for `{option.name}'")
            given.setdefault(option.name, []).append(value)
    return Parsed(given, words)
