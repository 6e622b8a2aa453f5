"""The statements of a configuration."""

from typing import NamedTuple

from ..source import Position, Source

BLANKS = "".join(map(chr, range(1, 0x21)))
"""All that is a blank to syslinux (``my_isspace``)."""
_AS_SPACES = str.maketrans(dict.fromkeys(BLANKS, " "))


def split_word(text: str) -> tuple[str, str]:
    """Give the first word of *text*, and what stands behind it and the blanks there."""
    text = text.lstrip(BLANKS)
    word = text.translate(_AS_SPACES).partition(" ")[0]
    return word, text[len(word) :].lstrip(BLANKS)


def split_words(text: str) -> list[str]:
    """Give all words of *text*."""
    return [word for word in text.translate(_AS_SPACES).split(" ") if word]


class Statement(NamedTuple):
    """One keyword and its value."""

    keyword: str
    """In small letters; that of ``MENU LABEL`` is ``menu label``."""
    value: str
    """Without the blanks around it; empty where there is none."""
    source: Source
    offset: int
    """Where the keyword begins in *source*."""
    value_offset: int
    is_closed: bool = True
    """False for a ``TEXT`` without its ``ENDTEXT``."""

    @property
    def position(self) -> Position:
        """The place of the keyword."""
        return self.source.position(self.offset)

    @property
    def value_position(self) -> Position:
        """The place of the value."""
        return self.source.position(self.value_offset)

    @property
    def word(self) -> str:
        """The first word of the value."""
        return split_word(self.value)[0]
