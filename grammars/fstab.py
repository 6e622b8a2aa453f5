r"""fstab(5): which file system belongs where.

One on a line: fields with blanks between them, in which ``\040`` and its like stand for blanks.
Without a type it is none.
"""

import pyparsing as pp

from .lexical import Pattern

_BLANKS = r"[ \t\r]*"
# field ::= a character that is no blank, again and again
_field = Pattern(r"[^ \t\r\n]+", "a field", trail=_BLANKS)
# entry ::= source target type (options other*)?
entry = pp.Group(_field + _field + pp.OneOrMore(_field))
# comment ::= "#" to the end of the line
_comment = Pattern(r"#[^\n]*", "a comment", silent=True)
# other ::= a line of fewer fields
_line = _comment | entry | Pattern(r"[^\n]*", "a line", silent=True, empty=True)
_lead = Pattern(_BLANKS, "blanks", silent=True, empty=True)
_end = Pattern(r"\n", "a line end", silent=True)

# file ::= (blanks? (comment | entry | other) "\n")*, the last line end wanting
file = pp.ZeroOrMore(_lead + _line + _end).parse_with_tabs()
