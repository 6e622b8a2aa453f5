"""What stands before the first title, what boots by itself, and where configurations are."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.grub_legacy.test_entries import MENU, entries_of, planted
from tests.support.listing import listing, told
from tests.support.program import CHECKOUT, Run
from tests.support.requirements import cannot_run
from tests.support.trees import plant

TITLES = "title A\nkernel /boot/vmlinuz a\ntitle B\nkernel /boot/vmlinuz b\ntitle C\nhalt\n"
GRUB2 = "set default=0\nmenuentry 'Two' --id two {\n  linux /boot/vmlinuz ro\n}\n"


def default_of(run: Run, root: Path, head: str) -> tuple[str | None, list[str]]:
    found = entries_of(run, root, f"{head}\n{TITLES}")
    defaults = [entry["title"] for entry in found["entries"] if entry["default"]]
    assert len(defaults) == 1
    assert found["default"] == defaults[0]
    return defaults[0], told(found)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", "A"),
        ("default 1", "B"),
        ("default=1", "B"),
        ("default\t=\t2", "C"),
        ("default 0x1", "B"),
        ("default 010", "A"),
        ("default 1st", "B"),
        ("default 2\ndefault 1", "B"),
        ("default 1\r", "B"),
        ("#default 1", "A"),
        ("  # a comment \\\ndefault 1", "A"),
        ("\\\n\\\n default \\\n 1", "B"),
        ("fallback 1", "A"),
    ],
)
def test_default(head: str, expected: str, run: Run, tmp_path: Path) -> None:
    found = default_of(run, tmp_path, head)
    if head == "default 010":  # there is no octal
        assert found[1] == [
            "menu.lst:1:1: warning: there is no entry 10, so GRUB boots the first, 'A'"
        ]
        found = found[0], []
    assert found == (expected, [])


@pytest.mark.parametrize(
    ("head", "expected", "message"),
    [
        ("default 3", "A", "there is no entry 3, so GRUB boots the first, 'A'"),
        ("default 2147483647", "A", "there is no entry 2147483647, so GRUB boots the first, 'A'"),
        (
            "default 3\nfallback 1 2",
            "B",
            "there is no entry 3, so GRUB boots the first of 'fallback', 'B'",
        ),
        (
            "default 3\nfallback 9 1",
            "B",
            "there is no entry 3, so GRUB boots the first of 'fallback', 'B'",
        ),
        ("default 3\nfallback 9 8", "A", "there is no entry 3, so GRUB boots the first, 'A'"),
        ("default -1", "A", "'-1' is no number: the line is ignored"),
        ("default", "A", "'' is no number: the line is ignored"),
        ("default x", "A", "'x' is no number: the line is ignored"),
        ("default 0x", "A", "'0x' is no number: the line is ignored"),
        ("default 99999999999", "A", "'99999999999' is no number: the line is ignored"),
        ("Default 1", "A", "GRUB Legacy does not know 'Default': the line is ignored"),
        ("root (hd0,0)", "A", "'root' stands before the first title: GRUB ignores it"),
        ("set x", "A", None),
        ("nosuch\t1", "A", "GRUB Legacy does not know 'nosuch': the line is ignored"),
        ("= 1", "A", "GRUB Legacy does not know '': the line is ignored"),
    ],
)
def test_default_with_a_mistake(
    head: str, expected: str, message: str | None, run: Run, tmp_path: Path
) -> None:
    found, messages = default_of(run, tmp_path, head)
    assert found == expected
    if message is not None:
        assert messages == [f"menu.lst:1:1: warning: {message}"]


@pytest.mark.parametrize(
    ("content", "expected", "messages"),
    [
        ("1", "B", []),
        ("1\n#\n#\n# WARNING: do not remove any line\n", "B", []),
        ("2\0\0\0", "C", []),
        ("", "A", ["no entry is saved in {}: GRUB takes the first"]),
        ("x", "A", ["no entry is saved in {}: GRUB takes the first"]),
        (None, "A", ["no entry is saved in {}: GRUB takes the first"]),
        ("7", "A", ["there is no entry 7, so GRUB boots the first, 'A'"]),
    ],
)
def test_saved_default(
    content: str | None, expected: str, messages: list[str], run: Run, tmp_path: Path
) -> None:
    if content is not None:
        plant(tmp_path, {"boot/grub/default": content})
    found, said = default_of(run, tmp_path, "default saved")
    path = tmp_path / "boot/grub/default"
    where = str(path) if content is not None else "/boot/grub/default"
    assert found == expected
    assert [one.partition(": ")[2].partition(": ")[2] for one in said] == [
        one.format(where) for one in messages
    ]


def test_saved_default_is_not_written(run: Run, tmp_path: Path) -> None:
    text = (
        f"default saved\n{TITLES.replace('kernel', 'savedefault --default=2' + chr(10) + 'kernel')}"
    )
    root = plant(planted(tmp_path, text), {"boot/grub/default": "1\n#\n"})
    assert listing(run, root)["default"] == "B"
    assert run("--entry", "A", "--root", root, "--dry-run").status == 0
    assert (root / "boot/grub/default").read_text() == "1\n#\n"


@pytest.mark.parametrize(
    ("head", "timeout", "style"),
    [
        ("", None, "menu"),
        ("timeout 0", 0.0, "menu"),
        ("timeout=10", 10.0, "menu"),
        ("timeout 5 # seconds", 5.0, "menu"),
        ("timeout -1", None, "menu"),
        ("timeout never", None, "menu"),
        ("hiddenmenu", None, "hidden"),
        ("timeout 0\nhiddenmenu", 0.0, "hidden"),
        ("hiddenmenu\ntimeout 3", 3.0, "countdown"),
    ],
)
def test_timeout(head: str, timeout: float | None, style: str, run: Run, tmp_path: Path) -> None:
    found = entries_of(run, tmp_path, f"{head}\n{TITLES}")
    assert (found["timeout"], found["timeout_style"]) == (timeout, style)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("fallback 1", ["1"]),
        ("fallback 1 2", ["1", "2"]),
        ("fallback=1  1 0x2", ["1", "2"]),
        ("fallback 7 1", ["1"]),
        ("fallback 1 x 2", ["1"]),
        ("fallback", []),
        ("default 1\nfallback 0 2", ["0", "2"]),
        ("default 5\nfallback 7 0 2", ["2"]),
    ],
)
def test_fallback(line: str, expected: list[str], run: Run, tmp_path: Path) -> None:
    assert entries_of(run, tmp_path, f"{line}\n{TITLES}")["fallback"] == expected


def test_title_without_commands_is_no_entry(run: Run, tmp_path: Path) -> None:
    """GRUB puts the next title in its place, which is why Debian has a `root` below separators."""
    found = entries_of(
        run, tmp_path, "default 1\ntitle -----\n# nothing\nnosuch\n" + TITLES + "title last\n"
    )
    assert [entry["title"] for entry in found["entries"]] == ["A", "B", "C"]
    assert found["default"] == "B"
    lost = "warning: no command below this title: GRUB shows no entry for it"
    assert [one for one in told(found) if "title" in one] == [
        f"menu.lst:2:1: {lost}",
        f"menu.lst:11:1: {lost}",
    ]


def test_line_that_is_too_long(run: Run, tmp_path: Path) -> None:
    line = "kernel /boot/vmlinuz " + "é" * 800
    found = entries_of(run, tmp_path, f"title A\n{line}\n")
    assert told(found) == [
        "menu.lst:2:1: warning: GRUB reads 1500 bytes of a line, and loses the rest of this one"
    ]
    cmdline = found["entries"][0]["cmdline"].encode("utf-8", "surrogateescape")
    assert cmdline == ("é" * 740).encode()[:1479]


def test_what_nobody_knows_is_told_with_a_hint(run: Run, tmp_path: Path) -> None:
    planted(tmp_path, "Timeout 5\ntitle A\nlinux /boot/vmlinuz\nhalt\n")
    path, unknown = tmp_path / MENU, "warning: GRUB Legacy does not know"
    assert run("list", "--root", tmp_path).err == (
        f"{path}:1:1: {unknown} 'Timeout': the line is ignored\n"
        "    Timeout 5\n    ^\n"
        "hint: it tells capitals from small letters: 'timeout'\n"
        f"{path}:3:1: {unknown} 'linux': the line is ignored\n"
        "    linux /boot/vmlinuz\n    ^\n"
        "hint: that is GRUB 2's; here it is 'kernel'\n"
    )


def test_other_menus(run: Run, tmp_path: Path) -> None:
    inner = (
        "password x\ndefault 1\ntimeout 9\ntitle X\nlock\nkernel /boot/vmlinuz x\ntitle Y\nhalt\n"
    )
    plant(tmp_path, {"boot/grub/other.lst": inner, "boot/grub/empty": "# nothing\n", "two": GRUB2})
    found = entries_of(
        run,
        tmp_path,
        "default 1\ntimeout 3\n"
        "title A\nkernel /boot/vmlinuz\n"
        "title More\nroot (hd0,0)\nconfigfile /boot/grub/other.lst\n"
        "title Locked\npassword y\nconfigfile /boot/grub/other.lst\n"
        "title Self\nconfigfile /boot/grub/menu.lst\n"
        "title Empty\nconfigfile (hd0,1)/boot/grub/empty\n"
        "title None\nconfigfile /boot/grub/none\n"
        "title Two\nconfigfile /two\n",
    )
    assert [
        (entry["index"], entry["title"], entry["submenus"], entry["restricted"], entry["default"])
        for entry in found["entries"]
    ] == [
        ("0", "A", [], False, False),
        ("1>0", "X", ["More"], True, False),
        ("1>1", "Y", ["More"], False, True),
        ("2>0", "X", ["Locked"], True, False),
        ("2>1", "Y", ["Locked"], True, False),
        ("3", "Self", [], False, False),
        ("4", "Empty", [], False, False),
        ("5", "None", [], False, False),
        ("6", "Two", [], False, False),
    ]
    assert [entry["reasons"] for entry in found["entries"][-4:]] == [
        ["it opens menus within each other without end"],
        [f"there is no entry in {tmp_path}/boot/grub/empty"],
        [f"{tmp_path}/boot/grub/none does not exist"],
        [f"{tmp_path}/two is a script of GRUB 2, which GRUB Legacy cannot read"],
    ]
    assert {entry["kind"] for entry in found["entries"][-4:]} == {"other"}
    assert (found["timeout"], found["entries"][1]["file"]) == (
        3.0,
        f"{tmp_path}/boot/grub/other.lst",
    )


@pytest.mark.parametrize(
    "name", ["boot/grub/menu.lst", "boot/grub/grub.conf", "grub/menu.lst", "grub/grub.conf"]
)
def test_places(name: str, run: Run, tmp_path: Path) -> None:
    planted(tmp_path, TITLES, name)
    plant(tmp_path, {str(Path(name).with_name("default")): "1"})
    found = listing(run, tmp_path)
    assert (found["loader"], len(found["entries"])) == ("grub-legacy", 3)
    assert found["entries"][0]["file"] == f"{tmp_path}/{name}"


def test_link_in_etc(run: Run, tmp_path: Path) -> None:
    planted(tmp_path, f"default saved\n{TITLES}", "boot/grub/odd.name")
    plant(tmp_path, {"etc/x": "", "boot/grub/default": "1"})
    (tmp_path / "etc/grub.conf").symlink_to("../boot/grub/odd.name")
    assert listing(run, tmp_path)["default"] == "B"
    assert listing(run, tmp_path, "--config", tmp_path / "etc/grub.conf")["default"] == "B"


def test_menu_comes_before_conf(run: Run, tmp_path: Path) -> None:
    """Red Hat has both: one is a link to the other."""
    planted(tmp_path, TITLES, "boot/grub/grub.conf")
    (tmp_path / MENU).symlink_to("./grub.conf")
    assert len(listing(run, tmp_path)["entries"]) == 3


def test_named_configuration(run: Run, tmp_path: Path) -> None:
    planted(tmp_path, TITLES)
    plant(tmp_path, {"x.lst": "title X\nkernel /boot/vmlinuz x\n", "odd": "title O\nhalt\n"})
    assert listing(run, tmp_path, "--config", tmp_path / "x.lst")["default"] == "X"
    odd = ("--config", tmp_path / "odd", "--loader", "grub-legacy")
    assert listing(run, tmp_path, *odd)["default"] == "O"
    gone = run("list", "--root", tmp_path, "--config", tmp_path / "none.lst")
    assert (gone.status, gone.err) == (
        3,
        f"bootpick: error: there is no file {tmp_path}/none.lst\n",
    )


@pytest.mark.parametrize(
    "script",
    [
        GRUB2,
        "# title\nset timeout=5\nset root=(hd0,1)\nlinux /boot/vmlinuz\nboot\n" + GRUB2,
        "function title {\n  true\n}\n" + GRUB2,
        "submenu 'M' {\n" + GRUB2 + "}\n",
    ],
)
@pytest.mark.parametrize("name", ["boot/grub/grub.conf", MENU])
def test_script_of_grub2(script: str, name: str, run: Run, tmp_path: Path) -> None:
    planted(tmp_path, script, name)
    for arguments in ((), ("--config", tmp_path / name), ("--loader", "grub")):
        done = run("list", "--json", "--root", tmp_path, *arguments)
        found = json.loads(done.out)
        assert (found["loader"], found["entries"][-1]["title"]) == ("grub", "Two")
        assert found["entries"][-1]["cmdline"] == "BOOT_IMAGE=/boot/vmlinuz ro"


def test_script_of_grub2_beside_a_menu(run: Run, tmp_path: Path) -> None:
    planted(tmp_path, GRUB2, "boot/grub/grub.conf")
    planted(tmp_path, TITLES)
    found = listing(run, tmp_path)
    assert (found["loader"], found["default"]) == ("grub", "two")
    assert [entry["loader"] for entry in found["entries"]] == ["grub"] + ["grub-legacy"] * 3


@pytest.mark.parametrize("text", ["title A\nmenuentry x\nset a=b\n", "default 0\n", ""])
def test_what_is_no_script_of_grub2(text: str, run: Run, tmp_path: Path) -> None:
    planted(tmp_path, text)
    outcome = run("list", "--root", tmp_path)
    assert outcome.status == 3
    assert "the boot configuration has no entry" in outcome.err


def test_newer_boot_loaders_come_first(run: Run, tmp_path: Path) -> None:
    planted(tmp_path, TITLES)
    plant(tmp_path, {"boot/grub/grub.cfg": GRUB2})
    found = listing(run, tmp_path)
    assert (found["loader"], found["default"], len(found["entries"])) == ("grub", "two", 4)
    assert "loader   GRUB: nothing shows that GRUB Legacy starts this machine" in (
        run("list", "-v", "--root", tmp_path).out
    )
    assert listing(run, tmp_path, "--loader", "grub-legacy")["default"] == "A"
    plant(tmp_path, {"boot/loader/entries/b.conf": "title B\nlinux /vmlinuz\n"})
    assert [entry["loader"] for entry in listing(run, tmp_path)["entries"]] == [
        "grub",
        "bls",
        *["grub-legacy"] * 3,
    ]
    (tmp_path / "boot/grub/grub.cfg").unlink()
    assert listing(run, tmp_path)["loader"] == "bls"


def test_default_is_explained(run: Run, tmp_path: Path) -> None:
    planted(tmp_path, f"timeout 1\ndefault saved\n{TITLES}")
    plant(tmp_path, {"boot/grub/default": "1"})
    shown = run("list", "-v", "--root", tmp_path).out
    assert "loader   GRUB Legacy: no other boot loader has entries here\n" in shown
    assert f"default  {tmp_path}/{MENU}:2, saved in {tmp_path}/boot/grub/default\n" in shown


def test_menu_that_may_not_be_read(tmp_path: Path) -> None:
    """Red Hat's can be read by root alone; what another boot loader has is listed all the same."""
    (planted(tmp_path, TITLES) / MENU).chmod(0)
    humbly: list[str] = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            cannot_run("setpriv is not installed, and root may read everything")
        humbly = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]

    def listed(*arguments: object) -> "subprocess.CompletedProcess[str]":
        command = [*humbly, sys.executable, "-m", "bootpick", "list", "--root", tmp_path]
        return subprocess.run(
            [*map(str, (*command, *arguments))],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
        )

    path, hint = tmp_path / MENU, "hint: run it as root\n"
    nothing = f"bootpick: error: no boot configuration found under {tmp_path}"
    alone = listed()
    expected = f"{nothing}, but {path} may not be read\n{hint}"
    assert (alone.returncode, alone.stderr) == (1, expected)
    plant(tmp_path, {"boot/grub/grub.cfg": GRUB2})
    both = listed()
    expected = f"bootpick: note: {path} may not be read: entries in it are not listed\n{hint}"
    assert (both.returncode, both.stderr, "Two" in both.stdout) == (0, expected, True)
    named = listed("--config", path)
    assert (named.returncode, named.stdout) == (1, "")
    assert "Permission denied" in named.stderr
