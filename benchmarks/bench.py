"""What `bootpick list --json` costs: CPU time and memory of whole processes, beside its floor.

The configurations are the real one of `tests/installations/debian-12-bios`, and the same with as
many kernels as asked for: its own entries again and again, as grub-mkconfig writes them when
recovery entries are turned off, with a kernel and an initrd for each. N kernels are N + 1 entries,
and memtest86+ has two more.

Runs are interleaved, one of each command a round, and a ratio is the median of the rounds' ratios:
what disturbs the machine then disturbs both sides. Times are user and system time. GRUB's own
programs, for comparison, run in the first rounds alone. Memory is the most that was resident; of a
program that takes less than this one, this one's is shown.

`make bench`, or in the checkout's folder, with the Python that bootpick is installed for:
`python -m benchmarks.bench [--rounds N]`.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.installations.stubs import debian_kernel, empty_cpio

REAL = Path(__file__).parents[1] / "tests/installations/debian-12-bios"
RELEASE = "6.1.0-18-amd64"
"""Of the real configuration's newest kernel; its entries are the pattern."""
KERNELS = (100, 1000, 5000)
OTHERS_ROUNDS = 3
BOOTPICK = Path(sys.executable).with_name("bootpick")

BARE_START = 15.0
"""Milliseconds of CPU time that `python3 -c pass` took where the goals were set."""
THOUSAND_ENTRIES = 172.0
"""Milliseconds that pygrub took for 1000 entries there."""


class Cost(NamedTuple):
    """What one process took."""

    milliseconds: float
    mebibytes: float


class Goal(NamedTuple):
    """Something that bootpick has set itself."""

    text: str
    value: Callable[[dict[str, Cost]], float]
    """Of one round."""
    limit: float


def configuration(kernels: int) -> str:
    """Give a grub.cfg with that many kernels; with one, without a submenu."""
    text = (REAL / "root/boot/grub/grub.cfg").read_text(encoding="utf-8")
    start, submenu = text.index("menuentry 'Debian"), text.index("submenu '")
    entries = text.index("\n", submenu) + 1
    entry = text[entries : text.index("\t}\n", entries) + 3]
    end = text.index("\n}\n", entries) + 3
    parts = [text[:start], text[start:submenu].replace(RELEASE, release(kernels))]
    if kernels > 1:
        parts.append(text[submenu:entries])
        parts += [entry.replace(RELEASE, release(n)) for n in range(kernels, 0, -1)]
        parts.append("}\n")
    return "".join((*parts, text[end:]))


def release(number: int) -> str:
    """Give the release of the kernel with that number."""
    return f"6.1.{number}-18-amd64"


def plant(root: Path, kernels: int) -> int:
    """Make a tree with that many kernels; give the number of entries."""
    (root / "boot/grub").mkdir(parents=True)
    (root / "boot/grub/grub.cfg").write_text(configuration(kernels), encoding="utf-8")
    shutil.copyfile(REAL / "root/boot/grub/grubenv", root / "boot/grub/grubenv")
    for number in range(1, kernels + 1):
        name = release(number)
        (root / f"boot/vmlinuz-{name}").write_bytes(debian_kernel(name))
        (root / f"boot/initrd.img-{name}").write_bytes(empty_cpio())
    for path in (REAL / "root/boot").glob("memtest86+*"):
        shutil.copyfile(path, root / "boot" / path.name)
    return listed(root)


def list_command(root: Path) -> list[str]:
    """Give the command that lists a tree with the real configuration's disk."""
    devices = str(REAL / "devices.json")
    return [str(BOOTPICK), "list", "--json", "--root", str(root), "--devices", devices]


def listed(root: Path) -> int:
    """Count what is listed, and make sure that all of it was found."""
    done = subprocess.run(list_command(root), stdout=subprocess.PIPE, check=True)
    entries = json.loads(done.stdout)["entries"]
    if not all(entry["bootable"] for entry in entries):
        sys.exit(f"bench.py: entries of {root} cannot be booted")
    return len(entries)


