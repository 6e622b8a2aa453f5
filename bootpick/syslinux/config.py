"""Runs the statements of a configuration one by one, as ``parse_config_file`` of syslinux does.

U-Boot's ``parse_pxefile_top`` reads a part of the same language; where it comes to something else
both readings are kept here, and chosen between when it is known whose file it is.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ..diagnostics import Diagnostic
from .menu import Label, Menu
from .syntax import Statement, split_word

LONGEST_LINE = 4095
"""Characters of a line that syslinux reads at once."""
LABELS_LIMIT = 10_000
MENUS_WITHIN = 100
_TOLD = 4
"""Messages of one kind."""

KERNELS = frozenset("kernel linux boot bss pxe fdimage comboot com32 config localboot none".split())
"""Keywords that say what is started (``kernel_types``)."""
DEVICE_TREES = frozenset(
    "fdt devicetree fdtdir devicetreedir fdtoverlays devicetree-overlay kaslrseed".split()
)
"""Keywords that only U-Boot has."""
_INERT = frozenset(
    "console display font implicit kbdmap nocomplete noescape nohalt onerror path"
    " pxeretry say sendcookies serial totaltimeout background".split()
)
"""Keywords that change neither an entry nor the choice."""
_MENU_INERT = frozenset(
    "autoboot tab notab tabmsg notabmsg passprompt color colour msgcolor msgcolour background"
    " shiftkey save nosave onerror indent immediate resolution"
    " width margin passwordmargin rows tabmsgrow cmdlinerow endrow passwordrow timeoutrow"
    " helpmsgrow helpmsgendrow help hiddenrow hiddenkey hshift vshift clear".split()
)


class Stopped(Exception):
    """The configuration has come to a limit; what was read before counts."""


class File(NamedTuple):
    """A file of a configuration."""

    name: str
    statements: Sequence[Statement]


class Config:
    """A configuration while it is read, and what came of it."""

    def __init__(self, include: Callable[[Statement, Sequence[str]], "File | None"]) -> None:
        """*include* gives the file that a statement names, if it can be read.

        It is also told the names of the files that are open already.
        """
        self._include = include
        self._menu = Menu(tag=".top")
        self._label: Label | None = None
        self._counts: dict[str, int] = {}
        self.root = self.start = self._menu
        self.menus = [self._menu]
        self.labels: list[Label] = []
        """All of them in their order; of two with one name the first is meant by it."""
        self.diagnostics: list[Diagnostic] = []
        self.append: Statement | None = None
        self.default: Statement | None = None
        self.interface: Statement | None = None
        """The last ``UI``."""
        self.on_timeout: Statement | None = None
        self.chosen: Statement | None = None
        """The last ``DEFAULT`` or ``ONTIMEOUT``, which are one to U-Boot."""
        self.timeout = 0
        """Tenths of a second; 0 waits for ever."""
        self.prompts = False
        self.hides_menu = False
        self.has_menu = False
        """There is a ``MENU`` outside of all labels, which has U-Boot show one."""
        self.has_device_tree = False
        """It has a keyword that only U-Boot knows."""
        self._added = 0

    def read(self, files: Sequence[File]) -> None:
        """Read the whole configuration, which begins with *files*."""
        try:
            for file in files:
                self._run(file, ())
            self._record(self._menu)
        except Stopped:
            pass
        if self._menu.statement is not None:
            hint = "add 'MENU END' where the submenu ends"
            message = "this submenu is not closed: all that follows is in it"
            self.note("warning", message, self._menu.statement, hint)
        # Of two menus with one tag, syslinux finds the newer one first.
        tagged = {menu.tag: menu for menu in (*self.menus[1:], self.root)}
        for label in self.labels:
            if label.action is not None:
                self._resolve(label, label.action, tagged)

    def note(
        self, severity: str, message: str, statement: Statement, hint: str | None = None
    ) -> None:
        """Tell something about a line, but not all of a kind where there are many."""
        kind = message.rpartition("'")[2]  # less what the file has to say
        count = self._counts[kind] = self._counts.get(kind, 0) + 1
        if count == _TOLD + 1:
            message, hint = "there is more of that kind, which is not told of", None
        if count <= _TOLD + 1:
            self.diagnostics.append(Diagnostic(severity, message, statement.position, hint))

    # -----------------------------------------------------------------------------------------
    # One statement after the other

    def _run(self, file: File, above: tuple[str, ...]) -> None:
        opened = (*above, file.name)
        # The menu that a file is in is its own: another file cannot close it.
        menu = self._menu
        for statement in file.statements:
            keyword = statement.keyword
            self.has_device_tree = self.has_device_tree or keyword in DEVICE_TREES
            if keyword.startswith("menu "):
                self.has_menu = self.has_menu or self._label is None
                menu = self._run_menu(statement, menu, opened)
            elif keyword == "label":
                self._record(menu)
                self._open(statement)
            elif keyword == "include":
                included = self._include(statement, opened)
                if included is not None:
                    self._run(included, opened)
            elif self._label is not None and self._run_in_label(statement, self._label):
                continue
            else:
                self._run_global(statement, menu)

    def _open(self, statement: Statement) -> None:
        if not statement.value:
            self.note("warning", "this label has no name", statement)
        if len(self.labels) >= LABELS_LIMIT:
            message = f"stopped here: more than {LABELS_LIMIT} entries in all"
            self.note("error", message, statement)
            raise Stopped
        self._label = Label(statement, added=self._added)

    def _record(self, menu: Menu) -> None:
        """Close the label that is open: it belongs to *menu*."""
        label, self._label = self._label, None
        if label is None:
            return
        label.inherited = self.append
        menu.items.append(label)
        self.labels.append(label)
        if label.is_default and label.action is None and not (label.is_disabled or label.is_hidden):
            menu.default = label

    def _run_in_label(self, statement: Statement, label: Label) -> bool:
        """Run a statement that is about the open label; tell whether it was one."""
        keyword = statement.keyword
        if keyword in KERNELS:
            label.kernel = statement
        elif keyword == "append":
            label.append = statement
            if label.first_initrd is None and "initrd=" in statement.value:
                label.first_initrd = statement
        elif keyword == "initrd":
            label.initrd = statement
            label.first_initrd = label.first_initrd or statement
        elif keyword in ("fdt", "devicetree"):
            label.devicetree = label.devicetree or statement
        elif keyword in ("fdtdir", "devicetreedir"):
            label.devicetree_directory = label.devicetree_directory or statement
        elif keyword in ("fdtoverlays", "devicetree-overlay"):
            label.overlays = label.overlays or statement
        elif keyword in ("ipappend", "sysappend"):
            label.added = _to_number(statement.value)
        else:
            return False
        return True

    def _run_global(self, statement: Statement, menu: Menu) -> None:
        keyword, value = statement.keyword, statement.value
        match keyword:
            case "append":
                self.append = statement
            case "allowoptions":
                menu.has_editor = _to_number(value) != 0
            case "default":
                self.default = self.chosen = statement
            case "ui":
                self.interface = statement
            case "ontimeout":
                self.on_timeout = self.chosen = statement
            case "timeout":
                if value[:1] not in tuple("0123456789"):
                    message = f"'{value[:40]}' is no number of tenths of a second: it counts as 0"
                    self.note("warning", message, statement)
                self.timeout = _to_number(value)
            case "prompt":
                self.prompts = _to_number(value) != 0
            case "ipappend" | "sysappend":
                self._added = _to_number(value)
            case "text":
                if not statement.is_closed:
                    message = "'TEXT' has no 'ENDTEXT': all lines behind it are part of it"
                    self.note("error", message, statement, "add a line 'ENDTEXT'")
            case _:
                self._refuse(statement)

    def _refuse(self, statement: Statement) -> None:
        """Tell of a line that the boot loader passes over."""
        keyword = statement.keyword
        if keyword in _INERT or keyword in DEVICE_TREES or _is_function_key(keyword):
            return
        if keyword in KERNELS or keyword == "initrd":
            message = f"'{keyword.upper()}' outside of a label: the line is ignored"
            self.note("warning", message, statement, "put a line 'LABEL' and a name before it")
            return
        message = f"'{keyword[:40]}' is no keyword: the line is ignored"
        hint = None
        if keyword.startswith("\ufeff"):
            message = "a byte order mark is part of the first keyword: the line is ignored"
            hint = "save the file without a byte order mark"
        elif keyword.rstrip(":=") in _KNOWN or keyword.partition("=")[0] in _KNOWN:
            hint = f"write '{keyword.partition('=')[0].rstrip(':').upper()}' and a blank"
        self.note("warning", message, statement, hint)

    # -----------------------------------------------------------------------------------------
    # The menu

    def _run_menu(self, statement: Statement, menu: Menu, opened: tuple[str, ...]) -> Menu:
        """Run a statement of ``MENU``; give the menu that the file is in then."""
        label = self._label
        match statement.keyword.removeprefix("menu "):
            case "label":
                if label is not None:
                    label.title = statement.value
                elif menu.statement is not None:
                    menu.title = statement.value
            case "title":
                if menu.title is None:
                    menu.title = statement.value
            case "default":
                if label is not None:
                    label.is_default = True
                elif menu.parent is not None:
                    menu.parent.default = menu
            case "hide":
                if label is not None:
                    label.is_hidden = True
            case "disable" | "disabled":
                if label is not None:
                    label.is_disabled = True
            case "passwd" | "master" as kind:
                self._set_password(kind, statement.value, menu)
            case "separator":
                self._record(menu)
            case "begin":
                self._record(menu)
                return self._begin(statement, statement.value)
            case "end":
                self._record(menu)
                if self._menu.parent is None:
                    message = "'MENU END' without 'MENU BEGIN': the line is ignored"
                    self.note("warning", message, statement)
                return self._end()
            case "include":
                self._include_in_menu(statement, menu, opened)
            case "goto" | "exit" | "quit" as action:
                if label is not None and (action != "exit" or menu.parent is not None):
                    label.action = statement
                    label.goes_to = menu.parent if action == "exit" else None
            case "hidden":
                self.hides_menu = True
            case "start":
                self.start = menu
            case keyword if keyword not in _MENU_INERT:
                message = f"'MENU {keyword[:40].upper()}' is nothing of a menu: the line is ignored"
                self.note("warning", message, statement)
        return menu

    def _set_password(self, kind: str, value: str, menu: Menu) -> None:
        if kind == "master":
            word, password = split_word(value)
            if word.lower() == "passwd":
                menu.master = password
        elif self._label is not None:
            self._label.password = value
        elif menu.statement is not None:
            menu.password = value

    def _begin(self, statement: Statement, tag: str) -> Menu:
        above = self._menu
        menu = Menu(statement, tag, above, master=above.master, has_editor=above.has_editor)
        limit = None
        if menu.depth > MENUS_WITHIN:
            limit = f"{MENUS_WITHIN} menus within each other"
        elif len(self.menus) > LABELS_LIMIT:
            limit = f"{LABELS_LIMIT} menus in all"
        if limit is not None:
            self.note("error", f"stopped here: more than {limit}", statement)
            raise Stopped
        self._menu.items.append(menu)
        self.menus.append(menu)
        self._menu = menu
        return menu

    def _end(self) -> Menu:
        self._menu = self._menu.parent or self._menu
        return self._menu

    def _include_in_menu(self, statement: Statement, menu: Menu, opened: tuple[str, ...]) -> None:
        _, tag = split_word(statement.value)
        included = self._include(statement, opened)
        if included is None:
            return
        if not tag:
            self._run(included, opened)
            return
        self._record(menu)
        submenu = self._begin(statement, tag)
        self._run(included, opened)
        self._record(submenu)
        self._end()

    def _resolve(self, label: Label, action: Statement, tagged: Mapping[str, Menu]) -> None:
        """Find the menu that a label leads to; without one it is disabled."""
        if not action.value or action.keyword == "menu quit":
            return
        label.goes_to = tagged.get(action.value)
        if label.goes_to is None:
            message = f"there is no menu '{action.value[:40]}' to go to"
            self.note("warning", message, action, "it is the word behind 'MENU BEGIN'")
            label.is_disabled = True


_KNOWN = KERNELS | DEVICE_TREES | _INERT
_KNOWN |= frozenset(
    "label append initrd include default ui ontimeout timeout prompt ipappend sysappend"
    " allowoptions".split()
)


def _to_number(text: str) -> int:
    """Give the number at the start of *text* as C's ``strtoul`` has it with base 0; 0 for none."""
    digits = text[2:] if text[:2].lower() == "0x" else text
    base = 16 if digits is not text else 10
    allowed = "0123456789abcdef"[:base]
    end = next((at for at, char in enumerate(digits[:12].lower()) if char not in allowed), 12)
    return int(digits[:end] or "0", base)


def _is_function_key(keyword: str) -> bool:
    return keyword[:1] == "f" and (keyword[1:].isdigit() or not keyword[1:])
