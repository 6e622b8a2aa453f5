"""What a person sees: the real program in a real terminal."""

import shutil
from pathlib import Path

import pytest

from tests.support.requirements import cannot_run
from tests.support.tmux import bootpick_in_terminal
from tests.support.trees import KERNEL, plant

CONFIG = """\
menuentry 'Debian GNU/Linux' { linux /vmlinuz-6.1.0-18 root=/dev/sda1 ro quiet
  initrd /initrd-6.1.0-18 }
submenu 'Advanced options' {
  menuentry 'Debian, with Linux 6.1.0-18' { linux /vmlinuz-6.1.0-18 root=/dev/sda1 ro }
  menuentry 'Debian, with Linux 6.1.0-18 (recovery mode)' {
    linux /vmlinuz-6.1.0-18 root=/dev/sda1 ro single }
}
menuentry 'Gone' { linux /gone }
menuentry '日本語 é' { linux /vmlinuz-6.1.0-18 wide }
"""


@pytest.fixture(autouse=True)
def _tmux() -> None:
    if shutil.which("tmux") is None:
        cannot_run("there is no tmux")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {"vmlinuz-6.1.0-18": KERNEL, "initrd-6.1.0-18": b"initrd"}
    plant(tmp_path, {**files, "boot/grub/grub.cfg": CONFIG})
    return tmp_path


def test_pick_edit_and_agree(root: Path) -> None:
    """Down to the question, and then not: nothing is done."""
    with bootpick_in_terminal("--root", root) as terminal:
        shown = terminal.wait_for("» 0  Debian GNU/Linux", "Esc leaves")
        assert "cannot be booted:" in shown
        assert "+root=/dev/sda1" in shown
        terminal.press("Down", "Enter")
        terminal.wait_for("Advanced options", "» 0  Debian, with")
        terminal.press("Down", "e")
        terminal.wait_for("Command line of Debian", "nothing is changed")
        terminal.press("C-w", "C-w")
        terminal.type("quiet")
        terminal.wait_for("-single", "+quiet")
        terminal.press("Enter")
        terminal.wait_for("Boot this?", "changed  -ro -single +quiet", "every running program")
        terminal.press("n")
        terminal.wait_for("» 1  Debian, with", without="Boot this?")
        terminal.press("Left")
        terminal.wait_for("» 1  Advanced options")
        terminal.press("Escape")
        terminal.wait_for("status 130", "cancelled; nothing was done")


SIZES = [(40, 12), (80, 24), (200, 50)]


@pytest.mark.slow
@pytest.mark.parametrize("term", ["linux", "vt100", "xterm-256color"])
def test_every_terminal_in_every_size(root: Path, term: str) -> None:
    with bootpick_in_terminal("--root", root, term=term) as terminal:
        for columns, rows in SIZES:
            terminal.resize(columns, rows)
            shown = terminal.wait_for("» 0  Debian", "Enter boots", "Esc leaves", rows=rows)
            lines = shown.splitlines()
            assert lines[0].startswith(" The menu of GRUB")
            assert lines[-1].startswith(" Enter boots")
            assert rows < 24 or any(line.startswith("   3  日本語 é") for line in lines)
            terminal.press("Down", "Enter", "Down")
            terminal.wait_for("» 1  Debian", "(recovery mode)")
            terminal.press("/")
            terminal.type("jap")
            terminal.wait_for("/ jap", "nothing here can be booted", without="Debian")
            terminal.press("Escape")
            terminal.wait_for("» 0  Debian")
            terminal.press("Left")
            terminal.wait_for("The menu of GRUB")
            terminal.press("Home")
            terminal.wait_for("» 0  Debian")
        terminal.resize(20, 5)
        terminal.wait_for("Enter boots", rows=5)
        terminal.resize(80, 24)
        terminal.wait_for("» 0  Debian", rows=24)
        terminal.press("i")
        terminal.wait_for("cmdline  BOOT_IMAGE=")
        terminal.resize(40, 12)
        terminal.wait_for("1-10 of", rows=12)
        terminal.press("q", "q")
        terminal.wait_for("status 130")


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "no_color"), [((), "1"), (("--color", "never"), "")])
def test_without_colours(root: Path, arguments: tuple[str, ...], no_color: str) -> None:
    with bootpick_in_terminal("--root", root, *arguments, NO_COLOR=no_color) as terminal:
        terminal.wait_for("» 0  Debian GNU/Linux", "Esc leaves")
        coloured = terminal.screen(coloured=True)
        assert "7m" in coloured  # the bar
        assert "\x1b[3" not in coloured.replace("\x1b[39m", "")


