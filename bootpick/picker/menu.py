"""The menu in a terminal: prompt_toolkit draws it, questionary asks with it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from typing import Any

import questionary
from prompt_toolkit.application import Application
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import HSplit, Layout
from prompt_toolkit.output import ColorDepth, Output

from ..entries import BootMenu
from ..errors import Cancelled
from ..kexec.plan import KexecPlan
from ..system.machine import Progress
from . import Pick, Surroundings
from .asking import Gatekeeper
from .keys import menu_bindings
from .page import Page, window
from .progress import LoadingBar
from .question import question_lines
from .screen import MenuScreen
from .state import MenuState
from .terminal import this_terminal
from .text import Terminal
from .view import key_line

_STYLE = questionary.Style.from_dict(
    {
        "header": "bold",
        "rule": "ansibrightblack",
        "heading": "ansibrightblack",
        "pointed": "reverse",
        "row.marks": "ansicyan",
        "dim": "ansibrightblack",
        "label": "ansibrightblack",
        "added": "ansigreen",
        "removed": "ansired",
        "warning": "ansiyellow",
        "message": "bold ansiyellow",
        "key": "bold",
        "keyword": "ansibrightblack",
    }
)
_SEQUENCE_SECONDS = 0.1
"""How long the rest of a key's sequence may take; behind a serial line, that is not nothing."""
_ALT_SECONDS = 0.4
"""How long a key may take that makes one with Escape, such as Alt-B, where a line is edited."""


_ANSWERS = {"yes": ("y", "Y", "enter"), "no": ("n", "N", "q", "escape", "left")}
"""The keys that answer the question before the act."""


class QuestionaryPicker:
    """The boot loader's menu, on the whole screen."""

    def __init__(
        self,
        around: Surroundings,
        *,
        colour: bool = True,
        terminal: Terminal | None = None,
        stdin: Input | None = None,
        stdout: Output | None = None,
    ) -> None:
        self._around = around
        self._terminal = terminal or this_terminal()
        self._session: dict[str, Any] = {"input": stdin, "output": stdout}
        if not colour:
            self._session["color_depth"] = ColorDepth.DEPTH_1_BIT
        self._state: MenuState | None = None
        self._gate = Gatekeeper()
        self._message: str | None = None

    def pick(self, menu: BootMenu) -> Pick:
        """Ask; where it was asked before, go on where that ended."""
        if self._state is None:
            self._state = MenuState(menu)
        screen = MenuScreen(self._state, self._around, self._terminal, self._gate, self._message)
        self._message = None
        # Whoever has been in the menu is there.
        self._around = self._around._replace(timeout=None)
        layout = Layout(screen.container(), focused_element=screen.focus)
        application = self._application(layout, menu_bindings(screen, self._state))
        application.key_processor.before_key_press += lambda _: screen.stop_countdown()
        if screen.counts_down:
            application.pre_run_callables.append(
                lambda: _in_background(application, screen.count_down)
            )
        answer = _ask(application)
        assert isinstance(answer, Pick)
        return answer

    def confirm(self, plan: KexecPlan, losses: tuple[str, ...]) -> bool:
        """Show the plan on one screen, and ask."""
        page = Page(
            lambda width: question_lines(plan, losses, self._around, self._terminal, width),
            "Boot this?" if plan.executes else "Load this?",
            self._terminal,
        )
        bindings = KeyBindings()
        page.bind(bindings)
        for answer, keys in _ANSWERS.items():
            for key in keys:

                @bindings.add(key, eager=True)
                def _(event: KeyPressEvent, answer: str = answer) -> None:
                    event.app.exit(result=answer)

        does = "boots it" if plan.executes else "loads it"
        pairs = (("Enter, y", does), ("Ctrl-C", "leaves"), ("Esc, n", "back"))
        footer = window(lambda width: key_line(pairs, width))
        layout = Layout(HSplit([page.container(), footer]))
        answer = _ask(self._application(layout, bindings))
        return isinstance(answer, str) and answer == "yes"

    def loading(self) -> AbstractContextManager[Progress]:
        """Give a bar for a large kernel and its initrds."""
        return closing(LoadingBar(**self._session))

    def tell(self, message: str) -> None:
        """Have *message* shown with the menu."""
        self._message = message

    def _application(self, layout: Layout, bindings: KeyBindings) -> "Application[Any]":
        @bindings.add("c-c", eager=True)
        def _(event: KeyPressEvent) -> None:
            event.app.exit(exception=KeyboardInterrupt)

        application: Application[Any] = Application(
            layout,
            key_bindings=bindings,
            style=_STYLE,
            full_screen=True,
            **self._session,
        )
        application.ttimeoutlen = _SEQUENCE_SECONDS
        application.timeoutlen = _ALT_SECONDS
        return application


def _ask(application: "Application[Any]") -> Any:
    try:
        return questionary.Question(application).unsafe_ask()
    except (KeyboardInterrupt, EOFError):
        raise Cancelled("cancelled; nothing was done") from None


def _in_background(application: "Application[Any]", work: Callable[[], Any]) -> None:
    application.create_background_task(work())
