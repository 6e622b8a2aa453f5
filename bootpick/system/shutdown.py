"""Stopping the machine without an init system, and the jump itself.

It is what is left where PID 1 cannot do it, and what ``--force`` does wherever it is asked for.
"""

import ctypes
import os
import signal
import time
from contextlib import suppress
from typing import NoReturn

from ..errors import BootpickError
from .libc import check, libc
from .machine import InitSystem
from .processes import end_all
from .unmount import take_down

_KEXEC = 0x45584543  # LINUX_REBOOT_CMD_KEXEC
_RESTART = 0x01234567  # LINUX_REBOOT_CMD_RESTART
_IGNORED = (
    *(signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGPIPE),
    *(signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU),
)
_TRACE = (0x4206, 0x4207)  # PTRACE_SEIZE, PTRACE_INTERRUPT


class Ourselves:
    """bootpick itself, which then is all that runs beside PID 1."""

    command: str | None = None
    advice = "'bootpick unload' calls it off"

    def __init__(self, name: str, *, is_init: bool = False) -> None:
        """Take the *name* of PID 1, which may be this process: then there is nothing to hold."""
        self.name = name
        self._is_init = is_init
        self.stops: tuple[str, ...] = (
            "end every process: SIGTERM, then SIGKILL; no service is stopped in its own way",
            "sync, turn swap off, unmount every file system or make it read-only",
        )
        if not is_init:
            hold = f"hold PID 1 ({name}) with ptrace(2), so that it starts nothing again"
            self.stops = (hold, *self.stops)
        self.jump = "jump: reboot(LINUX_REBOOT_CMD_KEXEC), through the firmware if that is refused"

    def require_kexec(self) -> None:
        """Accept: the kernel has been asked whether it would."""

    def start_kexec(self) -> NoReturn:
        """Do it all. What there is to say is said in the kernel's log: no terminal may be left."""
        os.chdir("/")
        for number in _IGNORED:
            signal.signal(number, signal.SIG_IGN)
        if not self._is_init:
            _hold_init()
        _log("ending every process")
        if left := end_all():
            _log(f"{left} processes do not end")
        _log("unmounting")
        if left_writable := take_down():
            _log(f"still writable: {' '.join(left_writable)!r}")
        _log("jumping into the loaded kernel")
        libc.reboot(ctypes.c_int(_KEXEC))
        _log(f"the kernel does not jump: {os.strerror(ctypes.get_errno())}; rebooting")
        libc.reboot(ctypes.c_int(_RESTART))
        raise BootpickError(f"cannot reboot: {os.strerror(ctypes.get_errno())}")

    def wait(self, seconds: int) -> None:
        """Sleep."""
        time.sleep(seconds)

    def reboots_by_kexec(self) -> bool:
        """Say no: nothing here reboots."""
        return False

    def by_force(self) -> InitSystem:
        """Stay."""
        return self


def jump_and_return() -> None:
    """Sync, and jump into an image that was loaded to come back from. Raises OSError."""
    os.sync()
    check(libc.reboot(ctypes.c_int(_KEXEC)))


def _hold_init() -> None:
    """Stop PID 1, which heeds no SIGSTOP, as a debugger does; it goes on if this process ends."""
    for request in _TRACE:
        words = (ctypes.c_long(request), ctypes.c_int(1), ctypes.c_void_p(0), ctypes.c_void_p(0))
        if libc.ptrace(*words) < 0:
            _log(f"PID 1 cannot be held: {os.strerror(ctypes.get_errno())}")
            return


def _log(text: str) -> None:
    with suppress(OSError), open("/dev/kmsg", "w", encoding="utf-8") as file:
        file.write(f"<4>bootpick: {text}")
