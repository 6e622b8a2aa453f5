"""Commands that change nothing about what is booted."""

from ..interpreter import Call, Interpreter
from .registry import command


@command(
    "insmod",
    "rmmod",
    "terminal_input",
    "terminal_output",
    "serial",
    "play",
    "background_image",
    "background_color",
    "gfxmenu",
    "keymap",
    "videoinfo",
    "clear",
    "sleep",
    "cryptomount",
    "password",
    "password_pbkdf2",
    "parttool",
    "drivemap",
    "terminfo",
    "cutmem",
    "badram",
    "nativedisk",
    "lsefi",
    "boot",
    summary="Succeeds; it has to do with screens, drivers and secrets of the boot loader.",
    pure=True,
)
def run_nothing(shell: Interpreter, call: Call) -> int:
    """Give the status that they have on a machine where they work."""
    return 0
