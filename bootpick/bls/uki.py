"""Type #2 entries: unified kernel images, as systemd-boot and its stub treat them.

Kernel, initrd, command line and os-release are sections of one EFI program (UAPI.5). An image may
have several profiles: the sections before the first ``.profile`` are common to all of them, those
from a ``.profile`` on are that profile's own and go before the common ones. Follows systemd 257
(``src/shared/bootspec.c``, ``src/boot/stub.c``).
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeVar

from ..entries import BootFile, Slice
from ..errors import BootpickError
from ..kernel_image import parse_x86_header
from ..os_release import parse_os_release
from .pe import EFI_APPLICATION, PeHeaders, Read, Section, read_headers

T = TypeVar("T")

_PROFILES = 256
"""As many as systemd-boot looks for."""
_ADDONS = 64
_NAMED = 5
"""Files that a note names."""
_TEXT_SIZE, _ALL_TEXT_SIZE = 32 << 10, 256 << 10
"""Bytes of one section that holds text, and of all of them in one image."""
_KERNEL_START = 20 << 10
"""Bytes of a kernel that are read; its version mostly stands within them."""

_UNIQUE = (".linux", ".osrel", ".cmdline", ".initrd", ".ucode", ".uname")
_DEVICE_TREES = (".dtb", ".dtbauto")
_KNOWN = frozenset((*_UNIQUE, *_DEVICE_TREES, ".profile"))

_CUT_OFF = "the image is cut off: it ends before its sections do"
_CLEANED = {
    **dict.fromkeys((*range(1, 0x20), 0x7F), " "),
    **dict.fromkeys(range(0xDC80, 0xDD00)),  # bytes that are not UTF-8 (surrogateescape)
}


class Uki(NamedTuple):
    """One profile of a unified kernel image: an entry of systemd-boot's menu."""

    id: str
    """``x.efi``; for a profile that has a name or is not the first one ``x.efi@ID``."""
    title: str
    profile: int = 0
    version: str | None = None
    """The operating system's, not the kernel's."""
    sort_key: str | None = None
    architecture: str | None = None
    """By its EFI name."""
    cmdline: str | None = None
    release: str | None = None
    """The kernel's, as ``uname -r`` will tell it."""
    linux: Slice | None = None
    initrds: tuple[Slice, ...] = ()
    """In the order in which the kernel gets them, one behind the other."""
    problems: tuple[str, ...] = ()
    """Why it cannot be booted."""
    listed: bool = True
    """Whether systemd-boot shows it, be it sound or not."""
    notes: tuple[str, ...] = ()
    """What is different when it is not its stub that boots it."""

    def files(self, image: BootFile) -> tuple[BootFile | None, tuple[BootFile, ...]]:
        """Give kernel and initrds as parts of the file *image*."""
        kernel = image._replace(slices=(self.linux,)) if self.linux is not None else None
        initrds = (image._replace(slices=self.initrds),) if self.initrds else ()
        return kernel, initrds


class Addon(NamedTuple):
    """A small EFI program that adds to an image what its vendor signed apart from it."""

    name: str
    cmdline: str = ""
    """What its stub adds behind the image's command line."""
    ucode: Slice | None = None
    initrd: Slice | None = None
    problem: str | None = None
    """Why the stub would ignore it."""


class AddonFile(NamedTuple):
    """The file of an addon."""

    name: str
    size: int
    read: Read


def read_uki(name: str, size: int, read: Read, machine: str | None = None) -> tuple[Uki, ...]:
    """Read a unified kernel image, and give a value for each of its profiles.

    *name* is its file's without a boot counter, *size* its length in bytes; *machine* is the EFI
    name of the architecture that is to boot it. What is no unified kernel image gives one value
    with the reason as its problem. Of kernel and initrd little more than their place is read.
    """
    try:
        image = _Image(size, read)
    except BootpickError as error:
        return (Uki(name, name, problems=(error.message,), listed=False),)
    foreign = _foreign(image.headers, machine)
    profiles = islice(_profiles(image.headers.sections), _PROFILES)
    return tuple(
        _profile(name, number, image, sections, foreign) for number, sections in enumerate(profiles)
    )


def read_addons(
    shared: Iterable[AddonFile], own: Iterable[AddonFile], machine: str | None = None
) -> tuple[Addon, ...]:
    """Read addons, and give them in the order in which they add to the command line.

    *shared* are those of all images (``/loader/addons``), *own* those of one image
    (``NAME.efi.extra.d``); those for another architecture than *machine* have a problem.
    """
    files = [file for files in (shared, own) for file in sorted(files, key=lambda file: file.name)]
    return tuple(_addon(file, machine) for file in files[:_ADDONS])


