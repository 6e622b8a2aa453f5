"""What systemd-boot keeps in EFI variables (systemd's "Boot Loader Interface")."""

from collections.abc import Callable
from typing import NamedTuple

DIRECTORY = "/sys/firmware/efi/efivars"
VENDOR = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
SIZE_LIMIT = 64 << 10
"""Bytes that are read of a variable."""
_ATTRIBUTES = 4
"""Bytes before the value, in the files of efivarfs."""


class LoaderVariables(NamedTuple):
    """Those that matter for what boots next; ``None`` where a variable is not there."""

    info: str | None = None
    """Which boot loader started this machine: ``systemd-boot 257.13``, ``GRUB 2.12``."""
    oneshot: str | None = None
    default: str | None = None
    selected: str | None = None
    """The entry that was booted."""
    last_booted: str | None = None
    """The entry that ``@saved`` stands for."""
    entries: tuple[str, ...] = ()
    """The ids of all entries that the boot loader had found."""
    timeout: str | None = None
    oneshot_timeout: str | None = None
    partition: str | None = None
    """PARTUUID of the EFI system partition that the boot loader came from."""


_NAMES = {
    "info": "LoaderInfo",
    "oneshot": "LoaderEntryOneShot",
    "default": "LoaderEntryDefault",
    "selected": "LoaderEntrySelected",
    "last_booted": "LoaderEntryLastBooted",
    "timeout": "LoaderConfigTimeout",
    "oneshot_timeout": "LoaderConfigTimeoutOneShot",
    "partition": "LoaderDevicePartUUID",
}
ONESHOT = _NAMES["oneshot"]


def file_name(variable: str) -> str:
    """Give the name of the efivarfs file that holds *variable*."""
    return f"{variable}-{VENDOR}"


def read_variables(read: Callable[[str], bytes | None]) -> LoaderVariables:
    """Gather the variables; *read* gives the contents of an efivarfs file by its name."""
    texts = {field: decode(read(file_name(name))) for field, name in _NAMES.items()}
    found = {field: values[0] for field, values in texts.items() if values and values[0]}
    return LoaderVariables(**found, entries=decode(read(file_name("LoaderEntries"))))


def decode(data: bytes | None) -> tuple[str, ...]:
    """Give the texts in the file of a variable: UTF-16, each with a NUL behind it or none.

    Without a file, or where it is too short to hold one, there are none.
    """
    if data is None or len(data) <= _ATTRIBUTES:
        return ()
    even = data[_ATTRIBUTES : len(data) - (len(data) - _ATTRIBUTES) % 2]
    return tuple([text for text in even.decode("utf-16-le", "replace").split("\0") if text])
