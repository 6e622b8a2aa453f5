"""Asking for passwords as boot loaders do: a user's name first where that counts, and no hurry."""

from collections.abc import Callable

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.layout import AnyContainer, BufferControl, FormattedTextControl, VSplit, Window
from prompt_toolkit.layout.processors import ConditionalProcessor, PasswordProcessor

from ..entries import BootEntry
from ..errors import BootpickError
from ..passwords import Lock
from .text import Terminal

ATTEMPTS = 5
"""Wrong answers after which the menu ends."""


class Gatekeeper:
    """What was opened, and how many answers were wrong."""

    def __init__(self) -> None:
        self._opened: set[Lock] = set()
        self._wrong = 0

    def lets_in(self, lock: Lock | None) -> bool:
        """Tell whether nothing has to be asked, or it was answered already."""
        return lock is None or lock in self._opened

    def open(self, lock: Lock) -> None:
        """Remember that *lock* was opened."""
        self._opened.add(lock)

    def refuse(self) -> int:
        """Count a wrong answer; give the seconds to wait before the next.

        They double, as GRUB has it. Raises BootpickError after ATTEMPTS of them.
        """
        self._wrong += 1
        if self._wrong >= ATTEMPTS:
            raise BootpickError(f"{self._wrong} wrong passwords; nothing was done")
        return int(2 ** (self._wrong - 1))


def questions(lock: Lock, entry: BootEntry) -> tuple[str, ...]:
    """Give what is asked, in the boot loader's words: for a name perhaps, then the password."""
    password = "Enter password: " if entry.loader == "grub" else "Password: "
    return ("Enter username: ", password) if lock.asks_user else (password,)


class Asking:
    """The line in which it is asked, question by question."""

    def __init__(
        self, lock: Lock, entry: BootEntry, terminal: Terminal, then: Callable[[], None]
    ) -> None:
        self.lock = lock
        self.then = then
        self.is_refused = False
        """The answer was wrong, and no key counts until there was a wait for it."""
        self._questions = questions(lock, entry)
        self._answers: list[str] = []
        self._buffer = Buffer(multiline=False, read_only=Condition(lambda: self.is_refused))
        hidden = Condition(lambda: len(self._answers) == len(self._questions) - 1)
        self.control = BufferControl(
            self._buffer, [ConditionalProcessor(PasswordProcessor(), hidden)]
        )

    def container(self) -> AnyContainer:
        """Give what shows it."""
        label = FormattedTextControl(lambda: [("class:message", f" {self._label()}")])
        return VSplit(
            [
                Window(label, dont_extend_width=True, height=1),
                Window(self.control, height=1),
            ]
        )

    def _label(self) -> str:
        if self.is_refused:
            return "Wrong. "
        return self._questions[len(self._answers)]

    def answer(self) -> tuple[str | None, str] | None:
        """Take the answer to a question; when it was the last, give the name and the password."""
        self._answers.append(self._buffer.text)
        if len(self._answers) < len(self._questions):
            self._buffer.reset()
            return None
        *user, password = self._answers
        self._answers.pop()
        return (user[0] if user else None), password
