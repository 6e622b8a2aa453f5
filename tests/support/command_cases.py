"""Scripts for GRUB's commands, what they print, and what GRUB complains of.

`python3 -m tests.support.command_cases` asks GRUB again and writes its answers to the file.
"""

import struct
import tempfile
from collections.abc import Iterator
from hashlib import md5
from os import utime
from pathlib import Path
from typing import NamedTuple

from tests.support.grub_emu import Disk, Judge, Volume
from tests.support.trees import KERNEL, plant

FILE = Path(__file__).parents[1] / "grub" / "command_cases.txt"
_END = "====\n"
_ANSWER = "----\n"
_ERROR = "! "


class Case(NamedTuple):
    """One script and GRUB's answer."""

    name: str
    script: str
    output: str
    errors: list[str]


def read_cases() -> Iterator[Case]:
    """Give the cases in the file: a name, a script, `----`, errors marked `! `, the output."""
    for text in FILE.read_text(encoding="utf-8").split(_END)[:-1]:
        head, _, answer = text.partition(_ANSWER)
        name, _, script = head.partition("\n")
        lines = answer.splitlines(keepends=True)
        count = next((n for n, line in enumerate(lines) if not line.startswith(_ERROR)), len(lines))
        errors = [line.removeprefix(_ERROR).rstrip("\n") for line in lines[:count]]
        yield Case(name.removeprefix("# "), script, "".join(lines[count:]), errors)


def _multiboot(*words: int) -> bytes:
    total = -sum(words) & 0xFFFFFFFF
    return struct.pack(f"<{len(words) + 1}I", *words, total).ljust(40, b"\0")


def _efi_program() -> bytes:
    program = bytearray(1024)
    struct.pack_into("<2s58xI", program, 0, b"MZ", 0x80)
    struct.pack_into("<4sH", program, 0x80, b"PE\0\0", 0x8664)
    struct.pack_into("<H", program, 0x98, 0x20B)
    struct.pack_into("<H", program, 0x98 + 68, 10)
    return bytes(program)


def plant_tree(root: Path) -> Path:
    """Make the files that the cases are about."""
    hello, nothing = md5(b"hello\n").hexdigest(), md5(b"").hexdigest()
    plant(
        root,
        {
            "boot/grub/grubenv": b"# GRUB Environment Block\nsaved=one\n".ljust(1024, b"#"),
            "d/a": b"hello\n",
            "d/b": b"hellp\n",
            "d/c": b"hello\n",
            "d/empty": b"",
            "d/long": b"x" * 600 + b"\xff",
            "d/long2": b"x" * 600 + b"\x7f",
            "d/all": bytes(range(10, 256)),
            "d/crlf": b"a\r\nb\rc\r",
            "d/utf": "ü日\xa0\x85\u200b\U0001f600".encode() + b"\xc3a\xff\xe6\x97",
            "d/env": b"# GRUB Environment Block\na=1\nb=2\n".ljust(1024, b"#"),
            "d/sums": f"{hello}  /d/a\n{nothing.upper()}  /d/empty\n",
            "d/sums-bad": f"{nothing}  /d/a\n{nothing}  /d/empty\n",
            "d/sums-below": f"{hello}  a\r\n",
            "d/sums-missing": f"{nothing}  /nosuch\n{nothing}  /d/empty",
            "d/entries.cfg": "echo hi\nset v=2\nmenuentry E { linux /e }\n",
            "d/entries2.cfg": 'set v=2$v\nif [ $v = 21 ]; then menuentry "E $v" { true; }; fi\n',
            "d/vmlinuz": KERNEL,
            "d/short": KERNEL[:0x250],
            "d/sector": b"\0" * 510 + b"\x55\xaa",
            "d/multiboot": b"\0" * 64 + _multiboot(0x1BADB002, 3),
            "d/multiboot2": b"\0" * 64 + _multiboot(0xE85250D6, 0, 16),
            "d/too-short": _multiboot(0x1BADB002, 3)[:12],
            "d/hibernated": b"hibrxx",
            "d/program.efi": _efi_program(),
            "d/arm64": b"\0" * 56 + b"ARM\x64" + b"\0" * 68,
            "one/x": b"x" * 1500,
        },
    )
    utime(root / "one/x", (86400, 86400))
    (root / "links").mkdir()
    (root / "circles").mkdir()
    (root / "links/sub").symlink_to("../one")
    (root / "circles/circle").symlink_to("circle")
    (root / "circles/to-circle").symlink_to("circle/x")
    return root


def open_judge(folder: Path, root: Path) -> Judge:
    """Give a GRUB whose first disk is a file system with the files below *root*."""
    disk = Disk("", (Volume(0, label="DISK", folder=root),))
    return Judge(folder, (disk,), {"root": "hd0", "prefix": "(hd0)/boot/grub"})


def _main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        judge = open_judge(folder / "judge", plant_tree(folder / "root"))
        parts = []
        for case in read_cases():
            output, errors = judge.script_answers(case.script)
            marked = "".join(f"{_ERROR}{error}\n" for error in errors)
            parts.append(f"# {case.name}\n{case.script}{_ANSWER}{marked}{output}{_END}")
    FILE.write_text("".join(parts), encoding="utf-8")


if __name__ == "__main__":
    _main()
