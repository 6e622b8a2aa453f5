"""A configuration that means harm costs a message, and ends soon."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import CHECKOUT, program
from tests.support.trees import KERNEL, plant
from tests.test_hostile import listed

GOOD = "default 0\ntitle Good\nkernel /vmlinuz ro\ntitle Next\nhalt\n"
MENU = "boot/grub/menu.lst"

HARM: dict[str, str | bytes] = {
    "9 MB in a line": "title " + "x" * 9_000_000,
    "9 MB of titles": "title x\nkernel /vmlinuz\n" * 400_000,
    "100,000 different kernels": "".join(
        f"title {n}\nroot (hd{n},0)\nkernel /v{n} a\ninitrd /i{n}\n" for n in range(100_000)
    ),
    "many initrds": ("title x\nkernel /vmlinuz\ninitrd " + "/a/b/c/d " * 60 + "\n") * 1000,
    "long paths": ("title x\nkernel " + "/x" * 700 + "\n") * 1000,
    "many commands": "title x\n" + "root (hd0,0)\nlock\n" * 100_000,
    "many different devices": "title x\n" + "".join(f"root (hd{n})\n" for n in range(50_000)),
    "many unknown commands": "a\n" * 500_000,
    "many titles alone": "title\n" * 500_000,
    "many lines of nothing": "\n" * 1_000_000,
    "many joined lines": "title x\nkernel /vmlinuz " + "\\\n" * 500_000,
    "many backslashes": "\\" * 1_000_000,
    "many carriage returns": "\\" + "\r" * 1_000_000,
    "comment without an end": "#\\\n" * 300_000,
    "many fallbacks": "fallback " + "1 " * 100_000 + "\ntitle x\nhalt\n",
    "many searches": "title x\nfind --set-root /none\n" * 50_000,
    "opens itself": f"title x\nconfigfile /{MENU}\n" * 10_000,
    "NUL": "title a\0b\nkernel /vm\0linuz\n" * 10_000,
    "no UTF-8": b"title \xff\xfe\x80\nkernel /vmlinuz \xff\n" * 1000,
    "escapes": "title \x1b]0;x\x07\x1b[2J\nkernel /\x1b[31m \x1b[1m\n\x1b[2J x\n" * 100,
    "nothing": "",
}


@pytest.mark.parametrize("text", HARM.values(), ids=HARM)
def test_harm_behind_what_is_good(text: str | bytes, tmp_path: Path) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    plant(tmp_path, {MENU: GOOD.encode() + data, "vmlinuz": KERNEL})
    found = listed(tmp_path)
    first = found["entries"][0]
    assert (first["title"], first["default"], first["bootable"]) == ("Good", True, True)
    assert len(found["diagnostics"]) < 10_000


@pytest.mark.parametrize("name", ["9 MB in a line", "many lines of nothing", "NUL", "no UTF-8"])
def test_harm_in_files_beside(name: str, tmp_path: Path) -> None:
    plant(tmp_path, {MENU: GOOD.replace("0", "saved"), "vmlinuz": KERNEL})
    plant(tmp_path, {"boot/grub/device.map": HARM[name], "boot/grub/default": HARM[name]})
    assert listed(tmp_path)["default"] == "Good"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["100,000 different kernels", "many unknown commands"])
def test_memory(name: str, tmp_path: Path) -> None:
    plant(tmp_path, {MENU: GOOD.encode() + str(HARM[name]).encode(), "vmlinuz": KERNEL})
    code = (
        "import sys; from bootpick.cli import main; "
        f"status = main(['list', '--json', '--root', {str(tmp_path)!r}]); "
        "used = [line for line in open('/proc/self/status') if line.startswith('VmHWM')]; "
        "print(status, used[0].split()[1], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    status, kibibytes = done.stderr.split()
    assert (status, int(kibibytes) < 200 << 10) == ("0", True)


def test_file_is_cut_within_an_entry(tmp_path: Path) -> None:
    entry = "title x\nkernel /vmlinuz " + "a" * 1000 + "\ninitrd /vmlinuz\n"
    plant(tmp_path, {MENU: GOOD + entry * 1000, "vmlinuz": KERNEL})
    found = listed(tmp_path)
    assert 100 < len(found["entries"]) < 1000
    *whole, last = found["entries"][2:]
    assert {(len(one["initrds"]), one["bootable"]) for one in whole} == {(1, True)}
    assert (last["bootable"], last["reasons"]) == (
        False,
        ["the file is too long: there may be more lines of this entry"],
    )
    assert [one["message"] for one in found["diagnostics"]] == ["stopped here: more than 128 KiB"]


def test_file_is_cut_behind_a_title(tmp_path: Path) -> None:
    text = GOOD + "title x\n" + "#" * (200 << 10)
    plant(tmp_path, {MENU: text, "vmlinuz": KERNEL})
    assert [one["bootable"] for one in listed(tmp_path)["entries"]] == [True, False, False]


def test_menus_that_open_each_other(tmp_path: Path) -> None:
    names = [f"m{number}" for number in range(60)]
    text = "".join(f"title {'T' * 1400}{name}\nconfigfile /{name}\n" for name in names)
    plant(tmp_path, dict.fromkeys(names, f"{text}title z\nhalt\n"))
    plant(tmp_path, {MENU: GOOD + text, "vmlinuz": KERNEL})
    found = listed(tmp_path)
    assert found["default"] == "Good"
    assert "stopped here" in found["diagnostics"][-1]["message"]


def test_what_is_no_file(tmp_path: Path) -> None:
    plant(tmp_path, {MENU: GOOD + "title F\nkernel /fifo\ntitle O\nconfigfile /out\n"})
    plant(tmp_path, {"vmlinuz": KERNEL})
    os.mkfifo(tmp_path / "fifo")
    os.mkfifo(tmp_path / "boot/grub/default")
    os.mkfifo(tmp_path / "boot/grub/device.map")
    (tmp_path / "out").symlink_to("/etc/passwd")
    (tmp_path / "boot/grub/grub.conf").symlink_to("/dev/zero")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/grub.conf").symlink_to("grub.conf")
    found = listed(tmp_path)
    reasons: list[Any] = [entry["reasons"] for entry in found["entries"]]
    assert reasons == [
        [],
        ["it turns the machine off"],
        [f"{tmp_path}/fifo does not exist"],
        [f"{tmp_path}/out does not exist"],
    ]


@pytest.mark.parametrize("name", ["boot/grub/menu.lst", "boot/grub/grub.conf"])
def test_configuration_that_is_no_file(name: str, tmp_path: Path) -> None:
    path = plant(tmp_path, {"vmlinuz": KERNEL}) / name
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    done = program("list", "--root", tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    path.unlink()
    path.mkdir()
    assert program("list", "--root", tmp_path).returncode == 3


def test_nothing_steers_the_terminal(tmp_path: Path) -> None:
    plant(tmp_path, {MENU: HARM["escapes"], "vmlinuz": KERNEL})
    done = program("list", "-v", "--root", tmp_path)
    assert "\x1b" not in done.stdout + done.stderr
    assert "\\x1b" in done.stdout
