"""The menu, with keys typed into a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from bootpick.entries import BootMenu
from bootpick.errors import Cancelled
from bootpick.kexec.plan import Facts, KexecPlan, plan_kexec
from bootpick.kexec.request import Request
from bootpick.picker import Picker
from bootpick.picker.menu import QuestionaryPicker
from tests.support.grub import menu_of
from tests.support.trees import KERNEL, plant

UP, DOWN, ENTER, CTRL_C = "\x1b[A", "\x1b[B", "\r", "\x03"
CONFIG = """\
menuentry One --id one { linux /k }
submenu More { menuentry Two --id two { linux /k }
  submenu Deep { menuentry Three --id three { linux /k } }
  menuentry Broken --id broken2 { linux /nosuch }
  menuentry Four --id four { linux /k } }
menuentry Broken --id broken { linux /nosuch }
menuentry Last --id last { linux /k quiet }
"""

Ask = Callable[..., str]


class Screen(DummyOutput):
    """Remembers what was written to it."""

    def __init__(self) -> None:
        self.text = ""

    def get_size(self) -> Size:
        return Size(rows=40, columns=300)

    def write(self, data: str) -> None:
        self.text += data

    def write_raw(self, data: str) -> None:
        self.text += data


@contextmanager
def picker_with(*keys: str, screen: Screen | None = None) -> Iterator[Picker]:
    with create_pipe_input() as pipe:
        typed: PipeInput = pipe
        typed.send_text("".join(keys))
        output = screen or Screen()
        with create_app_session(input=typed, output=output):
            yield QuestionaryPicker(stdin=typed, stdout=output)


@pytest.fixture
def menu(tmp_path: Path) -> BootMenu:
    plant(tmp_path, {"k": KERNEL})
    return menu_of(tmp_path, CONFIG)


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        ([ENTER], "one"),
        ([DOWN, DOWN, ENTER], "last"),
        ([UP, ENTER], "last"),
        ([DOWN, DOWN, DOWN, ENTER], "one"),
        ([DOWN, ENTER, ENTER], "two"),
        ([DOWN, ENTER, DOWN, ENTER, ENTER], "three"),
        ([DOWN, ENTER, DOWN, DOWN, ENTER], "four"),
        ([DOWN, ENTER, UP, ENTER, ENTER], "one"),
        ([DOWN, ENTER, DOWN, ENTER, UP, ENTER, ENTER], "two"),
        ([DOWN, ENTER, DOWN, ENTER, UP, ENTER, UP, ENTER, UP, ENTER], "last"),
    ],
    ids=[
        "at once",
        "down",
        "up around the end",
        "once around",
        "submenu",
        "submenu of a submenu",
        "broken ones are passed over",
        "submenu and back",
        "back one level",
        "back two levels",
    ],
)
def test_keys_choose_an_entry(keys: list[str], chosen: str, menu: BootMenu) -> None:
    with picker_with(*keys) as picker:
        assert picker.pick(menu).id == chosen


@pytest.mark.parametrize(
    ("default", "keys", "chosen"),
    [
        ("last", [ENTER], "last"),
        ("More>four", [ENTER, ENTER], "four"),
        ("More>Deep>three", [ENTER, ENTER, ENTER], "three"),
        ("broken", [ENTER], "one"),
    ],
)
def test_bar_stands_on_the_default(
    default: str, keys: list[str], chosen: str, tmp_path: Path
) -> None:
    plant(tmp_path, {"k": KERNEL})
    menu = menu_of(tmp_path, f"set default='{default}'\n{CONFIG}")
    with picker_with(*keys) as picker:
        assert picker.pick(menu).id == chosen


@pytest.mark.parametrize("keys", [[CTRL_C], [DOWN, ENTER, CTRL_C]], ids=["at once", "in a submenu"])
def test_control_c_cancels(keys: list[str], menu: BootMenu) -> None:
    with picker_with(*keys) as picker, pytest.raises(Cancelled) as caught:
        picker.pick(menu)
    assert caught.value.status == 130


def test_only_entry_is_asked_for_too(tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    with picker_with(ENTER) as picker:
        assert picker.pick(menu_of(tmp_path, "menuentry a { linux /k }\n")).id == "a"


def test_submenu_in_which_nothing_can_be_booted_can_be_left(tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    config = "submenu S { menuentry x { linux /nosuch } }\nmenuentry a { linux /k }\n"
    with picker_with(ENTER, ENTER, DOWN, ENTER) as picker:
        assert picker.pick(menu_of(tmp_path, config)).id == "a"


def test_more_entries_than_keys_for_them(tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    config = "".join(f"menuentry e{number} {{ linux /k }}\n" for number in range(100))
    with picker_with(*[DOWN] * 60, ENTER) as picker:
        assert picker.pick(menu_of(tmp_path, config)).id == "e60"


def test_equal_titles_are_different_entries(tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    config = "menuentry a { linux /k 1 }\nmenuentry a { linux /k 2 }\nmenuentry 1 { linux /k 3 }\n"
    with picker_with(DOWN, ENTER) as picker:
        assert picker.pick(menu_of(tmp_path, config)).cmdline == "BOOT_IMAGE=/k 2"


@pytest.mark.parametrize("title", ["back", "0", "1", "", "< back"])
def test_title_is_never_taken_for_a_command(title: str, tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    config = f"submenu S {{ menuentry '{title}' {{ linux /k }} }}\n"
    with picker_with(ENTER, ENTER) as picker:
        assert picker.pick(menu_of(tmp_path, config)).title == title


def test_menu_shows_titles_and_reasons_and_steers_no_terminal(tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    config = (
        "menuentry 'One\x1b]0;x\x07' { linux /k 'a\x1b]0;y\x07' }\n"
        "menuentry 'Gone\x1b]0;z\x07' { linux '/no\x1b]0;w\x07such' }\n"
    )
    screen = Screen()
    with picker_with(ENTER, screen=screen) as picker:
        picker.pick(menu_of(tmp_path, config))
    for shown in ("One", "Gone", "such does not exist"):
        assert shown in screen.text
    assert "\x1b]0" not in screen.text
    assert "\x07" not in screen.text


# -- the question before the act ----------------------------------------------------------------


@pytest.fixture
def plan(menu: BootMenu) -> KexecPlan:
    return plan_kexec(menu.entries[-1], Request(execute=True), Facts(init="systemd"))


@pytest.mark.parametrize(
    ("key", "expected"),
    [("y", True), ("Y", True), (ENTER, True), ("n", False), ("N", False)],
)
def test_confirm(key: str, plan: KexecPlan, *, expected: bool) -> None:
    with picker_with(key) as picker:
        assert picker.confirm(plan) is expected


def test_control_c_at_the_question_cancels(plan: KexecPlan) -> None:
    with picker_with(CTRL_C) as picker, pytest.raises(Cancelled):
        picker.confirm(plan)


def test_question_shows_the_plan(plan: KexecPlan) -> None:
    screen = Screen()
    with picker_with("n", screen=screen) as picker:
        picker.confirm(plan)
    assert "BOOT_IMAGE=/k quiet" in screen.text
    assert "Last" in screen.text
    assert "systemd" in screen.text


def test_other_boot_loaders_stand_below(menu: BootMenu) -> None:
    """Their entries have the same numbers, and are others all the same."""
    others = tuple(
        entry._replace(loader="bls", id=f"bls {entry.id}", default=False) for entry in menu.entries
    )
    merged = menu._replace(entries=menu.entries + others)
    screen = Screen()
    with picker_with(UP, ENTER, screen=screen) as picker:
        assert picker.pick(merged).id == "bls last"
    assert "not in charge here: systemd-boot" in screen.text
    with picker_with(UP, UP, ENTER, ENTER) as picker:
        assert picker.pick(merged).id == "bls two"
