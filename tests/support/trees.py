"""Installations made on the spot: a folder with what a test needs in it."""

from collections.abc import Mapping
from pathlib import Path

from tests.installations.stubs import debian_kernel

INSTALLATIONS = Path(__file__).parents[1] / "installations"
KERNEL = debian_kernel("6.1.0-18-amd64")


def plant(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write *files*, by path below *root*; give *root*."""
    for name, content in files.items():
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8", newline="")
    return root


def plant_config(root: Path, config: str | bytes) -> Path:
    """Make a tree with *config*, the kernel ``/vmlinuz`` and the initrd ``/initrd``."""
    return plant(root, {"boot/grub/grub.cfg": config, "vmlinuz": KERNEL, "initrd": b"\0" * 512})
