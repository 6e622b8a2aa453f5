"""The kernel command line that GRUB builds (lib/cmdline.c)."""

from collections.abc import Iterable


def join_words(words: Iterable[str], size: int | None = None) -> tuple[str, int]:
    r"""Join *words* as ``grub_create_loader_cmdline`` does, and count how many went in.

    A backslash goes before ``\``, ``'`` and ``"``; a word with a space is wrapped whole in double
    quotes; a tab is left alone; one blank stands between (case 140).
    The first word that does not fit into *size* bytes, the terminating NUL included, and all behind
    it are left out, as GRUB leaves them out without a word.
    """
    joined: list[str] = []
    for word in words:
        if "\\" in word or "'" in word or '"' in word:
            word = word.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')
        if " " in word:
            word = f'"{word}"'
        if size is not None:
            size -= len(word.encode("utf-8", "surrogateescape")) + 1
            if size < 0:
                break
        joined.append(word)
    return " ".join(joined), len(joined)
