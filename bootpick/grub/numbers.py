"""Numbers as GRUB's ``grub_strtoul`` reads them."""

import re

from ..errors import BootpickError

_NUMBER = re.compile(
    r"[ \t\n\r]*(?:0x(?P<hex>[0-9a-fA-F]+)|(?P<oct>0[0-7]+)|(?P<dec>(?!0x)[0-9]+))"
)
_DECIMAL = r"[ \t\n\r]*(?P<dec>[0-9]+)"


class NotANumber(BootpickError):
    """The text does not begin with a number."""


class TooLarge(BootpickError):
    """The number does not fit into 64 bits."""


def parse_unsigned(text: str) -> int:
    """Give the number at the start of *text*; base 0, what follows is ignored.

    Octal needs a digit from 0 to 7 behind the 0, so ``08`` is 8 (case 56).
    """
    return split_unsigned(text)[0]


def split_unsigned(text: str) -> tuple[int, str]:
    """Give the number at the start of *text* as `parse_unsigned` does, and what follows it."""
    found = _NUMBER.match(text)
    if found is None:
        raise NotANumber("unrecognized number")
    if found["hex"]:
        value = int(found["hex"], 16)
    else:
        value = int(found["oct"], 8) if found["oct"] else int(found["dec"][:40])
    return _checked(value), text[found.end() :]


def is_unsigned(text: str) -> bool:
    """Tell whether *text* is such a number, with nothing behind it."""
    found = _NUMBER.fullmatch(text)
    try:
        return found is not None and parse_unsigned(text) >= 0
    except TooLarge:
        return False


def parse_signed(text: str) -> int:
    """Give the number at the start of *text*, which may be negative (``grub_strtol``)."""
    text = text.lstrip(" \t\n\r")
    negative = text.startswith("-")
    value = parse_unsigned(text[1:] if negative else text)
    if value > (1 << 63) - (not negative):
        raise TooLarge("overflow is detected")
    return -value if negative else value


def parse_decimal(text: str) -> tuple[int, str]:
    """Give the decimal number at the start of *text*, and what follows it."""
    found = re.match(_DECIMAL, text)
    if found is None:
        raise NotANumber("unrecognized number")
    return _checked(int(found["dec"][:40])), text[found.end() :]


def _checked(value: int) -> int:
    if value >= 1 << 64:
        raise TooLarge("overflow is detected")
    return value


def to_int(value: int) -> int:
    """Cut *value* to a C ``int``, as GRUB does with what it reads (case 57)."""
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value & 0x80000000 else value
