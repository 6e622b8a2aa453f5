"""perl-Bootloader's command: its options, its status, and that it only loads."""

import configparser
import subprocess
import sys

import pytest

from tests.support.program import CHECKOUT

UNIT = CHECKOUT / "bootpick/units/bootpick-load.service"


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bootpick.kexec_bootloader", *arguments],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help(option: str) -> None:
    done = command(option)
    assert done.returncode == 0
    for text in ("-D", "--debug", "--dry-run"):
        assert text in done.stdout


@pytest.mark.parametrize("arguments", [("--dry-run",), ("-D", "--dry-run")])
def test_status_is_one_where_nothing_could_be_loaded(arguments: tuple[str, ...]) -> None:
    """Whatever is wrong with this machine, where no test may load anything."""
    done = command(*arguments)
    if done.returncode != 0:
        assert done.returncode == 1
        assert "error: " in done.stderr
    assert ("Traceback" in done.stderr) <= ("-D" in arguments)


def test_unit_loads_before_file_systems_go() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read_string(UNIT.read_text(encoding="utf-8"))
    assert unit["Unit"]["RequiresMountsFor"] == "/boot"
    assert "local-fs.target" in unit["Unit"]["After"]
    assert unit["Service"]["ExecStop"] == unit["Service"]["ExecStart"] == "kexec-bootloader"
