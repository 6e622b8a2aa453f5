"""The one door for starting programs that change the machine."""

import subprocess
from collections.abc import Sequence

from ..errors import BootpickError


def run_program(
    command: Sequence[str], handles: tuple[int, ...] = (), package: str | None = None
) -> None:
    """Run a program to its end, with the open files *handles* kept open for it.

    Raises BootpickError with its own last words where it fails; where it is not there, *package*
    is the one to install.
    """
    name = command[0]
    try:
        result = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            pass_fds=handles,
            check=False,
            errors="replace",
        )
    except FileNotFoundError as error:
        hint = f"install the package {package}" if package is not None else None
        raise BootpickError(f"{name} is not installed", hint) from error
    if result.returncode != 0:
        lines = (result.stderr or result.stdout).strip().splitlines()
        said = lines[-1] if lines else f"status {result.returncode}"
        raise BootpickError(f"{name}: {said.removeprefix(name + ': ')}")
