"""A page of lines that can be scrolled: the keys, all of an entry, what will be done."""

from collections.abc import Callable
from typing import ClassVar

from prompt_toolkit.application.current import get_app
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import AnyContainer, FormattedTextControl, HSplit, Window

from .text import Line, Terminal


def formatted(lines: list[Line]) -> StyleAndTextTuples:
    """Give *lines* as prompt_toolkit takes them."""
    text: StyleAndTextTuples = []
    for number, line in enumerate(lines):
        if number:
            text.append(("", "\n"))
        text += line
    return text


def window(line: Callable[[int], Line]) -> Window:
    """Give a window of one line, which *line* gives for a width."""
    return Window(
        FormattedTextControl(lambda: formatted([line(get_app().output.get_size().columns)])),
        height=1,
        always_hide_cursor=True,
    )


class Page:
    """Lines under a heading."""

    def __init__(
        self, lines: Callable[[int], list[Line]], heading: str, terminal: Terminal
    ) -> None:
        self._lines = lines
        self._heading = heading
        self._terminal = terminal
        self._top = 0

    def container(self) -> AnyContainer:
        """Give what shows it."""
        return HSplit(
            [
                window(self._head),
                Window(
                    FormattedTextControl(self._shown, focusable=True, show_cursor=False),
                    always_hide_cursor=True,
                ),
            ]
        )

    def _room(self) -> tuple[int, int]:
        size = get_app().output.get_size()
        return size.columns, max(size.rows - 2, 1)

    def _head(self, width: int) -> Line:
        _, height = self._room()
        count = len(self._lines(width))
        heading = f" {self._terminal.clean(self._heading)}"
        if count <= height:
            return [("class:header", self._terminal.fill(heading, width))]
        place = f"{self._top + 1}-{min(self._top + height, count)} of {count} "
        room = max(width - len(place), 0)
        return [("class:header", self._terminal.fill(heading, room) + place)]

    def _shown(self) -> StyleAndTextTuples:
        width, height = self._room()
        lines = self._lines(width)
        self._top = max(min(self._top, len(lines) - height), 0)
        return formatted([[("", " "), *line] for line in lines[self._top : self._top + height]])

    KEYS: ClassVar = {
        "up": (-1, 0),
        "down": (1, 0),
        "c-p": (-1, 0),
        "c-n": (1, 0),
        "pageup": (0, -1),
        "pagedown": (0, 1),
        " ": (0, 1),
        "home": (-(1 << 20), 0),
        "end": (1 << 20, 0),
    }
    """The keys that scroll, by how many lines and pages."""

    def scroll(self, lines: int, pages: int) -> None:
        """Go so many lines and pages down, or up."""
        self._top = max(self._top + lines + pages * max(self._room()[1] - 1, 1), 0)

    def bind(self, bindings: KeyBindings) -> None:
        """Have the usual keys scroll it."""
        for key, (lines, pages) in self.KEYS.items():

            @bindings.add(key)
            def _(event: KeyPressEvent, lines: int = lines, pages: int = pages) -> None:
                self.scroll(lines, pages)
