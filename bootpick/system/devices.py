"""The block devices of this machine, and facts about it that reading a configuration needs."""

import os
from typing import NamedTuple

from ..errors import BootpickError
from ..volumes import Mount, Volume, owner, parse_lsblk

_COLUMNS = (
    "NAME,KNAME,MAJ:MIN,PATH,TYPE,SIZE,FSTYPE,FSVER,UUID,LABEL,PARTUUID,PARTTYPE,PTTYPE"
    ",MOUNTPOINTS,FSROOTS"
)
_LSBLK_LIMIT = 32 << 20
"""Characters that are read of a list of devices; each may have two thousand."""
_EFI_GLOBAL = "8be4df61-93ca-11d2-aa0d-00e098032b8c"


class Facts(NamedTuple):
    """What runs here, and on what."""

    release: str
    cmdline: str
    machine: str
    efi: bool
    firmware_setup: bool


def read_facts() -> Facts:
    """Ask the running kernel."""
    name = os.uname()
    efi = os.path.isdir("/sys/firmware/efi")
    return Facts(
        name.release,
        _read("/proc/cmdline").decode("utf-8", "surrogateescape").rstrip("\n"),
        name.machine,
        efi,
        efi and _firmware_has_setup("/sys/firmware/efi/efivars"),
    )


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(1 << 16)
    except OSError:
        return b""


def _firmware_has_setup(directory: str) -> bool:
    """Tell whether bit 0 of OsIndicationsSupported is set (UEFI 2.10, section 8.5.4)."""
    data = _read(f"{directory}/OsIndicationsSupported-{_EFI_GLOBAL}")
    return len(data) > 4 and bool(data[4] & 1)  # four bytes of attributes come first


_AUTOMOUNTED = ("/efi", "/boot", "/boot/efi")
"""Where systemd mounts partitions for boot loaders when somebody looks there."""


def read_volumes() -> tuple[Volume, ...]:
    """Ask lsblk for the block devices of this machine; empty where there is no lsblk.

    Partitions for boot loaders that systemd mounts on demand are mounted then.
    """
    for point in _AUTOMOUNTED:
        os.path.isdir(f"{point}/.")
    reader, writer = os.pipe()
    try:
        # Not subprocess: importing it would cost as much as running lsblk does.
        child = os.posix_spawnp(
            "lsblk",
            ["lsblk", "--json", "--output", _COLUMNS],
            {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            file_actions=[(os.POSIX_SPAWN_DUP2, writer, 1)],
        )
    except OSError:
        os.close(reader)
        return ()
    finally:
        os.close(writer)
    with os.fdopen(reader, encoding="utf-8", errors="surrogateescape") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    try:
        return parse_lsblk(text, "lsblk", _mapper_identifier)
    except BootpickError:
        return ()


def _mapper_identifier(node: str) -> str | None:
    """Give what lsblk does not tell of a logical volume, its UUID and that of its group."""
    return _read(f"/sys/class/block/{node}/dm/uuid").decode("ascii", "replace").strip() or None


def read_lsblk_file(path: str) -> tuple[Volume, ...]:
    """Read block devices that lsblk printed elsewhere. Raises BootpickError."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return parse_lsblk(file.read(_LSBLK_LIMIT), path)
    except OSError as error:
        raise BootpickError(f"{path}: {error.strerror}") from error


def with_root(volumes: tuple[Volume, ...]) -> tuple[Volume, ...]:
    """Give *volumes*, and where none of them holds ``/`` (an overlay, NFS, ZFS) one that does."""
    if owner(volumes, "/") is not None:
        return volumes
    return (*volumes, Volume("the root file system", "other", mounts=(Mount("/"),)))
