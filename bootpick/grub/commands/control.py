"""Commands that steer the script, and those that only have a status."""

from collections import deque

from ...source import Source
from ..errors import (
    BAD_ARGUMENT,
    BAD_NUMBER,
    INVALID_COMMAND,
    OUT_OF_RANGE,
    TEST_FAILURE,
    GrubError,
)
from ..interpreter import Call, Interpreter
from ..numbers import NotANumber, TooLarge, parse_decimal, to_int
from .registry import command


def _count(text: str) -> int:
    """Give the decimal number that *text* is, or raise GRUB's error."""
    try:
        number, tail = parse_decimal(text)
    except NotANumber as error:
        raise GrubError(BAD_NUMBER, error.message) from error
    except TooLarge as error:
        raise GrubError(OUT_OF_RANGE, error.message) from error
    if tail:
        raise GrubError(BAD_ARGUMENT, "unrecognized number")
    return number


@command("true", summary="Succeeds.", pure=True)
def run_true(shell: Interpreter, call: Call) -> int:
    """Give status 0."""
    return 0


@command("false", summary="Fails with status 1.", pure=True)
def run_false(shell: Interpreter, call: Call) -> int:
    """Give the status of a test that fails."""
    return TEST_FAILURE


@command("echo", summary="Prints its words.")
def run_echo(shell: Interpreter, call: Call) -> int:
    """Case 53: ``-n`` and ``-e`` count only before the first word."""
    words = deque(call.arguments)
    newline, escapes = True, False
    while words and words[0].startswith("-") and len(words[0]) > 1:
        if words[0] == "--":
            words.popleft()
            break
        if words[0][1:].strip("ne"):
            break
        letters = words.popleft()
        newline = newline and "n" not in letters
        escapes = escapes or "e" in letters
    text = " ".join(words)
    if escapes:
        # \\c keeps the line end away, and nothing else.
        newline = newline and "\\c" not in text.replace("\\\\", "")
        text = _unescape(text)
    shell.print(text + "\n" * newline)
    return 0


_ESCAPES = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


def _unescape(text: str) -> str:
    parts: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
            parts.append(_ESCAPES.get(text[at], ""))
        elif text[at] != "\\":
            parts.append(text[at])
        at += 1
    return "".join(parts)


@command("break", "continue", summary="Leaves a loop, or begins its next round.")
def run_break(shell: Interpreter, call: Call) -> int:
    """Case 73: how many loops; 0 is an error."""
    count = _count(call.arguments[0]) if call.arguments else 1
    if count == 0:
        raise GrubError(BAD_ARGUMENT, "can't break 0 loops")
    shell.leave_loops(count, go_on=call.name == "continue")
    return 0


@command("return", summary="Leaves a function.")
def run_return(shell: Interpreter, call: Call) -> int:
    """Case 82: without a number the status stays."""
    shell.require_function()
    status = to_int(_count(call.arguments[0])) if call.arguments else shell.status
    shell.leave_function()
    return status


@command("shift", summary="Drops the first parameters.")
def run_shift(shell: Interpreter, call: Call) -> int:
    """Case 81: beyond the end, or without a number, it fails and changes nothing."""
    if shell.parameters is None:
        return 0
    try:
        count = _count(call.arguments[0] or "0") if call.arguments else 1
    except GrubError as error:
        raise GrubError(BAD_ARGUMENT, error.message) from error
    if count > len(shell.parameters):
        return BAD_ARGUMENT
    shell.parameters = shell.parameters[count:]
    return 0


@command("setparams", summary="Replaces the parameters.")
def run_setparams(shell: Interpreter, call: Call) -> int:
    """Case 79."""
    if shell.parameters is None:
        return INVALID_COMMAND
    shell.parameters = list(call.arguments)
    return 0


@command("eval", summary="Runs its words, joined by blanks, as a script.")
def run_eval(shell: Interpreter, call: Call) -> int:
    """Cases 51 and 52: the status is that of the last line, so of an empty one, too."""
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


@command("halt", "reboot", "exit", summary="Ends the script: the entry loads nothing.")
def run_halt(shell: Interpreter, call: Call) -> int:
    """The machine goes down, or GRUB ends; nothing behind it is reached."""
    shell.ended_by = call.name
    return 0
