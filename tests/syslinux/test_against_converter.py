"""The same from ``grub-syslinux2cfg``, which is GRUB's own reader of these files."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import Run
from tests.support.random_syslinux import FILES, Maker
from tests.support.requirements import cannot_run
from tests.support.trees import KERNEL, plant

_FEW, _MANY = 20, 400


def _converted(root: Path) -> str:
    """Give the configuration in the tree as a script for GRUB."""
    if shutil.which("grub-syslinux2cfg") is None:
        cannot_run("no grub-syslinux2cfg; it is in grub-common")
    folder = root / "boot/syslinux"
    done = subprocess.run(
        [
            *("grub-syslinux2cfg", "--syslinux", f"--root={root}", f"--cwd={folder}"),
            *("--target-root=/", "--target-cwd=/boot/syslinux", folder / "syslinux.cfg"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _listed(run: Run, root: Path, loader: str) -> dict[str, Any]:
    outcome = run("list", "--json", "--loader", loader, "--root", root)
    assert outcome.status == 0, outcome.err
    found: dict[str, Any] = json.loads(outcome.out)
    return found


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    """Give what both have of an entry.

    The converter leaves the words ``initrd=`` on the line, and GRUB has the kernel's whole path
    there and one blank between two words.
    """
    kept = ("id", "title", "kernel", "initrds", "default", "bootable")
    words = entry["cmdline"].split()[1:]
    arguments = [word for word in words if not word.startswith("initrd=")]
    return {**{key: entry[key] for key in kept}, "arguments": arguments}


def _compare(seed: int, run: Run, root: Path) -> None:
    plant(root, dict.fromkeys(FILES, KERNEL))
    plant(root, {"boot/syslinux/syslinux.cfg": Maker(seed).config()})
    mine = _listed(run, root, "syslinux")
    plant(root, {"boot/grub/grub.cfg": _converted(root)})
    theirs = _listed(run, root, "grub")
    expected, found = map(_entry, theirs["entries"]), map(_entry, mine["entries"])
    assert list(found) == list(expected), seed
    # Without a line for it the converter has GRUB boot at once; syslinux waits at its prompt.
    assert (mine["timeout"] or 0.0) == theirs["timeout"], seed


@pytest.mark.parametrize("seed", range(_FEW))
def test_random_files(seed: int, run: Run, tmp_path: Path) -> None:
    _compare(seed, run, tmp_path)


@pytest.mark.slow
def test_many_random_files(run: Run, tmp_path: Path) -> None:
    for seed in range(_FEW, _MANY):
        _compare(seed, run, tmp_path / str(seed))
