"""From a configuration of syslinux, or U-Boot's of that language, to the entries of its menu."""

from collections.abc import Iterator, Sequence
from posixpath import basename, dirname, normpath
from typing import Any, NamedTuple

from ..diagnostics import Diagnostic
from ..entries import BootEntry, BootFile, BootMenu, Running, unique_id
from ..errors import BootpickError
from ..iso_locators import doubts_about_medium
from ..passwords import Lock
from ..resolve import Resolver
from ..source import Source
from ..system import FileTree, Found
from ..volumes import Volume, flatten
from .choice import Choice, choose, choose_as_uboot, files_of_interface, is_interface
from .cmdline import CommandLine, compose, compose_as_uboot, of_file, variables_of
from .config import LONGEST_LINE, Config, File
from .kinds import Kind, kind_of, kind_of_file
from .menu import Label, Menu
from .parser import parse_config
from .passwords import locks
from .syntax import Statement, split_word

_FILE_LIMIT, _TEXT_LIMIT = 1 << 20, 4 << 20
"""Bytes that are read of one file, and of all of them."""
_FILES_LIMIT, _DEPTH = 1000, 16
"""Files that are included, and how many may be open within each other."""
_INITRDS_LIMIT = 64
_LIST_LIMIT = 16 << 20
"""Characters in all entries together."""
_MISSING_TOLD = 8
_PROGRAMS = ("ldlinux.sys", "ldlinux.c32", "isolinux.bin", "pxelinux.0")
"""What is beside a configuration of syslinux."""
_ADDED = {1: "ip=", 2: "BOOTIF=", 4: "SYSUUID=", 8: "CPU="}
"""What ``SYSAPPEND`` adds to the command line, by bit."""


class Sought(NamedTuple):
    """What is read, and what is known of the machine."""

    files: FileTree
    volumes: tuple[Volume, ...]
    volume: Volume
    """The file system of the configuration."""
    inner: str
    """Its path there."""
    running: Running


def read_menu(sought: Sought) -> BootMenu:
    """Read the configuration, which exists.

    Raises BootpickError where it cannot be read.
    """
    return _Reader(sought).build()


