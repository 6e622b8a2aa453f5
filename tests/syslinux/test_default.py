"""What boots when nobody touches a key: syslinux's rules, and U-Boot's."""

from pathlib import Path

import pytest

from tests.support.listing import told
from tests.support.program import Run
from tests.support.trees import KERNEL
from tests.syslinux.test_entries import PLACE, listed

LABELS = """\
label one
 linux linux
label two
 linux linux
menu begin sub
 label three
  linux linux
 label four
  linux linux
menu end
label hidden
 menu hide
 linux linux
label menu
 kernel vesamenu.c32
"""


@pytest.mark.parametrize(
    ("lines", "default", "timeout", "style"),
    [
        ("", "one", None, "menu"),
        ("default two", "two", 0.0, "hidden"),
        ("default two\ntimeout 50", "two", 0.0, "hidden"),
        ("default two\nprompt 1\ntimeout 55", "two", 5.5, "menu"),
        ("default two\nprompt 1", "two", None, "menu"),
        ("prompt 1\ntimeout 50\ndefault two\nontimeout four", "four", 5.0, "menu"),
        ("default two\nontimeout four", "two", 0.0, "hidden"),
        ("default one\ndefault two", "two", 0.0, "hidden"),
        ("default hidden", "hidden", 0.0, "hidden"),
        ("ui menu.c32", "one", None, "menu"),
        ("ui menu.c32\ndefault hidden", "one", None, "menu"),
        ("ui menu.c32\ndefault four\ntimeout 10", "four", 1.0, "menu"),
        ("default four\nui vesamenu.c32", "four", None, "menu"),
        ("ui gfxboot bootlogo\ndefault two", "two", None, "menu"),
        ("ui menu.c32\nmenu hidden\ntimeout 30", "one", 3.0, "hidden"),
        ("ui menu.c32\ntimeout 30\nontimeout two", "two", 3.0, "menu"),
        ("ui menu.c32\nontimeout two", "one", None, "menu"),
        ("default vesamenu.c32", "one", None, "menu"),
        ("default /x/menu.c32\ntimeout 0", "one", None, "menu"),
        ("default menu\ntimeout 20", "menu", 2.0, "menu"),
    ],
)
def test_default(
    lines: str, default: str, timeout: float | None, style: str, *, run: Run, tmp_path: Path
) -> None:
    found = listed(run, tmp_path, f"{lines}\n{LABELS}")
    assert found["default"] == default
    assert (found["timeout"], found["timeout_style"]) == (timeout, style)
    assert [entry["id"] for entry in found["entries"] if entry["default"]] == [default]


@pytest.mark.parametrize(
    ("more", "default"),
    [
        ("label x\nmenu default\nlinux linux", "x"),
        ("label x\nmenu default\nlabel y\nmenu default\nlinux linux", "y"),
        ("label x\nmenu default\nmenu disable", "one"),
        ("menu begin m\nmenu default\nlabel x\nlabel y\nmenu default\nmenu end", "y"),
        ("menu begin m\nmenu default\nlabel x\nmenu disable\nlabel y\nmenu end", "y"),
        ("menu begin m\nmenu start\nlabel x\nmenu end", "x"),
        ("default two\nlabel x\nmenu default", "two"),
    ],
)
def test_default_of_the_menu(more: str, default: str, run: Run, tmp_path: Path) -> None:
    """``DEFAULT`` with a label is looked up last, and so counts more than ``MENU DEFAULT``."""
    assert listed(run, tmp_path, f"ui menu.c32\n{LABELS}{more}\n")["default"] == default


def test_default_with_more_words(run: Run, tmp_path: Path) -> None:
    """They are added for the default alone, so that is one more entry."""
    found = listed(run, tmp_path, "default a  single\nlabel a\nlinux linux\nappend ro\n")
    assert [(e["id"], e["index"], e["cmdline"], e["default"]) for e in found["entries"]] == [
        ("a", "0", "BOOT_IMAGE=linux ro", False),
        ("a  single", "1", "BOOT_IMAGE=linux ro single", True),
    ]


def test_default_that_is_a_kernel(run: Run, tmp_path: Path) -> None:
    found = listed(
        run, tmp_path, "default linux single initrd=initrd\nappend ro\nlabel a\nlinux linux\n"
    )
    *_, entry = found["entries"]
    assert (entry["default"], entry["bootable"], entry["line"]) == (True, True, 1)
    assert entry["cmdline"] == "BOOT_IMAGE=linux single"
    assert entry["reasons"] == ["syslinux gives it no APPEND, as it is no label"]
    assert entry["loader_paths"] == {"kernel": "linux", "initrds": ["initrd"]}
    assert told(found) == []


