"""What a user asks of an act, beside the entry."""

from typing import NamedTuple


class Request(NamedTuple):
    """How an entry is booted."""

    execute: bool = False
    """Kexec into it; else it is loaded only."""
    force: bool = False
    """Init is not asked: bootpick itself ends everything, unmounts, and jumps."""
