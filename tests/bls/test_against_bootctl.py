"""Random trees, listed by systemd's bootctl and by bootpick, and all those that once differed."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.bls import Entry, compared, differences, ours, plant_tree, tell
from tests.support.bootctl import why_not
from tests.support.random_bls import Tree, TreeMaker
from tests.support.requirements import cannot_run

ESP, XBOOTLDR = "boot/efi", "boot"
LINUX = b"linux /vmlinuz\n"
SHELL = {f"{ESP}/EFI/tools/shell.efi": b""}
"""An EFI system partition has a folder EFI."""

# name: the files, and what is listed: file, title, loaded kernel; the default is marked with '*'
FOUND: Mapping[str, tuple[Mapping[str, bytes], str]] = {
    "loader.conf in both partitions": (
        {
            f"{ESP}/loader/loader.conf": b"default a.conf\n",
            f"{XBOOTLDR}/loader/loader.conf": b"default c.conf\n",
            f"{XBOOTLDR}/EFI/tools/shell.efi": b"",
            f"{XBOOTLDR}/loader/entries/a.conf": LINUX,
            f"{XBOOTLDR}/loader/entries/b.conf": LINUX,
            f"{XBOOTLDR}/loader/entries/c.conf": LINUX,
        },
        """
 boot/loader/entries/c.conf, c.conf, boot/vmlinuz
 boot/loader/entries/b.conf, b.conf, boot/vmlinuz
*boot/loader/entries/a.conf, a.conf, boot/vmlinuz
""",
    ),
    "one id in both partitions": (
        {
            f"{XBOOTLDR}/loader/entries/a.conf": b"title A\nversion 2\n" + LINUX,
            f"{ESP}/loader/entries/a.conf": b"title A\nversion 1\n" + LINUX,
        },
        """
*boot/efi/loader/entries/a.conf, A (1), boot/efi/vmlinuz
 boot/loader/entries/a.conf, A (2), boot/vmlinuz
""",
    ),
    "a path that ends in a dot": (
        {
            f"{ESP}/loader/entries/a.conf": b"linux /x/./y/.\n",
            f"{ESP}/loader/entries/b.conf": b"linux /vmlinuz\nlinux /x/\nlinux .",
        },
        """
*boot/efi/loader/entries/b.conf, b.conf, boot/efi
 boot/efi/loader/entries/a.conf, a.conf, boot/efi/x/y
""",
    ),
}


@pytest.fixture
def bootctl() -> None:
    """Skip where there is no bootctl to judge, but never on CI."""
    if reason := why_not():
        cannot_run(reason)


def planted(name: str, root: Path) -> Tree:
    tree = Tree({**SHELL, **FOUND[name][0]}, ESP, XBOOTLDR)
    plant_tree(root, tree)
    return tree


@pytest.mark.parametrize("name", FOUND)
def test_tree_that_once_differed(name: str, tmp_path: Path) -> None:
    planted(name, tmp_path)
    listed = [
        f"{'*' if entry['default'] else ' '}{entry['file']}, {entry['title']}, {entry['kernel']}\n"
        for entry in ours(tmp_path)
    ]
    assert "".join(listed).replace(f"{tmp_path}/", "") == FOUND[name][1][1:]


@pytest.mark.usefixtures("bootctl")
@pytest.mark.parametrize("name", FOUND)
def test_systemd_lists_that_tree_so_too(name: str, tmp_path: Path) -> None:
    theirs, mine = compared({0: planted(name, tmp_path)}, {0: tmp_path})[0]
    assert mine == theirs


@pytest.mark.usefixtures("bootctl")
def test_random_trees() -> None:
    assert differences(range(60)) == {}


@pytest.mark.usefixtures("bootctl")
@pytest.mark.slow
def test_many_random_trees() -> None:
    assert differences(range(1000, 1600)) == {}


@pytest.mark.usefixtures("bootctl")
def test_difference_is_seen(tmp_path: Path) -> None:
    """The comparison itself can fail."""
    tree = planted("one id in both partitions", tmp_path)
    theirs, mine = compared({0: tree}, {0: tmp_path})[0]
    assert tell(theirs, mine) == ""
    assert "title: systemd 'A (1)', bootpick 'B'" in tell(
        theirs, [{**mine[0], "title": "B"}, mine[1]]
    )
    assert "bootpick: ['a.conf']" in tell(theirs, mine[1:])


def test_random_trees_are_of_all_kinds(tmp_path: Path) -> None:
    """What the comparison is worth depends on what there is to compare."""
    entries: list[Entry] = []
    for seed in range(40):
        plant_tree(tmp_path / str(seed), TreeMaker(seed).tree())
        entries += ours(tmp_path / str(seed))
    assert {entry["kind"] for entry in entries} == {"linux", "uki", "chainload", "other"}
    assert {entry["bootable"] for entry in entries} == {True, False}
    for key in ("machine_id", "sort_key", "tries_left", "tries_done", "devicetree"):
        assert len({entry[key] for entry in entries}) > 3
    assert any("#" in entry["id"] for entry in entries)


@pytest.mark.parametrize("seed", range(50))
def test_trees_are_made_from_their_seed(seed: int) -> None:
    assert TreeMaker(seed).tree() == TreeMaker(seed).tree()
