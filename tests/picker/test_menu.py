"""The menu, with keys typed into a pipe."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from bootpick.entries import BootEntry, BootMenu, Running
from bootpick.errors import BootpickError, Cancelled
from bootpick.kexec.facts import Facts
from bootpick.kexec.plan import KexecPlan, plan_kexec
from bootpick.kexec.request import Request
from bootpick.passwords import Lock, opens
from bootpick.picker import Pick, Surroundings
from bootpick.picker.asking import Gatekeeper
from bootpick.picker.menu import QuestionaryPicker
from bootpick.picker.text import Terminal
from tests.support.grub import menu_of
from tests.support.trees import KERNEL, plant

UP, DOWN, RIGHT, LEFT, ENTER, ESC = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\r", "\x1b"
HOME, END, PAGE_UP, PAGE_DOWN = "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~"
CTRL_C, CTRL_L, CTRL_N, CTRL_P, CTRL_W, CTRL_Z = "\x03", "\x0c", "\x0e", "\x10", "\x17", "\x1a"
CTRL_LEFT, ALT_B, ALT_D = "\x1b[1;5D", "\x1bb", "\x1bd"
TAB, F10, BACKSPACE = "\t", "\x1b[21~", "\x7f"
CONFIG = """\
menuentry One --id one { linux /k }
submenu More { menuentry Two --id two { linux /k }
  submenu Deep { menuentry Three --id three { linux /k } }
  menuentry Broken --id broken2 { linux /nosuch }
  menuentry Four --id four { linux /k } }
