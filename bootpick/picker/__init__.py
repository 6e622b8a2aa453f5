"""Letting a person choose: a menu in, an entry out."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from ..entries import BootEntry, BootFile, BootMenu, Running
from ..kexec.plan import KexecPlan
from ..passwords import Lock
from ..system.machine import Progress


class Pick(NamedTuple):
    """What was chosen."""

    entry: BootEntry
    cmdline: str | None = None
    """The command line as it was edited; ``None`` where it was not."""
    load_only: bool = False
    """It is loaded, whatever else is wanted."""
    unattended: bool = False
    """Nobody chose: the time was up."""
    unlocked: bool = False
    """The passwords that protect it were asked for, and given."""


class Surroundings(NamedTuple):
    """What the menu shows beside the entries, and whom it asks."""

    running: Running
    size_of: Callable[[BootFile], int | None]
    """Gives a file's size in bytes, if it can be seen."""
    line_of: Callable[[BootEntry], str]
    """Gives the command line that an entry would be booted with."""
    opens: Callable[[Lock, str | None, str], bool]
    """Tells whether a password, and the user's name where that counts, opens a lock."""
    executes: bool = True
    """Enter boots; else it only loads."""
    timeout: float | None = None
    """Seconds until the default is taken; ``None`` waits."""
    timeout_style: str = "menu"
    """What is shown meanwhile: ``menu``, ``countdown`` or ``hidden``."""


class Picker(Protocol):
    """A way to ask."""

    def pick(self, menu: BootMenu) -> Pick:
        """Give what was chosen. Raises Cancelled."""

    def confirm(self, plan: KexecPlan, losses: tuple[str, ...]) -> bool:
        """Show what will be done, and what ends with it, and ask whether to do it.

        Raises Cancelled.
        """

    def loading(self) -> AbstractContextManager[Progress]:
        """Give what shows how much of the files was read."""

    def tell(self, message: str) -> None:
        """Have *message* seen when the menu is shown again: why a choice could not be followed."""
