"""What ``lilo.conf`` consists of, and what is wrong with it."""

from typing import NamedTuple


class Item(NamedTuple):
    """A keyword or a word that is none, and its value."""

    name: str
    """As it is written; LILO takes no notice of capitals."""
    offset: int
    """Where it begins in the text."""
    value: str | None = None
    value_offset: int = 0
    variables: tuple[str, ...] = ()
    """Environment variables that LILO would replace in name and value: ``$HOME``."""


class Fault(NamedTuple):
    """Something that is wrong with the file."""

    offset: int | None
    """The place in the text; ``None`` where it is in no one place."""
    message: str
    hint: str | None = None
    refuses: bool = True
    """LILO refuses the whole file because of it."""
