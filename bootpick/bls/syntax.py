"""The lines of a Type #1 entry or of ``loader.conf``."""

from typing import NamedTuple

from ..source import Position


class Field(NamedTuple):
    """One key and its value."""

    key: str
    value: str
    """Without the blanks around it; empty where there is none."""
    position: Position
    """Of the key."""
