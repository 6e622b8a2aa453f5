"""A machine with a lilo.conf: bootpick kexecs what LILO would have booted."""

import json

import pytest

from tests.vm import evidence, layout
from tests.vm.image import Image
from tests.vm.machine import MachineFactory

pytestmark = pytest.mark.vm


def _config(image: Image, number: str) -> str:
    return f"""\
# written by hand
boot = /dev/vda
default = OLD
prompt
timeout = 50
read-only
append = "console=ttyS0  quiet"

image = /boot/vmlinuz-{image.newest}
	label = Linux
	root = "UUID={layout.ROOT_UUID}"
	initrd = /boot/initrd.img-{image.newest}
image = /boot/vmlinuz-{image.oldest}
	label = Old
	alias = o
	root = /dev/vda3
	addappend = "lilo.words=\\"a b\\""
	initrd = /boot/initrd.img-{image.oldest}
image = /boot/vmlinuz-{image.middle}
	label = Number
	root = 0x{number}
	initrd = /boot/initrd.img-{image.middle}
other = /dev/vda4
	label = dos
"""


def test_jump_into_entries_of_lilo(image: Image, machine: MachineFactory) -> None:
    """The command line is LILO's, and the root is found by its path and by its number."""
    booted = machine()
    # As hexadecimal digits: the major number of such a disk is not the same on all machines.
    number = booted.check("stat -c '%Hr %Lr' /dev/vda3 | xargs printf '%x%02x'")
    booted.write_file("/etc/lilo.conf", _config(image, number), 0o600)
    booted.check("mv /boot/grub/grub.cfg /root/grub.cfg; mkdir /boot/efi; sync")

    listing = json.loads(booted.check("bootpick list --json"))
    assert (listing["loader"], listing["default"], listing["timeout"]) == ("lilo", "Old", 5.0)
    assert [(entry["id"], entry["bootable"]) for entry in listing["entries"]] == [
        ("Linux", True),
        ("Old", True),
        ("Number", True),
        ("dos", False),
    ]
    (warning,) = listing["diagnostics"]
    assert "/dev/vda3 here" in warning["message"]

    assert booted.leave("bootpick --entry o --exec") == image.oldest
    assert booted.read_file("/proc/cmdline") == (
        b'BOOT_IMAGE=Old ro root=/dev/vda3 console=ttyS0 quiet lilo.words="a b"\n'
    )
    assert evidence.initrd_release(booted) == image.oldest
    assert json.loads(booted.check("bootpick show @current --json"))["id"] == "Old"

    assert booted.leave("bootpick --entry Number --exec") == image.middle
    assert booted.read_file("/proc/cmdline") == (
        f"BOOT_IMAGE=Number ro root={number} console=ttyS0 quiet\n".encode()
    )
    mounted = booted.check("findmnt -no MAJ:MIN /").strip()
    assert mounted == booted.check("lsblk -dno MAJ:MIN /dev/vda3").strip()

    # Where GRUB has a configuration as well, the disk's first sector tells who starts the machine.
    booted.check("mv /root/grub.cfg /boot/grub/grub.cfg")
    assert json.loads(booted.check("bootpick list --json"))["loader"] == "grub"
    booted.check("printf LILO | dd of=/dev/vda bs=1 seek=6 conv=notrunc status=none; sync")
    verbose = booted.check("bootpick list -v")
    assert "loader   LILO: it is in the boot sector of /dev/vda\n" in verbose
    assert "not in charge here: GRUB\n" in verbose
