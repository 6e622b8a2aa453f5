"""GRUB's environment block (lib/envblk.c), the file that ``grub-editenv`` and GRUB itself write."""

import pyparsing as pp

from .lexical import Pattern, Repeated

SIGNATURE = "# GRUB Environment Block\n"

# text ::= a backslash protects any character, also a line end
_TEXT = r"[^\\\n]*(?:\\[\s\S][^\\\n]*)*"
_signature = Pattern(SIGNATURE.replace("#", r"\#"), "an environment block", silent=True)

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
