"""Type #1 entries of the Boot Loader Specification and ``loader.conf``: one language of lines.

Each line is a key and a value with blanks between them (UAPI.1, "Type #1 Boot Loader Specification
Entries"). There is no quoting, no continuation and no comment behind a value. What a key means, and
what it does with its value, is not the grammar's.
"""

from typing import Any

import pyparsing as pp

from .lexical import Late

# end ::= "\r\n" | "\n" | "\r" | NUL | the end of the text: all that systemd takes for one
_END = r"(?:\r\n|[\n\r\0]|\Z)"
_REST = r"[^\n\r\0]*"
# comment ::= "#" rest
_COMMENT = rf"\#{_REST}"
# field ::= key (blanks value)?; a value goes on to the line's end
_FIELD = rf"([^ \t\n\r\0]+)[ \t]*({_REST})"
# line ::= blanks (comment | field)? end
_LINE = rf"[ \t]*(?:{_COMMENT}|{_FIELD})?{_END}"


class Lines(pp.Token):
    """All lines to the end of the text, of which the fields are given.

    One token, a list of (number of the line, where it begins, where it ends, where its key is, key,
    value): one element for all, because a file of the size that is read at most may have a million
    lines. They count from 1; the blanks behind a value are part of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._line = Late(_LINE)
        self._may_return_empty = True
        self.skipWhitespace = False
        self.set_name("lines")

    def _generateDefaultName(self) -> str:
        return "lines"

    def parseImpl(self, instring: str, loc: int, do_actions: bool = True) -> tuple[int, Any]:
        match = self._line().match
        found: list[tuple[int, int, int, int, str, str]] = []
        number = 0
        while loc < len(instring) and (line := match(instring, loc)):
            number += 1
            if line.lastindex is not None:
                found.append((number, loc, line.end(), line.start(1), line[1], line[2]))
            loc = line.end()
        return loc, [found]


# file ::= line*
file = Lines().parse_with_tabs()
