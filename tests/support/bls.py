"""Lists random trees by systemd and by bootpick, and tells where they do not do the same."""

import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from platform import machine
from typing import Any

from bootpick.cli import main
from tests.support.bootctl import Answer, Listed, Partitions, listings, why_not
from tests.support.efi import FOLDER
from tests.support.fake_machine import FakeMachine
from tests.support.random_bls import Tree, TreeMaker
from tests.support.trees import plant
from tests.support.uki import KERNEL, RELEASE

_BATCH = 50
_ARCHITECTURE = {"x86_64": "x64", "aarch64": "aa64"}.get(machine())
_KEYS = (
    "id title file kind kernel initrds cmdline devicetree version architecture machine_id"
    " sort_key tries_left tries_done default bootable"
).split()

Entry = dict[str, Any]


def ours(root: Path) -> list[Entry]:
    """Give the entries that bootpick lists; none where it finds none."""
    out, err = StringIO(), StringIO()
    arguments = ["list", "--json", "--loader", "bls", "--root", str(root)]
    with redirect_stdout(out), redirect_stderr(err):
        status = main(arguments, machine=FakeMachine().as_machine())
    if status == 3:
        return []
    assert status == 0, err.getvalue()
    listed: list[Entry] = json.loads(out.getvalue())["entries"]
    return [{key: entry[key] for key in _KEYS} for entry in listed]


def judged(answer: Answer) -> list[Entry]:
    """Give the entries as bootpick has to list them, by what bootctl says of them."""
    seen: dict[str, int] = {}
    return [_judged(entry, seen) for entry in answer.entries]


def _judged(entry: Listed, seen: dict[str, int]) -> Entry:
    expected: Entry = {
        # The contract: an id has no '.conf'.
        "id": _numbered(re.sub(r"\.conf\Z", "", entry.id, flags=re.IGNORECASE), seen),
        "title": entry.title,
        "file": str(entry.file),
        "kind": "other",
        "kernel": None,
        "initrds": [],
        "cmdline": None,
        "devicetree": None,
        "version": entry.version,
        "architecture": entry.architecture,
        "machine_id": entry.machine_id,
        "sort_key": entry.sort_key,
        "tries_left": entry.tries_left,
        "tries_done": entry.tries_done,
        "default": entry.default,
    }
    if entry.file.parent.name == "Linux":
        # What it loads is in it. Its version is that of its kernel, so that it can be compared with
        # the running one; bootctl has that of the os-release.
        expected |= {"kind": "uki", "kernel": str(entry.file), "bootable": True}
        expected |= {"version": RELEASE, "architecture": "x64"}
        # As the stub hands it over: what is a control character there is a blank to the kernel.
        return expected | {"cmdline": re.sub(r"[\0-\x1f]", " ", entry.options or "")}
    loaded = entry.linux or entry.efi
    if loaded is None:
        # Nothing to load, so nothing is told of what else it would load.
        return expected | {"bootable": False}
    kernel = _located(entry, loaded)
    is_kernel = kernel.is_file() and kernel.read_bytes() == KERNEL
    expected |= {
        "kind": "linux" if entry.linux else "chainload",
        "kernel": str(kernel),
        "initrds": [str(path) for line in entry.initrds for path in _initrds(entry, line)],
        "cmdline": (entry.options or "") if entry.linux else None,
        "devicetree": str(_located(entry, entry.devicetree)) if entry.devicetree else None,
    }
    # Where the entry does not say, the kernel does, or at least its name.
    if is_kernel:
        expected["architecture"] = entry.architecture or "x64"
    named = re.fullmatch(r"[^-]*-(\d.*)", kernel.name)
    release = RELEASE if is_kernel else named and named[1]
    expected["version"] = entry.version or release
    files = [kernel, *map(Path, expected["initrds"]), Path(expected["devicetree"] or kernel)]
    is_there = all(file.is_file() for file in files)
    expected["bootable"] = bool(entry.linux) and is_there and _is_startable(entry)
    return expected


def _located(entry: Listed, path: str) -> Path:
    """Give the file that *path* names: systemd-boot takes a backslash for a slash."""
    literal = entry.partition / path.lstrip("/")
    other = entry.partition / path.replace("\\", "/").lstrip("/")
    return other if not literal.exists() and other.exists() else literal


def _initrds(entry: Listed, line: str) -> Iterator[Path]:
    """Give the initrds of one line: several where it names no file but is written for GRUB."""
    whole = _located(entry, line)
    if whole.exists():
        yield whole
    else:
        yield from (_located(entry, word) for word in line.split())


def is_shown(entry: Listed) -> bool:
    """Tell whether systemd-boot shows what bootctl lists.

    It does not show what has nothing to start on this machine, nor what has a name like its own.
    """
    return _is_startable(entry) and not entry.id.startswith("auto-")


