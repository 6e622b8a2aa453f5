"""Runs random scripts in GRUB and in bootpick, and tells where they do not do the same."""

import difflib
import gc
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bootpick.grub.interpreter import MenuShown
from bootpick.grub.limits import LimitReached
from bootpick.grub.reader import start
from bootpick.source import Source
from tests.support.grub import JudgesDevices, world_of
from tests.support.grub_emu import FolderDisk, Judge, JudgeError, missing_programs
from tests.support.random_scripts import EPILOGUE, PREAMBLE, ScriptMaker, files_of
from tests.support.trees import plant

_BATCH = 20
_STOPPED = "<stopped at a limit>"
_AGES = {"d/old": 1_000_000_000, "d/new": 1_000_000_010}
_VARIABLES = {
    "root": "hd0",
    "prefix": "(hd0)/boot/grub",
    "grub_platform": "pc",
    "grub_cpu": "x86_64",
}
# What `set` lists that no script has set; the clock, the network and the screen are not compared.
_FOREIGN = re.compile(
    r"^(?:(?:DAY|HOUR|MINUTE|MONTH|SECOND|WEEKDAY|YEAR|check_signatures|cmdpath|color_\w+|config_\w+"
    r"|enable_progress_indicator|feature_\w+|grub_\w+|lang|\w*locale_dir|net_\w+|pager|prefix"
    r"|pxe_\w+|judge_\w+|terminal_\w+|gfx\w+|timeout\w*|default|debug)=.*\n)",
    re.MULTILINE,
)


class Court:
    """The same files for both, in a folder that the caller removes."""

    def __init__(self, folder: Path, files: Mapping[str, str | bytes]) -> None:
        self._root = plant(folder / "root", files)
        (self._root / "none").mkdir()
        for path in (self._root, *self._root.rglob("*")):
            age = _AGES.get(str(path.relative_to(self._root)), 1_000_000_005)
            os.utime(path, (age, age))
        self._world = world_of(self._root, devices=JudgesDevices)
        self._judge = Judge(folder / "judge", (FolderDisk(self._root),), _VARIABLES, 5.0)

    def grubs(self, script: str) -> list[str]:
        """Give the lines that GRUB prints; raises JudgeError."""
        return lines_of(self._judge.script_output(script))

    def ours(self, script: str) -> list[str]:
        """Give the lines that bootpick prints."""
        shell = start(self._world, "hd0", "/boot/grub", ())
        # The judge's script is a file that its grub.cfg sources: two levels of nesting.
        shell._recursion = 2
        shell.limits.commands *= 10  # the judge has no limits
        try:
            shell.run_text(Source("grub.cfg", script))
        except LimitReached:
            shell.output.append(_STOPPED)
        except MenuShown:
            shell.output.append("<shows a menu>")
        return lines_of("".join(shell.output))

    def printed(self, script: str) -> tuple[list[str], list[str]]:
        """Give both; raises JudgeError."""
        return self.grubs(script), self.ours(script)

    def differs(self, script: str) -> bool:
        """Tell whether the two print different things; not so where one of them does not end."""
        try:
            judged, ours = self.printed(script)
        except JudgeError:
            return False
        return judged != ours and _STOPPED not in ours


def lines_of(printed: str) -> list[str]:
    """Give lines in which nothing is left that a terminal changes."""
    # GRUB's knows no bytes that are not UTF-8, and turns tabs into blanks.
    text = printed.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    text = re.sub(r"[\ufffd?]+", "?", text.replace("\r", ""))
    text = _FOREIGN.sub("", text)
    return re.sub(r"[ \t]+", " ", text).rstrip("\n").split("\n")


def script_of(seed: int) -> str:
    """Give the script of *seed* with what tells what it has left behind."""
    return PREAMBLE + ScriptMaker(seed).script() + EPILOGUE


def differences(
    seeds: Sequence[int], *, reducing: float = 0.0
) -> tuple[dict[int, str], dict[int, str]]:
    """Give by seed where the two differ, and why GRUB could not tell.

    *reducing* says for how many seconds to look for a shorter script that differs.
    """
    different: dict[int, str] = {}
    refused: dict[int, str] = {}
    batches: dict[int, list[int]] = {}
    for seed in seeds:
        batches.setdefault(seed // _BATCH, []).append(seed)
    with ProcessPoolExecutor(initializer=gc.freeze) as pool:
        for one, other in pool.map(_differences, batches.values(), [reducing] * len(batches)):
            different.update(one)
            refused.update(other)
    return different, refused


def _differences(seeds: Sequence[int], reducing: float) -> tuple[dict[int, str], dict[int, str]]:
    different: dict[int, str] = {}
    refused: dict[int, str] = {}
    with tempfile.TemporaryDirectory() as name:
        court = Court(Path(name), files_of(seeds[0]))
        for seed in seeds:
            script = script_of(seed)
            try:
                judged, ours = court.printed(script)
            except JudgeError as error:
                refused[seed] = str(error)
                continue
            if judged != ours:
                if reducing:
                    script = reduced(script, court.differs, reducing)
                    judged, ours = court.printed(script)
                diff = difflib.unified_diff(judged, ours, "GRUB", "bootpick", lineterm="")
                different[seed] = f"{script}\n" + "\n".join(diff)
    return different, refused


def reduced(script: str, differs: Callable[[str], bool], seconds: float) -> str:
    """Give a shorter script that still differs, as short as some seconds make it."""
    deadline = time.monotonic() + seconds
    for split in (r"(?<=\n)", r"(?<=[;\n ])", r"(?<=\W)|(?=\W)"):
        parts = [part for part in re.split(split, script) if part]
        size = len(parts) // 2
        while size:
            at = 0
            while at < len(parts) and time.monotonic() < deadline:
                fewer = parts[:at] + parts[at + size :]
                if differs("".join(fewer)):
                    parts = fewer
                else:
                    at += size
            size //= 2
        script = "".join(parts)
    return script


def main(arguments: Sequence[str]) -> int:
    """Print the differences on COUNT scripts from seed FIRST on; give 1 where there are any."""
    if missing := missing_programs():
        print(f"GRUB cannot judge without {', '.join(missing)}")
        return 2
    first, count = (int(argument) for argument in arguments)
    wrong = beyond = 0
    for at in range(first, first + count, 200):
        seeds = range(at, min(at + 200, first + count))
        different, refused = differences(seeds, reducing=10.0)
        for seed, text in different.items():
            print(f"seed {seed}\n{text}\n", flush=True)
        for seed, why in refused.items():
            print(f"seed {seed}: beyond the judge: {why[-200:]}", flush=True)
        wrong += len(different)
        beyond += len(refused)
    print(f"{wrong} of {count} scripts differ; {beyond} were beyond the judge")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