def is_addon(name: str) -> bool:
    """Tell whether a file of that name, in a folder for addons, is one."""
    return name.lower().endswith(".addon.efi")


def addon_notes(addons: Iterable[Addon], beside: Iterable[str] = ()) -> Iterator[str]:
    """Say what an image is without when kexec boots it instead of its stub.

    *beside* are the names of all files in ``NAME.efi.extra.d``.
    """
    for addon in addons:
        adds = [
            what
            for what, is_there in (
                (f"'{addon.cmdline}' on the command line", addon.cmdline),
                ("microcode", addon.ucode),
                ("an initrd", addon.initrd),
            )
            if is_there
        ]
        if addon.problem is None and adds:
            yield f"the addon {addon.name} is not applied: it adds {', '.join(adds)}"
    extras = sorted(name for name in beside if name.lower().endswith((".cred", ".raw", ".confext")))
    if extras:
        more = f" and {len(extras) - _NAMED} more" if len(extras) > _NAMED else ""
        named = ", ".join(extras[:_NAMED])
        yield f"kexec does without what the image's stub adds to the initrd: {named}{more}"


class _Image:
    """An image's headers, and what was read of its sections, each of them once."""

    def __init__(self, size: int, read: Read) -> None:
        self.headers = read_headers(read, size)
        self._size = size
        self._read = read
        self._texts: dict[Slice, str] = {}
        self._left = _ALL_TEXT_SIZE
        self._releases: dict[Slice, str | None] = {}
        self._fields: dict[str, dict[str, str]] = {}

    def part(self, section: Section) -> Slice:
        """Give the section's place. Raises BootpickError where the file ends before it does."""
        offset, length, _ = section.part
        if length and offset + length > self._size:
            raise BootpickError(_CUT_OFF)
        return section.part

    def text(self, section: Section) -> str:
        """Give the section's text, which ends at a NUL as in C.

        Raises BootpickError where it is cut off or too long.
        """
        offset, length, name = part = self.part(section)
        if part not in self._texts:
            self._left -= length
            if length > _TEXT_SIZE or self._left < 0:
                raise BootpickError(f"the image's {name} section is too long")
            data = self._read(offset, length)
            if len(data) < length:
                raise BootpickError(_CUT_OFF)
            text = data.partition(b"\0")[0].decode("utf-8", "surrogateescape")
            self._texts[part] = text
        return self._texts[part]

    def fields(self, section: Section) -> dict[str, str]:
        """Give what a section of the form of os-release(5) says; an empty value says nothing."""
        text = self.text(section)
        if text not in self._fields:
            found = parse_os_release(text)
            self._fields[text] = {name: value for name, value in found.items() if value}
        return self._fields[text]

    def release(self, kernel: Slice) -> str | None:
        """Give the release that the header of an x86 *kernel* tells."""
        if kernel not in self._releases:
            start = self._read(kernel.offset, min(_KERNEL_START, kernel.length))
            header = parse_x86_header(start)
            at = header.version_offset if header is not None else None
            text = b""
            if at is not None and at + 200 <= kernel.length:
                text = start[at : at + 200] or self._read(kernel.offset + at, 200)
            words = text.partition(b"\0")[0].decode("ascii", "replace").split()
            self._releases[kernel] = words[0] if words else None
        return self._releases[kernel]


def _foreign(headers: PeHeaders, machine: str | None) -> str | None:
    """Say why *machine* does not run an image with these headers."""
    if headers.subsystem != EFI_APPLICATION:
        return "the image is no EFI application"
    if headers.architecture is None:
        return f"the image is for a machine that EFI has no name for (0x{headers.machine:04x})"
    if machine is not None and headers.architecture != machine:
        return f"the image is for {headers.architecture}, and this machine is {machine}"
    return None


_Sections = dict[str, list[Section]]
"""By name."""


def _profiles(sections: tuple[Section, ...]) -> Iterator[_Sections]:
    """Give for each profile the sections that it sees."""
    starts = [at for at, section in enumerate(sections) if section.name == ".profile"]
    common = _by_name(sections[: starts[0]] if starts else sections)
    if not starts:
        yield common
        return
    for start, end in zip(starts, (*starts[1:], len(sections)), strict=True):
        yield {**common, **_by_name(sections[start:end])}


def _by_name(sections: tuple[Section, ...]) -> _Sections:
    found: _Sections = {}
    for section in sections:
        if section.name in _KNOWN:
            found.setdefault(section.name, []).append(section)
    return found


