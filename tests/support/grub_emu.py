"""The judge: GRUB 2.06 itself, as Debian's `grub-emu`, says what a configuration means.

grub-emu is GRUB built as a program: same parser, same menu, same file system drivers, with disk
images for disks. It has no `linux`, `initrd` or `chainloader`, so the judge defines GRUB
*functions* of those names which write down the words they get. They write with `save_env` into a
block on a disk of their own, because the terminal would expand tabs and mangle bytes; only titles
come from the terminal (GRUB announces each entry that it boots by itself).

Which entries there are is asked one index at a time: `default=N` with a timeout of 0 boots entry
N, `N>M` one of a submenu. An index out of range falls to entry 0, so the top level gets an end
entry after the configuration's own, and in a submenu an answer that repeats the first entry's is
checked with `fallback`: GRUB follows an existing number there, and crashes on one out of range.
That crash is GRUB 2.06's own and the only way it tells; it happens in a child process.

What the judge cannot say it refuses with a `JudgeError`: a default that two equal entries could
be, a run that does not end. The menu of another file (`configfile`) sees exported variables only,
so to reach its entries `default` and `timeout` are exported; beyond the judge are files that set
`default` themselves, or a timeout of more than its patience.
"""

import fcntl
import itertools
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import tarfile
import tempfile
import termios
import time
import tty
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAMS = ("grub-emu", "mke2fs", "mkfs.fat", "mcopy", "sfdisk", "prlimit", "setpriv")
"""What a judge needs; all of it is packaged by every distribution that has grub-emu."""

KERNEL_COMMANDS = frozenset({"linux", "linux16", "linuxefi"})
INITRD_COMMANDS = frozenset({"initrd", "initrd16", "initrdefi"})
OTHER_COMMANDS = frozenset(
    {
        "appleloader",
        "chainloader",
        "devicetree",
        "drivemap",
        "fwsetup",
        "kfreebsd",
        "module",
        "module2",
        "multiboot",
        "multiboot2",
        "ntldr",
        "parttool",
        "xen_hypervisor",
        "xen_module",
        "xnu_kernel",
        "xnu_kernel64",
    }
)
"""Commands of the real machine which grub-emu lacks and which say what an entry is for."""

OUTPUT_LIMIT = 4 << 20
SECTOR = 512
MEBIBYTE = 1 << 20
COLUMNS = 60000
"""Wide enough that GRUB never wraps a line, and high enough that it never waits for a key."""

_SEPARATOR = "\x1f"
_END_ID = "judge-end-of-menu"
_INTO_FILES = "export default timeout"
_LOG_DISK = "hd31"
_LOG_SIZE = 65536
_UNTOUCHED = 0
"""The time of a copy that nobody has written to yet."""
_START, _END = "<judge-starts>", "<judge-ends>"
_BOOTING = re.compile(r"  Booting `(.*?)'\n\n", re.DOTALL)
_FALLING_BACK = b"   Falling back to `"
_RETURNED = b"Failed to boot both default and fallback entries."
_ANY_KEY = b"Press any key to continue..."
_PROMPT = b"\n\rgrub> "
_PASSWORD = b"Enter username: "
_SECRET = b"Enter password: "
_ERROR = "error: %s.\n"
_MARKED_ERROR = "\x1derror: (.*?)\\.?\x1e\n"
_LANGUAGE = "judge"
_ABORTED = b"Aborted. Press any key to exit."
# Its crashes leave no core files, and it does not get the network device that it would ask for as
# root: to give that back takes the kernel twice as long as GRUB runs.
_HARNESS = (
    *("prlimit", "--core=0"),
    *("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"),
)

_FUNCTIONS = "\n".join(
    (
        "function judge_report {",
        '  for judge_word in "$@"; do',
        f'    set judge_log="$judge_log$judge_word{_SEPARATOR}"',
        "  done",
        '  set judge_chosen="$chosen"',
        f"  save_env -f ({_LOG_DISK})/log judge_log judge_chosen",
        '  if [ "$judge_mode" = leaf ]; then unset fallback; fi',
        "}",
        *(
            f'function {name} {{ judge_report {name} $# "$@"; }}'
            for name in sorted(KERNEL_COMMANDS | INITRD_COMMANDS | OTHER_COMMANDS)
        ),
        # The machine has 64 bits; Debian's grub-emu cannot be asked.
        "function cpuid { true; }",
    )
)


