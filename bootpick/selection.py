"""Which entry a selector names. Never a guess: it fits exactly one or it is an error."""

from fnmatch import fnmatchcase

from .entries import BootEntry, BootMenu
from .errors import NoSuchEntry

_SPECIAL = ("@default", "@oneshot", "@current")


def select(menu: BootMenu, selector: str) -> BootEntry:
    """Give the entry that *selector* names.

    That is an id, an alias, a title, a path of ids, titles or indices as GRUB writes it, a glob
    over ids, or one of ``@default``, ``@oneshot``, ``@current`` (the first one that runs now).
    Raises NoSuchEntry where none or several fit.
    """
    if selector in _SPECIAL:
        return _select_special(menu, selector)
    fitting = [
        entry
        for entry in menu.entries
        if selector in (entry.id, entry.title, _index(entry, menu), *entry.aliases)
    ]
    steps = _split(selector)
    if not fitting:
        fitting = [entry for entry in menu.entries if _fits_path(_names(entry, menu), steps)]
    if not fitting and any(char in selector for char in "*?["):
        fitting = [entry for entry in menu.entries if fnmatchcase(entry.id, selector)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = ", ".join(
            f"{_index(entry, menu) or entry.id} '{entry.title}'" for entry in fitting[:8]
        )
        more = f" and {len(fitting) - 8} more" if len(fitting) > 8 else ""
        raise NoSuchEntry(
            f"'{selector}' fits {len(fitting)} entries: {names}{more}",
            "name one of them by its index or id; 'bootpick list -v' shows both",
        )
    below = [entry for entry in menu.entries if _is_below(entry, menu, selector, steps)]
    if below:
        raise NoSuchEntry(
            f"'{selector}' is a submenu", f"name an entry of it, such as '{below[0].menu_index}'"
        )
    raise NoSuchEntry(
        f"there is no entry '{selector}'", "'bootpick list' shows the entries there are"
    )


def _select_special(menu: BootMenu, selector: str) -> BootEntry:
    if selector == "@default":
        found = menu.default
    elif selector == "@oneshot":
        found = next((entry for entry in menu.entries if entry.oneshot), None)
    else:
        found = next((entry for entry in menu.entries if entry.current), None)
    if found is not None:
        return found
    reason = {
        "@default": "there is no entry to be the default",
        "@oneshot": "no one-shot entry is pending",
        "@current": "no entry has the running kernel's release and command line",
    }[selector]
    raise NoSuchEntry(f"{selector}: {reason}", "'bootpick list' shows the entries there are")


def _index(entry: BootEntry, menu: BootMenu) -> str | None:
    """Give the index that names the entry: the boot loader in charge counts its own alone."""
    return entry.menu_index if entry.loader == menu.loader else None


def _names(entry: BootEntry, menu: BootMenu) -> list[tuple[str | None, ...]]:
    """Give for each level what it may be called there, the entry itself last."""
    numbers: list[str] | list[None] = entry.menu_index.split(">")
    if entry.loader != menu.loader:
        numbers = [None] * len(numbers)
    above = zip(numbers, entry.submenus, entry.submenu_ids, strict=False)
    return [*above, (numbers[-1], entry.title, entry.own_id)]


def _fits_path(names: list[tuple[str | None, ...]], steps: list[str]) -> bool:
    return len(steps) == len(names) and all(
        step in known for step, known in zip(steps, names, strict=True)
    )


def _is_below(entry: BootEntry, menu: BootMenu, selector: str, steps: list[str]) -> bool:
    names = _names(entry, menu)[:-1]
    return any(
        selector in names[level] or _fits_path(names[: level + 1], steps)
        for level in range(len(names))
    )


def _split(selector: str) -> list[str]:
    """Split at each ``>``; a doubled one stands for itself."""
    return [step.replace("\0", ">") for step in selector.replace(">>", "\0").split(">")]
