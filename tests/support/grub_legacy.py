"""The judge: GRUB Legacy 0.97 itself, as the shell that its package has for Linux.

It reads a menu from a disk image, shows it, and runs an entry up to where the kernel would be
started. It is a program of 32 bits, and its package cannot be installed beside GRUB 2: `make test`
unpacks it.
"""

import re
import subprocess
from pathlib import Path
from shutil import which
from typing import NamedTuple

from tests.support.program import CHECKOUT
from tests.support.trees import KERNEL, plant

_UNPACKED = CHECKOUT / ".venv/grub-legacy"
_LOADER, _SHELL = _UNPACKED / "lib32/ld-linux.so.2", _UNPACKED / "usr/sbin/grub"
_START = 2048
"""The sector where the only partition begins."""
FILES = {"vmlinuz": KERNEL + bytes(100_000), "dir/vmlinuz": KERNEL, "initrd": bytes(5000)}
"""What is on it beside the menu."""
_TITLE = re.compile(r"^ *(\d+): (.*?) *$", re.MULTILINE)


class Judged(NamedTuple):
    """What GRUB makes of a configuration."""

    titles: tuple[str, ...]
    number: int
    """Of the entry that it runs."""
    loaded: str | None
    """``linux``, ``chainload``, or ``None`` where there is nothing to boot."""
    line: str
    """The last ``kernel`` as GRUB has read it."""
    error: int | None
    """With which it ended the entry."""


def why_not() -> str | None:
    """Say what the judge lacks on this machine."""
    missing = [name for name in ("sfdisk", "mkfs.fat", "mcopy") if which(name) is None]
    if not _LOADER.exists() or not _SHELL.exists():
        missing.append("GRUB Legacy's shell ('make test' unpacks it)")
    return f"not installed: {', '.join(missing)}" if missing else None


class Judge:
    """GRUB Legacy with one disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._image = folder / "disk.img"
        self._image.write_bytes(bytes(12 << 20))
        table = f"label: dos\nstart={_START},type=6\n"
        subprocess.run(["sfdisk", "-q", self._image], input=table, text=True, check=True)
        blocks = (12 << 10) - _START // 2
        make = ["mkfs.fat", f"--offset={_START}", str(self._image), str(blocks)]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        files = plant(folder / "files", {**FILES, "boot/grub/menu.lst": ""})
        self._copy(*files.iterdir(), to="/")
        (folder / "device.map").write_text(f"(hd0) {self._image}\n")

    def _copy(self, *files: Path, to: str) -> None:
        command = ["mcopy", "-o", "-s", "-i", f"{self._image}@@{_START * 512}"]
        subprocess.run([*command, *map(str, files), f"::{to}"], check=True)

    def judge(self, text: str) -> Judged:
        """Have the menu shown and its default entry run; it has to have ``timeout 0``."""
        menu = self._folder / "menu.lst"
        menu.write_text(text, encoding="utf-8", newline="")
        self._copy(menu, to="/boot/grub/menu.lst")
        libraries = ["--library-path", str(_LOADER.parent)]
        shell = [str(_LOADER), *libraries, str(_SHELL), "--no-curses"]
        options = ["--no-floppy", f"--device-map={self._folder / 'device.map'}"]
        home = ["--boot-drive=0x80", "--install-partition=0xffff"]
        done = subprocess.run(
            [*shell, *options, *home],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
            timeout=20,
        )
        shown, _, ran = done.stdout.partition("The selected entry is ")
        # What has loaded nothing leads to the menu again.
        ran = ran.partition("    GNU GRUB  version")[0]
        lines = ran.split("\n")
        kernels = [line for line in lines if line.startswith(("kernel ", "kernel="))]
        error = re.search(r"^Error (\d+):", ran, re.MULTILINE)
        loaded = None
        for line in lines:
            if line.startswith("   [Linux-bzImage"):
                loaded = "linux"
            elif line.startswith("chainloader"):
                loaded = "chainload"
        return Judged(
            tuple([match[2] for match in _TITLE.finditer(shown.partition("----")[2])]),
            int(lines[0]) if lines[0].strip().isdigit() else -1,
            loaded,
            kernels[-1] if kernels else "",
            int(error[1]) if error is not None else None,
        )
