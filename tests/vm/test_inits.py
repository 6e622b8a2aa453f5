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
    root, init = "/", "sysvinit"
    jumps = (
        ("openrc", "/etc/rc6.d/K06kexec jumps at the end", ""),
        ("busybox", "openrc-shutdown --kexec now", ""),
        # bootpick, as the only program of the next machine, goes on from there.
        ("itself", "kill -QUIT 1", ""),
        ("alone", "(init)", "--root /mnt --force"),
    )
    for entry, plan, options in jumps:
        act = f"bootpick --entry {entry} --exec {options}"
        assert (init, plan in booted.check(f"{act} --dry-run")) == (init, True)
        if "--force" in options:
            refused = booted.run(act.replace("--force", ""))
            assert refused.status == 1
            assert "PID 1 is 'init', which bootpick cannot ask" in refused.output
            assert booted.check("cat /sys/kernel/kexec_loaded") == "0"
        witnesses = evidence.plant_witnesses(booted, root)
        evidence.start_writer(booted, root)
        booted.leave(act)
        init = {"itself": "alone"}.get(entry, entry)
        root = "/mnt" if init == "alone" else "/"
        found = evidence.landing(booted, witnesses, root, _DISK)
        assert (init, found) == (init, Landing(journal_clean=True, witnesses_kept=True))
        assert (init, evidence.writer_finished(booted, root)) == (init, True)
        assert f"bench={init}" in booted.check("cat /proc/cmdline")
