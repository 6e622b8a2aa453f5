"""``search`` (commands/search_wrap.c, search.c): which device has a file, a label or a UUID."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...diagnostics import Diagnostic
from ..devices import CRYPTO, DISK
from ..errors import BAD_ARGUMENT, FILE_NOT_FOUND, INVALID_COMMAND, GrubError
from ..filesystems import filesystem, label, uuid
from ..interpreter import Interpreter
from ..state import Call
from .arguments import set_plainly
from .options import Option, Parsed
from .registry import command, command_with_options

_HINT = "If HINT ends in comma, also try subpartitions"


def _hint(name: str, when: str) -> Option:
    doc = f"First try the device HINT if {when}. {_HINT}"
    return Option(f"hint-{name}", value="required", doc=doc, shown="HINT")


_SEARCHED = (
    Option("file", "f", doc="Search devices by a file."),
    Option("label", "l", doc="Search devices by a filesystem label."),
    Option("fs-uuid", "u", doc="Search devices by a filesystem UUID."),
    Option("set", "s", "optional", "Set a variable to the first device found.", "VARNAME"),
    Option("no-floppy", "n", doc="Do not probe any floppy drive."),
)
_HINTED = (
    Option("hint", "h", "required", f"First try the device HINT. {_HINT}", "HINT"),
    _hint("ieee1275", "currently running on IEEE1275"),
    _hint("bios", "currently running on BIOS"),
    _hint("baremetal", "direct hardware access is supported"),
    _hint("efi", "currently running on EFI"),
    _hint("arc", "currently running on ARC"),
)
_EFIDISK = Option("efidisk-only", doc="Only search EFI disks.")
_LIMITED = (
    Option("root-dev-only", "r", doc="Only search root device."),
    Option("cryptodisk-only", doc="Only search crypto disks."),
)
# A GRUB has only the hints for its own platform compiled in, in this order.
_HINTS = {"hint-ieee1275": "ieee1275", "hint-efi": "efi", "hint-arc": "arc", "hint-bios": "pc"}
_LIMITS = frozenset(("no-floppy", "efidisk-only", "root-dev-only", "cryptodisk-only"))


_TRIED = 4
"""Devices that are looked at in the time that a command takes; looking for a file takes two."""


class _Wanted(NamedTuple):
    kind: str
    """``file``, ``label`` or ``fs-uuid``."""
    key: str
    variable: str | None
    hints: Sequence[str] = ()
    limits: frozenset[str] = frozenset()


@command_with_options(
    "search",
    summary="Finds the device with a file, label or UUID and sets a variable.",
    options=(*_SEARCHED, *_HINTED),
    # Where an option is not known, it is taken for what is searched for.
    other_options={
        "fedora": (*_SEARCHED, _EFIDISK, *_LIMITED, *_HINTED),
        "suse": (*_SEARCHED, _EFIDISK, *_HINTED),
    },
    dashes=True,
    usage="[-f|-l|-u|-s|-n] [--hint HINT [--hint HINT] ...] NAME",
    purpose="Search devices by file, filesystem label or filesystem UUID. If --set is specified,"
    " the first device found is set to a variable. If no variable name is specified, `root' is"
    " used.",
    pure=True,
)
def run_search(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Cases 111 and 112. Without a name, the value of ``--set`` is what to search for."""
    words = list(parsed.words)
    while words and words[0].startswith("--hint-"):  # for a platform still to come
        del words[0]
    value = parsed.last("set")
    variable = (value or "root") if "set" in parsed.given else None
    if not words:
        if value is None:
            raise GrubError(BAD_ARGUMENT, "one argument expected")
        words, variable = [value], "root"
    kind = next((kind for kind in ("label", "fs-uuid", "file") if kind in parsed.given), None)
    if kind is None:
        raise GrubError(INVALID_COMMAND, "unspecified search type")
    platform = shell.get("grub_platform") or shell.world.platform
    names = ["hint", *(name for name, where in _HINTS.items() if where == platform)]
    hints = [
        hint or "" for name in (*names, "hint-baremetal") for hint in parsed.given.get(name, ())
    ]
    limits = _LIMITS.intersection(parsed.given)
    return _search(shell, call, _Wanted(kind, words[0], variable, hints, limits))


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
    key, *rest = call.arguments
    return _search(shell, call, _Wanted(kind, key, rest[0] if rest else None, rest[1:]))


