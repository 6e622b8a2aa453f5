"""From the folders of systemd-boot to the entries of its menu.

Type #1 entries are ``loader/entries/*.conf``, Type #2 entries ``EFI/Linux/*.efi``, of the EFI
system partition and of the extended boot loader partition alike. A directory ``/boot`` that is
neither is read in the same way.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..diagnostics import Diagnostic
from ..entries import BootEntry, BootFile, BootMenu, Removal, Running, unique_id
from ..errors import BootpickError, Unreadable
from ..resolve import Resolver
from ..source import Position
from ..system import FileTree, Found
from ..volumes import Volume
from .choice import choose, find_wait
from .efi_variables import DIRECTORY, LoaderVariables, file_name
from .entry import Type1, read_fields
from .images import Images, image_fields
from .loader_conf import LoaderConf, read_loader_conf
from .naming import TYPE1, TYPE2, EntryName, is_entry_file, is_own_name, is_valid_name, split_name
from .order import Rank, by_rank, distinct_titles
from .parser import parse_fields
from .places import CONF, ENTRIES, IMAGES, Folder, Places, join
from .uki import Uki

if TYPE_CHECKING:
    from ..passwords import Lock

_FILE_LIMIT, _TEXT_LIMIT = 1 << 20, 8 << 20
"""Bytes that are read of one Type #1 entry, and of all of them."""
_ENTRIES_LIMIT = 10_000
_INITRDS_LIMIT = 64
_CONF_LIMIT = 64 << 10
_AUTOMATIC = {
    "auto-windows": ("Windows Boot Manager", "chainload"),
    "auto-osx": ("macOS", "chainload"),
    "auto-efi-shell": ("EFI Shell", "chainload"),
    "auto-efi-default": ("EFI Default Loader", "chainload"),
    "auto-reboot-to-firmware-setup": ("Reboot Into Firmware Interface", "firmware"),
    "auto-poweroff": ("Power Off The System", "other"),
    "auto-reboot": ("Reboot The System", "other"),
}
"""Entries that systemd-boot makes by itself: what bootctl calls them, and their kind."""


class Sought(NamedTuple):
    """What systemd-boot sees, and what is known of the machine."""

    files: FileTree
    places: Places
    variables: LoaderVariables
    oneshot: Removal | None
    """The variable that holds a one-shot choice."""
    running: Running
    architecture: str | None
    """Of this machine, by its EFI name."""
    only: tuple[Volume, str] | None = None
    """The file of the one entry that is wanted: its file system, and its path there."""
    taken: frozenset[str] = frozenset()
    """Files that are another boot loader's."""


class _Candidate(NamedTuple):
    """An entry before it has its place in the list."""

    rank: Rank
    fields: dict[str, Any]
    passed_over: str | None = None
    """Why systemd-boot does not show it at all."""


def read_menu(sought: Sought) -> BootMenu:
    """Read all entries, sort them, and find out which one boots.

    Raises Unreadable where a directory may not be read.
    """
    return _Reader(sought).build()


