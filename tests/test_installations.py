"""What a reader of each installation's grub.cfg and settings finds, written down by hand.

`tests/grub/test_against_grub_emu.py` compares everything; this table needs no GRUB, and would
show if both went wrong together.
"""

import json
from typing import Any, NamedTuple

import pytest

from tests.support.program import Run
from tests.support.trees import INSTALLATIONS

NAMES = sorted(path.parent.name for path in INSTALLATIONS.glob("*/devices.json"))


class Reviewed(NamedTuple):
    entries: int
    """How many can be chosen, of submenus too."""
    default: str
    """Titles from the top level to the entry that boots by itself, `>` between."""
    timeout: float
    place: str
    """The index of one entry, and its command line and initrds."""
    cmdline: str
    initrds: list[str]


DEBIAN = "Debian GNU/Linux"
ADVANCED = "Advanced options for Debian GNU/Linux"
OLD, NEW = "6.12.38+deb13-amd64", "6.12.41+deb13-amd64"

REVIEWED = {
    "debian-12-bios": Reviewed(
        9,
        DEBIAN,
        5,
        "1>5",
        "BOOT_IMAGE=/boot/vmlinuz-6.1.0-16-amd64"
        " root=UUID=6c2f1b0e-8f6d-4c57-9d0e-3a5b7f1c2d48 ro single",
        ["/boot/initrd.img-6.1.0-16-amd64"],
    ),
    "debian-12-luks-btrfs": Reviewed(
        5,
        DEBIAN,
        5,
        "0",
        "BOOT_IMAGE=/@/boot/vmlinuz-6.1.0-18-amd64"
        " root=UUID=91e2d3c4-b5a6-4978-8695-a4b3c2d1e0f9 ro rootflags=subvol=@ quiet",
        ["/@/boot/initrd.img-6.1.0-18-amd64"],
    ),
    "debian-12-os-prober": Reviewed(
        11,
        DEBIAN,
        5,
        "5>2",
        "BOOT_IMAGE=/boot/vmlinuz-6.5.0-14-generic"
        " root=UUID=7e5d3c1b-0a98-4766-b544-332211ffeedd ro recovery nomodeset dis_ucode_ldr",
        ["/boot/initrd.img-6.5.0-14-generic"],
    ),
    "debian-12-quoting": Reviewed(
        7,
        DEBIAN,
        5,
        "0",
        "BOOT_IMAGE=/boot/vmlinuz-6.1.0-18-amd64"
        ' root=UUID=58d1e0c9-b7a6-4f95-8e84-d3c2b1a09f7e ro "foo=a b" "c d" "e f" g=h\\\'i j\\"k'
        " l\\\\m s$x ta\tb uni=é  quiet",
        ["/boot/initrd.img-6.1.0-18-amd64"],
    ),
    "debian-12-raid": Reviewed(
        5,
        DEBIAN,
        5,
        "1>2",
        "BOOT_IMAGE=/boot/vmlinuz-6.1.0-17-amd64"
        " root=UUID=2b9c8d7e-6f5a-4b4c-8d3e-2f1a0b9c8d7e ro quiet",
        ["/boot/initrd.img-6.1.0-17-amd64"],
    ),
    "debian-12-raid-lvm": Reviewed(
        5,
        DEBIAN,
        5,
        "0",
        "BOOT_IMAGE=/vmlinuz-6.1.0-18-amd64 root=/dev/mapper/vg0-root ro quiet",
        ["/initrd.img-6.1.0-18-amd64"],
    ),
    "debian-12-separate-boot": Reviewed(
        5,
        f"{ADVANCED}>Debian GNU/Linux, with Linux 6.1.0-17-amd64 (recovery mode)",
        5,
        "1>3",
        "BOOT_IMAGE=/vmlinuz-6.1.0-17-amd64 root=/dev/mapper/debian--vg-root ro single",
        ["/initrd.img-6.1.0-17-amd64"],
    ),
    "debian-12-serial-superusers": Reviewed(
        5,
        DEBIAN,
        10,
        "2",
        "BOOT_IMAGE=/boot/vmlinuz-6.1.0-18-amd64"
        " root=UUID=c0ffee12-3456-4789-9abc-def012345678 ro single console=ttyS0,115200n8",
        ["/boot/initrd.img-6.1.0-18-amd64"],
    ),
    "debian-12-uefi": Reviewed(
        9,
        f"{ADVANCED}>Debian GNU/Linux, with Linux 6.1.0-17-amd64",
        5,
        "3",
        "BOOT_IMAGE=/boot/memtest86+x64.efi console=ttyS0,115200",
        [],
    ),
    "debian-13-bios": Reviewed(
        7,
        DEBIAN,
        5,
        "3",
        "BOOT_IMAGE=/boot/memtest86+x64.bin console=ttyS0,115200",
        [],
    ),
    "debian-13-btrfs": Reviewed(
        8,
        DEBIAN,
        5,
        "3>1",
        f"BOOT_IMAGE=/@snapshots/2025-08-01/boot/vmlinuz-{OLD}"
        " root=UUID=f5061728-394a-4b6c-9d7e-8f9001122334 ro"
        " rootflags=subvol=@snapshots/2025-08-01 systemd.volatile=state",
        [f"/@snapshots/2025-08-01/boot/initrd.img-{OLD}"],
    ),
    "debian-13-custom": Reviewed(
        10,
        DEBIAN,
        7,
        "2",
        f"BOOT_IMAGE=/boot/vmlinuz-{OLD} root=UUID=51627384-9fa0-4bc2-b334-45566778899a ro"
        " note=two words single=$not console=tty0",
        [f"/boot/initrd.img-{OLD}"],
    ),
    "debian-13-flat": Reviewed(
        4,
        f'Debian\'s "own" $system GNU/Linux, with Linux {OLD}',
        3,
        "2",
        f"BOOT_IMAGE=/vmlinuz-{OLD} root=/dev/mapper/vg-root ro console=tty0 console=ttyS1,57600n8",
        [f"/initrd.img-{OLD}"],
    ),
    "debian-13-german": Reviewed(
        6,
        f"Erweiterte Optionen für Debian GNU/Linux>Debian GNU/Linux, mit Linux {OLD}",
        5,
        "2",
        f"BOOT_IMAGE=/boot/vmlinuz-{NEW} root=UUID=40516273-8e9f-4ab1-a223-344556677889 ro"
        ' "name=Jörg Groß" ß',
        [],
    ),
    "debian-13-kernels": Reviewed(
        13,
        f"{ADVANCED}>Debian GNU/Linux, with Linux 6.13-rc2-amd64",
        5,
        "1>11",
        "BOOT_IMAGE=/boot/vmlinuz-6.12.30-own.old root=/dev/sda2 ro single dis_ucode_ldr",
        [],
    ),
    "debian-13-luks": Reviewed(
        6,
        DEBIAN,
        5,
        "0",
        f"BOOT_IMAGE=/boot/vmlinuz-{NEW} root=UUID=e4f50617-2839-4a5b-8c6d-7e8f90011223 ro"
        " cryptdevice=UUID=d3e4f506-1728-494a-bb5c-6d7e8f900112:sda2_crypt quiet",
        [f"/boot/initrd.img-{NEW}"],
    ),
    "debian-13-raid-lvm": Reviewed(
        5,
        DEBIAN,
        5,
        "1>3",
        f"BOOT_IMAGE=/boot/vmlinuz-{OLD} root=/dev/mapper/trixie--vg-root ro single dis_ucode_ldr",
        [f"/boot/initrd.img-{OLD}"],
    ),
    "debian-13-reboot": Reviewed(
        5,
        f"{ADVANCED}>Debian GNU/Linux, with Linux {OLD} (rescue it)",
        5,
        "1>3",
        f"BOOT_IMAGE=/vmlinuz-{OLD} root=UUID=17283940-5b6c-4d8e-bf90-011223344556 ro"
        " single dis_ucode_ldr",
        [f"/initrd.img-{OLD}"],
    ),
    "debian-13-uefi": Reviewed(
        8,
        f"{ADVANCED}>Debian GNU/Linux, with Linux {OLD}",
        5,
        "1>2",
        f"BOOT_IMAGE=/boot/vmlinuz-{OLD} root=UUID=b1c2d3e4-f506-4728-993a-4b5c6d7e8f90 ro quiet",
        [f"/boot/initrd.img-{OLD}"],
    ),
    "ubuntu-like-cloud": Reviewed(
        5,
        "Ubuntu",
        0,
        "0",
        "BOOT_IMAGE=/vmlinuz-6.8.0-1018-aws root=PARTUUID=00000002-4b5a-4697-8788-96a5b4c3d2e1 ro"
        " console=tty1 console=ttyS0 nvme_core.io_timeout=4294967295",
        ["/initrd.img-6.8.0-1018-aws"],
    ),
    "ubuntu-like-desktop": Reviewed(
        12,
        "Ubuntu",
        10,
        "0",
        "BOOT_IMAGE=/boot/vmlinuz-6.8.0-45-generic"
        " root=UUID=0a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9 ro quiet splash vt.handoff=7",
        ["/boot/initrd.img-6.8.0-45-generic"],
    ),
    "ubuntu-like-failed": Reviewed(
        5,
        "Ubuntu",
        30,
        "0",
        "BOOT_IMAGE=/boot/vmlinuz-5.15.0-101-generic"
        " root=UUID=60718293-a4b5-46d7-a8f9-0a1b2c3d4e5f ro quiet splash",
        ["/boot/initrd.img-5.15.0-101-generic"],
    ),
    "ubuntu-like-server": Reviewed(
        8,
        "Ubuntu",
        0,
        "0",
        "BOOT_IMAGE=/vmlinuz-6.8.0-45-lowlatency root=/dev/mapper/ubuntu--vg-ubuntu--lv ro"
        ' dyndbg=\\"file x/* +p\\" "foo.dyndbg=file drivers/usb/* +p" "a b" ip=10.0.0.2:::host;x',
        ["/initrd.img-6.8.0-45-lowlatency"],
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_installation_is_read_as_its_reader_does(name: str, run: Run) -> None:
    folder = INSTALLATIONS / name
    where = ["--root", folder / "root", "--devices", folder / "devices.json"]
    listing: dict[str, Any] = json.loads(run("list", "--json", *where).out)
    entries = {entry["index"]: entry for entry in listing["entries"]}
    (default,) = [entry for entry in listing["entries"] if entry["default"]]
    wanted = REVIEWED[name]
    one = entries[wanted.place]
    assert wanted == (
        len(entries),
        ">".join([*default["submenus"], default["title"]]),
        listing["timeout"],
        wanted.place,
        one["cmdline"],
        one["loader_paths"]["initrds"],
    )
