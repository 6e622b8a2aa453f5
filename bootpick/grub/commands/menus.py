"""Commands that build and open menus."""

from collections.abc import Mapping
from itertools import takewhile

from ...diagnostics import Diagnostic
from ...errors import BootpickError
from ...source import Source
from ..errors import BAD_ARGUMENT, NO_MENU, NOT_IN_EXTRACTOR, GrubError
from ..interpreter import Handler, Interpreter, MenuShown
from ..menu import Menu, MenuEntry
from ..state import Call
from ..syntax import Commands, Fault, Script
from ..users import users_of
from ..world import Place
from .options import Option, Parsed
from .registry import command, command_with_options

_OPTIONS = (
    Option("class", "\1", "required", "Menu entry type.", "STRING"),
    Option(
        "users",
        "\2",
        "required",
        "List of users allowed to boot this entry.",
        "USERNAME[,USERNAME]",
    ),
    Option("hotkey", "\3", "required", "Keyboard key to quickly boot this entry.", "KEYBOARD_KEY"),
    Option("source", "\4", "required", "Use STRING as menu entry body.", "STRING"),
    Option("id", value="required", doc="Menu entry identifier.", shown="STRING"),
    Option("unrestricted", doc="This entry can be booted by any user."),
)
_TAKE_A_WORD = frozenset(f"--{option.name}" for option in _OPTIONS if option.value == "required")
# Fedora's `--users` need not have a value (case 120).
_OTHER_OPTIONS = {
    "fedora": tuple(
        option._replace(value="optional") if option.name == "users" else option
        for option in _OPTIONS
    )
}
_ENTRY_STATUS = "0; 18 without a definition or with two, 27 without a title"
_KEYS = frozenset(
    ["backspace", "tab", "delete", "insert", *(f"f{number}" for number in range(1, 13))]
)


