"""Runs the program and writes down what Python tells of its doings (PEP 578).

``python -m tests.support.watched FILE ARGUMENT…``: a line of JSON for each event, with the place
that a path leads to at that moment.
"""

import json
import os
import sys
from typing import Any

_QUIET = (
    "import",
    "compile",
    "exec",
    "marshal.",
    "object.",
    "code.",
    "sys._get",
    "sys.exc",
    "builtins.id",
)
"""Python's own work."""


def main() -> None:
    """Watch, and be the program."""
    report = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    sys.argv[1:] = sys.argv[2:]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_QUIET):
            return
        told = [one if isinstance(one, int) else str(one) for one in arguments]
        if event == "open" and isinstance(arguments[0], str):
            told[0] = os.path.realpath(arguments[0])
        os.write(report, json.dumps([event, *told]).encode() + b"\n")

    sys.addaudithook(hook)
    from bootpick.__main__ import run

    run()


if __name__ == "__main__":
    main()
