"""Commands for screens, keyboards and sounds: they change nothing about what is booted."""

from ...diagnostics import Diagnostic
from ..errors import BAD_ARGUMENT, GrubError
from ..interpreter import Interpreter
from ..numbers import NotANumber, TooLarge, parse_unsigned
from ..state import Call
from .arguments import number_error
from .options import Option, Parsed
from .paths import open_file
from .registry import command, command_with_options


@command_with_options(
    "serial",
    summary="Takes the serial port for there.",
    status="0, or 18 for a setting that there is not",
    options=(
        Option("unit", "u", "required", "Set the serial unit.", integer=True),
        Option("port", "p", "required", "Set the serial port address."),
        Option("speed", "s", "required", "Set the serial port speed.", integer=True),
        Option("word", "w", "required", "Set the serial port word length.", integer=True),
        Option("parity", "r", "required", "Set the serial port parity."),
        Option("stop", "t", "required", "Set the serial port stop bits.", integer=True),
        Option("base-clock", "b", "required", "Set the base frequency."),
        Option("rtscts", "f", "required", "Enable/disable RTS/CTS.", "on|off"),
    ),
    usage="[OPTIONS...]",
    purpose="Configure serial port.",
)
def run_serial(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Give the status for a port that is there (term/serial.c)."""
    for name, known, what in (
        ("parity", ("no", "odd", "even"), "parity"),
        ("rtscts", ("on", "off"), "flow control"),
        ("stop", ("1", "2"), "stop bits number"),
    ):
        if (parsed.last(name) or known[0]) not in known:
            raise GrubError(BAD_ARGUMENT, f"unsupported serial port {what}")
    return 0


@command(
    "keymap",
    summary="Accepts a keyboard layout whose file exists.",
    status="0, 18 without a name, or the error of opening the file",
)
def run_keymap(shell: Interpreter, call: Call) -> int:
    """The layout is a file, or a name below $prefix (commands/keylayouts.c)."""
    if not call.arguments:
        raise GrubError(BAD_ARGUMENT, "file or layout name required")
    name = call.arguments[0]
    if not name.startswith(("(", "/", "+")):
        name = f"{shell.get('prefix') or ''}/layouts/{name}.gkb"
    open_file(shell, call, name)
    return 0


@command(
    "play",
    summary="Plays nothing.",
    status="0; 18 without notes or for a tempo of 0, 5 where a file is missing",
)
def run_play(shell: Interpreter, call: Call) -> int:
    """A file, or a tempo and notes (commands/i386/pc/play.c)."""
    if not call.arguments:
        raise GrubError(BAD_ARGUMENT, "filename or tempo and notes expected")
    if len(call.arguments) == 1:
        open_file(shell, call, call.arguments[0])
        return 0
    try:
        tempo = parse_unsigned(call.arguments[0])
    except (NotANumber, TooLarge):
        tempo = 0
    if not tempo & 0xFFFFFFFF:
        raise GrubError(BAD_ARGUMENT, f"Invalid tempo in {call.arguments[0]}")
    return 0


@command_with_options(
    "background_image",
    summary="Accepts an image whose file exists; without a name the background goes.",
    status="0, or the error of opening the file (GRUB: also 13 where the screen is of text)",
    options=(Option("mode", "m", "required", "Background image mode.", "stretch|normal"),),
    usage="[-m (stretch|normal)] FILE",
    purpose="Load background image for active terminal.",
)
def run_background_image(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Give the status that it has on a graphical screen (term/gfxterm_background.c)."""
    if parsed.words:
        open_file(shell, call, parsed.words[0])
    return 0


@command(
    "videoinfo",
    "vbeinfo",
    summary="Prints nothing: the screen's modes are the boot loader's to know.",
    status="0; 10, 11 or 18 for what is no mode",
)
def run_videoinfo(shell: Interpreter, call: Call) -> int:
    """A mode is ``WIDTHxHEIGHT[xDEPTH]`` (commands/videoinfo.c)."""
    if call.arguments:
        mode = call.arguments[0]
        try:
            for part in mode.split("x")[:3]:
                parse_unsigned(part)
        except (NotANumber, TooLarge) as error:
            raise number_error(error) from error
        if "x" not in mode:
            raise GrubError(BAD_ARGUMENT, f"invalid video mode specification `{mode}'")
    return 0


@command_with_options(
    "keystatus",
    summary="Says that no key is held down.",
    status="1",
    options=(
        Option("shift", "s", doc="Check Shift key."),
        Option("ctrl", "c", doc="Check Control key."),
        Option("alt", "a", doc="Check Alt key."),
    ),
    usage="[--shift] [--ctrl] [--alt]",
    purpose="Check key modifier status.",
)
def run_keystatus(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Nobody is at the boot loader's keyboard."""
    return 1


@command(
    "hwmatch",
    summary="Sets `match` to 0: no PCI device of the class is in the file's list.",
    status="0, 18 without a list and a class, or the error of opening the list",
)
def run_hwmatch(shell: Interpreter, call: Call) -> int:
    """Ubuntu's configuration asks whether the graphics adapter is one of the few that fail.

    The devices are not looked at, for most machines have none of them. Debian's GRUB has the
    command for BIOS machines alone (commands/i386/pc/hwmatch.c, its gfxpayload-dynamic.patch).
    """
    if shell.get("grub_platform") != "pc":
        shell.complain("can't find command `hwmatch'")
        return 0
    if len(call.arguments) < 2:
        raise GrubError(BAD_ARGUMENT, "list file and class required")
    path = call.arguments[0]
    open_file(shell, call, path)
    shell.set("match", "0")
    message = f"no device of this machine is taken to be in {path}; it was not looked"
    shell.note(Diagnostic("note", message, call.position))
    return 0


@command("hello", summary="Prints `Hello World`.")
def run_hello(shell: Interpreter, call: Call) -> int:
    """GRUB's example of a command (hello/hello.c)."""
    shell.print("Hello World\n")
    return 0


@command("lsfonts", summary="Prints the head of the list of fonts, and none of them.")
def run_lsfonts(shell: Interpreter, call: Call) -> int:
    """What GRUB has loaded is not known."""
    shell.print("Loaded fonts:\n")
    return 0
