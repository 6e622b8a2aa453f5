"""Random configurations with mistakes in them, as GRUB Legacy itself and as bootpick has them."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.support.grub_legacy import FILES, Judge, Judged, why_not
from tests.support.listing import listing
from tests.support.program import Run
from tests.support.requirements import cannot_run
from tests.support.trees import plant

HEAD = (
    *("default 0", "default 1", "default=2", "default = 0x1", "default 9", "default -1"),
    *("default", "default 1x", "Default 1", "defaults 1", "default saved", "default\t1"),
    *("fallback 1", "fallback 7 1", "fallback 1 0", "fallback 8", "timeout x", "nosuch 1"),
    *("kernel /vmlinuz early", "root (hd0,0)", "color blue/blue", "# default 2", "  default 1"),
    *("default \\\n 1", "# x \\\ndefault 2", "default 1\r", "= 1", "\\", *["password secret"] * 4),
)
ENTRY = (
    *("root (hd0,0)", "rootnoverify (hd0,0)", "root=(hd0,0)", "root = (hd0,0)", "root /x", "root"),
    *("kernel /vmlinuz", "kernel /vmlinuz a  b", "kernel=/vmlinuz a=b", "kernel (hd0,0)/vmlinuz x"),
    *(
        "kernel /vmlinuz a \\\n b",
        "kernel /vmlinuz\t'a\tb' \\\\ $x",
        "kernel /vmlinuz # a",
        "kernel",
    ),
    *("kernel --type=biglinux /vmlinuz a", "kernel --no-mem-option --type=biglinux /vmlinuz  q"),
    *("kernel --type=x /vmlinuz", "kernel --what /vmlinuz", "kernel /none a", "kernel vmlinuz"),
    *(
        "kernel //dir//vmlinuz a",
        "kernel /dir a",
        "kernel /vmlinuz --type=x",
        " kernel /vmlinuz\ra",
    ),
    *("Kernel /none", "linux /none", "initrd /initrd", "initrd /initrd", "initrd /none", "initrd"),
    *("module /initrd", "module /none", "initrd=(hd0,0)/initrd", "chainloader +1", "boot", "lock"),
    *("timeout 3", "default 1", "hiddenmenu", "fallback 0", "nosuch", "# boot", "# x \\\nboot"),
)
_NOTHING_TO_BOOT, _LOCKED = 8, 32
"""GRUB's errors for a `boot` without a kernel, and for who does not know the password."""
TITLES = ("title A", "title B b", "  title=C  c", "title\t= D", "title # E", "title F \\\n f")


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    if reason := why_not():
        cannot_run(reason)
    (tmp_path / "judge").mkdir()
    return Judge(tmp_path / "judge")


def made(seed: int) -> tuple[list[str], list[str]]:
    """Make what stands before the first title, and the entries."""
    random = Random(seed)
    head = [random.choice(HEAD) for _ in range(random.randint(0, 4))]
    entries = []
    for _ in range(random.randint(1, 5)):
        first = random.choice([*["kernel /vmlinuz r"] * 6, "chainloader +1", *["# none"] * 3])
        lines = [first, *(random.choice(ENTRY) for _ in range(random.randint(0, 4)))]
        entries.append("\n".join([random.choice(TITLES), *lines]))
    return head, entries


def text_of(head: list[str], entries: list[str]) -> str:
    # A line that ends in a backslash goes on in an empty one.
    return "\n\n".join([*head, "timeout 0", *entries]) + "\n"


def state_of(judged: Judged) -> str | None:
    if judged.error == _NOTHING_TO_BOOT:
        return None
    return "error" if judged.error is not None else judged.loaded


def state(entry: dict[str, Any]) -> str | None:
    reasons = " ".join(entry["reasons"])
    if "GRUB ends it" in reasons:
        return "error"
    if entry["kind"] == "linux":
        return "linux" if entry["bootable"] else "error"
    return None if entry["kind"] == "other" else str(entry["kind"])


def differences(seeds: range, run: Run, judge: Judge, root: Path) -> dict[int, Any]:
    """Compare the menu, what boots by itself, and what each entry does."""
    plant(root, FILES)
    found: dict[int, Any] = {}
    for seed in seeds:
        head, entries = made(seed)
        theirs = judge.judge(text_of(head, entries))
        if not theirs.titles:
            continue
        plant(root, {"boot/grub/menu.lst": text_of(head, entries)})
        ours = listing(run, root)["entries"]
        titles = tuple([" ".join(entry["title"].split()) for entry in ours])
        shown = tuple([" ".join(title.split()) for title in theirs.titles])
        default = next(int(entry["index"]) for entry in ours if entry["default"])
        password = [line for line in head if line.startswith("password")]
        problems: list[Any] = [] if titles == shown else [(shown, titles)]
        # Where the default cannot be booted GRUB goes on with 'fallback', and shows the first.
        if default != theirs.number:
            problems.append(("default", theirs.number, default))
        for number, entry in enumerate(ours):
            one = judge.judge(text_of([*password, f"default {number}"], entries))
            # Whoever knows the password may boot it.
            if entry["restricted"] and one.error == _LOCKED:
                continue
            if state_of(one) != state(entry):
                problems.append((number, one, entry["kind"], entry["reasons"]))
            elif state(entry) == "linux" and not one.line.endswith(entry["cmdline"]):
                problems.append((number, one.line, entry["cmdline"]))
        if problems:
            found[seed] = (text_of(head, entries), problems)
    return found


def test_random_menus(run: Run, judge: Judge, tmp_path: Path) -> None:
    assert differences(range(25), run, judge, tmp_path / "tree") == {}


@pytest.mark.slow
def test_many_random_menus(run: Run, judge: Judge, tmp_path: Path) -> None:
    assert differences(range(1000, 1300), run, judge, tmp_path / "tree") == {}


def test_judge_tells_what_it_is_asked(judge: Judge) -> None:
    text = "default 1\ntimeout 0\ntitle A\nkernel /none\ntitle B\nkernel /vmlinuz b\n"
    assert judge.judge(text) == Judged(("A", "B"), 1, "linux", "kernel /vmlinuz b", None)
    assert judge.judge(text.replace("1", "0")) == Judged(("A", "B"), 0, None, "kernel /none", 15)


def test_random_menus_are_of_all_kinds(run: Run, tmp_path: Path) -> None:
    """What the comparison is worth depends on what there is to compare."""
    plant(tmp_path, FILES)
    entries: list[dict[str, Any]] = []
    for seed in range(120):
        plant(tmp_path, {"boot/grub/menu.lst": text_of(*made(seed))})
        done = run("list", "--json", "--root", tmp_path)
        entries += json.loads(done.out)["entries"] if done.status == 0 else []
    assert {state(entry) for entry in entries} == {"linux", "chainload", "error", None}
    assert {len(entry["initrds"]) for entry in entries} == {0, 1}
    assert {entry["restricted"] for entry in entries} == {True, False}
    assert len({entry["cmdline"] for entry in entries if entry["bootable"]}) > 8
    assert {entry["default"] for entry in entries if int(entry["index"]) > 0} == {True, False}
