"""What the commands print: JSON objects and text."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .charge import NAMES
from .diagnostics import Diagnostic, printable
from .entries import BootEntry, BootFile, BootMenu

if TYPE_CHECKING:  # not needed to list entries, which has to be fast
    from .kexec.plan import KexecPlan

SCHEMA = 1


def to_json(value: Any) -> str:
    """Give *value* as JSON text; bytes that are not UTF-8 stay surrogate escapes."""
    return json.JSONEncoder(check_circular=False).encode(value)


def entry_object(entry: BootEntry) -> dict[str, Any]:
    """Give the ENTRY object of the documented JSON."""
    return {
        "id": entry.id,
        "title": entry.title,
        "submenus": entry.submenus,
        "index": entry.menu_index,
        "loader": entry.loader,
        "file": entry.position.file,
        "line": entry.position.line,
        "kind": entry.kind,
        "kernel": entry.kernel and entry.kernel.path,
        "initrds": _paths(entry.initrds),
        "cmdline": entry.cmdline,
        "devicetree": entry.devicetree and entry.devicetree.path,
        "loader_paths": {
            "kernel": entry.kernel and entry.kernel.word,
            "initrds": [file.word for file in entry.initrds if not file.slices],
        },
        "version": entry.version,
        "architecture": entry.architecture,
        "machine_id": entry.machine_id,
        "sort_key": entry.sort_key,
        "tries_left": entry.tries_left,
        "tries_done": entry.tries_done,
        "classes": entry.classes,
        "default": entry.default,
        "oneshot": entry.oneshot,
        "current": entry.current,
        "restricted": entry.restricted,
        "users": entry.users,
        "hotkey": entry.hotkey or None,
        "aliases": entry.aliases,
        "bootable": entry.bootable,
        "reasons": entry.reasons,
    }


def _paths(files: tuple[BootFile, ...]) -> list[str]:
    """Give the files' paths; none at all where one of them cannot be seen.

    What is a part of a file is no file: the image that holds it is the entry's kernel.
    """
    files = tuple(file for file in files if not file.slices)
    paths = [file.path for file in files if file.path is not None]
    return paths if len(paths) == len(files) else []


def menu_object(menu: BootMenu) -> dict[str, Any]:
    """Give the object of ``list --json``."""
    return {
        "schema": SCHEMA,
        "loader": menu.loader,
        "default": menu.default and menu.default.id,
        "timeout": menu.timeout,
        "timeout_style": menu.timeout_style,
        "fallback": menu.fallback,
        "entries": [entry_object(entry) for entry in menu.entries],
        "diagnostics": [_diagnostic_object(diagnostic) for diagnostic in menu.diagnostics],
    }


def _diagnostic_object(diagnostic: Diagnostic) -> dict[str, Any]:
    position = diagnostic.position
    return {
        "severity": diagnostic.severity,
        "file": position and position.file,
        "line": position and position.line,
        "column": position and position.column,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "included_from": [
            {"file": place.file, "line": place.line, "column": place.column}
            for place in diagnostic.included
        ],
    }


def plan_object(plan: "KexecPlan") -> dict[str, Any]:
    """Give the object of ``--dry-run --json``."""
    return {
        "schema": SCHEMA,
        "act": "crash" if plan.way.crash else "exec" if plan.executes else "load",
        "entry": entry_object(plan.entry),
        "kernel": plan.kernel.path,
        "initrds": _paths(plan.initrds),
        "cmdline": plan.cmdline,
        "loader_cmdline": plan.entry.cmdline,
        "steps": [{"kind": step.kind, "text": step.text} for step in plan.steps],
    }


class Style:
    """Colours for a terminal, or none."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour

    def __call__(self, text: str, code: str) -> str:
        """Give *text* in the colour of an ANSI *code*; empty for none."""
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour and code else text


def marks_of(entry: BootEntry) -> list[str]:
    """Give what there is to know of *entry* at a glance."""
    left = entry.tries_left
    return [
        mark
        for mark, is_set in (
            ("one-shot", entry.oneshot),
            ("default", entry.default and not entry.oneshot),
            ("running", entry.current),
            ("password", entry.restricted),
            ("no tries left", left == 0),
            (f"{left} {'try' if left == 1 else 'tries'} left", left),
        )
        if is_set
    ]


def title_with_marks(entry: BootEntry) -> str:
    """Give the entry's title for a list, and behind it what there is to know at a glance."""
    marks = ", ".join(marks_of(entry))
    return printable(entry.title) + (f"  [{marks}]" if marks else "")


def heading_of(loader: str) -> str:
    """Give the line above the entries of a boot loader that does not start this machine."""
    return f"not in charge here: {NAMES[loader]}"


