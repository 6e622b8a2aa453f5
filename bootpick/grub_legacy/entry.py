"""What an entry of GRUB Legacy does when it is chosen (``run_script`` in stage2.c of GRUB 0.97)."""

from collections.abc import Iterator
from posixpath import basename
from typing import NamedTuple

from ..diagnostics import Diagnostic
from ..entries import BootFile
from ..errors import BootpickError
from ..iso_locators import doubts_about_medium
from ..passwords import Lock, both
from ..source import Position
from ..system import Found
from .commands import ENDINGS, MENU_ONLY
from .devices import Files, Spot
from .menu import Section
from .parser import parse_kernel, parse_place, parse_words, place_in
from .passwords import entry_lock
from .syntax import Command, Script

_INITRDS = 64
_TYPES = ("netbsd", "freebsd", "openbsd", "linux", "biglinux", "multiboot")
"""Of ``--type``; what follows such a word is not looked at."""
_PLACES = ("root", "rootnoverify", "find")
_MULTIBOOT = 0x1BADB002.to_bytes(4, "little")
_MULTIBOOT_WITHIN = 8 << 10
"""Bytes in which a multiboot kernel has its header (Multiboot Specification 3.1)."""


class Outcome(NamedTuple):
    """What an entry comes to."""

    kind: str
    """As the documented output has it; ``menu`` where it opens another one."""
    kernel: BootFile | None = None
    initrds: tuple[BootFile, ...] = ()
    cmdline: str | None = None
    problem: str | None = None
    """Why kexec cannot do it, beside what is wrong with the files."""
    doubts: tuple[str, ...] = ()
    is_locked: bool = False
    """It has ``lock``, which asks for the menu's password if there is one."""
    lock: Lock | None = None
    """The passwords that it asks for itself."""
    menu: tuple[BootFile, Found | None] | None = None
    """The configuration that it opens."""
    diagnostics: tuple[Diagnostic, ...] = ()


def run(section: Section, script: Script, files: Files) -> Outcome:
    """Find out what the commands of *section* do; nothing is written and nothing started."""
    return _Run(script, files).run(section)


class _Stopped(Exception):
    """GRUB ends the entry with an error."""


