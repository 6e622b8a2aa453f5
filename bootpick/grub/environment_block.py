"""GRUB's environment block: variables that survive a boot, such as ``saved_entry``."""

from collections.abc import Mapping

import pyparsing as pp

from ..grammars import grubenv


def _parse(text: str) -> "pp.ParseResults | None":
    try:
        return grubenv.block.parse_string(text)
    except pp.ParseException:
        return None


def _unescape(value: str) -> str:
    parts = value.split("\\\\")
    return "\\".join(part.replace("\\", "") for part in parts)


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\\n")


def parse_environment_block(text: str) -> dict[str, str] | None:
    """Give the variables in *text*, in order; ``None`` where the signature is missing."""
    found = _parse(text)
    if found is None:
        return None
    pairs = (item for item in found if not isinstance(item, str))
    return {name: _unescape(value) for name, value in pairs}


def set_variables(text: str, changes: Mapping[str, str | None]) -> str | None:
    """Give the block *text* with variables set, as ``grub_envblk_set`` sets them.

    It keeps its length, for GRUB writes it where it lies on the disk; comments stay. ``None`` for
    a value removes the variable.
    ``None`` where it is no environment block, or has no room.
    """
    found = _parse(text)
    if found is None:
        return None
    left = dict(changes)
    lines = [grubenv.SIGNATURE]
    for item in found:
        if not isinstance(item, str):
            name, value = item
            if name in left:
                new = left.pop(name)
                if new is None:
                    continue
                value = _escape(new)
            lines.append(f"{name}={value}\n")
        elif item.endswith("\n"):
            lines.append(item)
    lines += [f"{n}={_escape(value)}\n" for n, value in left.items() if value is not None]
    block = "".join(lines).encode("utf-8", "surrogateescape")
    size = len(text.encode("utf-8", "surrogateescape"))
    if len(block) > size:
        return None
    return block.ljust(size, b"#").decode("utf-8", "surrogateescape")
