"""What the name of an entry's file says: its id, and the boots it has left to prove itself."""

from typing import NamedTuple

TYPE1, TYPE2 = ".conf", ".efi"
_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-_.")
_LONGEST = 255
_MOST_TRIES = 2**31 - 1


class EntryName(NamedTuple):
    """A file name without its counter."""

    name: str
    """With its suffix, as it is written: what systemd calls the entry's id."""
    tries_left: int | None = None
    """``None`` where boots are not counted."""
    tries_done: int | None = None


def split_name(file_name: str) -> EntryName | None:
    """Take the boot counter ``+LEFT[-DONE]`` out of *file_name*; ``None`` where it is no number.

    The last ``+`` counts. What is not of that form is part of the name (UAPI.1, "Boot Counting").
    A number that is beyond all counting makes the name useless to systemd's tools.
    """
    stem, dot, suffix = file_name.rpartition(".")
    name, plus, counter = stem.rpartition("+")
    left, dash, done = counter.partition("-")
    if not plus or not _is_number(left) or (dash and not _is_number(done)):
        return EntryName(file_name)
    # Zeros in front do not count; more digits than this are too many in any case.
    numbers = [digits.lstrip("0") or "0" for digits in ((left, done) if dash else (left,))]
    if any(len(digits) > 10 or int(digits) > _MOST_TRIES for digits in numbers):
        return None
    tries = [*map(int, numbers)]
    return EntryName(f"{name}{dot}{suffix}", tries[0], tries[1] if dash else None)


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit()


def is_valid_name(name: str) -> bool:
    """Tell whether systemd's tools take *name* for an entry's (``efi_loader_entry_name_valid``).

    systemd-boot itself has no such rule, but then nothing can name the entry.
    """
    return 0 < len(name) <= _LONGEST and _CHARS.issuperset(name)


def is_own_name(file_name: str) -> bool:
    """Tell whether systemd-boot keeps such names for the entries that it makes by itself.

    A file of that name it does not show.
    """
    return file_name.startswith("auto-")


def is_entry_file(file_name: str, suffix: str) -> bool:
    """Tell whether a file of that name is an entry's at all; others are passed over in silence.

    The suffix may be written in any case, and a hidden file is none.
    """
    return not file_name.startswith(".") and file_name.lower().endswith(suffix)
