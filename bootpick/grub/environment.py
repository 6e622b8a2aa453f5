"""GRUB's environment: variables, what is exported, and the contexts that menus open."""

from collections.abc import Callable

# GRUB watches these (kern/main.c, normal/main.c): `unset` empties them and leaves them exported.
_WATCHED = frozenset(("root", "prefix"))


class Log:
    """What was read and written while the log was kept."""

    __slots__ = ("reads", "spoiled", "writes")

    def __init__(self) -> None:
        self.reads: dict[str, str | None] = {}
        """The values that variables had before, of those that were looked at."""
        self.writes: dict[str, str] = {}
        self.spoiled = False
        """Something was done that these two do not tell."""


class Environment:
    """The variables of a script, in nested contexts.

    A context is opened by a submenu and by ``configfile``. It starts with the exported variables
    only, and nothing that is set in it comes out again (case 131). Functions are not part of
    it: they are global.
    """

    __slots__ = ("_contexts", "_exported", "_variables", "hooks", "log", "status")

    def __init__(self) -> None:
        self._variables: dict[str, str] = {}
        self._exported: set[str] = set()
        self._contexts: list[tuple[dict[str, str], set[str], int | None]] = []
        """The outer ones; none is changed while it is one, so copies share them."""
        self.status: int | None = 0
        """``$?``, a variable that is not exported: in a context none before its first command."""
        self.log: Log | None = None
        self.hooks: dict[str, Callable[[Environment, str], None]] = {}
        """What sets a variable that GRUB watches, beside those of every GRUB."""

    def __len__(self) -> int:
        """Give how many variables there are, in all contexts."""
        return len(self._variables) + sum(len(variables) for variables, _, _ in self._contexts)

    def get(self, name: str) -> str | None:
        """Give the value of *name*, ``None`` where it is not set."""
        value = self._variables.get(name)
        log = self.log
        if log is not None and name not in log.writes:
            log.reads.setdefault(name, value)
        return value

    def set(self, name: str, value: str) -> None:
        """Set *name* in the current context."""
        if name == "root":  # GRUB's write hook on this variable (case 107)
            value = value[1:-1] if value.startswith("(") and value.endswith(")") else value
        if name in self.hooks:
            self.hooks[name](self, value)
        else:
            self.store(name, value)

    def store(self, name: str, value: str) -> None:
        """Set *name*, whoever watches it."""
        self._variables[name] = value
        if self.log is not None:
            self.log.writes[name] = value

    def unset(self, name: str) -> None:
        """Forget *name* in the current context; it need not be set."""
        self._spoil()
        if name in _WATCHED:
            self._variables[name] = ""
            return
        if name in self.hooks:
            self.set(name, "")
            return
        self._variables.pop(name, None)
        self._exported.discard(name)

    def export(self, name: str) -> None:
        """Make *name* visible in contexts opened later; an unset one becomes empty."""
        self._spoil()
        self._variables.setdefault(name, "")
        self._exported.add(name)

    def open_context(self, *, everything: bool = False) -> None:
        """Begin a context that starts with the exported variables, or with *everything*."""
        self._spoil()
        self._contexts.append((self._variables, self._exported, self.status))
        if everything:
            self._exported = set(self._variables)
        else:
            self.status = None
        self._variables = {name: self._variables[name] for name in self._exported}
        self._exported = set(self._exported)

    def close_context(self) -> None:
        """Go back to the context before."""
        self._spoil()
        variables, exported, self.status = self._contexts.pop()
        self._variables, self._exported = dict(variables), set(exported)

    def items(self) -> list[tuple[str, str]]:
        """Give all variables of the current context, sorted by name."""
        self._spoil()
        return sorted(self._variables.items())

    def is_as_in(self, log: Log) -> bool:
        """Tell whether the variables are what they were when *log* was kept."""
        variables = self._variables
        return all(variables.get(name) == value for name, value in log.reads.items())

    def repeat(self, log: Log) -> bool:
        """Do once more what is in *log*, if the variables are what they were then."""
        if not self.is_as_in(log):
            return False
        self._variables.update(log.writes)
        return True

    def _spoil(self) -> None:
        if self.log is not None:
            self.log.spoiled = True

    def fork(self) -> "Environment":
        """Give a copy that can be changed without a trace here."""
        copy = Environment()
        copy._variables = dict(self._variables)
        copy._exported = set(self._exported)
        copy._contexts = [*self._contexts]
        copy.status = self.status
        copy.hooks = self.hooks
        return copy
