"""Whom a menu lets in (normal/auth.c)."""

from typing import TYPE_CHECKING

from .interpreter import Interpreter
from .users import users_of

if TYPE_CHECKING:  # most menus ask for nothing
    from ..passwords import Key, Lock


class Guard:
    """What the menu that *shell* shows asks for.

    *gate* is what was asked for on the way to that menu; it stays shut to whom that is shut.
    """

    def __init__(self, shell: Interpreter, gate: "Lock | None") -> None:
        self._passwords = shell.users
        self._gate = gate
        self._superusers: tuple[Key, ...] | None = None
        self._locks: dict[tuple[str, ...], Lock | None] = {}
        self._cost = 0
        # Without superusers in the menu's own context nobody is asked, whoever has a password.
        names = shell.get("superusers")
        if names is not None:
            self._cost = len(names)
            self._superusers = self._keys(users_of(names))

    def lock(self, users: tuple[str, ...] = ()) -> "Lock | None":
        """Give what lets superusers in, and *users* where they have a password."""
        if self._superusers is None:
            return self._gate
        if users not in self._locks:
            from ..passwords import Lock, both

            own = Lock((*self._superusers, *self._keys(users)), asks_user=True)
            locks = (self._gate, own)
            self._cost += _KEY * sum(len(lock.keys) for lock in locks if lock is not None)
            self._locks[users] = both(*locks)
        return self._locks[users]

    def take_cost(self) -> int:
        """Give the bytes, or some more, that the locks have taken since this was asked."""
        cost, self._cost = self._cost, 0
        return cost

    def _keys(self, users: tuple[str, ...]) -> "tuple[Key, ...]":
        from ..passwords import Key

        found = ((user, self._passwords.get(user)) for user in dict.fromkeys(users))
        return tuple([Key(user, secret) for user, secret in found if secret is not None])


_KEY = 16
"""Bytes that a key takes in a lock."""
