"""A running machine: QEMU, its console, and the root shell on it."""

import base64
import contextlib
import math
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, TypeVar

from tests.vm import hardware, host
from tests.vm.console import Console
from tests.vm.hardware import Disk, Firmware
from tests.vm.host import LabError
from tests.vm.qmp import Qmp

T = TypeVar("T")

# Generous: emulation on a host that is busy with other work takes several times as long.
BOOT_TIMEOUT = 400.0
RUN_TIMEOUT = 180.0
# A terminal in line mode takes no longer line; longer things go through a file.
_LONGEST_LINE = 4000
_CHUNK = 3000


class Result(NamedTuple):
    """What a command in the machine printed, both streams as they came, and its status."""

    output: str
    status: int


class Machine:
    """A machine that is running, and is gone when the context is left.

    Nothing that happens in it outlives it: its disk is a snapshot, and so are its EFI
    variables. `console` is public, for tests of full-screen programs.
    """

    console: Console
    qmp: Qmp

    def __init__(
        self,
        firmware: Firmware,
        disk: Disk,
        package: Path,
        log: Path,
        *,
        variables: Path = host.OVMF_VARIABLES,
        incoming: str | None = None,
        options: Sequence[str] = (),
    ) -> None:
        """Start QEMU; `incoming` is where it finds the state of a frozen machine.

        Further `options` may name a kernel that it starts instead of the disk's boot loader.
        """
        self.firmware = firmware
        self._options = options
        self._cleanup = contextlib.ExitStack()
        try:
            self._start(disk, package, log, variables, incoming)
        except BaseException:
            self.close()
            raise

    def _start(
        self, disk: Disk, package: Path, log: Path, variables: Path, incoming: str | None
    ) -> None:
        """Start QEMU and connect to it; each step says at once how it is undone."""
        folder = Path(
            self._cleanup.enter_context(tempfile.TemporaryDirectory(prefix="bootpick-vm-"))
        )
        self.variables = folder / "variables.fd"
        shutil.copy(variables, self.variables)
        console, qmp, errors = folder / "console", folder / "qmp", folder / "errors"
        words = hardware.arguments(self.firmware, disk, package, self.variables)
        words += self._options
        words += ["-chardev", f"socket,id=console,path={console},server=on,wait=on"]
        words += ["-serial", "chardev:console", "-qmp", f"unix:{qmp},server=on,wait=off"]
        if incoming is not None:
            words += ["-incoming", incoming]
        with errors.open("wb") as stream:
            # setpriv: a killed test run must not leave QEMU behind.
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *words],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
            )
        self._cleanup.callback(self._kill)
        # QEMU makes the second socket only when the first one has been taken.
        connection = self._patiently(lambda: _connect(console), errors)
        self.console = self._cleanup.enter_context(contextlib.closing(Console(connection, log)))
        self.qmp = self._cleanup.enter_context(
            contextlib.closing(self._patiently(lambda: Qmp(qmp), errors))
        )

    def __enter__(self) -> "Machine":  # noqa: PYI034 - typing has no Self before 3.11
        """Return the machine, which already runs."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Kill the machine."""
        self.close()

    def close(self) -> None:
        """Kill QEMU, whatever state it is in, and remove what it needed."""
        self._cleanup.close()

    def quit(self) -> None:
        """End QEMU in good order, with everything in its files."""
        self.qmp.execute("quit")
        self._process.wait(60)

    def _kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _patiently(self, connect: Callable[[], T], errors: Path) -> T:
        """Retry until QEMU has made its socket."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return connect()
            except (FileNotFoundError, ConnectionRefusedError) as error:  # noqa: PERF203
                if self._process.poll() is not None or time.monotonic() > deadline:
                    message = f"QEMU did not start: {errors.read_text(errors='replace')}"
                    raise LabError(message) from error
                time.sleep(0.05)

    def wait_for_shell(self, timeout: float = BOOT_TIMEOUT) -> str:
        """Wait until a kernel has come up to its shell, and return that kernel's release.

        To be called once after each start, reboot or jump; it makes the shell fit for `run`.
        """
        # Until the prompt is there bash still changes the terminal's settings.
        ready = self.console.wait_for(rb"bench-ready (\S+)\r?\n[^\n]*# ", timeout)
        # Neither echo nor prompt nor line editing, and no kernel messages into the output.
        self.console.send(
            "set +o emacs +o vi; stty -echo -onlcr; PS1= PS2=; dmesg -n 1; echo shell''-quiet\n"
        )
        self.console.wait_for(r"shell-quiet\r?\n", RUN_TIMEOUT)
        return ready[1].decode()

    def run(self, command: str, timeout: float = RUN_TIMEOUT) -> Result:
        """Run a command in a subshell of the machine's shell.

        Its input is empty and its output a pipe, so it takes itself for a script's command
        and prints neither colours nor questions. The pipe also means that what it leaves
        running in the background has to be redirected elsewhere.
        """
        nonce = uuid.uuid4().hex
        line = (
            f"printf '\\n{nonce}\\n'; {{ eval {shlex.quote(command)}; }} 2>&1 </dev/null | cat; "
            f"printf '\\n{nonce} %d\\n' ${{PIPESTATUS[0]}}\n"
        )
        if len(line.encode()) > _LONGEST_LINE:
            message = "the command is too long for one line: write a script with write_file"
            raise ValueError(message)
        self.console.send(line)
        pattern = rf"^{nonce}\r?\n(.*?)\r?\n{nonce} (\d+)\r?\n"
        match = self.console.wait_for(pattern, timeout)
        return Result(match[1].decode(errors="replace").rstrip("\r\n"), int(match[2]))

    def check(self, command: str, timeout: float = RUN_TIMEOUT) -> str:
        """Run a command that has to succeed, and return what it printed."""
        result = self.run(command, timeout)
        if result.status != 0:
            message = f"{command!r} ended with status {result.status}:\n{result.output}"
            raise LabError(message)
        return result.output

    def send(self, keys: bytes | str) -> None:
        """Type keys, for programs that use the terminal."""
        self.console.send(keys)

    def wait_for(self, pattern: bytes | str, timeout: float = RUN_TIMEOUT) -> re.Match[bytes]:
        """Wait for a text on the console."""
        return self.console.wait_for(pattern, timeout)

    def read_file(self, path: str) -> bytes:
        """Return a file's bytes, also those of a file in /proc."""
        return base64.b64decode(self.check(f"base64 -w0 {shlex.quote(path)}"))

    def write_file(self, path: str, data: bytes | str, mode: int = 0o644) -> None:
        """Write a small file; it is not synced to the disk."""
        content = data.encode() if isinstance(data, str) else data
        encoded, target = base64.b64encode(content).decode(), shlex.quote(path)
        self.check(f": >{target} && chmod {mode:o} {target}")
        for start in range(0, math.ceil(len(encoded) / _CHUNK) * _CHUNK, _CHUNK):
            # A multiple of four characters is decoded by itself.
            piece = encoded[start : start + _CHUNK]
            self.check(f"echo {piece} | base64 -d >>{target}")

    def reboot(self, entry: str | None = None, timeout: float = BOOT_TIMEOUT) -> str:
        """Reboot through firmware and GRUB into an entry, just once, or into the default.

        Return the release of the kernel that then runs.
        """
        if entry is not None:
            self.check(f"grub-reboot {shlex.quote(entry)}")
        return self.leave("systemctl reboot", timeout)

    def leave(self, command: str, timeout: float = BOOT_TIMEOUT) -> str:
        """Run a command that ends this kernel, and return the release of the next one."""
        self.send(f"{command}\n")
        return self.wait_for_shell(timeout)


class MachineFactory(Protocol):
    """Starts machines: booted ones that are at their shell at once, or cold ones."""

    def __call__(self, firmware: Firmware = "bios", *, cold: bool = False) -> Machine:
        """Start one; `wait_for_shell` has to be called for a cold one, and only for that."""


def _connect(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(path))
    except BaseException:
        connection.close()
        raise
    return connection