class JudgeError(Exception):
    """The judge cannot give an answer: never to be taken for one."""


@dataclass(frozen=True)
class Volume:
    """A file system with a copy of a folder in it."""

    number: int
    """Its partition number; 0 is the disk without a partition table, from 5 on a logical one."""
    uuid: str = ""
    label: str = ""
    fat: bool = False
    empty: bool = False
    """A partition without a file system that GRUB could read."""
    folder: Path | None = None
    without: tuple[str, ...] = ()
    """Folders left out, relative to `folder`: what is mounted there is another file system."""
    inside: str = ""
    """Where in the file system the folder's content goes: a btrfs subvolume."""


@dataclass(frozen=True)
class Disk:
    """A disk: partitions in a table (`gpt`, `msdos`), or one volume without a table."""

    table: str
    volumes: tuple[Volume, ...]


@dataclass(frozen=True)
class FolderDisk:
    """A folder as a disk, `(hd0)/path`; cheap, and without a UUID."""

    folder: Path


@dataclass(frozen=True)
class Command:
    """A command that an entry ran, with its words after expansion."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class JudgedEntry:
    """One entry of the menu, as GRUB has it."""

    index: str
    title: str
    """As the terminal shows it: a tab has become blanks."""
    id: str | None
    """None where the entry runs no command that the judge hears."""
    submenus: tuple[str, ...]
    commands: tuple[Command, ...]
    restricted: bool | None
    """Whether GRUB asks for a password first; None where the judge cannot tell."""

    @property
    def linux(self) -> tuple[str, ...] | None:
        """The words of the last `linux` command, which is the one that counts; None without."""
        kernels = [command for command in self.commands if command.name in KERNEL_COMMANDS]
        return kernels[-1].words if kernels else None

    @property
    def initrds(self) -> tuple[str, ...]:
        """The words of all `initrd` commands, in order."""
        return tuple(
            word
            for command in self.commands
            if command.name in INITRD_COMMANDS
            for word in command.words
        )


@dataclass(frozen=True)
class _Boot:
    """What one boot without a key touched showed."""

    titles: tuple[str, ...]
    """Of the entry and the submenus that led to it, outermost first."""
    chosen: str | None
    commands: tuple[Command, ...]
    returned: bool
    """Whether the body came to its end and gave control back to the menu."""


@dataclass(frozen=True)
class _Run:
    output: str
    stopped_at: bytes | None
    status: int | None
    """grub-emu's exit status, if it ended by itself."""
    log: Mapping[str, str]


def missing_programs() -> list[str]:
    """Name the programs that a judge needs and this machine has not."""
    return [program for program in PROGRAMS if shutil.which(program, path=_search_path()) is None]


def grub_command_line(words: Sequence[str]) -> str:
    r"""Join words as GRUB's loaders do for the kernel (grub-core/lib/cmdline.c).

    A backslash goes before each `\`, `'` and `"`; a word with a space in it is put in double
    quotes whole; single blanks between, so an empty word leaves two.
    """
    quoted = []
    for word in words:
        escaped = re.sub(r"([\\'\"])", r"\\\1", word)
        quoted.append(f'"{escaped}"' if " " in word else escaped)
    return " ".join(quoted)


