"""Commands that read files."""

import sys
from collections.abc import Iterator

from ...diagnostics import Diagnostic
from ..errors import BAD_ARGUMENT, OUT_OF_RANGE, GrubError
from ..interpreter import Interpreter
from ..numbers import parse_unsigned
from ..state import Call
from ..world import Place
from .options import Option, Parsed
from .paths import open_file, read_pieces
from .registry import command, command_with_options

_LIMIT = 1 << 20
"""Bytes of a file that ``cat`` prints."""
_WEIGHT = 512
"""How much longer printing a byte takes than comparing one."""


@command_with_options(
    "cat",
    summary="Prints a file; bytes that are no text as their number, `<ff>`.",
    status="0, 18 without a name, or the error of opening the file",
    options=(Option("dos", doc="Accept DOS-style CR/NL line endings."),),
    usage="FILE",
    purpose="Show the contents of a file.",
)
def run_cat(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Print the file's text, and a line end behind it (commands/cat.c)."""
    if len(parsed.words) != 1:
        raise GrubError(BAD_ARGUMENT, "filename expected")
    printer = _Printer(dos="dos" in parsed.given)
    place = open_file(shell, call, parsed.words[0])
    for piece in read_pieces(shell, call, place, _LIMIT, _WEIGHT):
        shell.print(printer.show(piece))
    shell.print(printer.end() + "\n")
    return 0


class _Printer:
    """Makes text of bytes as ``cat`` does, its peculiarities with broken UTF-8 included."""

    def __init__(self, *, dos: bool) -> None:
        self._dos = dos
        self._seen: list[int] = []
        """Bytes of the character that is being read."""
        self._code = self._count = 0
        self._return = False

    def show(self, piece: bytes) -> str:
        """Give what *piece*, the next of the file, looks like."""
        clean = not self._seen and not self._return
        if clean and piece.isascii() and not (self._dos and b"\r" in piece):
            return piece.decode().translate(_CONTROLS)
        return "".join(self._parts(piece))

    def end(self) -> str:
        """Give what is left at the file's end."""
        return "<d>" * self._return + self._numbers(self._seen)

    def _parts(self, piece: bytes) -> Iterator[str]:
        for byte in piece:
            self._seen.append(byte)
            if self._return and byte != 10:
                yield "<d>"
            self._return = False
            if not self._take(byte):
                yield self._numbers(self._seen[:-1])
                self._code = self._count = 0
                if len(self._seen) == 1 or not self._take(byte):
                    yield self._numbers([byte])
                    self._code = self._count = 0
                    self._seen.clear()
                    continue
                # The byte begins a character, but GRUB keeps the first of those that did not.
                del self._seen[1:]
            if not self._count:
                yield self._character()
                self._seen.clear()
                self._code = 0

    def _take(self, byte: int) -> bool:
        """Take one byte of UTF-8 (``grub_utf8_process``); tell whether it is valid there."""
        if self._count:
            if byte & 0xC0 != 0x80:
                self._count = 0
                return False
            self._code = self._code << 6 | byte & 0x3F
            self._count -= 1
            too_long = self._code <= {1: 0x1F, 2: 0xF}.get(self._count, -1)
            if too_long:
                self._code = self._count = 0
            return not too_long
        for count, (mask, lead, lowest) in enumerate(_LEADS):
            if byte & mask == lead:
                self._code, self._count = byte & ~mask & 0xFF, count
                if self._code < lowest:
                    self._code = self._count = 0
                    return False
                return True
        return False

    def _character(self) -> str:
        code = self._code
        if self._dos and code == 13:
            self._return = True
            return ""
        if code >= 0xA1 or 32 <= code < 127 or code in (9, 10):
            return chr(code) if code <= sys.maxunicode and not 0xD800 <= code < 0xE000 else "?"
        return self._numbers(self._seen)

    @staticmethod
    def _numbers(values: list[int]) -> str:
        return "".join(f"<{value:x}>" for value in values)


_CONTROLS = {code: f"<{code:x}>" for code in (*range(32), 127) if code not in (9, 10)}
_LEADS = ((0x80, 0, 0), (0xE0, 0xC0, 2), (0xF0, 0xE0, 0), (0xF8, 0xF0, 0))
"""By the bytes that follow: mask and value of the first byte, and the lowest code in it."""


@command(
    "cmp",
    summary="Compares two files and prints where they differ.",
    status="0 also where they differ; 18 without two names, or the error of opening a file",
)
def run_cmp(shell: Interpreter, call: Call) -> int:
    """The second file's opening wipes out the error of the first's (commands/cmp.c)."""
    if len(call.arguments) != 2:
        raise GrubError(BAD_ARGUMENT, "two arguments expected")
    first, second = call.arguments
    shell.print(f"Compare file `{first}' with `{second}':\n")
    one: Place | None = None
    try:
        one = open_file(shell, call, first)
    except GrubError:
        open_file(shell, call, second)
        return 0
    two = open_file(shell, call, second)
    assert one.found is not None
    assert two.found is not None
    if one.found.size != two.found.size:
        sizes = f"{one.found.size} [{first}], {two.found.size} [{second}]"
        shell.print(f"Files differ in size: {sizes}\n")
        return 0
    pieces = (read_pieces(shell, call, place) for place in (one, two))
    difference = _difference(*pieces)
    if difference is None:
        shell.print("The files are identical.\n")
    else:
        offset, a, b = difference
        values = f"0x{_as_char(a):x} [{first}], 0x{_as_char(b):x} [{second}]"
        shell.print(f"Files differ at the offset {offset}: {values}\n")
    return 0


def _difference(one: Iterator[bytes], two: Iterator[bytes]) -> tuple[int, int, int] | None:
    start = 0
    for left, right in zip(one, two, strict=False):
        if left != right:
            pairs = enumerate(zip(left, right, strict=False))
            at, (a, b) = next(((at, pair) for at, pair in pairs if pair[0] != pair[1]))
            return start + at, a, b
        start += len(left)
    return None


def _as_char(byte: int) -> int:
    """A ``char`` has a sign, and is printed as the 32 bits that it becomes."""
    return byte | 0xFFFFFF00 if byte > 127 else byte


_ROW = 16
_DUMPED = 1 << 17
"""Bytes that ``hexdump`` prints."""


@command_with_options(
    "hexdump",
    summary="Prints a file's bytes as numbers.",
    status="0, 18 without one name",
    options=(
        Option("skip", "s", "required", "Skip offset bytes from the beginning of file.", "", True),
        Option("length", "n", "required", "Read only LENGTH bytes.", "", True),
    ),
    usage="[OPTIONS] FILE_OR_DEVICE",
    purpose="Show raw contents of a file or memory.",
)
def run_hexdump(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Complains where the file cannot be read, and has the status 0 all the same.

    Devices and memory are not read.
    """
    if len(parsed.words) != 1:
        raise GrubError(BAD_ARGUMENT, "filename expected")
    skip, length = (parse_unsigned(parsed.last(name) or "0") for name in ("skip", "length"))
    word = parsed.words[0]
    if word.startswith("(") and word.endswith(")"):
        shell.warn(f"bootpick does not read {word}", call.position)
        return 0
    try:
        _dump(shell, call, open_file(shell, call, word), skip, length)
    except GrubError as error:
        shell.complain(error.message)
    return 0


def _dump(shell: Interpreter, call: Call, place: Place, skip: int, length: int) -> None:
    """Print *length* bytes from *skip* on, or without a length all of them (lib/hexdump.c)."""
    assert place.found is not None
    if skip > place.found.size:
        raise GrubError(OUT_OF_RANGE, "attempt to read past the end of file")
    content = shell.world.files.read(place.found.path, min(length or _DUMPED, _DUMPED), skip)
    for at in range(0, len(content), _ROW):
        row = content[at : at + _ROW]
        halves = (row[:8].hex(" "), row[8:].hex(" "))
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        shell.count()
        shell.print(f"{skip + at:08x}  {'  '.join(filter(None, halves)):<50}|{text}|\n")
    left = place.found.size - skip
    if len(content) == _DUMPED < min(left, length or left):
        message = f"{place.found.path} is too long to be printed: cut here"
        shell.note(Diagnostic("error", message, call.position))
