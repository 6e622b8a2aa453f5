"""Debian's installer, kexec'ed from the configuration that it comes with."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.requirements import cannot_run
from tests.vm import layout
from tests.vm.frozen import FrozenMachine, frozen_machine
from tests.vm.host import run
from tests.vm.image import Image
from tests.vm.machine import Machine

pytestmark = pytest.mark.vm

_PACKAGE = Path("/usr/lib/debian-installer/images/12/amd64/text")
_ESP = "/dev/vda2"
_FIRST_SCREEN = 500.0
"""Seconds: the installer's system is unpacked in emulation."""


@pytest.fixture
def installer_tree(tmp_path: Path) -> Path:
    """Return the installer's tree for netboot, with its console on the serial line.

    Only the word for that is added to its configurations, before those for the installed system.
    """
    if not _PACKAGE.is_dir():
        cannot_run("no Debian installer; it needs debian-installer-12-netboot-amd64")
    tree = tmp_path / "tree"
    # What is copied has no links: the file system that it goes to has none.
    shutil.copytree(_PACKAGE, tree)
    boot = tree / "debian-installer/amd64"
    for config in (*boot.glob("boot-screens/*.cfg"), boot / "grub/grub.cfg"):
        text = config.read_text()
        assert "console=" not in text
        config.write_text(text.replace(" --- ", " console=ttyS0 --- "))
    return tree


@pytest.fixture
def machine_with_installer(
    image: Image, package_disk: Path, installer_tree: Path, tmp_path: Path
) -> Iterator[Machine]:
    """Return a running machine that has the tree in its EFI system partition.

    That is not mounted while the machine is frozen, so it can be exchanged then.
    """
    frozen = frozen_machine(image, "bios")
    partition = tmp_path / "esp.fat"
    with partition.open("wb") as stream:
        stream.truncate(layout.ESP_SIZE * layout.MIB)
    run(["mformat", "-i", partition, "-F", "::"])
    run(["mcopy", "-s", "-i", partition, *sorted(installer_tree.iterdir()), "::"])
    folder = tmp_path / "frozen"
    folder.mkdir()
    changed = FrozenMachine("bios", folder)
    create = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b"]
    run([*create, frozen.overlay, changed.overlay])
    offset, size = layout.ESP_START * layout.MIB, layout.ESP_SIZE * layout.MIB
    run(["qemu-io", "-f", "qcow2", "-c", f"write -s {partition} {offset} {size}", changed.overlay])
    shutil.copy(frozen.variables, changed.variables)
    shutil.copy(frozen.state, changed.state)
    with changed.thaw(package_disk, tmp_path / "installer.log") as machine:
        yield machine


def test_installer_comes_to_its_first_screen(machine_with_installer: Machine) -> None:
    machine = machine_with_installer
    machine.check(f"mount -o ro {_ESP} /mnt")
    listing = json.loads(machine.check("bootpick list --json --root /mnt"))
    default, *_ = listing["entries"]
    assert (listing["loader"], default["title"], default["default"]) == ("grub", "Install", True)
    assert {entry["loader"] for entry in listing["entries"]} == {"grub", "syslinux"}
    assert default["cmdline"] == (
        "BOOT_IMAGE=/debian-installer/amd64/linux vga=788 console=ttyS0 --- quiet"
    )
    machine.check("bootpick --root /mnt --default")
    assert machine.check("cat /sys/kernel/kexec_loaded") == "1"
    machine.check("bootpick unload")

    words = "--root /mnt --loader syslinux"
    default, *_ = json.loads(machine.check(f"bootpick list --json {words}"))["entries"]
    assert (default["id"], default["default"], default["reasons"]) == ("install", True, [])
    assert default["cmdline"] == (
        "BOOT_IMAGE=debian-installer/amd64/linux vga=788 console=ttyS0 --- quiet"
    )
    machine.send(f"bootpick {words} --default --exec\n")
    machine.wait_for(r"Select a language", _FIRST_SCREEN)
