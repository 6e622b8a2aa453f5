"""Which key does what, in each mode of the menu's screen."""

from collections.abc import Callable

from prompt_toolkit.application.current import get_app
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from ..entries import BootEntry
from .page import Page
from .screen import MenuScreen
from .state import MenuState

_NUMBER = "0123456789>"


def menu_bindings(screen: MenuScreen, state: MenuState) -> KeyBindings:
    """Give what each key does."""
    bindings = KeyBindings()
    _bind_moves(bindings, screen, state)
    commands: dict[str, Callable[[], None]] = {
        "enter": screen.choose,
        "right": screen.open,
        "left": screen.back,
        "escape": screen.leave,
        "q": screen.cancel,
        "f": state.toggle_flat,
        "/": screen.start_filter,
        "?": screen.show_help,
        "f1": screen.show_help,
        "e": screen.start_edit,
        "l": lambda: screen.choose(load_only=True),
        "i": screen.show_entry,
    }
    _bind(bindings, screen, "menu", commands)
    _bind_hotkeys(bindings, screen, state, {*commands, *_NUMBER})
    find = {
        "enter": screen.choose,
        "tab": screen.to_menu,
        "escape": screen.end_filter,
        "backspace": screen.erase,
    }
    _bind(bindings, screen, "filter", find)
    answer = {"enter": screen.take_answer, "escape": screen.leave_question}
    _bind(bindings, screen, "password", answer)
    finish = dict.fromkeys(("enter", "f10", "c-x"), screen.finish_edit)
    _bind(bindings, screen, "edit", finish)
    _bind(bindings, screen, "page", dict.fromkeys(_PAGE_ENDS, screen.to_menu))
    _bind(bindings, screen, "waiting", {"<any>": screen.to_menu})

    # Escape is also the beginning of Alt-B and its kin, so it is not taken at once.
    @bindings.add("escape", filter=screen.when("edit"))
    def _(event: KeyPressEvent) -> None:
        screen.to_menu()

    @bindings.add("c-z", filter=screen.when("edit"))
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.undo()

    for key, (step, pages) in Page.KEYS.items():

        @bindings.add(key, filter=screen.when("page"))
        def _(event: KeyPressEvent, step: int = step, pages: int = pages) -> None:
            screen.scroll(step, pages)

    return bindings


_PAGE_ENDS = ("escape", "enter", "left", "q", "i", "?")


def _bind(
    bindings: KeyBindings, screen: MenuScreen, mode: str, commands: dict[str, Callable[[], None]]
) -> None:
    for key, command in commands.items():

        @bindings.add(key, filter=screen.when(mode), eager=True)
        def _(event: KeyPressEvent, command: Callable[[], None] = command) -> None:
            screen.clear_message()
            command()


def _bind_moves(bindings: KeyBindings, screen: MenuScreen, state: MenuState) -> None:
    moves: dict[str, Callable[[], None]] = {
        "up": lambda: state.move(-1),
        "c-p": lambda: state.move(-1),
        "down": lambda: state.move(1),
        "c-n": lambda: state.move(1),
        "pageup": lambda: state.move(-_page_rows()),
        "pagedown": lambda: state.move(_page_rows()),
    }
    _bind(bindings, screen, "filter", moves)
    # In the filter, these belong to what is typed.
    _bind(bindings, screen, "menu", {**moves, "home": state.home, "end": state.end})
    for digit in _NUMBER:

        @bindings.add(digit, filter=screen.when("menu"))
        def _(event: KeyPressEvent) -> None:
            state.type_number(event.data)


def _page_rows() -> int:
    return max((get_app().output.get_size().rows - 3) // 2 - 1, 2)


def _bind_hotkeys(
    bindings: KeyBindings, screen: MenuScreen, state: MenuState, taken: set[str]
) -> None:
    """Bind the keys that the configuration gives to entries, except those that are commands."""
    for entry in state.menu.entries:
        if len(entry.hotkey) == 1 and entry.hotkey not in taken and entry.bootable:
            taken.add(entry.hotkey)

            @bindings.add(entry.hotkey, filter=screen.when("menu"))
            def _(event: KeyPressEvent, entry: BootEntry = entry) -> None:
                screen.boot(entry)