class _Reader:
    def __init__(self, sought: Sought) -> None:
        self._sought = sought
        self._files = sought.files
        self._resolver = Resolver(sought.files)
        self._diagnostics: list[Diagnostic] = []
        self._left = _TEXT_LIMIT
        self._images = Images(sought.files, sought.architecture)

    def build(self) -> BootMenu:
        """Give the whole menu."""
        found: list[_Candidate] = []
        for candidate in self._candidates():
            if len(found) == _ENTRIES_LIMIT:
                message = f"stopped here: more than {_ENTRIES_LIMIT} entries in all"
                self._note("error", message, candidate.fields["position"])
                break
            found.append(candidate)
        found.sort(key=lambda candidate: by_rank(candidate.rank))
        if self._sought.only is None:
            found += self._automatic()
        names = [candidate.rank.name for candidate in found]
        conf = self._loader_conf()
        variables = self._sought.variables
        passed_over = [candidate.passed_over for candidate in found]
        choice = choose(names, passed_over, variables, conf)
        self._diagnostics += choice.diagnostics
        wait = find_wait(variables, conf)
        titles = distinct_titles([candidate.rank for candidate in found])
        edit_lock = None if conf.has_editor else _nobody()
        ids: dict[str, int] = {}
        entries = tuple(
            [
                BootEntry(
                    id=unique_id(_identifier(candidate.rank.name), ids),
                    own_id=_identifier(candidate.rank.name),
                    title=title,
                    submenus=(),
                    submenu_ids=(),
                    menu_index=str(number),
                    loader="bls",
                    default=number == choice.number,
                    oneshot=number == choice.number and choice.is_oneshot,
                    edit_lock=edit_lock,
                    **candidate.fields,
                )
                for number, (candidate, title) in enumerate(zip(found, titles, strict=True))
            ]
        )
        return BootMenu(
            "bls",
            entries,
            wait.seconds,
            wait.style,
            diagnostics=tuple(self._diagnostics),
            removal=self._sought.oneshot if choice.is_oneshot else None,
            default_from=choice.source if choice.number is not None else None,
        )

    def _note(
        self,
        severity: str,
        message: str,
        position: Position | None = None,
        hint: str | None = None,
    ) -> None:
        self._diagnostics.append(Diagnostic(severity, message, position, hint))

    # -----------------------------------------------------------------------------------------
    # Finding entries

    def _candidates(self) -> Iterator[_Candidate]:
        if self._sought.only is not None:
            volume, inner = self._sought.only
            directory, _, name = inner.rpartition("/")
            found = self._files.find(volume, directory or "/")
            if found is not None:
                yield from self._read(self._sought.places.folders[0], inner, name, found.path)
            return
        seen: set[str] = set()
        for folder in self._sought.places.folders:
            for kind, suffix in ((ENTRIES, TYPE1), (IMAGES, TYPE2)):
                directory = join(folder.inner, kind)
                path, names = self._names(folder, directory)
                # One file system may be mounted at several places.
                if path in seen:
                    continue
                seen.add(path)
                for name in sorted(names):
                    if is_entry_file(name, suffix) and join(path, name) not in self._sought.taken:
                        yield from self._read(folder, join(directory, name), name, path)

    def _names(self, folder: Folder, directory: str) -> tuple[str, list[str]]:
        """Give the directory's path on this machine, and the names in it if it is there."""
        try:
            found = self._files.find(folder.volume, directory)
            if found is not None and found.is_directory:
                return found.path, self._files.names(found.path, strict=True)
        except Unreadable:
            raise
        except BootpickError as error:
            self._note("error", error.message)
        return directory, []

    def _read(
        self, folder: Folder, inner: str, file_name: str, directory: str
    ) -> Iterable[_Candidate]:
        path = join(directory, file_name)
        position = Position(path, 1, 1, "")
        name = split_name(file_name)
        if name is None or not is_valid_name(name.name):
            message = "systemd's tools pass over a file of that name, and so does bootpick"
            self._note("warning", message, position, _NAMES)
            return ()
        try:
            found = self._files.find(folder.volume, inner)
            if found is None or found.is_directory:
                self._note("warning", "this is no file that could be read", position)
                return ()
            if inner.lower().endswith(TYPE2):
                read = self._read_type2(folder, inner, name, found, position)
            else:
                read = iter([self._read_type1(folder, name, found, position)])
            return map(_kept_off, read) if is_own_name(name.name) else read
        except Unreadable:
            raise
        except BootpickError as error:
            self._note("error", error.message.removeprefix(f"{path}: "), position, error.hint)
            return ()

    # -----------------------------------------------------------------------------------------
    # Type #1

    def _read_type1(
        self, folder: Folder, name: EntryName, found: Found, position: Position
    ) -> _Candidate:
        if found.size > _FILE_LIMIT:
            raise BootpickError(f"an entry of more than {_FILE_LIMIT >> 20} MiB is not read")
        if found.size > self._left:
            raise BootpickError(f"not read: that makes {_TEXT_LIMIT >> 20} MiB of entries")
        data = self._files.read(found.path, _FILE_LIMIT)
        self._left -= len(data)
        text = data.decode("utf-8", "surrogateescape")
        entry = read_fields(parse_fields(text, position.file))
        self._diagnostics += entry.diagnostics
        image, fields = self._load(folder, entry)
        passed_over = None
        if entry.loads is None:
            passed_over = "it names nothing to start"
        foreign = self._is_foreign(entry.architecture)
        if foreign:
            passed_over = (
                f"it is for {entry.architecture}, and this machine is {self._sought.architecture}"
            )
            fields["reasons"] = (passed_over, *fields["reasons"])
            fields["bootable"] = False
        fields["reasons"] += tuple(_doubts(entry, name, is_unified=image is not None))
        fields.update(
            position=position,
            version=entry.version or fields.get("version"),
            architecture=entry.architecture or fields.get("architecture"),
            machine_id=entry.machine_id,
            sort_key=entry.sort_key,
            tries_left=name.tries_left,
            tries_done=name.tries_done,
        )
        rank = Rank(
            name.name,
            entry.title or name.name,
            entry.sort_key,
            entry.machine_id,
            entry.version,
            tries_left=name.tries_left,
            tries_done=name.tries_done,
        )
        return _Candidate(rank, fields, passed_over)

    def _is_foreign(self, architecture: str | None) -> bool:
        own = self._sought.architecture
        return architecture is not None and own is not None and architecture.lower() != own

    def _load(self, folder: Folder, entry: Type1) -> tuple[Uki | None, dict[str, Any]]:
        """Give the fields of what the entry loads, and the unified image that this is, if any."""
        loads = entry.loads
        if loads is None:
            lost = f"its '{entry.lost[0]}' is of no use" if entry.lost else None
            reason = lost or "it has neither 'linux' nor 'efi' nor 'uki'"
            return None, {"kind": "other", "bootable": False, "reasons": (reason,)}
        if loads.key == "uki-url":
            reason = f"it starts {loads.value} from the network, which bootpick does not fetch"
            return None, {"kind": "uki", "bootable": False, "reasons": (reason,)}
        if len(entry.initrds) > _INITRDS_LIMIT:
            reason = f"it has more than {_INITRDS_LIMIT} initrds"
            return None, {"kind": "other", "bootable": False, "reasons": (reason,)}
        initrds, split = self._initrds(folder, entry)
        kernel, found = self._file(folder, loads.value)
        image = self._resolver.image(kernel)
        ukis: tuple[Uki, ...] = ()
        if image.header is None and found is not None and not found.is_directory:
            ukis = self._images.read(loads.value.rpartition("/")[2], found)
        uki = next((one for one in ukis if one.profile == (entry.profile or 0)), None)
        if found is not None and uki is not None and (uki.linux is not None or loads.key == "uki"):
            kernel = kernel._replace(stamp=(found.size, found.modified))
            fields = image_fields(kernel, uki)
            if entry.options:  # they take the place of the image's own, without Secure Boot
                fields["cmdline"] = entry.options
            fields["initrds"] = (*fields["initrds"], *initrds)
            return uki, self._finish(fields, (*initrds,), split)
        kind = {"linux": "linux", "uki": "uki"}.get(loads.key, "chainload")
        fields = {
            "kind": kind,
            "kernel": kernel,
            "initrds": initrds,
            "cmdline": entry.options,
            "version": image.release,
            "architecture": image.header.architecture if image.header else None,
            "reasons": (),
            "bootable": True,
        }
        if entry.devicetree is not None:
            fields["devicetree"] = self._file(folder, entry.devicetree)[0]
        if kind != "linux":
            reason = f"{kernel.path or kernel.word} is an EFI program, which kexec cannot start"
            if ukis and uki is None:
                reason = f"the image has no profile {entry.profile}"
            fields["bootable"] = False
            fields["reasons"] = (kernel.problem or reason,)
            if kind == "chainload":
                fields["cmdline"] = None
        tree = fields.get("devicetree")
        checked = [kernel] if kind == "linux" else []
        return None, self._finish(fields, (*checked, *initrds, *([tree] if tree else [])), split)

    def _finish(
        self, fields: dict[str, Any], files: Sequence[BootFile], doubts: list[str]
    ) -> dict[str, Any]:
        """Add what the files' places and the running system have to say."""
        problems = dict.fromkeys(file.problem for file in files if file.problem is not None)
        running = self._sought.running
        fields["current"] = (
            fields["cmdline"] is not None
            and fields.get("version") == running.release
            and fields["cmdline"] == _without_initrds(running.cmdline)
        )
        fields["bootable"] = fields["bootable"] and not problems
        fields["reasons"] = (*fields["reasons"], *problems, *doubts)
        return fields

    def _initrds(self, folder: Folder, entry: Type1) -> tuple[tuple[BootFile, ...], list[str]]:
        """Give the initrds, and what is doubtful about them.

        The specification has one path on a line, and systemd takes blanks for a part of it. Entries
        written for GRUB have several there, and variables.
        """
        files: list[BootFile] = []
        doubts: list[str] = []
        for path in entry.initrds:
            whole, found = self._file(folder, path)
            words = path.split(None, _INITRDS_LIMIT)
            if found is not None or (len(words) == 1 and "$" not in path):
                files.append(whole)
                continue
            for word in words:
                if word.startswith("$"):
                    doubts.append(f"the initrd {word} is a variable of GRUB, and is left out")
                else:
                    files.append(self._file(folder, "/" + word.lstrip("/"))[0])
            if len(words) > 1 and not (entry.for_grub or "$" in path):
                doubts.append(f"'{path}' is no file and is taken for {len(words)} initrds")
        return tuple(files), doubts

    def _file(self, folder: Folder, path: str) -> tuple[BootFile, Found | None]:
        """Look *path* up in the entry's file system, else below the folder that has ``loader/``."""
        below = join(folder.inner, path.lstrip("/"))
        places = [below, path] if folder.volume.anything else [path, below]
        if "\\" in path:  # what systemd-boot takes for a "/"
            places += [place.replace("\\", "/") for place in places]
        places = list(dict.fromkeys(places))
        for inner in places:
            found = self._files.find(folder.volume, inner)
            if found is not None:
                break
        else:
            inner = places[0]
        device = folder.volume.path
        return self._resolver.file(path, device, folder.volume, inner, found), found

    # -----------------------------------------------------------------------------------------
    # Type #2

    def _read_type2(
        self, folder: Folder, inner: str, name: EntryName, found: Found, position: Position
    ) -> Iterator[_Candidate]:
        stamp = (found.size, found.modified)
        word = inner[len(folder.inner.rstrip("/")) :]
        kernel = BootFile(word, found.path, folder.volume, inner, stamp=stamp)
        addons = self._images.addon_notes(folder, inner, name)
        for uki in self._images.read(name.name, found):
            fields = self._finish(image_fields(kernel, uki), (), addons)
            problem = uki.problems[0] if uki.problems else None
            if problem is not None:
                self._note("warning", f"'{uki.id}' cannot be booted: {problem}", position)
            fields.update(
                position=position,
                sort_key=uki.sort_key,
                tries_left=name.tries_left,
                tries_done=name.tries_done,
            )
            if name.tries_left == 0:
                fields["reasons"] = (*fields["reasons"], _BAD)
            rank = Rank(
                uki.id,
                uki.title,
                uki.sort_key,
                None,
                uki.version,
                uki.profile,
                name.tries_left,
                name.tries_done,
                name.name,
            )
            yield _Candidate(rank, fields, None if uki.listed else problem)

    # -----------------------------------------------------------------------------------------
    # What no file of an entry says

    def _automatic(self) -> Iterator[_Candidate]:
        """Give the entries that systemd-boot made by itself when it started this machine."""
        for name in self._sought.variables.entries:
            if not name.startswith("auto-"):
                continue
            title, kind = _AUTOMATIC.get(name, (name, "other"))
            position = Position(f"{DIRECTORY}/{file_name('LoaderEntries')}", 1, 1, "")
            reason = "systemd-boot makes this entry, and there is no kernel in it"
            fields = {"position": position, "kind": kind, "bootable": False, "reasons": (reason,)}
            yield _Candidate(Rank(name, title), fields)

    def _loader_conf(self) -> LoaderConf:
        folder = self._sought.places.conf
        try:
            found = folder and self._files.find(folder.volume, join(folder.inner, CONF))
            if found is None or found.is_directory:
                return LoaderConf()
            text = self._files.read(found.path, _CONF_LIMIT).decode("utf-8", "surrogateescape")
        except BootpickError as error:
            self._note("warning", error.message, hint=error.hint)
            return LoaderConf()
        conf = read_loader_conf(parse_fields(text, found.path))
        self._diagnostics += conf.diagnostics
        return conf


