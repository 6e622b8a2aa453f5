"""From the text of a configuration to its statements."""

from ..grammars import syslinux
from ..source import Source
from .syntax import BLANKS, Statement


def parse_config(source: Source) -> tuple[Statement, ...]:
    """Give the statements in *source*, in their order. Nothing is an error here."""
    (lines,) = syslinux.file.parse_string(source.text)
    statements = []
    for start, is_menu, word, at, value, is_closed in lines:
        keyword = f"menu {word.lower()}" if is_menu else word.lower()
        value = value.rstrip(BLANKS)
        statements.append(Statement(keyword, value, source, start, at, is_closed))
    return tuple(statements)
