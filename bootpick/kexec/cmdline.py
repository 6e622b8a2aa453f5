"""The kernel's command line: its words as the kernel splits them, and changes to them.

The splitting is that of ``next_arg`` in the kernel's lib/cmdline.c: blanks divide, double quotes
keep together, there are no escapes. What a change does not touch stays as it is, byte for byte.
"""

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

# The kernel also takes the byte 0xa0 for a blank; as a part of UTF-8 letters it is none here.
_WORD = re.compile(r'(?:[^\t-\r "]|"[^"]*(?:"|$))+')

LIMITS = {
    "x86_64": 2048,
    "i686": 2048,
    "aarch64": 2048,
    "riscv64": 2048,
    "armv7l": 1024,
    "ppc64": 2048,
    "ppc64le": 2048,
    "s390x": 4096,
    "loongarch64": 4096,
}
"""COMMAND_LINE_SIZE of an architecture's kernels, in bytes with the NUL behind, by uname(2)."""


def words(line: str) -> list[str]:
    """Give the words of *line* as they stand there, quotes included."""
    return _WORD.findall(line)


def append(line: str, text: str) -> str:
    """Put *text* behind *line*."""
    return f"{line} {text}" if line and text and not line.endswith(" ") else line + text


def remove(line: str, argument: str) -> str:
    """Take *argument* out of *line*: the words that equal it, or whose parameter's name it is.

    In names, ``-`` and ``_`` are the same to the kernel.
    """
    kept = ""
    at = 0
    for match in _WORD.finditer(line):
        if _is(match[0], argument):
            kept += line[at : match.start()]
            at = match.end()
            # One of the gaps around it goes, too.
            rest = line[at:].lstrip(" ")
            if rest or not kept.rstrip(" "):
                at = len(line) - len(rest)
            else:
                kept = kept.rstrip(" ")
    return kept + line[at:]


def _is(word: str, argument: str) -> bool:
    if argument in (word, word.strip('"')):
        return True
    return "=" not in argument and _name(word) == _name(argument)


def _name(word: str) -> str:
    return word.removeprefix('"').partition("=")[0].replace("-", "_")


def has(line: str, argument: str) -> bool:
    """Tell whether :func:`remove` would take something out."""
    return any(_is(word, argument) for word in words(line))


Kind = Literal["same", "added", "removed"]

_TOO_MANY = 2000
"""Words from which a difference is only which words there are: comparing costs their product."""


@lru_cache(maxsize=256)
def difference(before: str, after: str) -> tuple[tuple[Kind, str], ...]:
    """Give the words of *after* in their order, and among them those that only *before* has."""
    old, new = words(before), words(after)
    found: list[tuple[Kind, str]] = []
    if len(old) + len(new) > _TOO_MANY:
        known, wanted = set(old), set(new)
        found += [("removed", word) for word in old if word not in wanted]
        found += [("same" if word in known else "added", word) for word in new]
        return tuple(found)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for _, start, end, new_start, new_end in matcher.get_opcodes():
        if old[start:end] == new[new_start:new_end]:
            found += [("same", word) for word in old[start:end]]
        else:
            found += [("removed", word) for word in old[start:end]]
            found += [("added", word) for word in new[new_start:new_end]]
    return tuple(found)


def changes(before: str, after: str) -> list[str]:
    """Give the words that differ, ``+`` before those of *after*, ``-`` before those of *before*."""
    signs = {"added": "+", "removed": "-"}
    return [f"{signs[kind]}{word}" for kind, word in difference(before, after) if kind in signs]
