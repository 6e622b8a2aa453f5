"""From ``lilo.conf`` to the entries of LILO's menu.

LILO reads its configuration when it is installed, not when it boots. So what is listed is what LILO
would boot if it were run now; what it refuses, it would not install at all.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ..diagnostics import Diagnostic
from ..entries import BootEntry, BootFile, BootMenu, Running, unique_id
from ..errors import BootpickError
from ..passwords import Secret
from ..resolve import Resolver
from ..source import Position, Source
from ..system import FileTree
from ..volumes import Volume, flatten, owner
from .names import Names, alias_of, label_of
from .numbers import parse_timer
from .options import (
    LIMIT,
    Root,
    check_options,
    chosen,
    command_line,
    find_root,
    stored_options,
    used_items,
)
from .parser import parse_items
from .passwords import check_flags, find_secrets, lock_of, needs_password, password_of
from .sections import Configuration, Section, read_sections
from .syntax import Fault, Item

HASHES = ".shs"
"""What the name of the file with hashes of passwords has behind that of the configuration."""
TEXT_LIMIT = 128 << 10
"""Bytes that are read of a configuration."""
_ENTRIES_LIMIT = 5000
_TOLD = 50
"""Messages about one file."""
_SERIAL_DELAY = 20
_UNATTENDED_TIMEOUT = 200


class Sought(NamedTuple):
    """The file to read, and what is known of the machine."""

    files: FileTree
    volumes: tuple[Volume, ...]
    path: str
    """Of the configuration, in this machine's file system."""
    kept: str | None
    """Of the file with hashes that LILO keeps beside it, if there is one."""
    running: Running


def read_menu(sought: Sought) -> BootMenu:
    """Read the configuration and give its entries, in its own order.

    Raises Unreadable where it may not be read.
    """
    data = sought.files.read(sought.path, TEXT_LIMIT + 1)
    text = data[:TEXT_LIMIT].decode("utf-8", "surrogateescape")
    is_cut = len(data) > TEXT_LIMIT
    if is_cut:  # what may be half a line is not read
        text = text[: text.rfind("\n") + 1]
    items, faults = parse_items(text)
    return _Reader(sought, text, read_sections(items)).build(faults, is_cut=is_cut)


class _Draft(NamedTuple):
    """An entry before its file is known to be one that LILO takes."""

    section: Section
    fields: dict[str, Any]
    is_skipped: bool
    """LILO leaves it out, as one of its files is missing and it is ``optional``."""


