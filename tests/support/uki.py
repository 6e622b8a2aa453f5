"""Unified kernel images made on the spot, sound or not as a test wants them."""

import struct
from collections.abc import Iterable

from tests.installations.stubs import debian_kernel

X64 = 0x8664
KERNEL = debian_kernel("6.1.0-18-amd64")
RELEASE = "6.1.0-18-amd64"
OSREL = b'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\n'

_HEADERS_AT, _OPTIONAL_SIZE = 0x80, 240
_BLOCK = 512


def pe(
    sections: Iterable[tuple[str, bytes]] = (), machine: int = X64, subsystem: int = 10
) -> bytes:
    """Give a PE image with these sections, in this order; it cannot be run."""
    contents = list(sections)
    table_end = _HEADERS_AT + 24 + _OPTIONAL_SIZE + 40 * len(contents)
    at = -(-table_end // _BLOCK) * _BLOCK
    table, body = bytearray(), bytearray()  # there may be tens of thousands of sections
    for name, content in contents:
        filled = content.ljust(-(-len(content) // _BLOCK) * _BLOCK, b"\0")
        place = (len(content), 0x1000 + at, len(filled), at + len(body))
        table += struct.pack("<8sIIII16x", name.encode(), *place)
        body += filled
    dos = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", _HEADERS_AT)
    coff = struct.pack("<4sHH12xHH", b"PE\0\0", machine, len(contents), _OPTIONAL_SIZE, 0x206)
    optional = struct.pack("<H66xH38xI", 0x20B, subsystem, 16).ljust(_OPTIONAL_SIZE, b"\0")
    headers = dos.ljust(_HEADERS_AT, b"\0") + coff + optional + table
    return headers.ljust(at, b"\0") + bytes(body)


def uki(
    *more: tuple[str, bytes], linux: bytes = KERNEL, osrel: bytes = OSREL, machine: int = X64
) -> bytes:
    """Give a unified kernel image with *more* sections behind the two that each one has."""
    return pe([(".osrel", osrel), (".linux", linux), *more], machine)


def patched(image: bytes, section: str, **fields: int) -> bytes:
    """Give *image* with *fields* of a section's header changed: ``size``, ``filled``, ``at``."""
    place = image.index(section.encode().ljust(8, b"\0"), _HEADERS_AT)
    size, address, filled, at = struct.unpack_from("<IIII", image, place + 8)
    values = {"size": size, "filled": filled, "at": at} | fields
    new = struct.pack("<IIII", values["size"], address, values["filled"], values["at"])
    return image[: place + 8] + new + image[place + 24 :]
