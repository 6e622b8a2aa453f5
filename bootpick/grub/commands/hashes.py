"""Commands that compute checksums of files (commands/hashsum.c)."""

from collections.abc import Callable, Iterator
from typing import Protocol

from ..errors import BAD_ARGUMENT, BAD_FILE_TYPE, FILE_READ_ERROR, TEST_FAILURE, GrubError
from ..interpreter import Interpreter
from ..state import Call
from ..world import Place
from .arguments import as_text
from .options import Option, Parsed
from .paths import open_file, read_pieces
from .registry import command_with_options

_OPTIONS = (
    Option("hash", "h", "required", "Specify hash to use.", "HASH"),
    Option("check", "c", "required", "Check hashes of files with hash list FILE.", "FILE"),
    Option("prefix", "p", "required", "Base directory for hash list.", "DIR"),
    Option("keep-going", "k", doc="Don't stop after first error."),
    Option("uncompress", "u", doc="Uncompress file before checksumming."),
)
_ALIASES = {
    "md5sum": "md5",
    "sha1sum": "sha1",
    "sha256sum": "sha256",
    "sha512sum": "sha512",
    "crc": "crc32",
}
_NOT_HERE = "crc24rfc2440 crc32rfc1510 md4 ripemd160 tiger tiger192 tiger2 whirlpool".split()
_LINE_LIMIT = 1 << 16
_FILE = 10
"""Opening a file takes as long as so many commands."""
_SUMMARY = "Prints checksums of files, or checks them against a list."
_STATUS = "0, 1 where a checksum differs, 4 for a broken list, 18, or the error of opening a file"
_PURPOSE = "Compute or check hash checksum."


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


class _Sum:
    """One of zlib's checksums, four bytes long."""

    def __init__(self, add: Callable[[bytes, int], int], start: int) -> None:
        self._add = add
        self._value = start

    def update(self, data: bytes, /) -> None:
        self._value = self._add(data, self._value)

    def hexdigest(self) -> str:
        return f"{self._value:08x}"


def _hash_named(name: str) -> Callable[[], _Hash]:
    """Give what makes a checksum called *name*, in any case of letters."""
    import hashlib
    import zlib

    wanted = name.lower()
    if wanted == "crc32":
        return lambda: _Sum(zlib.crc32, 0)
    if wanted == "adler32":
        return lambda: _Sum(zlib.adler32, 1)
    if wanted in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512"):
        return lambda: hashlib.new(wanted, usedforsecurity=False)
    if wanted in _NOT_HERE:
        raise GrubError(BAD_ARGUMENT, f"bootpick cannot compute {name}")
    raise GrubError(BAD_ARGUMENT, "unknown hash")


@command_with_options(
    *_ALIASES,
    summary=_SUMMARY,
    status=_STATUS,
    options=_OPTIONS,
    usage="[-c FILE [-p PREFIX]] [FILE1 [FILE2 ...]]",
    purpose=_PURPOSE,
)
@command_with_options(
    "hashsum",
    summary=_SUMMARY,
    status=_STATUS,
    options=_OPTIONS,
    usage="-h HASH [-c FILE [-p PREFIX]] [FILE1 [FILE2 ...]]",
    purpose=_PURPOSE,
)
def run_hashsum(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Files are read as they are: what is compressed is not unpacked, also with -u."""
    name = parsed.last("hash") if "hash" in parsed.given else _ALIASES.get(call.name)
    if name is None:
        raise GrubError(BAD_ARGUMENT, "no hash specified")
    make = _hash_named(name)
    listing = parsed.last("check")
    if listing is not None:
        if parsed.words:
            raise GrubError(BAD_ARGUMENT, "--check is incompatible with file list")
        return _check(shell, call, make, listing, parsed)
    unread = 0
    for word in parsed.words:
        shell.count(_FILE)
        try:
            digest = _digest(shell, call, open_file(shell, call, word), make)
        except GrubError as error:
            if "keep-going" not in parsed.given:
                raise
            shell.complain(error.message)
            unread += 1
            continue
        shell.print(f"{digest}  {word}\n")
    return TEST_FAILURE if unread else 0


def _digest(shell: Interpreter, call: Call, place: Place, make: Callable[[], _Hash]) -> str:
    result = make()
    for piece in read_pieces(shell, call, place):
        result.update(piece)
    return result.hexdigest()


def _check(
    shell: Interpreter, call: Call, make: Callable[[], _Hash], listing: str, parsed: Parsed
) -> int:
    prefix, keep = parsed.last("prefix"), "keep-going" in parsed.given
    length = len(make().hexdigest())
    failed = False
    for line in _lines(shell, call, open_file(shell, call, listing)):
        shell.count(_FILE)
        line = line.lstrip(b" \t\r\n\v\f")
        expected, blanks, name = line[:length], line[length : length + 2], line[length + 2 :]
        if not _is_hexadecimal(expected, length) or blanks.strip(b" \t") or len(blanks) != 2:
            raise GrubError(BAD_FILE_TYPE, "invalid hash list")
        shown = as_text(name)
        place = open_file(shell, call, shown if prefix is None else f"{prefix}/{shown}")
        try:
            digest = _digest(shell, call, place, make)
        except GrubError as error:
            shell.print(f"{shown}: READ ERROR\n")
            if not keep:
                raise
            shell.complain(error.message)
            failed = True
            continue
        if digest != expected.decode().lower():
            shell.print(f"{shown}: HASH MISMATCH\n")
            if not keep:
                return TEST_FAILURE
            failed = True
            continue
        shell.print(f"{shown}: OK\n")
    return TEST_FAILURE if failed else 0


def _is_hexadecimal(text: bytes, length: int) -> bool:
    return len(text) == length and not text.lower().strip(b"0123456789abcdef")


def _lines(shell: Interpreter, call: Call, place: Place) -> Iterator[bytes]:
    """Give the lines of a file; a carriage return before the end is not part of one."""
    rest = b""
    for piece in read_pieces(shell, call, place):
        *lines, rest = (rest + piece).split(b"\n")
        yield from (line.removesuffix(b"\r") for line in lines)
        if len(rest) > _LINE_LIMIT:
            raise GrubError(FILE_READ_ERROR, "a line of the hash list is too long")
    if rest:
        yield rest.removesuffix(b"\r")
