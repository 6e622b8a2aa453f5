"""Entries of syslinux, as their users see them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bootpick.entries import Running
from bootpick.syslinux.reader import Sought, read_menu
from bootpick.system.tree import LocalTree
from bootpick.volumes import Mount, Volume
from tests.support.fake_machine import FakeMachine
from tests.support.listing import listing, told
from tests.support.program import Run
from tests.support.trees import KERNEL, plant

PLACE = "boot/syslinux/syslinux.cfg"
FILES: dict[str, str | bytes] = {
    "boot/syslinux/linux": KERNEL,
    "boot/syslinux/sub/linux": KERNEL,
    "boot/syslinux/initrd": b"1",
    "boot/syslinux/ucode": b"2",
    "boot/linux": KERNEL,
    "linux": KERNEL,
    "initrd": b"3",
}
Files = Mapping[str, str | bytes]


def listed(
    run: Run, root: Path, config: str | bytes, files: Files | None = None, place: str = PLACE
) -> dict[str, Any]:
    return listing(run, plant(root, {**FILES, **(files or {}), place: config}))


def only(run: Run, root: Path, config: str, files: Files | None = None) -> dict[str, Any]:
    (entry,) = listed(run, root, config, files)["entries"]
    found: dict[str, Any] = entry
    return found


def test_whole_entry(run: Run, tmp_path: Path) -> None:
    entry = only(
        run,
        tmp_path,
        "# made by hand\r\n"
        "DEFAULT first\r\n"
        "LABEL first entry\r\n"
        "  MENU LABEL ^First of all\r\n"
        "  LINUX linux\r\n"
        "  APPEND root=/dev/sda1  ro quiet\r\n"
        "  INITRD ucode,/initrd\r\n",
    )
    boot = tmp_path / "boot/syslinux"
    assert entry == {
        "id": "first",
        "title": "First of all",
        "submenus": [],
        "index": "0",
        "loader": "syslinux",
        "file": f"{boot}/syslinux.cfg",
        "line": 3,
        "kind": "linux",
        "kernel": f"{boot}/linux",
        "initrds": [f"{boot}/ucode", f"{tmp_path}/initrd"],
        "cmdline": "BOOT_IMAGE=linux root=/dev/sda1  ro quiet",
        "devicetree": None,
        "loader_paths": {"kernel": "linux", "initrds": ["ucode", "/initrd"]},
        "version": "6.1.0-18-amd64",
        "architecture": "x64",
        "machine_id": None,
        "sort_key": None,
        "tries_left": None,
        "tries_done": None,
        "classes": [],
        "default": True,
        "oneshot": False,
        "current": False,
        "restricted": False,
        "users": [],
        "hotkey": None,
        "aliases": [],
        "bootable": True,
        "reasons": [],
    }


@pytest.mark.parametrize(
    ("lines", "cmdline", "initrds"),
    [
        ("kernel linux", "linux ", []),
        ("KERNEL linux\nAPPEND a b", "linux a b", []),
        ("kErNeL linux\naPPEND\ta\t b \t", "linux a\t b", []),
        ("kernel /linux a=1  b\nappend c", "/linux a=1  b c", []),
        ("kernel linux\nappend a\nappend b", "linux b", []),
        ("kernel linux\nappend -", "linux ", []),
        ("kernel linux\nappend - a", "linux - a", []),
        ("kernel linux\nappend a # no comment", "linux a # no comment", []),
        ('kernel linux\nappend a="b  c"', 'linux a="b  c"', []),
        ("kernel linux\nappend initrd=initrd a", "linux a", ["initrd"]),
        ("kernel linux\nappend a initrd=initrd,ucode b", "linux a b", ["initrd", "ucode"]),
        ("kernel linux\nappend a  initrd=initrd  b", "linux a  b", ["initrd"]),
        ("kernel linux\ninitrd initrd\nappend a", "linux a", ["initrd"]),
        ("kernel linux\ninitrd initrd\nappend initrd=ucode a", "linux a", ["ucode"]),
        ("kernel linux initrd=/initrd\ninitrd initrd", "linux ", ["/initrd"]),
        ("kernel linux\ninitrd ucode\ninitrd initrd", "linux ", ["initrd"]),
        ("kernel linux\ninitrd initrd more words", "linux more words", ["initrd"]),
        ("kernel linux\nappend rd.initrd=initrd a", "linux rd.initrd=initrd a", ["initrd"]),
        ("append a\r b", "linux a", []),
        ("kernel nothing\nlinux linux", "linux ", []),
    ],
)
def test_command_line(
    lines: str, cmdline: str, initrds: list[str], run: Run, tmp_path: Path
) -> None:
    entry = only(run, tmp_path, f"label linux\n{lines}\n")
    assert entry["cmdline"] == f"BOOT_IMAGE={cmdline}"
    assert entry["loader_paths"]["initrds"] == initrds
    assert entry["bootable"], entry["reasons"]


def test_append_before_the_labels_counts_where_a_label_has_none(run: Run, tmp_path: Path) -> None:
    found = listed(
        run,
        tmp_path,
        "append lost\nappend all\n"
        "label a\nkernel linux\n"
        "label b\nkernel linux\nappend own\n"
        "label c\nkernel linux\nappend -\n"
        "menu separator\nappend behind\n"
        "label d\nkernel linux\n",
    )
    lines = {entry["id"]: entry["cmdline"] for entry in found["entries"]}
    image = "BOOT_IMAGE=linux "
    # The one from before a line is that of the labels which end behind it.
    assert lines == {"a": f"{image}all", "b": f"{image}own", "c": image, "d": f"{image}behind"}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("linux", "boot/syslinux/linux"),
        ("/linux", "linux"),
        ("//linux", "linux"),
        ("../linux", "boot/linux"),
        ("sub/../linux", "boot/syslinux/linux"),
        ("sub//linux", "boot/syslinux/sub/linux"),
        ("../../../../linux", "linux"),
        ("/boot/syslinux/./linux", "boot/syslinux/linux"),
    ],
)
def test_paths(name: str, path: str, run: Run, tmp_path: Path) -> None:
    entry = only(run, tmp_path, f"label x\nlinux {name}\n")
    assert entry["kernel"] == str(tmp_path / path)
    assert entry["cmdline"] == f"BOOT_IMAGE={name} "


@pytest.mark.parametrize(
    ("lines", "kind", "reason"),
    [
        ("localboot 0x80", "chainload", "it boots from a local disk by the firmware (LOCALBOOT)"),
        ("com32 hdt.c32", "other", "it runs a program for syslinux, hdt.c32"),
        ("com32 hdt", "other", "it runs a program for syslinux, hdt"),
        ("kernel hdt.c32", "other", "it runs a program for syslinux, hdt.c32"),
        ("kernel reboot.c32", "other", "it reboots the machine (reboot.c32)"),
        ("kernel mboot.c32", "multiboot", "it loads a multiboot kernel (mboot.c32), not Linux"),
        (
            "kernel chain.c32\nappend hd0 1",
            "chainload",
            "it starts another boot loader (chain.c32), which kexec cannot do",
        ),
        ("kernel x.bin", "chainload", "x.bin is a boot sector, which kexec cannot start"),
        ("boot x", "chainload", "x is a boot sector, which kexec cannot start"),
        ("kernel x.bss", "chainload", "x.bss is a boot sector, which kexec cannot start"),
        ("pxe linux", "chainload", "linux is a network boot program, which kexec cannot start"),
        ("kernel x.0", "chainload", "x.0 is a network boot program, which kexec cannot start"),
        ("kernel memdisk", "other", "memdisk needs the BIOS, which kexec does not leave in order"),
        ("config x.cfg", "other", "it opens another configuration, x.cfg"),
        ("menu quit", "other", "it leaves the menu (MENU QUIT)"),
        ("linux none", "linux", "{root}/boot/syslinux/none does not exist"),
        ("linux sub", "linux", "{root}/boot/syslinux/sub is a directory"),
        ("linux linux\ninitrd none", "linux", "{root}/boot/syslinux/none does not exist"),
        ("", "linux", "{root}/boot/syslinux/x does not exist"),
        ("linux 10.0.0.1::linux", "linux", "10.0.0.1::linux is on a server, not on this machine"),
        ("linux http://a/b", "linux", "http://a/b is on a server, not on this machine"),
        (
            "menu disable\nlinux linux",
            "linux",
            "syslinux does not let it be chosen (MENU DISABLE)",
        ),
        ("menu disable", "other", "it is a line of the menu that cannot be chosen (MENU DISABLE)"),
    ],
)
def test_what_cannot_be_booted(
    lines: str, kind: str, reason: str, run: Run, tmp_path: Path
) -> None:
    entry = only(run, tmp_path, f"label x\n{lines}\n")
    assert (entry["kind"], entry["bootable"]) == (kind, False)
    assert entry["reasons"] == [reason.format(root=tmp_path)]


@pytest.mark.parametrize("lines", ["linux x.bin", "kernel vmlinuz.32"])
def test_what_is_linux_by_its_keyword_or_name(lines: str, run: Run, tmp_path: Path) -> None:
    name = lines.split()[1]
    entry = only(run, tmp_path, f"label x\n{lines}\n", {f"boot/syslinux/{name}": KERNEL})
    assert (entry["kind"], entry["bootable"]) == ("linux", True)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("ipappend 2", "SYSAPPEND: syslinux adds BOOTIF= to the command line, and bootpick does"),
        ("sysappend 0x3", "SYSAPPEND: syslinux adds ip=, BOOTIF= to the command line, and"),
        ("append initrd=initrd initrd=ucode", "it has several lists of initrds, of which the"),
        ("append " + "a" * 4096, "syslinux reads no more than 4095 characters of a line"),
        ("append " + "a" * 3000, "its command line is longer than the 2047 bytes that the kernel"),
    ],
)
def test_doubts(lines: str, reason: str, run: Run, tmp_path: Path) -> None:
    entry = only(run, tmp_path, f"label x\nlinux linux\n{lines}\n")
    assert entry["bootable"]
    assert entry["reasons"][0].startswith(reason)


def test_submenus_are_levels(run: Run, tmp_path: Path) -> None:
    found = listed(
        run,
        tmp_path,
        "menu title All\n"
        "label a\nlinux linux\n"
        "menu begin one\n menu title The ^first\n"
        "  label b\n  linux linux\n"
        "  menu separator\n"
        "  menu begin\n  menu label Inner\n  menu passwd x\n"
        "    label c\n    linux linux\n"
        "  menu end\n"
        "  label back\n  menu label ^Back\n  menu exit\n"
        "  label top\n  menu goto .top\n"
        "menu end\n"
        "menu begin empty\nmenu end\n"
        "label d\nlinux linux\nmenu passwd x\n"
        "label e\nmenu goto one\n"
        "label f\nmenu goto none\n",
    )
    entries = [
        (e["index"], e["id"], e["title"], e["submenus"], e["restricted"]) for e in found["entries"]
    ]
    assert entries == [
        ("0", "a", "a", [], False),
        ("1>0", "b", "b", ["The first"], False),
        ("1>1>0", "c", "c", ["The first", "Inner"], True),
        ("1>2", "back", "Back", ["The first"], False),
        ("1>3", "top", "top", ["The first"], False),
        ("2", "empty", "empty", [], False),
        ("3", "d", "d", [], True),
        ("4", "e", "e", [], False),
        ("5", "f", "f", [], False),
    ]
    reasons = {e["id"]: e["reasons"][0] for e in found["entries"] if not e["bootable"]}
    assert reasons == {
        "back": "it leads to another menu (MENU EXIT): All",
        "top": "it leads to another menu (MENU GOTO): All",
        "empty": "it is a submenu without entries",
        "e": "it leads to another menu (MENU GOTO): The first",
        "f": "it leads to a menu that there is not (MENU GOTO)",
    }
    assert told(found) == ["syslinux.cfg:29:1: warning: there is no menu 'none' to go to"]


def test_help_is_no_statement(run: Run, tmp_path: Path) -> None:
    found = listed(
        run,
        tmp_path,
        "label a\nlinux linux\nText Help\nlabel no\nlinux x\n  endtextual\n \tENDTEXT\nappend b\n"
        "text other\nlabel neither\nendtext of it\n",
    )
    assert [entry["cmdline"] for entry in found["entries"]] == ["BOOT_IMAGE=linux b"]
    assert told(found) == []


def test_two_labels_of_one_name(run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, "default a\nlabel b\nlabel a\nlinux linux\nlabel a\nlinux no\n")
    assert [(e["id"], e["default"]) for e in found["entries"]] == [
        ("b", False),
        ("a", True),
        ("a#2", False),
    ]


def test_hidden_entries_are_listed(run: Run, tmp_path: Path) -> None:
    found = listed(
        run, tmp_path, "ui menu.c32\nlabel a\nmenu hide\nmenu default\nlabel b\nlinux linux\n"
    )
    assert [(e["id"], e["default"]) for e in found["entries"]] == [("a", False), ("b", True)]


def test_included_files(run: Run, tmp_path: Path) -> None:
    """Each is named from the first file's directory, and goes on with what another one began."""
    found = listed(
        run,
        tmp_path,
        "include sub/a.cfg\nappend of-a\ninclude /b.cfg\nmenu include sub/c.cfg The third\n"
        "include none.cfg\nmenu include nothing.cfg Nothing\ninclude sub\n",
        {
            "boot/syslinux/sub/a.cfg": "label a\ninclude sub/a2.cfg\n",
            "boot/syslinux/sub/a2.cfg": "linux linux\n",
            "b.cfg": "append of-b\nlabel b\nlinux linux\n",
            "boot/syslinux/sub/c.cfg": "label c\nlinux linux\n",
        },
    )
    assert [
        (e["index"], e["id"], e["submenus"], e["cmdline"], Path(e["file"]).name)
        for e in found["entries"]
    ] == [
        ("0", "a", [], "BOOT_IMAGE=linux of-b", "a.cfg"),
        ("1", "b", [], "BOOT_IMAGE=linux ", "b.cfg"),
        ("2>0", "c", ["The third"], "BOOT_IMAGE=linux ", "c.cfg"),
    ]
    assert told(found) == [
        (
            "syslinux.cfg:5:1: note: included but not there, and passed over by syslinux: "
            "none.cfg, nothing.cfg, sub"
        )
    ]


