"""Random scripts, run by GRUB and by bootpick, and all those that ever came out differently.

The latter are in ``found``, cut down to what mattered: a script, and beside it what GRUB prints.
"""

from pathlib import Path

import pytest

from tests.support.fuzz import Court, differences, lines_of, reduced
from tests.support.grub_emu import missing_programs
from tests.support.random_scripts import PREAMBLE, ScriptMaker
from tests.support.requirements import cannot_run
from tests.support.script_files import FILES

_FOUND = sorted((Path(__file__).parent / "found").glob("*.cfg"))


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory) -> Court:
    return Court(tmp_path_factory.mktemp("court"), FILES)


@pytest.fixture
def grub() -> None:
    """Skip where there is no GRUB to judge, but never on CI."""
    if missing := missing_programs():
        cannot_run(f"GRUB cannot judge without {', '.join(missing)}")


@pytest.mark.parametrize("path", _FOUND, ids=lambda path: path.stem)
def test_script_that_once_differed(path: Path, court: Court) -> None:
    expected = lines_of(path.with_suffix(".out").read_bytes().decode())
    assert court.ours(_script(path)) == expected


@pytest.mark.usefixtures("grub")
@pytest.mark.slow
@pytest.mark.parametrize("path", _FOUND, ids=lambda path: path.stem)
def test_output_that_was_kept_is_grubs(path: Path, court: Court) -> None:
    expected = lines_of(path.with_suffix(".out").read_bytes().decode())
    assert court.grubs(_script(path)) == expected


def _script(path: Path) -> str:
    return PREAMBLE + path.read_bytes().decode("utf-8", "surrogateescape")


@pytest.mark.usefixtures("grub")
def test_scripts() -> None:
    different, refused = differences(range(10_000, 10_200))
    assert different == {}
    assert len(refused) < 10


@pytest.mark.usefixtures("grub")
@pytest.mark.slow
def test_many_scripts() -> None:
    different, refused = differences(range(20_000, 21_000))
    assert different == {}
    assert len(refused) < 50


@pytest.mark.usefixtures("grub")
def test_difference_is_seen_and_reduced(court: Court) -> None:
    """The comparison itself can fail."""
    script = "echo a  'b  c'\nset a=1\n"
    assert court.grubs(script) == court.ours(script) == ["a b c"]
    assert court.grubs("echo é\\\n\techo \"x\ty\"\necho 'a\udcff'") == ["é echo x y", "a?"]
    assert court.grubs("nosuch\n'no\nsuch'\necho x") == ["x"]

    def differs(script: str) -> bool:
        return court.grubs(script) != court.ours(script.replace("set a=2", "set a=3"))

    assert (
        reduced("echo a\nif true; then\nset a=2\nfi\necho $a\n", differs, 10.0)
        == "set a=2\necho $a"
    )


@pytest.mark.parametrize("seed", range(200))
def test_scripts_are_made_from_their_seed(seed: int) -> None:
    assert ScriptMaker(seed).script() == ScriptMaker(seed).script()
