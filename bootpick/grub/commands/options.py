"""GRUB's own option parser (lib/arg.c), which differs from getopt in what it takes as a value."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..errors import BAD_ARGUMENT, GrubError
from ..numbers import is_unsigned


class Option(NamedTuple):
    """One option of a command."""

    name: str = ""
    short: str = ""
    value: str = "none"
    """``none``, ``required`` or ``optional``."""
    doc: str = ""
    """As GRUB's help has it."""
    shown: str = ""
    """What the help calls the value."""
    integer: bool = False


class Parsed(NamedTuple):
    """What a command line came to."""

    given: Mapping[str, list[str | None]]
    """By long name (short, where there is none), the values in order."""
    words: list[str]

    def last(self, name: str) -> str | None:
        """Give the last value of an option."""
        values = self.given.get(name)
        return values[-1] if values else None


class HelpAsked(GrubError):
    """``--help`` or ``--usage`` stood among the arguments: the command does not run."""

    def __init__(self, name: str) -> None:
        super().__init__(0, f"--{name} prints a help text")
        self.full = name == "help"


_HELP = (
    Option("help", "h", doc="Display this help and exit."),
    Option("usage", "u", doc="Display the usage of this command and exit."),
)


class OptionTable:
    """The options of a command, by their names."""

    __slots__ = ("long", "options", "short", "valued")

    def __init__(self, *options: Option) -> None:
        self.options = options
        known = (*options, *_HELP)[::-1]  # of two with one name the first counts
        self.long = {option.name: option for option in known if option.name}
        self.short = {option.short: option for option in known if option.short}
        self.valued = {
            f"--{option.name}": option.name
            for option in self.long.values()
            if option.value != "none" and not option.integer
        }
        """The arguments that take any next word which does not begin with ``-``."""


def parse_options(
    arguments: Sequence[str],
    options: OptionTable,
    *,
    dashes: bool = False,
    at_start: bool = False,
) -> Parsed:
    """Split *arguments* into options and words as ``grub_arg_parse`` does.

    With *dashes* (``GRUB_COMMAND_ACCEPT_DASH``), what is no option is a word; with *at_start*
    (``GRUB_COMMAND_OPTIONS_AT_START``), everything behind the first word is one.
    Raises HelpAsked where the help is asked for before there is an error.
    """
    given: dict[str, list[str | None]] = {}
    words: list[str] = []
    if at_start and arguments and arguments[0][:1] != "-":
        return Parsed(given, list(arguments))
    at, end, valued = 0, len(arguments), options.valued
    while at < end:
        argument = arguments[at]
        at += 1
        if argument[:1] != "-" or argument == "-" or (words and at_start):
            words.append(argument)
            continue
        following = arguments[at] if at < end else None
        name = valued.get(argument)
        if name is not None and following is not None and following[:1] != "-":
            # What a menu entry consists of, without the rest that may be asked of an option.
            given.setdefault(name, []).append(following)
            at += 1
        elif argument == "--":
            words += arguments[at:]
            break
        else:
            read = _read_long if argument.startswith("--") else _read_short
            found = read(argument, following, options)
            if dashes and None in found[0]:
                words.append(argument)
                continue
            at += _keep(argument, found, following, given)
    return Parsed(given, words)


_Found = tuple[Sequence[Option | None], str | None, bool]
"""The options in one argument, the value of the last of them, whether that is the next word."""


def _read_long(argument: str, following: str | None, options: OptionTable) -> _Found:
    """Read ``--name``; one that can have a value takes the next word unless that begins with -."""
    name, equals, value = argument[2:].partition("=")
    option = options.long.get(name)
    takes = option is not None and option.value != "none" and not equals
    if takes and following is not None and following[:1] != "-":
        return (option,), following, True
    return (option,), value if equals else None, False


def _read_short(argument: str, following: str | None, options: OptionTable) -> _Found:
    """Read ``-abc``; a value that is required is the next word, whatever that is."""
    found = [options.short.get(letter) for letter in argument[1:]]
    last = found[-1]
    if last is None or last.value == "none" or following is None:
        return found, None, False
    is_option = len(following) > 1 and following[0] == "-"
    takes = last.value == "required" or not is_option
    return found, following if takes else None, takes


def _keep(
    argument: str, found: _Found, following: str | None, given: dict[str, list[str | None]]
) -> int:
    """Enter what an argument gives, or raise GRUB's error; tell how many more words it took."""
    chosen, value, took = found
    for number, option in enumerate(chosen):
        if option is None:
            unknown = argument if argument.startswith("--") else f"-{argument[number + 1]}"
            raise GrubError(BAD_ARGUMENT, f"unknown argument `{unknown}'")
        is_last = number == len(chosen) - 1
        own = value if is_last else None
        if option.value == "required" and own is None:
            raise GrubError(BAD_ARGUMENT, f"missing mandatory option for `{option.name}'")
        if option.value == "none" and own is not None:
            raise GrubError(
                BAD_ARGUMENT,
                f"a value was assigned to the argument `{argument}' "
                "while it doesn't require an argument",
            )
        if own is not None and option.integer and not is_unsigned(own):
            raise GrubError(BAD_ARGUMENT, f"the argument `{argument}' requires an integer")
        if option is _HELP[0] or option is _HELP[1]:
            raise HelpAsked(option.name)
        given.setdefault(option.name or option.short, []).append(own)
    return 1 if took else 0


def format_help(options: Sequence[Option]) -> Iterator[str]:
    """Give the lines that GRUB's help has for *options*, those for help itself behind them."""
    used = {option.short for option in options}
    for option in (*options, *_HELP):
        is_own = option in _HELP
        if option.short.isprintable() and option.short and not (is_own and option.short in used):
            start = f"-{option.short}{',' if option.name else ' '} "
        else:
            start = "    "
        name = f"--{option.name}" if option.name else ""
        if option.shown and name:
            name += f"={option.shown}"
        spaces = 20 - len(name)
        yield f"{start}{name}{' ' * (spaces if spaces > 0 else 3)}{option.doc}\n"
