"""What lilo.conf makes of the entries, as users see them."""

import json
from pathlib import Path
from typing import Any

import pytest

from bootpick.entries import Running
from bootpick.lilo.reader import Sought, read_menu
from bootpick.system.tree import LocalTree
from bootpick.volumes import parse_lsblk
from tests.support.listing import listing
from tests.support.program import Run
from tests.support.trees import KERNEL, plant

FILES: dict[str, str | bytes] = {
    **{f"boot/{name}": KERNEL for name in ("a", "b", "vmlinuz-6.1")},
    "boot/initrd": b"1",
}


def planted(root: Path, config: str | bytes) -> Path:
    return plant(root, {**FILES, "etc/lilo.conf": config})


def listed(run: Run, root: Path, config: str | bytes) -> dict[str, Any]:
    return listing(run, planted(root, config))


def told(found: dict[str, Any]) -> list[str]:
    """Give the messages, each with its place in the file."""
    return [
        f"{one['line']}:{one['column']}: {one['severity']}: {one['message']}"
        for one in found["diagnostics"]
    ]


def test_whole_entry(run: Run, tmp_path: Path) -> None:
    found = listed(
        run,
        tmp_path,
        "boot = /dev/sda   # where LILO is\nprompt timeout=50\nroot=/dev/sda1 read-only\n\n"
        'image = /boot/vmlinuz-6.1\n\tlabel = "My Linux"\n\talias = my\n\tinitrd = /boot/initrd\n'
        '\tappend = "quiet  splash"\n',
    )
    boot = tmp_path / "boot"
    assert found == {
        "schema": 1,
        "loader": "lilo",
        "default": "My_Linux",
        "timeout": 5.0,
        "timeout_style": "menu",
        "fallback": [],
        "entries": [
            {
                "id": "My_Linux",
                "title": "My_Linux",
                "submenus": [],
                "index": "0",
                "loader": "lilo",
                "file": f"{tmp_path}/etc/lilo.conf",
                "line": 5,
                "kind": "linux",
                "kernel": f"{boot}/vmlinuz-6.1",
                "initrds": [f"{boot}/initrd"],
                "cmdline": "BOOT_IMAGE=My_Linux ro root=/dev/sda1 quiet splash",
                "devicetree": None,
                "loader_paths": {"kernel": "/boot/vmlinuz-6.1", "initrds": ["/boot/initrd"]},
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
                "aliases": ["my"],
                "bootable": True,
                "reasons": [],
            }
        ],
        "diagnostics": [],
    }


GLOBAL_APPEND = 'append="g1  g2"\n'


@pytest.mark.parametrize(
    ("common", "own", "options"),
    [
        ("", "", ""),
        ("read-only", "", "ro"),
        ("", "read-write", "rw"),
        # The kernel takes the last, so this mounts it for writing either way.
        ("read-only", "read-write", "ro rw"),
        ("read-write", "read-only", "ro rw"),
        ("root=/dev/sda1", "", "root=/dev/sda1"),
        ("root=/dev/sda1", "root=/dev/mapper/a-b", "root=/dev/mapper/a-b"),
        ("", 'root="UUID=abc-1"', "root=UUID=abc-1"),
        ("", 'root="LABEL=My Disk"', "root=LABEL=My Disk"),
        ("", "root=/dev/disk/by-id/x", "root=/dev/disk/by-id/x"),
        (GLOBAL_APPEND, "", "g1 g2"),
        (GLOBAL_APPEND, "append=own", "own"),
        (GLOBAL_APPEND, "addappend=more", "g1 g2 more"),
        (GLOBAL_APPEND, "append=own addappend=more", "own more"),
        ("", 'append="p   q" addappend="   r "', "p q r"),
        ("", 'append="" read-only', "ro"),
        ("", 'append=" a"', "a"),
        (
            "ramdisk=8192 vga=0x317",
            'read-only root=/dev/a append="a=1"',
            "ro root=/dev/a ramdisk=8192 a=1",
        ),
        ("", "vga=ask ramdisk=0x10", "ramdisk=16"),
        ("read-only root=/dev/sda1", 'literal="foo  bar"', "foo bar"),
        ("read-only root=/dev/sda1", 'literal=""', ""),
        ("", 'append="mem=64M quiet"', "mem=64M quiet"),
        ("", 'append="unlock xlock lock"', "unlock xlock lock"),
        ("", r'append="a=\"b c\" \$x \\"', 'a="b c" $x \\'),
        ("READ-only", "APPEND=x", "ro x"),
    ],
)
def test_command_line(common: str, own: str, options: str | None, run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, f"{common}\nimage=/boot/a label=x {own}\n")
    (entry,) = found["entries"]
    assert (told(found), entry["reasons"]) == ([], [])
    assert entry["cmdline"] == f"BOOT_IMAGE=x {options}".rstrip()


