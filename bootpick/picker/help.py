"""The page of keys."""

_KEYS = """\
Enter, Right   boot the entry, or open the submenu
Esc, Left      back out of a submenu; Esc at the top leaves
Up, Down       to the next entry (also Ctrl-P, Ctrl-N)
Home, End      to the first, the last
PgUp, PgDn     a screen up or down
0 to 9, >      to the entry of that number, as the boot loader counts
/              filter: type parts of titles, ids, versions; Esc ends it
f              all entries in one list, without submenus
e              edit the command line for this boot
l              load the kernel only; a reboot or kexec later jumps
i              all there is to know of the entry
Ctrl-L         draw the screen again
q, Ctrl-C      leave; nothing is done

Editing        Enter goes on, Esc drops what was changed
               Ctrl-Left, Ctrl-Right (Alt-B, Alt-F) move by words
               Ctrl-W, Alt-D delete a word, Ctrl-K the rest
               Ctrl-Z undoes, step by step, back to the original

Marks          default D, one-shot 1: what would boot now, the latter just once
               running R, newest N (kernel), recovery r, password P
Command line   + is not in the running system's, - is only there
"""


def help_lines() -> list[str]:
    """Give the lines of the page."""
    return _KEYS.splitlines()
