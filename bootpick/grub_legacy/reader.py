"""From a ``menu.lst`` to the entries it offers, and to the one that boots by itself."""

from collections.abc import Iterator
from contextlib import suppress
from posixpath import dirname
from typing import NamedTuple

from ..diagnostics import Diagnostic
from ..entries import BootEntry, BootFile, BootMenu, Running, unique_id
from ..errors import BootpickError
from ..passwords import Lock, both
from ..source import Position
from ..system import FileTree, Found
from ..volumes import Volume
from .commands import is_grub2_script
from .devices import Disks, Files
from .entry import Outcome, run
from .menu import Choice, LegacyMenu, Section, choose, read_script
from .parser import parse_device_map, parse_number, parse_script
from .syntax import Script

_FILE_LIMIT = 128 << 10
"""Bytes that are read of one configuration; GRUB itself has room for 32 KiB."""
_ENTRIES_LIMIT = 5000
_LIST_LIMIT = 16 << 20
"""Characters in titles and command lines, in all."""
_MENUS_LIMIT = 8
"""Menus within each other."""
_FILES_LIMIT = 50
"""Configurations that are read."""
_MESSAGES_LIMIT = 2000
_MAP_LIMIT, _SAVED_LIMIT = 64 << 10, 9
"""Bytes of ``device.map``, and of the file that keeps the default entry (stage2.c)."""


class Config(NamedTuple):
    """A configuration that was read."""

    volume: Volume
    inner: str
    """Its path in the file system there."""
    found: Found
    script: Script

    @property
    def is_grub2_script(self) -> bool:
        """Whether it is a script of GRUB 2 under GRUB Legacy's name."""
        return is_grub2_script((one.name, one.arguments) for one in self.script.commands)


class Sought(NamedTuple):
    """What GRUB sees, and what is known of the machine."""

    files: FileTree
    volumes: tuple[Volume, ...]
    disks: Disks
    running: Running


def open_config(files: FileTree, volume: Volume, inner: str) -> Config | None:
    """Read the configuration at *inner* of *volume*; ``None`` where there is no such file.

    Raises BootpickError where it cannot be read.
    """
    found = files.find(volume, inner)
    if found is None or found.is_directory:
        return None
    return Config(volume, inner, found, _parse(files, found))


def read_menu(sought: Sought, config: Config) -> BootMenu:
    """Give the menu of *config*, and the menus that its entries open."""
    return _Reader(sought, config).build(config)


def _parse(files: FileTree, found: Found) -> Script:
    text = files.read(found.path, _FILE_LIMIT).decode("utf-8", "surrogateescape")
    if found.size <= _FILE_LIMIT:
        return parse_script(text, found.path)
    return parse_script(text[: text.rfind("\n") + 1], found.path)._replace(is_cut=True)


class _Full(Exception):
    """There is no room for more."""


