"""Opening a file as GRUB does it (kern/file.c), with the errors that it has for that."""

from collections.abc import Iterator

from ...diagnostics import Diagnostic
from ...errors import BootpickError
from ..devices import split_path
from ..errors import (
    BAD_DEVICE,
    BAD_FILE_TYPE,
    BAD_FILENAME,
    FILE_NOT_FOUND,
    FILE_READ_ERROR,
    SYMLINK_LOOP,
    UNKNOWN_FS,
    GrubError,
)
from ..filesystems import is_archive
from ..interpreter import Interpreter
from ..state import Call
from ..world import Place, no_device

_PIECE = 1 << 16
_NO_FILE_SYSTEM = ("crypto_LUKS", "LVM2_member", "linux_raid_member", "swap")


def open_device(shell: Interpreter, call: Call, path: str) -> Place:
    """Give where *path* leads, on a device with a file system that GRUB could read.

    Raises GrubError where there is none. Where it cannot be seen from here that is said, too.
    """
    device, name = split_path(path)
    if device is None and path.startswith("("):
        raise GrubError(BAD_FILENAME, "missing `)' symbol")
    if not name.startswith("/"):
        path = "/" if device is None else f"({device})/"
    place = shell.place(path)
    if place.volume is None:
        if device is None and not place.device:
            raise GrubError(BAD_DEVICE, "variable `root' isn't set")
        raise no_device(place.device)
    if not place.volume.mounts and place.volume.fstype in (None, *_NO_FILE_SYSTEM):
        raise GrubError(UNKNOWN_FS, "unknown filesystem")
    return place


def open_file(shell: Interpreter, call: Call, path: str) -> Place:
    """Give the place of a regular file, or raise the GrubError that GRUB has for it."""
    place = open_device(shell, call, path)
    name = split_path(path)[1]
    if not name.startswith("/"):
        # What GRUB takes for a list of blocks; reading these is beyond what can be seen here.
        raise GrubError(BAD_FILENAME, f"invalid file name `{name}'")
    if place.found is None:
        shell.note_unseen(place, call)
        raise missing(shell, place, name)
    if place.found.is_directory:
        raise no_file(shell, place, name)
    return place


def no_file(shell: Interpreter, place: Place, name: str) -> GrubError:
    """Give the error for a path that leads to a directory."""
    if place.volume is not None and is_archive(place.volume):
        return missing(shell, place, name)
    return GrubError(BAD_FILE_TYPE, "not a regular file")


def missing(shell: Interpreter, place: Place, name: str) -> GrubError:
    """Give the error for a path that leads nowhere: a part of it may be a file."""
    if place.volume is not None and shell.world.files.is_circle(place.volume, place.inner):
        return GrubError(SYMLINK_LOOP, "too deep nesting of symlinks")
    # An archive has nothing but whole names.
    flat = place.volume is not None and is_archive(place.volume)
    above = "" if flat else place.name.rpartition("/")[0]
    while above:
        found = shell.place(f"({place.device}){above}").found
        if found is not None and not found.is_directory:
            return GrubError(BAD_FILE_TYPE, "not a directory")
        above = above.rpartition("/")[0]
    return GrubError(FILE_NOT_FOUND, f"file `{name}' not found")


def read_pieces(
    shell: Interpreter, call: Call, place: Place, limit: int | None = None, weight: int = 1
) -> Iterator[bytes]:
    """Give the content of a file that was opened, piece by piece.

    With a *limit* it is cut there; each byte is charged *weight* times. Where a script has read
    too much the rest is not read, which is an error of its own, and without a *limit* GRUB's.
    """
    assert place.found is not None
    offset = 0
    while True:
        size = _PIECE if limit is None else min(_PIECE, limit - offset)
        try:
            piece = shell.world.files.read(place.found.path, max(size, 1), offset)
        except BootpickError as error:
            raise GrubError(FILE_READ_ERROR, error.message) from error
        if not piece:
            return
        shell.limits.reading -= len(piece) * weight
        if size <= 0 or shell.limits.reading < 0:
            message = f"{place.found.path} is too long to be read: cut here"
            shell.note(Diagnostic("error", message, call.position))
            if limit is None:
                raise GrubError(FILE_READ_ERROR, f"{place.inner} was not read to its end")
            return
        offset += len(piece)
        yield piece


def read_start(shell: Interpreter, place: Place, size: int) -> bytes:
    """Give the first *size* bytes of a file that was opened, fewer where it is shorter."""
    assert place.found is not None
    try:
        return shell.world.files.read(place.found.path, size)
    except BootpickError as error:
        raise GrubError(FILE_READ_ERROR, error.message) from error
