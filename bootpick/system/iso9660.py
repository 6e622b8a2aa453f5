"""ISO 9660 images with Rock Ridge or Joliet, as GRUB presents them (fs/iso9660.c, fs/fshelp.c).

An image is data from a stranger. Everything read of it is bounded: by the image's own size, by the
allowance that all images share, and by the limits below. Where GRUB would go on reading nonsense,
an ImageDamaged says what is wrong.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import NamedTuple

from ..errors import BootpickError

BLOCK = 2048
SECTOR = 512
_FIRST_DESCRIPTOR = 16
_DESCRIPTORS = 64  # real images have two to four
_RECORD = 33  # bytes of a directory record before the name
_CONTINUATIONS = 16  # CE entries followed for one record
_CONTINUATION_SIZE = 1 << 16
_EXTENTS = 256  # of one file; each may have 4 GiB
_LINKS = 7  # the eighth is GRUB's error
_DIRECTORY, _MORE_EXTENTS = 0x02, 0x80
_JOLIET = (b"%/@", b"%/C", b"%/E")
_KINDS = {0o040000: "directory", 0o100000: "file", 0o120000: "link"}

ReadAt = Callable[[int, int], bytes]
"""Gives the bytes at an offset, at most so many; fewer only at the end of the image."""


class ImageDamaged(BootpickError):
    """What was asked for cannot be read of the image."""


class NoImage(BootpickError):
    """The file is no ISO 9660 image."""


class Allowance:
    """How many bytes of directories and links may be read, in all: only they are kept."""

    def __init__(self, size: int = 8 << 20) -> None:
        self._left = size

    def spend(self, size: int) -> None:
        """Count *size* bytes. Raises ImageDamaged where there is no end of them."""
        if size > self._left:
            raise ImageDamaged("too much is read of ISO images: they are not searched any more")
        self._left -= size


class Node(NamedTuple):
    """A file, directory or link."""

    name: str
    kind: str
    """``directory``, ``file`` or ``link``."""
    extents: tuple[tuple[int, int], ...]
    """Where its content is: (first block, bytes), in order."""
    modified: int = 0
    """Seconds since the epoch; 0 where the date makes no sense."""
    target: str = ""
    """Of a link."""
    folds_case: bool = False
    """Whether it is found by a name in any case."""

    @property
    def size(self) -> int:
        """Its content's size in bytes."""
        return sum(size for _, size in self.extents)


class _Directory:
    """What is in a directory; of two with one name the first counts."""

    def __init__(self) -> None:
        self.names: dict[str, Node] = {}
        """As they are listed."""
        self.folded: dict[bytes, Node] = {}
        self.problem: ImageDamaged | None = None
        """Why there may be more that cannot be read."""

    def add(self, node: Node) -> None:
        self.names.setdefault(node.name, node)
        if node.folds_case:
            self.folded.setdefault(_lower(node.name), node)

    def find(self, name: str, *, listed: bool) -> Node | None:
        node = self.names.get(name)
        if node is None and not listed:
            node = self.folded.get(_lower(name))
        if node is None and self.problem is not None:
            raise self.problem
        return node


