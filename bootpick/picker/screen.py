"""The screen of the menu: what is on it, and what each key does."""

import time
from asyncio import sleep
from collections.abc import Callable

from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import (
    AnyContainer,
    BufferControl,
    DynamicContainer,
    FormattedTextControl,
    HSplit,
    VSplit,
    Window,
)

from ..entries import BootEntry
from ..errors import BootpickError, Cancelled
from ..passwords import Lock
from ..report import show_lines
from . import Pick, Surroundings
from .asking import Asking, Gatekeeper
from .editing import EditedLine
from .help import help_lines
from .page import Page, formatted, window
from .preview import changes
from .state import MenuState
from .text import Line, Terminal, wrap
from .view import MenuView, key_line


class MenuScreen:
    """The menu while it is asked: its mode says what is shown and who gets the keys."""

    def __init__(
        self,
        state: MenuState,
        around: Surroundings,
        terminal: Terminal,
        gate: Gatekeeper,
        message: str | None,
    ) -> None:
        self._state = state
        self._around = around
        self._terminal = terminal
        self._view = MenuView(state, around, terminal)
        self._message = message
        self._mode = "menu"
        """``menu``, ``filter``, ``password``, ``edit``, ``page``, or ``waiting`` before the menu is
        shown."""
        self._deadline: float | None = None
        if around.timeout is not None:
            self._deadline = time.monotonic() + around.timeout
            if around.timeout_style != "menu":
                self._mode = "waiting"
        self._page: Page | None = None
        self._edited: EditedLine | None = None
        self._gate = gate
        self._asking: Asking | None = None
        self._filter = Buffer(
            multiline=False, on_text_changed=lambda buffer: state.set_filter(buffer.text)
        )
        self._filter_control = BufferControl(self._filter)
        self._body = Window(
            FormattedTextControl(self._body_text, focusable=True, show_cursor=False),
            always_hide_cursor=True,
        )

        self._nothing = Window(
            FormattedTextControl(focusable=True, show_cursor=False), always_hide_cursor=True
        )

    @property
    def focus(self) -> Window:
        """What gets the keys at first."""
        return self._nothing if self._mode == "waiting" else self._body

    # -- what is shown ---------------------------------------------------------------------------

    def container(self) -> AnyContainer:
        """Give what is on the screen."""
        footer = Window(
            FormattedTextControl(lambda: formatted(self._footer())),
            dont_extend_height=True,
            always_hide_cursor=True,
        )
        menu = HSplit([window(self._view.header), self._body, footer])
        find = HSplit(
            [
                VSplit(
                    [
                        Window(FormattedTextControl([("class:key", " / ")]), width=3),
                        Window(self._filter_control, height=1),
                    ]
                ),
                self._body,
                window(lambda width: key_line(_FILTER_KEYS, width)),
            ]
        )
        nothing = HSplit([self._nothing, window(self._waiting)])

        def shown() -> AnyContainer:
            match self._mode:
                case "filter":
                    return find
                case "waiting":
                    return nothing
                case "password":
                    assert self._asking is not None
                    line = self._asking.container()
                    return HSplit([window(self._view.header), self._body, line])
                case "page":
                    assert self._page is not None
                    return HSplit([self._page.container(), window(_page_keys)])
                case "edit":
                    return self._edit_container()
                case _:
                    return menu

        return DynamicContainer(shown)

    def _edit_container(self) -> AnyContainer:
        assert self._edited is not None
        entry = self._entry()
        heading = f" Command line of {self._terminal.clean(entry.title)}, for this boot"
        return HSplit(
            [
                window(lambda width: [("class:header", self._terminal.fill(heading, width))]),
                Window(height=1),
                VSplit(
                    [
                        Window(width=1),
                        Window(self._edited.control, wrap_lines=True, dont_extend_height=True),
                        Window(width=1),
                    ]
                ),
                Window(height=1),
                Window(FormattedTextControl(self._change_text), always_hide_cursor=True),
                window(lambda width: key_line(_EDIT_KEYS, width)),
            ]
        )

    def _body_text(self) -> StyleAndTextTuples:
        size = get_app().output.get_size()
        others = 2 + (len(self._footer()) if self._mode == "menu" else 1)
        width, height = size.columns, max(size.rows - others, 2)
        rows, beside = self._view.body(width, height)
        return formatted([*rows, self._view.rule(width), *beside])

    def _footer(self) -> list[Line]:
        message = self._message
        if self._deadline is not None:
            message = f"{self._countdown()}; any key stops this"
        return self._view.footer(get_app().output.get_size().columns, message)

    def _waiting(self, width: int) -> Line:
        if self._around.timeout_style != "countdown" or self._deadline is None:
            return []
        return [("", self._terminal.cut(f" {self._countdown()}; any key shows the menu", width))]

    def _countdown(self) -> str:
        assert self._deadline is not None
        default = self._state.menu.default
        title = self._terminal.clean(default.title if default is not None else "nothing")
        left = max(self._deadline - time.monotonic(), 0)
        return f"{title} boots in {left:.0f} s"

    def _change_text(self) -> StyleAndTextTuples:
        assert self._edited is not None
        width = get_app().output.get_size().columns - 2
        changed = changes(self._edited.original, self._edited.line, self._terminal)
        if not changed:
            return [("class:label", " nothing is changed")]
        lines = wrap([("class:label", "changed  "), *changed], width)
        return formatted([[("", " "), *line] for line in lines])

    # -- the countdown ---------------------------------------------------------------------------

    @property
    def counts_down(self) -> bool:
        """Whether the default will be taken when nobody is there."""
        return self._deadline is not None

    def stop_countdown(self) -> None:
        """Somebody is there."""
        self._deadline = None

    async def count_down(self) -> None:
        """Take the default when the time is up."""
        app = get_app()
        while self._deadline is not None:
            if self._deadline <= time.monotonic():
                self._deadline = None
                self._take_default()
                return
            app.invalidate()
            await sleep(0.2)

    def _take_default(self) -> None:
        default = self._state.menu.default
        if default is not None and default.bootable:
            self.to_menu()
            self._unlock(default, default.boot_lock, lambda: self._exit(default, unattended=True))
            return
        # It never slides to another entry.
        self.to_menu()
        reason = f": {default.reasons[0]}" if default is not None else ""
        self._message = f"the default entry cannot be booted{reason}"
        get_app().invalidate()

    # -- what can be done ------------------------------------------------------------------------

    def when(self, *modes: str) -> Condition:
        """Give the condition that the screen is in one of *modes*."""
        return Condition(lambda: self._mode in modes)

    def clear_message(self) -> None:
        """Somebody has seen the message."""
        self._message = None

    def boot(self, entry: BootEntry) -> None:
        """Boot *entry*, wherever the bar is."""
        self._unlock(entry, entry.boot_lock, lambda: self._exit(entry))

    def _entry(self) -> BootEntry:
        row = self._state.pointed
        assert row is not None
        assert row.entry is not None
        return row.entry

    def choose(self, *, load_only: bool = False) -> None:
        """Boot the entry under the bar, or open the submenu."""
        row = self._state.pointed
        if row is None or row.entry is None or self._state.open():
            return
        entry = row.entry
        self.to_menu()
        self._unlock(entry, entry.boot_lock, lambda: self._exit(entry, load_only=load_only))

    def _exit(self, entry: BootEntry, *, load_only: bool = False, unattended: bool = False) -> None:
        get_app().exit(result=Pick(entry, None, load_only, unattended, entry.boot_lock is not None))

    def open(self) -> None:
        """Open the submenu under the bar."""
        self._state.open()

    def back(self) -> None:
        """Go back a step, if there is one."""
        self._state.leave()

    def leave(self) -> None:
        """Go back a step; at the top, leave."""
        if not self._state.leave():
            self.cancel()

    def cancel(self) -> None:
        """Leave; nothing is done."""
        get_app().exit(exception=Cancelled("cancelled; nothing was done"))

    # -- the filter

    def start_filter(self) -> None:
        """Let a filter be typed."""
        self._mode = "filter"
        get_app().layout.focus(self._filter_control)

    def end_filter(self) -> None:
        """Show the whole menu again."""
        self.to_menu()
        self._filter.reset()
        self._state.set_filter("")

    def erase(self) -> None:
        """Take back what was typed last; where nothing is left, the filter."""
        if self._filter.text:
            self._filter.delete_before_cursor()
        else:
            self.to_menu()

    def to_menu(self) -> None:
        """Be at the menu, whose commands the keys are."""
        self._mode = "menu"
        get_app().layout.focus(self._body)

    # -- the command line

    def start_edit(self) -> None:
        """Let the command line of the entry under the bar be edited, if that is allowed."""
        row = self._state.pointed
        if row is None or row.opens is not None or row.entry is None:
            return
        entry = row.entry
        self._unlock(entry, entry.edit_lock, lambda: self._edit(entry))

    def _edit(self, entry: BootEntry) -> None:
        self._edited = EditedLine(self._around.line_of(entry), self._terminal)
        self._mode = "edit"
        get_app().layout.focus(self._edited.control)

    def finish_edit(self) -> None:
        """Boot with the line as it was edited."""
        assert self._edited is not None
        line = self._edited.line
        changed = line if line != self._edited.original else None
        entry = self._entry()
        # Whoever may edit it may boot it.
        lock = None if entry.edit_lock is not None else entry.boot_lock
        pick = Pick(entry, changed, unlocked=entry.restricted)
        self.to_menu()
        self._unlock(entry, lock, lambda: get_app().exit(result=pick))

    # -- passwords

    def _unlock(self, entry: BootEntry, lock: Lock | None, then: Callable[[], None]) -> None:
        """Do *then* when *lock* of *entry* is open; ask for what opens it."""
        if lock is None or self._gate.lets_in(lock):
            then()
        elif not lock.keys:
            self._message = "the boot loader's configuration allows this to nobody"
        else:
            self._asking = Asking(lock, entry, self._terminal, then)
            self._mode = "password"
            get_app().layout.focus(self._asking.control)

    def take_answer(self) -> None:
        """Take what was typed to a question; with the last one, see whether it is right."""
        asking = self._asking
        if asking is None or asking.is_refused:
            return
        answers = asking.answer()
        if answers is None:
            return
        try:
            if self._around.opens(asking.lock, *answers):
                self._gate.open(asking.lock)
                self.to_menu()
                asking.then()
                return
            delay = self._gate.refuse()
        except BootpickError as error:
            get_app().exit(exception=error)
            return
        asking.is_refused = True
        get_app().create_background_task(self._be_refused(delay))

    async def _be_refused(self, delay: float) -> None:
        """Wait, and be back at the menu."""
        await sleep(delay)
        self.to_menu()
        self._message = "the password is wrong"
        get_app().invalidate()

    def leave_question(self) -> None:
        """Be at the menu again, without an answer."""
        if self._asking is not None and not self._asking.is_refused:
            self.to_menu()

    # -- pages

    def show_help(self) -> None:
        """Show the keys."""
        self._open_page("Keys", help_lines())

    def show_entry(self) -> None:
        """Show all there is to know of the entry under the bar."""
        row = self._state.pointed
        if row is not None and row.entry is not None and row.opens is None:
            self._open_page(row.entry.title, list(show_lines(row.entry, self._state.menu.dialect)))

    def scroll(self, lines: int, pages: int) -> None:
        """Go down, or up, in the page that is shown."""
        assert self._page is not None
        self._page.scroll(lines, pages)

    def _open_page(self, heading: str, texts: list[str]) -> None:
        def lines(width: int) -> list[Line]:
            clean = [self._terminal.clean(text) for text in texts]
            return [line for text in clean for line in wrap([("", text)], width - 2)]

        self._page = Page(lines, heading, self._terminal)
        self._mode = "page"


_FILTER_KEYS = (
    ("Enter", "boots"),
    ("Tab", "keeps the filter"),
    ("Esc", "ends it"),
)
_EDIT_KEYS = (
    ("Enter", "goes on"),
    ("Ctrl-Z", "undoes"),
    ("Ctrl-Left/Right", "by words"),
    ("Esc", "back"),
)


def _page_keys(width: int) -> Line:
    return key_line((("Up/Down", "scrolls"), ("Esc", "back")), width)
