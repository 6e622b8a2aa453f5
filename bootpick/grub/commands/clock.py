"""Commands about time, the processor, and GRUB itself."""

from ..errors import BAD_ARGUMENT, TEST_FAILURE, UNKNOWN_COMMAND, GrubError
from ..interpreter import Interpreter
from ..numbers import NotANumber, TooLarge, parse_decimal, to_int
from ..state import Call
from .options import Option, Parsed
from .registry import command, command_with_options

_LONGEST_COUNTDOWN = 10_000


@command(
    "time",
    summary="Runs its words as a command and prints that it took no time.",
    status="that of the command; 16 where there is none of that name, 18 without one",
)
def run_time(shell: Interpreter, call: Call) -> int:
    """An ordinary command to GRUB's lexer; what it calls is no function (commands/time.c)."""
    if not call.arguments:
        raise GrubError(BAD_ARGUMENT, "no command is specified")
    name, *words = call.arguments
    handler = shell.find_command(name)
    if handler is None:
        raise GrubError(UNKNOWN_COMMAND, f"can't find command `{name}'")
    status, error = 0, None
    try:
        status = handler(shell, call._replace(name=name, arguments=words, block=None))
    except GrubError as raised:
        error = raised
    shell.print("Elapsed time: 0.000 seconds \n")
    if error is not None:
        raise error
    return status


@command_with_options(
    "sleep",
    summary="Goes on at once; with -v prints the countdown.",
    status="0, or 18 without a number",
    options=(
        Option("verbose", "v", doc="Verbose countdown."),
        Option("interruptible", "i", doc="Allow to interrupt with ESC."),
    ),
    usage="NUMBER_OF_SECONDS",
    purpose="Wait for a specified number of seconds.",
)
def run_sleep(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Nobody presses ESC, so it is never interrupted (commands/sleep.c)."""
    if len(parsed.words) != 1:
        raise GrubError(BAD_ARGUMENT, "one argument expected")
    try:
        seconds = to_int(parse_decimal(parsed.words[0])[0])
    except NotANumber as error:
        shell.complain(error.message)
        return 0
    except TooLarge as error:
        shell.complain(error.message)
        seconds = -1
    if not 0 <= seconds <= _LONGEST_COUNTDOWN:
        shell.warn(f"GRUB sleeps here for {seconds % (1 << 32)} seconds", call.position)
    elif seconds and "verbose" in parsed.given:
        shell.print("".join(f"{number}    " for number in range(seconds, -1, -1)))
    return 0


@command(
    "test_blockarg",
    summary="Prints its block and runs it.",
    status="0, or 18 without a block",
)
def run_test_blockarg(shell: Interpreter, call: Call) -> int:
    """GRUB's own way of trying out blocks (tests/test_blockarg.c)."""
    if call.block is None:
        raise GrubError(BAD_ARGUMENT, "no block parameter")
    shell.print(f"{call.arguments[-1]}\n")
    shell.run_block(call.block, call)
    return 0


@command("date", summary="Prints the time, in UTC; sets no clock.", status="0, or 18")
def run_date(shell: Interpreter, call: Call) -> int:
    """What is to be set is read, and has to be a date (commands/date.c)."""
    from time import gmtime

    for word in call.arguments:
        _check_date(word)
    if call.arguments:
        shell.warn("GRUB sets the machine's clock here; bootpick does not", call.position)
        return 0
    now = gmtime()
    days = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
    time = f"{now.tm_hour:02}:{now.tm_min:02}:{now.tm_sec:02}"
    shell.print(f"{now.tm_year}-{now.tm_mon:02}-{now.tm_mday:02} {time} {days[now.tm_wday]}\n")
    return 0


_RANGES = {"-": ((1980, 2079), (1, 12), (1, 31)), ":": ((0, 23), (0, 59), (0, 59))}


def _check_date(word: str) -> None:
    """Raise GRUB's error where *word* is neither ``[year-]month-day`` nor ``h:m[:s]``."""
    sign = "-" if "-" in word else ":"
    parts = word.split(sign)
    ranges = _RANGES[sign][1:] if sign == "-" and len(parts) == 2 else _RANGES[sign]
    fits = 2 <= len(parts) <= 3 and all(
        part.strip(" \t\r\n").isdecimal() and low <= int(part[:9]) <= high
        for part, (low, high) in zip(parts, ranges, strict=False)
    )
    if not fits:
        raise GrubError(BAD_ARGUMENT, "invalid datetime")


@command_with_options(
    "cpuid",
    summary="Tells whether the machine's processor is of 64 bits, or with -p has PAE.",
    status="0, or 1",
    options=(
        Option("long-mode", "l", doc="Check if CPU supports 64-bit (long) mode (default)."),
        Option("pae", "p", doc="Check if CPU supports Physical Address Extension."),
    ),
    usage="[-l]",
    purpose="Check for CPU features.",
)
def run_cpuid(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Of a 32-bit machine's PAE nothing is known; every one that could run GRUB today has it."""
    is_pae = "pae" in parsed.given
    return 0 if is_pae or shell.world.cpu == "x86_64" else TEST_FAILURE
