"""A file of the Boot Loader Specification as Fedora's GRUB reads it (commands/blscfg.c).

Its rules are not those of systemd: a line that is no field ends the file. Carriage returns, which
GRUB's line reader drops, are gone before; what stands behind a NUL in a line does not count, for
the strings of GRUB are C's.
"""

import pyparsing as pp

from .lexical import Pattern, Repeated

_END = r"(?:\0[^\n]*)?(?:\n|\Z)"
_BLANKS = r"([ \t]*)"
# comment ::= "#" text
_COMMENT = rf"(\#)[^\n]*{_END}"
# field ::= key " " blanks value | key TAB blanks value
# The first space of a line ends the key; a tab does so in a line without spaces alone. Nothing but
# that one blank behind the key makes it no field, while with two of them the value is empty.
_SPACED = r"([^ \t\n\0][^ \n\0]*) (?!\0|\n|\Z)[ \t]*([^\n\0]*)"
_TABBED = r"([^ \t\n\0]+)\t(?!\0|\n|\Z)\t*([^ \n\0]*)"
_FIELD = rf"(?:{_SPACED}|{_TABBED}){_END}"
_rest = Pattern(r"[\s\S]+", "the rest")

# file ::= (blanks (comment | field))* rest?
# One token for each line up to the rest, which is what GRUB does not read.
_lines = Repeated(f"{_BLANKS}(?:{_COMMENT}|{_FIELD})", "lines")
file = (_lines + pp.Opt(_rest)).parse_with_tabs()
