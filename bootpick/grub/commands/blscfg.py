"""``blscfg``: entries from files of the Boot Loader Specification (commands/blscfg.c)."""

from collections.abc import Iterator
from typing import NamedTuple

from ...diagnostics import Diagnostic
from ...errors import BootpickError
from ...source import Source
from ..bls_entries import LONGEST, BlsEntry, BlsList, expand_field, make_script, place_in
from ..bls_parser import EntryFile, Field, parse_entry_file
from ..errors import BAD_ARGUMENT, FILE_NOT_FOUND, GrubError
from ..interpreter import Interpreter
from ..menu import MenuEntry
from ..numbers import NotANumber, TooLarge, parse_signed, to_int
from ..parser import PARTS
from ..rpm_order import name_key, tries_left
from ..state import Call
from ..users import users_of
from ..world import Place
from .menus import key_of, sound_commands
from .paths import open_device, open_file
from .registry import command

_DIRECTORY = "/loader/entries/"
_SUFFIX = ".conf"
_BYTES, _BYTES_IN_ALL = 1 << 18, 16 << 20
"""What is read of one file, and of all of them in one call."""
_FIELDS, _FIELDS_IN_ALL = 1000, 150_000
"""Lines that tell GRUB something; of a key that counts only once, the first."""
_PARTS = 1000
"""Commands that the options of one entry may smuggle into its body."""
_READ, _CHARACTERS = 512, 64
"""Characters of a file that are read in the time that a command takes, and of options."""
_ONCE = frozenset(
    ("linux", "title", "options", "devicetree", "grub_users", "grub_hotkey", "version")
)
_LISTS = frozenset(("initrd", "grub_class", "grub_arg"))
_KNOWN = _ONCE | _LISTS | {"machine-id", "sort-key"}


@command(
    "blscfg",
    "bls_import",
    summary="Adds entries of the Boot Loader Specification to the menu: all, one, the default "
    "one or all others, from `$blsdir` or the directory or file named.",
    status="0, or the error of opening the device or the file named",
    dialects=("fedora", "suse"),
)
def run_blscfg(shell: Interpreter, call: Call) -> int:
    """What was read before is kept: a submenu may show what the menu above it left out."""
    argument = call.arguments[0] if len(call.arguments) == 1 else ""
    path = argument if argument.startswith("(") else None
    if path is not None and path.endswith(_SUFFIX):
        _read_all(shell, call, [_File(path.rpartition("/")[2], path, open_file(shell, call, path))])
    else:
        _read_all(shell, call, _files(shell, call, path))
    _show(shell, call, "" if path is not None else argument)
    return 0


# -- files ------------------------------------------------------------------------------------


class _File(NamedTuple):
    """A file that may be read."""

    name: str
    path: str
    """As users know it."""
    place: Place


def _files(shell: Interpreter, call: Call, path: str | None) -> list[_File]:
    """Give the files of the directory that counts, sorted by name."""
    if path is None:
        device = _device(shell)
        own = shell.environment.get("blsdir")
        directories = [_DIRECTORY if own is None else own, f"/boot{_DIRECTORY}"]
    else:
        device, closed, directory = path[1:].partition(")")
        if not closed:
            raise GrubError(BAD_ARGUMENT, "Filepath isn't correct")
        directories = [directory]
    open_device(shell, call, f"({device})/")
    for directory in directories:
        place = shell.place(f"({device}){directory}")
        if shell.world.is_unseen(place):
            shell.note_unseen(place, call)
            return []
        if place.found is not None and place.found.is_directory:
            above, start = place.found.path.rstrip("/"), f"({device}){directory.rstrip('/')}/"
            names = sorted(filter(_counts, shell.world.files.names(above)))
            return [_File(name, f"{above}/{name}", shell.place(start + name)) for name in names]
    where = " or ".join(dict.fromkeys(directory.rstrip("/") for directory in directories))
    shell.warn(f"no entries are found: ({device}) has no directory {where}", call.position)
    return []


def _device(shell: Interpreter) -> str:
    """Give the device that is looked at if none is named.

    Where Fedora's GRUB was started by a BIOS that is ``$boot``; all others take ``$root``.
    """
    device = shell.get("root")
    if not shell.world.dialect.counts_boots and shell.get("grub_platform") != "efi":
        device = shell.get("boot") or device
    if device is None:
        raise GrubError(FILE_NOT_FOUND, "variable `boot' isn't set")
    return device


