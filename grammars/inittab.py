"""inittab(5), of sysvinit and of busybox: what init runs, and when.

``id:runlevels:action:process`` on a line; the process may have further colons.
"""

import pyparsing as pp

from .lexical import Pattern

_field = Pattern(r"[^:\n]*", "a field", trail=":", empty=True)
_process = Pattern(r"[^\n]*?", "a process", trail=r"[ \t\r]*(?=\n)", empty=True)
# entry ::= id ":" runlevels ":" action ":" process
entry = pp.Group(_field + _field + _field + _process)
# comment ::= "#" to the end of the line
_comment = Pattern(r"#[^\n]*", "a comment", silent=True)
_other = Pattern(r"[^\n]*", "a line", silent=True, empty=True)
_lead = Pattern(r"[ \t]*", "blanks", silent=True, empty=True)
_end = Pattern(r"\n", "a line end", silent=True)

# file ::= (blanks? (comment | entry | other) "\\n")*
file = pp.ZeroOrMore(_lead + (_comment | entry | _other) + _end).parse_with_tabs()
