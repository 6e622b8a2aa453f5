"""``file``: what kind of a file it is (commands/file.c)."""

from collections.abc import Callable
from struct import error, unpack_from

from ..errors import BAD_ARGUMENT, TEST_FAILURE, GrubError
from ..interpreter import Interpreter
from ..state import Call
from .options import Option, Parsed
from .paths import open_file, read_start
from .registry import command_with_options

_START = 1 << 16
"""Bytes of a file that are looked at."""


def _is_linux(data: bytes, *, bits32: bool) -> bool:
    flag, magic, version = unpack_from("<H", data, 0x1FE)[0], data[0x202:0x206], data[0x206:0x208]
    least = 0x203 if bits32 else 0x200
    is_linux = flag == 0xAA55 and data[0x1F1] <= 64 and magic == b"HdrS"
    big = not bits32 or bool(data[0x211] & 1)
    return is_linux and int.from_bytes(version, "little") >= least and big and len(data) >= 0x270


def _has_multiboot(data: bytes, magic: int, size: int, step: int) -> bool:
    words = 4 if magic == 0xE85250D6 else 3
    data = data[:size]
    for at in range(0, len(data) - 4 * words + 1, step):
        header = unpack_from(f"<{words}I", data, at)
        if header[0] == magic and not sum(header) & 0xFFFFFFFF:
            return len(data) >= 32
    return False


def _is_efi(data: bytes, machine: int, magic: int) -> bool:
    (at,) = unpack_from("<I", data, 0x3C)
    found = unpack_from("<4sH", data, at)
    optional, subsystem = unpack_from("<H", data, at + 24), unpack_from("<H", data, at + 24 + 68)
    is_program = optional == (magic,) and subsystem == (10,)
    return data[:2] == b"MZ" and found == (b"PE\0\0", machine) and is_program


def _efi(machine: int, magic: int = 0x20B) -> Callable[[bytes], bool]:
    return lambda data: _is_efi(data, machine, magic)


_KINDS: dict[str, tuple[str, Callable[[bytes], bool] | None]] = {
    "i386-xen-pae-domu": ("can be booted as i386 PAE Xen unprivileged guest kernel", None),
    "x86_64-xen-domu": ("can be booted as x86_64 Xen unprivileged guest kernel", None),
    "x86-xen-dom0": ("can be used as Xen x86 privileged guest kernel", None),
    "x86-multiboot": (
        "can be used as x86 multiboot kernel",
        lambda data: _has_multiboot(data, 0x1BADB002, 8192, 4),
    ),
    "x86-multiboot2": (
        "can be used as x86 multiboot2 kernel",
        lambda data: _has_multiboot(data, 0xE85250D6, 32768, 8),
    ),
    "arm-linux": (
        "is ARM Linux",
        lambda data: data[:4] == b"\6\0\0\xea" or data[36:40] == b"\x18\x28\x6f\x01",
    ),
    "arm64-linux": ("is ARM64 Linux", lambda data: len(data) > 63 and data[56:60] == b"ARM\x64"),
    "ia64-linux": ("is IA64 Linux", None),
    "mips-linux": ("is MIPS Linux", None),
    "mipsel-linux": ("is MIPSEL Linux", None),
    "sparc64-linux": ("is SPARC64 Linux", None),
    "powerpc-linux": ("is POWERPC Linux", None),
    "x86-linux": ("is x86 Linux", lambda data: _is_linux(data, bits32=False)),
    "x86-linux32": (
        "is x86 Linux supporting 32-bit protocol",
        lambda data: _is_linux(data, bits32=True),
    ),
    "x86-kfreebsd": ("is x86 kFreeBSD", None),
    "i386-kfreebsd": ("is i386 kFreeBSD", None),
    "x86_64-kfreebsd": ("is x86_64 kFreeBSD", None),
    "x86-knetbsd": ("is x86 kNetBSD", None),
    "i386-knetbsd": ("is i386 kNetBSD", None),
    "x86_64-knetbsd": ("is x86_64 kNetBSD", None),
    "i386-efi": ("is i386 EFI file", _efi(0x14C, 0x10B)),
    "x86_64-efi": ("is x86_64 EFI file", _efi(0x8664)),
    "ia64-efi": ("is IA64 EFI file", _efi(0x200)),
    "arm64-efi": ("is ARM64 EFI file", _efi(0xAA64)),
    "arm-efi": ("is ARM EFI file", _efi(0x1C2, 0x10B)),
    "riscv32-efi": ("is RISC-V 32bit EFI file", _efi(0x5064)),
    "riscv64-efi": ("is RISC-V 64bit EFI file", _efi(0x5064)),
    "hibernated-hiberfil": (
        "is hiberfil.sys in hibernated state",
        lambda data: data[:4] in (b"hibr", b"HIBR"),
    ),
    "x86_64-xnu": ("is x86_64 XNU (Mac OS X kernel)", None),
    "i386-xnu": ("is i386 XNU (Mac OS X kernel)", None),
    "xnu-hibr": ("is XNU (Mac OS X kernel) hibernated image", None),
    "x86-bios-bootsector": (
        "is BIOS bootsector",
        lambda data: len(data) == 512 and data[510:] == b"\x55\xaa",
    ),
}


@command_with_options(
    "file",
    summary="Tells whether a file is Linux, an EFI program, a multiboot kernel or a boot sector.",
    status="0, 1 for no and, with a warning, for kinds unknown here; 18, or an open's error",
    options=[Option(f"is-{kind}", doc=f"Check if FILE {doc}") for kind, (doc, _) in _KINDS.items()],
    usage="OPTIONS FILE",
    purpose="Check if FILE is of specified type.",
)
def run_file(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Only headers at the file's start are looked at."""
    if not parsed.words:
        raise GrubError(BAD_ARGUMENT, "filename expected")
    if len(parsed.given) > 1:
        raise GrubError(BAD_ARGUMENT, "multiple types specified")
    if not parsed.given:
        raise GrubError(BAD_ARGUMENT, "no type specified")
    place = open_file(shell, call, parsed.words[0])
    (option,) = parsed.given
    check = _KINDS[option.removeprefix("is-")][1]
    if check is None:
        shell.warn(f"whether a file '{option}' is not known here: taken for no", call.position)
        return TEST_FAILURE
    try:
        return 0 if check(read_start(shell, place, _START)) else TEST_FAILURE
    except (error, IndexError):  # too short for it
        return TEST_FAILURE
