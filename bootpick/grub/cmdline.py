"""The kernel command line that GRUB builds (lib/cmdline.c)."""

import re
from collections.abc import Sequence

_HEX = r"(\\x[0-9a-fA-F]{2})"


def join_words(
    words: Sequence[str], size: int | None = None, *, keep_hex: bool = False
) -> tuple[str, int]:
    r"""Join *words* as ``grub_create_loader_cmdline`` does, and count how many went in.

    A backslash goes before ``\``, ``'`` and ``"``; a word with a space is wrapped whole in double
    quotes; a tab is left alone; one blank stands between (case 140).
    The first word that does not fit into *size* bytes, the terminating NUL included, and all behind
    it are left out, as GRUB leaves them out without a word.
    With *keep_hex* a ``\xHH`` stays as it is.
    """
    text = " ".join(words)
    is_plain = text.isascii() and not ("\\" in text or "'" in text or '"' in text)
    if is_plain and text.count(" ") == len(words) - 1 and (size is None or len(text) < size):
        return text, len(words)  # as it is with most
    joined: list[str] = []
    for word in words:
        if "\\" in word or "'" in word or '"' in word:
            # Split by a group, every other part is what the group matched.
            parts = re.split(_HEX, word) if keep_hex else [word]
            parts[::2] = map(_escape, parts[::2])
            word = "".join(parts)
        if " " in word:
            word = f'"{word}"'
        if size is not None:
            size -= len(word.encode("utf-8", "surrogateescape")) + 1
            if size < 0:
                break
        joined.append(word)
    return " ".join(joined), len(joined)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')
