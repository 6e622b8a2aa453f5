"""Every init system is asked in its own way, and without one bootpick stops the machine itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vm import evidence
from tests.vm.evidence import Landing
from tests.vm.hardware import Disk
from tests.vm.image import Image
from tests.vm.inits_image import inits_image
from tests.vm.machine import Machine

pytestmark = pytest.mark.vm

_DISK = "vda"


@pytest.fixture
def booted(image: Image, package_disk: Path, tmp_path: Path) -> Iterator[Machine]:
    """Return a machine that sysvinit has booted."""
    inits = inits_image(image)
    disk, log = Disk(inits.disk), tmp_path / "console.log"
    with Machine("bios", disk, package_disk, log, options=inits.start("sysvinit")) as machine:
        machine.wait_for_shell()
        yield machine


def test_jump_from_init_to_init_and_without_one(booted: Machine) -> None:
    """Each time the disk is written to up to the end; nothing is lost, no journal replayed."""
    _jump(booted, "openrc", "/")
    _jump(booted, "busybox", "/")
    # There bootpick is PID 1, and goes on to a machine where a script is, from which no shell
    # can ask anything.
    _jump(booted, "itself", "/", lands_in="alone")
    refused = booted.run("bootpick --root /mnt --entry alone --exec")
    error, hint = refused.output.splitlines()
    assert refused.status == 1
    assert error == "bootpick: error: PID 1 is 'init', which bootpick cannot ask for a kexec"
    assert hint.startswith("hint: '--force' ")
    assert booted.check("cat /sys/kernel/kexec_loaded") == "0"
    _jump(booted, "alone", "/mnt", "--root /mnt --force")


def _jump(
    booted: Machine, entry: str, root: str, options: str = "", lands_in: str | None = None
) -> None:
    """Jump away from a machine that is busy writing below *root*, and look at what is left."""
    witnesses = evidence.plant_witnesses(booted, root)
    evidence.start_writer(booted, root)
    booted.leave(f"bootpick --entry {entry} --exec {options}")
    landed = lands_in or entry
    assert f"bench={landed}" in booted.check("cat /proc/cmdline")
    there = "/mnt" if landed == "alone" else "/"
    found = evidence.landing(booted, witnesses, there, _DISK)
    assert (entry, found) == (entry, Landing(journal_clean=True, witnesses_kept=True))
    assert (entry, evidence.writer_finished(booted, there)) == (entry, True)
