"""``kexec-bootloader``: loads the boot loader's default entry, as perl-Bootloader's command did.

It takes that command's options and gives its status: 0 when it is loaded, else 1. It never jumps.
"""

import argparse
import os
import sys

_DESCRIPTION = "Load the kernel of the boot loader's default entry; 'systemctl kexec' boots it."


def main(argv: list[str] | None = None) -> int:
    """Run the command; give its exit status."""
    parser = argparse.ArgumentParser("kexec-bootloader", description=_DESCRIPTION)
    parser.add_argument("-D", "--debug", action="store_true", help="say more where it fails")
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be loaded, and load nothing"
    )
    options = parser.parse_args(argv)
    from .cli import main as bootpick

    words = ["--default", "--load"]
    if options.dry_run:
        words.append("--dry-run")
    if options.debug:
        words.append("-vv")
    return min(bootpick(words), 1)


def run() -> None:
    """Run the program and end it."""
    status = main()
    sys.stdout.flush()
    os._exit(status)


if __name__ == "__main__":
    run()
