"""Numbers as GRUB's ``grub_strtoul`` reads them."""

import re

from ..errors import BootpickError

_NUMBER = re.compile(
    r"[ \t\n\r]*(?:0x(?P<hex>[0-9a-fA-F]+)|(?P<oct>0[0-7]+)|(?P<dec>(?!0x)[0-9]+))"
)
_DECIMAL = re.compile(r"[ \t\n\r]*(?P<dec>[0-9]+)")


class NotANumber(BootpickError):
    """The text does not begin with a number."""


class TooLarge(BootpickError):
    """The number does not fit into 64 bits."""


def parse_unsigned(text: str, *, whole: bool = False) -> int:
    """Give the number at the start of *text*; base 0, what follows is ignored unless *whole*.

    Octal needs a digit from 0 to 7 behind the 0, so ``08`` is 8 (case 56).
    """
    found = _NUMBER.match(text)
    if found is None or (whole and found.end() < len(text)):
        raise NotANumber("unrecognized number")
    if found["hex"]:
        value = int(found["hex"], 16)
    else:
        value = int(found["oct"], 8) if found["oct"] else int(found["dec"][:40])
    return _checked(value)


def split_unsigned(text: str) -> tuple[int, str]:
    """Give the number at the start of *text* as `parse_unsigned` does, and what follows it."""
    found = _NUMBER.match(text)
    return parse_unsigned(text), text[found.end() :] if found else ""


def parse_decimal(text: str) -> tuple[int, str]:
    """Give the decimal number at the start of *text*, and what follows it."""
    found = _DECIMAL.match(text)
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
