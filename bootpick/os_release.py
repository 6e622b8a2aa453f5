"""What a distribution says of itself: os-release(5)."""

from .grammars import os_release


def parse_os_release(text: str) -> dict[str, str]:
    """Give what os-release(5) says; of a name that is there twice the last value counts."""
    return {
        name: "".join(map(_value, pieces)) for name, *pieces in os_release.file.parse_string(text)
    }


def _value(piece: str) -> str:
    """Give what a piece of a value stands for; the quote that it begins with tells its kind."""
    if piece.startswith("'"):
        return piece[1:]
    if piece.startswith('"'):
        return _unescaped(piece[1:], '"\\`$\n')
    text = piece.rstrip(" \t")
    backslashes = len(text) - len(text.rstrip("\\"))
    if backslashes % 2:  # a blank behind one is no blank at the end
        text = piece[: len(text) + 1]
    return _unescaped(text)


def _unescaped(text: str, special: str | None = None) -> str:
    r"""Give *text* without its backslashes; with *special*, only those before such a character.

    A backslash joins the line with the next one.
    """
    parts: list[str] = []
    characters = iter(text)
    for character in characters:
        if character != "\\":
            parts.append(character)
            continue
        escaped = next(characters, "")
        if special is not None and escaped not in special:
            parts.append(character)
        if escaped != "\n" and (escaped != "\r" or special is not None):
            parts.append(escaped)
    return "".join(parts)
