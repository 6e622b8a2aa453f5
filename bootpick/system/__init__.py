"""The border to the machine: what the rest of bootpick may ask of it, as Protocols.

Rooms above this one take values and these Protocols. The real implementations are in the modules
beside this one and are chosen in :mod:`bootpick.cli` alone; tests have theirs.
"""

from typing import NamedTuple, Protocol

from ..volumes import Volume


class Found(NamedTuple):
    """A file or directory that exists."""

    path: str
    """In this machine's file system; in an image the path in it stands behind the image's."""
    is_directory: bool
    size: int
    modified: int
    """Seconds since the epoch."""


class FileTree(Protocol):
    """The files of this machine or of another installation's tree; reading only."""

    root: str
    """The directory of this machine at which the tree's ``/`` lies."""

    def path(self, host: str) -> str:
        """Give the path of this machine for *host*, a path in the tree."""

    def find(
        self, volume: Volume, inner: str, *, listed: bool = False, top: str = "/"
    ) -> Found | None:
        """Give the file *inner* of the file system on *volume*, following links within it.

        Links that are absolute begin in the directory *top*.
        With *listed* the last part is as its directory lists it: no directory if it is a link, and
        there also if that leads nowhere.
        ``None`` where it does not exist or the file system cannot be seen.
        Raises BootpickError where the volume is an image and that is damaged.
        """

    def is_circle(self, volume: Volume, inner: str) -> bool:
        """Tell whether *inner* is not found because links lead to each other, or too many do."""

    def look_into(self, volume: Volume) -> Volume:
        """Give *volume*, an image, with what the file system in it says of itself.

        Raises BootpickError where it is of no known format or cannot be read.
        """

    def follow(self, host: str) -> str | None:
        """Give the path in the tree that *host* leads to by links, across file systems.

        ``None`` where it leads nowhere.
        """

    def sees(self, volume: Volume, inner: str) -> bool:
        """Tell whether the place of *inner* on *volume* is to be seen, be there a file or not."""

    def read(self, path: str, limit: int, offset: int = 0) -> bytes:
        """Give at most *limit* bytes of the regular file at *path*.

        Raises BootpickError where it cannot be read.
        """

    def read_device(self, volume: Volume, offset: int, limit: int) -> bytes:
        """Give at most *limit* bytes from *offset* on of the device *volume* itself.

        Raises BootpickError where it cannot be read, as with devices that are another machine's.
        """

    def names(self, path: str, *, strict: bool = False) -> list[str]:
        """Give the names in the directory at *path*, in its own order.

        There are none in what is no directory, nor, unless *strict*, in one that may not be read.
        Raises BootpickError where there are too many, Unreadable with *strict* for the other.
        """

    def is_closed(self, volume: Volume, inner: str) -> bool:
        """Tell whether *inner* of *volume* is a directory that may not be looked into."""


class Matcher(Protocol):
    """Regular expressions as the C library has them."""

    def match(self, pattern: bytes, text: bytes) -> tuple[tuple[int, int], ...] | None:
        """Find the POSIX extended regular expression *pattern* in *text*, which are UTF-8.

        Give where the match and what its groups match begin and end, (-1, -1) for a group without
        a match; ``None`` where there is no match or it is no regular expression.
        The C library may take any time and memory for it: bound both before.
        """
