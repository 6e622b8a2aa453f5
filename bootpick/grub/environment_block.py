"""GRUB's environment block: variables that survive a boot, such as ``saved_entry``."""

import re

import pyparsing as pp

from ..grammars import grubenv

_ESCAPED = re.compile(r"\\([\s\S])")


def parse_environment_block(text: str) -> dict[str, str] | None:
    """Give the variables in *text*, in order; ``None`` where the signature is missing."""
    try:
        found = grubenv.block.parse_string(text)
    except pp.ParseException:
        return None
    return {name: _ESCAPED.sub(r"\1", value) for name, value in found}
