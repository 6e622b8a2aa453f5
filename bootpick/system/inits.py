"""Init systems: which of them is PID 1, and how it is asked for a kexec.

What runs tells, not what is installed: a machine may have several, and started one of them.
"""

import os
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from ..errors import BootpickError
from .machine import InitSystem
from .programs import run_program

if TYPE_CHECKING:
    from ..inittab import InitLine

_FORCE: Final = "'--force' stops everything and jumps without init; without '--exec' it only loads"


def find_init(root: str = "/", own_pid: int | None = None) -> InitSystem:
    """Look at PID 1 of the machine whose file system is at *root*; *own_pid* is ours there."""
    from .shutdown import Ourselves

    if (os.getpid() if own_pid is None else own_pid) == 1:
        return Ourselves("bootpick", is_init=True)
    process = os.path.join(root, "proc/1")
    name = _read(f"{process}/comm").strip()
    # The link is for root's eyes alone; a program that was replaced since is "... (deleted)".
    try:
        program = os.path.basename(os.readlink(f"{process}/exe")).removesuffix(" (deleted)")
    except OSError:
        program = name
    first = os.path.basename(_read(f"{process}/cmdline").partition("\0")[0])
    if os.path.isdir(os.path.join(root, "run/systemd/system")) and program == "systemd":
        return Systemd(root)
    if program == "openrc-init":
        return OpenrcInit(root)
    if program.startswith("busybox") and first in ("init", "linuxrc"):
        return BusyboxInit(root)
    if program == "init" and _is_fifo(root, "run/initctl", "dev/initctl"):
        return Sysvinit(root)
    return NoInit(name or "unknown")


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(1 << 16)
    except OSError:
        return ""


def _is_fifo(root: str, *paths: str) -> bool:
    from stat import S_ISFIFO

    for path in paths:
        with suppress(OSError):
            if S_ISFIFO(os.stat(os.path.join(root, path)).st_mode):
                return True
    return False


class _Init:
    """What all have in common."""

    name: str
    stops: tuple[str, ...] = ()
    jump: str
    command: str | None = None
    advice = "'bootpick unload' calls it off"

    def require_kexec(self) -> None:
        """Accept."""

    def start_kexec(self) -> None:
        """Run the command that stands for it."""
        assert self.command is not None
        run_program(self.command.split())

    def wait(self, seconds: int) -> None:
        """Sleep; init stops this process with the others."""
        time.sleep(seconds)

    def reboots_by_kexec(self) -> bool:
        """Say no: most take no notice of a loaded kernel when they reboot."""
        return False

    def by_force(self) -> InitSystem:
        """Do without it."""
        from .shutdown import Ourselves

        return Ourselves(self.name)


class Systemd(_Init):
    """systemd, which unmounts everything before it jumps."""

    name = "systemd"
    jump = "ask systemd to stop everything, unmount, and jump (systemctl kexec)"
    # systemctl asks PID 1 itself, by a socket of root's, where there is no logind and no D-Bus.
    command: str | None = "systemctl kexec"
    advice = "'systemctl list-jobs' shows what it waits for; 'bootpick unload' calls it off"

    def __init__(self, root: str) -> None:
        """Take the machine whose file system is at *root*."""
        self._root = root

    def reboots_by_kexec(self) -> bool:
        """Look at reboot.target, which administrators link to kexec.target, and the version.

        From version 255 on, ``systemctl reboot`` takes a loaded kernel by itself.
        """
        for directory in ("etc/systemd/system", "usr/lib/systemd/system", "lib/systemd/system"):
            target = os.path.join(self._root, directory, "reboot.target")
            if os.path.lexists(target):
                if os.path.basename(os.path.realpath(target)) == "kexec.target":
                    return True
                break
        return _systemd_version() >= 255


def _systemd_version() -> int:
    try:
        result = subprocess.run(
            ["systemctl", "--version"], capture_output=True, check=False, errors="replace"
        )
    except OSError:
        return 0
    words = result.stdout.split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


class Sysvinit(_Init):
    """sysvinit: it knows no kexec, but what it runs for a reboot (runlevel 6) may.

    Debian's kexec-tools have a script that jumps where ``reboot`` would; Gentoo's inittab ends
    runlevel 6 with ``reboot -k``.
    """

    name = "sysvinit"

    def __init__(self, root: str) -> None:
        """Look at what runlevel 6 runs on the machine whose file system is at *root*."""
        self._jumps_in = _end_of_runlevel_6(root)
        self._too_early = self._jumps_in is None and _is_stopped_by_openrc(root)
        if self._jumps_in is None:
            self.jump = _impossible(f"sysvinit, whose reboot would {self._instead}")
            return
        self.command = "shutdown -r now"
        self.jump = (
            "ask sysvinit to stop everything and unmount (shutdown -r now); "
            f"{self._jumps_in} jumps at the end"
        )

    @property
    def _instead(self) -> str:
        if self._too_early:
            return "jump before anything is unmounted: OpenRC stops the service 'kexec' first"
        return "go through the firmware: nothing in runlevel 6 jumps"

    def require_kexec(self) -> None:
        """Refuse where runlevel 6 ends in the firmware, or too early."""
        if self._jumps_in is None:
            raise BootpickError(f"a reboot by sysvinit would {self._instead}", _FORCE)

    def reboots_by_kexec(self) -> bool:
        """Say what the runlevel says: there is no other way to reboot."""
        return self._jumps_in is not None or self._too_early


