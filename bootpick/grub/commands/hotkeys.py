"""The names of keys in ``menuentry --hotkey`` (commands/menuentry.c)."""

_NAMES = frozenset(
    ["backspace", "tab", "delete", "insert", *(f"f{number}" for number in range(1, 13))]
)


def parse_hotkey(name: str | None) -> str:
    """Give the key that *name* means: one of GRUB's names or one character; "" for none.

    Of any other text its first byte counts, so that of a character that is not ASCII no key is
    left.
    """
    if name is None or name in _NAMES:
        return name or ""
    return name[:1] if name.isascii() or name[:1].isascii() else ""
