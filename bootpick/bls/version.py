"""The order of versions that systemd-boot sorts entries by (``strverscmp_improved``, systemd 252).

The rules are those of the Version Format Specification (UAPI.10). They are close to rpm's, but
there ``-``, ``^`` and ``.`` do little more than divide; here each has its place in the order.
"""

import re
from functools import cmp_to_key

# Of a segment, what comes before the end of the string is looked for, and what comes after that.
_START = re.compile(r"[^a-zA-Z0-9~^.-]*(~?)")
_SEGMENT = re.compile(r"(-?)(\^?)(\.?)(?:([0-9]+)|([a-zA-Z]*))")


def compare(a: str, b: str) -> int:
    """Tell how two versions are ordered: negative where *a* is older, positive where *b* is, or 0.

    Segment by segment, the first difference decides. The time is linear in the shorter version.
    """
    at, bt = 0, 0  # where the next segments start
    while True:
        # Characters outside of [a-zA-Z0-9~^.-] do nothing but end a segment. In systemd that is so
        # for all of the bytes of what is not ASCII.
        start, other = _match(_START, a, at), _match(_START, b, bt)
        at, bt = start.end(), other.end()

        # A segment after '~' is older than any other, and than none at all: 1.0~rc1 < 1.0.
        if start[1] != other[1]:
            return -1 if start[1] else 1

        # A version that ends is older than one that goes on. The specification has both rules
        # applied again and again, so that a second '~' is still older than the end; systemd looks
        # only once, and 1.0~~ > 1.0~. What is skipped above has not been by then: 1.0~_ > 1.0~.
        if at == len(a) or bt == len(b):
            return (at < len(a)) - (bt < len(b))

        mine, theirs = _match(_SEGMENT, a, at), _match(_SEGMENT, b, bt)
        at, bt = mine.end(), theirs.end()

        # A segment after '-' is older than one after '^', that than one after '.', and that than
        # one after nothing: 1-2 < 1^2 < 1.2 < 1a.
        for separator in (1, 2, 3):
            if mine[separator] != theirs[separator]:
                return -1 if mine[separator] else 1

        # Digits are newer than letters or nothing; as numbers, so without the zeros before them,
        # those with more digits are greater. They are never made numbers: that takes too long for
        # what a hostile file may hold.
        if mine[4] or theirs[4]:
            if not mine[4] or not theirs[4]:
                return 1 if mine[4] else -1
            number, its_number = mine[4].lstrip("0"), theirs[4].lstrip("0")
            if number != its_number:
                one, two = (len(number), number), (len(its_number), its_number)
                return -1 if one < two else 1

        # Letters are ordered by their codes, capitals first; of two where one begins with the
        # other, the longer is newer.
        elif mine[5] != theirs[5]:
            return -1 if mine[5] < theirs[5] else 1


def _match(pattern: "re.Pattern[str]", text: str, at: int) -> "re.Match[str]":
    found = pattern.match(text, at)
    assert found is not None  # both patterns match nothing at all
    return found


def _newest_first(a: str, b: str) -> int:
    return compare(b, a)


newest_first = cmp_to_key(_newest_first)
"""A key for sorting: the newest version first; none at all is the empty one."""
