"""What a run touches: with ``--root`` nothing outside the tree, and nothing is written."""

import json
import os
import site
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import CHECKOUT
from tests.support.trees import INSTALLATIONS, plant, plant_config

# Where Python and what it imports are.
CODE = {
    os.path.realpath(str(path))
    for path in (
        *(CHECKOUT / "bootpick", CHECKOUT / "grammars", CHECKOUT / "tests/support"),
        *(sys.prefix, sys.base_prefix, *site.getsitepackages(), *sysconfig.get_paths().values()),
    )
}
# What is asked of this machine also for a tree: its running command line, for `current`.
MACHINE = {"/proc/cmdline"}
# Events beside "open" that touch nothing but files to read; those of a folder give its name.
FOLDERS = ("os.scandir", "os.listdir")
# The C library itself, for regular expressions.
HARMLESS = ("ctypes.dlopen", "ctypes.dlsym", "ctypes.call_function", "ctypes.addressof")

LINKS = {
    "abs": "{outside}",
    "rel": "../../../../../../../../../..{outside}",
    "cfg": "{outside}/secret.cfg",
    "iso": "{outside}/secret.iso",
    "vm": "{outside}/vmlinuz",
    "boot/grub/grubenv": "{outside}/grubenv",
    "boot/grub/custom.cfg": "../../../outside/secret.cfg",
    "boot/efi": "{outside}",
    "etc/os-release": "{outside}/os-release",
    "usr/lib/os-release": "../../../outside/os-release",
    "loader": "{outside}/loader",
    "proc": "/proc",
    "home": "/etc",
    "up": "..",
    "chain": "chain2",
    "chain2": "up/../up/up/up/etc",
    "circle": "circle/x",
}
PATHS = (
    *("/abs/secret.cfg", "/rel/secret.cfg", "/cfg", "/../outside/secret.cfg", "/up/outside/secret"),
    *("/boot/../../outside/secret.cfg", "{outside}/secret.cfg", "(host){outside}/secret.cfg"),
    *("(proc)/cmdline", "(hd0)/../outside/secret.cfg", "/proc/self/environ", "/home/passwd"),
    *("/chain/passwd", "/circle", "/boot/efi/secret.cfg", "(hd0)+1", "/boot/grub/custom.cfg"),
    *("//../outside/secret.cfg", "/./../up/up/up/etc/passwd", "/etc/passwd", "/home/../etc/passwd"),
)
COMMANDS = (
    *("source {}", "cat {}", "[ -s {} ]", "[ -f {} ]", "ls -l {}", "md5sum {}", "cmp {} /vmlinuz"),
    *("load_env -f {} --skip-sig", "save_env -f {} x", "loopback l{n} {}", "ls (l{n})/", "ls {}*"),
    *("search --set=r --file {}", "hashsum --hash md5 --check {}", "extract_entries_source {}"),
    *("probe --set=u -u {}", "insmod {}", "loadfont {}", "background_image {}", "blscfg {}"),
    *("lsmod", "echo {}", "configfile_later", "for f in {}*; do echo $f; done", "keymap {}"),
)
OPENERS = ("configfile {}", "linux {}; initrd {}", "normal {}", "source {}", "chainloader {}")


def watched(folder: Path, *arguments: object) -> tuple[list[list[Any]], str]:
    """Run the program; give the events, and what it printed."""
    report = folder / "events"
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.watched", report, *map(str, arguments)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 0, done.stderr
    lines = report.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines], done.stdout


def is_in(path: str, folders: set[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def trespasses(events: list[list[Any]], root: Path) -> list[list[Any]]:
    """Give the events that are neither in the tree nor Python's own."""
    tree = {os.path.realpath(root)}
    found = []
    for event in events:
        name, path = event[0], str(event[1]) if len(event) > 1 else ""
        if name == "open":
            writes = event[3] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
            if not writes and (is_in(path, CODE | tree) or path in MACHINE):
                continue
        elif name in HARMLESS or (name in FOLDERS and is_in(os.path.realpath(path), CODE | tree)):
            continue
        found.append(event)
    return found


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes | str]]:
    """Give all that there is below a folder, with its times."""
    return {
        str(path): (
            path.lstat().st_mtime_ns,
            path.lstat().st_mode,
            os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else "",
        )
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Give a tree with links and commands that lead out of it, into ``outside`` beside it."""
    outside = tmp_path / "outside"
    entry = "menuentry secret { linux /vmlinuz }\n"
    plant(
        outside,
        {
            "secret.cfg": entry,
            "loader/entries/secret.conf": "title secret\nlinux /vmlinuz\n",
            "secret.iso": b"secret" * 10_000,
            "grubenv": "# GRUB Environment Block\nsecret=1\n",
            "os-release": "ID=secret\n",
            "EFI/x": "secret",
            "vmlinuz": "secret",
        },
    )
    commands = [
        command.replace("{}", path).replace("{n}", str(number))
        for number, path in enumerate(PATHS)
        for command in COMMANDS
    ]
    bodies = [opener.replace("{}", path) for path in PATHS for opener in OPENERS]
    config = "\n".join(
        (
            *("load_env", "set saved=$secret", *commands, "set root=hd0", "save_env saved"),
            *(f"menuentry e{n} {{ {body}\n}}" for n, body in enumerate(bodies)),
            *(f"menuentry c{n} {{ {body}\n}}" for n, body in enumerate(commands)),
        )
    )
    root = plant_config(tmp_path / "root", config.replace("{outside}", str(outside)) + "\n")
    images = [f"image={path}\n label=l{n}\n initrd={path}\n" for n, path in enumerate(PATHS)]
    plant(root, {"etc/lilo.conf": "".join(images).replace("{outside}", str(outside))})
    for name, target in LINKS.items():
        link = root / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target.replace("{outside}", str(outside)))
    return root


def test_nothing_outside_the_tree_is_opened_nor_anything_written(
    hostile: Path, tmp_path: Path
) -> None:
    before = snapshot(hostile), snapshot(tmp_path / "outside")
    events, printed = watched(tmp_path, "list", "--json", "--root", hostile)
    assert trespasses(events, hostile) == []
    assert (snapshot(hostile), snapshot(tmp_path / "outside")) == before
    listing = json.loads(printed)
    assert len(listing["entries"]) > len(PATHS) * (len(OPENERS) + len(COMMANDS)) // 2
    assert [one["title"] for one in listing["entries"] if one["title"] == "secret"] == []
    assert sum(one["loader"] == "lilo" for one in listing["entries"]) == len(PATHS)


def test_real_installation_is_only_read(tmp_path: Path) -> None:
    folder = INSTALLATIONS / "ubuntu-like-desktop"
    before = snapshot(folder)
    devices = folder / "devices.json"
    arguments = ("list", "--json", "--root", folder / "root", "--devices", devices)
    events, _ = watched(tmp_path, *arguments)
    outside = trespasses(events, folder / "root")
    assert [(one[0], one[1]) for one in outside] == [("open", str(devices))]
    assert snapshot(folder) == before


def test_watch_is_not_blind(tmp_path: Path) -> None:
    """A file outside the tree that is named on the command line is seen."""
    root = plant_config(tmp_path / "root", "menuentry a { linux /vmlinuz }\n")
    devices = INSTALLATIONS / "debian-12-bios/devices.json"
    events, _ = watched(tmp_path, "list", "--json", "--root", root, "--devices", devices)
    assert [(one[0], one[1]) for one in trespasses(events, root)] == [("open", str(devices))]