_NAMES = "systemd-boot may show it: give it a name of letters, digits, '+', '-', '_' and '.'"
_BAD = "all its tries are used up: systemd-boot puts it last"


def _nobody() -> "Lock":
    from ..passwords import Lock

    return Lock(())


def _kept_off(candidate: _Candidate) -> _Candidate:
    """Give an entry whose file has a name that systemd-boot keeps for itself."""
    reason = "systemd-boot does not show it: names that begin with 'auto-' are its own"
    candidate.fields["reasons"] = (*candidate.fields["reasons"], reason)
    return candidate._replace(passed_over="names that begin with 'auto-' are its own")


def _doubts(entry: Type1, name: EntryName, *, is_unified: bool) -> Iterator[str]:
    """Say what is doubtful about an entry, beside its files."""
    if name.tries_left == 0:
        yield _BAD
    variables = [word for word in entry.options.split() if word.startswith("$")]
    if variables:
        yield (
            f"its options have {', '.join(variables[:4])}, which only GRUB's blscfg replaces: "
            "the kernel gets them as they stand"
        )
    if entry.overlays:
        yield f"{len(entry.overlays)} device tree overlays are not applied"
    if entry.extras:
        yield f"'extra' is not followed: {', '.join(entry.extras[:4])}"
    if is_unified and entry.options:
        yield "its options take the place of the command line in the image"


def _identifier(name: str) -> str:
    """Give the id of the entry that systemd calls *name*."""
    return name[: -len(TYPE1)] if name.lower().endswith(TYPE1) else name


def _without_initrds(cmdline: str) -> str:
    """Take away the words that systemd-boot puts before the options for the kernel's EFI stub."""
    while cmdline.startswith("initrd="):
        cmdline = cmdline.partition(" ")[2]
    return cmdline