def _end_of_runlevel_6(root: str) -> str | None:
    """Give what jumps when sysvinit goes to runlevel 6, ``None`` if nothing does."""
    for line in _inittab(root):
        if "6" in line.runlevels and line.action != "off" and line.reboots_by_kexec:
            return f"'{line.process}' in /etc/inittab"
    if os.path.isdir(os.path.join(root, "run/openrc")) or not _has_kexec(root):
        return None
    try:
        scripts = sorted(os.listdir(os.path.join(root, "etc/rc6.d")))
    except OSError:
        return None
    for script in scripts:
        path = os.path.join(root, "etc/rc6.d", script)
        name = script[3:] if script[:1] in ("K", "S") and script[1:3].isdigit() else ""
        if name == "reboot":
            return None
        if name == "kexec" and os.access(path, os.X_OK):
            return f"/etc/rc6.d/{script}"
    return None


def _inittab(root: str) -> "list[InitLine]":
    from ..inittab import parse_inittab  # most machines have none

    return parse_inittab(_read(os.path.join(root, "etc/inittab")))


def _has_kexec(root: str) -> bool:
    return os.access(os.path.join(root, "sbin/kexec"), os.X_OK)


def _is_stopped_by_openrc(root: str) -> bool:
    """Tell whether OpenRC takes the script of Debian's kexec-tools, which jumps, for a service."""
    runlevels = os.path.join(root, "etc/runlevels")
    if not os.path.isdir(os.path.join(root, "run/openrc")) or not _has_kexec(root):
        return False
    with suppress(OSError):
        return any(
            os.access(os.path.join(runlevels, runlevel, "kexec"), os.X_OK)
            for runlevel in os.listdir(runlevels)
        )
    return False


class OpenrcInit(_Init):
    """OpenRC's own init, which has a command for it."""

    name = "openrc-init"
    command: str | None = "openrc-shutdown --kexec now"
    advice = "'rc-status --all' shows what still runs; 'bootpick unload' calls it off"

    def __init__(self, root: str) -> None:
        """Look whether its services unmount, on the machine whose file system is at *root*."""
        self.jump = "ask openrc-init to stop everything and jump (openrc-shutdown --kexec now)"
        if not os.path.exists(os.path.join(root, "etc/runlevels/shutdown/mount-ro")):
            self.jump += "; its runlevel 'shutdown' has no mount-ro, so the root is only synced"


class BusyboxInit(_Init):
    """busybox's init: on SIGQUIT it ends everything, and becomes the ``restart`` of its inittab."""

    name = "busybox init"

    def __init__(self, root: str) -> None:
        """Look at the inittab of the machine whose file system is at *root*."""
        self._restart = None
        for line in _inittab(root):
            if line.action == "restart" and "kexec" in line.process:
                self._restart = line.process
        if self._restart is None:
            self.jump = _impossible("busybox init, which has no 'restart' that does a kexec")
            return
        self.command = "kill -QUIT 1"
        self.jump = (
            "ask busybox init to run its 'shutdown' lines, end every process (kill -QUIT 1) and "
            f"become '{self._restart}', which jumps; what these do not unmount is only synced"
        )

    def require_kexec(self) -> None:
        """Refuse where it would go on with something else."""
        if self._restart is None:
            raise BootpickError(
                "busybox init cannot be asked: /etc/inittab has no 'restart' that does a kexec",
                _FORCE,
            )

    def start_kexec(self) -> None:
        """Send the signal."""
        os.kill(1, signal.SIGQUIT)


class NoInit(_Init):
    """Something else: a shell, an initramfs, or an init system that is not known here."""

    def __init__(self, name: str) -> None:
        """Take the *name* of PID 1."""
        self.name = name
        self.jump = _impossible(f"'{name}'")

    def require_kexec(self) -> None:
        """Refuse."""
        raise BootpickError(
            f"PID 1 is '{self.name}', which bootpick cannot ask for a kexec", _FORCE
        )


def _impossible(what: str) -> str:
    return f"nothing can be asked to jump: PID 1 is {what}; it takes '--force'"
