"""Commands that build and open menus."""

from itertools import takewhile

from ...errors import BootpickError
from ...source import Source
from ..errors import BAD_ARGUMENT, FILE_NOT_FOUND, GrubError
from ..interpreter import Call, Interpreter, MenuShown
from ..menu import Menu, MenuEntry
from ..parser import parse_script
from ..syntax import Fault
from ..world import Place
from .options import Option, parse_options
from .registry import command

_OPTIONS = (
    Option("class", value="required"),
    Option("users", value="required"),
    Option("hotkey", value="required"),
    Option("source", value="required"),
    Option("id", value="required"),
    Option("unrestricted"),
)
_OPTIONAL_USERS = tuple(
    Option("users", value="optional") if option.name == "users" else option for option in _OPTIONS
)


@command("menuentry", "submenu", summary="Adds an entry or a submenu to the menu.")
def run_menuentry(shell: Interpreter, call: Call) -> int:
    """Cases 117 to 138. The block is the last argument, and an option may eat it."""
    options = _OPTIONAL_USERS if shell.world.dialect.optional_users else _OPTIONS
    parsed = parse_options(call.arguments, options, dashes=True)
    words = parsed.words
    source = parsed.last("source")
    if source is not None and call.block is not None:
        raise GrubError(BAD_ARGUMENT, "multiple menuentry definitions")
    if source is None and call.block is None:
        raise GrubError(BAD_ARGUMENT, "no menuentry definition")
    block = None
    if source is None and words:
        # GRUB takes the last word for the block, also where an option has eaten that.
        last = words.pop()
        block = call.block if call.block is not None and last == call.block.text else None
        source = last[1:-1]
    if not words:
        raise GrubError(BAD_ARGUMENT, "menuentry is missing title")
    if block is not None:
        commands, script, base = block.commands, call.script, call.offset + block.offset
        text = block.text
    else:
        text = source or ""
        script, base = parse_script(Source(call.position.file, text, call.position)), 0
        sound = takewhile(lambda unit: not isinstance(unit, Fault), script.units)
        commands = tuple(command for unit in sound for command in unit)
    if len(shell.menu.entries) >= shell.limits.entries:
        raise shell.stopped(f"more than {shell.limits.entries} menu entries")
    identifier = parsed.last("id")
    shell.menu.entries.append(
        MenuEntry(
            title=words[0],
            id=words[0] if identifier is None else identifier,
            classes=tuple(value or "" for value in parsed.given.get("class", ())),
            is_submenu=call.name == "submenu",
            restricted="users" in parsed.given or "unrestricted" not in parsed.given,
            parameters=tuple(words),
            commands=commands,
            text=text,
            script=script,
            base=base,
            position=call.position,
        )
    )
    return 0


@command("source", ".", summary="Runs a file here.")
def run_source(shell: Interpreter, call: Call) -> int:
    """Cases 99 to 101: in the caller's scope; a missing file is passed over."""
    if len(call.arguments) != 1:
        raise GrubError(BAD_ARGUMENT, "filename expected")
    place = shell.place(call.arguments[0])
    if place.found is None:
        shell.note_unseen(place, call)
        return 0
    _run_file(shell, place)
    return 0


def _run_file(shell: Interpreter, place: Place) -> None:
    try:
        shell.run_file(place)
    except BootpickError as error:
        raise GrubError(FILE_NOT_FOUND, error.message) from error


@command("configfile", "normal", summary="Opens the menu of another configuration.")
def run_configfile(shell: Interpreter, call: Call) -> int:
    """Case 102: in a new context; if there is an entry, its menu is shown."""
    if not call.arguments and call.name == "normal":
        path = f"{shell.get('prefix') or ''}/grub.cfg"
    elif len(call.arguments) != 1:
        raise GrubError(BAD_ARGUMENT, "filename expected")
    else:
        path = call.arguments[0]
    place = shell.place(path)
    if place.found is None:
        shell.note_unseen(place, call)
        raise GrubError(FILE_NOT_FOUND, f"file `{path}' not found")
    shell.environment.open_context(everything=shell.world.dialect.shares_variables)
    outer, shell.menu = shell.menu, Menu()
    _run_file(shell, place)
    if shell.menu.entries:
        raise MenuShown(shell)
    shell.menu = outer
    shell.environment.close_context()
    return 0
