"""What a plan has to know of the machine."""

from collections.abc import Callable
from typing import NamedTuple

from ..entries import BootEntry


def _unknown(entry: BootEntry) -> int | None:
    return None


class Facts(NamedTuple):
    """The state of the machine when a plan is made."""

    loaded: bool = False
    """A kernel is loaded now, for kexec or, where that is asked for, for a panic."""
    init: str = ""
    """How init is asked for the jump, in words, or what else jumps."""
    stops: tuple[str, ...] = ()
    """How the machine is stopped before, where init is not asked to do it."""
    machine: str = ""
    """The architecture, as uname(2) has it."""
    lockdown: str | None = None
    """The mode that the kernel is locked down in."""
    crash_size: int | None = None
    """Bytes that are reserved for a crash kernel."""
    can_jump: bool | None = None
    """Whether the kernel can come back from a kexec, where that is known."""
    size_of: Callable[[BootEntry], int | None] = _unknown
    """Gives the size of an entry's files in bytes, if they can be seen."""
