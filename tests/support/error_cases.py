"""Scripts with mistakes, and what is said about them, as one text that can be read through."""

from pathlib import Path
from typing import NamedTuple

PATH = Path(__file__).parents[1] / "grub/errors.txt"

_CASE, _PART = "=== ", "--- "


class ErrorCase(NamedTuple):
    """A script with mistakes."""

    name: str
    files: dict[str, str]
    """By name; the first is the script."""
    messages: str
    """What `bootpick eval` prints on stderr."""
    output: str
    """What GRUB prints, and so `bootpick eval` on stdout."""


def error_cases(text: str) -> list[ErrorCase]:
    """Take the cases in *text* apart."""
    cases: list[ErrorCase] = []
    for whole in f"\n{text}".split(f"\n{_CASE}")[1:]:
        name, _, rest = whole.partition("\n")
        parts = dict(
            part.partition("\n")[::2] for part in f"\n{rest.rstrip()}\n".split(f"\n{_PART}")[1:]
        )
        parts = {
            title: f"{body}\n" if body and not body.endswith("\n") else body
            for title, body in parts.items()
        }
        messages, output = parts.pop("messages", ""), parts.pop("output", "")
        cases.append(ErrorCase(name, parts, messages, output))
    return cases