def disks_of_lsblk(rows: Mapping[str, Any], root: Path) -> tuple[tuple[Disk, ...], dict[str, str]]:
    """Make disks of what `lsblk --json --output-all` printed and of the tree mounted there.

    Also gives GRUB's path of each mount point: `{"/": "(hd0,gpt2)"}`, with the subvolume where
    one is mounted. A file system inside LVM, LUKS or a RAID set becomes a disk of its own behind
    the real ones, since the judge could put none of them together.
    """
    mounts: dict[str, str] = {}
    disks: list[Disk] = []
    containers: dict[str, Mapping[str, Any]] = {}
    mounted = [row["mountpoint"] for disk in rows["blockdevices"] for row in _walk(disk)]

    def volume(row: Mapping[str, Any], number: int, name: str) -> Volume:
        mount = row["mountpoint"] or ""
        inside = ""
        folder = None
        below: tuple[str, ...] = ()
        if mount.startswith("/"):
            inside = (row["fsroots"][0] or "").strip("/")
            mounts[mount] = f"({name}){'/' + inside if inside else ''}"
            folder = root / mount.lstrip("/")
            start = mount.rstrip("/") + "/"
            below = tuple(
                other.removeprefix(start)
                for other in mounted
                if other and other != mount and other.startswith(start)
            )
        return Volume(
            number=number,
            uuid=row["uuid"] or "",
            label=row["label"] or "",
            fat=row["fstype"] == "vfat",
            empty=row["fstype"] not in ("ext2", "ext3", "ext4", "btrfs", "xfs", "vfat"),
            folder=folder,
            without=below,
            inside=inside,
        )

    for place, disk in enumerate(rows["blockdevices"]):
        table = {"gpt": "gpt", "dos": "msdos", None: ""}[disk["pttype"]]
        if not table:
            disks.append(Disk("", (volume(disk, 0, f"hd{place}"),)))
            continue
        volumes = []
        for partition in disk.get("children", ()):
            number = int(re.findall(r"\d+$", partition["kname"])[0])
            volumes.append(volume(partition, number, f"hd{place},{table}{number}"))
            # lsblk shows a RAID set below each of its members.
            containers |= {row["kname"]: row for row in _walk(partition) if row["type"] != "part"}
        disks.append(Disk(table, tuple(volumes)))
    for row in containers.values():
        if row.get("children") is None:
            disks.append(Disk("", (volume(row, 0, f"hd{len(disks)}"),)))
    return tuple(disks), mounts