class Iso9660:
    """The file system in an image of *size* bytes."""

    def __init__(self, read: ReadAt, size: int, allowance: Allowance) -> None:
        """Find the descriptor that counts. Raises NoImage."""
        self._read = read
        # GRUB's disk has whole sectors; the last is filled with zeros.
        self._end = -(-size // SECTOR) * SECTOR
        self._size = size
        self._allowance = allowance
        self._directories: dict[tuple[tuple[int, int], ...], _Directory] = {}
        self._joliet = self._rock_ridge = False
        self._skip = 0
        """Bytes before the Rock Ridge entries of each record."""
        descriptor = self._find_descriptor()
        root = descriptor[156 : 156 + _RECORD]
        self._label = descriptor[40:72]
        self._date = descriptor[830:847]
        self._root = Node("", "directory", (_extent(root),), _date_in_digits(self._date))

    def _find_descriptor(self) -> bytes:
        """Give the last one that GRUB would take: Joliet's, unless the one before has Rock Ridge.

        Raises NoImage where the list of descriptors does not come to its end.
        """
        chosen = b""
        for number in range(_FIRST_DESCRIPTOR, _FIRST_DESCRIPTOR + _DESCRIPTORS):
            self._allowance.spend(BLOCK)
            descriptor = self._at(number * BLOCK, BLOCK)
            if len(descriptor) < BLOCK or descriptor[1:6] != b"CD001":
                break
            kind = descriptor[0]
            is_joliet = kind == 2 and not self._rock_ridge and descriptor[88:91] in _JOLIET
            if kind == 1 or is_joliet:
                self._joliet = self._joliet or is_joliet
                self._detect_rock_ridge(_extent(descriptor[156 : 156 + _RECORD]))
                chosen = descriptor
            if kind == 255 and chosen:
                return chosen
        raise NoImage("not an ISO 9660 image")

    def _detect_rock_ridge(self, root: tuple[int, int]) -> None:
        """Look at the root directory's own record: an ``SP`` and any ``ER`` behind it."""
        self._rock_ridge = False
        first = root[0] * BLOCK
        record = self._at(first, _RECORD)
        if len(record) < _RECORD:
            raise NoImage("not an ISO 9660 image: its top directory is beyond its end")
        start = _RECORD + record[32] + record[32] % 2 - 1
        area = self._at(first + start, max(record[0] - start, 0))
        if area[:2] != b"SP" or len(area) < 7:
            return
        self._skip = area[6]
        try:
            self._rock_ridge = any(entry[:2] == b"ER" for entry in self._entries(area))
        except ImageDamaged as error:
            raise NoImage(f"not an ISO 9660 image: {error.message}") from error

    @property
    def label(self) -> str:
        """The volume's name."""
        if self._joliet:
            return _from_joliet(self._label).rstrip(" ")
        return _text(self._label).rstrip(" ")

    @property
    def uuid(self) -> str | None:
        """What GRUB makes of the time of the last change: ``2023-10-07-11-26-55-00``."""
        digits = self._date[:16]
        if digits == bytes(16):
            return None
        parts = [digits[:4], *(digits[at : at + 2] for at in range(4, 16, 2))]
        return b"-".join(parts).decode("utf-8", "surrogateescape")

    # -- files --------------------------------------------------------------------------------

    def find(self, inner: str, *, listed: bool = False) -> tuple[str, Node] | None:
        """Give the file *inner* and the path to it without links, ``None`` where there is none.

        Links are followed within the image. With *listed* the last part is as its directory
        lists it: a link stays one, and capitals count. Raises ImageDamaged.
        """
        above: list[Node] = []
        here = self._root
        todo = [part for part in inner.split("/") if part][::-1]
        links = 0
        while todo:
            part = todo.pop()
            if here.kind != "directory":
                return None
            if part == ".":
                continue
            if part == "..":
                here = above.pop() if above else here
                continue
            is_last = not todo
            node = self._directory(here).find(part, listed=listed and is_last)
            if node is None:
                return None
            if node.kind != "link" or (listed and is_last):
                above.append(here)
                here = node
                continue
            links += 1
            if links > _LINKS:
                return None
            self._allowance.spend(len(node.target))
            if node.target.startswith("/"):
                above, here = [], self._root
            todo += [part for part in node.target.split("/") if part][::-1]
        return "".join(f"/{node.name}" for node in (*above[1:], here) if node.name) or "/", here

    def names(self, directory: Node) -> list[str]:
        """Give the names in a directory, in its order, without ``.`` and ``..``."""
        return list(self._directory(directory).names)

    def content(self, node: Node, limit: int, offset: int = 0) -> bytes:
        """Give at most *limit* bytes of a file. Raises ImageDamaged where they are not there."""
        if node.size > self._end:
            raise ImageDamaged("it is larger than the image that it is in")
        pieces: list[bytes] = []
        for block, size in node.extents:
            wanted = max(min(size - offset, limit), 0)
            piece = self._at(block * BLOCK + offset, wanted) if wanted else b""
            if len(piece) < wanted:
                raise ImageDamaged("it lies beyond the end of the image, which is cut short")
            pieces.append(piece)
            limit -= wanted
            offset = max(offset - size, 0)
        return b"".join(pieces)

    def _at(self, offset: int, size: int) -> bytes:
        """Give the bytes of GRUB's disk at *offset*, fewer than *size* at its end."""
        size = min(size, self._end - offset)
        if size <= 0:
            return b""
        data = self._read(offset, min(size, max(self._size - offset, 0)))
        return data + bytes(size - len(data)) if len(data) < size else data

    # -- directories --------------------------------------------------------------------------

    def _directory(self, node: Node) -> _Directory:
        known = self._directories.get(node.extents)
        if known is None:
            self._allowance.spend(max(node.size, BLOCK))
            known = self._directories[node.extents] = _Directory()
            try:
                for entry in self._records(node):
                    if entry.name not in (".", ".."):
                        known.add(entry)
            except ImageDamaged as error:
                known.problem = error
        return known

    def _records(self, directory: Node) -> Iterator[Node]:
        try:
            data = self.content(directory, directory.size)
        except ImageDamaged as error:
            raise ImageDamaged(f"a directory cannot be read: {error.message}") from error
        at = 0
        while at < len(data):
            length = data[at]
            if length == 0:  # records do not go across blocks
                at = (at // BLOCK + 1) * BLOCK
                continue
            record = data[at : at + _RECORD]
            name_end = at + _RECORD + data[at + 32] if len(record) == _RECORD else len(data) + 1
            if length <= _RECORD or name_end > len(data):
                raise ImageDamaged("a directory is damaged")
            name = data[at + _RECORD : name_end]
            start = _RECORD + len(name) + 1 - len(name) % 2
            area = data[at + start + self._skip : at + self._skip + max(length, start)]
            extents = [_extent(record)]
            more = record
            while more[25] & _MORE_EXTENTS:
                at += more[0]
                more = data[at : at + _RECORD]
                if len(more) < _RECORD or len(extents) >= _EXTENTS:
                    raise ImageDamaged("a directory is damaged")
                extents.append(_extent(more))
            yield self._node(record, name, area, tuple(extents))
            at += more[0]

    def _node(
        self, record: bytes, own: bytes, area: bytes, extents: tuple[tuple[int, int], ...]
    ) -> Node:
        name: str | None = None
        kind, target = "", _Target()
        if self._rock_ridge:
            raw: bytes | None = None
            for entry in self._entries(area):
                signature = entry[:2]
                if signature == b"NM" and len(entry) >= 5:
                    if entry[4] & 6:
                        raw = b"." if entry[4] & 2 else b".."
                    elif raw in (None, b".", b".."):
                        raw = _string(entry[5:])
                    else:
                        raw += _string(entry[5:])
                elif signature == b"PX" and len(entry) >= 6:
                    mode = int.from_bytes(entry[4:6], "little") & 0o170000
                    kind = _KINDS.get(mode, "")  # GRUB takes devices for what is below
                elif signature == b"SL":
                    target.add(entry)
            name = None if raw is None else raw.decode("utf-8", "surrogateescape")
        if not kind:
            kind = "directory" if record[25] & 3 == _DIRECTORY else "file"
        folds_case = False
        if name is None and own in (b"\0", b"\1"):
            name = "." if own == b"\0" else ".."
        elif name is None and self._joliet:
            name = _from_joliet(own)
            name = name.rpartition(";")[0] if ";" in name else name
        elif name is None:
            plain = _string(own)
            plain = plain.rpartition(b";")[0] if b";" in plain else plain
            name = plain.lower().removesuffix(b".").decode("utf-8", "surrogateescape")
            folds_case = True
        return Node(name, kind, extents, _date_in_bytes(record[18:25]), target.text, folds_case)

    def _entries(self, area: bytes) -> Iterator[bytes]:
        """Give a record's System Use entries.

        Where they continue elsewhere, GRUB drops the rest of what stands here.
        """
        at = continued = 0
        while at < len(area) - 1:
            if area[at : at + 2] == b"CE":
                block, offset, size = (
                    int.from_bytes(area[at + place : at + place + 4], "little")
                    for place in (4, 12, 20)
                )
                continued += 1
                if continued > _CONTINUATIONS or size > _CONTINUATION_SIZE:
                    raise ImageDamaged("a name in it goes on without end")
                self._allowance.spend(max(size, SECTOR))
                area, at = self._at(block * BLOCK + offset, size), 0
                if len(area) < size:
                    raise ImageDamaged("a name in it lies beyond the end of the image")
            elif area[at : at + 2] == b"ST":
                return
            length = area[at + 2] if at + 2 < len(area) else 0
            if length == 0:
                return
            yield area[at : at + length]
            at += length


class _Target:
    """The target of a link, put together of its components as GRUB does it.

    It sets no ``/`` between a name and a ``..`` or ``.`` behind it, so that ``a/../b`` leads
    nowhere.
    """

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._continues = False

    def add(self, entry: bytes) -> None:
        at = 5
        while at < len(entry):
            flags = entry[at]
            length = entry[at + 1] if at + 1 < len(entry) else 0
            kind = flags & 30
            if kind == 0:
                if self._parts and not self._continues:
                    self._parts.append(b"/")
                self._parts.append(_string(entry[at + 2 : at + 2 + length]))
                self._continues = bool(flags & 1)
            elif kind in _COMPONENTS:
                self._parts.append(_COMPONENTS[kind])
            at += length + 2

    @property
    def text(self) -> str:
        return b"".join(self._parts).decode("utf-8", "surrogateescape")


_COMPONENTS = {2: b"./", 4: b"../", 8: b"/"}


def _extent(record: bytes) -> tuple[int, int]:
    return int.from_bytes(record[2:6], "little"), int.from_bytes(record[10:14], "little")


def _string(data: bytes) -> bytes:
    """Cut at the first NUL, as C does."""
    return data.partition(b"\0")[0]


def _text(data: bytes) -> str:
    return _string(data).decode("utf-8", "surrogateescape")


def _from_joliet(data: bytes) -> str:
    text = data[: len(data) & ~1].decode("utf-16-be", "surrogatepass")
    return text.partition("\0")[0].encode("utf-8", "replace").decode("utf-8")


def _lower(name: str) -> bytes:
    """Fold ASCII letters alone."""
    return name.encode("utf-8", "surrogateescape").lower()


def _date_in_digits(data: bytes) -> int:
    try:
        numbers = [int(data[0:4]), *(int(data[at : at + 2]) for at in range(4, 14, 2))]
    except ValueError:
        return 0
    return _seconds(numbers, data[16])


def _date_in_bytes(data: bytes) -> int:
    return _seconds([1900 + data[0], *data[1:6]], data[6])


def _seconds(numbers: list[int], zone: int) -> int:
    """Give seconds since the epoch; GRUB takes the zone, quarters of an hour, for unsigned."""
    year, month, day, hour, minute, second = numbers
    if not 1901 <= year <= 2038:
        return 0
    try:
        time = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return 0
    return int(time.timestamp()) - zone * 900
