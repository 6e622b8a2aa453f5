"""EFI variables as efivarfs shows them."""

from pathlib import Path

from tests.support.trees import plant

VENDOR = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
FOLDER = "sys/firmware/efi/efivars"


def variable(text: str, *, attributes: int = 7, end: str = "\0") -> bytes:
    """Give the contents of the file of a variable that holds *text*."""
    return attributes.to_bytes(4, "little") + (text + end).encode("utf-16-le")


def plant_variables(root: Path, **texts: str) -> Path:
    """Write systemd-boot's variables, by their names; give *root*."""
    return plant(
        root, {f"{FOLDER}/{name}-{VENDOR}": variable(text) for name, text in texts.items()}
    )