def _walk(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = [row]
    for child in row.get("children", ()):
        found += _walk(child)
    return found


@dataclass
class Judge:
    """GRUB with some disks, in a folder of its own that the caller removes.

    `variables` are set and exported before the configuration is read: `root`, `prefix`, and
    `grub_platform` and `grub_cpu`, which in grub-emu would be `emu` and this machine's.
    """

    workshop: Path
    disks: Sequence[Disk | FolderDisk] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    time_limit: float = 20.0
    """Seconds for one run."""

    def __post_init__(self) -> None:
        """Make the disk images, once for all runs."""
        self._images = self.workshop / "images"
        self._texts = self.workshop / "texts"
        self._menus: dict[str, list[JudgedEntry]] = {}
        self._desk = self.workshop / "desk"
        self._desk.mkdir(parents=True)
        self._images.mkdir()
        self._texts.mkdir()
        for place, disk in enumerate(self.disks):
            image = self._images / f"hd{place}"
            if isinstance(disk, FolderDisk):
                _make_tar(disk.folder, image)
            else:
                _make_disk(disk, image)
        catalogue = _catalogue({"": "charset=UTF-8\n", _ERROR: f"\x1d{_ERROR[:-1]}\x1e\n"})
        (self.workshop / f"{_LANGUAGE}.mo").write_bytes(catalogue)
        log = self.workshop / "log"
        log.mkdir()
        block = "# GRUB Environment Block\n".ljust(_LOG_SIZE, "#")
        (log / "log").write_text(block, encoding="ascii")
        _make_tar(log, self._images / _LOG_DISK)

    def add_config(self, text: str) -> str:
        """Keep a configuration outside the disks and give GRUB's path of it."""
        number = len(list(self._texts.iterdir()))
        path = self._texts / f"{number}.cfg"
        path.write_text(text, encoding="utf-8", errors="surrogateescape")
        return f"(host){path}"

    def menu(self, config: str) -> list[JudgedEntry]:
        """Give every entry of every level of the configuration at GRUB's path `config`."""
        if config not in self._menus:
            entries: list[JudgedEntry] = []
            self._read_level(config, (), entries)
            self._menus[config] = entries
        return [*self._menus[config]]

    def default(self, config: str, default: str | None = None) -> str | None:
        """Give the index path of the entry that boots when nobody touches a key.

        With `default`, of the entry that would boot if the configuration had set that.
        """
        setting = [] if default is None else [f"set default={_quoted(default)}"]
        boot = self._boot(config, setting)
        if not boot.titles:
            return None
        matches = [
            entry.index
            for entry in self.menu(config)
            if (*entry.submenus, entry.title) == boot.titles
            and entry.commands == boot.commands
            and entry.id == _last_id(boot.chosen)
        ]
        if len(matches) != 1:
            message = f"{' > '.join(boot.titles)} boots, which may be any of: {matches}"
            raise JudgeError(message)
        return matches[0]

    def script_output(self, script: str) -> str:
        """Give what a script prints with `echo` and the like, without GRUB's error messages."""
        return self.script_answers(script)[0]

    def script_answers(self, script: str) -> tuple[str, list[str]]:
        """Give what a script prints, and the error messages that GRUB prints meanwhile.

        Both come through the same terminal, where a tab comes as blanks. GRUB "translates" its
        messages into what tells them from the script's own lines.
        """
        path = self.add_config(script)
        lines = [
            f"set locale_dir=(host){self.workshop}",
            f"set lang={_LANGUAGE}",
            f"echo '{_START}'",
            f"source {path}",
            "echo",
            f"echo '{_END}'",
            "halt",
        ]
        run = self._run(lines, (_ABORTED,))
        text = run.output.partition(f"{_START}\n")[2]
        if run.status != 0:
            message = f"the script did not come to its end: {run.output[-400:]!r}"
            raise JudgeError(message)
        if "error: maximum recursion depth exceeded" in text:
            message = "it is nested so deep that it counts from where it was called"
            raise JudgeError(message)
        # A script that halts has no end mark.
        text = text.removesuffix(f"\n{_END}\n")
        errors = re.findall(_MARKED_ERROR, text, re.DOTALL)
        text = re.sub(_MARKED_ERROR, "", text, flags=re.DOTALL)
        # Where the script chose another language, they have no marks.
        errors += re.findall(r"error: (.*)\.\n", text)
        return re.sub(r"error: .*\n", "", text), errors

    def _read_level(self, config: str, above: tuple[int, ...], entries: list[JudgedEntry]) -> None:
        """Add the entries of one menu, and of those below it, to `entries`."""
        depth = len(above)
        end = [f"menuentry 'judge' --id {_END_ID} {{ judge_report end 0 ''; }}"]
        first: _Boot | None = None
        plain: str | None = None
        for number in itertools.count():
            index = ">".join(map(str, (*above, number)))
            boot = self._boot(config, [*end, f"set default='{index}'", _INTO_FILES])
            if boot.chosen == _END_ID:
                return
            if boot == first and not self._exists(config, above, number, plain, entries):
                return
            first = first or boot
            if len(boot.titles) > depth + 1:
                self._read_level(config, (*above, number), entries)
                continue
            if boot.returned:
                plain = plain or index
            entries.append(
                JudgedEntry(
                    index=index,
                    title=boot.titles[-1],
                    id=_last_id(boot.chosen),
                    submenus=boot.titles[:-1],
                    commands=boot.commands,
                    restricted=self._asks_password(config, index, boot),
                )
            )

    def _exists(
        self,
        config: str,
        above: tuple[int, ...],
        number: int,
        plain: str | None,
        entries: Sequence[JudgedEntry],
    ) -> bool:
        """Tell an entry that equals the first of its submenu from one that is not there.

        GRUB boots an entry of that menu whose body comes back, then the fallback. Is there none
        but submenus, an entry of one of those does: its own menu would follow the fallback
        first, so there the entry's command takes the variable away.
        """
        mode = "menu"
        if plain is None:
            mode = "leaf"
            prefix = "".join(f"{part}>" for part in above)
            leaves = [
                entry.index
                for entry in entries
                if entry.index.startswith(prefix)
                and entry.index.count(">") == len(above) + 1
                and entry.commands
            ]
            if not leaves:
                message = f"cannot tell whether there is an entry {prefix}{number}"
                raise JudgeError(message)
            plain = leaves[0]
        settings = [
            f"set default='{plain}'",
            f"set fallback='{number}'",
            f"set judge_mode={mode}",
            "export fallback judge_mode",
            _INTO_FILES,
        ]
        run = self._run(self._script(config, settings), (_FALLING_BACK, _RETURNED))
        if run.stopped_at == _FALLING_BACK:
            return True
        if run.status is not None and run.status < 0:
            return False
        message = f"cannot tell whether there is an entry {number} beside {plain}"
        raise JudgeError(message)

    def _asks_password(self, config: str, index: str, boot: _Boot) -> bool | None:
        """Say whether GRUB asks for a password before it boots an entry.

        It also asks before it leaves a submenu, which it does when the body has come back: only
        what the body reports tells the two apart.
        """
        lines = [f"set default='{index}'", _INTO_FILES]
        run = self._run(self._script(config, lines, as_superuser=False), (_PASSWORD, _RETURNED))
        if run.stopped_at != _PASSWORD:
            return False
        if boot.commands:
            return not run.log["judge_log"]
        return None if boot.returned and ">" in index else True

    def lets_in(self, config: str, index: str, user: str, password: str) -> bool:
        """Say whether GRUB boots an entry, which loads something, for who logs in once."""
        lines = [f"set default='{index}'", _INTO_FILES]
        answers = {_PASSWORD: f"{user}\r".encode(), _SECRET: f"{password}\r".encode()}
        script = self._script(config, lines, as_superuser=False)
        run = self._run(script, (_RETURNED,), answers)
        return bool(run.log["judge_log"])

    def _boot(self, config: str, settings: Sequence[str]) -> _Boot:
        run = self._run(self._script(config, settings), (_RETURNED, _PROMPT))
        log = run.log.get("judge_log", "").split(_SEPARATOR)[:-1]
        chosen = run.log.get("judge_chosen") if log else None
        commands = []
        while log:
            name, count = log[0], int(log[1])
            commands.append(Command(name, tuple(log[2 : 2 + count])))
            log = log[2 + max(count, 1) :]  # without words "$@" is one empty word
        return _Boot(
            titles=tuple(_BOOTING.findall(run.output)),
            chosen=chosen,
            commands=tuple(commands),
            returned=run.stopped_at == _RETURNED,
        )

    def _script(
        self, config: str, settings: Sequence[str], *, as_superuser: bool = True
    ) -> list[str]:
        """Write what reads the configuration, changes what `settings` say, and boots."""
        return [
            f"source {config}",
            # What ran outside every entry is not theirs.
            "set judge_log=",
            f"save_env -f ({_LOG_DISK})/log judge_log",
            *(["unset superusers"] if as_superuser else []),
            # The styles `countdown` and `hidden` wait some seconds even with a timeout of 0.
            "set timeout_style=menu",
            "set timeout=0",
            *settings,
        ]

    def _run(
        self,
        script: Sequence[str],
        stops: Sequence[bytes],
        answers: Mapping[bytes, bytes] | None = None,
    ) -> _Run:
        """Run grub-emu on copies of the disks, for a configuration may write to them."""
        folder = self._desk
        device_map = []
        for image in sorted(self._images.iterdir()):
            copy = folder / image.name
            if not copy.exists() or copy.stat().st_mtime_ns != _UNTOUCHED:
                shutil.copyfile(image, copy)
                os.utime(copy, ns=(_UNTOUCHED, _UNTOUCHED))
            device_map.append(f"({image.name}) {copy}\n")
        (folder / "device.map").write_text("".join(device_map), encoding="utf-8")
        lines = [
            f"terminfo -g {COLUMNS}x{COLUMNS} -u console dumb",
            "set enable_progress_indicator=0",
            "export enable_progress_indicator",
            _FUNCTIONS,
        ]
        for variable, value in self.variables.items():
            lines += [f"set {variable}={_quoted(value)}", f"export {variable}"]
        config = "\n".join((*lines, *script, ""))
        (folder / "grub.cfg").write_text(config, encoding="utf-8", errors="surrogateescape")
        output, stopped_at, status = _run_grub_emu(folder, stops, self.time_limit, answers)
        return _Run(output, stopped_at, status, _read_log(folder / _LOG_DISK))


def _run_grub_emu(
    folder: Path,
    stops: Sequence[bytes],
    time_limit: float,
    answers: Mapping[bytes, bytes] | None = None,
) -> tuple[str, bytes | None, int | None]:
    """Run grub-emu until it ends or prints one of `stops`: output, which one, exit status.

    What of `answers` it asks for it gets once; to be asked again ends it.
    """
    pending = dict(answers or {})
    asked = 0
    master, slave = pty.openpty()
    tty.setraw(slave)
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", COLUMNS, COLUMNS, 0, 0))
    device_map = str(folder / "device.map")
    process = subprocess.Popen(
        [*_HARNESS, "grub-emu", "-d", str(folder), "-r", "host", "-m", device_map],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=folder,
        # A configuration's `terminal_output gfxterm` would open a window.
        env={"PATH": _search_path(), "SDL_VIDEODRIVER": "none", "TERM": "dumb"},
    )
    os.close(slave)
    output = b""
    stopped_at = None
    waits = 0
    deadline = time.monotonic() + time_limit
    try:
        while stopped_at is None:
            if not select.select([master], [], [], max(0.0, deadline - time.monotonic()))[0]:
                message = f"grub-emu did not come to its end: {output[-400:]!r}"
                raise JudgeError(message)
            piece = b""
            with suppress(OSError):  # EIO: the other end is closed
                piece = os.read(master, 65536)
            if not piece:
                break
            output += piece
            if len(output) > OUTPUT_LIMIT:
                message = "grub-emu prints without end"
                raise JudgeError(message)
            stopped_at = next((stop for stop in stops if stop in output), None)
            for question in [one for one in pending if one in output]:
                os.write(master, pending.pop(question))
                asked = len(output)
            if answers and not pending and asked:
                again = next((one for one in answers if one in output[asked:]), None)
                stopped_at = stopped_at or again
            while waits < output.count(_ANY_KEY):
                # After an error in an entry's body GRUB waits ten seconds for this.
                os.write(master, b" ")
                waits += 1
        status = process.wait(time_limit) if stopped_at is None else None
    finally:
        process.kill()
        process.wait()
        os.close(master)
    text = output.decode("utf-8", "replace").replace("\n\r", "\n")
    return text, stopped_at, status


def _catalogue(texts: Mapping[str, str]) -> bytes:
    """Give a file of translations as GNU gettext has it ("The Format of MO Files")."""
    pairs = [(key.encode() + b"\0", value.encode() + b"\0") for key, value in sorted(texts.items())]
    place = 28 + 16 * len(pairs)
    tables = b""
    for column in (0, 1):
        for pair in pairs:
            tables += struct.pack("<2I", len(pair[column]) - 1, place)
            place += len(pair[column])
    header = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return header + tables + b"".join(pair[column] for column in (0, 1) for pair in pairs)


def _read_log(image: Path) -> dict[str, str]:
    """Read the block that the judge's functions wrote."""
    with tarfile.open(image) as archive:
        member = archive.extractfile("log")
        assert member is not None
        block = member.read()
    found = re.findall(rb"^(judge_\w+)=((?:\\.|[^\\\n])*)\n", block, re.MULTILINE | re.DOTALL)
    return {
        name.decode(): re.sub(rb"\\(.)", rb"\1", value, flags=re.DOTALL).decode(
            "utf-8", "surrogateescape"
        )
        for name, value in found
    }


def _last_id(chosen: str | None) -> str | None:
    """Give an entry's id from `$chosen`, where `>` goes between ids and is doubled in them."""
    if chosen is None:
        return None
    if re.search(r"(?<!>)>(?:>>)+(?!>)", chosen):
        message = f"cannot tell where an id starts in {chosen}"
        raise JudgeError(message)
    return re.split(r"(?<!>)>(?!>)", chosen)[-1].replace(">>", ">")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _search_path() -> str:
    """Where programs are, the administrator's too: mke2fs is not on a user's path."""
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def _tool(*command: str, stdin: str = "") -> None:
    """Run a program that makes an image."""
    environment = {"PATH": _search_path(), "MTOOLS_SKIP_CHECK": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, input=stdin, text=True, capture_output=True, check=False, env=environment
    )
    if done.returncode:
        message = f"{' '.join(command)}: {done.stdout}{done.stderr}"
        raise JudgeError(message)


def _make_tar(folder: Path, image: Path) -> None:
    """Make a disk of a folder: GRUB reads a tar archive as a file system."""
    with tarfile.open(image, "w", format=tarfile.GNU_FORMAT) as archive:
        _add_files(archive, folder, "")
    size = -(-image.stat().st_size // 65536) * 65536
    os.truncate(image, size)


def _add_files(archive: tarfile.TarFile, folder: Path, inside: str) -> None:
    """Add the files of a folder, in its own order, in which patterns find them."""
    for name in os.listdir(folder):
        archive.add(folder / name, arcname=inside + name, recursive=False)
        if (folder / name).is_dir():
            _add_files(archive, folder / name, f"{inside}{name}/")


def _make_disk(disk: Disk, image: Path) -> None:
    """Make a disk image with a partition table, or of one file system."""
    with tempfile.TemporaryDirectory() as name:
        parts = []
        for volume in disk.volumes:
            part = Path(name) / f"part{volume.number}"
            _make_volume(volume, part)
            parts.append((volume.number, part))
        if not disk.table:
            shutil.copyfile(parts[0][1], image)
            return
        place = MEBIBYTE
        table = [f"label: {'dos' if disk.table == 'msdos' else disk.table}"]
        starts = []
        for number, part in parts:
            if disk.table == "msdos" and number > 4:  # a mebibyte before it holds its own table
                if not any(line.startswith("4 :") for line in table):
                    table.append(f"4 : start={place // SECTOR}, type=5")
                place += MEBIBYTE
            size = part.stat().st_size
            table.append(f"{number} : start={place // SECTOR}, size={size // SECTOR}")
            starts.append(place)
            place += size
        with image.open("wb") as file:
            file.truncate(place + MEBIBYTE)
        # It is no real disk: the kernel need not read the table again, for which sfdisk waits.
        quick = ("--quiet", "--no-reread", "--no-tell-kernel")
        _tool("sfdisk", *quick, str(image), stdin="\n".join(table) + "\n")
        with image.open("r+b") as file:
            for (_, part), start in zip(parts, starts, strict=True):
                file.seek(start)
                file.write(part.read_bytes())


def _make_volume(volume: Volume, image: Path) -> None:
    """Make one file system, in whole mebibytes."""
    if volume.empty:
        image.write_bytes(bytes(MEBIBYTE))
        return
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name) / "tree"
        target = tree / volume.inside
        if volume.folder is None:
            target.mkdir(parents=True)
        else:
            left_out = {volume.folder / path for path in volume.without}
            shutil.copytree(
                volume.folder,
                target,
                symlinks=True,
                ignore=lambda folder, names: [n for n in names if Path(folder) / n in left_out],
            )
        used = sum(path.stat().st_size + 4096 for path in tree.rglob("*") if path.is_file())
        mebibytes = 2 + used * 3 // 2 // MEBIBYTE
        label = ["-n" if volume.fat else "-L", volume.label] if volume.label else []
        if volume.fat:
            serial = ["-i", volume.uuid.replace("-", "")] if volume.uuid else []
            _tool("mkfs.fat", *serial, *label, "-C", str(image), str(mebibytes * 1024))
            if members := sorted(str(path) for path in tree.iterdir()):
                _tool("mcopy", "-s", "-i", str(image), *members, "::")
            return
        # ext2 whatever the real one is: newer ext4 and btrfs features are beyond GRUB 2.06.
        options = ["-q", "-F", "-t", "ext2", "-d", str(tree), *label]
        options += ["-U", volume.uuid] if volume.uuid else []
        _tool("mke2fs", *options, str(image), f"{mebibytes}M")
