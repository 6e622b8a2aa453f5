"""Numbers as LILO reads them: C's ``strtol`` with base 0 (``to_number``, ``timer_number``)."""

import re

_NUMBER = re.compile(r"[ \t\n\v\f\r]*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)")
_LONG = 1 << 63
_TENTHS = {"h": 36_000, "m": 600, "s": 10, "t": 1}
_LONGEST = 36_000
"""Tenths of a second: an hour, which stands for waiting as long as there is."""
_TICKS = (4000, 2197)
"""In so many tenths of a second a BIOS clock ticks so often, and LILO has 16 bits for the ticks."""


def _parse(text: str) -> tuple[int, str]:
    """Give the number at the start of *text*, as an ``int`` of C, and what stands behind it."""
    match = _NUMBER.match(text)
    if match is None:
        return 0, text
    digits = match[2]
    base = 16 if digits[1:2] in ("x", "X") else 8 if digits[0] == "0" else 10
    number = int(digits, base) * (-1 if match[1] == "-" else 1)
    number = min(max(number, -_LONG), _LONG - 1)
    return (number + (1 << 31)) % (1 << 32) - (1 << 31), text[match.end() :]


def parse_number(text: str) -> int | None:
    """Give the number that *text* is to LILO, ``None`` where it is none."""
    number, rest = _parse(text)
    return None if rest else number


def parse_timer(text: str) -> int | None:
    """Give how many tenths of a second *text* is, ``None`` where LILO does not take it.

    A letter for the unit may follow: hours, minutes, seconds or tenths; more is not looked at.
    """
    number, rest = _parse(text)
    factor = _TENTHS.get(rest[0].lower()) if rest else 1
    if factor is None or not 0 <= number * factor <= _LONGEST:
        return None
    tenths = number * factor
    too_long = tenths < _LONGEST and tenths * _TICKS[0] // _TICKS[1] >= 0xFFFF
    return None if too_long else tenths
