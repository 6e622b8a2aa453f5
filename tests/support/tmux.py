"""The program on a terminal, as a person sees it: tmux is the terminal."""

import itertools
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.program import CHECKOUT

_COUNT = itertools.count()
_PATIENCE = 60.0
"""Seconds; a machine that is busy with virtual machines is slow."""


class Terminal:
    """A terminal with a program in it."""

    def __init__(self, socket: str) -> None:
        self._socket = socket

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-L", self._socket, "-f", "/dev/null", "-u", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
        return done.stdout

    def start(self, command: str, columns: int, rows: int) -> None:
        """Run *command* in a terminal of that size."""
        size = ("-x", str(columns), "-y", str(rows))
        self._tmux("new-session", "-d", *size, command)

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type *text* as it is."""
        self._tmux("send-keys", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self, *, coloured: bool = False) -> str:
        """Give what is on the screen; *coloured* with the escape sequences for colours."""
        return self._tmux("capture-pane", "-p", *(["-e"] if coloured else []))

    def settled(self) -> str:
        """Give the screen when the program has had time to draw."""
        time.sleep(0.5)
        return self.screen()

    def wait_for(self, *texts: str, without: str | None = None, rows: int = 0) -> str:
        """Wait until all *texts* are on the screen, and *without* is not; give the screen.

        With *rows*, it is full to its last row, too.
        """
        deadline = time.monotonic() + _PATIENCE
        while True:
            shown = self.screen()
            is_there = all(text in shown for text in texts)
            if (
                is_there
                and (without is None or without not in shown)
                and (not rows or (shown.count("\n") == rows and not shown.endswith("\n\n")))
            ):
                return shown
            assert time.monotonic() < deadline, f"no {texts} (without {without}) in\n{shown}"
            time.sleep(0.05)

    def close(self) -> None:
        """End it and what runs in it."""
        subprocess.run(
            ["tmux", "-L", self._socket, "kill-server"], capture_output=True, check=False
        )


@contextmanager
def bootpick_in_terminal(
    *arguments: object,
    columns: int = 80,
    rows: int = 24,
    term: str = "screen-256color",
    **environment: str,
) -> Iterator[Terminal]:
    """Run bootpick in a terminal; behind it, its status is written."""
    terminal = Terminal(f"bootpick-{os.getpid()}-{next(_COUNT)}")
    words = ["-m", "bootpick", *map(str, arguments)]
    settings = {"TERM": term, "LC_ALL": "C.UTF-8", **environment}
    program = shlex.join(
        ["env", *(f"{name}={value}" for name, value in settings.items()), sys.executable, *words]
    )
    command = f"cd {shlex.quote(str(CHECKOUT))}; {program}; echo status $?; exec sleep 1000"
    try:
        terminal.start(command, columns, rows)
        yield terminal
    finally:
        terminal.close()