menuentry Broken --id broken { linux /nosuch }
menuentry Last --id last { linux /k quiet }
"""


class Screen(DummyOutput):
    """Remembers what was written to it."""

    def __init__(self, columns: int = 100, rows: int = 40) -> None:
        self.text = ""
        self._size = Size(rows=rows, columns=columns)

    def get_size(self) -> Size:
        return self._size

    def write(self, data: str) -> None:
        self.text += data

    def write_raw(self, data: str) -> None:
        self.text += data


def around(
    *,
    running: str = "",
    timeout: float | None = None,
    timeout_style: str = "menu",
    line_of: Callable[[BootEntry], str] = lambda entry: entry.cmdline or "",
) -> Surroundings:
    return Surroundings(
        Running("6.1", running),
        lambda file: 1000,
        line_of,
        lambda lock, user, password: opens(lock, user, password, lambda *_: None),
        timeout=timeout,
        timeout_style=timeout_style,
    )


HERE = around()


@contextmanager
def picker_with(
    *keys: str, screen: Screen | None = None, around: Surroundings = HERE
) -> Iterator[QuestionaryPicker]:
    with create_pipe_input() as pipe:
        typed: PipeInput = pipe
        typed.send_text("".join(keys))
        output = screen or Screen()
        with create_app_session(input=typed, output=output):
            yield QuestionaryPicker(
                around, terminal=Terminal(unicode=True), stdin=typed, stdout=output
            )


@pytest.fixture
def menu(tmp_path: Path) -> BootMenu:
    plant(tmp_path, {"k": KERNEL})
    return menu_of(tmp_path, CONFIG)


def picked(menu: BootMenu, *keys: str, around: Surroundings = HERE) -> Pick:
    with picker_with(*keys, around=around) as picker:
        return picker.pick(menu)


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        ([ENTER], "one"),
        ([DOWN, DOWN, ENTER], "last"),
        ([UP, ENTER], "last"),
        ([DOWN, DOWN, DOWN, ENTER], "one"),
        ([CTRL_N, CTRL_N, CTRL_P, CTRL_N, ENTER], "last"),
        ([END, ENTER], "last"),
        ([END, HOME, ENTER], "one"),
        ([PAGE_DOWN, ENTER], "last"),
        ([PAGE_DOWN, PAGE_UP, ENTER], "one"),
        ([DOWN, ENTER, ENTER], "two"),
        ([DOWN, RIGHT, ENTER], "two"),
        ([DOWN, ENTER, DOWN, ENTER, ENTER], "three"),
        ([DOWN, ENTER, DOWN, DOWN, ENTER], "four"),
        ([DOWN, ENTER, LEFT, UP, ENTER], "one"),
        ([DOWN, ENTER, DOWN, ENTER, LEFT, LEFT, DOWN, ENTER], "last"),
        ([RIGHT, ENTER], "one"),
        ([LEFT, ENTER], "one"),
        (["3", ENTER], "last"),
        (["1", ENTER, "2", "3", ENTER], "four"),
        (["2", ENTER], "one"),
        (["f", DOWN, DOWN, ENTER], "three"),
        (["f", "1>3", ENTER], "four"),
        (["f", "1>3", "f", UP, UP, ENTER], "two"),
        (["f", DOWN, LEFT, ENTER], "two"),
        (["/four", ENTER], "four"),
        (["/", "thr", ENTER], "three"),
        (["/fr", ENTER], "four"),
        (["/more", DOWN, ENTER], "three"),
        (["/four", TAB, ENTER], "four"),
        (["/broken", BACKSPACE * 7, ENTER], "one"),
        (["/ast", TAB, LEFT, ENTER], "last"),
        (["i", "q", "?", "q", ENTER], "one"),
        ([CTRL_L, "z", "\x1b[17~", ENTER], "one"),
    ],
)
def test_keys_choose_an_entry(keys: list[str], chosen: str, menu: BootMenu) -> None:
    assert picked(menu, *keys) == Pick(entry_of(menu, chosen))


def entry_of(menu: BootMenu, name: str) -> BootEntry:
    return next(entry for entry in menu.entries if entry.id == name)


NEXT = "z"
"""A key that does nothing: behind it, an escape is no beginning of another key."""


@pytest.mark.parametrize(
    ("keys", "left_with"),
    [
        ([ESC, NEXT], 1),
        ([DOWN, ENTER, ESC, NEXT, ESC, NEXT], 2),
        ([DOWN, ENTER, DOWN, ENTER, ESC, NEXT, ESC, NEXT, ESC, NEXT], 3),
        (["/four", ESC, NEXT, ESC, NEXT], 2),
        (["e", ESC, NEXT, ESC, NEXT], 2),
        (["i", ESC, NEXT, ESC, NEXT], 2),
        (["q"], 0),
        ([CTRL_C], 0),
        ([DOWN, ENTER, CTRL_C], 0),
        (["/four", CTRL_C], 0),
        (["e", CTRL_C], 0),
        (["?", CTRL_C], 0),
    ],
)
def test_what_leaves(keys: list[str], left_with: int, menu: BootMenu) -> None:
    with pytest.raises(Cancelled) as caught:
        picked(menu, *keys)
    assert caught.value.status == 130
    if left_with > 1:  # no fewer escapes would have done
        escapes = [at for at, key in enumerate(keys) if key == ESC]
        picked(menu, *keys[: escapes[-1]], HOME, ENTER)


def test_l_only_loads(menu: BootMenu) -> None:
    assert picked(menu, DOWN, DOWN, "l") == Pick(entry_of(menu, "last"), load_only=True)


def test_hotkeys_of_entries_boot_them_unless_they_are_commands(tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    config = "menuentry A { linux /k }\nmenuentry B --hotkey=b { linux /k b }\n"
    assert picked(menu_of(tmp_path, config), "b").entry.title == "B"
    config = "menuentry A { linux /k }\nmenuentry B --hotkey=e { linux /k b }\n"
    assert picked(menu_of(tmp_path, config), "e", F10).entry.title == "A"


@pytest.mark.parametrize(
    ("default", "keys", "chosen"),
    [
        ("last", [ENTER], "last"),
        ("More>four", [ENTER, ENTER], "four"),
        ("More>Deep>three", [ENTER, ENTER, ENTER], "three"),
        ("broken", [ENTER], "one"),
        ("More>four", ["f", ENTER], "four"),
    ],
)
def test_bar_stands_on_the_default(
    default: str, keys: list[str], chosen: str, tmp_path: Path
) -> None:
    plant(tmp_path, {"k": KERNEL})
    menu = menu_of(tmp_path, f"set default='{default}'\n{CONFIG}")
    assert picked(menu, *keys).entry.id == chosen


def test_submenu_in_which_nothing_can_be_booted_can_be_left(tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    config = "submenu S { menuentry x { linux /nosuch } }\nmenuentry a { linux /k }\n"
    keys = (ENTER, ENTER, DOWN, "e", "l", LEFT, DOWN, ENTER)
    assert picked(menu_of(tmp_path, config), *keys).entry.id == "a"


def test_filter_never_makes_what_cannot_be_booted_selectable(menu: BootMenu) -> None:
    with pytest.raises(Cancelled):
        picked(menu, "/broken", ENTER, DOWN, ENTER, TAB, ENTER, "l", "e", "i", "q")


def test_more_entries_than_the_screen_has_lines(tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    config = "".join(f"menuentry e{number} {{ linux /k }}\n" for number in range(100))
    menu = menu_of(tmp_path, config)
    assert picked(menu, DOWN * 60, ENTER).entry.id == "e60"
    assert picked(menu, "57", ENTER).entry.id == "e57"
    assert picked(menu, END, ENTER).entry.id == "e99"


def test_equal_titles_are_different_entries(tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    config = "menuentry a { linux /k 1 }\nmenuentry a { linux /k 2 }\nmenuentry 1 { linux /k 3 }\n"
    assert picked(menu_of(tmp_path, config), DOWN, ENTER).entry.cmdline == "BOOT_IMAGE=/k 2"


def test_other_boot_loaders_stand_below(menu: BootMenu) -> None:
    """Their entries have the same numbers, and are others all the same."""
    others = tuple(
        entry._replace(loader="bls", id=f"bls {entry.id}", default=False) for entry in menu.entries
    )
    merged = menu._replace(entries=menu.entries + others)
    assert picked(merged, UP, ENTER).entry.id == "bls last"
    assert picked(merged, UP, UP, ENTER, ENTER).entry.id == "bls two"


def test_menu_comes_back_where_it_was(menu: BootMenu) -> None:
    with picker_with(DOWN, ENTER, DOWN, DOWN, "l", ENTER) as picker:
        first = picker.pick(menu)
        assert picker.pick(menu) == first._replace(load_only=False)


# -- the command line ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ([" x=1", ENTER], "BOOT_IMAGE=/k quiet x=1"),
        ([CTRL_W, ENTER], "BOOT_IMAGE=/k "),
        ([CTRL_LEFT, "single ", ENTER], "BOOT_IMAGE=/k single quiet"),
        ([ALT_B, ALT_D, "debug", F10], "BOOT_IMAGE=/k debug"),
        ([ENTER], None),
        ([" x", CTRL_Z * 2, ENTER], None),
        ([CTRL_W, " a", CTRL_W, CTRL_Z * 9, ENTER], None),
        ([HOME, "a ", END, " z", ENTER], "a BOOT_IMAGE=/k quiet z"),
    ],
)
def test_editing(keys: list[str], line: str | None, menu: BootMenu) -> None:
    assert picked(menu, END, "e", *keys) == Pick(entry_of(menu, "last"), line)


def test_what_cannot_be_shown_comes_back_as_it_was(tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    line = "a\tb\x1b[2Jc\udcffd\ne\u202ef \u00e9"
    menu = menu_of(tmp_path, "menuentry a { linux /k }\n")
    screen = Screen()
    here = around(line_of=lambda entry: line)
    with picker_with("e", "!", ENTER, screen=screen, around=here) as picker:
        assert picker.pick(menu).cmdline == f"{line}!"
    for char in ("\t", "\x1b", "\udcff", "\n", "\u202e"):
        assert char not in screen.text.replace("\r\n", "")


# -- passwords -----------------------------------------------------------------------------------

GUARDED = """\
set superusers="root"
password root secret
password guest word
menuentry Free --unrestricted { linux /k free }
menuentry Theirs --users guest { linux /k theirs }
menuentry Ours { linux /k ours }
"""


@pytest.fixture
def guarded(tmp_path: Path) -> BootMenu:
    plant(tmp_path, {"k": KERNEL})
    return menu_of(tmp_path, GUARDED)


@pytest.mark.parametrize(
    ("keys", "chosen", "unlocked"),
    [
        ([ENTER], "Free", False),
        ([END, ENTER, "root\r", "secret\r"], "Ours", True),
        ([DOWN, ENTER, "guest\r", "word\r"], "Theirs", True),
        ([DOWN, ENTER, "root\r", "secret\r"], "Theirs", True),
        ([END, "l", "root\r", "secret\r"], "Ours", True),
        ([END, "e", "root\r", "secret\r", F10], "Ours", True),
        (["e", "root\r", "secret\r", F10], "Free", False),
        (["/ours", ENTER, "root\r", "secret\r"], "Ours", True),
        ([END, ENTER, "root\r", ESC, NEXT, HOME, ENTER], "Free", False),
    ],
)
def test_password_is_asked_for(
    guarded: BootMenu, keys: list[str], chosen: str, *, unlocked: bool
) -> None:
    pick = picked(guarded, *keys)
    assert (pick.entry.title, pick.unlocked, pick.cmdline) == (chosen, unlocked, None)


def test_password_is_not_shown_and_asked_for_once(guarded: BootMenu) -> None:
    screen = Screen()
    keys = (END, "e", "root\r", "secret\r", ESC + NEXT, "e", ENTER)
    with picker_with(*keys, screen=screen) as picker:
        assert picker.pick(guarded).entry.title == "Ours"
    assert "secret" not in screen.text


def test_wrong_passwords_are_delayed_and_limited() -> None:
    gate = Gatekeeper()
    assert [gate.refuse() for _ in range(4)] == [1, 2, 4, 8]
    with pytest.raises(BootpickError, match="5 wrong passwords; nothing was done") as caught:
        gate.refuse()
    assert caught.value.status == 1


def test_nobody_may_edit_where_the_configuration_says_so(guarded: BootMenu) -> None:
    entry = guarded.entries[0]._replace(edit_lock=Lock(()))
    menu = guarded._replace(entries=(entry,))
    screen = Screen()
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=screen):
        picker = QuestionaryPicker(HERE, stdin=pipe, stdout=screen)
        pipe.send_text("e")
        with typed_after("nobody", ENTER, pipe, screen):
            assert picker.pick(menu) == Pick(entry)
    assert "nobody" in screen.text


# -- the countdown -------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["menu", "countdown", "hidden"])
def test_default_is_taken_when_the_time_is_up(style: str, tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    menu = menu_of(tmp_path, f"set default=last\n{CONFIG}")
    here = around(timeout=0, timeout_style=style)
    assert picked(menu, around=here) == Pick(entry_of(menu, "last"), unattended=True)


@pytest.mark.parametrize(
    ("style", "keys", "chosen"),
    [
        ("menu", [DOWN, DOWN, ENTER], "last"),
        ("countdown", [NEXT, DOWN, DOWN, ENTER], "last"),
        ("hidden", [DOWN, ENTER], "one"),
    ],
)
def test_any_key_stops_the_countdown(
    style: str, keys: list[str], chosen: str, menu: BootMenu
) -> None:
    """Where the menu is not shown, it only shows it."""
    here = around(timeout=100, timeout_style=style)
    assert picked(menu, *keys, around=here) == Pick(entry_of(menu, chosen))


def test_default_that_cannot_be_booted_does_not_slide(tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    menu = menu_of(tmp_path, f"set default=broken\n{CONFIG}")
    screen = Screen(columns=300)
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=screen):
        picker = QuestionaryPicker(around(timeout=0), stdin=pipe, stdout=screen)
        with (
            typed_after("the default entry cannot be booted: ", CTRL_C, pipe, screen),
            pytest.raises(Cancelled),
        ):
            picker.pick(menu)
    assert "the default entry cannot be booted: " in screen.text


@contextmanager
def typed_after(shown: str, keys: str, pipe: PipeInput, screen: Screen) -> Iterator[None]:
    """Type *keys* when *shown* was drawn in one piece, or after a while."""

    def wait_and_type() -> None:
        deadline = time.monotonic() + 3
        while shown not in screen.text and time.monotonic() < deadline:
            time.sleep(0.02)
        pipe.send_text(keys)

    typist = threading.Thread(target=wait_and_type)
    typist.start()
    try:
        yield
    finally:
        typist.join()


# -- the question before the act -----------------------------------------------------------------


@pytest.fixture
def plan(menu: BootMenu) -> KexecPlan:
    return plan_kexec(menu.entries[-1], Request(execute=True), Facts(init="systemd"))


@pytest.mark.parametrize(
    ("key", "expected"),
    [("y", True), ("Y", True), (ENTER, True), ("n", False), ("N", False), (ESC + NEXT, False)],
)
def test_confirm(key: str, plan: KexecPlan, *, expected: bool) -> None:
    with picker_with(key) as picker:
        assert picker.confirm(plan, ()) is expected


def test_control_c_at_the_question_cancels(plan: KexecPlan) -> None:
    with picker_with(CTRL_C) as picker, pytest.raises(Cancelled):
        picker.confirm(plan, ())


def test_question_shows_the_plan_and_what_ends(plan: KexecPlan) -> None:
    screen = Screen()
    with picker_with("n", screen=screen, around=around(running="quiet splash")) as picker:
        picker.confirm(plan, ("the login of root pts/0", "dpkg blocks a shutdown: upgrading"))
    for shown in (
        *("Boot this?", "Last", "/k, 1.0 kB", "+BOOT_IMAGE=/k", "-splash", "systemd"),
        *("the login of root pts/0", "dpkg blocks a shutdown"),
    ):
        assert shown in screen.text


# -- while it is loaded --------------------------------------------------------------------------


@pytest.mark.parametrize(("megabytes", "shown"), [(100, True), (1, False)])
def test_bar_for_what_is_large(megabytes: int, *, shown: bool) -> None:
    screen = Screen()
    with picker_with(screen=screen) as picker:
        total = megabytes << 20
        with picker.loading() as progress:
            for done in range(0, total + 1, total // 4):
                progress(done, total)
                time.sleep(0.05)
    assert ("Reading" in screen.text) is shown
    assert ("/100" in screen.text) is shown
