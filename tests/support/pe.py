"""PE images as small as they may be, to stand for unified kernel images."""

import struct
from collections.abc import Sequence

_ALIGNMENT = 512
_EFI_APPLICATION = 10
_MACHINES = {"x64": 0x8664, "aa64": 0xAA64, "ia32": 0x14C, "riscv64": 0x5064}


def pe_image(sections: Sequence[tuple[str, bytes]], architecture: str = "x64") -> bytes:
    """Give an image with these sections, in this order; a name has 8 bytes at most."""
    header = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40)
    optional = struct.pack("<H", 0x20B).ljust(32, b"\0") + struct.pack("<II", 0x1000, _ALIGNMENT)
    optional = optional.ljust(68, b"\0") + struct.pack("<H", _EFI_APPLICATION)
    optional = optional.ljust(108, b"\0") + struct.pack("<I", 16) + b"\0" * 16 * 8
    coff = struct.pack(
        "<4sHHIIIHH",
        b"PE\0\0",
        _MACHINES[architecture],
        len(sections),
        0,
        0,
        0,
        len(optional),
        0x22E,
    )
    start = _aligned(len(header) + len(coff) + len(optional) + 40 * len(sections))
    table, contents = b"", b""
    address = 0x1000
    for name, content in sections:
        room = _aligned(len(content))
        table += struct.pack(
            "<8sIIIIIIHHI",
            name.encode(),
            len(content),
            address,
            room,
            start + len(contents),
            0,
            0,
            0,
            0,
            0x40000040,
        )
        contents += content.ljust(room, b"\0")
        address += (len(content) + 0xFFF) // 0x1000 * 0x1000
    return (header + coff + optional + table).ljust(start, b"\0") + contents


def _aligned(size: int) -> int:
    return (size + _ALIGNMENT - 1) // _ALIGNMENT * _ALIGNMENT