def test_default_that_is_nothing(run: Run, tmp_path: Path) -> None:
    """It does not slide to another entry."""
    found = listed(run, tmp_path, "default nothing\nlabel a\nlinux linux\n")
    entry = found["entries"][1]
    assert (found["default"], entry["bootable"]) == ("nothing", False)
    assert entry["reasons"] == [f"{tmp_path}/boot/syslinux/nothing does not exist"]
    assert told(found) == [
        (
            "syslinux.cfg:1:1: warning: 'nothing' is neither a label nor a file: "
            "nothing boots by default"
        )
    ]


def test_default_that_is_a_program(run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, "default ifcpu64.c32 a -- a\nlabel a\nlinux linux\n")
    assert [(e["default"], e["bootable"]) for e in found["entries"]] == [
        (False, True),
        (True, False),
    ]


@pytest.mark.parametrize(
    "lines",
    ["ui menu.c32 more.cfg", "default vesamenu.c32 /boot/syslinux/more.cfg"],
)
def test_menu_of_another_file(lines: str, run: Run, tmp_path: Path) -> None:
    files = {"boot/syslinux/more.cfg": "timeout 10\nlabel b\nmenu default\nlinux linux\n"}
    found = listed(run, tmp_path, f"{lines}\nlabel a\nlinux linux\n", files)
    assert [(e["id"], e["default"]) for e in found["entries"]] == [("b", True)]
    assert found["timeout"] == 1.0
    assert told(found) == [
        "syslinux.cfg:1:1: note: the menu is made of another file, without the labels of this one"
    ]


def test_menu_of_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, "ui menu.c32 no.cfg\nlabel a\nlinux linux\n")
    assert [(e["id"], e["default"]) for e in found["entries"]] == [("a", True)]
    assert told(found) == [
        "syslinux.cfg:1:1: error: there is no file /boot/syslinux/no.cfg to make the menu of"
    ]


UBOOT = "boot/extlinux/extlinux.conf"


@pytest.mark.parametrize(
    ("lines", "default", "timeout"),
    [
        ("", "one", 0.0),
        ("default two", "two", 0.0),
        ("default two\ntimeout 50", "two", 0.0),
        ("default two\ntimeout 51\nmenu title x", "two", 6.0),
        ("default two\nmenu title x", "two", None),
        ("default two\nontimeout one", "one", 0.0),
        ("menu title x\ntimeout 30\nlabel three\nlinux linux\nmenu default", "three", 3.0),
    ],
)
def test_default_of_uboot(
    lines: str, default: str, timeout: float | None, run: Run, tmp_path: Path
) -> None:
    config = f"{lines}\nlabel one\nlinux linux\nfdtdir /\nlabel two\nlinux linux\n"
    found = listed(run, tmp_path, config, {"boot/extlinux/linux": KERNEL}, UBOOT)
    assert (found["default"], found["timeout"]) == (default, timeout)


def test_default_of_uboot_that_is_not_there(run: Run, tmp_path: Path) -> None:
    config = "default x\nlabel one more\nfdtdir /\nlinux linux\n"
    found = listed(run, tmp_path, config, {"boot/extlinux/linux": KERNEL}, UBOOT)
    assert found["default"] == "one"
    assert told(found) == [
        "extlinux.conf:1:1: warning: there is no label 'x': U-Boot boots the first, 'one more'"
    ]


def test_where_the_default_comes_from(run: Run, tmp_path: Path) -> None:
    listed(run, tmp_path, "default b\nlabel a\nlabel b\nlinux linux\n")
    outcome = run("list", "-v", "--root", tmp_path)
    assert outcome.out.splitlines()[-1] == f"default  DEFAULT in {tmp_path}/{PLACE}:1"
    listed(run, tmp_path, "ui menu.c32\nlabel a\nlabel b\nmenu default\nlinux linux\n")
    outcome = run("list", "-v", "--root", tmp_path)
    place = f"{tmp_path}/{PLACE}:3"
    assert outcome.out.splitlines()[-1] == f"default  MENU DEFAULT of the label in {place}"