def _counts(name: str) -> bool:
    return name.endswith(_SUFFIX) and not name.startswith(".") and len(name) > len(_SUFFIX)


def _read_all(shell: Interpreter, call: Call, files: list[_File]) -> None:
    """Add *files* to what was read before."""
    known = shell.bls or BlsList()
    shell.count(len(files) + len(known.entries))
    places = {(entry.name, entry.path) for entry in known.entries}
    size = fields = 0
    new: list[BlsEntry] = []
    # The smallest first, so that large ones take nothing from them.
    files.sort(key=lambda file: file.place.found.size if file.place.found else 0)
    for number, file in enumerate(files):
        found = file.place.found
        if found is not None and (file.name.removesuffix(_SUFFIX), found.path) in places:
            continue
        if size > _BYTES_IN_ALL or fields > _FIELDS_IN_ALL:
            message = f"too much in all files: {len(files) - number} of them are not read"
            shell.note(Diagnostic("error", message, call.position))
            break
        entry = _read(shell, call, file)
        if entry is not None:
            size += len(entry.text)
            fields += len(entry.fields)
            new.append(entry)
    order = {entry.order: entry for entry in known.entries}
    # Of names that are equal in this order GRUB keeps the one that its directory has first.
    for entry in sorted(new, key=lambda entry: entry.name):
        other = order.setdefault(entry.order, entry)
        if other is not entry:
            message = f"GRUB drops this entry: its name counts as equal to '{other.name}{_SUFFIX}'"
            shell.warn(message, entry.position())
    entries = tuple(sorted(order.values(), key=lambda entry: entry.order, reverse=True))
    paths = known.files.union(entry.path for entry in new)
    shell.bls = known._replace(entries=entries, files=paths)


