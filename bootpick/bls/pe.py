"""The section table of a PE image, the form of every EFI program (Microsoft's PE/COFF format).

Of the image only its headers are read, however large it is; what they say is not believed beyond
the file's end.
"""

import struct
from collections.abc import Callable
from typing import NamedTuple

from ..entries import Slice
from ..errors import BootpickError

Read = Callable[[int, int], bytes]
"""(offset, length) -> at most that many bytes of the file; raises BootpickError."""

EFI_APPLICATION = 10
"""The subsystem of programs that the firmware runs."""
_ARCHITECTURES = {
    0x014C: "ia32",
    0x8664: "x64",
    0x01C0: "arm",
    0x01C2: "arm",
    0x01C4: "arm",
    0xAA64: "aa64",
    0x0200: "ia64",
    0x5032: "riscv32",
    0x5064: "riscv64",
    0x6232: "loongarch32",
    0x6264: "loongarch64",
}
_START = 4096
"""Bytes that are read at once; in real images the section table lies within them."""
_SECTIONS = 4096
"""A unified kernel image with all 256 profiles that systemd-boot knows has fewer."""
_SECTION_SIZE = 40


class Section(NamedTuple):
    """One section."""

    name: str
    part: Slice
    """Where its content is in the file; without what only fills it up to whole blocks."""


class PeHeaders(NamedTuple):
    """What an image says of itself."""

    architecture: str | None
    """The machine it is for by its EFI name, ``None`` where that has none."""
    machine: int
    """The same as the number in the image."""
    subsystem: int
    sections: tuple[Section, ...]


def read_headers(read: Read, size: int) -> PeHeaders:
    """Read the headers of an image of *size* bytes.

    Raises BootpickError where it is none, where it ends too early, and with more sections than
    are looked at.
    """
    start = read(0, _START)

    def bytes_at(offset: int, length: int) -> bytes:
        data = start[offset : offset + length]
        if len(data) < length:
            data = read(offset, length) if offset + length <= size else b""
        if len(data) < length:
            raise BootpickError("the image ends within its headers")
        return data

    if start[:2] != b"MZ":
        raise BootpickError("it is no PE image")
    (at,) = struct.unpack("<I", bytes_at(0x3C, 4))
    signature, machine, count, optional = struct.unpack("<4sHH12xH2x", bytes_at(at, 24))
    if signature != b"PE\0\0":
        raise BootpickError("it is no PE image")
    (subsystem,) = struct.unpack("<H", bytes_at(at + 24 + 68, 2)) if optional >= 70 else (0,)
    if count > _SECTIONS:
        raise BootpickError(f"the image has {count} sections; no more than {_SECTIONS} are read")
    table = bytes_at(at + 24 + optional, count * _SECTION_SIZE)
    return PeHeaders(
        _ARCHITECTURES.get(machine),
        machine,
        subsystem,
        tuple(_section(*fields) for fields in struct.iter_unpack("<8sI4xII16x", table)),
    )


def _section(name: bytes, in_memory: int, in_file: int, offset: int) -> Section:
    text = name.rstrip(b"\0").decode("utf-8", "backslashreplace")
    # In the file a section is filled up to whole blocks; in memory what the file lacks is zeros.
    return Section(text, Slice(offset, min(in_memory, in_file), text))
