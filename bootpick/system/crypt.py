"""The C library's crypt(3), which Python has no more."""

import ctypes
from functools import cache
from typing import Any

from ..errors import BootpickError

_LIBRARIES = ("libcrypt.so.1", "libcrypt.so.2")
"""Of glibc or libxcrypt, the latter with and without what old programs need."""


def crypt(phrase: str, setting: str) -> str | None:
    """Hash *phrase* by *setting*; ``None`` for a setting that this machine does not know.

    Raises BootpickError where there is no libcrypt.
    """
    hashed = _function()(
        phrase.encode("utf-8", "surrogateescape"), setting.encode("utf-8", "surrogateescape")
    )
    if hashed is None or hashed.startswith(b"*"):  # what libxcrypt gives for a failure
        return None
    text: str = hashed.decode("ascii", "replace")
    return text


@cache
def _function() -> Any:
    for name in (*_LIBRARIES, None):  # musl has it in the C library itself
        try:
            function: Any = ctypes.CDLL(name).crypt
        except (OSError, AttributeError):
            continue
        function.restype = ctypes.c_char_p
        function.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
        return function
    raise BootpickError(
        "this password is hashed by crypt(3), and this machine has no libcrypt",
        f"install the package that has {_LIBRARIES[0]}",
    )