class _Reader:
    def __init__(self, sought: Sought) -> None:
        self._sought = sought
        self._files = sought.files
        self._resolver = Resolver(sought.files)
        directory = dirname(sought.inner)
        # What pxelinux reads is named from where it itself is.
        is_network = basename(directory) == "pxelinux.cfg"
        self._directory = dirname(directory) if is_network else directory
        self._diagnostics: list[Diagnostic] = []
        self._text_left, self._files_left = _TEXT_LIMIT, _FILES_LIMIT
        self._missing: dict[str, Statement] = {}
        self._is_uboot = False
        self._choice = Choice()
        self._ids: dict[str, int] = {}
        self._entries: list[BootEntry] = []
        self._list_left = _LIST_LIMIT
        self._is_full = False

    # -----------------------------------------------------------------------------------------
    # Files

    def _read_files(self) -> Config:
        """Read the configuration with all that it includes."""
        sought = self._sought
        found = self._files.find(sought.volume, sought.inner)
        if found is None:
            raise BootpickError(f"{sought.inner} cannot be read")
        config = Config(self._include)
        config.read([self._parse(found)])
        names = files_of_interface(config)
        if not names or config.prompts:
            return config
        # The menu's own files take the place of this one.
        other = Config(self._include)
        other.diagnostics += config.diagnostics
        other.interface = config.interface or config.default
        assert other.interface is not None
        files = []
        for name in names[:_DEPTH]:
            path, there = self._find(name)
            if there is None or there.is_directory:
                message = f"there is no file {path} to make the menu of"
                self._note("error", message, other.interface)
                return config
            files.append(self._parse(there))
        other.read(files)
        if config.labels:
            message = "the menu is made of another file, without the labels of this one"
            self._note("note", message, other.interface)
        return other

    def _parse(self, found: Found) -> File:
        data = self._files.read(found.path, min(_FILE_LIMIT, self._text_left) + 1)
        limit = min(_FILE_LIMIT, self._text_left)
        source = Source(found.path, data[:limit].decode("utf-8", "surrogateescape"))
        self._text_left -= min(len(data), limit)
        if len(data) > limit:
            position = source.position(len(source.text))
            message = f"stopped here: no more than {limit >> 10} KiB of it are read"
            self._diagnostics.append(Diagnostic("error", message, position))
        return File(found.path, parse_config(source))

    def _include(self, statement: Statement, opened: Sequence[str]) -> File | None:
        """Give the file that *statement* names; ``None`` if it is not there."""
        self._files_left -= 1
        if self._files_left < 0:
            if self._files_left == -1:
                message = f"this one is not read, and no further ones: {_FILES_LIMIT} were included"
                self._note("error", message, statement)
            return None
        path, found = self._find(statement.word)
        if found is None or found.is_directory:
            self._missing.setdefault(path, statement)
            return None
        problem = None
        if found.path in opened:
            problem = "it includes itself"
        elif len(opened) > _DEPTH:
            problem = f"more than {_DEPTH} files are included within each other"
        if problem is not None:
            self._note("error", f"{path} is not read: {problem}", statement)
            return None
        try:
            return self._parse(found)
        except BootpickError as error:
            self._note("error", error.message, statement, error.hint)
            return None

    def _find(self, name: str) -> tuple[str, Found | None]:
        """Look *name* up from the configuration's directory; give its path in the file system.

        A tree without a list of devices may be a whole installation whose ``/boot`` is a file
        system of its own on the machine.
        """
        volume = self._sought.volume
        path = normpath(f"{self._directory}/{name}" if not name.startswith("/") else f"/{name}")
        path = "/" + path.lstrip("/")
        found = self._files.find(volume, path)
        if found is None and volume.anything and self._sought.inner.startswith("/boot/"):
            below = self._files.find(volume, f"/boot{path}")
            if below is not None:
                return f"/boot{path}", below
        return path, found

    def _note(
        self, severity: str, message: str, statement: Statement, hint: str | None = None
    ) -> None:
        if len(self._diagnostics) < 20:
            self._diagnostics.append(Diagnostic(severity, message, statement.position, hint))

    # -----------------------------------------------------------------------------------------
    # The menu

    def build(self) -> BootMenu:
        """Give the whole menu."""
        config = self._read_files()
        self._is_uboot = self._is_read_by_uboot(config)
        self._tell_missing()
        self._choice = choose_as_uboot(config) if self._is_uboot else choose(config)
        missing = self._choice.missing
        if missing is not None:
            first = f"'{self._choice.label.spelling}'" if self._choice.label else "none"
            message = f"there is no label '{missing.value[:80]}': U-Boot boots the first, {first}"
            self._note("warning", message, missing)
        self._add_menu(config.root, (), "", None)
        self._add_command(config)
        source = self._choice.source
        tells = source and f"{_reason(source)} in {source.source.name}:{_line(source)}"
        return BootMenu(
            "syslinux",
            tuple(self._entries),
            self._choice.timeout,
            self._choice.style,
            diagnostics=(*config.diagnostics, *self._diagnostics),
            default_from=tells if any(entry.default for entry in self._entries) else None,
        )

    def _is_read_by_uboot(self, config: Config) -> bool:
        """Tell whether it is U-Boot that reads this, which has the same files by the same names."""
        directory = dirname(self._sought.inner)
        for program in _PROGRAMS:
            if self._files.find(self._sought.volume, f"{directory}/{program}") is not None:
                return False
        if config.has_device_tree:
            return True
        names = [one.kernel.word for one in config.labels if one.kernel is not None]
        names += [config.default.word] if config.default is not None else []
        return (
            self._sought.inner.endswith("/extlinux/extlinux.conf")
            and config.interface is None
            and config.append is None
            and len(config.menus) == 1
            and not any(name.lower().endswith(".c32") for name in names)
        )

    def _tell_missing(self) -> None:
        if not self._missing:
            return
        names = [path.rpartition("/")[2] for path in self._missing]
        more = f" and {len(names) - _MISSING_TOLD} more" if len(names) > _MISSING_TOLD else ""
        shown = ", ".join(name[:80] for name in names[:_MISSING_TOLD]) + more
        first = next(iter(self._missing.values()))
        if self._is_uboot:
            message = f"included but not there: {shown}; U-Boot refuses the whole file for that"
            self._note("error", message, first)
        else:
            message = f"included but not there, and passed over by syslinux: {shown}"
            self._note("note", message, first)

    def _add_menu(
        self, menu: Menu, above: tuple[Menu, ...], prefix: str, gate: Lock | None
    ) -> None:
        """Add what is in *menu*; *gate* is what was asked for on the way there."""
        for number, item in enumerate(menu.items):
            if self._is_full:
                return
            index = f"{prefix}{number}"
            if isinstance(item, Label):
                self._add_label(item, above, index, locks(menu, item.password, gate))
            elif item.items:
                boot_lock, _ = locks(menu, item.password, gate)
                self._add_menu(item, (*above, item), f"{index}>", boot_lock)
            else:
                assert item.statement is not None
                fields = {"bootable": False, "reasons": ("it is a submenu without entries",)}
                names = (item.tag or "submenu", item.tag, _title(item.shown))
                self._add(names, item.statement, above, index, {"kind": "other", **fields})

    def _add_label(
        self,
        label: Label,
        above: tuple[Menu, ...],
        index: str,
        asks: tuple[Lock | None, Lock | None],
    ) -> None:
        if self._is_uboot:
            names = (label.name, label.spelling, label.title or label.spelling)
            command = compose_as_uboot(label)
        else:
            names = (label.name, label.name, _title(label.title or label.name))
            command = compose(label)
        kind = kind_of(label, command.kernel)
        if self._is_uboot and kind.kind != "linux" and label.kernel is not None:
            # Only the keyword tells it what to do, not the name.
            kind = kind if label.kernel.keyword == "localboot" else Kind("linux")
        if self._is_uboot and label.kernel is None:
            kind = Kind("other", "it names no kernel")
        reasons = [*self._doubts(label, command)]
        tree = label.devicetree if self._is_uboot else None
        fields = self._load(kind, command, reasons, tree)
        if label.is_disabled and kind.kind == "linux":
            fields["bootable"] = False
            why = "syslinux does not let it be chosen (MENU DISABLE)"
            fields["reasons"] = (why, *fields["reasons"])
        if not self._is_uboot:  # which knows no passwords
            fields["boot_lock"], fields["edit_lock"] = asks
        fields["default"] = label is self._choice.label and not self._choice.arguments
        self._add(names, label.statement, above, index, fields)

    def _add_command(self, config: Config) -> None:
        """Add what is booted by default and stands in no menu: a file, or a label with words."""
        label, file = self._choice.label, self._choice.file
        source = self._choice.source
        if source is None or self._is_full or self._is_uboot:
            return
        if label is not None and self._choice.arguments:
            command = compose(label, self._choice.arguments)
            kind = kind_of(label, command.kernel)
            reasons = [*self._doubts(label, command)]
            title = f"{_title(label.title or label.name)} {self._choice.arguments}"
        elif file is not None and file.word and not is_interface(file.word):
            command = of_file(file.word, self._choice.arguments)
            kind = kind_of_file(command.kernel)
            reasons = ["syslinux gives it no APPEND, as it is no label"] if config.append else []
            title = source.value
        else:
            return
        fields = self._load(kind, command, reasons)
        if file is not None and fields.get("kernel") and fields["kernel"].problem is not None:
            message = f"'{file.word[:80]}' is neither a label nor a file: nothing boots by default"
            self._note("warning", message, source)
        password = label.password if label is not None else None
        fields["boot_lock"], fields["edit_lock"] = locks(config.root, password, None)
        fields["default"] = True
        self._add(
            (source.value, source.value, title), source, (), str(len(config.root.items)), fields
        )

    def _add(
        self,
        names: tuple[str, str, str],
        statement: Statement,
        above: tuple[Menu, ...],
        index: str,
        fields: dict[str, Any],
    ) -> None:
        name, own, title = names
        entry = BootEntry(
            id=unique_id(name, self._ids),
            own_id=own,
            title=title,
            submenus=tuple([_title(menu.shown) for menu in above]),
            submenu_ids=tuple([menu.tag for menu in above]),
            menu_index=index,
            loader="syslinux",
            position=statement.position,
            **fields,
        )
        texts = (entry.id, own, title, entry.cmdline or "", *entry.submenus, *entry.reasons)
        words = [file.word + (file.path or "") for file in entry.files]
        self._list_left -= sum(map(len, (*texts, *words)))
        if self._list_left < 0:
            self._note("error", "stopped here: the list is too long", statement)
            self._is_full = True
            return
        self._entries.append(entry)

    # -----------------------------------------------------------------------------------------
    # One entry

    def _load(
        self,
        kind: Kind,
        command: CommandLine,
        doubts: list[str],
        devicetree: Statement | None = None,
    ) -> dict[str, Any]:
        """Give the fields of an entry that comes to *command*."""
        if kind.reason is not None:
            return {"kind": kind.kind, "bootable": False, "reasons": (kind.reason,)}
        kernel = self._file(command.kernel.partition("#")[0] if self._is_uboot else command.kernel)
        initrds = tuple([self._file(name) for name in command.initrds[:_INITRDS_LIMIT]])
        tree = self._file(devicetree.value) if devicetree is not None else None
        files = (kernel, *initrds, *([tree] if tree is not None else []))
        problems = [file.problem for file in files if file.problem is not None]
        if len(command.initrds) > _INITRDS_LIMIT:
            problems.append(f"it has {len(command.initrds)} initrds, more than {_INITRDS_LIMIT}")
        if self._is_uboot and "#" in command.kernel:
            doubts.append(f"{command.kernel} names a part of a FIT image, which is not taken apart")
        if command.lists > 1:
            doubts.append("it has several lists of initrds, of which the first one counts")
        doubts += [note for file in files if (note := file.mount_note) is not None]
        words = command.arguments.split()
        devices = tuple(flatten(self._sought.volumes))
        doubts += doubts_about_medium(kernel, initrds, words, self._exists, devices)
        image = self._resolver.image(kernel)
        cmdline = f"BOOT_IMAGE={command.kernel} {command.arguments}"
        size = image.header.cmdline_size if image.header is not None else len(cmdline)
        if len(cmdline.encode("utf-8", "surrogateescape")) > size:
            doubts.append(f"its command line is longer than the {size} bytes that the kernel takes")
        return {
            "kind": "linux",
            "kernel": kernel,
            "initrds": initrds,
            "cmdline": cmdline,
            "devicetree": tree,
            "version": image.release,
            "architecture": image.header.architecture if image.header is not None else None,
            "current": image.release == self._sought.running.release
            and self._is_running(command, cmdline),
            "bootable": not problems,
            "reasons": tuple(dict.fromkeys((*problems, *doubts))),
        }

    def _is_running(self, command: CommandLine, cmdline: str) -> bool:
        """Tell whether the running kernel was given that command line, by whomever.

        syslinux gives it the words ``initrd=`` as well, and U-Boot no ``BOOT_IMAGE=``.
        """
        words = self._sought.running.cmdline.split(" ")
        line = " ".join(word for word in words if not word.startswith("initrd=")).rstrip()
        return line == cmdline.rstrip() or (self._is_uboot and line == command.arguments)

    def _file(self, word: str) -> BootFile:
        volume = self._sought.volume
        if "::" in word or "://" in word:
            return BootFile(word, None, None, word, f"{word} is on a server, not on this machine")
        path, found = self._find(word)
        return self._resolver.file(word, volume.path, volume, path, found)

    def _exists(self, path: str) -> bool:
        """Tell whether any file system has a file at *path*, as an initrd looks for an image."""
        return any(self._files.find(one, path) for one in flatten(self._sought.volumes))

    def _doubts(self, label: Label, command: CommandLine) -> Iterator[str]:
        """Say what is doubtful about an entry, beside its files."""
        if label.added and not self._is_uboot:
            known = [name for bit, name in _ADDED.items() if label.added & bit] or ["more"]
            added = ", ".join(known)
            yield f"SYSAPPEND: syslinux adds {added} to the command line, and bootpick does not"
        if not self._is_uboot:
            line = label.append or label.inherited
            for one in (label.kernel, line, label.initrd):
                if one is not None and len(one.value) > LONGEST_LINE:
                    yield f"syslinux reads no more than {LONGEST_LINE} characters of a line"
            return
        names = variables_of(command.arguments)
        if names:
            shown = ", ".join(f"${{{name[:40]}}}" for name in names[:4])
            yield f"U-Boot replaces {shown} in its command line: the kernel gets it as it stands"
        if label.kernel is not None and split_word(label.kernel.value)[1]:
            yield f"U-Boot takes all of '{label.kernel.value[:80]}' for the name of a file"
        if label.devicetree is None and label.devicetree_directory is not None:
            where = label.devicetree_directory.value[:80]
            yield f"U-Boot takes a device tree from {where}: the running one is kept"
        if label.overlays is not None:
            yield f"device tree overlays are not applied: {label.overlays.value[:80]}"


def _title(text: str) -> str:
    """Give a text as the menu shows it: ``^`` only marks the key."""
    return text.replace("^", "")


def _reason(source: Statement) -> str:
    """Give what made the default the default; of ``MENU DEFAULT`` only what it is about is kept."""
    what = {"label": "label", "menu begin": "submenu", "menu include": "submenu"}
    about = what.get(source.keyword)
    return source.keyword.upper() if about is None else f"MENU DEFAULT of the {about}"


def _line(statement: Statement) -> int:
    return statement.position.line
