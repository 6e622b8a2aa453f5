"""GRUB's environment block (lib/envblk.c), the file that ``grub-editenv`` and GRUB itself write."""

import pyparsing as pp

from .lexical import Pattern

SIGNATURE = "# GRUB Environment Block\n"

# comment ::= "#" text "\n"; also the "#" that fill the block up, which no line end follows
_comment = Pattern(r"\#[^\n]*(?:\n|\Z)", "a comment")
# variable ::= name "=" value "\n"; a backslash protects any character, also a line end
_name = Pattern(r"[^=\n]+", "a name")
_value = Pattern(r"[^\\\n]*(?:\\[\s\S][^\\\n]*)*", "a value", empty=True)
variable = pp.Group(
    _name + Pattern("=", "'='", silent=True) + _value + Pattern("\n", "a line end", silent=True)
)
# A line that is neither is passed over.
_other = Pattern(r"[^\n]*\n|[^\n]+", "a line")

# block ::= signature (comment | variable | other)*
_signature = Pattern(SIGNATURE.replace("#", r"\#"), "an environment block", silent=True)
block = (_signature + pp.ZeroOrMore(_comment | variable | _other)).parse_with_tabs()
