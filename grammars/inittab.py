"""inittab(5), of sysvinit and of busybox: what init runs, and when.

``id:runlevels:action:process`` on a line; the process may have further colons.
"""

import pyparsing as pp

from .lexical import Pattern, lines_of

_field = Pattern(r"[^:\n]*", "a field", trail=":", empty=True)
_process = Pattern(r"[^\n]*?", "a process", trail=r"[ \t\r]*(?=\n)", empty=True)
# entry ::= id ":" runlevels ":" action ":" process
entry = pp.Group(_field + _field + _field + _process)
file = lines_of(entry)
