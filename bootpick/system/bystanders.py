"""Who and what goes down with the machine: logins, and what holds a shutdown up."""

import json
import subprocess
from collections.abc import Iterator

_PATIENCE = 3.0
"""Seconds: a question to a machine that hangs must not hang the menu."""


class MachineBystanders:
    """Those of this machine."""

    def logins(self) -> tuple[str, ...]:
        """Ask who(1) for what utmp has."""
        return tuple(" ".join(line.split()) for line in _answer(["who"]).splitlines())

    def inhibitors(self) -> tuple[str, ...]:
        """Ask systemd-logind; where there is none, nothing holds anything up."""
        text = _answer(
            [
                *("busctl", "--json=short", "call", "org.freedesktop.login1"),
                *("/org/freedesktop/login1", "org.freedesktop.login1.Manager", "ListInhibitors"),
            ]
        )
        try:
            return tuple(_inhibitors(json.loads(text)["data"][0]))
        except (ValueError, KeyError, IndexError, TypeError):
            return ()


def _inhibitors(found: list[list[object]]) -> Iterator[str]:
    for what, who, why, mode, *_ in found:
        if "shutdown" in str(what).split(":"):
            yield f"{who} {'blocks' if mode == 'block' else 'delays'} a shutdown: {why}"


def _answer(command: list[str]) -> str:
    try:
        result = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return result.stdout.decode("utf-8", "replace")
