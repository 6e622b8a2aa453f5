"""What bootpick remembers: of what it loaded, until the next boot, and of the last jump."""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from ..errors import BootpickError
from .machine import Jump, LoadedFile, LoadedImage


class RunRecords:
    """The record in ``/run/bootpick``, which is gone after a boot like the loaded kernel."""

    def __init__(self, folder: str = "/run/bootpick") -> None:
        self._folder = folder

    def _path(self, *, crash: bool) -> str:
        return f"{self._folder}/{'crash' if crash else 'loaded'}.json"

    def read(self, *, crash: bool = False) -> LoadedImage | None:
        """Read it; a damaged record counts as none."""
        try:
            data = _read(self._path(crash=crash))
            return LoadedImage(
                str(data["id"]),
                str(data["title"]),
                str(data["kernel"]),
                tuple(map(str, data["initrds"])),
                str(data["cmdline"]),
                tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in data["fingerprints"]),
                tuple(LoadedFile(str(a), int(b), str(c)) for a, b, c in data["files"]),
                is_whole=data["is_whole"] is True,
                returns=data["returns"] is True,
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, image: LoadedImage, *, crash: bool = False) -> None:
        """Write it beside and move it into place, so that it is whole or not there."""
        _write(self._path(crash=crash), image._asdict())

    def remove(self, *, crash: bool = False) -> None:
        """Delete it."""
        with suppress(OSError):
            os.unlink(self._path(crash=crash))

    def fingerprint(self, paths: Sequence[str]) -> tuple[tuple[int, int, int, int], ...]:
        """Look at the files' status."""
        return tuple(map(_fingerprint, paths))


class JumpRecord:
    """The record of the last jump, in ``/var/lib/bootpick``: it outlives the jump."""

    def __init__(self, folder: str = "/var/lib/bootpick", proc: str = "/proc") -> None:
        self._path = f"{folder}/jump.json"
        self._proc = proc

    def write(self, jump: Jump) -> str | None:
        """Write it to the disk; give the reason where that cannot be done."""
        try:
            _write(self._path, jump._asdict())
        except BootpickError as error:
            return error.message
        return None

    def remove(self) -> None:
        """Delete it: the jump was called off."""
        with suppress(OSError):
            os.unlink(self._path)

    def read(self) -> Jump | None:
        """Read it; a damaged record counts as none."""
        try:
            data = _read(self._path)
            return Jump(*(str(data[name]) for name in Jump._fields))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def boot_id(self) -> str:
        """Give what the kernel calls this boot."""
        return self._text("sys/kernel/random/boot_id")

    def came_by_kexec(self) -> bool | None:
        """Tell whether a kexec started the running kernel, where it knows (x86: loader 0xD)."""
        text = self._text("sys/kernel/bootloader_type")
        return int(text) >> 4 == 0xD or int(text) == 0xD if text.isdecimal() else None

    def _text(self, path: str) -> str:
        try:
            with open(f"{self._proc}/{path}", encoding="ascii", errors="replace") as file:
                return file.read(256).strip()
        except OSError:
            return ""


def _read(path: str) -> Any:
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return json.load(file)


def _write(path: str, data: dict[str, Any]) -> None:
    new = f"{path}.new"
    try:
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        with open(new, "w", encoding="utf-8", errors="surrogateescape") as file:
            json.dump(data, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError as error:
        with suppress(OSError):
            os.unlink(new)
        raise BootpickError(f"{path}: {error.strerror}") from error


def _fingerprint(path: str) -> tuple[int, int, int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return (0, 0, 0, 0)
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