def _search(shell: Interpreter, call: Call, wanted: _Wanted) -> int:
    """Set the variable to the first device that fits, or without one print all of them.

    An error that is still there ends the search before it begins.

    What was found for the same key before is tried first, even before the hints.
    """
    if shell.pending:
        return shell.pending
    cached = (wanted.kind, wanted.key.lower() if wanted.kind == "fs-uuid" else wanted.key)
    unseen: dict[str, None] = {}
    count = 0
    tried = 0
    for name, is_cached in _candidates(shell, wanted, shell.searched.get(cached)):
        tried += 1
        if wanted.kind == "file":
            shell.count(2)
        elif tried % _TRIED == 0:
            shell.count()
        if not _fits(shell, wanted, name, unseen):
            continue
        count += 1
        if count == 1 and not is_cached:
            shell.searched[cached] = name
        if wanted.variable is None:
            shell.print(f" {name}")
        else:
            set_plainly(shell, wanted.variable, name)
            break
    if unseen:
        _tell_unseen(shell, call, wanted.key, list(unseen), found=count > 0)
    if not count:
        raise GrubError(FILE_NOT_FOUND, f"no such device: {wanted.key}")
    return 0


def _candidates(
    shell: Interpreter, wanted: _Wanted, cached: str | None
) -> Iterator[tuple[str, bool]]:
    """Give the names to try in order, the first of them as cached if there is one."""
    if cached is not None and _allowed(shell, wanted, cached):
        yield cached, True
    devices = shell.world.devices
    for hint in wanted.hints:
        # With a "," at the end, a hint stands for the disk and then its partitions.
        name = hint.removesuffix(",")
        device = devices.open(name)
        if "no-floppy" in wanted.limits and _is_floppy(name):
            return  # GRUB gives up there
        if name in shell.loops and _allowed(shell, wanted, name):
            yield name, False
        if device is None:
            continue
        parts = devices.partitions(name) if hint.endswith(",") else []
        is_tree_disk = device.volume.anything and parts
        for one in parts if is_tree_disk else [name, *parts]:
            if _allowed(shell, wanted, one):
                yield one, False
    for name in (*shell.loops, *(name for name, _ in devices)):
        if _allowed(shell, wanted, name):
            yield name, False


def _is_floppy(name: str) -> bool:
    return name.startswith("fd") and name[2:3].isdecimal()


def _allowed(shell: Interpreter, wanted: _Wanted, name: str) -> bool:
    """Tell whether the command's limits admit the device."""
    if name in shell.loops:
        return not wanted.limits - {"no-floppy"}
    device = shell.world.devices.open(name)
    if device is None or device.volume.anything or not wanted.limits:
        return device is not None
    if "no-floppy" in wanted.limits and _is_floppy(name):
        return False
    if "efidisk-only" in wanted.limits and (device.driver != DISK or shell.world.platform != "efi"):
        return False
    if "cryptodisk-only" in wanted.limits and device.driver != CRYPTO:
        return False
    root = (shell.get("root") or "").partition(",")[0]
    return not ("root-dev-only" in wanted.limits and root and device.disk != root)


def _fits(shell: Interpreter, wanted: _Wanted, name: str, unseen: dict[str, None]) -> bool:
    """Tell whether the device has what is searched for; note one that cannot be looked into."""
    volume = shell.loops.get(name) or shell.world.devices.find(name)
    if volume is None:
        return False
    if wanted.kind == "file":
        if volume.image is None and not volume.mounts and wanted.key.startswith("/"):
            if filesystem(volume) is not None:
                unseen[volume.path] = None
            return False
        place = shell.place(f"({name}){wanted.key}")
        if shell.world.is_unseen(place):
            unseen[volume.path] = None
        # A directory cannot be opened, and is not found.
        is_file = place.found is not None and not place.found.is_directory
        return is_file or place.is_block_list
    if volume.anything:
        return True
    if wanted.kind == "label":
        return label(volume) == wanted.key
    known = uuid(volume)
    return known is not None and known.lower() == wanted.key.lower()


def _tell_unseen(
    shell: Interpreter, call: Call, key: str, paths: list[str], *, found: bool
) -> None:
    """Say so where GRUB may find the file on a file system that cannot be seen from here."""
    where = ", ".join(paths)
    shell.note(
        Diagnostic(
            "note" if found else "warning",
            f"{key} may be on {where}, which {'are' if len(paths) > 1 else 'is'} not mounted"
            + (" and which GRUB looks at first" if found else ""),
            call.position,
            f"mount {where} to see what GRUB sees there",
        )
    )
