"""Commands that look for devices and read files."""

from collections.abc import Iterator

from ...errors import BootpickError
from ...volumes import Volume
from ..errors import BAD_ARGUMENT, FILE_NOT_FOUND, INVALID_COMMAND, GrubError
from ..interpreter import Call, Interpreter
from .options import Option, parse_options
from .registry import command

_SEARCH = (
    Option("file", "f"),
    Option("label", "l"),
    Option("fs-uuid", "u"),
    Option("set", "s", "optional"),
    Option("no-floppy", "n"),
    Option("hint", "h", "required"),
    Option("hint-ieee1275", value="required"),
    Option("hint-bios", value="required"),
    Option("hint-baremetal", value="required"),
    Option("hint-efi", value="required"),
    Option("hint-arc", value="required"),
)


@command(
    "search", summary="Finds the device with a file, label or UUID and sets a variable.", pure=True
)
def run_search(shell: Interpreter, call: Call) -> int:
    """Cases 111 and 112. Hints only say where to look first; the first match counts."""
    parsed = parse_options(call.arguments, _SEARCH)
    variable = (parsed.last("set") or "root") if "set" in parsed.given else None
    kinds = [kind for kind in ("label", "fs-uuid", "file") if kind in parsed.given]
    if not parsed.words:
        raise GrubError(BAD_ARGUMENT, "one argument expected")
    if not kinds:
        raise GrubError(INVALID_COMMAND, "unspecified search type")
    hints = [
        value or ""
        for name, values in parsed.given.items()
        if name.startswith("hint")
        for value in values
    ]
    return _search(shell, kinds[0], parsed.words[0], variable, [*hints, *parsed.words[1:]])


@command(
    "search.fs_uuid",
    "search.fs_label",
    "search.file",
    summary="The same as search, as `search.fs_uuid UUID VARIABLE HINTS…`.",
    pure=True,
)
def run_search_directly(shell: Interpreter, call: Call) -> int:
    """Case 112."""
    if not call.arguments:
        raise GrubError(BAD_ARGUMENT, "one argument expected")
    kind = {"fs_uuid": "fs-uuid", "fs_label": "label"}.get(call.name[7:], "file")
    variable = call.arguments[1] if len(call.arguments) > 1 else None
    return _search(shell, kind, call.arguments[0], variable, call.arguments[2:])


def _search(
    shell: Interpreter, kind: str, value: str, variable: str | None, hints: list[str]
) -> int:
    found = next(_matches(shell, kind, value, hints), None)
    if found is None:
        raise GrubError(FILE_NOT_FOUND, f"no such device: {value}")
    if variable is None:
        shell.print(f" {found}")
    else:
        shell.set(variable, found)
    return 0


def _matches(shell: Interpreter, kind: str, value: str, hints: list[str]) -> Iterator[str]:
    devices = dict(shell.world.devices)
    hinted = [hint for hint in hints if hint in devices]
    for name in [*hinted, *devices]:
        volume = devices[name]
        if kind == "file":
            path = value if value.startswith("(") else f"({name}){value}"
            if shell.world.place(path, "").found is not None:
                yield name
        elif volume.anything or _matches_name(volume, kind, value):
            yield name


def _matches_name(volume: Volume, kind: str, value: str) -> bool:
    if kind == "label":
        return volume.label == value
    return volume.uuid is not None and volume.uuid.lower() == value.lower()


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
