"""GRUB itself is asked what each installation's configuration means; `list` has to agree.

The installations were configured by Debian's grub-mkconfig (tests/installations/make.py), and
the judge is GRUB 2.06 as a program (tests/support/grub_emu.py). Nothing expected here was written
by hand but the table that judges the judge.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bootpick.cli import main
from tests.support.grub_emu import (
    FolderDisk,
    Judge,
    JudgedEntry,
    JudgeError,
    disks_of_lsblk,
    grub_command_line,
    missing_programs,
)
from tests.support.requirements import cannot_run

SLOW = {
    "debian-12-raid",
    "debian-12-raid-lvm",
    "debian-13-bios",
    "debian-13-custom",
    "debian-13-flat",
    "debian-13-german",
    "debian-13-kernels",
    "debian-13-luks",
    "debian-13-raid-lvm",
    "debian-13-reboot",
    "debian-13-uefi",
    "ubuntu-like-cloud",
    "ubuntu-like-failed",
    "ubuntu-like-server",
}
"""Those that have the most in common with others."""
EFI_STUB = "root/boot/efi/EFI/*/grub.cfg"


def installations(having: str) -> list[Any]:
    """Give the folders of the installations that have such a file, as parameters of tests."""
    marks = [pytest.mark.slow]
    every = Path(__file__).parents[1].glob("installations/*/")
    return [
        pytest.param(path, id=path.name, marks=marks if path.name in SLOW else [])
        for path in sorted(every)
        if any(path.glob(having))
    ]


@pytest.fixture(autouse=True, scope="module")
def _needs_grub_emu() -> None:
    if missing := missing_programs():
        cannot_run(f"the judge needs {', '.join(missing)}")


@dataclass(frozen=True)
class Court:
    """An installation, and the judge that has its disks."""

    judge: Judge
    config: str
    root: Path
    devices: Path
    variables: dict[str, str]

    def listed(self, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
        """Give what `bootpick list --json` says of it."""
        arguments = ["list", "--json", "--root", str(self.root), "--devices", str(self.devices)]
        for name in ("grub_platform", "grub_cpu"):
            arguments += ["--set", f"{name}={self.variables[name]}"]
        status = main(arguments)
        printed = capsys.readouterr()
        assert status == 0, printed.err
        listing: dict[str, Any] = json.loads(printed.out)
        return listing


def open_court(folder: Path, workshop: Path) -> Court:
    root, devices = folder / "root", folder / "devices.json"
    disks, mounts = disks_of_lsblk(json.loads(devices.read_text(encoding="utf-8")), root)
    prefix = f"{mounts['/boot']}/grub" if "/boot" in mounts else f"{mounts['/']}/boot/grub"
    device, _, _ = prefix.removeprefix("(").partition(")")
    efi = (root / "boot/efi/EFI").is_dir()
    variables = {
        "root": device,
        "prefix": prefix,
        "grub_platform": "efi" if efi else "pc",
        "grub_cpu": "x86_64" if efi else "i386",
    }
    judge = Judge(workshop, disks, variables)
    return Court(judge, f"{prefix}/grub.cfg", root, devices, variables)


@pytest.fixture(scope="module", params=installations("devices.json"))
def court(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Court:
    return open_court(request.param, tmp_path_factory.mktemp("judge") / "workshop")


def unique_ids(entries: list[JudgedEntry], listed: list[Any]) -> list[str]:
    """Give the ids that `list` owes: GRUB's, and `#2`, `#3` where GRUB has one again.

    An entry that the judge cannot hear has no id from it: it takes the listed one, which
    `test_ids_the_judge_cannot_hear` brings before GRUB in another way.
    """
    seen: Counter[str] = Counter()
    ids = []
    for place, entry in enumerate(entries):
        own: str = listed[place]["id"] if entry.id is None else entry.id
        seen[own] += 1
        ids.append(own if seen[own] == 1 else f"{own}#{seen[own]}")
    return ids


def blanks_as_one(text: str) -> str:
    """Undo what GRUB's terminal does to tabs in a title."""
    return re.sub(r"[ \t]+", " ", text)


