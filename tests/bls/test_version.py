"""The order of versions, with systemd as the judge."""

import random
import re
import subprocess
from itertools import pairwise, permutations, product
from shutil import which

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootpick.bls.version import compare, newest_first
from tests.support.requirements import cannot_run

# Each line from older to newer.
ORDERS = """
1 2 9 10 11 100
1.0~rc1 1.0~rc2 1.0 1.0.0 1.1 1.9 1.10 2
1~ 1~~ 1~a 1~1 1 1- 1-a 1-1 1-2 1^ 1^1 1^20240101 1. 1..2 1.a 1.1 1.2 1.2. 1a 1b 1b1 1b10
~ ~1 - ^ . A Z a abc 0 1
0-rescue 5.14.0
a-0-rescue a-5.14.0
6.1.0-9-amd64 6.1.0-10-amd64 6.1.38 6.1.38-gentoo 6.6.0 6.6.0-rc1 6.6.0+1
5.14.0-427.el9.x86_64 5.14.0-427.13.1.el9_4.x86_64
6.9.0-0.rc5.fc41.x86_64 6.9.0-64.fc41.x86_64
1-1.fc39 1-1.fc40
arch-lts.conf arch-zen.conf arch.conf
arch arch-lts
nixos-generation-9.conf nixos-generation-10.conf
linux linux-lts linux-zen
18446744073709551615 18446744073709551616 36893488147419103232
1-2_ 1-2_3
1~ 1~_
"""
EQUALS = """
0 00 000
1 001 1_ _1 é1 1é 1,
1.01 1.1 1_.1 1.1+
12 012 12_
12_3 12+3 12é3
1-_ 1-+ 1-é
"""


def _lines(table: str) -> list[list[str]]:
    return [line.split(" ") for line in table.strip().splitlines()]


OLDER_AND_NEWER = [pair for line in _lines(ORDERS) for pair in pairwise(line)]
EQUAL = [pair for line in _lines(EQUALS) for pair in permutations(line, 2)]
VERSIONS = st.text("~-^._+109aZé", max_size=8)


def sign(number: int) -> int:
    return (number > 0) - (number < 0)


def systemds(a: str, b: str) -> int:
    """Give what systemd says, as `compare` does."""
    done = subprocess.run(
        ["systemd-analyze", "compare-versions", "--", a, b], capture_output=True, check=False
    )
    return {11: 1, 0: 0, 12: -1}[done.returncode]


@pytest.fixture
def systemd() -> None:
    """Skip where there is no systemd to judge, but never on CI."""
    if which("systemd-analyze") is None:
        cannot_run("systemd cannot judge without systemd-analyze")


@pytest.mark.parametrize(("older", "newer"), OLDER_AND_NEWER)
def test_older_and_newer(older: str, newer: str) -> None:
    assert compare(older, newer) < 0
    assert compare(newer, older) > 0


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal(one: str, other: str) -> None:
    assert compare(one, other) == 0


def test_nothing_is_older_than_all_but_what_is_after_a_tilde() -> None:
    assert compare("", "-") < 0
    assert compare("", "_") == 0
    assert compare("", "~9") > 0


def test_newest_first() -> None:
    versions = ["1.9", "", "1.10", "1.10~rc1", "~"]
    assert sorted(versions, key=newest_first) == ["1.10", "1.10~rc1", "1.9", "", "~"]


def test_is_an_order() -> None:
    """However they are sorted, the outcome is the same."""
    versions = ["".join(word) for length in range(4) for word in product("~-.1a_", repeat=length)]
    versions.sort(key=newest_first)
    for i, newer in enumerate(versions):
        for older in versions[i + 1 :: 7]:
            assert compare(newer, older) >= 0


@given(VERSIONS | st.text(), VERSIONS | st.text())
def test_any_two_texts_are_ordered(a: str, b: str) -> None:
    assert compare(a, a) == 0
    assert sign(compare(a, b)) == -sign(compare(b, a))


@pytest.mark.parametrize("part", ["9", "1.", "~", "-^.", "a", "é", "a1"])
def test_versions_may_be_long(part: str) -> None:
    version = part * (200_000 // len(part))
    assert compare(version, version) == 0
    assert compare(version, version + "1") < 0


def _random_pair(maker: random.Random) -> tuple[str, str]:
    """Give two versions with much in common."""
    characters = "~-^.0012349abzAZ_+é"
    if maker.random() < 0.5:
        characters = characters[: maker.randint(4, 9)]
    start, one, other = (
        "".join(maker.choices(characters, k=maker.randint(0, most))) for most in (6, 6, 6)
    )
    return start + one, start + other


def _compare_with_systemd(seed: int, count: int) -> None:
    maker = random.Random(seed)
    compared = 0
    while compared < count:
        a, b = _random_pair(maker)
        # Right after '~', systemd on x86 takes a byte of what is not ASCII for a number below 0,
        # and so for older than the end; systemd-boot has 16 bits without a sign.
        if re.search("~[^\0-\x7f]", a + "\n" + b):
            continue
        assert (a, b, sign(compare(a, b))) == (a, b, systemds(a, b))
        compared += 1


@pytest.mark.usefixtures("systemd")
def test_random_versions_as_systemd_has_them() -> None:
    _compare_with_systemd(1, 150)


@pytest.mark.usefixtures("systemd")
@pytest.mark.slow
def test_many_random_versions_as_systemd_has_them() -> None:
    _compare_with_systemd(2, 4000)


@pytest.mark.usefixtures("systemd")
@pytest.mark.slow
@pytest.mark.parametrize(("one", "other"), OLDER_AND_NEWER + EQUAL)
def test_table_as_systemd_has_it(one: str, other: str) -> None:
    assert systemds(one, other) == sign(compare(one, other))
