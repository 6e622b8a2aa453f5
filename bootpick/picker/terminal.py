"""What the terminal can show."""

import os

from .text import Terminal


def this_terminal() -> Terminal:
    """Ask the locale what the terminal can show.

    Python takes UTF-8 for the C locale's encoding, and says so to its children as LC_CTYPE.
    """
    name = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or "C"
    if name == "C.UTF-8" and not os.environ.get("LC_ALL"):
        name = os.environ.get("LANG") or "C"
    return Terminal(unicode="utf" in name.replace("-", "").lower())
