"""A lilo.conf that means harm ends soon, in little memory, and shows what stood before the harm."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.lilo.test_entries import planted
from tests.support.program import CHECKOUT, Run, program
from tests.test_hostile import SECONDS

GOOD = "image=/boot/a\n label=good\n"
HARM: dict[str, str | bytes] = {
    "9 MB": GOOD + "# x\n" * 2_300_000,
    "9 MB of a line": GOOD + " append=" + "x" * 9_000_000,
    "a quoted line": GOOD + ' append="' + "x" * 9_000_000 + '"',
    "an open quote": GOOD + ' append="' + "\\\\" * 130_000,
    "dollar signs": GOOD + ' append="' + "\\\\$" * 80_000,
    "quotes": GOOD + '"' * 260_000,
    "tabs in quotes": GOOD + ' append="' + "\t" * 260_000,
    "continued lines": GOOD + ' append="' + "\\\n   " * 50_000,
    "variables": GOOD + "$a " * 80_000,
    "equal signs": GOOD + "=" * 260_000,
    "words": GOOD + "a " * 130_000,
    "backslashes": GOOD + "\\a" * 130_000,
    "blanks": GOOD + " " * 260_000,
    "carriage returns": GOOD + "\r" * 260_000,
    "100,000 sections": GOOD + "".join(f"image=/x{n} label={n}\n" for n in range(100_000)),
    "sections of one letter": GOOD + "image=x\n" * 32_000,
    "equal labels": GOOD + "image=/boot/a label=l\n" * 11_000,
    "single keys": "single-key " + GOOD + "image=/boot/a label=l\n" * 11_000,
    "numbers": "root=0x801\n" + GOOD + "image=/boot/a root=1\n" * 12_000,
    "blocks": "disk=a partition=b start=c\n" * 4_000 + GOOD,
    "long numbers": f"root=0x{'f' * 1000}\n{GOOD} ramdisk={'7' * 1000}\n",
    "NUL": GOOD + " append=a\0b\0\n\0\0\n",
    "no UTF-8": GOOD.encode() + b' append="\xff\xfe\x80"\n\xc3',
    "escapes": GOOD + ' append="\x1b[2J\x1b]0;x\x07"\n \x1b[1m\n alias=\x1b[31m\n',
}


def limited(root: Path) -> dict[str, Any]:
    """Give what `list --json` says with 200 MiB of memory."""
    arguments = [sys.executable, "-m", "bootpick", "list", "--json", "--root", str(root)]
    done = subprocess.run(
        arguments,
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
        timeout=4 * SECONDS,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (200 << 20, 200 << 20)),
    )
    assert done.stderr == b""
    listing: dict[str, Any] = json.loads(done.stdout)
    return listing


@pytest.mark.slow
@pytest.mark.parametrize("text", HARM.values(), ids=HARM)
def test_harm(text: str | bytes, tmp_path: Path) -> None:
    found = limited(planted(tmp_path, text))
    assert found["entries"][0]["id"] == "good"
    assert found["entries"][0]["kernel"] == f"{tmp_path}/boot/a"
    assert len(found["entries"]) <= 5000
    assert len(found["diagnostics"]) < 110


def test_what_is_beyond_the_limit_is_told(tmp_path: Path) -> None:
    text = GOOD + "# a comment\n" * 30_000 + "image=/boot/b\n"
    found = limited(planted(tmp_path, text))
    (diagnostic,) = found["diagnostics"]
    assert diagnostic["message"] == "stopped here: more than 128 KiB are not read"
    assert diagnostic["line"] == text[: 128 << 10].count("\n") + 1
    assert [entry["id"] for entry in found["entries"]] == ["good"]


def test_what_is_no_file(run: Run, tmp_path: Path) -> None:
    root = planted(tmp_path, GOOD)
    config = root / "etc/lilo.conf"
    config.unlink()
    os.mkfifo(config)
    assert run("list", "--root", root).status == 3
    for target in ("lilo.conf", "/dev/zero", "../../../../../../../../../etc/passwd", "."):
        config.unlink()
        config.symlink_to(target)
        assert run("list", "--root", root).status == 3


def test_nothing_reaches_a_terminal_raw(tmp_path: Path) -> None:
    done = program("list", "-v", "--root", planted(tmp_path, HARM["escapes"]))
    assert done.returncode == 0
    assert {char for char in done.stdout + done.stderr if ord(char) < 32} <= {"\n"}
