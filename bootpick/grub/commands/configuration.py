"""The environment block: load_env, save_env, list_env."""

from ...errors import BootpickError
from ..environment_block import parse_environment_block
from ..errors import BAD_FILE_TYPE, FILE_NOT_FOUND, GrubError
from ..interpreter import Call, Interpreter
from .options import Option, parse_options
from .registry import command

_FILE = (Option("file", "f", "required"), Option("skip-sig", "s"))
BLOCK_LIMIT = 1 << 20
"""Bytes that are read of an environment block."""


def _block(shell: Interpreter, path: str | None) -> tuple[str, dict[str, str]]:
    """Give the block at *path* (``$prefix/grubenv``) with what was saved to it since."""
    if path is None:
        path = f"{shell.get('prefix') or ''}/grubenv"
    place = shell.place(path)
    if place.found is None or place.found.is_directory:
        raise GrubError(FILE_NOT_FOUND, f"file `{path}' not found")
    key = place.found.path
    if key not in shell.blocks:
        try:
            text = shell.world.read(place, BLOCK_LIMIT)
            values = parse_environment_block(text)
        except BootpickError as error:
            raise GrubError(FILE_NOT_FOUND, error.message) from error
        if values is None:
            raise GrubError(BAD_FILE_TYPE, "invalid environment block")
        shell.blocks[key] = text, values
    return key, {**shell.blocks[key][1], **shell.shadow.get(key, {})}


@command("load_env", summary="Sets variables from the environment block.")
def run_load_env(shell: Interpreter, call: Call) -> int:
    """Cases 113 to 115: all variables, or those named."""
    parsed = parse_options(call.arguments, _FILE)
    _, values = _block(shell, parsed.last("file"))
    for name, value in values.items():
        if not parsed.words or name in parsed.words:
            shell.set(name, value)
    return 0


@command("save_env", summary="Remembers what GRUB would write to the environment block.")
def run_save_env(shell: Interpreter, call: Call) -> int:
    """Reading a configuration writes nothing: the values go to a shadow of the block."""
    parsed = parse_options(call.arguments, _FILE)
    key, _ = _block(shell, parsed.last("file"))
    saved = shell.shadow.setdefault(key, {})
    for name in parsed.words:
        saved[name] = shell.get(name) or ""
    return 0


@command("list_env", summary="Prints the environment block.")
def run_list_env(shell: Interpreter, call: Call) -> int:
    """Print ``name=value`` lines."""
    _, values = _block(shell, parse_options(call.arguments, _FILE).last("file"))
    for name, value in values.items():
        shell.print(f"{name}={value}\n")
    return 0
