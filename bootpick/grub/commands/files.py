"""Commands that read files."""

from ...errors import BootpickError
from ..errors import BAD_ARGUMENT, FILE_NOT_FOUND, GrubError
from ..interpreter import Call, Interpreter
from .options import Option, parse_options
from .registry import command


@command("cat", summary="Prints a file.")
def run_cat(shell: Interpreter, call: Call) -> int:
    """Print the file's text, and a line end behind it."""
    words = parse_options(call.arguments, (Option("dos"),)).words
    if not words:
        raise GrubError(BAD_ARGUMENT, "filename expected")
    place = shell.place(words[0])
    if place.found is None or place.found.is_directory:
        raise GrubError(FILE_NOT_FOUND, f"file `{words[0]}' not found")
    try:
        shell.print(shell.world.read(place) + "\n")
    except BootpickError as error:
        raise GrubError(FILE_NOT_FOUND, error.message) from error
    return 0


@command("loadfont", summary="Succeeds where the font file exists.", pure=True)
def run_loadfont(shell: Interpreter, call: Call) -> int:
    """Debian's configuration tests it before it switches to graphics.

    A missing font is not worth a message: it changes how the menu looks, not what is booted.
    """
    for path in call.arguments:
        is_file = path.startswith(("(", "/", "+"))
        name = path if is_file else f"{shell.get('prefix') or ''}/fonts/{path}.pf2"
        if shell.place(name).found is None:
            return FILE_NOT_FOUND
    return 0
