"""Regular expressions of the C library, which are those that GRUB has, too."""

from typing import Any

_EXTENDED = 1  # REG_EXTENDED, in every C library there is
_CTYPE_AND_COLLATE = 1 << 0 | 1 << 3  # LC_CTYPE_MASK | LC_COLLATE_MASK, likewise
_REGEX_SIZE = 512
"""Bytes for a ``regex_t``, of which the largest that is known takes 64."""

_Spans = tuple[tuple[int, int], ...]


class CMatcher:
    """``regcomp`` and ``regexec``, in the locale C.UTF-8, or in C where that is missing.

    Nothing is loaded before the first match.
    """

    def __init__(self) -> None:
        self._library: Any = None
        self._locale: Any = None
        self._offset: Any = None

    def match(self, pattern: bytes, text: bytes) -> _Spans | None:
        """Find the extended regular expression *pattern* in *text*; see Matcher."""
        if self._library is None:
            self._load()
        return self._match(pattern, text, pattern.count(b"(") + 1)

    def _load(self) -> None:
        import ctypes

        library: Any = ctypes.CDLL(None)
        library.newlocale.restype = ctypes.c_void_p
        library.newlocale.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
        library.uselocale.restype = ctypes.c_void_p
        library.uselocale.argtypes = (ctypes.c_void_p,)
        library.regexec.argtypes = (
            ctypes.c_void_p,
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_void_p,
            ctypes.c_int,
        )
        self._library = library
        names = (b"C.UTF-8", b"C.utf8", b"C")
        self._locale = next(filter(None, map(self._open_locale, names)))
        # glibc has 32 bits for an offset, musl as many as a pointer has: see which it is.
        self._offset = ctypes.c_int
        if self._match(b"b", b"ab", 1) != ((1, 2),):
            self._offset = ctypes.c_long

    def _open_locale(self, name: bytes) -> Any:
        return self._library.newlocale(_CTYPE_AND_COLLATE, name, None)

    def _match(self, pattern: bytes, text: bytes, count: int) -> _Spans | None:
        from ctypes import create_string_buffer

        library = self._library
        regex = create_string_buffer(_REGEX_SIZE)
        # Twice the room, for the offsets may be longer than they are taken for.
        spans = (self._offset * (count * 4))()
        before = library.uselocale(self._locale)
        try:
            if library.regcomp(regex, pattern, _EXTENDED):
                return None
            try:
                if library.regexec(regex, text, count, spans, 0):
                    return None
            finally:
                library.regfree(regex)
        finally:
            library.uselocale(before)
        return tuple((spans[2 * n], spans[2 * n + 1]) for n in range(count))
