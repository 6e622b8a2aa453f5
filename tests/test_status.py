"""`status`, `last` and `unload --crash`."""

import json
import os
from pathlib import Path

import pytest

from bootpick.system.machine import Jump, LoadedFile, LoadedImage
from tests.support.fake_machine import FakeMachine
from tests.support.program import Run

RELEASE = os.uname().release
LINE = Path("/proc/cmdline").read_text().rstrip("\n")
PLANNED = Jump("two", "The second\x1b", RELEASE, LINE, "x64", "earlier boot", "2030-01-01T00:00:00")
IMAGE = LoadedImage(
    "two", "The second", "/vmlinuz", (), "ro", ((0, 0, 0, 0),), (LoadedFile("/vmlinuz", 1, "ab"),)
)


@pytest.mark.parametrize(
    ("jumped", "by_kexec", "status", "said"),
    [
        (PLANNED, True, 0, f"it runs as planned: {RELEASE}"),
        (PLANNED, None, 0, f"it runs as planned: {RELEASE}"),
        (PLANNED, False, 1, "no kexec has happened since"),
        (PLANNED._replace(boot_id="this boot"), True, 1, "no kexec has happened since"),
        (PLANNED._replace(release="5.4"), True, 1, f"5.4 was planned, {RELEASE} runs"),
        (PLANNED._replace(release=""), True, 0, "as planned"),
        (PLANNED._replace(cmdline=f"{LINE} more\x1b"), True, 1, r"cmdline  -more\x1b"),
        (None, True, 1, "there is no record of a jump"),
    ],
)
def test_last(
    run: Run, jumped: Jump | None, *, by_kexec: bool | None, status: int, said: str
) -> None:
    fake = FakeMachine(jumped=jumped, by_kexec=by_kexec)
    outcome = run("last", on=fake)
    assert (outcome.status, outcome.err) == (status, "")
    assert said in outcome.out
    assert "\x1b" not in outcome.out
    last = json.loads(run("last", "--json", on=fake).out)
    assert last["as_planned"] is (status == 0)
    assert last["running"]["release"] == RELEASE


def test_status_tells_what_was_loaded_and_what_boots_it(run: Run) -> None:
    fake = FakeMachine(loaded=True, record=IMAGE, crash_loaded=True, crash_record=IMAGE)
    out = run("status", on=fake).out
    assert "sha256   ab /vmlinuz" in out
    assert "crash    The second is loaded for a panic" in out
    assert "to boot  'fake kexec' jumps into it" in out
    status = json.loads(run("status", "--json", on=fake).out)
    assert status["files"] == [{"path": "/vmlinuz", "size": 1, "sha256": "ab"}]


def test_unload_of_the_crash_kernel_leaves_the_other(run: Run) -> None:
    fake = FakeMachine(loaded=True, record=IMAGE, crash_loaded=True, crash_record=IMAGE)
    assert run("unload", "--crash", on=fake).out == "The loaded crash kernel was dropped.\n"
    assert (fake.loaded, fake.record) == (True, IMAGE)
    assert (fake.crash_loaded, fake.crash_record) == (False, None)
    assert fake.log == ["dropped the crash kernel"]


def test_status_tells_what_goes_into_a_kernel_that_can_be_come_back_from(run: Run) -> None:
    fake = FakeMachine(loaded=True, record=IMAGE._replace(returns=True))
    assert "to boot  'kexec --exec --no-ifdown' jumps into it" in run("status", on=fake).out
    assert json.loads(run("status", "--json", on=fake).out)["returns"] is True