def test_files_that_include_each_other(run: Run, tmp_path: Path) -> None:
    chain = {
        f"boot/syslinux/{n}.cfg": f"label l{n}\nlinux linux\ninclude {n + 1}.cfg\n"
        for n in range(1, 30)
    }
    found = listed(run, tmp_path, "include 1.cfg\n", chain)
    assert [entry["id"] for entry in found["entries"]] == [f"l{n}" for n in range(1, 17)]
    assert told(found) == [
        (
            "16.cfg:3:1: error: /boot/syslinux/17.cfg is not read: more than 16 files are included "
            "within each other"
        )
    ]
    plant(tmp_path, {PLACE: "label a\nlinux linux\ninclude x.cfg\n"})
    plant(tmp_path, {"boot/syslinux/x.cfg": "label x\n include syslinux.cfg\ninclude x.cfg\n"})
    found = listing(run, tmp_path)
    assert [entry["id"] for entry in found["entries"]] == ["a", "x"]
    assert told(found) == [
        "x.cfg:2:2: error: /boot/syslinux/syslinux.cfg is not read: it includes itself",
        "x.cfg:3:1: error: /boot/syslinux/x.cfg is not read: it includes itself",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("kernal linux", "'kernal' is no keyword: the line is ignored"),
        ("\tappend= a", "'append=' is no keyword: the line is ignored"),
        ("timeout soon", "'soon' is no number of tenths of a second: it counts as 0"),
        ("menu lable x", "'MENU LABLE' is nothing of a menu: the line is ignored"),
        ("menu end", "'MENU END' without 'MENU BEGIN': the line is ignored"),
        ("menu begin x", "this submenu is not closed: all that follows is in it"),
        ("\ufefflabel", "a byte order mark is part of the first keyword: the line is ignored"),
        ("label", "this label has no name"),
        ("menu separator\nkernel x", "'KERNEL' outside of a label: the line is ignored"),
        ("menu separator\ninitrd x", "'INITRD' outside of a label: the line is ignored"),
    ],
)
def test_a_wrong_line_costs_one_message(line: str, message: str, run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, f"label a\nlinux linux\n\n{line}\nlabel b\nlinux linux\n")
    column = 2 if line.startswith("\t") else 1
    number = 5 if "\n" in line else 4
    assert told(found) == [f"syslinux.cfg:{number}:{column}: warning: {message}"]
    good = [entry["id"] for entry in found["entries"] if entry["bootable"]]
    assert good == ["a", "b"]


