"""GRUB's environment: variables, what is exported, and the contexts that menus open."""


class Environment:
    """The variables of a script, in nested contexts.

    A context is opened by a submenu and by ``configfile``. It starts with the exported variables
    only, and nothing that is set in it comes out again (case 131). Functions are not part of
    it: they are global.
    """

    __slots__ = ("_contexts",)

    def __init__(self) -> None:
        self._contexts: list[tuple[dict[str, str], set[str]]] = [({}, set())]

    def get(self, name: str) -> str | None:
        """Give the value of *name*, ``None`` where it is not set."""
        return self._contexts[-1][0].get(name)

    def set(self, name: str, value: str) -> None:
        """Set *name* in the current context."""
        if name == "root":  # GRUB's write hook on this variable (case 107)
            value = value[1:-1] if value.startswith("(") and value.endswith(")") else value
        self._contexts[-1][0][name] = value

    def unset(self, name: str) -> None:
        """Forget *name* in the current context; it need not be set."""
        variables, exported = self._contexts[-1]
        variables.pop(name, None)
        exported.discard(name)

    def export(self, name: str) -> None:
        """Make *name* visible in contexts opened later; an unset one becomes empty."""
        variables, exported = self._contexts[-1]
        variables.setdefault(name, "")
        exported.add(name)

    def open_context(self) -> None:
        """Begin a context that starts with the exported variables."""
        variables, exported = self._contexts[-1]
        self._contexts.append(({name: variables[name] for name in exported}, set(exported)))

    def close_context(self) -> None:
        """Go back to the context before."""
        self._contexts.pop()

    def items(self) -> list[tuple[str, str]]:
        """Give all variables of the current context, sorted by name."""
        return sorted(self._contexts[-1][0].items())

    def fork(self) -> "Environment":
        """Give a copy that can be changed without a trace here."""
        copy = Environment()
        copy._contexts = [(dict(variables), set(names)) for variables, names in self._contexts]
        return copy
