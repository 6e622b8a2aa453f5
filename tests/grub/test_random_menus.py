"""Random menus, read by GRUB and by bootpick."""

from pathlib import Path

import pytest

from tests.support.grub import menu_of
from tests.support.grub_emu import missing_programs
from tests.support.random_menus import MenuMaker, differences, disagreements_on
from tests.support.requirements import cannot_run

needs_grub = pytest.mark.usefixtures("grub")


@pytest.fixture(scope="module")
def grub() -> None:
    """Skip where there is no GRUB to judge, but never on CI."""
    if missing := missing_programs():
        cannot_run(f"GRUB cannot judge without {', '.join(missing)}")


@needs_grub
def test_menus() -> None:
    different, refused = differences(range(24))
    assert different == {}
    assert len(refused) < 4


@needs_grub
@pytest.mark.slow
@pytest.mark.parametrize("first", range(10_000, 10_200, 50))
def test_many_menus(first: int) -> None:
    different, refused = differences(range(first, first + 50))
    assert different == {}
    assert len(refused) < 10


@needs_grub
def test_difference_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison itself can fail."""
    config = (
        "set timeout=010\nset default='s>i2'\nmenuentry A { linux /vm a; initrd /i1 }\n"
        "submenu S --id s { menuentry T { linux /vm t }\nmenuentry U --id i2 { linux /vm u } }\n"
    )
    (tmp_path / "same").mkdir()
    assert disagreements_on(config, tmp_path / "same") == []

    def misread(root: Path, config: str, **_: object) -> object:
        menu = menu_of(root, config)
        first, second, third = menu.entries
        return menu._replace(
            entries=(first._replace(title="B", initrds=()), second._replace(default=True), third),
            timeout=10.0,
        )

    monkeypatch.setattr("tests.support.random_menus.menu_of", misread)
    (tmp_path / "other").mkdir()
    assert disagreements_on(config, tmp_path / "other") == [
        "entry 0: title: GRUB 'A', bootpick 'B'",
        "entry 0: initrds: GRUB ['/i1'], bootpick []",
        "default: GRUB 1>1, bootpick 1>0",
        "timeout '010': GRUB 8.0, bootpick 10.0",
    ]


@pytest.mark.parametrize("seed", range(50))
def test_menus_are_made_from_their_seed(seed: int) -> None:
    assert MenuMaker(seed).config() == MenuMaker(seed).config()
