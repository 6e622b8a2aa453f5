"""SUSE's commands for btrfs and its subvolumes (``grub2-btrfs-*.patch``)."""

from ..devices import normal
from ..errors import BAD_ARGUMENT, BAD_FILE_TYPE, FILE_NOT_FOUND, UNKNOWN_FS, GrubError
from ..interpreter import Interpreter
from ..state import Call
from ..subvolumes import Submount, default_top
from ..world import Place
from .options import Option, OptionTable, parse_options
from .paths import open_device
from .registry import command

_OPTIONS = OptionTable(Option("", "p"), Option("", "n"), Option("", "o", "required"))


def _btrfs(shell: Interpreter, call: Call, name: str) -> Place:
    """Give the top of the btrfs on the device *name*; what is no ``(device)`` is ``$root``."""
    place = open_device(shell, call, f"{name.partition(')')[0]})/" if name[:1] == "(" else "/")
    assert place.volume is not None
    if place.volume.fstype != "btrfs" and not place.volume.anything:
        raise GrubError(UNKNOWN_FS, "not a Btrfs filesystem")
    return place


@command(
    "btrfs-mount-subvol",
    summary="Makes a directory the place of a subvolume.",
    status="0, 18 without three words, 4 or 5 for what is no directory, or the device's error",
    dialects=("suse",),
)
def run_mount_subvol(shell: Interpreter, call: Call) -> int:
    """What cannot be seen from here is taken for there; in a bare tree all is in place already."""
    if len(call.arguments) < 3:
        raise GrubError(BAD_ARGUMENT, "required <dev> <dir> and <subvol>")
    name, directory, subvolume = call.arguments[:3]
    place = _btrfs(shell, call, name)
    assert place.volume is not None
    where = shell.place(f"({place.device}){normal(directory)}")
    top = normal(subvolume)
    files = shell.world.files
    if place.volume.anything and files.find(place.volume, top) is None:
        top = normal(directory)
    elif files.sees(place.volume, where.inner) and where.found is None:
        raise GrubError(FILE_NOT_FOUND, f"file `{directory}' not found")
    if where.found is not None and not where.found.is_directory:
        raise GrubError(BAD_FILE_TYPE, "not a directory")
    if files.sees(place.volume, top) and files.find(place.volume, top) is None:
        raise GrubError(FILE_NOT_FOUND, f"file `{subvolume}' not found")
    shell.spend(len(directory) + len(subvolume))
    mount = Submount(place.volume.path, directory, top)
    if len(shell.submounts) >= shell.limits.menus:
        raise shell.stopped("too many subvolumes are mounted")
    shell.submounts = (mount, *shell.submounts)
    shell.new_epoch()
    return 0


@command(
    "btrfs-get-default-subvol",
    summary="Prints the path of the default subvolume or sets a variable to it; not its number.",
    status="0, or 18, or the device's error",
    dialects=("suse",),
)
def run_get_default(shell: Interpreter, call: Call) -> int:
    """The default subvolume is known as far as :func:`default_top` says."""
    parsed = parse_options(call.arguments, _OPTIONS)
    if not parsed.words:
        raise GrubError(BAD_ARGUMENT, "device name required")
    place = _btrfs(shell, call, parsed.words[0])
    assert place.volume is not None
    if "n" in parsed.given:
        shell.warn("the number of the default subvolume is not known from here", call.position)
        return 0
    top = default_top(place.volume)
    variable = parsed.last("o")
    if variable is None:
        shell.print(f"{top}\n")
    else:
        shell.set(variable, top)
    return 0


@command(
    "btrfs-info",
    "btrfs-list-subvols",
    summary="Warns that the subvolumes are not known from here, and prints nothing.",
    dialects=("suse",),
)
def run_list(shell: Interpreter, call: Call) -> int:
    """Only what is mounted is seen."""
    shell.warn(f"'{call.name}' is not followed: it prints nothing here", call.position)
    return 0