@command_with_options(
    "menuentry",
    summary="Adds an entry to the menu.",
    status=_ENTRY_STATUS,
    options=_OPTIONS,
    other_options=_OTHER_OPTIONS,
    usage="BLOCK",
    purpose="Define a menu entry.",
    dashes=True,
)
@command_with_options(
    "submenu",
    summary="Adds a submenu to the menu.",
    status=_ENTRY_STATUS,
    options=_OPTIONS,
    other_options=_OTHER_OPTIONS,
    usage="BLOCK",
    purpose="Define a submenu.",
    dashes=True,
)
def run_menuentry(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Cases 117 to 138. The block is the last argument, and an option may eat it."""
    entry = _entry(shell, call, parsed)
    if len(shell.menu.entries) >= shell.limits.entries:
        raise shell.stopped(f"more than {shell.limits.entries} menu entries")
    shell.menu.entries.append(entry)
    return 0


@command_with_options(
    "hiddenentry",
    summary="Notes an entry that only its hotkey reaches: it is not listed and has no index.",
    status=_ENTRY_STATUS,
    options=_OPTIONS,
    usage="BLOCK",
    purpose="Define a hidden menu entry.",
    dashes=True,
    dialects=("suse",),
)
def run_hiddenentry(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """SUSE's: as ``menuentry``, but not shown, and not counted by ``default``."""
    entry = _entry(shell, call, parsed)
    key = f"only its hotkey, {entry.hotkey}, boots it" if entry.hotkey else "it has no hotkey"
    message = f"the hidden entry '{entry.title}' is not listed: {key}"
    shell.note(Diagnostic("note", message, call.position))
    return 0


def _entry(shell: Interpreter, call: Call, parsed: Parsed) -> MenuEntry:
    words = list(parsed.words)
    source = parsed.last("source")
    if not words:
        raise GrubError(BAD_ARGUMENT, "missing arguments", _why_incomplete(call))
    if source is not None and call.block is not None:
        hint = f"menu entry '{words[0]}' is lost: it has a block and --source"
        raise GrubError(BAD_ARGUMENT, "multiple menuentry definitions", hint)
    if source is None and call.block is None:
        hint = f"menu entry '{words[0]}' is lost: it needs a '{{' on the same line"
        raise GrubError(BAD_ARGUMENT, "no menuentry definition", hint)
    block = None
    if source is None:
        # GRUB takes the last word for the block, also where an option has eaten that.
        last = words.pop()
        block = call.block if call.block is not None and last == call.block.text else None
        source = last[1:-1]
    if not words:
        raise GrubError(NO_MENU, "menuentry is missing title", _why_incomplete(call))
    if block is not None:
        commands, script, base = block.commands, call.script, call.offset + block.offset
        text = block.text
    else:
        text = source or ""
        script, base = shell.parse(Source(call.position.file, text, call.position)), 0
        commands = sound_commands(script)
    identifier, users = parsed.last("id"), parsed.last("users")
    return MenuEntry(
        title=words[0],
        id=words[0] if identifier is None else identifier,
        classes=tuple([value or "" for value in parsed.given.get("class", ())]),
        is_submenu=call.name == "submenu",
        restricted="users" in parsed.given or "unrestricted" not in parsed.given,
        parameters=tuple(words),
        commands=commands,
        text=text,
        script=script,
        base=base,
        position=call.position,
        users=users_of(users),
        hotkey=key_of(parsed.last("hotkey")),
    )


def sound_commands(script: Script) -> Commands:
    """Give the commands before the first syntax error; GRUB reads no further in an entry's text."""
    sound = takewhile(lambda unit: not isinstance(unit, Fault), script.units)
    return tuple(command for unit in sound for command in unit)


def _why_incomplete(call: Call) -> str:
    """Say what an entry lacks; an option that takes the word behind it may have taken that."""
    for option, word in zip(call.arguments, call.arguments[1:], strict=False):
        if option in _TAKE_A_WORD:
            is_block = call.block is not None and word == call.block.text
            taken = "the block" if is_block else f"'{word}'"
            return f"a menu entry is lost: '{option}' took {taken} as its value"
    return f"a menu entry is lost: write '{call.name} TITLE {{ COMMANDS }}'"


def key_of(name: str | None) -> str:
    """Give the key that *name* means: one of GRUB's names or one character; "" for none.

    Of any other text its first byte counts, so that of a character that is not ASCII no key is
    left.
    """
    if name is None or name in _KEYS:
        return name or ""
    return name[:1] if name.isascii() or name[:1].isascii() else ""


@command("source", ".", summary="Runs a file here.", status="0, or 18 without a file name")
def run_source(shell: Interpreter, call: Call) -> int:
    """Cases 99 to 101: in the caller's scope; a missing file is passed over."""
    place = _place(shell, call)
    if place is not None:
        _run_file(shell, place)
    return 0


def _place(shell: Interpreter, call: Call) -> Place | None:
    """Give the file that is named, ``None`` where GRUB finds none."""
    if len(call.arguments) != 1:
        raise GrubError(BAD_ARGUMENT, "filename expected")
    place = shell.place(call.arguments[0])
    if place.found is None:
        shell.note_unseen(place, call)
        return None
    return None if place.found.is_directory else place


def _run_file(shell: Interpreter, place: Place) -> None:
    try:
        shell.run_file(place)
    except BootpickError as error:
        shell.complain(error.message)  # which is all: the command succeeds


@command(
    "configfile",
    "normal",
    summary="Opens the menu of another configuration.",
    status="0, or 18 without a file name",
)
def run_configfile(shell: Interpreter, call: Call) -> int:
    """Case 102: in a new context; if there is an entry, its menu is shown."""
    if not call.arguments and call.name == "normal":
        call = call._replace(arguments=[f"{shell.get('prefix') or ''}/grub.cfg"])
    place = _place(shell, call)
    if place is None:
        # GRUB says nothing and goes on; but the menu that this should open is not there.
        shell.warn(f"file `{call.arguments[0]}' not found", call.position)
        return 0
    shell.open_context()
    outer, shell.menu = shell.menu, Menu()
    _run_file(shell, place)
    if shell.menu.entries:
        raise MenuShown(shell)
    shell.menu = outer
    shell.environment.close_context()
    return 0


_EXTRACTOR_SAFE = frozenset(("set", "menuentry", "submenu", "hiddenentry", "search", "test", "["))
"""Commands with GRUB_COMMAND_FLAG_EXTRACTOR; functions may run, too."""


def _refuse(shell: Interpreter, call: Call) -> int:
    message = f"{call.name} isn't allowed to execute in an extractor"
    raise GrubError(NOT_IN_EXTRACTOR, message)


def _extractor_commands(commands: Mapping[str, Handler]) -> Mapping[str, Handler]:
    return {name: run if name in _EXTRACTOR_SAFE else _refuse for name, run in commands.items()}


@command(
    "extract_entries_source",
    summary="Runs a file and takes only menu entries from it: few commands may run there.",
    status="0, or 18 without a file name",
)
def run_extract_source(shell: Interpreter, call: Call) -> int:
    """Case 103: its variables begin as those here, and none comes out (normal/context.c)."""
    place = _place(shell, call)
    if place is None:
        return 0
    outer, shell.menu = shell.menu, Menu()
    before = shell.use_commands(_extractor_commands)
    shell.open_context(everything=True)
    try:
        _run_file(shell, place)
    finally:
        shell.environment.close_context()
        shell.use_commands(lambda _: before)
        outer.entries += shell.menu.entries
        shell.menu = outer
    return 0


@command(
    "extract_entries_configfile",
    summary="Opens the menu of another configuration, in which few commands may run.",
    status="0, or 18 without a file name",
)
def run_extract_configfile(shell: Interpreter, call: Call) -> int:
    """What its entries do is restricted as well, so they load nothing."""
    before = shell.use_commands(_extractor_commands)
    try:
        status = run_configfile(shell, call)
    except GrubError:
        shell.use_commands(lambda _: before)
        raise
    shell.use_commands(lambda _: before)
    return status
