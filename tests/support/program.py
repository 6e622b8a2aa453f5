"""Running the program in tests."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """How a run of the program ended, and what it printed."""

    status: int
    out: str
    err: str


Run = Callable[..., Outcome]
"""(arguments…, on=a machine) -> how it ended."""


def program(
    *arguments: object, timeout: float = 60, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run the program as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bootpick", *map(str, arguments)],
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
        timeout=timeout,
    )