@pytest.mark.slow
def test_locale_without_unicode(root: Path) -> None:
    with bootpick_in_terminal("--root", root, LC_ALL="C") as terminal:
        shown = terminal.wait_for("> 0  Debian GNU/Linux", r"\u65e5\u672c\u8a9e \xe9", "-----")
        assert shown.isascii()


@pytest.mark.slow
def test_dumb_terminal_and_plain(root: Path) -> None:
    for term, arguments in (("dumb", ()), ("xterm", ("--plain",))):
        with bootpick_in_terminal("--root", root, *arguments, term=term) as terminal:
            terminal.wait_for("   1  Debian GNU/Linux [default]", "Boot which entry?")
            terminal.type("2")
            terminal.press("Enter")
            terminal.wait_for("cmdline", "Boot this? (y/n)")
            terminal.type("n")
            terminal.press("Enter", "q", "Enter")
            terminal.wait_for("status 130")


@pytest.mark.slow
def test_countdown(root: Path) -> None:
    with bootpick_in_terminal("--root", root, "--dry-run", "--timeout", "60") as terminal:
        terminal.wait_for("Debian GNU/Linux boots in 5", "any key stops this")
        terminal.press("Down")
        terminal.wait_for("» 1  Advanced", "Esc leaves", without="boots in")
    with bootpick_in_terminal("--root", root, "--dry-run", "--timeout", "1") as terminal:
        terminal.wait_for("entry    Debian GNU/Linux", "status 0")


@pytest.mark.slow
def test_password(root: Path) -> None:
    guard = "set superusers=root\npassword root secret\nmenuentry A { linux /vmlinuz-6.1.0-18 }\n"
    plant(root, {"boot/grub/grub.cfg": guard})
    with bootpick_in_terminal("--root", root, "--dry-run") as terminal:
        terminal.wait_for("» 0  A", "password")
        terminal.press("Enter")
        terminal.wait_for("Enter username:")
        terminal.type("root")
        terminal.press("Enter")
        terminal.wait_for("Enter password:")
        terminal.type("wrong")
        terminal.wait_for("Enter password: *****")
        terminal.press("Enter")
        terminal.wait_for("the password is wrong", "» 0  A")
        terminal.press("Enter")
        terminal.type("root")
        terminal.press("Enter")
        terminal.wait_for("Enter password:")
        terminal.type("secret")
        terminal.press("Enter")
        terminal.wait_for("entry    A", "status 0")


@pytest.mark.slow
def test_many_entries(root: Path) -> None:
    entries = "".join(
        f"menuentry 'e{n}' {{ linux /vmlinuz-6.1.0-18 n={n} }}\n" for n in range(2000)
    )
    plant(root, {"boot/grub/grub.cfg": entries})
    with bootpick_in_terminal("--root", root) as terminal:
        terminal.wait_for("»    0  e0")
        terminal.press("End")
        terminal.wait_for("» 1999  e1999", "+n=1999")
        terminal.press("/")
        terminal.type("1234")
        terminal.wait_for("e1234", without="e1999")


@pytest.mark.slow
def test_hostile_titles_steer_nothing(root: Path) -> None:
    """They neither move, ring nor colour, and no row looks like two."""
    title = "a\x1b[2J\x1b[H\x07b\x1b]0;c\x07\r\n» 9  fake\u202e" + " " * 200 + "[default, running]"
    plant(root, {"boot/grub/grub.cfg": f"menuentry '{title}' {{ linux /vmlinuz-6.1.0-18 }}\n"})
    with bootpick_in_terminal("--root", root) as terminal:
        shown = terminal.wait_for("» 0  a\\x1b[2J\\x1b[H", "Esc leaves")
        assert sum(line.startswith(" »") for line in shown.splitlines()) == 1
        assert len(shown.splitlines()) == 24
        terminal.press("i")
        terminal.wait_for("title    a\\x1b[2J")
