"""The manual's page on GRUB's commands, made from their registry.

`python3 -m tests.support.command_docs` writes it.
"""

from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path

from bootpick.grub.commands import REGISTRY, load_all
from bootpick.grub.commands.registry import DIALECTS, CommandInfo

PAGE = Path(__file__).parents[2] / "docs/commands.md"

_HEAD = """\
# GRUB's commands in bootpick

What each command of a `grub.cfg` does when bootpick reads it, and `$?` behind it. The numbers are
those of GRUB's errors: 1 a test that failed, 4 a file of the wrong kind, 5 a file not found, 10 no
number, 11 a number too large, 12 and 32 no such device, 17 not possible there, 18 a wrong argument.
"The error of opening a file" is 4, 5, 7 (no path), 8 (no file system), 12, 13 or 32.

GRUB is 2.06; a command that not every GRUB has says whose has it. Any other name is a function, an
assignment or, as in GRUB, `can't find command`, and then the status is 0.

<!-- Made by `make docs` from bootpick/grub/commands/. -->
"""


def make_page() -> str:
    """Give the page for the commands that there are."""
    return "".join((_HEAD, *_sections()))


def _sections() -> Iterator[str]:
    load_all()
    by_family = sorted(REGISTRY, key=lambda info: info.family)
    for family, infos in groupby(by_family, key=lambda info: info.family):
        title = (import_module(f"bootpick.grub.commands.{family}").__doc__ or "").splitlines()[0]
        yield f"\n## {title.rstrip('.')}\n\n| Command | What it does here | `$?` |\n|---|---|---|\n"
        # One line for commands that do the same.
        same = groupby(infos, key=lambda info: (info.summary, info.status, info.dialects))
        for _, group in same:
            yield _line(list(group))


def _line(infos: list[CommandInfo]) -> str:
    names = " ".join(f"`{info.name}`" for info in infos)
    _, _, summary, status, dialects, _ = infos[0]
    owners = "" if dialects == DIALECTS else f" ({' and '.join(dialects)})"
    return f"| {names}{owners} | {summary} | {status} |\n"


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
