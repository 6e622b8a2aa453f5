"""The menu line by line."""

import io
import time
from pathlib import Path

import pytest

from bootpick.entries import BootMenu
from bootpick.errors import BootpickError, Cancelled
from bootpick.kexec.facts import Facts
from bootpick.kexec.plan import plan_kexec
from bootpick.kexec.request import Request
from bootpick.picker import Pick
from bootpick.picker.plain import PlainPicker
from tests.picker.test_menu import CONFIG, GUARDED, HERE, entry_of
from tests.support.grub import menu_of
from tests.support.trees import KERNEL, plant


@pytest.fixture
def menu(tmp_path: Path) -> BootMenu:
    plant(tmp_path, {"k": KERNEL})
    return menu_of(tmp_path, CONFIG)


def picked(menu: BootMenu, *lines: str) -> tuple[Pick, str]:
    out = io.StringIO()
    picker = PlainPicker(HERE, io.StringIO("".join(f"{line}\n" for line in lines)), out)
    return picker.pick(menu), out.getvalue()


@pytest.mark.parametrize(
    ("lines", "chosen", "load_only"),
    [
        ([""], "one", False),
        (["2"], "two", False),
        (["5"], "last", False),
        (["9", "0", "x", "i x", "l", "4"], "four", False),
        (["l 3"], "three", True),
        (["i 2", "2"], "two", False),
    ],
)
def test_answers_choose_an_entry(
    menu: BootMenu, lines: list[str], chosen: str, *, load_only: bool
) -> None:
    pick, _ = picked(menu, *lines)
    assert pick == Pick(entry_of(menu, chosen), load_only=load_only)


@pytest.mark.parametrize(
    ("typed", "line"),
    [("+ single x", "BOOT_IMAGE=/k quiet single x"), ("all new", "all new"), ("", None)],
)
def test_editing(menu: BootMenu, typed: str, line: str | None) -> None:
    pick, out = picked(menu, "e 5", typed, "5")
    assert pick.cmdline == line
    assert "now: BOOT_IMAGE=/k quiet" in out


@pytest.mark.parametrize("lines", [["q"], []])
def test_leaving(menu: BootMenu, lines: list[str]) -> None:
    with pytest.raises(Cancelled):
        picked(menu, *lines)


def test_list_has_submenus_and_reasons_and_numbers_what_can_be_booted(menu: BootMenu) -> None:
    _, out = picked(menu, "1")
    lines = out.splitlines()
    assert "   1  One [default]" in lines
    assert "      More:" in lines
    assert "   3      Three" in lines
    assert "   -  Broken" in lines
    assert any(line.startswith("        cannot be booted: ") for line in lines)


@pytest.mark.parametrize(
    ("lines", "expected"), [(["y"], True), (["maybe", "", "YES"], True), (["n"], False)]
)
def test_confirm(menu: BootMenu, lines: list[str], *, expected: bool) -> None:
    plan = plan_kexec(menu.entries[-1], Request(execute=True), Facts(init="ask init"))
    out = io.StringIO()
    picker = PlainPicker(HERE, io.StringIO("".join(f"{line}\n" for line in lines)), out)
    assert picker.confirm(plan, ("the login of root",)) is expected
    for shown in ("kernel   ", "+BOOT_IMAGE=/k", "ask init", "ends     the login of root"):
        assert shown in out.getvalue()


def test_nothing_steers_the_terminal(tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    menu = menu_of(tmp_path, "menuentry 'a\x1b[2J\x07' { linux /k 'b\x1b[2J' }\n")
    _, out = picked(menu, "i 1", "e 1", "+ x\x1b")
    assert "\x1b" not in out
    assert "\x07" not in out


def test_passwords(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    plant(tmp_path, {"k": KERNEL})
    menu = menu_of(tmp_path, GUARDED)
    pick, _ = picked(menu, "3", "root", "wrong", "3", "root", "secret")
    assert (pick.entry.title, pick.unlocked, waited) == ("Ours", True, [1])
    with pytest.raises(BootpickError, match="5 wrong passwords"):
        picked(menu, *["3", "root", "wrong"] * 5)
