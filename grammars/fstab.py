r"""fstab(5): which file system belongs where.

One on a line: fields with blanks between them, in which ``\040`` and its like stand for blanks.
Without a type it is none.
"""

import pyparsing as pp

from .lexical import Pattern, lines_of

_BLANKS = r"[ \t\r]*"
# field ::= a character that is no blank, again and again
_field = Pattern(r"[^ \t\r\n]+", "a field", trail=_BLANKS)
# entry ::= source target type (options other*)?
entry = pp.Group(_field + _field + pp.OneOrMore(_field))
file = lines_of(entry)
