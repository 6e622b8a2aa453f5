"""Entries of GRUB Legacy, as their users see them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import iso
from tests.support.fake_machine import FakeMachine
from tests.support.listing import listing, told
from tests.support.program import Run
from tests.support.trees import KERNEL, plant

MENU = "boot/grub/menu.lst"
FILES: dict[str, str | bytes] = {
    "boot/vmlinuz": KERNEL,
    "boot/old": KERNEL,
    "boot/initrd": b"1",
    "boot/ucode": b"2",
    "boot/xen.gz": b"\x1f\x8b",
    "boot/multi": b"\x7fELF" + bytes(60) + 0x1BADB002.to_bytes(4, "little") + bytes(60),
    "boot/memtest.bin": b"x",
    "boot/memdisk": KERNEL,
    "boot/dir/x": b"",
}
BAD = "{}/bad.iso: not an ISO 9660 image"
STOPS = "GRUB ends the entry here: "


def planted(root: Path, text: str | bytes, name: str = MENU) -> Path:
    return plant(root, {**FILES, name: text})


def only(run: Run, root: Path, lines: str) -> dict[str, Any]:
    """Give the one entry with these lines below its title; their numbers count from 3."""
    (entry,) = entries_of(run, root, f"default 0\ntitle T\n{lines}")["entries"]
    found: dict[str, Any] = entry
    return found


def entries_of(run: Run, root: Path, text: str | bytes) -> dict[str, Any]:
    return listing(run, planted(root, text))


def test_whole_entry(run: Run, tmp_path: Path) -> None:
    found = entries_of(
        run,
        tmp_path,
        "# by hand\ndefault 0\ntimeout 5\n\n"
        "title\t\tLinux the First\n"
        "root\t\t(hd0,0)\n"
        "kernel\t\t/boot/vmlinuz root=/dev/sda1  ro\n"
        "initrd\t\t/boot/initrd\n",
    )
    assert (found["loader"], found["timeout"], found["diagnostics"]) == ("grub-legacy", 5.0, [])
    assert found["entries"] == [
        {
            "id": "Linux the First",
            "title": "Linux the First",
            "submenus": [],
            "index": "0",
            "loader": "grub-legacy",
            "file": f"{tmp_path}/{MENU}",
            "line": 5,
            "kind": "linux",
            "kernel": f"{tmp_path}/boot/vmlinuz",
            "initrds": [f"{tmp_path}/boot/initrd"],
            "cmdline": "root=/dev/sda1  ro",
            "devicetree": None,
            "loader_paths": {"kernel": "/boot/vmlinuz", "initrds": ["/boot/initrd"]},
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
    ]


@pytest.mark.parametrize(
    ("line", "cmdline"),
    [
        ("kernel /boot/vmlinuz", ""),
        ("kernel=/boot/vmlinuz a", "a"),
        ("kernel = /boot/vmlinuz a", "a"),
        ("  kernel \t/boot/vmlinuz\ta\tb", "a b"),
        ("kernel /boot/vmlinuz   a  b ", "a  b "),
        ("kernel /boot/vmlinuz a=\"b c\" 'd' $e \\f", "a=\"b c\" 'd' $e \\f"),
        ("kernel /boot/vmlinuz a # b", "a # b"),
        ("kernel /boot/vmlinuz a \\\nb", "a  b"),
        ("kernel \\\r\n/boot/vmlinuz\\\na \\\\\nb\r", "a \\ b"),
        ("kernel --no-mem-option /boot/vmlinuz a", "a"),
        ("kernel --type=biglinux  --no-mem-option /boot/vmlinuz a", "a"),
        ("kernel --type=biglinux /boot/vmlinuz --type=netbsd", "--type=netbsd"),
        ("kernel (hd0,5)/boot/vmlinuz a", "a"),
        ("kernel (hd0,5)//boot///vmlinuz a", "a"),
        ("kernel /boot/old x\nkernel /boot/vmlinuz a", "a"),
        ("kernel /boot/vmlinuz a\nsavedefault\nquiet\nboot\nkernel /boot/old b", "a"),
        ("kernel /boot/vmlinuz é\udcff", "é\udcff"),
        ("kernel /boot/vmlinuz a\0b", "a"),
    ],
)
def test_command_line(line: str, cmdline: str, run: Run, tmp_path: Path) -> None:
    planted(tmp_path, f"title T\n{line}\n".encode("utf-8", "surrogateescape"))
    (entry,) = listing(run, tmp_path)["entries"]
    assert (entry["cmdline"], entry["kernel"]) == (cmdline, f"{tmp_path}/boot/vmlinuz")
    assert (entry["kind"], entry["bootable"], entry["reasons"]) == ("linux", True, [])


@pytest.mark.parametrize(
    ("lines", "initrds"),
    [
        ("kernel /boot/vmlinuz", []),
        ("kernel /boot/vmlinuz\ninitrd /boot/initrd", ["initrd"]),
        ("kernel /boot/vmlinuz\ninitrd=(hd0,0)/boot/initrd", ["initrd"]),
        ("kernel /boot/vmlinuz\ninitrd /boot/ucode /boot/initrd", ["ucode", "initrd"]),
        ("kernel /boot/vmlinuz\nmodule /boot/initrd", ["initrd"]),
        ("kernel /boot/vmlinuz\nmodulenounzip /boot/initrd x=/boot", ["initrd", "x=/boot"]),
        ("kernel /boot/old\ninitrd /boot/ucode\nkernel /boot/vmlinuz", []),
    ],
)
def test_initrds(lines: str, initrds: list[str], run: Run, tmp_path: Path) -> None:
    entry = only(run, tmp_path, lines)
    assert [Path(name).name for name in entry["loader_paths"]["initrds"]] == [
        Path(name).name for name in initrds
    ]


def test_second_initrd_takes_the_place_of_the_first(run: Run, tmp_path: Path) -> None:
    lines = "kernel /boot/vmlinuz\ninitrd /boot/ucode\ninitrd /boot/initrd\n"
    found = entries_of(run, tmp_path, f"title T\n{lines}")
    assert found["entries"][0]["initrds"] == [f"{tmp_path}/boot/initrd"]
    assert told(found) == [
        "menu.lst:4:1: warning: this 'initrd' takes the place of the one before it"
    ]


@pytest.mark.parametrize(
    ("lines", "kind", "reasons"),
    [
        ("rootnoverify (hd0,1)\nmakeactive\nchainloader +1", "chainload", ["another boot loader"]),
        ("kernel /boot/vmlinuz\nchainloader +1", "chainload", ["another boot loader"]),
        ("kernel /boot/xen.gz a\nmodule /boot/vmlinuz b\nmodule /boot/initrd", "xen", ["Xen", "m"]),
        ("kernel /boot/multi a", "multiboot", ["multiboot kernel"]),
        ("kernel --type=multiboot /boot/vmlinuz", "multiboot", ["multiboot kernel"]),
        ("kernel --type=netbsd /boot/vmlinuz", "other", ["is no Linux kernel"]),
        ("kernel /boot/memdisk\ninitrd /boot/initrd", "other", ["is no Linux kernel"]),
        ("kernel /boot/memtest.bin", "other", ["is no Linux kernel"]),
        ("kernel /none\nmodule /boot/a b\nmodule /boot/c", "multiboot", ["multiboot", "not", "/b"]),
        ("root (hd0,0)", "other", ["it loads no kernel"]),
        ("root", "other", ["it loads no kernel"]),
        ("halt", "other", ["it turns the machine off"]),
        ("reboot\nkernel /boot/vmlinuz", "other", ["it restarts the machine"]),
        ("pause x", "other", ["it loads no kernel"]),
        ("kernel /boot/vmlinuz-none", "linux", ["/boot/vmlinuz-none does not exist"]),
        ("kernel /boot/dir", "linux", ["/boot/dir is a directory"]),
        ("kernel /boot/vmlinuz\ninitrd /boot/none", "linux", ["/boot/none does not exist"]),
        ("kernel /none\nkernel /boot/vmlinuz", "linux", ["with an error:", "/none does not exist"]),
        ("kernel /boot/vmlinuz\ninitrd /none\ninitrd /boot/initrd", "linux", ["/none does not"]),
        ("kernel boot/vmlinuz", "linux", ["a list of blocks"]),
        ("kernel (hd0,0)+1", "linux", ["a list of blocks"]),
        ("kernel (nd)/vmlinuz", "linux", ["there is no device (nd)"]),
        ("kernel (md0)/vmlinuz", "linux", ["does not know what the device of (md0)/vmlinuz is"]),
        (f"kernel /{'x' * 1400}", "linux", ["does not exist"]),
    ],
)
def test_what_cannot_be_booted(
    lines: str, kind: str, reasons: list[str], run: Run, tmp_path: Path
) -> None:
    entry = only(run, tmp_path, lines)
    assert (entry["kind"], entry["bootable"]) == (kind, False)
    assert len(entry["reasons"]) >= 1
    for reason in reasons:
        assert reason in " ".join(entry["reasons"])


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            "initrd /boot/initrd\nkernel /boot/vmlinuz",
            "3:1|'initrd' wants a Linux kernel before it",
        ),
        ("kernel", "3:1|'kernel' wants a file"),
        ("kernel  --type=linux", "3:1|'kernel' wants a file"),
        ("kernel --type=plan9 /boot/vmlinuz", "3:8|'--type=plan9' is no kind of kernel"),
        ("kernel \t --mem=5 /boot/vmlinuz", "3:10|'--mem=5' is no option of 'kernel'"),
        (
            "kernel --type=linux\\\r\n --mem=5 /boot/vmlinuz",
            "4:2|'--mem=5' is no option of 'kernel'",
        ),
        ("kernel /boot/vmlinuz\ninitrd", "4:1|'initrd' wants a file"),
        ("kernel /boot/multi\ninitrd /x", "4:1|'initrd' wants a Linux kernel before it"),
        ("kernel /boot/vmlinuz\ninitrd" + " /x" * 65, "4:1|more than 64 initrds"),
        ("module /x", "3:1|'module' wants a kernel before it"),
        ("kernel /boot/multi\nmodule", "4:1|'module' wants a file"),
        ("configfile", "3:1|'configfile' wants a file"),
        ("root = /dev/sda1", "3:8|'/dev/sda1' is no device"),
        ("find --set-root /none", "3:6|no file system that can be seen has /none"),
    ],
)
def test_line_that_stops_the_entry(lines: str, message: str, run: Run, tmp_path: Path) -> None:
    found = entries_of(run, tmp_path, f"default 0\ntitle T\n{lines}\ntitle U\nkernel /boot/vmlinuz")
    place, _, text = message.partition("|")
    assert [one for one in told(found) if "error" in one] == [
        f"menu.lst:{place}: error: {STOPS}{text}"
    ]
    stopped, other = found["entries"]
    assert (stopped["bootable"], other["bootable"]) == (False, True)
    line = place.partition(":")[0]
    assert stopped["reasons"][0] == f"GRUB ends it with an error in line {line}: {text}"


@pytest.mark.parametrize("line", ["root /dev/sda1", "find --set-root /none"])
def test_kernel_is_shown_behind_a_place_that_is_not_there(
    line: str, run: Run, tmp_path: Path
) -> None:
    entry = only(run, tmp_path, f"{line}\nkernel /boot/vmlinuz a\ninitrd /boot/initrd")
    assert (entry["bootable"], entry["kind"]) == (False, "linux")
    assert (entry["kernel"], entry["cmdline"]) == (f"{tmp_path}/boot/vmlinuz", "a")
    assert len(entry["reasons"]) == 1


def test_menu_commands_below_a_title(run: Run, tmp_path: Path) -> None:
    found = entries_of(run, tmp_path, "title T\nkernel /boot/vmlinuz\ntimeout 9\n")
    (entry,) = found["entries"]
    assert (found["timeout"], entry["bootable"]) == (None, False)
    message = "it knows 'timeout' only before the first title"
    assert told(found) == [f"menu.lst:3:1: error: {STOPS}{message}"]


@pytest.mark.parametrize(
    ("head", "lines", "restricted"),
    [
        ("", "lock", False),
        ("password x\n", "", False),
        ("password x\n", "lock", True),
        ("password --md5 $1$x\n", "lock", True),
        ("password --md5 $1$x /boot/grub/other.lst\n", "lock", True),
        ("", "password x", True),
        ("password x\n", "boot\nlock", False),
    ],
)
def test_password(head: str, lines: str, *, restricted: bool, run: Run, tmp_path: Path) -> None:
    text = f"{head}title T\nkernel /boot/vmlinuz\n{lines}\n"
    (entry,) = entries_of(run, tmp_path, text)["entries"]
    assert (entry["restricted"], entry["bootable"]) == (restricted, True)


def test_titles_that_are_equal_or_empty(run: Run, tmp_path: Path) -> None:
    text = "".join(f"title{title}\nhalt\n" for title in (" A", " A ", "", "=", " 0", "= B = C"))
    found = entries_of(run, tmp_path, text)["entries"]
    assert [(entry["id"], entry["title"]) for entry in found] == [
        ("A", "A"),
        ("A#2", "A"),
        ("2", ""),
        ("3", ""),
        ("0", "0"),
        ("B = C", "B = C"),
    ]


def test_current(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bootpick import reading
    from bootpick.system.devices import Facts, read_facts

    def facts() -> Facts:
        return read_facts()._replace(release="6.1.0-18-amd64", cmdline="ro root=/dev/sda1")

    monkeypatch.setattr(reading, "read_facts", facts)
    lines = "title T\nkernel /boot/vmlinuz ro root=/dev/sda1 \ntitle U\nkernel /boot/vmlinuz ro\n"
    found = entries_of(run, tmp_path, lines)["entries"]
    assert [entry["current"] for entry in found] == [True, False]


def test_plan_and_load(run: Run, tmp_path: Path) -> None:
    planted(
        tmp_path, "default 1\ntitle T\nhalt\ntitle U\nkernel /boot/vmlinuz ro\ninitrd /boot/initrd"
    )
    shown = run("--default", "--exec", "--dry-run", "--json", "--root", tmp_path)
    assert shown.status == 0
    plan = json.loads(shown.out)
    assert plan["entry"]["id"] == "U"
    outcome = run("--entry", "T", "--root", tmp_path)
    assert (outcome.status, outcome.err) == (
        5,
        "bootpick: error: 'T' cannot be booted: it turns the machine off\n",
    )
    machine = FakeMachine()
    assert run("--entry", "1", "--root", tmp_path, on=machine).status == 0


def test_show(run: Run, tmp_path: Path) -> None:
    planted(tmp_path, "title T\nkernel /boot/vmlinuz ro\n")
    found = json.loads(run("show", "0", "--json", "--root", tmp_path).out)
    assert (found["id"], found["cmdline"], found["loader"]) == ("T", "ro", "grub-legacy")


def test_grub4dos(run: Run, tmp_path: Path) -> None:
    found = entries_of(
        run,
        tmp_path,
        "set a=1\ntitle T\nfind --set-root --ignore-floppies /boot/vmlinuz\n"
        "kernel /boot/vmlinuz x=%a%\ninitrd /boot/initrd\n"
        "iftitle [if exist /x] Only sometimes\nkernel /boot/vmlinuz\n"
        "title Image\nmap --mem /a.iso (hd32)\nmap --hook\nroot (hd32)\nkernel /boot/vmlinuz\n",
    )
    first, second, third = found["entries"]
    assert first["reasons"] == [
        "grub4dos may replace %…% in the command line, which bootpick does not"
    ]
    assert (second["title"], second["line"], second["bootable"]) == ("Only sometimes", 6, True)
    assert (third["bootable"], third["reasons"]) == (
        False,
        [
            "there is no device (hd32) on this machine for /boot/vmlinuz",
            f"(hd32) should be made of /a.iso: {tmp_path}/a.iso does not exist",
        ],
    )
    assert told(found) == [
        "menu.lst:6:1: note: grub4dos shows this entry only on a condition",
        "menu.lst:1:1: note: this is written for grub4dos; it is read as GRUB Legacy would read it",
    ]


def test_image_that_grub4dos_looks_into(run: Run, tmp_path: Path) -> None:
    top = iso.directory(iso.record(b"VMLINUZ.;1", 40, len(KERNEL)), iso.record(b"INITRD.;1", 50, 5))
    plant(tmp_path, {"live.iso": iso.image_of(top, {40: KERNEL, 50: b"12345"})})
    plant(tmp_path, {"bad.iso": b"x"})
    head = "title I\nmap --mem (hd0,0){}\nmap --hook\nroot (hd32)\n"
    words = "findiso=/live.iso iso-scan/filename=/none.iso"
    found = entries_of(
        run,
        tmp_path,
        head.format("/live.iso (hd32)") + f"kernel /vmlinuz {words}\ninitrd (hd32)/initrd\n"
        f"{head.format('/live.iso (hd32)')}kernel /vmlinuz\ninitrd /boot/initrd\n"
        f"{head.format('/bad.iso (hd32)')}kernel /vmlinuz\n"
        f"{head.format('/none.iso (hd32)')}kernel /vmlinuz\n"
        "title map\nmap (hd0) (hd1)\nmap\nmap x y\nmap --unhook\nkernel /boot/vmlinuz\n",
    )["entries"]
    image = f"{tmp_path}/live.iso"
    assert [(entry["title"], entry["bootable"]) for entry in found] == [
        ("I", True),
        ("I", False),
        ("I", False),
        ("I", False),
        ("map", True),
    ]
    unknown = "there is no device (hd32) on this machine for /vmlinuz"
    assert [entry["reasons"] for entry in found] == [
        ["iso-scan/filename=/none.iso: no file system that is mounted has this file"],
        [
            f"/boot/initrd does not exist in {image}",
            f"no word of the command line tells where {image} is",
        ],
        [unknown, f"(hd32) should be made of (hd0,0)/bad.iso: {BAD.format(tmp_path)}"],
        [unknown, f"(hd32) should be made of (hd0,0)/none.iso: {tmp_path}/none.iso does not exist"],
        [],
    ]
    plan = run("--entry", "0", "--dry-run", "--root", tmp_path).out
    assert f"kernel   /vmlinuz in {image}\ninitrd   /initrd in {image}\n" in plan
