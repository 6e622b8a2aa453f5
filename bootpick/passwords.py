"""Passwords that boot loaders ask for: who may boot an entry, and who may edit its command line.

Plain values, and what tells whether a password is the right one; nothing is asked here.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

Crypt = Callable[[str, str], "str | None"]
"""Hashes a phrase as crypt(3) does, by a setting such as ``$6$SALT$``.

Gives ``None`` for a setting that it does not know.
"""

ROUNDS_LIMIT = 2_000_000
"""Rounds of hashing that are done for one password, a few seconds' work."""
LONGEST = 1023
"""Bytes of a password; no boot loader takes more."""


class Secret(NamedTuple):
    """What a password has to match."""

    scheme: str
    """``plain``; ``pbkdf2``, with SHA-512 as GRUB has it; ``crypt``; ``sha1``, with a salt."""
    value: str
    """The password, ``ROUNDS.SALT.HASH``, a string of crypt(3), or ``SALT.HASH``.

    SALT and HASH are in hexadecimal digits.
    """

    def __repr__(self) -> str:
        """Tell nothing of the value."""
        return f"Secret({self.scheme!r}, …)"


class Key(NamedTuple):
    """One way to open a lock."""

    user: str | None
    """The name that has to be given, too; ``None`` where a boot loader has no users."""
    secret: Secret


class Lock(NamedTuple):
    """What is asked for; any of its keys opens it, and without keys nobody can."""

    keys: tuple[Key, ...]
    asks_user: bool = False
    """A user's name is asked for before the password."""


def opens(lock: Lock, user: str | None, password: str, crypt: Crypt) -> bool:
    """Tell whether *password*, that of *user* where names count, opens *lock*.

    The time that it takes does not depend on how much of a password is right.
    Raises what *crypt* raises.
    """
    phrase = password.encode("utf-8", "surrogateescape")
    if len(phrase) > LONGEST or b"\0" in phrase:
        return False
    fitting = [key.secret for key in lock.keys if key.user is None or key.user == user]
    return any(_matches(secret, phrase, password, crypt) for secret in fitting)


def both(outer: Lock | None, inner: Lock | None) -> Lock | None:
    """Give the lock that *outer* and *inner* make together where one is behind the other.

    A key opens it that is of a user or, without users, of a secret whom both let in.
    """
    if outer is None or inner is None:
        return outer or inner
    if outer == inner:
        return outer
    others = set(inner.keys)
    names = {key.user for key in inner.keys if key.user is not None}
    keys = tuple([key for key in outer.keys if key in others or key.user in names])
    return Lock(keys, outer.asks_user)


def pbkdf2(rounds: int, salt: str, digest: str) -> Secret | None:
    """Give the secret of a hash, *salt* and *digest* in hexadecimal digits.

    ``None`` where nothing matches it, or only after more rounds than are done.
    """
    blocks = (len(digest) + 127) // 128  # each takes all the rounds
    if not 0 < rounds * blocks <= ROUNDS_LIMIT:
        return None
    return Secret("pbkdf2", f"{rounds}.{salt}.{digest}")


_CRYPT = r"\$(?:1|[56](?:\$rounds=(?P<rounds>[0-9]+))?)\$[^$]*\$[./0-9A-Za-z]+"


def crypted(text: str) -> Secret | None:
    """Give the secret of *text*, a hash of crypt(3) by MD5, SHA-256 or SHA-512.

    ``None`` where it is none, or takes more rounds than are done.
    """
    found = re.fullmatch(_CRYPT, text)
    if found is None or int((found["rounds"] or "0")[:20]) > ROUNDS_LIMIT:
        return None
    return Secret("crypt", text)


def _matches(secret: Secret, phrase: bytes, password: str, crypt: Crypt) -> bool:
    import hashlib
    from hmac import compare_digest

    match secret.scheme:
        case "plain":
            return compare_digest(phrase, secret.value.encode("utf-8", "surrogateescape"))
        case "pbkdf2":
            rounds, salt, digest = secret.value.split(".")
            expected = bytes.fromhex(digest)
            size, seasoning = len(expected), bytes.fromhex(salt)
            made = hashlib.pbkdf2_hmac("sha512", phrase, seasoning, int(rounds), size)
            return compare_digest(made, expected)
        case "crypt":
            hashed = crypt(password, secret.value) or ""
            return compare_digest(hashed.encode(), secret.value.encode())
        case "sha1":
            salt, digest = secret.value.split(".")
            hashed = hashlib.sha1(bytes.fromhex(salt) + phrase, usedforsecurity=False).hexdigest()
            return compare_digest(hashed, digest)
    raise AssertionError(secret)