def list_lines(menu: BootMenu, style: Style, *, verbose: bool) -> Iterable[str]:
    """Give the lines of ``list``."""
    width = max((len(entry.menu_index) for entry in menu.entries), default=0)
    shown: tuple[str, ...] = ()
    loader = menu.loader
    for entry in menu.entries:
        if entry.loader != loader:
            loader, shown = entry.loader, ()
            yield style(heading_of(loader), "2")
        for level, title in enumerate(entry.submenus):
            if shown[: level + 1] != entry.submenus[: level + 1]:
                yield " " * (width + 4 + 2 * level) + style(printable(title), "36")
        shown = entry.submenus
        indent = "  " * len(entry.submenus)
        star = "*" if entry.default else " "
        # An index is the place in the menu of the boot loader in charge.
        index = entry.menu_index if loader == menu.loader else "-"
        line = f"{star} {index:<{width}}  {indent}{title_with_marks(entry)}"
        yield style(line, "1" if entry.default else "" if entry.bootable else "2")
        margin = " " * (width + 6) + indent
        if not entry.bootable:
            yield style(f"{margin}cannot be booted: {printable(entry.reasons[0])}", "2")
        if verbose:
            yield from (margin + line for line in _details(entry))
    if verbose:
        if menu.loader is not None and menu.why is not None:
            yield f"loader   {NAMES[menu.loader]}: {menu.why}"
        if menu.default_from is not None:
            yield f"default  {printable(menu.default_from)}"
        if menu.fallback:
            yield f"should the default fail, GRUB tries {', '.join(menu.fallback)}"
        if menu.dialect is not None:
            yield f"dialect  {menu.dialect}"
        if menu.removal is not None:
            yield f"systemd-boot would delete {menu.removal.name}"
        for save in menu.saves:
            path = printable(save.path)
            for name, value in save.variables:
                if value is None:
                    yield f"GRUB would remove {printable(name)} from {path}"
                else:
                    yield f"GRUB would set {printable(name)}={printable(value)} in {path}"


def _details(entry: BootEntry) -> Iterable[str]:
    yield f"id       {printable(entry.id)}"
    if entry.kernel is not None:
        yield f"kernel   {printable(entry.kernel.shown)}"
    for file in entry.initrds:
        yield f"initrd   {printable(file.shown)}"
    if entry.cmdline is not None:
        yield f"cmdline  {printable(entry.cmdline)}"
    if entry.aliases:
        yield f"alias    {printable(', '.join(entry.aliases))}"
    if entry.hotkey:
        yield f"hotkey   {printable(entry.hotkey)}"
    if entry.restricted and entry.users:
        yield f"users    {printable(', '.join(entry.users))}"
    for reason in entry.reasons if entry.bootable else entry.reasons[1:]:
        yield f"note     {printable(reason)}"


def show_lines(entry: BootEntry, dialect: str | None) -> Iterable[str]:
    """Give the lines of ``show``; *dialect* is whose boot loader it was taken for."""
    yield f"title    {printable(' > '.join((*entry.submenus, entry.title)))}"
    yield f"index    {entry.menu_index}"
    yield from list(_details(entry._replace(reasons=())))
    if entry.version is not None:
        yield f"version  {printable(entry.version)}"
    yield f"kind     {entry.kind}"
    if entry.loader == "grub" and dialect is not None:
        yield f"dialect  {dialect}"
    if entry.sort_key is not None:
        yield f"sort-key {printable(entry.sort_key)}"
    if entry.machine_id is not None:
        yield f"machine  {printable(entry.machine_id)}"
    if entry.tries_left is not None:
        yield f"tries    {entry.tries_left} left, {entry.tries_done or 0} done"
    yield f"from     {printable(entry.position.file)}:{entry.position.line}"
    if marks := marks_of(entry):
        yield f"marks    {', '.join(marks)}"
    yield f"boots    {'yes' if entry.bootable else 'no'}"
    for reason in entry.reasons:
        yield f"reason   {printable(reason)}"


def plan_lines(plan: "KexecPlan") -> Iterable[str]:
    """Give the lines of ``--dry-run`` and of the menu's question."""
    yield f"entry    {printable(' > '.join((*plan.entry.submenus, plan.entry.title)))}"
    yield f"kernel   {printable(plan.kernel.shown)}"
    for file in plan.initrds:
        yield f"initrd   {printable(file.shown)}"
    yield f"cmdline  {printable(plan.cmdline)}"
    if plan.entry.cmdline is not None and plan.cmdline != plan.entry.cmdline:
        from .kexec.cmdline import changes

        yield f"changed  {printable(' '.join(changes(plan.entry.cmdline, plan.cmdline)))}"
    for number, step in enumerate(plan.steps, 1):
        yield f"{number}. {printable(step.text)}"
    for reason in plan.entry.reasons:
        yield f"note     {printable(reason)}"
