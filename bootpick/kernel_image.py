"""What a kernel image says of itself."""

from typing import NamedTuple

HEADER_SIZE = 0x264
"""Bytes that :func:`parse_x86_header` wants."""


class ImageHeader(NamedTuple):
    """The header of an x86 Linux image (Documentation/arch/x86/boot.rst)."""

    version_offset: int | None
    """Where in the file the version string stands."""
    cmdline_size: int
    """The longest command line it takes, in bytes without the NUL."""
    architecture: str
    """``x64`` or ``ia32``."""


def parse_x86_header(data: bytes) -> ImageHeader | None:
    """Give the header, ``None`` where *data* does not begin an x86 Linux image."""
    if len(data) < HEADER_SIZE or data[0x202:0x206] != b"HdrS" or data[0x1FE:0x200] != b"\x55\xaa":
        return None
    protocol = data[0x206] | data[0x207] << 8
    version = data[0x20E] | data[0x20F] << 8
    size = int.from_bytes(data[0x238:0x23C], "little") if protocol >= 0x206 else 0
    is_64_bit = protocol >= 0x20C and bool(data[0x236] & 1)
    return ImageHeader(
        version + 0x200 if version else None, size or 255, "x64" if is_64_bit else "ia32"
    )


def release_from_name(name: str) -> str | None:
    """Give the release in a file name such as ``vmlinuz-6.1.0-18-amd64``."""
    release = name.partition("-")[2]
    return release if release[:1].isdigit() else None


_EFI_NAMES = {
    "x86_64": "x64",
    "aarch64": "aa64",
    "riscv64": "riscv64",
    "riscv32": "riscv32",
    "loongarch64": "loongarch64",
    "ia64": "ia64",
}


def efi_architecture(machine: str) -> str | None:
    """Give EFI's name (UEFI 2.10, section 3.5.1.1) of what ``uname -m`` calls *machine*."""
    if machine[:1] == "i" and machine[2:] == "86":
        return "ia32"
    return "arm" if machine.startswith("armv") else _EFI_NAMES.get(machine)