def test_entries_are_grubs(court: Court, capsys: pytest.CaptureFixture[str]) -> None:
    listed = court.listed(capsys)["entries"]
    judged = court.judge.menu(court.config)
    assert [entry["index"] for entry in listed] == [entry.index for entry in judged]
    default = court.judge.default(court.config)
    found, expected = [], []
    for entry, answer, unique in zip(listed, judged, unique_ids(judged, listed), strict=True):
        keys = ["index", "id", "title", "submenus", "cmdline", "default"]
        wanted: dict[str, object] = {
            "index": answer.index,
            "id": unique,
            "title": blanks_as_one(answer.title),
            "submenus": [blanks_as_one(title) for title in answer.submenus],
            "cmdline": None,
            "default": answer.index == default,
        }
        if answer.linux is not None:
            keys.append("loader_paths")
            wanted["cmdline"] = f"BOOT_IMAGE={grub_command_line(answer.linux)}"
            wanted["loader_paths"] = {"kernel": answer.linux[0], "initrds": [*answer.initrds]}
        if answer.restricted is not None:
            keys.append("restricted")
            wanted["restricted"] = answer.restricted
        shown = {key: entry[key] for key in keys}
        shown["title"] = blanks_as_one(entry["title"])
        shown["submenus"] = [blanks_as_one(title) for title in entry["submenus"]]
        found.append(shown)
        expected.append(wanted)
    assert found == expected


def test_default_and_timeout_are_grubs(court: Court, capsys: pytest.CaptureFixture[str]) -> None:
    listing = court.listed(capsys)
    default = court.judge.default(court.config)
    by_index = {entry["index"]: entry["id"] for entry in listing["entries"]}
    printed = court.judge.script_output(f"source {court.config}\necho $timeout\n")
    assert (listing["loader"], listing["default"], listing["timeout"]) == (
        "grub",
        by_index[default],
        float(printed.splitlines()[-1]),
    )


def test_ids_the_judge_cannot_hear(court: Court, capsys: pytest.CaptureFixture[str]) -> None:
    """GRUB boots such an entry when its listed id is the default."""
    listed = court.listed(capsys)["entries"]
    for entry, answer in zip(listed, court.judge.menu(court.config), strict=True):
        if answer.id is None:
            assert not answer.submenus
            chosen = entry["id"].replace(">", ">>")
            assert court.judge.default(court.config, chosen) == answer.index


@pytest.mark.parametrize("folder", installations(EFI_STUB))
def test_efi_stub_leads_to_the_configuration(folder: Path, tmp_path: Path) -> None:
    """What the firmware starts reads the ESP's stub first: it has to end at the judged file."""
    court = open_court(folder, tmp_path / "workshop")
    (path,) = folder.glob(EFI_STUB)
    stub = path.read_text(encoding="utf-8")
    printed = court.judge.script_output(stub.replace("configfile", "echo"))
    assert printed == f"{court.config}\n"


