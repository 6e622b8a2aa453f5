"""Random configurations, as GRUB 2's own converter understands them and as bootpick does."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.support.listing import listing
from tests.support.menulst2cfg import PROGRAM, ConvertedMenu, convert
from tests.support.program import Run
from tests.support.random_menulst import FILES, MenuMaker, devices
from tests.support.requirements import cannot_run
from tests.support.trees import plant


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Give a tree with all files; skip where there is no judge."""
    if PROGRAM is None:
        cannot_run("grub-menulst2cfg is not installed")
    return plant(tmp_path, {**FILES, "devices.json": json.dumps(devices())})


def theirs(menu: ConvertedMenu) -> dict[str, Any]:
    """Give what the converter says in the form of `ours`."""
    count = len(menu.entries)
    default = menu.default
    if default >= count:  # GRUB 2 would take the first; GRUB Legacy looks at `fallback`
        default = next((number for number in menu.fallback if number < count), 0)
    return {
        "default": default if count else None,
        "timeout": menu.timeout,
        "entries": [
            {
                "title": entry.title,
                "kernel": entry.kernel,
                "words": entry.words,
                "initrds": entry.initrds,
                "restricted": entry.locked and menu.password,
            }
            for entry in menu.entries
        ],
    }


def ours(run: Run, root: Path) -> dict[str, Any]:
    found = listing(run, root, "--devices", root / "devices.json")
    default = [int(entry["index"]) for entry in found["entries"] if entry["default"]]
    return {
        "default": default[0],
        "timeout": found["timeout"],
        "entries": [
            {
                "title": entry["title"],
                "kernel": entry["kernel"] and entry["kernel"].removeprefix(str(root)),
                "words": (entry["cmdline"] or "").split(),
                "initrds": [name.removeprefix(str(root)) for name in entry["initrds"]],
                "restricted": entry["restricted"],
            }
            for entry in found["entries"]
        ],
    }


def differences(run: Run, root: Path, seeds: Iterable[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for seed in seeds:
        made = MenuMaker(seed).menu()
        expected = theirs(convert(made.plain, root))
        if not expected["entries"]:
            continue
        plant(root, {"boot/grub/menu.lst": made.text})
        mine = ours(run, root)
        if mine != expected:
            found[seed] = (expected, mine)
    return found


def test_random_menus(run: Run, machine: Path) -> None:
    assert differences(run, machine, range(80)) == {}


@pytest.mark.slow
def test_many_random_menus(run: Run, machine: Path) -> None:
    assert differences(run, machine, range(1000, 1400)) == {}


def test_difference_is_seen(run: Run, machine: Path) -> None:
    """The comparison itself can fail."""
    made = MenuMaker(1).menu()
    expected = theirs(convert(made.plain.replace("kernel /", "kernel /other/"), machine))
    plant(machine, {"boot/grub/menu.lst": made.text})
    assert ours(run, machine) != expected


def test_random_menus_are_of_all_kinds(run: Run, machine: Path) -> None:
    """What the comparison is worth depends on what there is to compare."""
    entries: list[dict[str, Any]] = []
    for seed in range(40):
        plant(machine, {"boot/grub/menu.lst": MenuMaker(seed).menu().text})
        done = run("list", "--json", "--root", machine, "--devices", machine / "devices.json")
        entries += json.loads(done.out)["entries"] if done.status == 0 else []
    assert {entry["kind"] for entry in entries} == {"linux", "xen", "chainload"}
    assert {entry["restricted"] for entry in entries} == {True, False}
    assert {len(entry["initrds"]) for entry in entries} >= {0, 1, 2, 3}
    assert len({entry["kernel"] for entry in entries}) > 15
    assert all(entry["bootable"] for entry in entries if entry["kind"] == "linux")


@pytest.mark.parametrize("seed", range(20))
def test_menus_are_made_from_their_seed(seed: int) -> None:
    assert MenuMaker(seed).menu() == MenuMaker(seed).menu()
