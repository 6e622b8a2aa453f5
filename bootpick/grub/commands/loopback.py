"""``loopback``: a file as a device (disk/loopback.c of GRUB 2.06)."""

from ...errors import BootpickError
from ...volumes import Volume
from ..errors import (
    BAD_ARGUMENT,
    BAD_DEVICE,
    BAD_FILENAME,
    STILL_REFERENCED,
    GrubError,
)
from ..interpreter import Interpreter
from ..numbers import NotANumber, TooLarge, parse_unsigned
from ..state import Call
from ..world import Place, no_device
from .options import Option, Parsed
from .paths import missing, no_file
from .registry import command_with_options

_DISKS = ("hd", "cd", "fd", "md/", "lvm/", "crypto/")
"""How the names begin that may be other devices."""


@command_with_options(
    "loopback",
    summary="Makes a device of a file, or with -d forgets it; ISO 9660 images are looked into.",
    status="0, 18 without a name or a file, or an open's error",
    options=(Option("delete", "d", doc="Delete the specified loopback drive."),),
    usage="[-d] DEVICENAME FILE.",
    purpose="Make a virtual drive from a file.",
)
def run_loopback(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """A name that is in use stays what it is; the newest device comes first."""
    if not parsed.words:
        raise GrubError(BAD_ARGUMENT, "device name required")
    name, *files = parsed.words
    if "delete" in parsed.given:
        _forget(shell, name)
        shell.new_epoch()
        return 0
    if not files:
        raise GrubError(BAD_ARGUMENT, "filename expected")
    if name in shell.loops:
        raise GrubError(BAD_ARGUMENT, "device name already exists")
    if len(shell.loops) + len(shell.absent) >= shell.limits.loops:
        raise shell.stopped(f"more than {shell.limits.loops} loop devices")
    shell.spend(len(name))
    shell.count(1 + len(shell.loops) // 16)
    try:
        volume = _make(shell, call, files[0])
    except GrubError as error:
        if not name.startswith(_DISKS):
            shell.absent[name] = f"there is no ({name}): {error.message}"
        raise
    shell.absent.pop(name, None)
    shell.loops = {name: volume, **shell.loops}
    shell.new_epoch()
    return 0


def _forget(shell: Interpreter, name: str) -> None:
    """Forget the device *name*; Debian's GRUB keeps one on which another device's file lies."""
    volume = shell.loops.get(name)
    shell.count(1 + len(shell.loops) // 16)
    if volume is None:
        raise GrubError(BAD_DEVICE, "device not found")
    if any(other.image is not None and other.image[0] == volume for other in shell.loops.values()):
        raise GrubError(STILL_REFERENCED, "device still referenced")
    shell.loops = {other: kept for other, kept in shell.loops.items() if other != name}


def _make(shell: Interpreter, call: Call, path: str) -> Volume:
    """Give the device that the file at *path* becomes; one that cannot be seen is made, too."""
    place = shell.place(path)
    if place.volume is None:
        if not place.device:
            raise GrubError(BAD_DEVICE, "variable `root' isn't set")
        raise no_device(place.device)
    start = path.partition(")")[2] if path.startswith("(") else path
    if not start.startswith("/"):
        return _make_of_blocks(shell, call, place, start)
    image = place.volume, place.inner
    if place.found is None:
        if place.volume.host_path(place.inner) is not None or place.volume.image is not None:
            raise missing(shell, place, start)
        return Volume(f"{place.inner} on {place.volume.path}", "loop", image=image)
    if place.found.is_directory:
        raise no_file(shell, place, start)
    volume = Volume(place.found.path, "loop", image=image)
    try:
        return shell.world.files.look_into(volume)
    except BootpickError as error:
        shell.warn(f"cannot look into {error.message}", call.position, error.hint)
        return volume


def _make_of_blocks(shell: Interpreter, call: Call, place: Place, blocks: str) -> Volume:
    """Give the device for a list of blocks of another, such as ``(hd0)0+2048``."""
    if not all(map(_is_block, blocks.split(","))):
        raise GrubError(BAD_FILENAME, f"invalid file name `{blocks}'")
    assert place.volume is not None
    shell.warn(f"bootpick does not follow lists of blocks: {blocks}", call.position)
    return Volume(f"{blocks} of {place.volume.path}", "loop", image=(place.volume, blocks))


def _is_block(text: str) -> bool:
    """Tell whether *text* is ``START+LENGTH`` or ``+LENGTH``, in sectors."""
    start, plus, length = text.partition("+")
    try:
        return (
            bool(plus) and (not start or parse_unsigned(start) >= 0) and parse_unsigned(length) > 0
        )
    except (NotANumber, TooLarge):
        return False
