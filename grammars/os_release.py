r"""os-release(5): the file that says which distribution is installed.

Assignments, one on a line, without expansion. What a shell would make of the rest systemd reads
in its own way (``parse_env_file_internal`` in ``src/basic/env-file.c``), and so does this: a value
without quotes may hold blanks, pieces in quotes may stand in front of it, and a quote that is never
closed ends with the file.
"""

import pyparsing as pp

from .lexical import Pattern

# name ::= [^=;#\s] [^=\n\r]*; blanks behind it do not count
_name = Pattern(r"[^=;#\s][^=\n\r]*?", "a name", trail=r"[ \t]*=[ \t]*")
# value ::= ( "'" text "'" | '"' ( text | "\" any character )* '"' )* bare?
_single_quoted = Pattern(r"'[^']*", "a value", trail=r"(?:'[ \t]*|\Z)")
_double_quoted = Pattern(r'"(?:[^"\\]|\\[\s\S])*', "a value", trail=r'(?:"[ \t]*|\\?\Z)')
# bare ::= ( text | "\" any character )+; in it quotes are characters
_bare = Pattern(r"(?:[^\n\r\\]|\\[\s\S])+", "a value", trail=r"\\?")
_value = pp.ZeroOrMore(_single_quoted | _double_quoted) + pp.Opt(_bare)
_end = Pattern(r"[\n\r]|\Z", "a line end", silent=True, empty=True)
assignment = pp.Group(_name + _value + _end)
# other ::= blanks, a comment, or a line without "="
_other = Pattern(r"\s+|[^\n\r]+", "a line", silent=True)

# file ::= (assignment | other)*
file = pp.ZeroOrMore(assignment | _other).parse_with_tabs()
