"""Ending every process but those that the machine's disks depend on."""

import os
import signal
import time
from contextlib import suppress

_KERNEL_THREAD = 0x00200000  # PF_KTHREAD
_KILL_SECONDS = 5


def end_all(patience: float = 10) -> int:
    """Send SIGTERM to all processes, SIGKILL to those that stay; give how many are left.

    They may take *patience* seconds to end by themselves. PID 1, this process, kernel threads and
    those that :func:`running` spares live on.
    """
    _signal_until_gone(signal.SIGTERM, patience)
    return _signal_until_gone(signal.SIGKILL, _KILL_SECONDS)


def _signal_until_gone(number: signal.Signals, seconds: float) -> int:
    deadline = time.monotonic() + seconds
    told: set[int] = set()
    while left := running():
        for pid in left - told:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
                os.kill(pid, signal.SIGCONT)  # a stopped one would not hear of it
        told |= left
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    return len(left)


def running(root: str = "/") -> set[int]:
    """Give the processes to be ended, of the machine whose file system is at *root*.

    Spared are those that look after what a disk is made of: root's own, and either with an ``@``
    before their name, as systemd's "root storage daemons" have it, or listed in
    ``/run/sendsigs.omit`` or a file of ``/run/sendsigs.omit.d``, as Debian has it.
    """
    spared = {1, os.getpid()} | _listed(root)
    return {
        int(name)
        for name in os.listdir(os.path.join(root, "proc"))
        if name.isdigit() and int(name) not in spared and _is_to_end(root, name)
    }


def _is_to_end(root: str, pid: str) -> bool:
    folder = os.path.join(root, "proc", pid)
    try:
        with open(f"{folder}/stat", "rb") as file:
            # The name before may have anything in it, blanks and brackets too.
            fields = file.read().rpartition(b")")[2].split()
        with open(f"{folder}/cmdline", "rb") as file:
            marked = file.read(1) == b"@"
        return (
            fields[0] not in (b"Z", b"X")
            and not int(fields[6]) & _KERNEL_THREAD
            and not (marked and os.stat(folder).st_uid == 0)
        )
    except (OSError, IndexError):  # gone meanwhile
        return False


def _listed(root: str) -> set[int]:
    folder = os.path.join(root, "run/sendsigs.omit.d")
    files = [os.path.join(root, "run/sendsigs.omit")]
    with suppress(OSError):
        files += [os.path.join(folder, name) for name in os.listdir(folder)]
    words: list[str] = []
    for path in files:
        with suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
            words += file.read(1 << 16).split()
    return {int(word) for word in words if word.isdecimal()}
