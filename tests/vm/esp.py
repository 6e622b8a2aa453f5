"""systemd-boot on the machine's EFI system partition, with entries for the machine's kernels."""

import shlex
from typing import Final

from tests.vm import layout
from tests.vm.machine import Machine

ROOT_WORDS: Final = f"root=UUID={layout.ROOT_UUID} ro console=ttyS0 quiet"

_FOLDERS: Final = "/boot/efi/EFI/Linux /boot/efi/loader/entries"
_WORK: Final = "/root/uki"
_STUB: Final = "/usr/lib/systemd/boot/efi/linuxx64.efi.stub"
_LOADER: Final = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi"


def mount(machine: Machine) -> None:
    """Mount the partition, now and after each boot."""
    machine.check(
        "sed -i s/noauto,// /etc/fstab && mkdir /boot/efi && mount /boot/efi"
        f" && mkdir -p {_FOLDERS}"
    )


def install_loader(machine: Machine, default: str) -> None:
    """Put systemd-boot where GRUB was; it boots *default* at once."""
    machine.check(f"cp {_LOADER} /boot/efi/EFI/BOOT/BOOTX64.EFI")
    machine.write_file("/boot/efi/loader/loader.conf", f"timeout 0\ndefault {default}\n")


def add_type1(machine: Machine, name: str, release: str, lines: str) -> None:
    """Add an entry with the kernel *release*, and further *lines*."""
    machine.check(f"cp /boot/vmlinuz-{release} /boot/initrd.img-{release} /boot/efi/")
    machine.write_file(
        f"/boot/efi/loader/entries/{name}.conf",
        f"title Type 1\nlinux /vmlinuz-{release}\ninitrd /initrd.img-{release}\n{lines}",
    )


def add_uki(machine: Machine, name: str, release: str, cmdline: bytes, ucode: str = "") -> None:
    """Build an image of the kernel *release*, as systemd's documentation does, and add it.

    *ucode* is the path of a file for that section.
    """
    machine.check(f"mkdir -p {_WORK}")
    machine.write_file(f"{_WORK}/cmdline", cmdline)
    machine.write_file(f"{_WORK}/uname", release)
    sections = {
        "osrel": ("/etc/os-release", 0x20000),
        "cmdline": (f"{_WORK}/cmdline", 0x30000),
        "uname": (f"{_WORK}/uname", 0x40000),
        **({"ucode": (ucode, 0x50000)} if ucode else {}),
        "linux": (f"/boot/vmlinuz-{release}", 0x2000000),
        "initrd": (f"/boot/initrd.img-{release}", 0x4000000),
    }
    words = [
        word
        for section, (file, address) in sections.items()
        for word in (
            f"--add-section=.{section}={file}",
            f"--change-section-vma=.{section}={address:#x}",
        )
    ]
    machine.check(shlex.join(["objcopy", *words, _STUB, f"/boot/efi/EFI/Linux/{name}"]))
    machine.check("sync")
