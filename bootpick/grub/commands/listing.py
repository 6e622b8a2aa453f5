"""``ls``: devices and directories (commands/ls.c)."""

from collections.abc import Iterator
from time import gmtime, strftime

from ...volumes import Volume
from ..devices import split_path
from ..errors import BAD_FILENAME, GrubError
from ..interpreter import Interpreter
from ..state import Call
from ..world import Place
from .options import Option, Parsed
from .paths import missing, open_device
from .registry import command_with_options

_OPTIONS = (
    Option("long", "l", doc="Show a long list with more detailed information."),
    Option("human-readable", "h", doc="Print sizes in a human readable format."),
    Option("all", "a", doc="List all files."),
)
_FILE_SYSTEMS = {"ext2": "ext*", "ext3": "ext*", "ext4": "ext*", "vfat": "fat"}
_WITHOUT_DOTS = ("btrfs", "iso9660", "squashfs", "f2fs")


@command_with_options(
    "ls",
    summary="Lists devices, or the files of a directory; a device's size is not told.",
    status="0, whatever it finds",
    options=_OPTIONS,
    usage="[-l|-h|-a] [FILE ...]",
    purpose="List devices and files.",
)
def run_ls(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Complains where it could not list the last path, and has the status 0 all the same."""
    if not parsed.words:
        for name, volume in _devices(shell):
            about = _about(name, volume) if "long" in parsed.given else f"({name}) "
            shell.print(about)
        shell.print("\n")
        return 0
    problems = [_list(shell, call, word, parsed) for word in parsed.words]
    if problems[-1] is not None:
        shell.complain(problems[-1])
    return 0


def _devices(shell: Interpreter) -> Iterator[tuple[str, Volume]]:
    """Give each disk and then its partitions, the last one first."""
    known = shell.devices()
    partitions: dict[str, list[tuple[str, Volume]]] = {}
    for name, volume in known.items():
        disk, comma, _ = name.partition(",")
        if comma:
            partitions.setdefault(disk, []).append((name, volume))
    for name, volume in known.items():
        shell.count()
        if "," not in name:
            yield name, volume
            yield from partitions.get(name, [])[::-1]


def _about(name: str, volume: Volume) -> str:
    kind = "\tPartition" if "," in name else "Device"
    if volume.fstype is None:
        return f"{kind} {name}: No known filesystem detected\n"
    about = f"{kind} {name}: Filesystem type {_FILE_SYSTEMS.get(volume.fstype, volume.fstype)}"
    if volume.label:
        about += f" - Label `{volume.label}'"
    return f"{about}, UUID {volume.uuid}\n" if volume.uuid else f"{about}\n"


def _list(shell: Interpreter, call: Call, path: str, parsed: Parsed) -> str | None:
    """List *path*; give GRUB's message where that cannot be done."""
    try:
        _print(shell, call, path, parsed)
    except GrubError as error:
        return error.message
    return None


def _print(shell: Interpreter, call: Call, path: str, parsed: Parsed) -> None:
    device, name = split_path(path)
    if device is not None and not name:
        found = shell.loops.get(device) or shell.world.devices.find(device)
        if found is not None:
            shell.print(_about(device, found))
            return
    if device is None and not name.startswith("/"):
        raise GrubError(BAD_FILENAME, f"invalid file name `{name}'")
    place = open_device(shell, call, path)
    if not name.startswith("/"):
        raise GrubError(BAD_FILENAME, f"invalid file name `{name}'")
    if place.found is None:
        shell.note_unseen(place, call)
        raise missing(shell, place, name)
    if place.found.is_directory:
        for one in _names(shell, place, all_files="all" in parsed.given):
            shell.count(3)  # it is looked for twice
            shell.print(_entry(shell, place, place.name, one, parsed))
    elif name.endswith("/"):
        raise missing(shell, place._replace(said=place.name + "/x"), name)
    elif "long" not in parsed.given:  # for which GRUB looks in the wrong place
        shell.print(place.name.rpartition("/")[2] + " ")
    shell.print("\n")


def _names(shell: Interpreter, place: Place, *, all_files: bool) -> list[str]:
    assert place.found is not None
    assert place.volume is not None
    names = shell.world.files.names(place.found.path)
    if not all_files:
        return [name for name in names if not name.startswith(".")]
    is_fat_top = place.volume.fstype == "vfat" and place.inner == "/"
    dots = not is_fat_top and place.volume.fstype not in _WITHOUT_DOTS
    return [".", "..", *names] if dots else names


def _entry(shell: Interpreter, place: Place, directory: str, name: str, parsed: Parsed) -> str:
    path = f"({place.device}){directory.rstrip('/')}/{name}"
    # GRUB does not look where a link leads to.
    listed = shell.place(path, listed=True).found
    is_directory = listed is not None and listed.is_directory
    end = "/" if is_directory else ""
    if "long" not in parsed.given:
        return f"{name}{end} "
    found = shell.place(path).found
    if found is None or found.is_directory != is_directory:
        return ""
    human = "human-readable" in parsed.given
    size = "DIR" if is_directory else _size(found.size) if human else str(found.size)
    form = " %Y-%m-%d %H:%M:%S {:<11} " if human else " %Y%m%d%H%M%S "
    time = gmtime(found.modified)
    when = strftime(form, time).format(_DAYS[time.tm_wday])
    return f"{size:<12}{when}{name}{end}\n"


_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
"""Not strftime's, which may be in the user's language."""


def _size(size: int) -> str:
    """Give a size as ``grub_get_human_size`` writes it."""
    if size < 1024:
        return str(size)
    hundredths, unit = size * 100, 0
    while hundredths >= 102400:
        hundredths = (hundredths + 512) // 1024
        unit += 1
    return f"{hundredths // 100}.{hundredths % 100:02}{' KMGTP'[unit]}"
