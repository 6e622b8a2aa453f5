"""Regular expressions as GRUB has them: gnulib's, in UTF-8, where only ASCII has letters.

They are matched by the C library, which for a hostile one takes time and memory without end: what
it may cost is found out first. glibc writes a repetition ``{n,m}`` out, so that nested ones
multiply, and a back-reference makes it search.
"""

from collections.abc import Iterator

from ..system import Matcher
from .limits import Limits

_PATTERN_LIMIT = 1024
_TEXT_LIMIT = 1 << 16
_DEPTH_LIMIT = 64
_NODE_LIMIT = 500
"""Places in a pattern, its repetitions written out: the time for them grows with their square."""
_WORK_LIMIT = 1 << 28
"""For one match: the cube of the nodes to compile them, and the nodes times the square of the
text's bytes to find it, for it may begin at each of them."""
_SEARCH_LIMIT = 32
"""Nodes, and bytes times back-references, where there is a back-reference."""
_SEARCH_WORK = 1 << 27
"""What a match with a back-reference is charged with."""
_MOST_REPEATED = 0x7FFF  # RE_DUP_MAX

_CLASSES = {
    b"alpha": b"A-Za-z",
    b"digit": b"0-9",
    b"alnum": b"0-9A-Za-z",
    b"upper": b"A-Z",
    b"lower": b"a-z",
    b"space": b"\t-\r ",
    b"blank": b"\t ",
    b"punct": b"!-/:-@[-`{-~",
    b"print": b" -~",
    b"graph": b"!-~",
    b"cntrl": b"\1-\x1f\x7f",
    b"xdigit": b"0-9A-Fa-f",
}
_SHORT = {
    b"\\w": b"[0-9A-Z_a-z]",
    b"\\W": b"[^0-9A-Z_a-z]",
    b"\\s": b"[\t-\r ]",
    b"\\S": b"[^\t-\r ]",
}


class TooCostly(Exception):
    """A match is not tried: it could take very long."""


class _Broken(Exception):
    """The C library would refuse the pattern."""


def search(
    matcher: Matcher, limits: Limits, pattern: bytes, text: bytes
) -> tuple[tuple[int, int], ...] | None:
    """Find *pattern* in *text*, as :meth:`Matcher.match` gives it.

    Raises TooCostly.
    """
    if len(pattern) > _PATTERN_LIMIT or len(text) > _TEXT_LIMIT:
        raise TooCostly("a regular expression or the text for it is too long")
    pattern = pattern.partition(b"\0")[0]
    try:
        nodes, references = _measure(pattern)
        searches = nodes > _SEARCH_LIMIT or len(text) * references > _SEARCH_LIMIT
        work = nodes**3 + nodes * len(text) ** 2
        if nodes > _NODE_LIMIT or work > _WORK_LIMIT or (references and searches):
            raise TooCostly("a regular expression is too costly")
        limits.matching -= _SEARCH_WORK if references else work
        if limits.matching < 0:
            raise TooCostly("the script matches too many regular expressions")
        return matcher.match(b"".join(map(_as_ascii, _tokens(pattern))), text)
    except _Broken:
        return None


def _tokens(pattern: bytes) -> Iterator[bytes]:
    """Give the parts of *pattern*: escapes, brackets, repetitions, single bytes."""
    at = 0
    while at < len(pattern):
        start, char = at, pattern[at : at + 1]
        at += 1
        if char == b"\\":
            at += 1
        elif char == b"[":
            at = _end_of_bracket(pattern, at)
        elif char == b"{":
            digits = pattern[at : at + 16].partition(b"}")
            if digits[1] and not digits[0].strip(b"0123456789,"):
                at += len(digits[0]) + 1
        yield pattern[start:at]


def _end_of_bracket(pattern: bytes, at: int) -> int:
    """Give where the bracket ends whose inside begins at *at*."""
    at += pattern.startswith(b"^", at)
    at += pattern.startswith(b"]", at)
    while at < len(pattern):
        if pattern.startswith(b"]", at):
            return at + 1
        if pattern.startswith((b"[:", b"[.", b"[="), at):
            at = pattern.find(pattern[at + 1 : at + 2] + b"]", at + 2) + 1
            if not at:
                break
        at += 1
    raise _Broken


def _as_ascii(token: bytes) -> bytes:
    """Write out what stands for letters and the like, for in GRUB there are those of ASCII only."""
    if token[:1] != b"[":
        return _SHORT.get(token, token)
    for name, members in _CLASSES.items():
        token = token.replace(b"[:" + name + b":]", members)
    return token


def _measure(pattern: bytes) -> tuple[int, int]:
    """Give how many nodes *pattern* has once it is written out, and its back-references."""
    groups = [0]  # what has been read of each group that is open
    last = references = 0
    for token in _tokens(pattern):
        if token == b"(":
            if len(groups) > _DEPTH_LIMIT:
                raise TooCostly("a regular expression is nested too deep")
            groups.append(0)
            last = 0
            continue
        times = _times(token)
        if times:
            # What is repeated has been counted once.
            groups[-1] += last * (times - 1) + 1
            last = last * times + 1
            continue
        last = 1
        references += b"\\1" <= token <= b"\\9"
        if token == b")" and len(groups) > 1:
            last = groups.pop() + 2
        groups[-1] += last
    return sum(groups), references


def _times(token: bytes) -> int:
    """Give how often a repetition writes out what stands before it; 0 for another token."""
    if token in (b"*", b"?"):
        return 1
    if token == b"+":
        return 2
    if token[:1] != b"{" or len(token) == 1:
        return 0
    times = max(int(number or b"0") for number in token[1:-1].split(b","))
    if times > _MOST_REPEATED:
        raise _Broken
    return max(times, 1)
