"""GRUB Legacy's ``menu.lst``: lines of commands, and what stands behind some of the commands.

After ``get_line_from_config`` and ``set_device`` of GRUB 0.97. Carriage returns are nowhere seen, a
tab is a blank, and a backslash before a line end makes a blank of it, in a comment as well. There
is no quoting. What a command means is not the grammar's.
"""

from typing import Any

import pyparsing as pp

from .lexical import Late, Pattern, Repeated

# join ::= "\" CR* LF
_JOIN = r"\\\r*\n"
# rest ::= (join | any character but LF)*
_REST = r"[^\n\\]*(?:\\(?:\r*\n)?[^\n\\]*)*"
# comment ::= "#" rest; only as the first thing in a line
# word ::= (any character but blank, "=" and LF)*
_WORD = r"(?:[^ \t=\n\\]|\\(?!\r*\n))*"
# blank ::= " " | TAB | CR | join
# line ::= (blank | LF)* (comment | word (blank | "=")* rest)
_LINE = (
    rf"[ \t\r\n]*(?:{_JOIN}[ \t\r\n]*)*"
    rf"(?:\#{_REST}|({_WORD})[ \t\r=]*(?:{_JOIN}[ \t\r=]*)*({_REST}))"
)


class Lines(pp.Token):
    """All lines to the end of the text, of which the commands are given.

    One token, a list of (where the word begins, the word, where its arguments begin, arguments),
    as they stand in the text: one element for all, because there may be half a million of them.
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
        found: list[tuple[int, str, int, str]] = []
        while loc < len(instring) and (line := match(instring, loc)):
            loc = line.end() + 1
            start = line.start(1)
            if 0 <= start < line.end():
                found.append((start, line[1], line.start(2), line[2]))
        return min(loc, len(instring)), [found]


# file ::= line (LF line)*
file = Lines().parse_with_tabs()

# What follows reads arguments, in which only " " is left of the blanks.
_blanks = Pattern(r" *", "blanks", empty=True, silent=True)
_word = Pattern(r"[^ ]+", "a word")
_rest = Pattern(r"[^\n]*", "the rest of the line", empty=True)
_letter = Pattern(r"[a-h](?![a-z])", "a letter from a to h")

# number ::= "0x" hexadecimal+ | decimal+
_number = Pattern(r"0[xX][0-9a-fA-F]+|(?!0[xX])[0-9]+", "a number")
number = (_number.copy() + _rest).parse_with_tabs()

# numbers ::= number (blank* number)*; whatever is glued to a number is no part of it
numbers = (
    pp.ZeroOrMore(_number + Pattern(r"[^ ]* *", "a word's end", empty=True, silent=True)) + _rest
).parse_with_tabs()

# kernel ::= (option blank*)* file? blank* rest
_option = Pattern(r"--(?:type=|no-mem-option)[^ ]*", "an option")
kernel = (
    pp.Group(pp.ZeroOrMore(_option + _blanks))("options")
    + pp.Group(pp.Optional(pp.Located(_word)))("file")
    + _blanks
    + _rest("rest")
).parse_with_tabs()

# words ::= (blank* word)*
words = Repeated(r" *([^ ]+)", "words").parse_with_tabs()

# device ::= "(" disk ("," number)? ("," letter)? ")"
# disk ::= ("hd" | "fd") number | "cd" | "nd"
_disk = pp.Group(
    (Pattern(r"hd|fd", "a kind of disk") + _number) | Pattern(r"cd|nd", "a kind of drive")
)
_comma = Pattern(r",", "','", silent=True)
_device = (
    Pattern(r"\(", "'('", silent=True)
    + _disk("disk")
    + pp.Optional(_comma + _number)("partition")
    + pp.Optional(_comma + _letter)("slice")
    + Pattern(r"\)", "')'", silent=True)
)
# place ::= device path
place = (pp.Group(_device)("device") + _rest("path")).parse_with_tabs()

# device map ::= (comment LF | "(" name ")" blank+ path rest LF)*
device_map = Repeated(
    r"[ \t]*(?:\#[^\n]*|\(([^)\n]*)\)[ \t]*([^ \t\r\n]+)[^\n]*|[^\n]*)(?:\n|\Z)", "device map"
).parse_with_tabs()