MENUS = {
    "words of the title line": (
        (
            'menuentry --class c1 T x \'y z\' --id i1 --class c2 { linux /v "$1" "$2" $3 $# }\n'
            "menuentry --id=i2 'U' { linux /v }\n"
        ),
        ["0 T [i1] /v|T|x|y|z|3", "1 U [i2] /v"],
    ),
    "each boot starts from the menu's variables": (
        "set n=1\nmenuentry A { set n=2; linux /a $n }\nmenuentry B { linux /b $n }\n",
        ["0 A [A] /a|2", "1 B [B] /b|1"],
    ),
    "only exported variables enter a submenu": (
        (
            "set a=1\nset b=2\nexport b\n"
            "submenu S { set c=3\n menuentry X { linux /x a=$a b=$b c=$c } }\n"
            "menuentry Y { linux /y a=$a c=$c }\n"
        ),
        ["0>0 S/X [X] /x|a=|b=2|c=3", "1 Y [Y] /y|a=1|c="],
    ),
    "a body is run past its errors": (
        "menuentry A { nosuch; linux /a; search --set=root --file /nosuch; initrd /i $root }\n",
        ["0 A [A] /a initrds /i|host"],
    ),
    "words reach the loader whole": (
        (
            "set v='a  b'\nmenuentry A {\n"
            "linux /vm $v \"$v\" '' q\\'s \"t\tt\" 'n\nl' 'x\\x20y' \"$none\" $none }\n"
        ),
        ["0 A [A] /vm|a|b|a  b||q's|t\tt|n\nl|x\\x20y|"],
    ),
    "equal entries are as many as there are": (
        (
            "menuentry A { linux /a }\nmenuentry A { linux /a }\n"
            "submenu S { menuentry X { linux /x }\nmenuentry X { linux /x } }\n"
        ),
        ["0 A [A] /a", "1 A [A] /a", "2>0 S/X [X] /x", "2>1 S/X [X] /x"],
    ),
    "submenus alone in a submenu": (
        (
            "submenu S { submenu T { menuentry X { linux /x } }\n"
            "submenu T { menuentry X { linux /x } } }\n"
        ),
        ["0>0>0 S/T/X [X] /x", "0>1>0 S/T/X [X] /x"],
    ),
    "an entry without its block is lost": (
        "menuentry A { }\nmenuentry B\nmenuentry C { linux /c }\nmenuentry D --id { linux /d }\n",
        ["0 C [C] /c"],
    ),
    "entries that run no linux": (
        (
            "menuentry F { fwsetup }\nmenuentry H --id h { halt }\nsubmenu S { true }\n"
            "menuentry 'x>y' { chainloader +1 }\n"
        ),
        ["0 F [F]", "1 H [None]", "2 S [None]", "3 x>y [x>y]"],
    ),
    "no entry at all": ("echo hi\n", []),
}


@pytest.mark.parametrize(("config", "expected"), MENUS.values(), ids=MENUS)
def test_judge_reads_menus(config: str, expected: list[str], tmp_path: Path) -> None:
    """Each answer was known before: from GRUB's manual and its own menu."""
    judge = Judge(tmp_path / "workshop")

    def told(entry: JudgedEntry) -> str:
        title = "/".join((*entry.submenus, entry.title))
        linux = "" if entry.linux is None else f" {'|'.join(entry.linux)}"
        initrds = f" initrds {'|'.join(entry.initrds)}" if entry.initrds else ""
        return f"{entry.index} {title} [{entry.id}]{linux}{initrds}"

    assert [told(entry) for entry in judge.menu(judge.add_config(config))] == expected


DEFAULTS = {
    None: "0",
    "": "0",
    "1": "1",
    "01": "1",
    "0x1": "1",
    " 1": "1",
    "1abc": "1",
    "B two": "1",
    "idb": "1",
    "9": "0",
    "-1": "0",
    "99999999999": "0",
    "nosuch": "0",
    "saved": "0",
    "2": "2>0",
    "2>1": "2>1",
    "2>9": "2>0",
    "S>inner": "2>0",
    "s>i2": "2>1",
    "x>y": "0",
    "x>>y": "3",
    "3": "3",
    "7": "0",
}


def test_judge_enters_the_menus_of_other_files(tmp_path: Path) -> None:
    judge = Judge(tmp_path / "workshop")
    other = judge.add_config(
        "menuentry X { linux /x $exported $not }\nmenuentry Y --id y { linux /y }\n"
        "submenu S { menuentry Z { linux /z } }\n"
    )
    config = judge.add_config(
        f"set exported=1\nexport exported\nset not=2\nset timeout=9\n"
        f"menuentry A {{ linux /a }}\nmenuentry 'Other' {{ configfile {other} }}\n"
    )
    assert [
        (entry.index, entry.submenus, entry.title, entry.id, entry.linux)
        for entry in judge.menu(config)
    ] == [
        ("0", (), "A", "A", ("/a",)),
        ("1>0", ("Other",), "X", "X", ("/x", "1")),
        ("1>1", ("Other",), "Y", "y", ("/y",)),
        ("1>2>0", ("Other", "S"), "Z", "Z", ("/z",)),
    ]
    assert judge.default(config) == "0"