def test_command_line_is_cut_off(run: Run, tmp_path: Path) -> None:
    config = f'image=/boot/a label=x read-only append="{"a" * 504}"\n'
    (entry,) = listed(run, tmp_path, config)["entries"]
    assert entry["bootable"]
    assert entry["cmdline"] == f"BOOT_IMAGE=x ro {'a' * 504}"[:511]
    assert entry["reasons"] == ["LILO cuts its command line off after 511 bytes"]


DEVICES = """{"blockdevices": [{"name": "sda", "path": "/dev/sda", "type": "disk", "maj:min": "8:0",
 "children": [{"name": "sda1", "path": "/dev/sda1", "type": "part", "maj:min": "8:1",
 "fstype": "ext4", "mountpoints": ["/"]}]},
 {"name": "nvme0n1", "path": "/dev/nvme0n1", "type": "disk", "maj:min": "259:256"}]}"""


@pytest.mark.parametrize(
    ("root", "word", "message"),
    [
        ("0x801", "801", "root=0x801 is device 8:1, /dev/sda1 here: the kernel gets root=801"),
        (
            "801",
            "321",
            "root=801 is device 3:33, which is not known here: the kernel gets root=321",
        ),
        (
            "0x110300",
            "110300",
            "root=0x110300 is device 259:256, /dev/nvme0n1 here: the kernel gets root=110300",
        ),
    ],
)
def test_root_as_a_number(root: str, word: str, message: str, run: Run, tmp_path: Path) -> None:
    config = f"root={root}\nimage=/boot/a label=x\nimage=/boot/b label=y\n"
    plant(planted(tmp_path, config), {"devices": DEVICES})
    found = listing(run, tmp_path, "--devices", tmp_path / "devices")
    assert told(found) == [f"1:6: warning: {message}"]
    assert [entry["cmdline"] for entry in found["entries"]] == [
        f"BOOT_IMAGE=x root={word}",
        f"BOOT_IMAGE=y root={word}",
    ]
    assert [(one["bootable"], one["reasons"]) for one in found["entries"]] == [
        (True, [message])
    ] * 2
    hint = found["diagnostics"][0]["hint"]
    assert ("decimal" in hint) == (root == "801")


def test_root_is_the_current_one(run: Run, tmp_path: Path) -> None:
    config = "image=/boot/a label=x root=Current\n"
    plant(planted(tmp_path, config), {"devices": DEVICES})
    (entry,) = listing(run, tmp_path, "--devices", tmp_path / "devices")["entries"]
    assert (entry["cmdline"], entry["bootable"]) == ("BOOT_IMAGE=x root=/dev/sda1", True)
    (entry,) = listing(run, tmp_path)["entries"]
    assert (entry["cmdline"], entry["bootable"]) == ("BOOT_IMAGE=x", False)


@pytest.mark.parametrize(
    ("cmdline", "current"),
    [
        ("BOOT_IMAGE=x ro root=/dev/sda1", ["x"]),
        # As LILO itself starts it, which replaces the path, and tells when nobody pressed a key.
        ("auto BOOT_IMAGE=x ro root=801", ["x"]),
        ("BOOT_IMAGE=y ro root=801", ["y"]),
        ("BOOT_IMAGE=x ro root=802", []),
        ("BOOT_IMAGE=x ro root=801 single", []),
    ],
)
def test_the_entry_that_runs(cmdline: str, current: list[str], tmp_path: Path) -> None:
    config = "read-only\nimage=/boot/a label=x root=/dev/sda1\nimage=/boot/b label=y root=0x801\n"
    root = planted(tmp_path, config)
    volumes = parse_lsblk(DEVICES, "devices")
    files = LocalTree(str(root), volumes)
    running = Running("6.1.0-18-amd64", cmdline)
    menu = read_menu(Sought(files, volumes, f"{root}/etc/lilo.conf", None, running))
    assert [entry.id for entry in menu.entries if entry.current] == current