class _Reader:
    def __init__(self, sought: Sought, config: Config) -> None:
        self._sought = sought
        self._entries: list[BootEntry] = []
        self._ids: dict[str, int] = {}
        self._diagnostics: dict[Diagnostic, None] = {}
        self._menus: dict[str, LegacyMenu] = {}
        self._left = _LIST_LIMIT
        # GRUB looks for these beside its configuration; /etc/grub.conf is a link to that.
        folders = dict.fromkeys((dirname(config.inner), "/boot/grub", "/grub"))
        self._beside = [(config.volume, folder) for folder in folders]
        text = self._read_beside("device.map", _MAP_LIMIT)
        mapped = parse_device_map(text[1]) if text is not None else {}
        home = (config.volume, config.inner)
        self._files = Files(sought.files, sought.volumes, sought.disks, home, mapped)

    def build(self, config: Config) -> BootMenu:
        """Give the whole menu."""
        found = config.found
        menu = self._menu(config.script, found)
        choice = self._choose(menu)
        with suppress(_Full):
            self._visit(menu, choice.number, (), "", (found.path,), gate=None)
        dialect = menu.dialect_position
        if dialect is not None:
            message = "this is written for grub4dos; it is read as GRUB Legacy would read it"
            self._note(Diagnostic("note", message, dialect))
        return BootMenu(
            "grub-legacy",
            tuple(self._entries),
            None if menu.timeout is None else float(menu.timeout),
            _style(menu),
            tuple(map(str, choice.fallback)),
            tuple(self._diagnostics),
            default_from=choice.source if choice.number is not None else None,
        )

    def _note(self, *diagnostics: Diagnostic) -> None:
        if len(self._diagnostics) < _MESSAGES_LIMIT:
            self._diagnostics.update(dict.fromkeys(diagnostics))

    def _read(self, found: Found) -> LegacyMenu:
        """Read a configuration, each of them once."""
        known = self._menus.get(found.path)
        return known or self._menu(_parse(self._sought.files, found), found)

    def _menu(self, script: Script, found: Found) -> LegacyMenu:
        menu = self._menus[found.path] = read_script(script)
        self._note(*menu.diagnostics)
        if script.is_cut:
            position = script.source.position(len(script.source.text))
            message = f"stopped here: more than {_FILE_LIMIT >> 10} KiB"
            self._note(Diagnostic("error", message, position))
        return menu

    def _read_beside(self, name: str, limit: int) -> tuple[str, str] | None:
        """Give path and text of the file *name* in the directory of the configuration."""
        files = self._sought.files
        places = [(volume, f"{folder.rstrip('/')}/{name}") for volume, folder in self._beside]
        try:
            found = next(filter(None, (files.find(*place) for place in places)), None)
            if found is None or found.is_directory:
                return None
            return found.path, files.read(found.path, limit).decode("utf-8", "surrogateescape")
        except BootpickError as error:
            self._note(Diagnostic("warning", error.message, hint=error.hint))
            return None

    def _choose(self, menu: LegacyMenu) -> Choice:
        saved, file = None, f"{self._beside[0][1].rstrip('/')}/default"
        if menu.default is None:
            found = self._read_beside("default", _SAVED_LIMIT)
            if found is not None:
                file, text = found
                saved = parse_number(text)
        choice = choose(menu, saved, file)
        self._note(*choice.diagnostics)
        return choice

    # -----------------------------------------------------------------------------------------
    # The list

    def _visit(
        self,
        menu: LegacyMenu,
        default: int | None,
        above: tuple[str, ...],
        prefix: str,
        opened: tuple[str, ...],
        *,
        gate: Lock | None,
    ) -> None:
        """List *menu*, and below each entry the menu that it opens.

        *default* is the entry that boots by itself; ``None`` if that is not in this menu.
        *gate* is what was asked for on the way here.
        """
        edit_lock = both(gate, menu.lock)
        for number, section in enumerate(menu.sections):
            outcome = run(section, menu.script, self._files)
            self._note(*outcome.diagnostics)
            privileged = menu.lock if outcome.is_locked else None
            boot_lock = both(both(gate, privileged), outcome.lock)
            is_default = number == default
            index = f"{prefix}{number}"
            below, why = self._menu_below(outcome, opened)
            if menu.script.is_cut and section is menu.sections[-1]:
                why = "the file is too long: there may be more lines of this entry"
            if below is not None and why is None:
                chosen = self._choose(below).number
                self._visit(
                    below,
                    chosen if is_default else None,
                    (*above, section.title),
                    f"{index}>",
                    (*opened, below.script.source.name),
                    gate=boot_lock,
                )
            else:
                if why is not None:
                    outcome = outcome._replace(problem=why)
                locks = (boot_lock, edit_lock)
                self._add(section, outcome, above, index, default=is_default, locks=locks)

    def _menu_below(
        self, outcome: Outcome, opened: tuple[str, ...]
    ) -> tuple[LegacyMenu | None, str | None]:
        """Give the menu that an entry opens, or why it does not."""
        if outcome.menu is None:
            return None, None
        file, found = outcome.menu
        if file.problem is not None or found is None:
            unseen = f"{file.word} cannot be seen from here: its menu may hold more entries"
            return None, file.problem or unseen
        if found.path in opened:
            return None, "it opens menus within each other without end"
        if len(opened) >= _MENUS_LIMIT:
            return None, f"it is below {_MENUS_LIMIT} menus within each other"
        if len(self._menus) >= _FILES_LIMIT and found.path not in self._menus:
            return None, f"it is one of more than {_FILES_LIMIT} configurations"
        try:
            menu = self._read(found)
        except BootpickError as error:
            return None, error.message
        if not menu.sections:
            names = ((command.name, command.arguments) for command in menu.script.commands)
            if is_grub2_script(names):
                return None, f"{found.path} is a script of GRUB 2, which GRUB Legacy cannot read"
            return None, f"there is no entry in {found.path}"
        return menu, None

    def _add(
        self,
        section: Section,
        outcome: Outcome,
        above: tuple[str, ...],
        index: str,
        *,
        default: bool,
        locks: tuple[Lock | None, Lock | None],
    ) -> None:
        position = section.position
        if len(self._entries) >= _ENTRIES_LIMIT:
            raise self._stopped(f"more than {_ENTRIES_LIMIT} entries in all", position)
        self._left -= 2 * len(section.title) + sum(map(len, above)) + len(outcome.cmdline or "")
        if self._left < 0:
            raise self._stopped("the list is too long", position)
        files: Iterator[BootFile] = filter(None, (outcome.kernel, *outcome.initrds))
        problems = dict.fromkeys(file.problem for file in files if file.problem is not None)
        if outcome.problem is not None:
            problems = {outcome.problem: None, **problems}
        image = self._files.resolver.image(outcome.kernel) if outcome.kernel else None
        running = self._sought.running
        self._entries.append(
            BootEntry(
                id=unique_id(section.title or index, self._ids),
                own_id=section.title,
                title=section.title,
                submenus=above,
                submenu_ids=above,
                menu_index=index,
                loader="grub-legacy",
                position=position,
                kind="other" if outcome.kind == "menu" else outcome.kind,
                kernel=outcome.kernel,
                initrds=outcome.initrds,
                cmdline=outcome.cmdline,
                version=image.release if image else None,
                architecture=image.header.architecture if image and image.header else None,
                default=default,
                current=image is not None
                and outcome.cmdline is not None
                and image.release == running.release
                and outcome.cmdline.rstrip() == running.cmdline.rstrip(),
                boot_lock=locks[0],
                edit_lock=locks[1],
                bootable=not problems,
                reasons=(*problems, *outcome.doubts),
            )
        )

    def _stopped(self, reason: str, position: Position) -> _Full:
        self._diagnostics[Diagnostic("error", f"stopped here: {reason}", position)] = None
        return _Full()


def _style(menu: LegacyMenu) -> str:
    """Give what GRUB shows while it waits (``run_menu`` in stage2.c)."""
    if not menu.is_hidden:
        return "menu"
    return "countdown" if menu.timeout else "hidden"
