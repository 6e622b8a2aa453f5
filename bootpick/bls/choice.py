"""Which entry systemd-boot boots, and how long it waits before (boot/boot.c of systemd 257)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..diagnostics import Diagnostic
from ..source import Position
from .efi_variables import LoaderVariables
from .glob import matches
from .loader_conf import SAVED, LoaderConf, Wait, parse_wait


class Choice(NamedTuple):
    """What boots next."""

    number: int | None
    """Of the entry in the menu, from 0; ``None`` where there is none to be chosen."""
    is_oneshot: bool
    """The one-shot variable led to it."""
    source: str
    """What led to it, in words."""
    diagnostics: tuple[Diagnostic, ...]


def choose(
    names: Sequence[str],
    passed_over: Sequence[str | None],
    variables: LoaderVariables,
    conf: LoaderConf,
) -> Choice:
    """Give the entry that boots when nobody touches a key.

    *names* are the ids with their suffix in menu order; *passed_over* says for each why
    systemd-boot does not show it. The one-shot variable is asked first, then the default variable,
    then loader.conf; each is a pattern, and what fits no entry is passed over with a note
    (``config_select_default_entry``). In the end it is the first entry that was not made by
    systemd-boot itself.
    """
    remarks: list[Diagnostic] = []
    for wish in _wishes(variables, conf):
        found = _find(names, passed_over, wish.pattern)
        if found is not None:
            place = wish.position
            where = f"{place.file}:{place.line}" if place is not None else wish.source
            return Choice(found, wish.is_oneshot, where, tuple(remarks))
        remarks.append(_unmet(names, passed_over, wish))
    usable = (
        number
        for number, name in enumerate(names)
        if passed_over[number] is None and not name.startswith("auto-")
    )
    first = next(usable, 0 if names else None)
    return Choice(first, False, "it is the first", tuple(remarks))


class _Wish(NamedTuple):
    """One place that says what shall boot."""

    pattern: str
    source: str
    is_oneshot: bool = False
    position: Position | None = None


def _wishes(variables: LoaderVariables, conf: LoaderConf) -> Iterator[_Wish]:
    if variables.oneshot is not None:
        yield _Wish(variables.oneshot, "LoaderEntryOneShot", is_oneshot=True)
    saved = variables.last_booted
    is_saved = (variables.default or "").lower() == SAVED
    if is_saved and saved is not None:
        yield _Wish(saved, "LoaderEntryLastBooted")
    elif variables.default is not None and not is_saved:
        yield _Wish(variables.default, "LoaderEntryDefault")
    if conf.default is None:
        return
    if conf.default.value.lower() != SAVED:
        yield _Wish(conf.default.value, "default", position=conf.default.position)
    elif saved is not None and not is_saved:
        yield _Wish(saved, "LoaderEntryLastBooted")


def _find(names: Sequence[str], passed_over: Sequence[str | None], pattern: str) -> int | None:
    pattern = pattern.lower()
    for number, name in enumerate(names):
        if passed_over[number] is None and matches(pattern, name.lower()):
            return number
    return None


def _unmet(names: Sequence[str], passed_over: Sequence[str | None], wish: _Wish) -> Diagnostic:
    """Say that a wish fits no entry, and what was probably meant."""
    message = f"{wish.source} '{wish.pattern}' fits no entry, and is passed over"
    hint = None
    longer = [name for name in names if name.lower() == f"{wish.pattern.lower()}.conf"]
    hidden = _find(names, [None] * len(names), wish.pattern)
    if longer:
        hint = f"the id has its suffix: '{longer[0]}'"
    elif hidden is not None:
        hint = f"systemd-boot does not show '{names[hidden]}': {passed_over[hidden]}"
    return Diagnostic("warning", message, wish.position, hint)


def find_wait(variables: LoaderVariables, conf: LoaderConf) -> Wait:
    """Give how long the menu is shown: what EFI variables say goes before loader.conf."""
    for text in (variables.oneshot_timeout, variables.timeout, conf.timeout):
        wait = parse_wait(text) if text is not None else None
        if wait is not None:
            return wait
    return Wait(0.0, "hidden")
