"""A run that is killed at any step: the machine holds the image whole or none, and it is told."""

import json
import os
from pathlib import Path

import pytest

from bootpick.kexec.execute import carry_out
from bootpick.kexec.facts import Facts
from bootpick.kexec.plan import plan_kexec
from bootpick.kexec.request import Request
from bootpick.status import read_status, status_lines
from bootpick.system.machine import Machine
from bootpick.system.records import JumpRecord, RunRecords
from tests.kexec.test_execute import entry_of, seen
from tests.support.fake_machine import Call, FakeMachine, Gone
from tests.support.trees import plant


class Kernel(FakeMachine):
    """A kernel that outlives the run: what is loaded stands in a file."""

    def __init__(self, folder: Path) -> None:
        self._state = folder / "loaded"
        was_loaded = self._state.exists()
        super().__init__()
        self.loaded = was_loaded

    @property
    def loaded(self) -> bool:
        return self._state.exists()

    @loaded.setter
    def loaded(self, value: bool) -> None:
        if value:
            self._state.touch()
        else:
            self._state.unlink(missing_ok=True)


class Deadly(list[Call]):
    """Kills the process at the call of that number, before it has any effect, or behind it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def append(self, call: Call) -> None:
        super().append(call)
        if len(self) == self._number:
            os._exit(9)


def machine_in(folder: Path, kernel: FakeMachine) -> Machine:
    made = kernel.as_machine()
    return made._replace(
        records=RunRecords(str(folder / "run")), jumps=JumpRecord(str(folder / "var"))
    )


def run_to(number: int, folder: Path, *, execute: bool) -> bool:
    """Boot an entry and be killed at call *number*; tell whether it got that far."""
    child = os.fork()
    if child == 0:
        try:
            kernel = Kernel(folder)
            kernel.calls = Deadly(number)
            boot = folder / "boot"
            plan = plan_kexec(
                entry_of(seen(boot / "vmlinuz"), seen(boot / "initrd")),
                Request(execute=execute),
                Facts(loaded=kernel.loaded),
            )
            carry_out(plan, machine_in(folder, kernel), lambda _: None)
        except Gone:
            os._exit(0)
        except BaseException:  # noqa: BLE001 - pytest must not go on in this process
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 9)
    return status == 9


@pytest.mark.parametrize("was_loaded", [False, True])
@pytest.mark.parametrize("execute", [False, True])
def test_killed_at_every_step(tmp_path: Path, *, execute: bool, was_loaded: bool) -> None:
    seen_states = set()
    for number in range(1, 100):
        folder = plant(tmp_path / str(number), {"boot/vmlinuz": b"k", "boot/initrd": b"i"})
        if was_loaded:
            (folder / "loaded").touch()
        was_killed = run_to(number, folder, execute=execute)
        status = read_status(machine_in(folder, Kernel(folder)))
        seen_states.add((status["loaded"], status["by"], status["interrupted"]))
        # Whoever looks next is told, and can go on.
        lines = "\n".join(status_lines(status))
        assert ("interrupted" in lines) is (status["interrupted"] is not None)
        for name in ("run", "var"):
            assert not list(folder.glob(f"{name}/*.new"))
        assert not run_to(1000, folder, execute=execute)
        done = read_status(machine_in(folder, Kernel(folder)))
        assert (done["loaded"], done["by"], done["interrupted"]) == (True, "bootpick", None)
        if not was_killed:
            break
    untouched = (was_loaded, "other" if was_loaded else None, None)
    assert untouched in seen_states
    assert seen_states <= {
        untouched,
        (False, None, "debian"),  # begun, and nothing is loaded
        (True, "bootpick", "debian"),  # loaded, and it was not written down yet
        (True, "bootpick", None),
    }


def test_damaged_records_are_none(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", "null", "\udcff", '{"id": 1}', json.dumps({"files": [1]})):
        for name in ("run/loaded.json", "var/jump.json"):
            plant(tmp_path, {name: text.encode("utf-8", "surrogateescape")})
        assert RunRecords(str(tmp_path / "run")).read() is None
        assert JumpRecord(str(tmp_path / "var")).read() is None