def test_judge_resolves_defaults(tmp_path: Path) -> None:
    judge = Judge(tmp_path / "workshop")
    config = judge.add_config(
        "menuentry A { linux /a }\n"
        "menuentry 'B two' --id idb { linux /b }\n"
        "submenu S --id s { menuentry inner --id i1 { linux /i1 }\n"
        "menuentry inner2 --id i2 { linux /i2 } }\n"
        "menuentry 'x>y' { linux /xy }\n"
        "menuentry '7' { linux /seven }\n"
        "menuentry 'Z' --id A { linux /z }\n"
    )
    assert {default: judge.default(config, default) for default in DEFAULTS} == DEFAULTS


def test_judge_refuses_to_guess(tmp_path: Path) -> None:
    judge = Judge(tmp_path / "workshop")
    config = judge.add_config("menuentry A { linux /a }\nmenuentry A { linux /a }\n")
    with pytest.raises(JudgeError, match="may be any of"):
        judge.default(config)
    assert judge.default(judge.add_config("echo hi\n")) is None


def test_judge_sees_passwords(tmp_path: Path) -> None:
    judge = Judge(tmp_path / "workshop")
    config = judge.add_config(
        "set superusers=root\nexport superusers\n"
        "menuentry A { linux /a }\n"
        "menuentry B --unrestricted { linux /b }\n"
        "menuentry C --users root { halt }\n"
        "submenu S --unrestricted { menuentry D { linux /d }\n"
        "menuentry E --unrestricted { linux /e } }\n"
        "submenu T { menuentry F --unrestricted { linux /f } }\n"
    )
    assert [(entry.title, entry.restricted) for entry in judge.menu(config)] == [
        ("A", True),
        ("B", False),
        ("C", True),
        ("D", True),
        ("E", False),
        ("F", True),
    ]


SCRIPTS = {
    "set v='  a  b  '\necho x$v'y'.\necho \"$v\"\n": "xa by.\n  a  b  \n",
    "echo a\\ b \\$x \"\\$ \\a\" 'a\\'\n": "a b $x $ \\a a\\\n",
    "echo one\nif true; fi\necho two\n": "one\ntwo\n",
    "nosuch\necho $?\n": "0\n",
    "echo -n a; nosuch; echo b\n": "ab\n",
    "function f { echo $# $1; return 3; }\nf x y\necho $?\n": "2 x\n3\n",
    "if [ -f /d/a -a -s /d/a ]; then cat /d/a; fi\necho (hd0)/d/*\n": "text\n\n(hd0)/d/a\n",
    "echo before\nhalt\necho after\n": "before\n",
}


@pytest.mark.parametrize(("script", "expected"), SCRIPTS.items())
def test_judge_runs_scripts(script: str, expected: str, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    (folder / "d").mkdir(parents=True)
    (folder / "d/a").write_text("text\n", encoding="utf-8")
    judge = Judge(tmp_path / "workshop", [FolderDisk(folder)], {"root": "hd0"})
    assert judge.script_output(script) == expected


def test_command_line_rule() -> None:
    words = [
        "/vm",
        "root=a b",
        "a  b",
        "",
        "q's",
        'd"q',
        "b\\s",
        "t\tt",
        "x\\x20y",
        "a;b",
        "",
        "end",
    ]
    assert grub_command_line(words) == (
        '/vm "root=a b" "a  b"  q\\\'s d\\"q b\\\\s t\tt x\\\\x20y a;b  end'
    )
