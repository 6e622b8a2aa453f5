"""What is on the screen, by the lines that make it."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bootpick.entries import BootMenu
from bootpick.picker.rows import Rows
from bootpick.picker.state import MenuState
from bootpick.picker.text import Line, Terminal, length, wrap
from bootpick.picker.view import MenuView
from tests.picker.test_menu import HERE
from tests.support.grub import menu_of
from tests.support.trees import KERNEL, plant

CONFIG = """\
menuentry Broken { linux /nosuch }
menuentry One { linux /vmlinuz-6.1.0-2 quiet }
submenu More { menuentry Two { linux /vmlinuz-6.1.0-1 single }
  menuentry 'Three (rescue)' { linux /vmlinuz-6.1.0-2 } }
menuentry '日本語のタイトルです' { linux /vmlinuz-6.1.0-2 wide }
"""


@pytest.fixture
def menu(tmp_path: Path) -> BootMenu:
    plant(tmp_path, {"vmlinuz-6.1.0-2": KERNEL, "vmlinuz-6.1.0-1": KERNEL})
    return menu_of(tmp_path, CONFIG)


@dataclass
class Shown:
    """A menu and what is on the screen of it."""

    menu: BootMenu
    unicode: bool = True
    state: MenuState = field(init=False)
    view: MenuView = field(init=False)

    def __post_init__(self) -> None:
        self.state = MenuState(self.menu)
        self.view = MenuView(self.state, HERE, Terminal(self.unicode))

    def lines(self, width: int, height: int) -> tuple[list[str], list[str]]:
        rows, beside = self.view.body(width, height)
        for line in (*rows, *beside):
            assert length(line) <= width
        assert len(rows) + len(beside) == height
        return text(rows), text(beside)


def text(lines: list[Line]) -> list[str]:
    return ["".join(piece for _, piece in line).rstrip() for line in lines]


def test_marks(menu: BootMenu) -> None:
    entries = tuple(
        entry._replace(version="6.1.0-1" if entry.title == "Two" else "6.1.0-2")
        for entry in menu.entries
    )
    made = Rows(menu._replace(entries=entries))
    rows = [*made.level(()), *made.level(("grub 2",))]
    assert [(row.title, row.marks) for row in rows] == [
        ("Broken", ("default",)),
        ("One", ("newest",)),
        ("More", ()),
        ("日本語のタイトルです", ("newest",)),
        ("Two", ("recovery",)),
        ("Three (rescue)", ("recovery",)),
    ]


def test_what_cannot_be_booted_is_there_with_the_reason(menu: BootMenu) -> None:
    rows, _ = Shown(menu).lines(200, 20)
    assert rows[0].startswith("   0  Broken")
    assert rows[1].startswith("      cannot be booted: ")
    assert rows[2].startswith(" » 1  One")
    assert rows[3].startswith("   2  More >")


@pytest.mark.parametrize("width", [16, 20, 29, 30, 40, 59, 60, 80, 200])
@pytest.mark.parametrize("height", [2, 3, 5, 9, 20, 47])
def test_every_size_is_filled_and_shows_the_bar(menu: BootMenu, width: int, height: int) -> None:
    shown = Shown(menu)
    for key in ("end", "home", "flat", "end"):
        if key == "flat":
            shown.state.toggle_flat()
        else:
            getattr(shown.state, key)()
        rows, _ = shown.lines(width, height)
        assert sum(row.startswith(" »") for row in rows) == 1


def test_many_rows_scroll_with_the_bar(tmp_path: Path) -> None:
    plant(tmp_path, {"k": KERNEL})
    entries = [f"menuentry e{n} {{ linux {'/k' if n % 3 else '/gone'} }}\n" for n in range(300)]
    shown = Shown(menu_of(tmp_path, "".join(entries)))
    for step in (1, 1, 1, 7, 50, -3, -1, 90, -40, 200, -1, -300):
        shown.state.move(step)
        rows, _ = shown.lines(80, 20)
        assert sum(row.startswith(" »") for row in rows) == 1
    assert rows[0].startswith("     0  e0")


def test_marks_are_letters_where_there_is_no_room(menu: BootMenu) -> None:
    rows, _ = Shown(menu).lines(40, 20)
    assert rows[0] == "   0  Broken                          D"
    assert rows[-2] == "   2  More >"


def test_preview_shows_most_where_there_is_little_room(menu: BootMenu) -> None:
    _, beside = Shown(menu).lines(80, 6)
    assert beside[0].startswith(" kernel   ")
    assert any(line.startswith(" cmdline  +BOOT_IMAGE") for line in beside)


def test_ascii_alone(menu: BootMenu) -> None:
    shown = Shown(menu, unicode=False)
    shown.state.end()
    rows, beside = shown.lines(80, 20)
    assert all(line.isascii() for line in (*rows, *beside))
    assert r"> 3  \u65e5" in rows[-1]


@pytest.mark.parametrize(
    ("text_", "width", "cut"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("abc", 0, ""),
    ],
)
def test_cut_counts_columns(text_: str, width: int, cut: str) -> None:
    assert Terminal().cut(text_, width) == cut


def test_cut_in_the_middle_keeps_the_end() -> None:
    title = "Debian GNU/Linux, with Linux 6.1.0-18-amd64"
    assert Terminal().cut_middle(title, 24) == "Debian …6.1.0-18-amd64"[:7] + "…" + title[-16:]
    assert Terminal().cut_middle(title, 80) == title


def test_wrap_breaks_between_pieces_and_within_those_that_are_too_long() -> None:
    pieces = [("", "one"), ("", " two"), ("", " three"), ("", " 日本語日本語日本語")]
    assert text(wrap(pieces, 8)) == ["one two", "three 日", "本語日本", "語日本語"]
