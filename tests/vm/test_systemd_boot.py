"""Unified kernel images and entries of systemd-boot: what bootpick kexecs is what they boot."""

import json

import pytest

from tests.vm import esp, evidence
from tests.vm.image import Image
from tests.vm.machine import Machine, MachineFactory

pytestmark = pytest.mark.vm

_AWKWARD = f"{esp.ROOT_WORDS} foo=\"a b\"  'c d' x=$y \\z uni=é"
_EARLY = "the early archive was unpacked"


def _add_early_archive(machine: Machine, target: str) -> None:
    """Make an archive for .ucode that leaves a line in the kernel's log.

    Were it not the first one, its other file would take the place of the initrd's own.
    """
    machine.check("mkdir -p /root/early/conf/conf.d /root/early/etc")
    machine.write_file("/root/early/conf/conf.d/early", f"echo '{_EARLY}' >/dev/kmsg\n")
    machine.write_file("/root/early/etc/made-for", "nothing\n")
    machine.check(f"cd /root/early && find . | cpio --quiet -o -H newc >{target}")


def test_jump_into_a_unified_kernel_image(image: Image, machine: MachineFactory) -> None:
    """Kernel, microcode, initrd and command line are those of the image, bit by bit."""
    booted = machine()
    esp.mount(booted)
    _add_early_archive(booted, "/root/ucode")
    cmdline = f"\n {_AWKWARD}\tend \n".encode()
    esp.add_uki(booted, "own.efi", image.oldest, cmdline, "/root/ucode")
    path = "/boot/efi/EFI/Linux/own.efi"

    entry = json.loads(booted.check("bootpick show own.efi --json"))
    assert (entry["kind"], entry["kernel"], entry["initrds"]) == ("uki", path, [])
    assert (entry["version"], entry["cmdline"]) == (image.oldest, f"{_AWKWARD} end")
    assert (entry["bootable"], entry["reasons"]) == (True, [])
    booted.check("bootpick --entry own.efi")
    status = json.loads(booted.check("bootpick status --json"))
    assert (status["by"], status["stale"], status["entry"]["kernel"]) == ("bootpick", False, path)
    booted.check(f"touch {path}")
    assert json.loads(booted.check("bootpick status --json"))["stale"] is True

    assert booted.leave("bootpick --entry own.efi --exec") == image.oldest
    assert booted.read_file("/proc/cmdline").decode() == f"{_AWKWARD} end\n"
    assert evidence.initrd_release(booted) == image.oldest
    assert _EARLY in booted.check("dmesg")
    assert json.loads(booted.check("bootpick show @current --json"))["id"] == "own.efi"

    # The kernel in the image is Debian's, but this machine trusts no key that it is signed with.
    booted.check("echo integrity >/sys/kernel/security/lockdown")
    refused = booted.run("bootpick --entry own.efi --exec")
    assert refused.status == 6
    assert f".linux in {path}: it is locked down (integrity)" in refused.output
    assert "hint: the signature of a unified kernel image is for the whole" in refused.output


def _set_oneshot(machine: Machine, name: str) -> str:
    """Do what `bootctl set-oneshot` does; give the path of the variable."""
    path = "/sys/firmware/efi/efivars/LoaderEntryOneShot-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
    machine.write_file("/root/oneshot", b"\7\0\0\0" + f"{name}\0".encode("utf-16-le"))
    # A variable has to be written at once.
    machine.check(f"dd if=/root/oneshot of={path} bs=4096 status=none")
    return path


def test_every_jump_gives_the_kernel_what_systemd_boot_gives_it(
    image: Image, machine: MachineFactory
) -> None:
    """systemd-boot boots an entry, then bootpick kexecs it from another kernel."""
    booted = machine("uefi")
    esp.mount(booted)
    options = f'options {esp.ROOT_WORDS}\noptions  a="b c"  d\n'
    esp.add_type1(booted, "first", image.oldest, options)
    esp.add_uki(booted, "second.efi", image.middle, _AWKWARD.encode())
    esp.install_loader(booted, "first.conf")

    assert booted.leave("systemctl reboot") == image.oldest
    first = booted.read_file("/proc/cmdline").decode()
    listing = json.loads(booted.check("bootpick list --json"))
    assert (listing["loader"], listing["default"]) == ("bls", "first")
    assert [entry["id"] for entry in listing["entries"] if entry["current"]] == ["first"]
    assert booted.leave("systemctl reboot --boot-loader-entry=second.efi") == image.middle
    second = booted.read_file("/proc/cmdline").decode()

    assert booted.leave("bootpick --default --exec") == image.oldest
    # The first word is for the kernel's EFI stub, which a kexec does not go through.
    words = booted.read_file("/proc/cmdline").decode()
    assert f"initrd=\\initrd.img-{image.oldest} {words}" == first
    assert evidence.initrd_release(booted) == image.oldest

    variable = _set_oneshot(booted, "second.efi")
    assert booted.leave("bootpick --default --exec") == image.middle
    assert booted.read_file("/proc/cmdline").decode() == second
    assert evidence.initrd_release(booted) == image.middle
    assert booted.run(f"test -e {variable}").status == 1
