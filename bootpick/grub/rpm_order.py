"""The order in which ``blscfg`` lists entries: that of RPM packages, by file name.

It is a copy of rpm's ``rpmvercmp`` in commands/blscfg.c, to which Fedora has added ``+``; what rpm
itself has had since, ``^``, is no more than a separator here.
"""

from itertools import groupby, takewhile

Key = tuple[tuple[int, int, str], ...]
"""Compares as the version does that it was made of."""

_DECIMALS = "0123456789"
_TILDE, _END, _PLUS, _LETTERS, _DIGITS = range(5)
"""The kinds of a version's parts, the oldest first."""
_KINDS = {
    "~": _TILDE,
    "+": _PLUS,
    **dict.fromkeys(_DECIMALS, _DIGITS),
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", _LETTERS),
}


def version_key(version: str) -> Key:
    """Give a key that orders versions, the newest last (``vercmp``).

    Anything but letters, digits, ``~`` and ``+`` separates parts and counts no further. Numbers may
    be of any length.
    """
    parts: list[tuple[int, int, str]] = []
    for kind, group in groupby(version, _KINDS.get):
        text = "".join(group)
        if kind == _DIGITS:
            digits = text.lstrip("0")
            parts.append((kind, len(digits), digits))
        elif kind == _LETTERS:
            parts.append((kind, 0, text))
        elif kind is not None:
            parts += [(kind, 0, "")] * len(text)
    return (*parts, (_END, 0, ""))


def name_key(name: str) -> tuple[Key, Key, Key]:
    """Give a key that orders file names without ``.conf``, the newest last (``split_cmp``).

    They are split at their last two ``-`` into a package's name, version and release; where there
    is only one, that is before the version.
    """
    package, version, release = [*name.rsplit("-", 2), "", ""][:3]
    return version_key(package), version_key(version), version_key(release)


def tries_left(name: str) -> tuple[str, int | None]:
    """Split the boot count off a *name* as SUSE's GRUB does: ``name+3-1`` has 3 tries left.

    It takes any ``+`` for the beginning of a count, and none behind it for 0.
    """
    before, plus, count = name.rpartition("+")
    if not plus:
        return name, None
    digits = takewhile(_DECIMALS.__contains__, count.rpartition("-")[0] or count)
    return before, int("".join(digits) or "0")
