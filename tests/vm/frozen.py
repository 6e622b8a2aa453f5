"""Machines that have booted already: frozen at their shell once, thawed in under a second.

While a machine is frozen its package disk may be swapped. So that the machine cannot tell, it
is frozen with a disk of the same size, label and UUID, not mounted and with nothing cached.
"""

import hashlib
import shlex
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from tests.vm import hardware, host, image, machine, package
from tests.vm.hardware import Disk, Firmware
from tests.vm.host import LabError
from tests.vm.image import Image
from tests.vm.machine import Machine


@dataclass(frozen=True, slots=True)
class FrozenMachine:
    """The files of a frozen machine, which any number of machines can be thawed from."""

    firmware: Firmware
    folder: Path

    @property
    def overlay(self) -> Path:
        """What the boot wrote to the disk, on top of the image."""
        return self.folder / "overlay.qcow2"

    @property
    def variables(self) -> Path:
        """The EFI variables."""
        return self.folder / "variables.fd"

    @property
    def state(self) -> Path:
        """Memory and devices."""
        return self.folder / "state.zst"

    def thaw(self, package_disk: Path, log: Path) -> Machine:
        """Start a machine that goes on where the frozen one stopped: `run` works at once."""
        thawed = Machine(
            self.firmware,
            Disk(self.overlay),
            package_disk,
            log,
            variables=self.variables,
            incoming=f"exec:zstd -dcq {shlex.quote(str(self.state))}",
        )
        try:
            _await_status(thawed, "query-status", "paused", meanwhile={"inmigrate"})
            thawed.qmp.execute("cont")
        except BaseException:
            thawed.close()
            raise
        return thawed


def frozen_machine(built: Image, firmware: Firmware) -> FrozenMachine:
    """Return the image's frozen machine, booting it first if no one has done so yet."""
    prefix = f"frozen-{firmware}"
    folder = built.folder / f"{prefix}-{_fingerprint(firmware)}"
    with image.locked(built.folder / "freeze.lock"):
        if not folder.exists():
            for stale in built.folder.glob(f"{prefix}-*"):
                shutil.rmtree(stale)
            work = folder.with_suffix(".freezing")
            work.mkdir()
            _freeze(built, FrozenMachine(firmware, work))
            work.rename(folder)
    return FrozenMachine(firmware, folder)


def _fingerprint(firmware: Firmware) -> str:
    """Hash the hardware, which must be the same for a thaw, and what brings it to its shell."""
    anywhere = Path("-")
    words = hardware.arguments(firmware, Disk(anywhere), anywhere, anywhere)
    digest = hashlib.sha256("\0".join(words).encode())
    for source in (__file__, machine.__file__):
        digest.update(Path(source).read_bytes())
    return digest.hexdigest()[:8]


def _freeze(built: Image, frozen: FrozenMachine) -> None:
    """Boot to the shell, wait for the rest of the system to come up, and write it all down."""
    blank = frozen.folder / "blank.ext4"
    package.make_blank_disk(blank)
    host.run(
        [
            *("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2"),
            *("-b", built.disk, frozen.overlay),
        ]
    )
    disk = Disk(frozen.overlay, writable=True)
    with Machine(frozen.firmware, disk, blank, frozen.folder / "console.log") as booted:
        booted.wait_for_shell()
        running = booted.run("systemctl is-system-running --wait").output
        if running != "running":
            message = f"the machine is {running}: {booted.run('systemctl --failed').output}"
            raise LabError(message)
        booted.check("sync; echo 3 >/proc/sys/vm/drop_caches")
        booted.qmp.execute("stop")
        target = shlex.quote(str(frozen.state))
        booted.qmp.execute("migrate", uri=f"exec:zstd -1qfo {target}")
        _await_status(booted, "query-migrate", "completed", meanwhile={"setup", "active", "device"})
        shutil.copy(booted.variables, frozen.variables)
        booted.quit()
    blank.unlink()


def _await_status(booted: Machine, query: str, wanted: str, meanwhile: set[str]) -> None:
    """Ask until the status is the wanted one, and fail on one that does not lead there."""
    deadline = time.monotonic() + 120
    while (status := booted.qmp.execute(query).get("status")) != wanted:
        # Right after "migrate" there may be no status yet.
        if status not in {None, *meanwhile} or time.monotonic() > deadline:
            message = f"{query} says {status}, not {wanted}"
            raise LabError(message)
        time.sleep(0.02)
