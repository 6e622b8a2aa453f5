"""ISO 9660 images, made by the usual programs or byte by byte, also such as no program makes.

The second kind needs nothing but Python, so that this file also runs by itself inside of a machine:
``python3 iso.py IMAGE NAME=FILE…``.
"""

import shutil
import struct
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

BLOCK = 2048
DIRECTORY, MORE = 2, 0x80
ROOT = 18
"""The block of the top directory in images made here."""


def missing_programs() -> list[str]:
    """Name the programs that :func:`make` needs and this machine has not."""
    return [name for name in ("genisoimage", "xorrisofs") if shutil.which(name) is None]


def make(program: str, folder: Path, image: Path, *options: str) -> Path:
    """Have *program* make *image* of what is in *folder*."""
    image.parent.mkdir(parents=True, exist_ok=True)
    command = [program, "-quiet", *options, "-o", str(image), str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return image


def both(number: int, size: int = 4) -> bytes:
    """Give a number as ISO 9660 has it: little-endian, then big-endian."""
    return number.to_bytes(size, "little") + number.to_bytes(size, "big")


def record(name: bytes, block: int, size: int, flags: int = 0, area: bytes = b"") -> bytes:
    """Give a directory record; *area* is for Rock Ridge."""
    body = both(block) + both(size) + bytes((120, 1, 2, 3, 4, 5, 0, flags, 0, 0))
    body += both(1, 2) + bytes((len(name),)) + name + b"\0" * (1 - len(name) % 2) + area
    return bytes((len(body) + 2, 0)) + body


def descriptor(
    kind: int, root: bytes, label: bytes = b"LABEL", date: bytes = b"", escape: bytes = b""
) -> bytes:
    """Give a volume descriptor."""
    head = bytes((kind,)) + b"CD001\1\0" + b" " * 32 + label.ljust(32) + bytes(16)
    head += escape.ljust(32, b"\0") + bytes(36) + root
    head = head.ljust(830, b" ") + (date or b"2024010203040506").ljust(17, b"\0")
    return head.ljust(BLOCK, b"\0")


def assemble(blocks: Mapping[int, bytes]) -> bytes:
    """Give an image with this content from these blocks on."""
    image = bytearray()
    for number, content in blocks.items():
        end = number * BLOCK + -(-len(content) // BLOCK) * BLOCK
        image.extend(bytes(max(end - len(image), 0)))
        image[number * BLOCK : number * BLOCK + len(content)] = content
    return bytes(image)


def directory(*records: bytes, block: int = ROOT, area: bytes = b"") -> bytes:
    """Give a directory's content, records never across blocks; *area* is in its own record."""
    content = b""
    for one in (record(b"\0", block, BLOCK, 2, area), record(b"\1", block, BLOCK, 2), *records):
        if len(content) % BLOCK + len(one) > BLOCK:
            content = content.ljust(-(-len(content) // BLOCK) * BLOCK, b"\0")
        content += one
    return content.ljust(-(-len(content) // BLOCK) * BLOCK, b"\0")


def image_of(top: bytes, others: Mapping[int, bytes] | None = None) -> bytes:
    """Give an image with the top directory *top* and other content by block."""
    root = record(b"\0", ROOT, len(top), DIRECTORY)
    return assemble(
        {16: descriptor(1, root), 17: descriptor(255, b""), ROOT: top, **(others or {})}
    )


ROCK_RIDGE = (
    b"SP\x07\x01\xbe\xef\x00ER" + struct.pack("BBBBBB", 8 + 10, 1, 10, 0, 0, 1) + b"RRIP_1991A"
)
"""What the area of the top directory's own record says where Rock Ridge is used."""


def rock_ridge_name(name: bytes, flags: int = 0) -> bytes:
    """Give an NM entry."""
    return b"NM" + bytes((5 + len(name), 1, flags)) + name


def continued(block: int, offset: int, size: int) -> bytes:
    """Give a CE entry."""
    return b"CE\x1c\x01" + both(block) + both(offset) + both(size)


def main(arguments: list[str]) -> None:
    """Write an image with plain names, all in its top directory."""
    image, *files = arguments
    records: list[bytes] = []
    others: dict[int, bytes] = {}
    block = 40
    for file in files:
        name, _, path = file.partition("=")
        content = Path(path).read_bytes()
        others[block] = content
        records.append(record(name.upper().encode() + b".;1", block, len(content)))
        block += len(content) // BLOCK + 1
    Path(image).write_bytes(image_of(directory(*records), others))


if __name__ == "__main__":
    main(sys.argv[1:])
