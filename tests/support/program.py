"""Running the program in tests."""

import gc
import io
import os
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from bootpick.__main__ import run as run_program

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


@dataclass(frozen=True)
class Bounded(Outcome):
    """The same, and what it took."""

    seconds: float
    """Of CPU time."""
    mebibytes: float
    """By which the process grew."""


_PATIENCE = 120
"""Seconds after which a run is killed."""
_CRASHED = 99


def bounded(*arguments: object) -> Bounded:
    """Run the program as a process of its own that is there at once: a fork of this one.

    Its status is negative where a signal ended it.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        page = resource.getpagesize()
        before = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * page
        child = os.fork()
        if child == 0:
            _run_here([str(argument) for argument in arguments], out.fileno(), err.fileno())
        _, status, usage = os.wait4(child, 0)
        out.seek(0)
        err.seek(0)
        return Bounded(
            os.waitstatus_to_exitcode(status),
            out.read().decode("utf-8", "surrogateescape"),
            err.read().decode("utf-8", "surrogateescape"),
            seconds=usage.ru_utime + usage.ru_stime,
            mebibytes=(usage.ru_maxrss * 1024 - before) / (1 << 20),
        )


def _run_here(arguments: list[str], out: int, err: int) -> NoReturn:
    """Be the program from here on."""
    status: object = _CRASHED
    try:
        signal.alarm(_PATIENCE)
        gc.freeze()  # what the tests have made is none of the program's garbage
        for number, descriptor in enumerate((os.open(os.devnull, os.O_RDONLY), out, err)):
            os.dup2(descriptor, number)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it has no end
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), "utf-8")
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), "utf-8")
        sys.argv = ["bootpick", *arguments]
        run_program()
    except SystemExit as end:
        status = end.code
    except BaseException:  # noqa: BLE001 - pytest must not go on in this process
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else _CRASHED)
