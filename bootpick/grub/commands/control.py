"""Commands that steer the script, and those that only have a status."""

from ...source import Source
from ..errors import (
    BAD_ARGUMENT,
    INVALID_COMMAND,
    TEST_FAILURE,
    GrubError,
)
from ..interpreter import Interpreter
from ..numbers import to_int
from ..state import Call
from .arguments import as_bytes, as_text, parse_count
from .options import Option, Parsed
from .registry import command, command_with_options

_COUNT = "0; 10 for what is no number, 11 for one too large, 18 for 0 or a number with a tail"


@command("true", summary="Succeeds.", pure=True)
def run_true(shell: Interpreter, call: Call) -> int:
    """Give status 0."""
    return 0


@command("false", summary="Fails.", status="1", pure=True)
def run_false(shell: Interpreter, call: Call) -> int:
    """Give the status of a test that fails."""
    return TEST_FAILURE


@command("break", "continue", summary="Leaves a loop, or begins its next round.", status=_COUNT)
def run_break(shell: Interpreter, call: Call) -> int:
    """Case 73: how many loops; 0 is an error."""
    if len(call.arguments) > 1:
        raise GrubError(BAD_ARGUMENT, "one argument expected")
    count = parse_count(call.arguments[0]) if call.arguments else 1
    if call.arguments and shell.pending:
        return shell.pending
    if count == 0:
        raise GrubError(BAD_ARGUMENT, "can't break 0 loops")
    shell.leave_loops(count, go_on=call.name == "continue")
    return 0


@command(
    "return",
    summary="Leaves a function, or a line of an entry.",
    status="its number, or what the status was; 18 outside a function, 10 for what is no number",
)
def run_return(shell: Interpreter, call: Call) -> int:
    """Case 82: without a number the status stays."""
    if len(call.arguments) > 1:
        raise GrubError(BAD_ARGUMENT, "not in function body")
    shell.require_function()
    status = to_int(parse_count(call.arguments[0])) if call.arguments else shell.status
    if call.arguments and shell.pending:
        return shell.pending
    shell.leave_function()
    return status


@command(
    "shift",
    summary="Drops the first parameters.",
    status="0, or 18 where there are not so many",
)
def run_shift(shell: Interpreter, call: Call) -> int:
    """Case 81: beyond the end, or without a number, it fails and changes nothing."""
    if shell.parameters is None:
        return 0
    if len(call.arguments) > 1:
        return BAD_ARGUMENT
    try:
        count = parse_count(call.arguments[0] or "0") if call.arguments else 1
    except GrubError as error:
        raise GrubError(BAD_ARGUMENT, error.message) from error
    if count > len(shell.parameters):
        return BAD_ARGUMENT
    shell.count(len(shell.parameters) // 256)
    shell.parameters = shell.parameters[count:]
    return 0


@command(
    "setparams", summary="Replaces the parameters.", status="0, or 17 where nothing has parameters"
)
def run_setparams(shell: Interpreter, call: Call) -> int:
    """Case 79."""
    if shell.parameters is None:
        return INVALID_COMMAND
    shell.parameters = list(call.arguments)
    return 0


@command(
    "eval",
    summary="Runs its words, joined by blanks, as a script.",
    status="that of the last line, so 0 where that is empty",
)
def run_eval(shell: Interpreter, call: Call) -> int:
    """Cases 51 and 52."""
    text = " ".join(call.arguments)
    if shell.world.dialect.newer:
        lines = text.split("\n")
        while len(lines) > 1 and _is_empty(lines[-1]):
            del lines[-1]
        text = "\n".join(lines)
    status = shell.run_text(Source(call.position.file, text, call.position))
    _, line_end, last = text.rpartition("\n")
    return 0 if line_end and _is_empty(last) else status


def _is_empty(line: str) -> bool:
    return line.lstrip(" \t")[:1] in ("", "#")


@command(
    "halt",
    "reboot",
    "exit",
    summary="Ends the script: the entry loads nothing.",
    status="none: nothing behind it is reached",
)
def run_halt(shell: Interpreter, call: Call) -> int:
    """The machine goes down, or GRUB ends; nothing behind it is reached."""
    shell.ended_by = call.name
    return 0


@command(
    "normal_exit",
    summary="Does nothing: GRUB leaves its command line later.",
    status="0, or 18 where it was called before",
)
def run_normal_exit(shell: Interpreter, call: Call) -> int:
    """The script goes on (normal/main.c)."""
    if shell.has_left:
        raise GrubError(BAD_ARGUMENT, "not in normal environment")
    shell.has_left = True
    return 0


_ESCAPES = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


@command_with_options(
    "echo",
    summary="Prints its words.",
    options=(
        Option(short="n", doc="Do not output the trailing newline."),
        Option(short="e", doc="Enable interpretation of backslash escapes."),
    ),
    usage="[-e|-n] STRING",
    purpose="Display a line of text.",
    dashes=True,
    at_start=True,
)
def run_echo(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Case 53: ``-n`` and ``-e`` count only before the first word."""
    text = " ".join(parsed.words)
    newline = "n" not in parsed.given
    if "e" in parsed.given:
        # \\c keeps the line end away, and nothing else; a backslash at the end of a word is lost.
        shell.count(len(text) // 16)
        newline = newline and not any("\\c" in w.replace("\\\\", "") for w in parsed.words)
        text = " ".join(map(_unescape, parsed.words))
    shell.print(text + "\n" * newline)
    return 0


def _unescape(text: str) -> str:
    parts: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
            # GRUB drops a byte, which may be the first of several.
            parts.append(_ESCAPES.get(text[at]) or as_text(as_bytes(text[at])[1:]))
        elif text[at] != "\\":
            parts.append(text[at])
        at += 1
    return "".join(parts)
