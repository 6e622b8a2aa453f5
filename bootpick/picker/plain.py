"""The menu line by line, for any terminal, screen readers and logs: a list and a prompt."""

import select
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from typing import TextIO

from ..charge import NAMES
from ..entries import BootEntry, BootMenu
from ..errors import Cancelled
from ..kexec.plan import KexecPlan
from ..passwords import Lock
from ..report import show_lines
from ..system.machine import Progress
from . import Pick, Surroundings
from .asking import Gatekeeper, questions
from .preview import changes
from .question import question_facts
from .rows import Rows
from .terminal import this_terminal
from .text import Line

_COMMANDS = """\
A number boots the entry, 'l 2' only loads entry 2, 'i 2' tells all about it,
'e 2' changes its command line, Enter takes the default, 'q' leaves.
"""


class PlainPicker:
    """Asks with whole lines; the terminal does the editing of them."""

    def __init__(
        self, around: Surroundings, stdin: TextIO = sys.stdin, stdout: TextIO = sys.stdout
    ) -> None:
        self._around = around
        self._terminal = this_terminal()
        self._stdin = stdin
        self._stdout = stdout
        self._is_shown = False
        self._gate = Gatekeeper()

    def pick(self, menu: BootMenu) -> Pick:
        """Ask; where it was asked before, the list is not written again."""
        entries = [entry for entry in menu.entries if entry.bootable]
        if self._around.timeout is not None:
            if self._around.timeout_style == "menu":
                self._show(menu)
            if self._is_time_up(menu, self._around.timeout):
                assert menu.default is not None
                if self._unlock(menu.default, menu.default.boot_lock):
                    return Pick(menu.default, unattended=True, unlocked=menu.default.restricted)
            self._around = self._around._replace(timeout=None)
        self._show(menu)
        while True:
            pick = self._answer(menu, entries, self._ask("Boot which entry? "))
            if pick is not None and (
                pick.unlocked or self._unlock(pick.entry, pick.entry.boot_lock)
            ):
                return pick._replace(unlocked=pick.entry.restricted)

    def confirm(self, plan: KexecPlan, losses: tuple[str, ...]) -> bool:
        """Show the plan, then ask."""
        for fact in question_facts(plan, losses, self._around, self._terminal):
            self._write(f"{fact.label:<9}{_text(fact.pieces)}")
        question = "Boot this? (y/n) " if plan.executes else "Load this? (y/n) "
        while (answer := self._ask(question).lower()) not in ("y", "yes", "n", "no"):
            pass
        return answer in ("y", "yes")

    def loading(self) -> AbstractContextManager[Progress]:
        """Show nothing: a line that is written over and over is of no use in a log."""
        return nullcontext(lambda done, total: None)

    def tell(self, message: str) -> None:
        """Write *message*."""
        self._write(message)

    # -- the list --------------------------------------------------------------------------------

    def _show(self, menu: BootMenu) -> None:
        if self._is_shown:
            return
        self._is_shown = True
        if menu.loader is not None:
            self._write(f"The menu of {NAMES[menu.loader]}")
        number = 0
        above: tuple[str, ...] = ()
        for row in Rows(menu).flat():
            if row.entry is None:
                self._write(row.title)
                continue
            for level, title in enumerate(row.above):
                if above[: level + 1] != row.above[: level + 1]:
                    self._write(f"{'':6}{'  ' * level}{title}:")
            above = row.above
            indent = "  " * len(above)
            marks = f" [{', '.join(row.marks)}]" if row.marks else ""
            if row.can_be_chosen:
                number += 1
                self._write(f"{number:>4}  {indent}{row.title}{marks}")
            else:
                self._write(f"{'-':>4}  {indent}{row.title}{marks}")
                self._write(f"{'':8}{indent}cannot be booted: {row.problem}")
        self._stdout.write(_COMMANDS)

    def _answer(self, menu: BootMenu, entries: list[BootEntry], typed: str) -> Pick | None:
        command, _, rest = typed.rpartition(" ") if not typed.isdecimal() else ("", "", typed)
        if typed == "q":
            raise Cancelled("cancelled; nothing was done")
        if not typed:
            entry = menu.default
            if entry is None or not entry.bootable:
                self._write("the default entry cannot be booted")
                return None
            return Pick(entry)
        if command not in ("", "l", "i", "e") or not rest.isdecimal():
            self._stdout.write(_COMMANDS)
            return None
        if not 1 <= int(rest[:9]) <= len(entries):
            self._write(f"there is no entry {rest}")
            return None
        entry = entries[int(rest) - 1]
        if command == "i":
            for line in show_lines(entry, menu.dialect):
                self._write(line)
            return None
        if command == "e":
            return self._edit(entry)
        return Pick(entry, load_only=command == "l")

    def _edit(self, entry: BootEntry) -> Pick | None:
        if not self._unlock(entry, entry.edit_lock):
            return None
        line = self._around.line_of(entry)
        self._write(f"now: {line}")
        typed = self._ask("The whole new line; or '+ words' to add; or nothing to keep it: ")
        if not typed:
            return None
        new = f"{line} {typed[2:]}" if typed.startswith("+ ") else typed
        self._write(f"changed: {_text(changes(line, new, self._terminal))}")
        # Whoever may edit it may boot it.
        return Pick(entry, new, unlocked=entry.edit_lock is not None)

    def _unlock(self, entry: BootEntry, lock: Lock | None) -> bool:
        """Ask for what opens *lock* of *entry*; tell whether it is open."""
        if lock is None or self._gate.lets_in(lock):
            return True
        if not lock.keys:
            self._write("the boot loader's configuration allows this to nobody")
            return False
        *names, question = questions(lock, entry)
        user = self._ask(names[0]) if names else None
        if self._around.opens(lock, user, self._ask_hidden(question)):
            self._gate.open(lock)
            return True
        time.sleep(self._gate.refuse())
        self._write("the password is wrong")
        return False

    # -- lines in and out ------------------------------------------------------------------------

    def _is_time_up(self, menu: BootMenu, seconds: float) -> bool:
        default = menu.default
        if default is None or not default.bootable:
            self._write("the default entry cannot be booted, so there is no countdown")
            return False
        self._write(f"{default.title} boots in {seconds:.0f} s; Enter stops this")
        ready, _, _ = select.select([self._stdin], [], [], seconds)
        if ready:
            self._read()
        return not ready

    def _write(self, text: str) -> None:
        self._stdout.write(f"{self._terminal.clean(text)}\n")

    def _ask(self, question: str) -> str:
        self._stdout.write(question)
        self._stdout.flush()
        return self._read().strip()

    def _ask_hidden(self, question: str) -> str:
        """Ask without showing what is typed, where the answer comes from a terminal."""
        from getpass import getpass

        if not self._stdin.isatty():
            return self._ask(question)
        try:
            return getpass(question, self._stdout)
        except (EOFError, KeyboardInterrupt):
            raise Cancelled("cancelled; nothing was done") from None

    def _read(self) -> str:
        try:
            line = self._stdin.readline()
        except KeyboardInterrupt:
            line = ""
        if not line:
            raise Cancelled("cancelled; nothing was done")
        return line


def _text(pieces: Line) -> str:
    return "".join(text for _, text in pieces)