def _read(shell: Interpreter, call: Call, file: _File) -> BlsEntry | None:
    name, path, place = file
    if place.found is None or place.found.is_directory:
        # Behind an error GRUB reads no more of the directory (fs/fshelp.c).
        why = "is a directory" if place.found else "leads to no regular file"
        message = f"{path} {why}: GRUB skips it, and maybe files behind it"
        shell.warn(message, call.position)
        return None
    path = place.found.path
    try:
        text = shell.world.read(place, _BYTES + 1)
    except BootpickError as error:
        shell.note(Diagnostic("error", error.message, call.position, error.hint))
        return None
    shell.count(len(text) // _READ)
    is_cut = len(text) > _BYTES
    if is_cut:  # between lines
        text = text[: text.rfind("\n", 0, _BYTES) + 1]
    found = parse_entry_file(text)
    _check(shell, path, text, found)
    kept = tuple(_that_count(found.fields))
    if len(kept) > _FIELDS:
        position = place_in(path, text, kept[_FIELDS].line)
        shell.note(Diagnostic("error", f"more than {_FIELDS} fields: cut here", position))
    elif is_cut and found.stop is None:
        position = place_in(path, text, text.count("\n") + 1)
        shell.note(Diagnostic("error", f"longer than {_BYTES} bytes: cut here", position))
    stem = name.removesuffix(_SUFFIX)
    package, count = tries_left(stem) if shell.world.dialect.counts_boots else (stem, None)
    order = count != 0, name_key(package)
    return BlsEntry(stem, order, path, place.device, text, kept[:_FIELDS])


def _that_count(fields: tuple[Field, ...]) -> Iterator[Field]:
    seen: set[str] = set()
    for field in fields:
        if field.key in _LISTS or (field.key in _KNOWN and field.key not in seen):
            seen.add(field.key)
            yield field


def _check(shell: Interpreter, path: str, text: str, file: EntryFile) -> None:
    """Tell of lines that GRUB reads in another way than they were meant."""
    told: set[str] = set()
    seen: set[str] = set()

    def tell(line: int, key: str, message: str) -> None:
        if key not in told:
            told.add(key)
            shell.warn(message, place_in(path, text, line))

    for field in file.fields:
        key, tab, _ = field.key.partition("\t")
        if tab and key in _KNOWN:
            message = f"GRUB finds no '{key}' here: a tab ends a key only in a line without spaces"
            tell(field.line, tab, message)
        if field.indented:
            # It frees what does not begin where the line does (kern/mm.c: "unaligned pointer").
            tell(field.line, " ", "GRUB may crash at a line that begins with a blank")
        if field.key in _ONCE and field.key in seen:
            tell(field.line, field.key, f"GRUB takes the first '{field.key}' and ignores this one")
        seen.add(field.key)
    if file.stop is not None:
        line, found, behind = file.stop
        lines = f"{behind} {'line' if behind == 1 else 'lines'} behind it"
        ignored = f": {lines} {'is' if behind == 1 else 'are'} ignored" if behind else ""
        what = f"'{found}', a key without a value" if found else "this empty line"
        if found or behind:
            tell(line, "", f"GRUB stops reading at {what}{ignored}")


# -- entries ----------------------------------------------------------------------------------


def _show(shell: Interpreter, call: Call, wanted: str) -> None:
    """Make menu entries of those that are *wanted*: ``""`` (all), ``default`` and so on."""
    bls = shell.bls or BlsList()
    default = shell.get("default")
    shown = set(bls.shown)
    for index, entry in enumerate(bls.entries):
        if entry.name in shown:
            continue
        if wanted in ("default", "non-default"):
            is_wanted = _is_default(default, entry, index) == (wanted == "default")
        else:
            is_wanted = wanted in ("", entry.name)
        if is_wanted:
            _add(shell, call, entry)
            shown.add(entry.name)
    shell.bls = bls._replace(shown=frozenset(shown))


def _is_default(default: str | None, entry: BlsEntry, index: int) -> bool:
    """Tell whether ``$default`` names the entry (``is_default_entry``): a name, title or index."""
    if default is None:
        return False
    if default in (entry.name, entry.value("title")):
        return True
    try:
        return to_int(parse_signed(default)) == index
    except (NotANumber, TooLarge):
        return False


def _add(shell: Interpreter, call: Call, entry: BlsEntry) -> None:
    linux = entry.first("linux")
    if linux is None:
        message = "GRUB makes no entry of this file, as it reads no 'linux' in it"
        shell.warn(message, place_in(entry.path, entry.text, 1))
        return
    if len(shell.menu.entries) >= shell.limits.entries:
        raise shell.stopped(f"more than {shell.limits.entries} menu entries")
    told: set[str] = set()

    def remark(key: str, message: str) -> None:
        if message not in told:
            told.add(message)
            field = entry.first(key)
            what = f"in '{key}', {message}" if field is None else message
            shell.warn(what, call.position if field is None else entry.position(field))

    get = shell.environment.get
    is_suse = shell.world.dialect.counts_boots
    shell.count(len(entry.value("options") or "") // _CHARACTERS)
    text = make_script(
        entry,
        get,
        f"({entry.device})" if is_suse else "($root)",
        remark,
        video=not (is_suse and shell.get("grub_platform") == "efi"),
    )
    users = expand_field(entry, "grub_users", get, remark)
    name = entry.name.removesuffix(_SUFFIX)
    if _SUFFIX in name and not is_suse:
        remark("linux", f"GRUB hangs at the '{_SUFFIX}' within the name of this file")
    title = entry.value("title")
    title = linux.value if title is None else title
    version = entry.value("version")
    if is_suse and version is not None:
        title = f"{title} ({version})"
    position = entry.position()
    lines = text.split("\n")
    if sum(map(text.count, PARTS)) > _PARTS:
        text = ""
        message = f"this entry has more than {_PARTS} commands: none is run"
        shell.note(Diagnostic("error", message, position))
    elif max(map(len, lines)) > LONGEST:
        text = "\n".join(line[:LONGEST] for line in lines)
        message = f"a command of this entry is longer than {LONGEST} characters: it is cut there"
        shell.note(Diagnostic("error", message, position))
    shell.spend(len(text))
    script = shell.parse(Source(position.file, text, position))
    shell.menu.entries.append(
        MenuEntry(
            title=title[:LONGEST],
            id=name,
            classes=entry.values("grub_class"),
            is_submenu=False,
            # `grub_arg --unrestricted` is a parameter of the body, and no option here.
            restricted=users is not None,
            parameters=(title, *entry.values("grub_arg")),
            commands=sound_commands(script),
            text=text,
            script=script,
            base=0,
            position=position,
            users=users_of(users),
            hotkey=key_of(entry.value("grub_hotkey")),
            version=version,
            machine_id=entry.value("machine-id"),
            sort_key=entry.value("sort-key"),
        )
    )
