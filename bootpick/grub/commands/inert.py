"""Commands of nearly every configuration that change nothing about what is booted."""

from ..errors import BAD_ARGUMENT, BAD_FONT, GrubError
from ..interpreter import Interpreter
from ..state import Call
from .paths import open_file, read_start
from .registry import command


@command(
    "insmod",
    summary="Takes every module for there: whatever a script asks of GRUB works here.",
    status="0, or 18 without a name",
    pure=True,
)
def run_insmod(shell: Interpreter, call: Call) -> int:
    """A file that is missing is complained of, and the status is 0 all the same (case 38)."""
    if not call.arguments:
        raise GrubError(BAD_ARGUMENT, "one argument expected")
    if call.arguments[0].startswith(("/", "(", "+")):
        try:
            open_file(shell, call, call.arguments[0])
        except GrubError as error:
            shell.complain(error.message)
    return 0


@command("rmmod", summary="Unloads nothing.", status="0, or 18 without a name")
def run_rmmod(shell: Interpreter, call: Call) -> int:
    """Every module is there to be unloaded, and goes on working."""
    if not call.arguments:
        raise GrubError(BAD_ARGUMENT, "no module specified")
    return shell.pending


@command("lsmod", summary="Prints the head of the list of modules, and none of them.")
def run_lsmod(shell: Interpreter, call: Call) -> int:
    """What GRUB has loaded is not known."""
    shell.print("Name\tRef Count\tDependencies\n")
    return 0


@command(
    "loadfont",
    summary="Succeeds where the font file exists.",
    status="0, 18 without a name, 5 where the file is missing, 23 where it is no font",
    pure=True,
)
def run_loadfont(shell: Interpreter, call: Call) -> int:
    """Debian's configuration tests it before it switches to graphics.

    A missing font is not worth a message: it changes how the menu looks, not what is booted.
    """
    if not call.arguments:
        raise GrubError(BAD_ARGUMENT, "filename expected")
    for path in call.arguments:
        is_file = path.startswith(("(", "/", "+"))
        name = path if is_file else f"{shell.get('prefix') or ''}/fonts/{path}.pf2"
        try:
            place = open_file(shell, call, name)
        except GrubError as error:
            return error.number
        if read_start(shell, place, 12) != b"FILE\0\0\0\4PFF2":
            return BAD_FONT
    return 0


@command(
    "terminal_input",
    "terminal_output",
    summary="Takes every terminal for there; without a name prints nothing.",
    status="0, or 18 where only --append or --remove is given (GRUB: for unknown terminals, too)",
    pure=True,
)
def run_terminal(shell: Interpreter, call: Call) -> int:
    """Which terminals the boot loader has cannot be known from here (commands/terminal.c)."""
    if call.arguments in (["--append"], ["--remove"]):
        raise GrubError(BAD_ARGUMENT, "no terminal specified")
    return 0


@command(
    "background_color",
    summary="Accepts every colour.",
    status="0, or 18 without one",
    pure=True,
)
def run_background_color(shell: Interpreter, call: Call) -> int:
    """Give the status that it has on a graphical screen."""
    if len(call.arguments) != 1:
        raise GrubError(BAD_ARGUMENT, "one argument expected")
    return 0


@command(
    "clear",
    "gfxmenu",
    "help",
    "sendkey",
    "terminfo",
    "videotest",
    "vbetest",
    summary="Succeeds and does nothing.",
    pure=True,
)
def run_nothing(shell: Interpreter, call: Call) -> int:
    """Give the status that they have on a machine where they work."""
    return 0
