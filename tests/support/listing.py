"""What the program lists, for tests that look at it."""

import json
from pathlib import Path
from typing import Any

from tests.support.program import Run


def listing(run: Run, root: Path, *arguments: object) -> dict[str, Any]:
    """Give what `list --json` says of the tree at *root*; it has to end well."""
    outcome = run("list", "--json", "--root", root, *arguments)
    assert (outcome.status, outcome.err) == (0, "")
    found: dict[str, Any] = json.loads(outcome.out)
    return found


def told(found: dict[str, Any]) -> list[str]:
    """Give the messages, each with the place it is about."""
    return [
        f"{Path(one['file']).name if one['file'] else '-'}:{one['line']}:{one['column']}: "
        f"{one['severity']}: {one['message']}"
        for one in found["diagnostics"]
    ]
