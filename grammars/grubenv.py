"""GRUB's environment block (lib/envblk.c), the file that ``grub-editenv`` and GRUB itself write."""

import pyparsing as pp

from .lexical import Pattern

SIGNATURE = "# GRUB Environment Block\n"

# text ::= a backslash protects any character, also a line end
_TEXT = r"[^\\\n]*(?:\\[\s\S][^\\\n]*)*"
_signature = Pattern(SIGNATURE.replace("#", r"\#"), "an environment block", silent=True)

# comment ::= "#" text "\n"; also the "#" that fill the block up, which no line end follows
_comment = Pattern(rf"\#{_TEXT}(?:\n|\\?\Z)", "a comment", silent=True)
# variable ::= name "=" text "\n"; GRUB looks for the "=" beyond the line's end, too
_name = Pattern(r"(?!\#)[^=]*", "a name", empty=True)
_variable = pp.Group(
    _name
    + Pattern("=", "'='", silent=True)
    + Pattern(_TEXT, "a value", empty=True)
    + Pattern("\n", "a line end", silent=True)
)
# GRUB reads no further than to what is neither.
_rest = Pattern(r"[\s\S]+", "the rest")

# block ::= signature (comment | variable)* rest?
block = (
    _signature + pp.ZeroOrMore(_comment | _variable) + pp.Opt(_rest.suppress())
).parse_with_tabs()

# A variable is set in the first line that begins with its name, whatever reading makes of it.
# lines ::= signature (text "\n")* rest?
_line = Pattern(rf"{_TEXT}\n", "a line")
lines = (_signature + pp.ZeroOrMore(_line) + pp.Opt(_rest)).parse_with_tabs()
