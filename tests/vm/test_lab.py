"""Tests of the test bed: what other tests take for granted about their machine.

Some are negative controls. A check that a jump lost nothing is worth something only if it
fails for a jump that does lose something.
"""

from pathlib import Path

import pytest

from tests.vm import evidence, layout, package
from tests.vm.console import ConsoleError
from tests.vm.evidence import Landing
from tests.vm.hardware import Firmware
from tests.vm.image import Image
from tests.vm.machine import MachineFactory

pytestmark = pytest.mark.vm

_STAND_IN = """\
import sys
print(__file__, *sys.argv[1:])
sys.exit(3)
"""


@pytest.fixture(scope="module")
def package_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a disk with a stand-in for bootpick, so that nothing here depends on that."""
    folder = tmp_path_factory.mktemp("stand-in")
    module = folder / "tree/bootpick"
    module.mkdir(parents=True)
    (module / "__main__.py").write_text(_STAND_IN)
    package.write_disk(folder / "tree", folder / "disk.ext4")
    return folder / "disk.ext4"


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_grub_boots_the_newest_kernel(
    image: Image, machine: MachineFactory, firmware: Firmware
) -> None:
    """Each firmware finds GRUB, and GRUB its configuration, kernel and initrd."""
    booted = machine(firmware)
    assert booted.check("uname -r") == image.newest
    assert evidence.initrd_release(booted) == image.newest
    assert booted.read_file("/proc/cmdline").decode() == (
        f"BOOT_IMAGE=/boot/vmlinuz-{image.newest} root=UUID={layout.ROOT_UUID} ro"
        " console=ttyS0 quiet\n"
    )
    assert booted.run("test -d /sys/firmware/efi").status == (0 if firmware == "uefi" else 1)


def test_command_output_and_status(machine: MachineFactory) -> None:
    """What a command prints arrives unchanged, whatever it is, with its status."""
    booted = machine()
    assert booted.run("printf 'a  b\\n\\n%s' \"it's\"; exit 7") == ("a  b\n\nit's", 7)
    assert booted.run("echo to stderr >&2") == ("to stderr", 0)
    assert booted.run("cat; test -t 0 || test -t 1") == ("", 1)
    assert booted.run("unfinished '").status != 0
    with pytest.raises(ConsoleError, match="within 1 s"):
        booted.run("sleep 5", timeout=1)


def test_files_and_keys(machine: MachineFactory) -> None:
    """Files go both ways byte for byte, and programs get single keys from a proper terminal."""
    booted = machine()
    data = bytes(range(256)) * 40
    booted.write_file("/root/a file", data, 0o600)
    assert booted.read_file("/root/a file") == data
    assert booted.check("stat -c %a '/root/a file'; stty size </dev/ttyS0") == "600\n24 80"
    mark = booted.console.mark()
    booted.send("read -rsn3 -p 'press a key' key; printf 'key %q\\n' \"$key\"\n")
    booted.wait_for("press a key")
    booted.send("\x1b[B")
    booted.wait_for(r"key \$'\\E\[B'\r?\n")
    assert "press a key" in booted.console.since(mark)
    booted.send("read -rsdR -p $'\\e[6n' place; printf 'place %q\\n' \"$place\"\n")
    booted.console.answer_cursor_request()
    booted.wait_for(r"place \$'\\E\[1;1'\r?\n")


def test_launcher_runs_what_is_on_the_package_disk(machine: MachineFactory) -> None:
    """The disk was swapped while the machine was frozen; arguments and status come through."""
    booted = machine()
    assert booted.run("cd /; bootpick --entry 'a b'") == (
        "/opt/bootpick/bootpick/__main__.py --entry a b",
        3,
    )
    assert booted.run("bootpick") == ("/opt/bootpick/bootpick/__main__.py", 3)
    assert booted.run("touch /opt/bootpick/x").status != 0


def test_careless_mount_of_the_other_partition_shows(machine: MachineFactory) -> None:
    """Negative control: its journal is replayed even by a read-only mount, which changes it."""
    booted = machine()
    untouched = evidence.other_system_digest(booted)
    assert evidence.other_system_digest(booted) == untouched
    assert booted.check(
        f"debugfs -R 'cat journal-witness' {layout.OTHER_DEVICE} 2>&1 | grep -a -o before"
    )
    booted.check(f"mount -o ro {layout.OTHER_DEVICE} /mnt")
    assert booted.check("head -n 1 /mnt/journal-witness") == "after"
    booted.check("umount /mnt")
    assert evidence.other_system_digest(booted) != untouched


def test_raw_jump_loses_what_was_not_written(image: Image, machine: MachineFactory) -> None:
    """Negative control: a jump without sync or unmount is caught by both checks."""
    booted = machine()
    evidence.load(booted, image.oldest)
    witnesses = evidence.plant_witnesses(booted)
    assert booted.leave("kexec --exec --no-sync") == image.oldest
    assert evidence.landing(booted, witnesses) == Landing(journal_clean=False, witnesses_kept=False)
