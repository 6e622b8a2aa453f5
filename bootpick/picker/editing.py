"""One line to edit, whose every character can be seen and comes back as it was."""

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text.utils import fragment_list_to_text
from prompt_toolkit.layout import BufferControl
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput

from ..diagnostics import printable
from .text import Terminal

_PRIVATE = 0xF0000
"""Where characters that cannot be shown are kept meanwhile: a plane of Unicode for private use."""


def to_private(text: str) -> str:
    """Give *text* with each character that could steer a terminal as one of private use."""
    return "".join(char if printable(char) == char else chr(_PRIVATE + ord(char)) for char in text)


def from_private(text: str) -> str:
    """Undo :func:`to_private`."""
    return "".join(
        chr(ord(char) - _PRIVATE) if _PRIVATE <= ord(char) < _PRIVATE + 0x10000 else char
        for char in text
    )


class _Shown(Processor):
    """Shows one character for each, so that the cursor stands where it should."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def apply_transformation(self, ti: TransformationInput) -> Transformation:
        text = fragment_list_to_text(ti.fragments)
        return Transformation([("", "".join(map(self._show, text)))])

    def _show(self, char: str) -> str:
        if not self._terminal.unicode:
            return char if char.isascii() else "?"
        code = ord(char) - _PRIVATE
        if not 0 <= code < 0x10000:
            return char
        # The pictures of control characters; a question mark for what has none.
        return chr(0x2400 + code) if code < 0x20 else "\N{REPLACEMENT CHARACTER}"


class EditedLine:
    """A command line that is being edited."""

    def __init__(self, line: str, terminal: Terminal) -> None:
        self.original = line
        self.buffer = Buffer(multiline=False)
        # Undoing ends at this text.
        self.buffer.reset(Document(to_private(line)))
        self.control = BufferControl(self.buffer, input_processors=[_Shown(terminal)])

    @property
    def line(self) -> str:
        """The line as it is now."""
        return from_private(self.buffer.text)