def _is_startable(entry: Listed) -> bool:
    if entry.architecture is not None and entry.architecture.lower() != _ARCHITECTURE:
        return False
    return bool(entry.linux or entry.efi)


def differences(seeds: Sequence[int]) -> dict[int, str]:
    """Give by seed where the two differ."""
    return {
        seed: told
        for start in range(0, len(seeds), _BATCH)
        for seed, told in _differences(seeds[start : start + _BATCH])
    }


def _differences(seeds: Sequence[int]) -> Iterator[tuple[int, str]]:
    with tempfile.TemporaryDirectory() as name:
        trees = {seed: TreeMaker(seed).tree() for seed in seeds}
        roots = {seed: Path(name) / str(seed) for seed in seeds}
        for seed, tree in trees.items():
            plant_tree(roots[seed], tree)
        answers = compared(trees, roots)
        for seed, (theirs, mine) in answers.items():
            if theirs != mine:
                yield seed, tell(theirs, mine)


def plant_tree(root: Path, tree: Tree) -> None:
    """Write *tree* below *root*, with its partitions, empty or not."""
    for place in (tree.esp, tree.xbootldr or tree.esp):
        (root / place).mkdir(parents=True, exist_ok=True)
    plant(root, tree.files)


def compared(
    trees: Mapping[int, Tree], roots: Mapping[int, Path]
) -> dict[int, tuple[list[Entry], list[Entry]]]:
    """Give what both list on the trees that are planted at *roots*; entries may be lost there."""
    partitions = {seed: _partitions(tree, roots[seed]) for seed, tree in trees.items()}
    answers = dict(zip(trees, listings([*partitions.values()]), strict=True))
    mine = {seed: ours(root) for seed, root in roots.items()}
    theirs = {seed: judged(answer) for seed, answer in answers.items()}
    mine = {seed: _without_refused(mine[seed], theirs[seed]) for seed in trees}
    # bootctl takes for the default what systemd-boot does not even show. So it is asked again,
    # without that. Where nothing is shown nothing boots, whatever bootpick calls the default.
    again = {
        seed: [entry for entry in answer.entries if not is_shown(entry)]
        for seed, answer in answers.items()
        if not all(is_shown(entry) for entry in answer.entries)
    }
    for hidden in again.values():
        for listed in hidden:
            listed.file.unlink()
    for seed, answer in zip(again, listings([partitions[seed] for seed in again]), strict=True):
        default = next((str(entry.file) for entry in answer.entries if entry.default), None)
        for entry in theirs[seed]:
            entry["default"] = entry["file"] == default
        if default is None:
            mine[seed] = [{**entry, "default": False} for entry in mine[seed]]
    return {seed: (theirs[seed], mine[seed]) for seed in trees}


def _without_refused(mine: Sequence[Entry], theirs: Sequence[Entry]) -> list[Entry]:
    """Leave out what bootctl does not list, while bootpick must not drop it in silence.

    That is what is no unified kernel image, or says of no system that it is its: bootpick lists it
    as not bootable.
    """
    files = {entry["file"] for entry in theirs}
    kept = [
        entry
        for entry in mine
        if entry["file"] in files or entry["kind"] != "uki" or entry["bootable"]
    ]
    if len(kept) == len(mine):
        return kept
    seen: dict[str, int] = {}
    return [{**entry, "id": _numbered(entry["id"].partition("#")[0], seen)} for entry in kept]


def _numbered(name: str, seen: dict[str, int]) -> str:
    """Make an id unique, as the contract has it."""
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name}#{seen[name]}"


def _partitions(tree: Tree, root: Path) -> Partitions:
    variables = root / FOLDER
    return Partitions(
        root / tree.esp,
        root / tree.xbootldr if tree.xbootldr is not None else None,
        variables if variables.exists() else None,
    )


def tell(theirs: Sequence[Entry], mine: Sequence[Entry]) -> str:
    """Say where two lists differ: in what is listed, else in the fields of the first that do."""
    files = [[Path(entry["file"]).name for entry in entries] for entries in (theirs, mine)]
    if files[0] != files[1]:
        return f"systemd:  {files[0]}\nbootpick: {files[1]}"
    return "\n".join(
        f"{one['file']}: {key}: systemd {one[key]!r}, bootpick {other[key]!r}"
        for one, other in zip(theirs, mine, strict=True)
        for key in _KEYS
        if key in one and one[key] != other[key]
    )


def _main() -> None:
    first, count = int(sys.argv[1]), int(sys.argv[2])
    if reason := why_not():
        sys.exit(reason)
    found = 0
    for start in range(first, first + count, _BATCH):
        seeds = range(start, min(start + _BATCH, first + count))
        for seed, told in differences(seeds).items():
            found += 1
            print(f"--- tree {seed}\n{told}", flush=True)
    print(f"{count} trees, {found} differences")
    sys.exit(bool(found))


if __name__ == "__main__":
    _main()
