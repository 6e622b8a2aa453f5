"""Random scripts, run by GRUB and by bootpick."""

import re
from pathlib import Path

import pytest

from tests.support.grub import run_script
from tests.support.grub_emu import FolderDisk, Judge, missing_programs
from tests.support.random_scripts import ScriptMaker, differences
from tests.support.requirements import cannot_run
from tests.support.trees import plant

# Scripts that once came out differently, by their seed.
_REGRESSIONS = (12, 27, 192, 368, 464, 840, 964, 1704, 1817, 1953, 2453, 3356)


@pytest.fixture(scope="module", autouse=True)
def grub() -> None:
    """Skip where there is no GRUB to judge, but never on CI."""
    if missing := missing_programs():
        cannot_run(f"GRUB cannot judge without {', '.join(missing)}")


def test_known_difference_is_seen(tmp_path: Path) -> None:
    """The comparison itself can fail."""
    root = plant(tmp_path, {"d/a": "hello\n"})
    judge = Judge(tmp_path / "judge", (FolderDisk(root),), {})
    printed = "".join(run_script(root, "echo a  'b  c'\n").output)
    assert judge.script_output("echo a  'b  c'\n") == printed
    assert judge.script_output("echo a\n") != printed


@pytest.mark.parametrize("seed", _REGRESSIONS)
def test_script_that_once_differed(tmp_path: Path, seed: int) -> None:
    assert differences(tmp_path, [seed]) == []


def test_scripts(tmp_path: Path) -> None:
    assert differences(tmp_path, range(10_000, 10_060)) == []


@pytest.mark.slow
def test_many_scripts(tmp_path: Path) -> None:
    assert differences(tmp_path, range(20_000, 20_600)) == []


@pytest.mark.parametrize("seed", range(200))
def test_scripts_are_made_from_their_seed_and_end(seed: int) -> None:
    script = ScriptMaker(seed).script()
    assert script == ScriptMaker(seed).script()
    assert not re.search(r"\bwhile true\b", script)
