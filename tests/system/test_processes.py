"""Which processes are ended, and how; for real, but in a world of their own."""

import os
import subprocess
import sys
from pathlib import Path

from bootpick.system.processes import running
from tests.support.requirements import cannot_run
from tests.support.trees import plant

CHECKOUT = Path(__file__).parents[2]


def process(
    pid: int, command: str, state: str = "S", flags: int = 0, name: str = "x"
) -> dict[str, str]:
    """Give the files of a process; fields that do not matter are zeros."""
    return {
        f"proc/{pid}/stat": f"{pid} ({name}) {state} 1 1 1 0 -1 {flags} 0 0\n",
        f"proc/{pid}/cmdline": command,
    }


def test_all_but_init_and_kernel_threads_and_the_dead(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            **process(1, "init\0"),
            **process(2, "", flags=0x208040),
            **process(10, "", state="Z"),
            **process(11, "sh\0"),
            **process(12, "", name="a) Z 1 (b"),  # it has wiped its own command line
            **process(os.getpid(), "bootpick\0"),
            "proc/13/comm": "gone meanwhile",
            "proc/sys/x": "",
        },
    )
    assert running(str(tmp_path)) == {11, 12}


def test_what_a_disk_depends_on_is_spared(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            **process(10, "@mdmon\0"),
            **process(11, "x@y\0"),
            **process(12, "nbd-client\0"),
            **process(13, "iscsid\0"),
            **process(14, "other\0"),
            "run/sendsigs.omit": "13\n",
            "run/sendsigs.omit.d/nbd": "12 nonsense\n",
        },
    )
    mine = os.geteuid() == 0
    assert running(str(tmp_path)) == ({11, 14} if mine else {10, 11, 14})


WORLD = """\
import os, signal, subprocess
from bootpick.system import processes
assert os.getpid() == 1
mild = subprocess.Popen(["sleep", "100"])
stopped = subprocess.Popen(["sleep", "100"])
stopped.send_signal(signal.SIGSTOP)
stubborn = subprocess.Popen(["sh", "-c", "trap '' TERM; echo; while :; do sleep 1; done"],
    stdout=subprocess.PIPE)
stubborn.stdout.readline()
left = processes.end_all(patience=0.5)
print(left, mild.wait(), stopped.wait(), stubborn.wait(), processes.running() - {stubborn.pid})
"""


def test_processes_end_by_themselves_or_are_killed() -> None:
    """In a PID namespace, of which this is init: the test's own processes are not in sight."""
    command = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", WORLD]
    probe = subprocess.run([*command[:4], "true"], capture_output=True, check=False)
    if probe.returncode:
        cannot_run("no PID namespace can be made here")
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == "0 -15 -15 -9 set()\n"
