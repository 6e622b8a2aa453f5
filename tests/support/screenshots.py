"""Makes the README's pictures: ``python3 -m tests.support.screenshots``.

The real program runs in a real terminal (tmux), in namespaces whose /boot is that of an
installation which Debian's tools have written, with files as large as real ones, and whose PID 1 is
called systemd. Wants root.
"""

import os
import shlex
import shutil
import sys
import tempfile
from html import escape
from pathlib import Path

from prompt_toolkit.formatted_text import ANSI, split_lines, to_formatted_text
from prompt_toolkit.formatted_text.base import OneStyleAndTextTuple
from prompt_toolkit.utils import get_cwidth

from tests.support.program import CHECKOUT
from tests.support.tmux import Terminal

INSTALLATION = CHECKOUT / "tests/installations/debian-12-bios"
FOLDER = CHECKOUT / "docs/screenshots"
RUNNING = (
    "BOOT_IMAGE=/boot/vmlinuz-6.1.0-17-amd64 root=UUID=6c2f1b0e-8f6d-4c57-9d0e-3a5b7f1c2d48 ro "
    "quiet splash"
)
SIZES = {"vmlinuz": 8_150_000, "initrd": 31_400_000}
COLUMNS, ROWS = 80, 22

COLOURS = {
    "ansibrightblack": "#8a8a8a",
    "ansicyan": "#56b6c2",
    "ansigreen": "#98c379",
    "ansired": "#e06c75",
    "ansiyellow": "#e5c07b",
}
PAPER, INK = "#1e222a", "#d7dae0"
CELL, LINE, MARGIN = 8.43, 18, 12


def main() -> None:
    """Write each picture."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        boot = folder / "boot"
        shutil.copytree(INSTALLATION / "root/boot", boot, symlinks=True)
        for path in boot.iterdir():
            for kind, size in SIZES.items():
                if path.name.startswith(kind):
                    os.truncate(path, size)
        # What PID 1 is called tells which init system runs.
        shutil.copy("/bin/sh", folder / "systemd")
        line = folder / "cmdline"
        line.write_text(f"{RUNNING}\n")
        shots = {
            "menu": (("Down", "Enter"),),
            "filter": (("f", "/"), "recov 18"),
            "edit": (("Down", "Enter", "e", "C-w"), "single"),
            "question": (("Down", "Enter", "e", "C-w"), "single", ("Enter",)),
        }
        FOLDER.mkdir(exist_ok=True)
        for title, keys in shots.items():
            shown = screen(Terminal(f"bootpick-{title}-{os.getpid()}"), boot, line, keys)
            (FOLDER / f"{title}.svg").write_text(svg(shown), encoding="utf-8")


def screen(
    terminal: Terminal, boot: Path, line: Path, keys: tuple[tuple[str, ...] | str, ...]
) -> str:
    """Run the program, press and type *keys*, and give the screen with its colours."""
    program = [sys.executable, "-m", "bootpick", "--devices", str(INSTALLATION / "devices.json")]
    init = boot.parent / "systemd"
    steps = (
        "mount -t tmpfs tmpfs /run",
        "mkdir -p /run/systemd/system",
        f"mount --bind {shlex.quote(str(boot))} /boot",
        f"mount --bind {shlex.quote(str(line))} /proc/cmdline",
        f"cd {shlex.quote(str(CHECKOUT))}",
        f"TERM=xterm-256color LC_ALL=C.UTF-8 {shlex.join(program)}",
    )
    try:
        namespace = ["unshare", "--mount", "--pid", "--fork", "--mount-proc"]
        command = shlex.join([*namespace, str(init), "-ec", "; ".join(steps)])
        terminal.start(f"{command}; sleep 9", COLUMNS, ROWS)
        terminal.wait_for("Esc leaves")
        for pressed in keys:
            if isinstance(pressed, str):
                terminal.type(pressed)
            else:
                terminal.press(*pressed)
        before = ""
        while (after := terminal.settled()) != before:
            before = after
        return terminal.screen(coloured=True)
    finally:
        terminal.close()


def svg(shown: str) -> str:
    """Give the picture of a screen."""
    width = COLUMNS * CELL + 2 * MARGIN
    height = ROWS * LINE + 2 * MARGIN
    font = 'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14"'
    view = f'viewBox="0 0 {width:.0f} {height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {view} {font}>',
        f'<rect width="100%" height="100%" rx="6" fill="{PAPER}"/>',
    ]
    for row, pieces in enumerate(split_lines(to_formatted_text(ANSI(shown)))):
        parts += line_of(pieces, MARGIN + row * LINE)
    return "\n".join([*parts, "</svg>", ""])


def line_of(pieces: list[OneStyleAndTextTuple], top: float) -> list[str]:
    """Give the elements of a line, those that differ in style one by one."""
    parts, column = [], 0
    for style, text in merged(pieces):
        if "reverse" in style.split() and column + len(text) > COLUMNS - 10:
            text = text.ljust(COLUMNS - column)  # tmux leaves blanks at the end out
        size = sum(map(get_cwidth, text))
        words = style.split()
        colour = next((COLOURS[word] for word in words if word in COLOURS), INK)
        left = MARGIN + column * CELL
        column += size
        if "reverse" in words:
            parts.append(
                f'<rect x="{left:.1f}" y="{top}" width="{size * CELL:.1f}" height="{LINE}" '
                f'fill="{colour}"/>'
            )
            colour = PAPER
        if text.strip():
            weight = ' font-weight="bold"' if "bold" in words else ""
            parts.append(
                f'<text x="{left:.1f}" y="{top + 13}" fill="{colour}"{weight} xml:space="preserve" '
                f'textLength="{size * CELL:.1f}">{escape(text)}</text>'
            )
    return parts


def merged(pieces: list[OneStyleAndTextTuple]) -> list[tuple[str, str]]:
    """Put together what has the same style."""
    found: list[tuple[str, str]] = []
    for style, text, *_ in pieces:
        if found and found[-1][0] == style:
            found[-1] = (style, found[-1][1] + text)
        else:
            found.append((style, text))
    return found


if __name__ == "__main__":
    main()
