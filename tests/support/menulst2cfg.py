"""``grub-menulst2cfg``: what GRUB 2 makes of a GRUB Legacy configuration."""

import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from itertools import dropwhile
from pathlib import Path

from tests.support.random_menulst import MOUNTED, UUIDS, XEN

PROGRAM = shutil.which("grub-menulst2cfg") or shutil.which("grub2-menulst2cfg")


@dataclass
class Converted:
    """One entry."""

    title: str
    root: str = ""
    """Where its file system is mounted."""
    kernel: str | None = None
    words: list[str] = field(default_factory=list)
    initrds: list[str] = field(default_factory=list)
    locked: bool = False
    empty: bool = True


@dataclass
class ConvertedMenu:
    """A whole configuration."""

    entries: list[Converted] = field(default_factory=list)
    default: int = 0
    timeout: float | None = None
    fallback: list[int] = field(default_factory=list)
    password: bool = False


def convert(plain: str, folder: Path) -> ConvertedMenu:
    """Have a configuration converted, and read what comes out.

    Each command has to begin its line: the program takes blanks before it for a part of its name.
    It knows neither joined lines nor carriage returns.
    """
    assert PROGRAM is not None
    file = folder / "plain.lst"
    file.write_text(plain, encoding="utf-8")
    done = subprocess.run([PROGRAM, file], capture_output=True, text=True, check=True)
    menu = ConvertedMenu()
    for line in done.stdout.splitlines():
        # A comment line of its own: what it knows of a command, or does not.
        if line.strip() and not line.lstrip().startswith("#"):
            _read(shlex.split(line), menu)
    # To GRUB Legacy a title without a command is no entry, and the next one takes its place.
    menu.entries = [entry for entry in menu.entries if not entry.empty]
    return menu


def _read(words: list[str], menu: ConvertedMenu) -> None:
    name, value = words[0], words[1] if len(words) > 1 else ""
    entry = menu.entries[-1] if menu.entries else None
    if name == "menuentry":
        menu.entries.append(Converted(value))
        return
    if entry is None:
        variable, _, text = value.rstrip(";").partition("=")
        if name == "legacy_password":
            menu.password = True
        elif name == "set" and variable == "default":
            menu.default = int(text)
        elif name == "set" and variable == "timeout":
            menu.timeout = float(text)
        elif name == "set" and variable == "fallback":
            menu.fallback = [int(one) for one in text.split()]
        return
    if name == "}" or (name == "if" and "authenticate" not in words):
        return
    entry.empty = False
    if "authenticate" in words:  # the next command may be glued to its end
        entry.locked = True
        behind = next(at for at, word in enumerate(words) if word.startswith("fi"))
        if words[behind + 1 :]:
            _read(words[behind + 1 :], menu)
        return
    match name:
        case "set":
            entry.root = MOUNTED[value.partition("=")[2].rstrip(";").strip("()")]
        case "search":
            entry.root = UUIDS[words[-1]]
        case "legacy_kernel":
            # The file is there twice: with GRUB 2's name of the device, and as written.
            file, _, *rest = dropwhile(lambda word: word.startswith("--"), words[1:])
            entry.kernel = _place(file, entry.root)
            entry.words, entry.initrds = [word for word in rest if word], []
        case "legacy_initrd":
            files = [words[1], *words[3:]]
            # To Xen they are modules.
            if entry.kernel is not None and not entry.kernel.endswith(XEN):
                entry.initrds = [_place(file, entry.root) for file in files]


def _place(word: str, root: str) -> str:
    if word.startswith("("):
        device, _, word = word[1:].partition(")")
        root = MOUNTED[device]
    return root + word.replace("//", "/")
