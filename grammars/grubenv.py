"""GRUB's environment block (lib/envblk.c), the file that ``grub-editenv`` and GRUB itself write."""

from typing import Any

import pyparsing as pp

from .lexical import Late, Pattern

SIGNATURE = "# GRUB Environment Block\n"

# text ::= a backslash protects any character, also a line end
_TEXT = r"[^\\\n]*(?:\\[\s\S][^\\\n]*)*"
_signature = Pattern(SIGNATURE.replace("#", r"\#"), "an environment block", silent=True)


class Repeated(pp.Token):
    """What *pattern* matches, again and again: one token, the list of its matches.

    Of a pattern with groups a match is their texts; one in which none took part is left out. One
    element for all, because a block of the size that is read at most may have 300,000 variables.
    """

    def __init__(self, pattern: str, name: str) -> None:
        super().__init__()
        self._pattern = Late(pattern)
        self._may_return_empty = True
        self.skipWhitespace = False
        self.set_name(name)

    def _generateDefaultName(self) -> str:
        return "repeated"

    def parseImpl(self, instring: str, loc: int, do_actions: bool = True) -> tuple[int, Any]:
        match = self._pattern().match
        found: list[Any] = []
        while loc < len(instring) and (one := match(instring, loc)):
            loc = one.end()
            if one.lastindex is None:
                if not one.re.groups:
                    found.append(one[0])
            else:
                found.append(one.groups())
        return loc, [found]


# comment ::= "#" text "\n"; also the "#" that fill the block up, which no line end follows
_COMMENT = rf"\#{_TEXT}(?:\n|\\?\Z)"
# variable ::= name "=" text "\n"; GRUB looks for the "=" beyond the line's end, too
_VARIABLE = rf"(?!\#)([^=]*)=({_TEXT})\n"
# GRUB reads no further than to what is neither.
_rest = Pattern(r"[\s\S]+", "the rest")

# block ::= signature (comment | variable)* rest?
block = (
    _signature + Repeated(f"{_COMMENT}|{_VARIABLE}", "variables") + pp.Opt(_rest.suppress())
).parse_with_tabs()

# A variable is set in the first line that begins with its name, whatever reading makes of it.
# lines ::= signature (text "\n")* rest?
lines = (_signature + Repeated(rf"{_TEXT}\n", "lines") + pp.Opt(_rest)).parse_with_tabs()