class _Reader:
    def __init__(self, sought: Sought, text: str, configuration: Configuration) -> None:
        self._sought = sought
        self._files = sought.files
        self._source = Source(sought.path, text)
        self._common = configuration.options
        self._sections = configuration.sections
        self._faults: dict[Fault, None] = dict.fromkeys(configuration.faults)
        self._remarks: dict[Diagnostic, None] = {}
        self._secrets: dict[Item, Secret] = {}
        self._resolver = Resolver(sought.files)
        self._devices = {
            volume.devno: volume.path
            for volume in reversed([*flatten(sought.volumes)])
            if volume.devno is not None
        }

    def build(self, faults: Iterable[Fault], *, is_cut: bool) -> BootMenu:
        """Give the whole menu; *faults* are those of the text."""
        self._faults.update(dict.fromkeys(faults))
        timeout = self._wait()
        names = Names(self._common)
        drafts: list[_Draft] = []
        for number, section in enumerate(self._sections[:_ENTRIES_LIMIT]):
            draft = self._draft(section)
            drafts.append(draft)
            if not draft.is_skipped:
                self._fault(*check_flags(section, self._common), *names.enter(number, section))
        default, default_from = self._default(names, drafts)
        self._check_names(names, drafts, default)
        told = self._told()
        if is_cut:
            message = f"stopped here: more than {TEXT_LIMIT >> 10} KiB are not read"
            told.append(Diagnostic("error", message, self._position(len(self._source.text))))
        if len(self._sections) > _ENTRIES_LIMIT:
            message = f"stopped here: more than {_ENTRIES_LIMIT} entries"
            offset = self._sections[_ENTRIES_LIMIT].item.offset
            told.append(Diagnostic("error", message, self._position(offset)))
        refusal = self._refusal()
        self._secrets = self._find_secrets()
        ids: dict[str, int] = {}
        entries = tuple(
            [
                self._entry(draft, number, ids, refusal, is_default=number == default)
                for number, draft in enumerate(drafts)
            ]
        )
        return BootMenu(
            "lilo",
            entries,
            timeout,
            "menu" if "prompt" in self._common else "hidden",
            diagnostics=(*told, *[*self._remarks][:_TOLD]),
            default_from=default_from if entries else None,
        )

    def _position(self, offset: int) -> Position:
        return self._source.position(offset)

    def _fault(self, *faults: Fault | None) -> None:
        self._faults.update(dict.fromkeys(fault for fault in faults if fault is not None))

    def _told(self) -> list[Diagnostic]:
        """Give the faults as messages in the order of the file, one for each line."""
        told: list[Diagnostic] = []
        seen: set[int] = set()
        end = len(self._source.text) + 1
        for fault in sorted(
            self._faults, key=lambda fault: end if fault.offset is None else fault.offset
        ):
            position = None if fault.offset is None else self._position(fault.offset)
            if position is not None and position.line in seen:
                continue
            if len(told) == _TOLD:
                message = "there are more errors, which are not told"
                return [*told, Diagnostic("error", message, position)]
            seen.add(position.line if position is not None else 0)
            told.append(Diagnostic("error", fault.message, position, fault.hint))
        return told

    def _refusal(self) -> str | None:
        """Say why LILO would not install anything of the file."""
        first = min(
            (fault for fault in self._faults if fault.refuses),
            key=lambda fault: -1 if fault.offset is None else fault.offset,
            default=None,
        )
        if first is None:
            return None
        where = ""
        if first.offset is not None:
            where = f", line {self._position(first.offset).line}"
        return f"LILO refuses {self._sought.path}{where}: {first.message}"

    # -----------------------------------------------------------------------------------------
    # One entry

    def _draft(self, section: Section) -> _Draft:
        if not section.is_image:
            reason = f"it starts the boot sector of {section.item.value}, which kexec cannot do"
            other = {"kind": "chainload", "bootable": False, "reasons": (reason,)}
            return _Draft(section, other, is_skipped=False)
        reasons: list[str] = []
        kernel = self._file(section.item)
        files = [kernel]
        initrd = chosen(section, self._common, "initrd")
        if initrd is not None:
            files.append(self._file(initrd))
        is_optional = chosen(section, self._common, "optional") is not None
        is_skipped = is_optional and any(file.problem is not None for file in files)
        is_raw = "range" in section.options
        fields: dict[str, Any] = {"kind": "linux", "version": None}
        if is_raw:
            reasons.append(f"its kernel is no file but a range of sectors of {kernel.word}")
            is_skipped = False
        else:
            image = self._resolver.image(kernel)
            fields |= {
                "kernel": kernel,
                "initrds": tuple(files[1:]),
                "version": image.release,
                "architecture": image.header.architecture if image.header else None,
            }
            reasons += dict.fromkeys(file.problem for file in files if file.problem is not None)
            if is_skipped:
                reasons[0] += ", and being 'optional' LILO leaves it out"
        for item in used_items(section, self._common):
            if item.variables:
                reasons.append(
                    f"its '{item.name.lower()}' has {item.variables[0]}, which LILO takes from "
                    "the environment"
                )
        fields["bootable"] = not reasons
        fields |= self._command_line(section, reasons, fields)
        if is_raw:
            fields["cmdline"] = None
        fields["reasons"] = tuple(reasons)
        return _Draft(section, fields, is_skipped)

    def _command_line(
        self, section: Section, reasons: list[str], fields: dict[str, Any]
    ) -> dict[str, Any]:
        """Give the command line, and whether the running kernel has it."""
        root, fault = find_root(section, self._common)
        self._fault(fault)
        word, number = None, None
        if root is not None and "literal" not in section.options:
            word, number = self._root(root, reasons)
            if word is None:
                fields["bootable"] = False
        options = stored_options(section, self._common, word)
        self._fault(*check_options(section, self._common, options))
        label = label_of(section)
        cmdline, is_cut = command_line(label, options)
        if is_cut:
            reasons.append(f"LILO cuts its command line off after {LIMIT} bytes")
        # LILO itself replaces a device by its number.
        own, _ = command_line(label, stored_options(section, self._common, number or word))
        running = self._sought.running
        is_same = running.cmdline.removeprefix("auto ") in (cmdline, own)
        return {"cmdline": cmdline, "current": is_same and fields["version"] == running.release}

    def _root(self, root: Root, reasons: list[str]) -> tuple[str | None, str | None]:
        """Give what the kernel is told, and the number that LILO would tell it if it knows one."""
        text = root.item.value or ""
        if root.is_current:
            here = owner(self._sought.volumes, "/")
            if here is None or not here.path.startswith("/dev/"):
                reasons.insert(0, "root=current: the device of the file system at / is not known")
                return None, None
            reasons.append(f"root=current is {here.path} here")
            return here.path, _hexadecimal(here.devno)
        if root.number is None:
            numbers = [number for number, path in self._devices.items() if path == text]
            return text, _hexadecimal(numbers[0]) if numbers else None
        number = root.number
        devno = f"{number >> 8 & 0xFFF}:{number & 0xFF | number >> 12 & 0xFFF00}"
        device = self._devices.get(devno)
        meaning = f"is device {devno}, " + (
            f"{device} here" if device is not None else "which is not known here"
        )
        message = f"root={text} {meaning}: the kernel gets root={number:x}"
        hint = "write the path of the device, or UUID=… in quotes"
        if text.isdigit() and not text.startswith("0"):
            hint = f"LILO takes it for a decimal number; write 0x{text} if it is none"
        position = self._position(root.item.value_offset)
        self._remarks[Diagnostic("warning", message, position, hint)] = None
        reasons.append(message)
        return f"{number:x}", None

    def _file(self, item: Item) -> BootFile:
        path = item.value or ""
        if not path.startswith("/"):
            problem = f"{path or 'its name'} is no path from the top"
            return BootFile(path, None, None, path, problem)
        try:
            file = self._find(path, path)
            if file.problem is None:
                return file
            # A link may lead to another file system, as /vmlinuz does where /boot is one.
            target = self._files.follow(path)
            return self._find(path, target) if target is not None else file
        except BootpickError as error:
            return BootFile(path, None, None, path, error.message)

    def _find(self, word: str, path: str) -> BootFile:
        volume = owner(self._sought.volumes, path)
        inner = volume.inner_path(path) if volume is not None else None
        if volume is None or inner is None:
            return BootFile(word, None, volume, path, f"{path} does not exist")
        found = self._files.find(volume, inner)
        return self._resolver.file(word, volume.path, volume, inner, found)

    def _entry(
        self,
        draft: _Draft,
        number: int,
        ids: dict[str, int],
        refusal: str | None,
        *,
        is_default: bool,
    ) -> BootEntry:
        section, fields = draft.section, draft.fields
        lock = lock_of(section, self._common, self._secrets)
        label, alias = label_of(section), alias_of(section)
        if refusal is not None:
            fields["bootable"] = False
            fields["reasons"] = (refusal, *fields["reasons"])
        keys = [name for name in (label, alias or "") if len(name) == 1]
        has_key = keys and chosen(section, self._common, "single-key") is not None
        return BootEntry(
            id=unique_id(label, ids),
            own_id=label,
            title=label,
            submenus=(),
            submenu_ids=(),
            menu_index=str(number),
            loader="lilo",
            position=self._position(section.item.offset),
            aliases=(alias,) if alias else (),
            hotkey=keys[0] if has_key else "",
            default=is_default,
            boot_lock=lock if needs_password(section, self._common) else None,
            edit_lock=lock,
            **fields,
        )

    # -----------------------------------------------------------------------------------------
    # What concerns all of them

    def _find_secrets(self) -> dict[Item, Secret]:
        """Give what the passwords match, with the hashes of those that LILO keeps in a file."""
        items = [password_of(section, self._common) for section in self._sections]
        empty = next((item for item in items if item is not None and item.value == ""), None)
        if empty is None:
            return find_secrets(self._sections, self._common, "")
        path = self._sought.kept
        try:
            if path is None:
                raise BootpickError(f"there is no {self._sought.path}{HASHES}")
            data = self._files.read(path, TEXT_LIMIT)
        except BootpickError as error:
            message = f"the password that LILO was told is not known: {error.message}"
            hint = "bootpick lets nobody boot what it protects"
            position = self._position(empty.offset)
            self._remarks[Diagnostic("warning", message, position, hint)] = None
            return find_secrets(self._sections, self._common, "")
        text = data.decode("utf-8", "surrogateescape")
        return find_secrets(self._sections, self._common, text)

    def _wait(self) -> float | None:
        """Give the seconds until the default entry boots by itself; ``None`` for ever."""
        delay, timeout = self._tenths("delay"), self._tenths("timeout")
        if "prompt" not in self._common:
            # Somebody at a serial line needs the time to press a key.
            return max(delay or 0, _SERIAL_DELAY if "serial" in self._common else 0) / 10
        if timeout is None and "unattended" in self._common:
            timeout = _UNATTENDED_TIMEOUT
        return None if timeout is None else timeout / 10

    def _tenths(self, keyword: str) -> int | None:
        item = self._common.get(keyword)
        if item is None or item.variables:
            return None
        tenths = parse_timer(item.value or "")
        if tenths is None:
            hint = "it is in tenths of a second, at most 36000, unless a unit follows"
            message = f"not a valid timer value: '{item.value}'"
            self._fault(Fault(item.value_offset, message, hint))
        return tenths

    def _default(self, names: Names, drafts: list[_Draft]) -> tuple[int, str]:
        first = next((number for number, one in enumerate(drafts) if not one.is_skipped), 0)
        item = self._common.get("default")
        if item is None:
            if not any(not draft.is_skipped for draft in drafts):
                self._fault(Fault(None, "no images have been defined"))
            return first, "it is the first"
        position = self._position(item.offset)
        wanted = item.value or ""
        found = names.find(wanted)
        if found is None and " " in wanted:
            found = names.find(wanted.replace(" ", "_"))
            if found is not None:
                message = (
                    f"'{wanted}' is the label '{wanted.replace(' ', '_')}': LILO has no blanks"
                )
                hint = "LILO 24.0 does not find it; write the underscore"
                self._remarks[Diagnostic("warning", message, position, hint)] = None
        if found is not None:
            return found, f"{position.file}:{position.line}"
        if item.variables:  # which has been told
            return first, "it is the first"
        self._fault(Fault(item.offset, f"default image doesn't exist: '{wanted}'"))
        return first, "it is the first"

    def _check_names(self, names: Names, drafts: list[_Draft], default: int) -> None:
        for keyword in ("vmdefault", "nokbdefault"):
            item = self._common.get(keyword)
            if item is not None and names.find(item.value or "") is None:
                message = f"'{keyword}' image does not exist: '{item.value}'"
                self._fault(Fault(item.offset, message))
        for draft in drafts:
            fallback = draft.section.options.get("fallback")
            word = (fallback.value or "").split(" ") if fallback is not None else []
            name = next((part for part in word if part), None)
            if fallback is not None and name is not None and names.find(name) is None:
                self._fault(Fault(fallback.value_offset, f"no image '{name}' is defined"))
        unattended = self._common.get("unattended")
        if unattended is not None and drafts:
            section = drafts[default].section
            if needs_password(section, self._common):
                label = label_of(section)
                message = f"a mandatory password on default='{label}' defeats 'unattended'"
                self._fault(Fault(unattended.offset, message))
        self._note_memory(drafts)

    def _note_memory(self, drafts: list[_Draft]) -> None:
        """Tell that the default may be another one, by what the boot loader has written down."""
        items: Iterator[Item | None] = (
            item
            for draft in drafts
            for item in (
                chosen(draft.section, self._common, "lock"),
                draft.section.options.get("fallback"),
            )
        )
        item = next((item for item in items if item is not None), None)
        if item is not None:
            message = f"'{item.name.lower()}': LILO may have changed its default in its map file"
            hint = "bootpick does not read the map file"
            self._remarks[Diagnostic("note", message, self._position(item.offset), hint)] = None


def _hexadecimal(devno: str | None) -> str | None:
    """Give the number of a device as LILO writes it, from ``major:minor``."""
    if devno is None:
        return None
    major, _, minor = devno.partition(":")
    if not (major.isdigit() and minor.isdigit()):
        return None
    low = int(minor)
    return f"{low & 0xFF | int(major) << 8 | (low & 0xFFF00) << 12:x}"
