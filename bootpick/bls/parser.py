"""From the text of a Type #1 entry or of ``loader.conf`` to its fields."""

from ..grammars import bls
from ..source import LONGEST_LINE, Position
from .syntax import Field

_BLANKS, _ENDS = " \t", "\n\r\0"


def parse_fields(text: str, name: str) -> tuple[Field, ...]:
    """Give the fields in *text*, the contents of the file *name*, in their order.

    Nothing is an error here: a line without a value is a field whose value is empty.
    """
    (lines,) = bls.file.parse_string(text)
    fields: list[Field] = []
    for number, start, end, at, key, value in lines:
        shown = text[start:end].rstrip(_ENDS) if end - start <= LONGEST_LINE else ""
        position = Position(name, number, at - start + 1, shown)
        fields.append(Field(key, value.rstrip(_BLANKS), position))
    return tuple(fields)
