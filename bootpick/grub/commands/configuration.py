"""The environment block: load_env, save_env, list_env."""

from ...errors import BootpickError
from ...grammars.grubenv import SIGNATURE
from ..environment_block import list_variables, parse_environment_block, set_variables
from ..errors import (
    BAD_ARGUMENT,
    BAD_FILE_TYPE,
    BAD_FILENAME,
    FILE_NOT_FOUND,
    NOT_IMPLEMENTED,
    GrubError,
)
from ..interpreter import Interpreter
from ..numbers import parse_unsigned
from ..state import Call
from ..world import Place
from .arguments import as_text, set_plainly
from .options import Option, Parsed
from .paths import open_file
from .registry import command_with_options

_FILE = (
    Option("file", "f", "required", "Specify filename."),
    Option("skip-sig", "s", doc="Skip signature-checking of the environment file."),
)
_STATUS = "0, 4 for what is no block, or the error of opening the file"
_SECTOR = 512
BLOCK_LIMIT = 1 << 20
"""Bytes that are read of an environment block."""
_READ = 16
"""Characters of a block that are read in the time that a command takes."""


def _block(shell: Interpreter, call: Call, path: str | None) -> tuple[Place, str]:
    """Give the block at *path* (``$prefix/grubenv``), with its text as it was saved to since."""
    if path is None:
        prefix = shell.get("prefix")
        if prefix is None:
            raise GrubError(FILE_NOT_FOUND, "variable `prefix' isn't set")
        path = f"{prefix}/grubenv"
    place = shell.place(path)
    # SUSE keeps next_entry in sectors, as GRUB writes no file on btrfs (its $env_block).
    if not place.is_block_list:
        place = open_file(shell, call, path)
    key = _key(place)
    if key not in shell.blocks:
        text = _read(shell, call, place)
        values = parse_environment_block(text)
        if values is None:
            raise GrubError(BAD_FILE_TYPE, "invalid environment block")
        shell.spend(len(text))
        shell.blocks[key] = text, values
    shell.count(len(shell.blocks[key][0]) // _READ)
    return place, shell.shadow.get(key, shell.blocks[key][0])


def _key(place: Place) -> str:
    """Give what a block is known by: its file's path, or the list of its sectors."""
    return f"({place.device}){place.inner}" if place.found is None else place.found.path


def _read(shell: Interpreter, call: Call, place: Place) -> str:
    if place.found is None:
        return _read_sectors(shell, call, place)
    try:
        return shell.world.read(place, BLOCK_LIMIT)
    except BootpickError as error:
        raise GrubError(FILE_NOT_FOUND, error.message) from error


def _read_sectors(shell: Interpreter, call: Call, place: Place) -> str:
    """Read a block that is no file; one that cannot be seen from here is taken for empty."""
    assert place.volume is not None
    start, _, length = place.inner.partition("+")
    if "," in length:
        raise GrubError(BAD_FILENAME, f"invalid file name `{place.inner}'")
    offset, size = (_SECTOR * parse_unsigned(number or "0") for number in (start, length))
    size = min(size, BLOCK_LIMIT)
    try:
        data = shell.world.files.read_device(place.volume, min(offset, 1 << 60), size)
    except BootpickError as error:
        message = f"the environment block {_key(place)} is taken for empty: {error.message}"
        shell.warn(message, call.position, error.hint)
        return SIGNATURE + "#" * (size - len(SIGNATURE))
    return as_text(data)


@command_with_options(
    "load_env",
    summary="Sets variables from the environment block.",
    status=_STATUS,
    options=_FILE,
    usage="[-f FILE] [-s|--skip-sig] [variable_name_to_whitelist] [...]",
    purpose="Load variables from environment block file.",
)
def run_load_env(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Cases 113 to 115: all variables, or those named; an error that is left hides a file."""
    if shell.pending and "file" in parsed.given:
        return shell.pending
    _, text = _block(shell, call, parsed.last("file"))
    for name, value in list_variables(text) or ():
        if not parsed.words or name in parsed.words:
            set_plainly(shell, name, value)
    return 0


@command_with_options(
    "save_env",
    summary="Remembers what GRUB would write to the environment block, and writes nothing.",
    status=f"{_STATUS}; 18 without a name",
    options=_FILE,
    usage="[-f FILE] variable_name [...]",
    purpose="Save variables to environment block file.",
)
def run_save_env(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """The values go to a shadow of the block; one that is not set is removed from it."""
    if not parsed.words:
        raise GrubError(BAD_ARGUMENT, "no variable is specified")
    if shell.pending and "file" in parsed.given:
        return shell.pending
    place, text = _block(shell, call, parsed.last("file"))
    shell.count(len(text) // _READ * len(parsed.words))
    if place.volume is not None and place.volume.image is not None:
        raise GrubError(NOT_IMPLEMENTED, "loopback write is not supported")
    for name in parsed.words:
        changed = set_variables(text, {name: shell.get(name)})
        if changed is None:
            raise GrubError(BAD_ARGUMENT, "environment block too small")
        text = changed
    shell.shadow[_key(place)] = text
    return 0


@command_with_options(
    "list_env",
    summary="Prints the environment block.",
    status=_STATUS,
    options=_FILE,
    usage="[-f FILE]",
    purpose="List variables from environment block file.",
)
def run_list_env(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Print ``name=value`` lines."""
    if shell.pending and "file" in parsed.given:
        return shell.pending
    _, text = _block(shell, call, parsed.last("file"))
    for name, value in list_variables(text) or ():
        shell.print(f"{name}={value}\n")
    return 0
