"""Parts of a file, copied into memory: the sections of a unified kernel image."""

import os
import stat
from collections.abc import Sequence

from ..errors import BootpickError

_CHUNK = 1 << 20


def copy_parts(path: str, parts: Sequence[tuple[int, int]], stamp: tuple[int, int] | None) -> int:
    """Copy *parts* of the file *path* to a file in memory, and give its handle.

    The arguments are those of :meth:`bootpick.system.machine.Mounts.parts_copied`.
    Raises BootpickError where the file is not the one that was looked at, or cannot be read.
    """
    memory = -1
    try:
        # Never block on a pipe or a device that took the place of the file.
        source = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            before = os.fstat(source)
            if not stat.S_ISREG(before.st_mode) or stamp not in (None, _stamp(before)):
                raise BootpickError(f"{path} has changed since it was read", "try again")
            memory = os.memfd_create("bootpick")
            for offset, length in parts:
                if not _copy(source, offset, length, memory):
                    raise BootpickError(f"{path} ends before what is wanted of it does")
                if len(parts) > 1:
                    os.write(memory, b"\0" * (-length % 4))
            after = os.fstat(source)
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                raise BootpickError(f"{path} changes while it is read", "try again")
        finally:
            os.close(source)
    except BaseException as error:
        if memory >= 0:
            os.close(memory)
        if isinstance(error, OSError):
            raise BootpickError(f"cannot copy {path}: {error.strerror}") from error
        raise
    return memory


def _stamp(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, int(status.st_mtime)


def _copy(source: int, offset: int, length: int, memory: int) -> bool:
    """Copy one part; tell whether all of it was there."""
    end = offset + length
    while offset < end:
        data = os.pread(source, min(_CHUNK, end - offset), offset)
        if not data:
            return False
        offset += len(data)
        view = memoryview(data)
        while view:
            view = view[os.write(memory, view) :]
    return True
