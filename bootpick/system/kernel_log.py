"""What the kernel says of a load: its log, from a moment on."""

import os
import re
from contextlib import suppress

from ..diagnostics import printable

_ABOUT = re.compile(
    r"kexec|lockdown|integrity|PEFILE|PKCS#?7|bzImage|signature|crash|command line", re.IGNORECASE
)
_DUMP = re.compile(r"\+0x[0-9a-f]+/0x|\bcomm: ", re.IGNORECASE)
"""Lines of a stack trace, and of which process it is."""
_LONGEST = 8192


class KernelLog:
    """The lines that come after this was made; none where the log may not be read."""

    def __init__(self, path: str = "/dev/kmsg") -> None:
        self._handle: int | None = None
        with suppress(OSError):
            self._handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            os.lseek(self._handle, 0, os.SEEK_END)

    def close(self) -> None:
        """Close the log."""
        if self._handle is not None:
            os.close(self._handle)

    def last(self) -> str | None:
        """Give the last line since about kexec, as a hint for a user."""
        found = None
        if self._handle is not None:
            with suppress(OSError):
                # Each read is one record: "priority,number,time,flags;text".
                while record := os.read(self._handle, _LONGEST):
                    text = record.partition(b";")[2].split(b"\n")[0].decode("utf-8", "replace")
                    if _ABOUT.search(text) and not _DUMP.search(text):
                        found = text
        return None if found is None else f"the kernel's log says: {printable(found)}"
