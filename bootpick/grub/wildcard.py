"""Globbing of device names and paths (commands/wildcard.c)."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ..volumes import Volume
from .devices import split_path
from .expansion import TooLong
from .world import Place, World

if TYPE_CHECKING:  # of one dialect only
    from .subvolumes import View


def expand_pattern(
    pattern: str,
    world: World,
    root: str,
    loops: Mapping[str, Volume],
    view: "View | None",
    *,
    limit: int,
    count: Callable[[int], None],
) -> list[str]:
    r"""Give the paths that *pattern* matches, in the order of the directories.

    Only ``*`` and ``?`` are special, and ``\`` protects them. A path without a device is one on
    *root*, and *view* says where paths on btrfs begin. What has no match gives nothing, and then a
    word stays as it is (cases 33 and 34).
    Raises TooLong where the paths come to more than *limit* characters: a directory with links to
    itself has no end. *count* is told how many devices and paths are looked at.
    Raises BootpickError where a directory is too large.
    """
    if not pattern.startswith(("/", "(", "*")):
        return []
    paths: list[str] | None = None
    at = 0
    while at < len(pattern):
        fixed, end, special = _next_segment(pattern, at)
        if not special:
            if paths is None:
                return []
            rest = _unescape(pattern[at:])
            count(len(paths))
            # What stands behind a "/" at the end is not asked for, so that a file is found, too.
            return [
                path + rest
                for path in paths
                if world.place(path + rest, root, loops, view, listed=True).found
                or world.place((path + rest).rstrip("/"), root, loops, view, listed=True).found
            ]
        matches = _translate(pattern[fixed:end])
        before = re.sub(r"\\([*.\\|+{}\[\]?])", r"\1", pattern[at:fixed])
        if paths is None and at == fixed:
            names = [*loops, *(name for name, _ in world.devices)]
            count(len(names) // 8)
            paths = _match_devices(matches, names, partitions=pattern.startswith("("))
        else:
            starts, paths = [""] if paths is None else paths, []
            count(len(starts))
            for start in starts:
                here = world.place(start + before, root, loops, view)
                found = _match(start + before, here, matches, world)
                paths += found
                limit -= sum(map(len, found))
                if limit < 0:
                    raise TooLong
        if not paths:
            return []
        at = end
    return paths or []


def _next_segment(pattern: str, at: int) -> tuple[int, int, bool]:
    """Give where the first part with a special character begins and ends, and if there is one."""
    fixed, special = at, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif char in "*?":
            special = True
        elif char == "/":
            if special:
                break
            fixed = at + 1
        at += 1
    return fixed, min(at, len(pattern)), special


def _translate(pattern: str) -> "re.Pattern[str]":
    """Give the regular expression for one component of a path.

    What stands between two ``*`` is matched at the first place where it fits and never tried
    again elsewhere (as :func:`fnmatch.translate` does it): the time stays linear.
    """
    if re.search(r"(?:^|[^\\])(?:\\\\)*\\[1-9]", pattern):
        return re.compile(r"(?!)")  # a reference to a group, and there is none: GRUB gives up
    runs: list[str] = [""]
    for part in re.findall(r"\\.|.", pattern, re.DOTALL):
        if part == "*":
            runs.append("")
        else:
            runs[-1] += _SPECIAL.get(part) or re.escape(part[-1])
    regex = runs[0]
    for number, run in enumerate(runs[1:-1]):
        regex += f"(?=(?P<r{number}>.*?{run}))(?P=r{number})" if run else ""
    if len(runs) > 1:
        regex += ".*" + runs[-1]
    return re.compile(regex, re.DOTALL)


# GRUB makes a regular expression of the pattern. It forgets to protect the anchors, and leaves a
# backslash where it is, so that some protected characters become operators of GNU's.
_SPECIAL = {
    "?": ".",
    "^": r"\A",
    "$": r"\Z",
    "\\'": r"\Z",
    "\\`": r"\A",
    "\\<": r"\b(?=\w)",
    "\\>": r"\b(?<=\w)",
    **{f"\\{letter}": f"\\{letter}" for letter in "bBwWsS"},
}


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _match_devices(matches: "re.Pattern[str]", names: list[str], *, partitions: bool) -> list[str]:
    devices = [f"({name})" for name in names if partitions or "," not in name]
    return [device for device in devices if matches.fullmatch(device)]


def _match(directory: str, place: Place, matches: "re.Pattern[str]", world: World) -> list[str]:
    found = place.found
    if found is None or not found.is_directory or not split_path(directory)[1]:
        return []
    return [directory + name for name in world.files.names(found.path) if matches.fullmatch(name)]
