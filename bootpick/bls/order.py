"""The order of entries in systemd-boot's menu, and what they are called there."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cmp_to_key
from typing import NamedTuple

from .version import compare


class Rank(NamedTuple):
    """What an entry is sorted and told apart by."""

    name: str
    """Its id, with the suffix."""
    title: str
    sort_key: str | None = None
    machine_id: str | None = None
    version: str | None = None
    profile: int = 0
    tries_left: int | None = None
    tries_done: int | None = None
    image: str | None = None
    """Of an image with profiles, the name that all of them share."""


def _compare_ranks(a: Rank, b: Rank) -> int:
    """Compare as ``boot_entry_compare`` (shared/bootspec.c) and systemd-boot do."""
    if (a.tries_left == 0) != (b.tries_left == 0):  # one that proved bad comes last
        return 1 if a.tries_left == 0 else -1
    if bool(a.sort_key) != bool(b.sort_key):  # one with a sort key before one without
        return -1 if a.sort_key else 1
    if a.sort_key and b.sort_key:
        order = _compare_texts(a.sort_key, b.sort_key) or _compare_texts(
            a.machine_id or "", b.machine_id or ""
        )
        order = order or compare(b.version or "", a.version or "")
        if order:
            return order
    # The suffix counts, other than the specification has it: arch.conf is before arch-lts.conf.
    order = compare(b.image or b.name, a.image or a.name) or a.profile - b.profile
    if order or a.tries_left is None or b.tries_left is None:
        return order
    return b.tries_left - a.tries_left or (a.tries_done or 0) - (b.tries_done or 0)


def _compare_texts(a: str, b: str) -> int:
    one, other = a.encode("utf-8", "surrogateescape"), b.encode("utf-8", "surrogateescape")
    return (one > other) - (one < other)


by_rank = cmp_to_key(_compare_ranks)
"""Key for sorting ranks into the order of the menu."""


def distinct_titles(ranks: Sequence[Rank]) -> list[str]:
    """Give the titles as they are shown: where several are equal, with what tells them apart.

    That is the version, then the machine id, then the entry's id, each only where it is needed
    (``boot_entries_uniquify``).
    """
    titles = [rank.title for rank in ranks]
    steps: tuple[Callable[[Rank], str | None], ...] = (
        lambda rank: rank.version,
        lambda rank: rank.machine_id,
        lambda rank: rank.name,
    )
    for step in steps:
        counts = Counter(titles)
        if len(counts) == len(titles):
            break
        for number, rank in enumerate(ranks):
            addition = step(rank)
            if counts[titles[number]] > 1 and addition:
                titles[number] = f"{titles[number]} ({addition})"
    return titles
