"""What QEMU is told: one machine, in two kinds of firmware, always in software emulation."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from tests.vm import host

Firmware = Literal["bios", "uefi"]

_MACHINE: Final = (
    *("-nodefaults", "-display", "none", "-net", "none"),
    *("-machine", "q35", "-accel", "tcg,thread=multi,tb-size=512", *host.PROCESSOR),
    # One processor: of two machines at once, none has a core for a second one.
    *("-smp", "1", "-m", "1024"),
)


@dataclass(frozen=True, slots=True)
class Disk:
    """The system's disk. A machine that keeps it untouched writes to a temporary file."""

    path: Path
    writable: bool = False


def arguments(firmware: Firmware, disk: Disk, package: Path, variables: Path) -> list[str]:
    """Return QEMU's command line up to the consoles; only OVMF uses the `variables` file."""
    words = [host.QEMU, *_MACHINE]
    if firmware == "uefi":
        words += [
            *("-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={host.OVMF_CODE}"),
            *("-drive", f"if=pflash,format=raw,unit=1,file={variables}"),
        ]
    snapshot = "off" if disk.writable else "on"
    return [
        *words,
        *(
            "-drive",
            f"if=none,id=system,format=qcow2,cache=unsafe,snapshot={snapshot},file={disk.path}",
        ),
        *("-device", "virtio-blk-pci,drive=system,bootindex=1"),
        *("-drive", f"if=none,id=package,format=raw,readonly=on,file={package}"),
        *("-device", "virtio-blk-pci,drive=package"),
    ]