class _View:
    """What one profile sees of an image, and what is wrong with it."""

    def __init__(self, image: _Image, sections: _Sections, problems: list[str]) -> None:
        self._image = image
        self._sections = sections
        self.problems = problems

    def _ask(self, name: str, ask: Callable[[Section], T], default: T) -> T:
        """Ask something of a section, if there is one."""
        if name not in self._sections:
            return default
        try:
            return ask(self._sections[name][0])
        except BootpickError as error:
            self.problems.append(error.message)
            return default

    def part(self, name: str) -> Slice | None:
        part = self._ask(name, self._image.part, None)
        return part if part is not None and part.length else None

    def text(self, name: str) -> str:
        return self._ask(name, self._image.text, "")

    def fields(self, name: str) -> dict[str, str]:
        return self._ask(name, self._image.fields, {})

    def release(self, linux: Slice) -> str | None:
        return self._ask(".linux", lambda _: self._image.release(linux), None)


def _profile(
    name: str, number: int, image: _Image, sections: _Sections, foreign: str | None
) -> Uki:
    """Give the entry that systemd-boot makes of one profile."""
    missing = _missing(sections)
    problems = [problem for problem in (foreign, missing) if problem is not None]
    view = _View(image, sections, [*problems, *_twice(sections)])
    system, own = view.fields(".osrel"), view.fields(".profile")
    label, wording = own.get("ID"), own.get("TITLE") or own.get("ID")
    if number > 0:
        label, wording = label or str(number), wording or f"@{number}"
    title = _first(system, "PRETTY_NAME", "IMAGE_ID", "NAME", "ID")
    linux = view.part(".linux")
    initrds = [part for part in map(view.part, (".ucode", ".initrd")) if part is not None]
    cmdline = clean_cmdline(view.text(".cmdline"))
    release = view.text(".uname").strip() or None
    if release is None and linux is not None:
        release = view.release(linux)
    if not view.problems:
        if linux is None:
            view.problems.append("the image's .linux section is empty")
        elif title is None:
            view.problems.append("the image's .osrel section names no operating system")
    return Uki(
        f"{name}@{label}" if label is not None else name,
        f"{title or name} ({wording})" if wording is not None else title or name,
        number,
        _first(system, "IMAGE_VERSION", "VERSION", "VERSION_ID", "BUILD_ID"),
        _first(system, "IMAGE_ID", "ID"),
        image.headers.architecture,
        cmdline if linux is not None else None,
        release,
        linux,
        tuple(initrds),
        tuple(dict.fromkeys(view.problems)),
        not problems and title is not None,
        tuple(
            f"the image's device tree ({tree}) is not loaded: kexec keeps the running one"
            for tree in _DEVICE_TREES
            if tree in sections
        ),
    )


def _missing(sections: _Sections) -> str | None:
    if ".linux" not in sections:
        return "it is no unified kernel image: it has no .linux section"
    if ".osrel" not in sections:
        return "the image has no .osrel section, and systemd-boot does not list it"
    return None


def _twice(sections: _Sections) -> Iterator[str]:
    # systemd's stubs differ: up to 252 the last one counts, later the first.
    for name in _UNIQUE:
        if len(sections.get(name, ())) > 1:
            yield f"the image has {len(sections[name])} {name} sections"


def _first(fields: dict[str, str], *names: str) -> str | None:
    return next((fields[name] for name in names if name in fields), None)


def clean_cmdline(text: str) -> str:
    """Give the command line that the stub hands over.

    Control characters are blanks in it, and what is not UTF-8 is lost on the way through UTF-16.
    (The stub of systemd 252 keeps blanks at its start, and DEL as it is.)
    """
    return text.translate(_CLEANED).strip(" ")


def _addon(file: AddonFile, machine: str | None) -> Addon:
    try:
        image = _Image(file.size, file.read)
        problem = _foreign(image.headers, machine)
        if problem is not None:
            return Addon(file.name, problem=problem)
        sections = _by_name(image.headers.sections)
        if ".linux" in sections:
            return Addon(file.name, problem="it is no addon: it has a .linux section")
        found = {name: sections[name][0] for name in sections}
        parts = {name: image.part(found[name]) for name in (".ucode", ".initrd") if name in found}
        cmdline = clean_cmdline(image.text(found[".cmdline"])) if ".cmdline" in found else ""
    except BootpickError as error:
        return Addon(file.name, problem=error.message)
    return Addon(file.name, cmdline, parts.get(".ucode"), parts.get(".initrd"))
