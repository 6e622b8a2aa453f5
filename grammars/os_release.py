r"""os-release(5): the file that says which distribution is installed.

Assignments as a shell would read them, one on a line, without expansion. Lines that are none are
passed over.
"""

import pyparsing as pp

from .lexical import Pattern

# name ::= [A-Za-z_][A-Za-z0-9_]*
_name = Pattern(r"[A-Za-z_][A-Za-z0-9_]*", "a name")
# value ::= "'" text "'" | '"' (text | "\" any character)* '"' | a word without blanks
_single_quoted = Pattern(r"'[^'\n]*'", "a value")
_double_quoted = Pattern(r'"(?:[^"\\\n]|\\[^\n])*"', "a value")
_word = Pattern(r"[^\s'\"]*", "a value", empty=True)
_value = _single_quoted | _double_quoted | _word
# line ::= name "=" value blanks "\n"
_end = Pattern(r"[ \t\r]*(?:\n|\Z)", "a line end", silent=True, empty=True)
assignment = pp.Group(_name + Pattern("=", "'='", silent=True) + _value + _end)
_other = Pattern(r"[^\n]*\n|[^\n]+", "a line", silent=True)

# file ::= (line | other)*
file = pp.ZeroOrMore(assignment | _other).parse_with_tabs()
