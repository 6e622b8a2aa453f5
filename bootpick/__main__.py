"""The program's entry: ``bootpick``, or ``python3 -m bootpick``."""

import gc
import os
import sys


def run() -> None:
    """Run the program and end it.

    A run takes a tenth of a second, of which collecting cycles while modules are imported and
    taking the interpreter down piece by piece would be a quarter. So collect rarely, and leave
    at once when everything is written.
    """
    gc.set_threshold(500_000, 50, 100)
    from .cli import main

    status = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # whoever read our output has gone
        pass
    except OSError:  # a full disk; there is no place left to say so
        status = status or 1
    os._exit(status)


if __name__ == "__main__":
    run()
