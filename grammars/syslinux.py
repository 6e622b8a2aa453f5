"""Configurations of syslinux, extlinux, isolinux and pxelinux, and U-Boot's ``extlinux.conf``.

One language of lines (syslinux 6.04, com32/elflink/ldlinux/readconfig.c): each is a keyword and a
value that goes on to the line's end, as it stands; there is no quoting, no continuation and no
comment behind a value. Only ``TEXT`` has lines of its own, to ``ENDTEXT``. What a keyword means is
not the grammar's.
"""

from typing import Any

import pyparsing as pp

from .lexical import Late

# blank ::= a control character or a space; no line end
_BLANK = r"[\x01-\x09\x0b\x0c\x0e-\x20]"
# word ::= what has no blank in it
_WORD = r"[^\x00-\x20]+"
# rest ::= all to the line's end; a carriage return or a NUL anywhere ends it, too
_REST = r"[^\n\r\0]*"
# end ::= what is behind that, "\n" | the end of the text
_END = r"[^\n]*(?:\n|\Z)"
# line ::= blank* ("#" rest | ("menu" blank+)? word blank* rest)? end
_LINE = rf"{_BLANK}*(?:\#{_REST}|(?:((?i:menu)){_BLANK}+)?({_WORD}){_BLANK}*({_REST}))?{_END}"
# endtext ::= blank* "endtext" (blank rest)? end
_ENDTEXT = rf"{_BLANK}*(?i:endtext)(?![^\x00-\x20])"
# help ::= (line that is no endtext)* endtext?
_HELP = rf"(?:(?!{_ENDTEXT})[^\n]*\n)*(?:({_ENDTEXT}){_END}|[^\n]*\Z)"


class Lines(pp.Token):
    """All lines to the end of the text, of which the statements are given.

    One token, a list of (where the statement begins, whether it is one of ``MENU``, keyword, where
    its value begins, value, whether what it opens is closed): one element for all, because a file
    of the size that is read at most may have some hundred thousand lines. The blanks behind a value
    are part of it. The keyword of ``MENU LABEL`` is ``LABEL``.
    """

    def __init__(self) -> None:
        super().__init__()
        self._line = Late(_LINE)
        self._help = Late(_HELP)
        self._may_return_empty = True
        self.skipWhitespace = False
        self.set_name("lines")

    def _generateDefaultName(self) -> str:
        return "lines"

    def parseImpl(self, instring: str, loc: int, do_actions: bool = True) -> tuple[int, Any]:
        match = self._line().match
        found: list[tuple[int, bool, str, int, str, bool]] = []
        while loc < len(instring) and (line := match(instring, loc)):
            loc = line.end()
            if line[2] is None:
                continue
            is_menu, is_closed = line[1] is not None, True
            # text ::= blank* "text" (blank rest)? end help
            if not is_menu and line[2].lower() == "text":
                lines = self._help().match(instring, loc)
                is_closed = lines is not None and lines[1] is not None
                loc = lines.end() if lines is not None else loc
            start = line.start(1 if is_menu else 2)
            found.append((start, is_menu, line[2], line.start(3), line[3], is_closed))
        return loc, [found]


# file ::= (text | line)*
file = Lines().parse_with_tabs()
