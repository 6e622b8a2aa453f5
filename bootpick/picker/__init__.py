"""Letting a person choose: a menu in, an entry out."""

from typing import Protocol

from ..entries import BootEntry, BootMenu
from ..kexec.plan import KexecPlan


class Picker(Protocol):
    """A way to ask."""

    def pick(self, menu: BootMenu) -> BootEntry:
        """Give the entry that was chosen. Raises Cancelled."""

    def confirm(self, plan: KexecPlan) -> bool:
        """Show what will be done and ask whether to do it. Raises Cancelled."""
