"""Fixtures for tests that run a whole machine.

A test gets a machine by calling the `machine` fixture. It has booted already, unless a cold one
is asked for, and is thrown away after the test: what is done in it, no other test sees.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.requirements import cannot_run
from tests.vm import host, package
from tests.vm.frozen import frozen_machine
from tests.vm.hardware import Disk, Firmware
from tests.vm.image import Image, open_image
from tests.vm.machine import Machine, MachineFactory

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def capable_host() -> None:
    """Skip tests of this folder where no machine can be run, but never on CI."""
    if missing := host.missing_requirements():
        cannot_run(f"no virtual machine on this host; it lacks {', '.join(missing)}")


@pytest.fixture(scope="session")
def image() -> Iterator[Image]:
    """Return the machine's image, building it where there is none."""
    with open_image() as built:
        yield built


@pytest.fixture(scope="session")
def package_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the disk with bootpick as the working tree has it."""
    disk = tmp_path_factory.mktemp("package") / "bootpick.ext4"
    package.make_package_disk(REPOSITORY, disk)
    return disk


@pytest.fixture
def machine(image: Image, package_disk: Path, tmp_path: Path) -> Iterator[MachineFactory]:
    """Return a function that starts a machine, which is killed at the end of the test."""
    with contextlib.ExitStack() as running:

        def start(firmware: Firmware = "bios", *, cold: bool = False) -> Machine:
            log = tmp_path / f"{firmware}.log"
            if cold:
                return running.enter_context(Machine(firmware, Disk(image.disk), package_disk, log))
            return running.enter_context(frozen_machine(image, firmware).thaw(package_disk, log))

        yield start
