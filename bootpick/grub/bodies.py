"""What an entry does when it is chosen."""

from collections.abc import Sequence
from typing import NamedTuple

from ..diagnostics import Diagnostic
from .interpreter import Interpreter, MenuShown
from .limits import LimitReached
from .menu import Menu, MenuEntry, extend_path
from .state import Loaded


class Body(NamedTuple):
    """What came of running an entry's body."""

    loaded: Loaded | None
    menu: Interpreter | None = None
    """The menu that it opens."""
    remarks: tuple[str, ...] = ()
    """What GRUB complained of on the way."""
    endless: bool = False
    """It was stopped at a limit."""
    diagnostics: Sequence[Diagnostic] = ()
    ended_by: str | None = None
    """The command that ended it."""


def run_body(shell: Interpreter, entry: MenuEntry, rest: str | None) -> Body:
    """Find out what the entry does when it is chosen (``grub_menu_execute_entry``).

    *rest* is what ``$default`` says of the menu that it may open.
    """
    if shell.limits.bodies <= 0:
        reason = "too many commands in all entries together"
        return Body(None, None, (reason,), endless=True)
    limits = shell.limits
    fork = shell.fork(limits.submenu if entry.is_submenu else limits.body)
    dialect = shell.world.dialect
    opened: Interpreter | None = None
    endless = False
    try:
        if entry.is_submenu:
            fork.open_context()
            fork.menu = Menu()
        fork.set("chosen", extend_path(shell.get("chosen"), entry.id))
        fork.environment.export("chosen")
        if rest:
            fork.set("default", rest)
        elif not dialect.keeps_default:
            fork.environment.unset("default")
        fork.run_body(entry.commands, entry.text, entry.script, entry.base, [*entry.parameters])
    except MenuShown as menu:
        opened = menu.shown
    except LimitReached:
        endless = True
    # What a submenu's body has loaded is booted at once: its menu is never shown.
    if opened is None and entry.is_submenu and fork.loaded is None:
        opened = fork
    ended = opened is not None or fork.ended_by not in (None, "boot")
    loaded = None if ended else fork.loaded
    complaints = [one.message for one in fork.diagnostics if one.severity != "note"]
    remarks = tuple(dict.fromkeys(complaints))
    if loaded is not None and loaded is shell.loaded:
        remarks = ("GRUB boots in it what was loaded outside of every entry", *remarks)
    remarks = remarks[::-1] if endless else remarks
    return Body(loaded, opened, remarks, endless, fork.diagnostics, fork.ended_by)
