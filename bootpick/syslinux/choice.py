"""What is booted when nobody touches a key, and how long that takes."""

from collections.abc import Sequence
from typing import NamedTuple

from .config import Config
from .menu import Label, Menu
from .syntax import Statement, split_word, split_words

_INTERFACES = frozenset(("menu", "vesamenu", "gfxboot"))
"""Programs that show a menu and boot what is chosen in it."""


class Choice(NamedTuple):
    """The default."""

    label: Label | None = None
    arguments: str = ""
    """What ``DEFAULT`` has behind the label, or behind a file."""
    file: Statement | None = None
    """A command that is no label but the name of a file."""
    source: Statement | None = None
    """What made it the default; ``None`` where it is the first one."""
    missing: Statement | None = None
    """A command that names nothing, and is passed over."""
    timeout: float | None = None
    """Seconds; ``None`` waits for ever."""
    style: str = "menu"


def find(labels: Sequence[Label], name: str) -> Label | None:
    """Give the label that syslinux finds by *name*: the first usable one of that name."""
    return next((one for one in labels if one.name == name and not one.is_disabled), None)


def is_interface(file: str) -> bool:
    """Tell whether *file* is a program that shows the menu."""
    name = file.rpartition("/")[2].lower()
    return name.removesuffix(".c32") in _INTERFACES


def files_of_interface(config: Config) -> list[str]:
    """Give the names of the files that the menu is made of in place of this one, if it says so."""
    file, arguments, _ = _command(config)
    shows_files = is_interface(file) and "gfxboot" not in file.lower()
    return split_words(arguments) if shows_files else []


def _command(config: Config) -> tuple[str, str, Statement | None]:
    """Give the file that is started first, its arguments, and the line that says so."""
    statement = config.interface or config.default
    if statement is None:
        return "", "", None
    word, arguments = split_word(statement.value)
    label = find(config.labels, word)
    if label is None or label.action is not None:
        return word, arguments, statement
    file, more = split_word(label.kernel.value if label.kernel is not None else label.name)
    append = label.append.value if label.append is not None else ""
    return file, f"{more} {'' if append == '-' else append} {arguments}".strip(), statement


def choose(config: Config) -> Choice:
    """Give what syslinux boots (``main`` of its ldlinux.c, and ``run_menu`` of the menu)."""
    file, _, command = _command(config)
    is_menu = is_interface(file)
    if config.interface is not None and find(config.labels, config.interface.word) is None:
        is_menu = True
    timeout: float | None = 0.0
    if is_menu or config.prompts or command is None:
        timeout = config.timeout / 10 if config.timeout > 0 else None
        if timeout is not None and config.on_timeout is not None:
            return _named(config, config.on_timeout)._replace(timeout=timeout)
    style = "hidden" if timeout == 0 or (is_menu and config.hides_menu) else "menu"
    if command is not None and not is_menu:
        chosen = _named(config, command)
    else:
        chosen = _of_menu(config) if is_menu else Choice()
        if chosen.label is None:
            usable = [one for one in config.labels if not (one.is_disabled or one.is_hidden)]
            label = next(iter(usable or config.labels), None)
            chosen = Choice(label)
    return chosen._replace(timeout=timeout, style=style)


def _named(config: Config, command: Statement) -> Choice:
    word, arguments = split_word(command.value)
    label = find(config.labels, word)
    if label is None:
        return Choice(None, arguments, command, command)
    return Choice(label, arguments, None, command)


def _of_menu(config: Config) -> Choice:
    if config.default is not None:
        label = find(config.labels, config.default.word)
        if label is not None and not label.is_hidden:
            return Choice(label, source=config.default)
    item: Label | Menu | None = config.start
    source: Statement | None = None
    while isinstance(item, Menu):
        if item.default is not None:
            item = item.default
            source = item.statement
            continue
        shown = [one for one in item.items if isinstance(one, Menu) or not _is_passed_over(one)]
        item = next(iter(shown), None)
    return Choice(item, source=source)


def _is_passed_over(label: Label) -> bool:
    return label.is_disabled or label.is_hidden


def choose_as_uboot(config: Config) -> Choice:
    """Give what U-Boot boots: the default, else the first one (``handle_pxe_menu``)."""
    chosen = missing = None
    source = config.chosen
    if source is not None:
        chosen = next((o for o in reversed(config.labels) if o.spelling == source.value), None)
        missing = source if chosen is None else None
    else:
        chosen = next((one for one in config.labels if one.is_default), None)
        source = chosen.statement if chosen is not None else None
    if chosen is None:
        source = None
    # It starts at once where no line of a menu is outside of all labels.
    seconds = -(-config.timeout // 10)
    timeout = (float(seconds) if seconds else None) if config.has_menu else 0.0
    style = "menu" if config.has_menu else "hidden"
    label = chosen or next(iter(config.labels), None)
    return Choice(label, source=source, missing=missing, timeout=timeout, style=style)