@pytest.mark.parametrize(
    ("config", "ids"),
    [
        ("image=/boot/vmlinuz-6.1", ["vmlinuz-6.1"]),
        ("image=/boot/a label=One image=/boot/b", ["One", "b"]),
        ('image=/boot/a label="a b  c"', ["a_b__c"]),
        ("image=/boot/a label=123456789012345", ["123456789012345"]),
        ("other=/dev/sdb1 image=/boot/a", ["sdb1", "a"]),
        ("other=/dev/sdb1 label=Windows", ["Windows"]),
    ],
)
def test_labels(config: str, ids: list[str], run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, config)
    assert told(found) == []
    assert [(entry["id"], entry["index"]) for entry in found["entries"]] == [
        (name, str(number)) for number, name in enumerate(ids)
    ]
    assert found["default"] == ids[0]


@pytest.mark.parametrize("default", ["linux", "LINUX", "q", "Q"])
def test_default_is_a_label_or_an_alias(default: str, run: Run, tmp_path: Path) -> None:
    config = f"default={default}\nimage=/boot/a label=x\nimage=/boot/b label=linux alias=q\n"
    root = planted(tmp_path, config)
    found = listing(run, root)
    assert (found["default"], told(found)) == ("linux", [])
    verbose = run("list", "-v", "--root", root).out
    assert f"default  {root}/etc/lilo.conf:1\n" in verbose
    assert "alias    q\n" in verbose


def test_default_with_a_blank(run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, 'default="My B"\nimage=/boot/a\nimage=/boot/b label="My B"\n')
    assert found["default"] == "My_B"
    assert told(found) == ["1:1: warning: 'My B' is the label 'My_B': LILO has no blanks"]


@pytest.mark.parametrize("selector", ["y", "second", "1", "[y]", "@default"])
def test_selectors(selector: str, run: Run, tmp_path: Path) -> None:
    config = "default=y image=/boot/a label=x alias=first image=/boot/b label=y alias=second"
    root = planted(tmp_path, config)
    shown = run("show", selector, "--root", root)
    assert "id       y\n" in shown.out
    plan = json.loads(run("--entry", selector, "--exec", "--dry-run", "--json", "--root", root).out)
    assert (plan["kernel"], plan["cmdline"]) == (f"{root}/boot/b", "BOOT_IMAGE=y")


def test_single_key_is_a_hotkey(run: Run, tmp_path: Path) -> None:
    config = "image=/boot/a label=linux alias=1 single-key image=/boot/b label=x"
    entries = listed(run, tmp_path, config)["entries"]
    assert [entry["hotkey"] for entry in entries] == ["1", None]


@pytest.mark.parametrize(
    ("common", "own", "restricted"),
    [
        ("", "", False),
        ("password=p", "", True),
        ("password=p restricted", "", False),
        ("password=p restricted", "mandatory", True),
        ("password=p mandatory", "restricted", False),
        ("password=p", "bypass", False),
        ("", "password=p", True),
        ("", "password=p restricted", False),
        ("password=p restricted", "password=q", False),
    ],
)
def test_passwords(common: str, own: str, *, restricted: bool, run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, f"{common}\nimage=/boot/a label=x {own}")
    assert told(found) == []
    (entry,) = found["entries"]
    assert (entry["restricted"], entry["bootable"]) == (restricted, True)


@pytest.mark.parametrize(
    ("common", "expected"),
    [
        ("", (0.0, "hidden")),
        ("delay=20", (2.0, "hidden")),
        ("delay=1m", (60.0, "hidden")),
        ("timeout=50", (0.0, "hidden")),
        ("delay=20 timeout=50 prompt", (5.0, "menu")),
        ("prompt", (None, "menu")),
        ("prompt unattended", (20.0, "menu")),
        ("prompt timeout=1h", (3600.0, "menu")),
        ("serial=0,9600n8", (2.0, "hidden")),
        ("serial=0,9600n8 delay=50", (5.0, "hidden")),
    ],
)
def test_timeout(common: str, expected: tuple[float | None, str], run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, f"{common}\nimage=/boot/a label=x")
    assert (found["timeout"], found["timeout_style"]) == expected