def run(command: list[str], folder: Path) -> Cost:
    """Run a command to its end, in that folder, and tell what it cost."""
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(null, descriptor)
        os.execvpe(command[0], command, {"PATH": os.environ["PATH"], "TERM": "dumb"})
    _, status, usage = os.wait4(child, 0)
    if status:
        sys.exit(f"bench.py: {' '.join(command)} failed")
    return Cost((usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024)


def grub_commands(name: str, config: Path, folder: Path) -> dict[str, list[str]]:
    """Give what GRUB's own programs do with a configuration, as far as they are here.

    They read it and run it, but no entry's body.
    """
    commands = {}
    if shutil.which("grub-script-check"):
        commands[f"grub-script-check, {name}"] = ["grub-script-check", str(config)]
    if shutil.which("grub-emu"):
        emu = folder / f"emu-{name}"
        emu.mkdir()
        (emu / "grub.cfg").write_text(config.read_text(encoding="utf-8") + "halt\n")
        (emu / "device.map").touch()
        where = ["-d", str(emu), "-r", "host", "-m", str(emu / "device.map")]
        commands[f"grub-emu, {name}"] = ["grub-emu", *where]
    return commands


def goals(entries: dict[str, int]) -> tuple[Goal, ...]:
    """Give the goals, in order."""

    def each(costs: dict[str, Cost], name: str) -> float:
        more = costs[name].milliseconds - costs["1 kernel"].milliseconds
        return more / (entries[name] - entries["1 kernel"])

    return (
        Goal(
            "the real configuration, in imports",
            lambda costs: costs["real"].milliseconds / costs["imports"].milliseconds,
            1.2,
        ),
        Goal(
            "an entry of 5000, in entries of 100",
            lambda costs: each(costs, "5000 kernels") / each(costs, "100 kernels"),
            1.3,
        ),
        Goal(
            "1000 entries, in pygrub's time for them",
            lambda costs: (
                (costs["1000 kernels"].milliseconds / THOUSAND_ENTRIES)
                / (costs["bare"].milliseconds / BARE_START)
            ),
            1.5,
        ),
        Goal(
            "MiB at the most, with 5000 kernels",
            lambda costs: costs["5000 kernels"].mebibytes,
            100,
        ),
    )


def main() -> None:
    """Measure, and print a table and the goals."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=25)
    options = parser.parse_args()
    if not BOOTPICK.exists():
        parser.error(f"{BOOTPICK} is not there: install bootpick for {sys.executable}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands = {
            "bare": [sys.executable, "-c", "pass"],
            "imports": [sys.executable, "-c", "import pyparsing, json, argparse"],
            "real": list_command(REAL / "root"),
        }
        entries = {"real": listed(REAL / "root")}
        others = grub_commands("real", REAL / "root/boot/grub/grub.cfg", folder)
        for number in (1, *KERNELS):
            label = f"{number} kernel{'s' * (number > 1)}"
            root = folder / str(number)
            entries[label] = plant(root, number)
            commands[label] = list_command(root)
            if number > 1:
                others |= grub_commands(label, root / "boot/grub/grub.cfg", folder)
        rounds = []
        for number in range(options.rounds):
            now = {**commands, **others} if number < OTHERS_ROUNDS else commands
            rounds.append({what: run(command, folder) for what, command in now.items()})
    report(rounds, entries)


def report(rounds: list[dict[str, Cost]], entries: dict[str, int]) -> None:
    """Print the medians, and beside each goal the median of its rounds."""
    titles = {
        "bare": "python3 -c pass",
        "imports": "python3 -c 'import pyparsing, json, argparse'",
        **{name: f"bootpick list --json, {name}" for name in entries},
    }
    print(f"{'':48}{'entries':>9}{'CPU ms':>9}{'MiB':>7}")
    for name in rounds[0]:
        measured = [costs[name] for costs in rounds if name in costs]
        time = statistics.median(cost.milliseconds for cost in measured)
        peak = max(cost.mebibytes for cost in measured)
        count = entries.get(name, "")
        print(f"{titles.get(name, name):48}{count:>9}{time:>9.1f}{peak:>7.0f}")
    print()
    for goal in goals(entries):
        value = statistics.median(goal.value(costs) for costs in rounds)
        verdict = "met" if value <= goal.limit else "missed"
        print(f"{goal.text:48}{value:>9.2f}  goal {goal.limit:<4g} {verdict}")


if __name__ == "__main__":
    main()
