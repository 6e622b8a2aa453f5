"""The judge: systemd's own `bootctl list` says which entries there are on ESP and XBOOTLDR.

Its JSON has the values, in systemd 252 as one object after the other; what it prints for people
says which entry is the default, but not what is in it: backslashes of the options are lost there.
Neither knows all: the one fails on what is not UTF-8, the other on options that end in a backslash.

Its environment says where the partitions are, but two folders on one device are one partition to
it, so XBOOTLDR goes to a file system in memory, in a namespace. There `/sys/firmware` is the
judge's, too, so that EFI variables are those of the tree and never the machine's. bootctl looks for
them only outside of containers; as the first process of a process namespace it believes what
`$container` says.
"""

import json
import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from shutil import which
from typing import Any

from tests.support.program import CHECKOUT

_TITLES = re.compile(r"^         type: .*\n        title: (.*)$", re.MULTILINE)
_UNPACKED = CHECKOUT / ".venv/systemd-boot/usr/bin/bootctl"
"""Where `make test` puts it: installing the package would change how the machine boots."""


@dataclass(frozen=True)
class Partitions:
    """What to list."""

    esp: Path
    xbootldr: Path | None = None
    variables: Path | None = None
    """A folder of EFI variables as efivarfs has them; without, the machine has no EFI."""


@dataclass(frozen=True)
class Listed:
    """One entry as bootctl shows it."""

    id: str = ""
    title: str = ""
    """Distinct: with version, machine id or id behind it where others have the same."""
    partition: Path = Path()
    file: Path = Path()
    default: bool = False
    selected: bool = False
    """Whether it is what was booted, by the EFI variables."""
    tries_left: int | None = None
    tries_done: int | None = None
    sort_key: str | None = None
    version: str | None = None
    machine_id: str | None = None
    architecture: str | None = None
    linux: str | None = None
    initrds: tuple[str, ...] = ()
    options: str | None = None
    efi: str | None = None
    devicetree: str | None = None
    overlays: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """All entries, in menu order, and what bootctl complains of."""

    entries: tuple[Listed, ...] = ()
    complaints: tuple[str, ...] = field(default=(), compare=False)
    """As printed, with file and line; the file below its partition."""


class JudgeError(Exception):
    """bootctl cannot tell."""


@cache
def why_not() -> str | None:
    """Tell what keeps bootctl from judging here."""
    for program in ("unshare", "mount"):
        if which(program) is None:
            return f"bootctl cannot judge without {program}"
    if _bootctl() is None:
        return "there is no bootctl"
    if _namespace() is None:
        return "bootctl cannot judge without a mount namespace of its own"
    return None


def _bootctl() -> str | None:
    return which("bootctl") or (str(_UNPACKED) if _UNPACKED.exists() else None)


@cache
def _namespace() -> tuple[str, ...] | None:
    """Give the command to run something where mounts are seen by nobody else."""
    for options in (("-m", "--propagation", "private"), ("-U", "-r", "-m")):
        command = ("unshare", *options)
        test = "mount -t tmpfs none /sys/firmware && unshare -p -f true"
        if subprocess.run(
            [*command, "sh", "-c", test], capture_output=True, check=False
        ).returncode:
            continue
        return command
    return None


def listings(trees: Sequence[Partitions], timeout: float = 120) -> list[Answer]:
    """Give what bootctl lists on each of them; raises JudgeError."""
    namespace, bootctl = _namespace(), _bootctl()
    assert namespace is not None
    assert bootctl is not None
    with tempfile.TemporaryDirectory(prefix="bootctl-") as name:
        work = Path(name).resolve()
        memory = work / "memory"
        memory.mkdir()
        lines = [
            f"mount -t tmpfs none {_quoted(memory)}",
            "mount -t tmpfs none /sys/firmware",
            "mkdir /sys/firmware/efi",
            f"cd {_quoted(work)}",
        ]
        for number, tree in enumerate(trees):
            lines += _commands(number, tree, memory / str(number), bootctl)
        done = subprocess.run(
            [*namespace, "sh", "-e"],
            input="\n".join(lines).encode(),
            stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "SYSTEMD_COLORS": "0", "SYSTEMD_URLIFY": "0"},
            check=False,
            timeout=timeout,
        )
        if done.returncode:
            raise JudgeError(done.stderr.decode(errors="replace"))
        return [
            _answer(work, number, {memory / str(number): tree.xbootldr, tree.esp: tree.esp})
            for number, tree in enumerate(trees)
        ]


def _commands(number: int, tree: Partitions, xbootldr: Path, bootctl: str) -> list[str]:
    """Give the shell's commands that list one tree."""
    lines = [f"mkdir {_quoted(xbootldr)}"]
    if tree.xbootldr is not None:
        lines.append(f"cp -a {_quoted(tree.xbootldr)}/. {_quoted(xbootldr)}")
    container = "judge"
    if tree.variables is not None:
        container = ""
        lines.append(f"ln -sfn {_quoted(tree.variables)} /sys/firmware/efi/efivars")
    environment = f"container={container} SYSTEMD_XBOOTLDR_PATH={_quoted(xbootldr)} "
    environment += f"SYSTEMD_ESP_PATH={_quoted(tree.esp)}"
    for kind, option in (("json", "--json=short"), ("text", "--no-pager")):
        lines.append(
            f"{environment} unshare -p -f {_quoted(bootctl)} list {option} "
            f"> {number}.{kind} 2> {number}.errors || echo $? > {number}.failed"
        )
    return lines


def _quoted(path: Path | str) -> str:
    return shlex.quote(str(path))


def _answer(work: Path, number: int, partitions: Mapping[Path, Path | None]) -> Answer:
    objects, text, errors = (
        (work / f"{number}.{kind}").read_text(encoding="utf-8", errors="surrogateescape")
        for kind in ("json", "text", "errors")
    )
    if (work / f"{number}.failed").exists():
        raise JudgeError(errors)
    for folder in partitions:
        errors = errors.replace(f"{folder}/", "/")
    entries = list(_objects(objects))
    titles = _TITLES.findall(text)
    if len(entries) != len(titles):
        raise JudgeError(f"{len(entries)} entries, and {len(titles)} titles")
    return Answer(
        tuple(
            _entry(entry, title, partitions) for entry, title in zip(entries, titles, strict=True)
        ),
        tuple(errors.splitlines()),
    )


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Give each of the objects, whether in an array or not."""
    decoder = json.JSONDecoder(strict=False)
    text = text.lstrip()
    while text:
        value, end = decoder.raw_decode(text)
        yield from value if isinstance(value, list) else [value]
        text = text[end:].lstrip()


def _entry(entry: Mapping[str, Any], title: str, partitions: Mapping[Path, Path | None]) -> Listed:
    marks = title.removeprefix(entry["showTitle"])
    root = Path(entry["root"])
    return Listed(
        id=entry["id"],
        title=entry["showTitle"],
        partition=partitions[root] or root,
        file=(partitions[root] or root) / Path(entry["path"]).relative_to(root),
        default="(default)" in marks,
        selected="(selected)" in marks,
        tries_left=entry.get("triesLeft"),
        tries_done=entry.get("triesDone"),
        sort_key=entry.get("sortKey"),
        version=entry.get("version"),
        machine_id=entry.get("machineId"),
        architecture=entry.get("architecture"),
        linux=entry.get("linux"),
        initrds=tuple(entry.get("initrd", ())),
        options=entry.get("options"),
        efi=entry.get("efi"),
        devicetree=entry.get("devicetree"),
        overlays=tuple(entry.get("devicetreeOverlay", ())),
    )
