"""What ``password`` stands for (``password_func`` and ``run_menu`` of GRUB 0.97)."""

from ..passwords import Key, Lock, Secret, crypted


def menu_lock(arguments: str) -> Lock:
    """Give what ``password [--md5] PASSWORD [FILE]`` at the top of a file makes of its menu.

    With a file, the password opens that and nothing of this menu, so that there is no key.
    """
    secret, rest = _read(arguments)
    return Lock((Key(None, secret),) if secret is not None and not rest else ())


def entry_lock(arguments: str) -> Lock:
    """Give what ``password`` among the commands of an entry asks for; a file does not count."""
    secret, _ = _read(arguments)
    return Lock((Key(None, secret),) if secret is not None else ())


def _read(arguments: str) -> tuple[Secret | None, str]:
    """Give the secret, ``None`` where nothing matches it, and what stands behind it."""
    is_md5 = arguments.startswith("--md5")
    if is_md5:
        arguments = _behind_word(arguments)
    if arguments.startswith("--"):
        return None, ""
    word = arguments.partition(" ")[0]
    if not is_md5:
        return Secret("plain", word), _behind_word(arguments)
    secret = crypted(word) if word.startswith("$1$") else None
    return secret, _behind_word(arguments)


def _behind_word(text: str) -> str:
    return text.partition(" ")[2].lstrip(" ")