def test_messages_show_the_line_and_a_hint(run: Run, tmp_path: Path) -> None:
    plant(tmp_path, {**FILES, PLACE: "label a\n linux linux\n \tappend= b\n"})
    outcome = run("list", "--root", tmp_path)
    assert outcome.err == (
        f"{tmp_path}/{PLACE}:3:3: warning: 'append=' is no keyword: the line is ignored\n"
        "      append= b\n"
        "      ^\n"
        "hint: write 'APPEND' and a blank\n"
    )


def test_help_without_its_end(run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, "label a\nlinux linux\n text help\nlabel b\nendtex")
    assert [entry["id"] for entry in found["entries"]] == ["a"]
    assert told(found) == [
        "syslinux.cfg:3:2: error: 'TEXT' has no 'ENDTEXT': all lines behind it are part of it"
    ]


def test_kexec_loads_what_the_entry_says(run: Run, tmp_path: Path) -> None:
    machine = FakeMachine()
    plant(tmp_path, {**FILES, PLACE: "default a\nlabel a\nlinux linux\ninitrd initrd\nappend b\n"})
    outcome = run("--root", tmp_path, "--default", "--dry-run", "--json", on=machine)
    plan = json.loads(outcome.out)
    assert plan["cmdline"] == "BOOT_IMAGE=linux b"
    assert plan["initrds"] == [f"{tmp_path}/boot/syslinux/initrd"]


