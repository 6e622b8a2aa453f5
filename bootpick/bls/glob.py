"""Patterns of entry ids, as systemd-boot matches them (``efi_fnmatch`` of its efi-string.c)."""


def matches(pattern: str, name: str) -> bool:
    r"""Tell whether *name* fits *pattern*: ``*``, ``?``, ``[a-z]``, and ``\`` before any other.

    A set cannot be negated. The letters' case counts: whoever asks lowers both before.
    Takes time in proportion to the product of the lengths, whatever the pattern.
    """
    at, name_at = 0, 0
    star: tuple[int, int] | None = None
    while name_at < len(name):
        if pattern[at : at + 1] == "*":
            star = at + 1, name_at
            at += 1
            continue
        behind = _match_one(pattern, at, name[name_at])
        if behind is not None:
            at, name_at = behind, name_at + 1
        elif star is not None:  # the last star takes one character more
            at, name_at = star[0], star[1] + 1
            star = at, name_at
        else:
            return False
    return pattern[at:].strip("*") == ""


def _match_one(pattern: str, at: int, char: str) -> int | None:
    """Match one *char* at *at*; give where the pattern goes on, ``None`` if it does not fit."""
    first = pattern[at : at + 1]
    if first == "?":
        return at + 1
    if first == "[":
        return _match_set(pattern, at + 1, char)
    if first == "\\":
        at += 1
    return at + 1 if pattern[at : at + 1] == char else None


def _match_set(pattern: str, at: int, char: str) -> int | None:
    """Match a set whose first character is at *at*; a ``]`` there is one of the set."""
    start, fits, may_be_range = at, False, True
    while at < len(pattern):
        one = pattern[at]
        if one == "]" and at > start:
            return at + 1 if fits else None
        if one == "-" and may_be_range and at > start and pattern[at + 1 : at + 2] != "]":
            low = pattern[at - 1]
            at += 2 if pattern[at + 1 : at + 2] == "\\" else 1
            fits = fits or low <= char <= pattern[at : at + 1]
            may_be_range = False  # [a-c-f] is [-abcf]
        else:
            at += one == "\\"
            fits = fits or pattern[at : at + 1] == char
            may_be_range = True
        at += 1
    return None
