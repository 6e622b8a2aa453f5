"""The order of versions in ``blscfg``, beside that of rpm, which it was copied from."""

import random
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from bootpick.grub.rpm_order import name_key, tries_left, version_key
from tests.support.requirements import cannot_run

PIECES = (
    *"0 00 1 2 9 10 010 a b ab rc fc A Z . _ ~ , é".split(),
    "18446744073709551616",
    ".x86_64",
)


def rpm_compares(pairs: list[tuple[str, str]], folder: Path) -> list[int]:
    """Give what rpm says of each pair: -1, 0 or 1.

    Its ``vercmp`` takes no empty texts, and splits others at ``-`` and ``:`` before it compares.
    """
    file = folder / "pairs"
    file.write_text("".join(f"{a}|{b};" for a, b in pairs), encoding="utf-8")
    each = f'for a, b in io.open("{file}"):read("*a"):gmatch("([^|;]*)|([^;]*);")'
    command = ["rpm", "--eval", f'%{{lua: {each} do print(rpm.vercmp(a, b) .. " ") end}}']
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except FileNotFoundError:
        cannot_run("needs rpm")
    return [int(number) for number in done.stdout.split()]


def compare(a: str, b: str) -> int:
    one, two = version_key(a), version_key(b)
    return (one > two) - (one < two)


def test_random_versions_as_rpm_orders_them(tmp_path: Path) -> None:
    """Without ``^`` and ``+``, which rpm 4.18 and Fedora's copy know one of each."""
    chance = random.Random(1)
    versions = ["".join(chance.choices(PIECES, k=chance.randrange(1, 6))) for _ in range(2000)]
    pairs = list(pairwise(versions))
    theirs = rpm_compares(pairs, tmp_path)
    wrong = [one for one in zip(pairs, theirs, strict=True) if compare(*one[0]) != one[1]]
    assert wrong == []


def test_plus_is_to_grub_what_a_caret_is_to_rpm(tmp_path: Path) -> None:
    versions = ["1", "1+", "1+a", "1.0+1", "1.0", "1.0a", "1+~", "1~+", "1+.1", "1++", "a+b", "1.1"]
    pairs = [(a, b) for a in versions for b in versions]
    theirs = rpm_compares([(a.replace("+", "^"), b.replace("+", "^")) for a, b in pairs], tmp_path)
    assert [compare(*pair) for pair in pairs] == theirs


def test_a_caret_is_a_separator_here(tmp_path: Path) -> None:
    """Not in rpm 4.18, which has it for what comes after a release."""
    assert compare("1^1", "1.1") == 0
    assert rpm_compares([("1^1", "1.1")], tmp_path) == [-1]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("6fa-0-rescue", "6fa-5.14.0-1"),
        ("aaa-5", "bbb-4"),
        ("custom", "6fa"),
        ("custom-1", "6fa-1"),
        ("ostree-9-fedora", "ostree-10-fedora"),
        ("6fa-5.14.0-362.24.1.el9_3.x86_64", "6fa-5.14.0-427.13.1.el9_4.x86_64"),
        ("6fa-6.8.10-300.fc40.x86_64", "6fa-6.8.10-300.fc40.x86_64+debug"),
        ("6fa-6.9.0~rc1-1", "6fa-6.9.0-0.rc5"),
        ("a", "a-1"),
        ("a-1", "a-1-1"),
        ("a-b-1-9", "b-a-1-1"),
    ],
)
def test_names_are_split_as_those_of_packages(older: str, newer: str) -> None:
    assert name_key(older) < name_key(newer)


@pytest.mark.parametrize(("one", "two"), [("a_b-1-1", "a.b-1-1"), ("a-01", "a-1"), ("a-1-", "a-1")])
def test_names_that_count_as_equal(one: str, two: str) -> None:
    assert name_key(one) == name_key(two)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("k", ("k", None)),
        ("k+3", ("k", 3)),
        ("k+0-2", ("k", 0)),
        ("k+1+2", ("k+1", 2)),
        ("k+3-1-2", ("k", 3)),
        ("k+", ("k", 0)),
        ("k+debug", ("k", 0)),
        ("k+3x", ("k", 3)),
    ],
)
def test_suse_boot_counts(name: str, expected: tuple[str, int | None]) -> None:
    assert tries_left(name) == expected