class _Run:
    def __init__(self, script: Script, files: Files) -> None:
        self._script = script
        self._files = files
        self._root = files.home()
        self._moved: dict[str, Spot] = {}
        """Where the files of a device were found, if not on it."""
        self._kernel: BootFile | None = None
        self._kind = "other"
        self._cmdline: str | None = None
        self._initrds: tuple[BootFile, ...] = ()
        self._modules: list[str] = []
        self._menu: tuple[BootFile, Found | None] | None = None
        self._problem: str | None = None
        self._lost: list[str] = []
        """What is wrong with files that others took the place of."""
        self._doubts: dict[str, None] = {}
        self._diagnostics: list[Diagnostic] = []
        self._is_locked = False
        self._lock: Lock | None = None

    def run(self, section: Section) -> Outcome:
        """Run the commands up to the first that fails, as GRUB does.

        What fails to say where files are keeps the kernel behind it from being booted, but not from
        being shown.
        """
        ended: str | None = None
        for command in section.commands:
            try:
                if not self._do(command):
                    break
            except _Stopped as stopped:
                ended = ended or str(stopped)
                if command.name not in _PLACES:
                    break
        self._problem = ended or self._problem
        if self._lost:
            lost = f"GRUB ends it with an error: {self._lost[0]}"
            self._problem = lost if self._problem is None else f"{self._problem}; {lost}"
        if self._kind == "other" and self._kernel is None and self._problem is None:
            self._problem = "it loads no kernel"
        self._doubts.update(dict.fromkeys(self._doubts_about_images()))
        if self._modules and self._kind not in ("linux", "menu"):
            modules = ", ".join(self._modules[:4])
            self._doubts[f"with the modules {modules}"] = None
        return Outcome(
            self._kind,
            self._kernel,
            self._initrds,
            self._cmdline,
            self._problem,
            tuple(self._doubts),
            self._is_locked,
            self._lock,
            self._menu,
            tuple(self._diagnostics),
        )

    def _doubts_about_images(self) -> Iterator[str]:
        """Say what is doubtful about a kernel in an ISO file, or about a system in one."""
        kernel, cmdline = self._kernel, self._cmdline
        if kernel is None or cmdline is None:
            return
        yield from doubts_about_medium(
            kernel, self._initrds, cmdline.split(), self._files.exists, self._files.everything
        )

    def _say(self, message: str, position: Position, hint: str | None = None) -> None:
        self._diagnostics.append(Diagnostic("warning", message, position, hint))

    def _fail(
        self, message: str, command: Command, hint: str | None = None, index: int | None = None
    ) -> _Stopped:
        """Say why GRUB stops at *command*, or at the character *index* of its arguments."""
        position = self._script.position(command)
        if index is not None:
            position = place_in(self._script, command, index)
        self._diagnostics.append(
            Diagnostic("error", f"GRUB ends the entry here: {message}", position, hint)
        )
        return _Stopped(f"GRUB ends it with an error in line {position.line}: {message}")

    def _do(self, command: Command) -> bool:
        """Run one command; tell whether the next one is run as well."""
        arguments = command.arguments
        match command.name:
            case "root" | "rootnoverify":
                self._set_root(command)
            case "uuid":
                self._root = self._files.spot_by_uuid(arguments.strip())
            case "find" if arguments.startswith("--set-root"):
                self._find_root(command)
            case "kernel":
                self._load_kernel(command)
            case "initrd":
                if self._kernel is None or self._kind in _KINDS:
                    raise self._fail(
                        "'initrd' wants a Linux kernel before it",
                        command,
                        "'kernel' has to stand in a line above it",
                    )
                self._load_initrds(command)
            case "module" | "modulenounzip":
                self._load_module(command)
            case "chainloader":
                self._forget("chainload")
                self._problem = (
                    "it starts another boot loader, which only a reboot through the firmware can do"
                )
            case "configfile":
                self._open_menu(command)
                return False
            case "map":
                self._map(arguments)
            case "lock":
                self._is_locked = True
            case "password":
                self._lock = both(self._lock, entry_lock(arguments))
            case "boot":
                return False
            case name if name in ENDINGS:
                self._forget("other")
                self._problem = ENDINGS[name]
                return False
            case name if name in MENU_ONLY:
                hint = "move the line to the top of the file"
                message = f"it knows '{name}' only before the first title"
                raise self._fail(message, command, hint)
        return True

    def _forget(self, kind: str) -> None:
        """Make room for what is loaded in the place of all before."""
        self._lose(self._kernel, *self._initrds)
        self._kind, self._kernel, self._cmdline, self._initrds = kind, None, None, ()
        self._modules.clear()
        self._problem = None

    def _lose(self, *files: BootFile | None) -> None:
        """Note what is wrong with *files*, which GRUB looked for before those that count."""
        self._lost += [file.problem for file in files if file and file.problem]

    # -----------------------------------------------------------------------------------------
    # Where paths begin

    def _set_root(self, command: Command) -> None:
        if not command.arguments:  # it shows what it is
            return
        place = parse_place(command.arguments)
        device = place[0] if place is not None else None
        if device is not None:
            self._root = self._files.spot(device)
        elif command.arguments.startswith("("):
            # A device that other programs have, of which all files can still be found.
            self._root = Spot(command.arguments.partition(")")[0] + ")", None)
        else:
            hint = "it is written as (hd0,0)"
            raise self._fail(f"'{command.arguments[:40]}' is no device", command, hint, 0)

    def _find_root(self, command: Command) -> None:
        words = [word for word in parse_words(command.arguments) if not word.startswith("--")]
        spot = self._files.spot_with(words[0]) if words else None
        if spot is None:
            missing = f"no file system that can be seen has {words[0] if words else 'it'}"
            raise self._fail(missing, command, index=0)
        self._root = spot

    def _map(self, arguments: str) -> None:
        """Exchange disks, which only what the firmware reads takes notice of.

        To grub4dos the first may be an image in a file, which is a disk from then on.
        """
        words = [word for word in parse_words(arguments) if not word.startswith("--")]
        places = [parse_place(word) for word in words[:2]]
        disk = places[1][0] if len(places) == 2 and places[1] is not None else None
        if disk is None or (places[0] is not None and not places[0][1]):
            return
        name = str(disk)
        self._moved[name] = Spot(name, None, is_sure=True)
        file, found = self._look_up(words[0])
        reason = file.problem or f"{file.word} cannot be seen from here"
        if found is not None and file.problem is None:
            try:
                self._moved[name] = self._files.spot_in(name, file, found)
                return
            except BootpickError as error:
                reason = error.message
        self._doubts[f"{name} should be made of {words[0]}: {reason}"] = None

    def _look_up(self, word: str) -> tuple[BootFile, Found | None]:
        file, found, wanted, spot = self._files.look_up(word, self._root, self._moved)
        if _has_variable(word):
            self._doubts[_VARIABLES.format(word)] = None
        if spot.volume not in (None, wanted.volume) and wanted.word not in self._moved:
            assert spot.volume is not None
            self._moved[wanted.word] = spot
            there = f"{file.inner} is taken from {spot.volume.path}"
            if wanted.volume is None:
                self._doubts[f"there is no {wanted.word} on this machine: {there}"] = None
            else:
                lacks = f"{wanted.word} should be {wanted.volume.path}, which does not have it"
                self._doubts[f"{lacks}: {there}"] = None
        if (note := file.mount_note) is not None:
            self._doubts[note] = None
        return file, found

    # -----------------------------------------------------------------------------------------
    # What is loaded

    def _load_kernel(self, command: Command) -> None:
        self._forget("linux")
        arguments = parse_kernel(command.arguments)
        kind = None
        for option in arguments.options:
            if option.startswith("--type="):
                kind = next((one for one in _TYPES if option[7:].startswith(one)), None)
                if kind is None:
                    raise self._fail(
                        f"'{option[:40]}' is no kind of kernel",
                        command,
                        f"it has {', '.join(_TYPES)}",
                        max(command.arguments.find(option), 0),
                    )
        if not arguments.file:
            raise self._fail("'kernel' wants a file", command)
        if arguments.file.startswith("--"):
            raise self._fail(
                f"'{arguments.file[:40]}' is no option of 'kernel'", command, index=arguments.start
            )
        self._kernel, found = self._look_up(arguments.file)
        self._cmdline = arguments.rest
        if _has_variable(arguments.rest):
            self._doubts[_VARIABLES.format("the command line")] = None
        self._kind = self._kind_of(kind, self._kernel, found)
        if kind == "linux" and self._files.resolver.image(self._kernel).header is not None:
            self._doubts["GRUB itself wants '--type=biglinux' for such a kernel"] = None
        if self._kind == "other":
            self._problem = f"{self._kernel.path or self._kernel.word} is no Linux kernel"
        elif self._kind != "linux":
            self._problem = _KINDS[self._kind]

    def _kind_of(self, given: str | None, kernel: BootFile, found: Found | None) -> str:
        """Give the kind of a kernel: as the entry says, else as the file says, else by its name."""
        if given is not None:
            return {"linux": "linux", "biglinux": "linux", "multiboot": "multiboot"}.get(
                given, "other"
            )
        name = basename(kernel.inner)
        if name.startswith("memdisk"):  # it has the form of a kernel, but needs the firmware
            return "other"
        if self._files.resolver.image(kernel).header is not None:
            return "linux"
        if name.startswith("xen"):
            return "xen"
        if found is not None and not found.is_directory:
            start = self._files.starts_with(found, _MULTIBOOT_WITHIN)
            at = start.find(_MULTIBOOT)
            while at % 4 and at != -1:
                at = start.find(_MULTIBOOT, at + 1)
            if at != -1:
                return "multiboot"
        return "other" if name.startswith("memtest") else "linux"

    def _load_initrds(self, command: Command) -> None:
        words = parse_words(command.arguments)
        if not words:
            raise self._fail(f"'{command.name}' wants a file", command)
        if len(words) > _INITRDS:
            raise self._fail(f"more than {_INITRDS} initrds", command)
        if self._initrds:
            message = f"this '{command.name}' takes the place of the one before it"
            hint = "several files may stand in one line"
            self._say(message, self._script.position(command), hint)
            self._lose(*self._initrds)
        self._initrds = tuple([self._look_up(word)[0] for word in words])

    def _load_module(self, command: Command) -> None:
        """Load a module of a multiboot kernel; to a Linux kernel it is an initrd."""
        if self._kernel is None:
            raise self._fail(f"'{command.name}' wants a kernel before it", command)
        words = parse_words(command.arguments)
        if not words:
            raise self._fail(f"'{command.name}' wants a file", command)
        is_linux = self._files.resolver.image(self._kernel).header is not None
        if self._kind == "linux" and (is_linux or (len(words) == 1 and not self._initrds)):
            self._load_initrds(command)
            return
        if self._kind == "linux":
            # The file cannot be read, but a Linux kernel has no modules with arguments.
            self._modules += [file.word for file in self._initrds]
            self._kind, self._initrds = "multiboot", ()
            self._problem = _KINDS["multiboot"]
        self._modules.append(words[0])

    def _open_menu(self, command: Command) -> None:
        words = parse_words(command.arguments)
        if not words:
            raise self._fail("'configfile' wants a file", command)
        self._forget("menu")
        self._menu = self._look_up(words[0])


_KINDS = {
    "xen": "it loads the Xen hypervisor, not Linux",
    "multiboot": "it loads a multiboot kernel, not Linux",
}
_VARIABLES = "grub4dos may replace %…% in {}, which bootpick does not"


def _has_variable(text: str) -> bool:
    return text.count("%") > 1