def test_what_cannot_be_booted_says_why(run: Run, tmp_path: Path) -> None:
    config = (
        "image=/boot/gone label=gone\n"
        "image=/boot/a label=no-initrd initrd=/boot/gone\n"
        "image=/dev/fd0 label=floppy range=1-512\n"
        "other=/dev/sda1 label=dos table=/dev/sda\n"
        "image=boot/a label=relative\n"
        "image=/boot label=folder\n"
    )
    root = planted(tmp_path, config)
    found = listing(run, root)
    assert told(found) == []
    assert {entry["id"]: entry["reasons"] for entry in found["entries"]} == {
        "gone": [f"{root}/boot/gone does not exist"],
        "no-initrd": [f"{root}/boot/gone does not exist"],
        "floppy": ["its kernel is no file but a range of sectors of /dev/fd0"],
        "dos": ["it starts the boot sector of /dev/sda1, which kexec cannot do"],
        "relative": ["boot/a is no path from the top"],
        "folder": [f"{root}/boot is a directory"],
    }
    assert not any(entry["bootable"] for entry in found["entries"])
    kinds = {entry["id"]: (entry["kind"], entry["cmdline"]) for entry in found["entries"]}
    assert kinds["dos"] == ("chainload", None)
    assert kinds["floppy"] == ("linux", None)
    outcome = run("--entry", "gone", "--root", root)
    assert (outcome.status, "does not exist" in outcome.err) == (5, True)


@pytest.mark.parametrize("missing", ["image=/boot/gone", "image=/boot/a initrd=/boot/gone"])
def test_optional_entries_are_left_out_by_lilo(missing: str, run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, f"{missing} label=x optional\nimage=/boot/a label=x\n")
    assert told(found) == []
    assert [(entry["id"], entry["bootable"]) for entry in found["entries"]] == [
        ("x", False),
        ("x#2", True),
    ]
    assert found["entries"][0]["reasons"][0].endswith("being 'optional' LILO leaves it out")
    assert found["default"] == "x#2"


def test_links_lead_across_file_systems(run: Run, tmp_path: Path) -> None:
    devices = DEVICES.replace('"maj:min": "259:256"', '"fstype": "ext4", "mountpoints": ["/boot"]')
    config = "image=/vmlinuz label=x initrd=/up/initrd\nimage=/loop label=y\nimage=/out label=z\n"
    root = plant(planted(tmp_path / "root", config), {"devices": devices})
    (root / "vmlinuz").symlink_to("boot/vmlinuz-6.1")
    (root / "up").symlink_to("/boot")
    (root / "loop").symlink_to("loop")
    (root / "out").symlink_to("../../../../../../../../../../etc/passwd")
    found = listing(run, root, "--devices", root / "devices")
    assert [
        (entry["kernel"], entry["initrds"], entry["bootable"]) for entry in found["entries"]
    ] == [
        (f"{root}/boot/vmlinuz-6.1", [f"{root}/boot/initrd"], True),
        (f"{root}/loop", [], False),
        (f"{root}/out", [], False),
    ]


def test_blocks_are_passed_over(run: Run, tmp_path: Path) -> None:
    config = """disk=/dev/sda bios=0x80 sectors=63
  partition=/dev/sda1 start=63
  partition=/dev/sda2 start=100
disk=/dev/sdb inaccessible
change-rules reset type=DOS normal=1 hidden=2 type=X normal=3
prompt
image=/boot/a
other=/dev/sda1
  map-drive=0x80 to=0x81 map-drive=0x81 to=0x80
  change automatic partition=/dev/sda1 set=DOS activate partition=/dev/sda2 deactivate
  label=dos
"""
    found = listed(run, tmp_path, config)
    assert told(found) == []
    assert [entry["id"] for entry in found["entries"]] == ["a", "dos"]
    assert found["timeout"] is None


def test_lilo_may_remember_another_default(run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, "image=/boot/a label=x\n lock\n")
    assert told(found) == ["2:2: note: 'lock': LILO may have changed its default in its map file"]


def test_a_file_of_any_name(run: Run, tmp_path: Path) -> None:
    root = plant(planted(tmp_path, "image=/boot/a"), {"lilo.conf.old": "image=/boot/b"})
    assert listing(run, root, "--config", root / "lilo.conf.old")["default"] == "b"
    plant(root, {"other": "image=/boot/b label=c"})
    found = listing(run, root, "--config", root / "other", "--loader", "lilo")
    assert found["default"] == "c"
    assert run("list", "--root", root, "--config", root / "lilo.none").status == 3
