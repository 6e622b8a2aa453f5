"""From a ``grub.cfg`` to the entries it offers.

The configuration is run as GRUB runs it. Then, for every entry, what its body would do is found
out by running it in a fork of the state that the menu was left in.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..diagnostics import Diagnostic
from ..entries import BootEntry, BootFile, BootMenu, Running, Save, unique_id
from ..resolve import Resolver
from ..source import Position
from .bodies import Body, run_body
from .cmdline import join_words
from .commands import PURE, commands_of
from .environment_block import parse_environment_block
from .interpreter import Interpreter, MenuShown
from .limits import LimitReached, Limits
from .locks import Guard
from .menu import (
    MenuEntry,
    parse_timeout,
    parse_timeout_style,
    split_selector,
)
from .shortcut import Shortcut
from .state import Loaded
from .world import Place, World

if TYPE_CHECKING:
    from ..passwords import Lock

# The variables that GRUB 2.06 sets before it reads anything (normal/main.c); all are exported.
FEATURES = (
    "chainloader_bpb ntldr platform_search_hint default_font_path all_video_module menuentry_id"
    " menuentry_options 200_final nativedisk_cmd timeout_style"
).split()

_MEDIA = ("iso", "inst.", "live", "casper", "/install.")
"""What is in the words of an entry that wants an installer's or a live system's medium."""

# How often a submenu may be opened within itself.
_REPEATS = 3


def start(
    world: World, device: str, directory: str, settings: tuple[tuple[str, str], ...]
) -> Interpreter:
    """Give a GRUB that was started from *directory* on *device*, before its first line."""
    shell = Interpreter(world, commands_of(world.dialect.name), PURE)
    if world.dialect.follows_subvolumes:
        from . import subvolumes

        subvolumes.watch(shell.environment, world.devices.find)
    variables = [
        ("root", device),
        ("prefix", f"({device}){directory}"),
        ("grub_cpu", world.cpu),
        ("grub_platform", world.platform),
        *((f"feature_{name}", "y") for name in (*FEATURES, *world.dialect.features)),
        *settings,
    ]
    for name, value in variables:
        shell.set(name, value)
        shell.environment.export(name)
    return shell


def read_menu(
    world: World,
    config: Place,
    running: Running,
    settings: tuple[tuple[str, str], ...] = (),
) -> BootMenu:
    """Evaluate the configuration at *config*, which exists.

    Raises BootpickError where it cannot be read.
    """
    directory = config.inner.rpartition("/")[0]
    shell = start(world, config.device, directory, settings)
    menu = shell.menu
    try:
        shell.run_file(config)
    except MenuShown as opened:
        shell = opened.shown
    except LimitReached:
        # What was read before counts, also where that was before another file was opened.
        shell.menu = shell.menu if shell.menu.entries else menu
        # The entries' bodies make text, too, and harm that stands outside them harms none.
        shell.limits.text = max(shell.limits.text, Limits().text // 4)
    return _Listing(world, running).build(shell)


def run_script(
    world: World, script: Place, config: Place, settings: tuple[tuple[str, str], ...] = ()
) -> tuple[Interpreter, bool]:
    """Run *script* in a GRUB that was started for *config*; tell whether it came to its end.

    Raises BootpickError where it cannot be read.
    """
    shell = start(world, config.device, config.inner.rpartition("/")[0], settings)
    try:
        shell.run_file(script)
    except MenuShown:  # GRUB would wait there for a choice
        return shell, True
    except LimitReached:
        return shell, False
    return shell, True


class _Listing:
    """Gathers the entries of a menu and of the menus below it."""

    def __init__(self, world: World, running: Running) -> None:
        self._world = world
        self._running = running
        self._resolver = Resolver(world.files)
        self._entries: list[BootEntry] = []
        self._ids: dict[str, int] = {}
        self._diagnostics: dict[Diagnostic, Diagnostic] = {}
        self._oneshot = False
        self._files: frozenset[str] = frozenset()
        self._left = 0
        """Bytes that the list may still grow by."""

    def build(self, top: Interpreter) -> BootMenu:
        """Give the whole menu; *top* is GRUB as it shows its first menu."""
        self._note(top.diagnostics)
        self._oneshot = _has_oneshot(top)
        self._left = top.limits.listing
        opened = (top.get("config_file"),)
        with suppress(LimitReached):
            self._visit(top, (), "", on_default_path=True, gate=None, opened=opened)
        saves = tuple(self._saves(top))
        timeout = parse_timeout(top.get("timeout"))
        fallback = top.menu.find_all(
            top.get("fallback") or "", prefers_ids=self._world.dialect.prefers_ids
        )
        return BootMenu(
            "grub",
            tuple(self._entries),
            timeout,
            parse_timeout_style(top.get("timeout_style"), timeout),
            tuple([str(index) for index in fallback]),
            saves=saves,
            diagnostics=tuple(self._diagnostics.values()),
            dialect=self._world.dialect.name,
            files=self._files,
        )

    def _saves(self, top: Interpreter) -> Iterator[Save]:
        for path, after in top.shadow.items():
            before, old = top.blocks[path]
            new = parse_environment_block(after) or {}
            names = [*new, *(name for name in old if name not in new)]
            changed = [(name, new.get(name)) for name in names if new.get(name) != old.get(name)]
            if not path.startswith("/"):
                kept = ", ".join(name for name, _ in changed)
                message = f"GRUB would change {kept} in the sectors {path}; bootpick does not"
                self._note([Diagnostic("note", message)] if changed else [])
                continue
            yield Save(path, tuple(changed), before, after)

    def _note(self, diagnostics: Sequence[Diagnostic]) -> None:
        for diagnostic in diagnostics:  # each once, whoever had the file read
            self._diagnostics.setdefault(diagnostic._replace(included=()), diagnostic)

    def _visit(
        self,
        shell: Interpreter,
        above: tuple[MenuEntry, ...],
        prefix: str,
        *,
        on_default_path: bool,
        gate: "Lock | None",
        opened: tuple[Position | str | None, ...],
    ) -> None:
        """List the menu that *shell* shows; *gate* is what was asked for on the way there."""
        if shell.bls is not None and shell.bls.files is not self._files:
            files = shell.bls.files
            self._files = files if self._files <= files else self._files | files
        selector = shell.get("default")
        dialect = self._world.dialect
        chosen = shell.menu.find(selector, prefers_ids=dialect.prefers_ids)
        if dialect.shifts_default:
            chosen = shell.menu.find_beside_snapshot(selector, chosen)
        if on_default_path and chosen is None and shell.menu.entries:
            chosen = 0
            if selector not in (None, ""):
                self._note([_no_such_default(shell, selector or "")])
        rest = split_selector(selector or "")[1]
        guard = Guard(shell, gate)
        edit_lock = guard.lock()
        shortcut = Shortcut(shell)
        for number, entry in enumerate(shell.menu.entries):
            if len(self._entries) >= shell.limits.entries:
                raise self._stopped(f"more than {shell.limits.entries} entries in all", entry)
            is_default = on_default_path and number == chosen
            index = f"{prefix}{number}"
            locks = (guard.lock(entry.users) if _asks(shell, entry) else gate, edit_lock)
            self._left -= guard.take_cost()
            loaded = shortcut.load(entry)
            body = run_body(shell, entry, rest) if loaded is None else Body(loaded)
            self._note(body.diagnostics)
            if body.menu is not None and body.menu.menu.entries:
                # A file that opens itself goes on doing so; a function may make a submenu with
                # submenus of the same kind, and come to an end.
                file = None if entry.is_submenu else body.menu.get("config_file")
                opener = entry.position if file is None else file
                again = opened.count(opener) >= (_REPEATS if file is None else 1)
                if again or len(opened) >= shell.limits.menus:
                    reason = "it opens menus within each other without end"
                    self._stopped(reason, entry)
                    self._add(
                        entry, above, index, body, [reason], is_default=is_default, locks=locks
                    )
                    continue
                self._visit(
                    body.menu,
                    (*above, entry),
                    f"{index}>",
                    on_default_path=is_default,
                    gate=locks[0],
                    opened=(*opened, opener),
                )
            else:
                self._add(entry, above, index, body, [], is_default=is_default, locks=locks)

    def _add(
        self,
        entry: MenuEntry,
        above: tuple[MenuEntry, ...],
        index: str,
        body: Body,
        reasons: list[str],
        *,
        is_default: bool,
        locks: "tuple[Lock | None, Lock | None]",
    ) -> None:
        if body.endless:
            reasons = [*reasons, *body.remarks]
        details: dict[str, Any] = {}
        if body.loaded is not None and body.loaded.kind == "linux":
            details = self._linux(body.loaded, () if reasons else body.remarks)
            if reasons:
                details["bootable"] = False
                details["reasons"] = (*reasons, *details["reasons"])
        else:
            details["bootable"] = False
            details["reasons"] = tuple(reasons) or (_why_not(entry, body), *body.remarks)
        details["version"] = details.get("version") or entry.version
        added = BootEntry(
            id=unique_id(entry.id, self._ids),
            own_id=entry.id,
            title=entry.title,
            submenus=tuple([menu.title for menu in above]),
            submenu_ids=tuple([menu.id for menu in above]),
            menu_index=index,
            loader="grub",
            position=entry.position,
            kind=body.loaded.kind if body.loaded else "other",
            classes=entry.classes,
            default=is_default,
            oneshot=is_default and self._oneshot,
            users=entry.users,
            boot_lock=locks[0],
            edit_lock=locks[1],
            hotkey=entry.hotkey,
            machine_id=entry.machine_id,
            sort_key=entry.sort_key,
            **details,
        )
        self._left -= _size_in_json(added)
        if self._left < 0:
            raise self._stopped("the list is too long", entry)
        self._entries.append(added)

    def _stopped(self, reason: str, entry: MenuEntry) -> LimitReached:
        """Note why the list is cut at *entry*; give what cuts it."""
        self._note([Diagnostic("error", f"stopped here: {reason}", entry.position)])
        return LimitReached()

    def _file(self, word: str, place: Place) -> BootFile:
        if (problem := self._world.why_unknown(place)) is not None:
            return BootFile(word, None, place.volume, place.inner, problem)
        return self._resolver.file(word, place.device, place.volume, place.inner, place.found)

    def _exists(self, path: str) -> bool:
        """Tell whether any file system has a file at *path*, as an initrd looks for an image."""
        names = [name for name, _ in self._world.devices]
        return any(self._world.place(f"({name}){path}", "").found for name in names)

    def _linux(self, loaded: Loaded, remarks: tuple[str, ...]) -> dict[str, Any]:
        """Give the fields of an entry that loads Linux."""
        assert loaded.kernel is not None
        kernel = self._file(loaded.words[0], loaded.kernel)
        initrds = tuple([self._file(word, place) for word, place in loaded.initrds])
        tree = self._file(*loaded.devicetree) if loaded.devicetree else None
        image = self._resolver.image(kernel)
        size = max(image.header.cmdline_size + 1, 128) if image.header else None
        boot_image = "BOOT_IMAGE="
        words, fitted = join_words(
            loaded.words,
            size and size - len(boot_image),
            keep_hex=self._world.dialect.keeps_hex,
        )
        cmdline = boot_image + words
        problems: dict[str, None] = {}
        doubts: list[str] = []
        for file in (kernel, *initrds, tree):
            if file is not None and (file.path is None or file.problem is not None):
                if file.problem is not None:
                    problems[file.problem] = None
                if (note := file.mount_note) is not None:
                    doubts.append(note)
        if kernel.in_image or any(sign in words for sign in _MEDIA):
            from ..iso_locators import doubts_about_medium  # few entries have to do with one

            devices = [volume for _, volume in self._world.devices]
            doubts += doubts_about_medium(kernel, initrds, loaded.words[1:], self._exists, devices)
        if fitted < len(loaded.words):
            doubts.append(
                f"the command line is cut before {loaded.words[fitted]!r}: this kernel takes "
                f"{size and size - 1} bytes"
            )
        return {
            "kernel": kernel,
            "initrds": initrds,
            "devicetree": tree,
            "cmdline": cmdline,
            "version": image.release,
            "architecture": image.header.architecture if image.header else None,
            "current": image.release == self._running.release and cmdline == self._running.cmdline,
            "bootable": not problems,
            "reasons": (*problems, *doubts, *remarks),
        }


def _asks(shell: Interpreter, entry: MenuEntry) -> bool:
    """Tell whether a password is asked for (normal/auth.c)."""
    if not entry.restricted or shell.get("superusers") is None:
        return False  # without superusers in this menu's context nobody is asked
    is_open = (shell.get("unrestricted_menu") or "").startswith(("1", "y"))
    return not (shell.world.dialect.opens_menu and is_open and not entry.users)


def _size_in_json(entry: BootEntry) -> int:
    """Give the bytes, or some more, that an entry takes in the list as JSON."""
    files = (*entry.initrds, *filter(None, (entry.kernel, entry.devicetree)))
    texts = [entry.id, entry.title, entry.cmdline or "", entry.position.file, entry.menu_index]
    texts += [*entry.submenus, *entry.classes, *entry.reasons]
    for file in files:
        texts += (file.word, file.path or "")
    text = "".join(texts)
    length = len(text) if text.isascii() else sum(_length_in_json(text) for text in texts)
    # What is remembered of a file takes more room than its paths.
    return 700 + 100 * len(files) + 8 * len(texts) + length


def _length_in_json(text: str) -> int:
    return len(text) if text.isascii() else 13 * len(text)


_KINDS = {
    "chainload": "it starts another boot loader (chainloader), which kexec cannot do",
    "multiboot": "it loads a multiboot kernel, not Linux",
    "xen": "it loads the Xen hypervisor, not Linux",
    "other": "it loads another system's kernel, not Linux",
    "firmware": "it opens the firmware's setup, which only a reboot through the firmware can do",
}


def _why_not(entry: MenuEntry, body: Body) -> str:
    if body.loaded is not None:
        return _KINDS[body.loaded.kind]
    if entry.is_submenu:
        return "it is a submenu without entries"
    if body.ended_by:
        return f"it ends with '{body.ended_by}'"
    return "it loads no kernel"


def _has_oneshot(top: Interpreter) -> bool:
    """Tell whether the configuration consumed ``next_entry`` for its choice of the default.

    What grub-reboot writes is known by its name alone: grub.cfg copies it to ``default`` and
    empties it in the environment block.
    """
    for path, (_, block) in top.blocks.items():
        wanted = block.get("next_entry")
        left = parse_environment_block(top.shadow.get(path, "")) or block
        if wanted and not left.get("next_entry"):
            return wanted == top.get("default")
    return False


def _no_such_default(shell: Interpreter, selector: str) -> Diagnostic:
    first = shell.menu.entries[0]
    return Diagnostic(
        "warning",
        f"default '{selector}' names no entry, so GRUB boots the first, '{first.title}'",
        first.position,
    )
