"""An entry whose kernel and initrd lie in an ISO file: GRUB boots it, and bootpick kexecs it."""

import json
from pathlib import Path

import pytest

from tests.support import iso
from tests.vm import evidence, layout
from tests.vm.image import Image
from tests.vm.machine import MachineFactory

pytestmark = pytest.mark.vm

_ISO = "/isos/live.iso"
_ENTRY = f"""\
menuentry 'Kernel in an ISO file' --id in-iso {{
\tsearch --no-floppy --fs-uuid --set=root {layout.ROOT_UUID}
\tset isofile={_ISO}
\tloopback loop $isofile
\tlinux (loop)/vmlinuz root=UUID={layout.ROOT_UUID} ro console=ttyS0 quiet findiso=$isofile
\tinitrd (loop)/initrd
}}
"""


def test_jump_into_a_kernel_in_an_iso_file(image: Image, machine: MachineFactory) -> None:
    """The files come out of the image whole, and the command line is the one that GRUB gives."""
    booted = machine()
    booted.write_file("/root/iso.py", Path(iso.__file__).read_bytes())
    booted.check(
        f"mkdir /isos && python3 /root/iso.py {_ISO} "
        f"vmlinuz=/boot/vmlinuz-{image.oldest} initrd=/boot/initrd.img-{image.oldest}"
    )
    booted.write_file("/boot/grub/custom.cfg", _ENTRY)
    booted.check("sync")

    entry = json.loads(booted.check("bootpick show in-iso --json"))
    assert (entry["bootable"], entry["version"], entry["kernel"]) == (True, image.oldest, None)
    assert entry["reasons"] == []
    booted.check("bootpick --entry in-iso")
    status = json.loads(booted.check("bootpick status --json"))
    assert (status["loaded"], status["by"], status["stale"]) == (True, "bootpick", None)
    assert status["entry"]["kernel"] == f"/vmlinuz in {_ISO}"
    assert booted.check("losetup -a") == ""

    assert booted.leave("bootpick --entry in-iso --exec") == image.oldest
    jumped = booted.read_file("/proc/cmdline")
    assert evidence.initrd_release(booted) == image.oldest
    assert json.loads(booted.check("bootpick show @current --json"))["id"] == "in-iso"

    assert evidence.oracle_cmdline(booted, "in-iso") == jumped
    assert booted.check("uname -r") == image.oldest
    assert evidence.initrd_release(booted) == image.oldest
