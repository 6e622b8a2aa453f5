"""Entries that differ in their kernels alone.

What an entry does is found out by running its body in a fork of GRUB. A configuration has the same
body for every kernel but for the names in it, and then that is more than it takes: what the
commands do that all of them begin with is known, and behind these come ``linux`` and ``initrd``,
in which nothing is replaced.
"""

from .commands.boot import INITRD, LINUX
from .interpreter import ECHO, Interpreter
from .menu import MenuEntry
from .parser import parse_words
from .state import Loaded
from .syntax import Command, SimpleCommand

_COST = 8
"""How many commands it counts as."""


def _constants(text: str) -> tuple[str, ...]:
    words = parse_words(text).constant
    assert words is not None
    return words


class Shortcut:
    """Tells what entries of the menu load that *shell* shows, in the state that it is in then."""

    def __init__(self, shell: Interpreter) -> None:
        self._shell = shell
        self._known: dict[int, tuple[str, int]] = {}
        """By the first command ``$root`` behind it, and how many commands it was."""
        self._is_open = not (
            shell.loaded
            or shell.devicetree
            or shell.absent
            or shell.world.dialect.follows_subvolumes
        )

    def load(self, entry: MenuEntry) -> Loaded | None:
        """Give what *entry* loads, as if its body had been run; ``None`` where it has to be."""
        # A body without a place of its own is a text given by --source.
        if not (self._is_open and entry.commands and entry.base) or entry.is_submenu:
            return None
        known = self._begin(entry.commands[0][1])
        if known is None:
            return None
        root, cost = known
        shell = self._shell
        if shell.limits.bodies < cost:
            return None
        loaded: Loaded | None = None
        for _, command in entry.commands[1:]:
            if type(command) is not SimpleCommand or not command.is_still:
                return None
            text = command.text
            if text.startswith(ECHO):
                continue
            name, *words = text.split() if "'" not in text else _constants(text)
            if name in LINUX and words and loaded is None:
                kernel = shell.world.place(words[0], root, shell.loops)
                if kernel.problem is not None:
                    return None
                loaded = Loaded("linux", tuple(words), kernel)
            elif name in INITRD and words and loaded is not None and not loaded.initrds:
                initrds = tuple(
                    [(word, shell.world.place(word, root, shell.loops)) for word in words]
                )
                if any(place.problem is not None for _, place in initrds):
                    return None
                loaded = Loaded("linux", loaded.words, loaded.kernel, initrds)
            else:
                return None
        if loaded is not None:
            shell.limits.bodies -= cost
        return loaded

    def _begin(self, command: Command) -> tuple[str, int] | None:
        known = self._known.get(id(command))
        if known is None and (effect := self._shell.foresee(command)) is not None:
            root = effect.log.writes.get("root", self._shell.environment.get("root")) or ""
            known = self._known[id(command)] = root, effect.commands + _COST
        return known