def test_one_file_by_its_name(run: Run, tmp_path: Path) -> None:
    plant(tmp_path, {**FILES, "boot/x.cfg": "label a\nlinux linux\n"})
    found = listing(run, tmp_path, "--loader", "syslinux", "--config", tmp_path / "boot/x.cfg")
    assert [entry["kernel"] for entry in found["entries"]] == [f"{tmp_path}/boot/linux"]
    plant(tmp_path, {"isolinux/txt.cfg": "label b\nlinux /linux\n"})
    found = listing(run, tmp_path, "--config", tmp_path / "isolinux/txt.cfg")
    assert [entry["id"] for entry in found["entries"]] == ["b"]


def test_a_message_tells_where_nothing_was_found(run: Run, tmp_path: Path) -> None:
    outcome = run("list", "--root", tmp_path, "--loader", "syslinux")
    assert outcome.status == 3
    assert outcome.err.splitlines()[1] == (
        "hint: looked for extlinux.conf, syslinux.cfg and isolinux.cfg"
    )


@pytest.mark.parametrize(
    ("place", "cmdline", "current"),
    [
        (PLACE, "BOOT_IMAGE=linux a  b initrd=initrd typed", False),
        (PLACE, "BOOT_IMAGE=linux a  b initrd=initrd", True),
        (PLACE, "BOOT_IMAGE=linux a  b", True),
        (PLACE, "a  b", False),
        ("boot/extlinux/extlinux.conf", "a  b", True),
    ],
)
def test_the_running_entry(place: str, cmdline: str, *, current: bool, tmp_path: Path) -> None:
    """syslinux hands the words ``initrd=`` over, kexec does not, and U-Boot has no BOOT_IMAGE."""
    folder = place.rpartition("/")[0]
    config = "label x\nlinux linux\nappend a  b\ninitrd initrd\n"
    plant(tmp_path, {place: config, f"{folder}/linux": KERNEL, f"{folder}/initrd": b"1"})
    volume = Volume("the tree", "tree", mounts=(Mount("/"),), anything=True)
    for release in ("6.1.0-18-amd64", "6.1.0-17-amd64"):
        sought = Sought(
            LocalTree(str(tmp_path), (volume,)),
            (volume,),
            volume,
            f"/{place}",
            Running(release, cmdline),
        )
        (entry,) = read_menu(sought).entries
        assert entry.current is (current and release == "6.1.0-18-amd64")
