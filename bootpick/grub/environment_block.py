"""GRUB's environment block: variables that survive a boot, such as ``saved_entry``."""

from collections.abc import Mapping

import pyparsing as pp

from ..grammars import grubenv


def _unescape(value: str) -> str:
    parts = value.split("\\\\")
    return "\\".join(part.replace("\\", "") for part in parts)


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\\n")


def list_variables(text: str) -> list[tuple[str, str]] | None:
    """Give the variables in *text*, in order; ``None`` where the signature is missing.

    The same name may come again (``grub_envblk_iterate``).
    """
    try:
        (found,) = grubenv.block.parse_string(text)
    except pp.ParseException:
        return None
    # GRUB wants the NUL behind its signature's text to fit in, too.
    pairs = [(name, _unescape(value)) for name, value in found]
    return pairs if len(text) > len(grubenv.SIGNATURE) else None


def parse_environment_block(text: str) -> dict[str, str] | None:
    """Give the variables in *text* by name; ``None`` where the signature is missing."""
    pairs = list_variables(text)
    return None if pairs is None else dict(pairs)


def set_variables(text: str, changes: Mapping[str, str | None]) -> str | None:
    """Give the block *text* with variables set, as ``grub_envblk_set`` sets them.

    One that becomes ``None`` is taken out (``grub_envblk_delete``). The block keeps its length,
    for GRUB writes it where it lies on the disk; comments stay.
    ``None`` where it is no environment block, or has no room.
    """
    if not text.startswith(grubenv.SIGNATURE):
        return None
    size = len(text.encode("utf-8", "surrogateescape"))
    used = text.rstrip("#")
    for name, value in changes.items():
        if not used.endswith("\n") and value is not None:
            return None
        found = grubenv.lines.parse_string(used)
        lines = [*found[0], *found[1:]]
        start = f"{name}="
        place = next((at for at, line in enumerate(lines) if line.startswith(start)), len(lines))
        lines[place : place + 1] = [] if value is None else [f"{start}{_escape(value)}\n"]
        used = grubenv.SIGNATURE + "".join(lines)
        if len(used.encode("utf-8", "surrogateescape")) > size:
            return None
    missing = size - len(used.encode("utf-8", "surrogateescape"))
    return used + "#" * missing
