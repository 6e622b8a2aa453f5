"""Commands that print and change text."""

from ..errors import BAD_ARGUMENT, FILE_NOT_FOUND, OUT_OF_RANGE, TEST_FAILURE, GrubError
from ..interpreter import Interpreter
from ..numbers import NotANumber, TooLarge, parse_signed
from ..state import Call
from .arguments import as_bytes, as_text, number_error, set_plainly
from .options import Option, Parsed
from .paths import open_file, read_pieces
from .registry import command, command_with_options


@command("gettext", summary="Prints its word; a translation is not looked for.", status="0, or 18")
def run_gettext(shell: Interpreter, call: Call) -> int:
    """GRUB translates where ``$lang`` and a catalogue are there (gettext/gettext.c)."""
    if len(call.arguments) != 1:
        raise GrubError(BAD_ARGUMENT, "one argument expected")
    shell.print(call.arguments[0] + "\n")
    return 0


_LOWER = "abcdefghijklmnopqrstuvwxyz"
_COMPILING = 8
"""A regular expression takes as long as so many commands, and longer where it is long."""


@command_with_options(
    "tr",
    summary="Replaces characters, and prints the text or puts it into a variable.",
    status="0, or 18 where a set is missing or the two are of different length",
    options=(
        Option("set", "s", "required", "Set a variable to return value.", "VARNAME"),
        Option("upcase", "U", doc="Translate to upper case."),
        Option("downcase", "D", doc="Translate to lower case."),
    ),
    usage="[OPTIONS] [SET1] [SET2] [STRING]",
    purpose="Translate SET1 characters to SET2 in STRING.",
)
def run_tr(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Bytes are replaced (commands/tr.c); a set begins with the letters of -U or -D."""
    variable = parsed.last("set")
    text = None if variable is None else shell.get(variable)
    sets: list[str | None] = [None, None]
    if "upcase" in parsed.given:
        sets = [_LOWER, _LOWER.upper()]
    if "downcase" in parsed.given:
        sets = [_LOWER.upper(), _LOWER]
    words = parsed.words
    if len(words) > 3:
        raise GrubError(BAD_ARGUMENT, "too many parameters")
    if len(words) in (1, 3):
        text = words[-1]
    if len(words) > 1:
        sets = [words[0], words[1]]
    if sets[0] is None or sets[1] is None or text is None:
        raise GrubError(BAD_ARGUMENT, "missing parameters")
    before, after = as_bytes(sets[0]), as_bytes(sets[1])
    if len(before) != len(after):
        raise GrubError(BAD_ARGUMENT, "set sizes did not match")
    # The first of two equal characters counts.
    table = bytes.maketrans(before[::-1], after[::-1])
    result = as_text(as_bytes(text).translate(table))
    if variable is None:
        shell.print(result + "\n")
    else:
        set_plainly(shell, variable, result)
    return 0


@command_with_options(
    "regexp",
    summary="Looks for a regular expression in a text, and sets variables to what it found.",
    status="0 where it matches, 1 where not or where it is no regular expression, or 18",
    options=(
        Option(
            "set",
            "s",
            "required",
            "Store matched component NUMBER in VARNAME.",
            "[NUMBER:]VARNAME",
        ),
    ),
    usage="REGEXP STRING",
    purpose="Test if REGEXP matches STRING.",
)
def run_regexp(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Cases 109 and 110 (commands/regexp.c)."""
    from ..regexp import TooCostly, search

    if len(parsed.words) != 2:
        raise GrubError(BAD_ARGUMENT, "two arguments expected")
    pattern, text = map(as_bytes, parsed.words)
    shell.count(_COMPILING + len(pattern) // 2)
    try:
        groups = search(shell.world.matcher, shell.limits, pattern, text)
    except TooCostly as reason:
        raise shell.stopped(str(reason)) from None
    if groups is None:
        return TEST_FAILURE
    for given in parsed.given.get("set", ()):
        assert given is not None
        number, variable = _component(shell, given)
        start, end = groups[number] if number < len(groups) else (-1, -1)
        if start < 0:
            shell.environment.unset(variable)
        else:
            set_plainly(shell, variable, as_text(text[start:end]))
    return 0


def _component(shell: Interpreter, given: str) -> tuple[int, str]:
    """Read ``[NUMBER:]VARNAME``."""
    number, colon, variable = given.partition(":")
    if not colon:
        return 1, given
    if not number:
        # GRUB complains and goes on with 0.
        shell.complain("unrecognized number")
        return 0, variable
    digits = number.lstrip(" \t\n\r")
    if not (digits.isascii() and digits.isdigit()) or int(digits[:25]) >= 1 << 64:
        raise GrubError(BAD_ARGUMENT, f"invalid variable name format {given}")
    return int(digits[:25]), variable


@command(
    "read",
    summary="Sets its variable to nothing, with a warning: nobody is there to type a line.",
)
def run_read(shell: Interpreter, call: Call) -> int:
    """What depends on the answer is evaluated as if only Return had been pressed."""
    shell.warn("'read' waits for a line to be typed: taken for an empty one", call.position)
    if call.arguments:
        set_plainly(shell, call.arguments[0], "")
    return 0


@command(
    "increment",
    "decrement",
    summary="Adds one to a variable, or takes one away.",
    status="0; 5 without the variable, 10 or 11 where it is no number, or 18",
    dialects=("fedora",),
)
def run_increment(shell: Interpreter, call: Call) -> int:
    """Fedora's commands/increment.c: what follows the number is dropped."""
    if not call.arguments:
        raise GrubError(BAD_ARGUMENT, "no variable specified")
    if len(call.arguments) > 1:
        raise GrubError(BAD_ARGUMENT, "too many arguments")
    name = call.arguments[0]
    old = shell.get(name)
    if old is None:
        raise GrubError(FILE_NOT_FOUND, f'No such variable "{name}"')
    try:
        value = parse_signed(old)
    except (NotANumber, TooLarge) as error:
        raise number_error(error) from error
    step = 1 if call.name == "increment" else -1
    set_plainly(shell, name, str(value + step))
    return 0


@command(
    "read_file",
    summary="Sets variables to the lines of a file.",
    status="0, 11 where it has too few, 18 without a file and a variable, or the file's error",
    dialects=("suse",),
)
def run_read_file(shell: Interpreter, call: Call) -> int:
    """SUSE's ``grub2-commands-introduce-read_file-subcommand.patch``."""
    if len(call.arguments) < 2:
        what = "variable" if call.arguments else "file"
        raise GrubError(BAD_ARGUMENT, f"{what} name expected")
    path, *names = call.arguments
    place = open_file(shell, call, path)
    text = as_text(b"".join(read_pieces(shell, call, place)))
    lines = text.replace("\r", "").removesuffix("\n").split("\n") if text else []
    for name, line in zip(names, lines, strict=False):
        set_plainly(shell, name, line)
    return 0 if len(names) <= len(lines) else OUT_OF_RANGE


@command(
    "version",
    summary="Prints GRUB's version and platform, but not its package and compiler.",
    status="0, or 18 with a word",
    dialects=("fedora",),
)
def run_version(shell: Interpreter, call: Call) -> int:
    """Fedora's commands/version.c."""
    if call.arguments:
        raise GrubError(BAD_ARGUMENT, "no arguments expected")
    cpu = {"pc": "i386"}.get(shell.world.platform, shell.world.cpu)
    shell.print(f"GRUB version 2.12\nPlatform {cpu}-{shell.world.platform}\n")
    return 0
