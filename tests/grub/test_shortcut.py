"""Entries that are alike: what each loads is what it loads where it is the only one."""

from pathlib import Path
from random import Random

import pytest

from bootpick.entries import BootEntry
from bootpick.grub.dialect import FEDORA, SUSE, UPSTREAM, Dialect
from bootpick.grub.interpreter import Interpreter
from tests.support.grub import menu_of
from tests.support.trees import KERNEL, plant

_ALIKE = 18  # the first dozen are looked at one by one

# What stands in front of every entry.
HEADS = (
    "",
    "set default=1",
    "set default=id2",
    "set v=outside\nexport v",
    "linux /vm outside",
    "devicetree /d/tree",
    "function load_video {\ninsmod vga\nset v=video\n}",
    "function echo { linux /vm echoed }",
    "loopback loop /d/image.iso",
    "set superusers=root",
    "set root=(hd1)",
)
# What every entry begins with.
BEGINNINGS = (
    "load_video",
    "insmod gzio",
    "set root='hd0'",
    "set root='hd1'",
    "set root=loop",
    "set v=$chosen",
    "set v=$default",
    "set v=$1",
    "set v=$#",
    "set v=$?",
    "set x$chosen=y",
    "if [ x$grub_platform = xxen ]; then insmod xzio; insmod lzopio; fi",
    "if [ x$feature_platform_search_hint = xy ]; then\n  search --set=root --file /vm\nfi",
    'if [ -n "$default" ]; then\nset root=hd1\nfi',
    'if [ "$chosen" = id3 -o "$chosen" = "more>id5" ]; then\nset root=hd1\nfi',
    "savedefault",
    "unset v",
    "true",
    "nosuch",
    "test -f /vm",
)
# What is its own: with its number.
LINES = (
    "echo\t'Loading Linux {} ...'",
    "echo 'Loading initial ramdisk ...'",
    "linux\t/vm{} root=UUID=1234 ro  quiet",
    "linux\t/vm{} root=UUID=1234 ro  quiet",
    "linux /vm{} 'a  b' c={}",
    "linux (hd0)/vm{} $v",
    "linux /nowhere/vm{}",
    "linux",
    "linux16 /vm{} {}",
    "initrd\t/i{}",
    "initrd\t/i{}",
    "initrd /i{} /i0  # both",
    "initrd /i{}; set v={}",
    "initrd16 /none{}",
    "devicetree /d/tree",
    "chainloader /vm{}",
    "boot",
    "halt",
    "nosuch {}",
    "set root=hd{}",
    "if true; then linux /vm{} inner; fi",
    "for i in 1 2; do echo $i; done",
    "insmod m{}",
)


def configuration(seed: int) -> tuple[str, list[str]]:
    """Give what stands in front, and entries that are alike, or nearly so."""
    random = Random(seed)
    head = "\n".join(random.sample(HEADS, random.choice((0, 0, 1, 2))))
    count = random.choice((3, 4, 6))
    beginning = "\n".join(f"\t{line}" for line in random.sample(BEGINNINGS, count))
    lines = random.sample(LINES, random.choice((1, 2, 4)))
    if random.random() < 0.5:  # most are as those that are written for kernels
        lines = [LINES[0], LINES[2], *lines[:1], LINES[1], LINES[9]]
    entries = []
    for number in range(_ALIKE):
        own = lines if random.random() < 0.9 else random.sample(LINES, 2)
        body = "\n".join(f"\t{line.replace('{}', str(number))}" for line in own)
        title = f"'Entry {number}'" if random.random() < 0.9 else f'"Entry {number}"'
        options = random.choice(("", "", "--unrestricted "))
        entries.append(
            f"menuentry {title} {options}--class os --id id{number} {{\n{beginning}\n{body}\n}}\n"
        )
    return head, entries


def told(entry: BootEntry) -> BootEntry:
    """Leave out what tells of its place in the list."""
    return entry._replace(
        menu_index="", default=False, position=entry.position._replace(line=0, file="")
    )


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files: dict[str, str | bytes] = {"d/tree": "", "d/image.iso": ""}
    for number in range(_ALIKE - 1):  # those of the last are missing
        files |= {f"vm{number}": KERNEL, f"i{number}": ""}
    root = tmp_path_factory.mktemp("disk")
    plant(root, {"vm": KERNEL, **files})
    return root


def check(disk: Path, seeds: range, dialect: Dialect, *, inside: bool) -> None:
    """Compare what entries are in a list of them with what each is by itself."""

    def menu(head: str, entries: list[str]) -> tuple[BootEntry, ...]:
        body = "".join(entries)
        if inside:
            body = f"submenu 'More' --id more {{\n{body}}}\n"
        return menu_of(disk, f"{head}\n{body}", dialect=dialect).entries

    for seed in seeds:
        head, entries = configuration(seed)
        if inside:  # what is loaded before is booted where the submenu is opened
            head = head.replace("linux /vm outside", "")
        together = menu(head, entries)
        assert len(together) == _ALIKE
        for entry, text in zip(together, entries, strict=True):
            (alone,) = menu(head, [text])
            assert told(entry) == told(alone), f"{seed}: {head}\n{text}"


@pytest.mark.parametrize("dialect", [UPSTREAM, FEDORA, SUSE], ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("inside", [False, True], ids=["top", "submenu"])
def test_as_alone(disk: Path, *, inside: bool, dialect: Dialect) -> None:
    check(disk, range(12), dialect, inside=inside)


@pytest.mark.slow
@pytest.mark.parametrize("inside", [False, True], ids=["top", "submenu"])
@pytest.mark.parametrize("first", range(1000, 1500, 100))
def test_many_as_alone(disk: Path, first: int, *, inside: bool) -> None:
    check(disk, range(first, first + 100), UPSTREAM, inside=inside)


def alike(first: int) -> str:
    """Give entries that load no kernel where ``$w`` is 1."""
    begin = "\tset v=1\n\tset u=2\n\tif [ x$w = x1 ]; then\n\tset root=hd1\n\tfi\n"
    return "".join(
        f"menuentry 'Linux {number}' {{\n{begin}\tlinux /vm0 number={number}\n}}\n"
        for number in range(first, first + 18)
    )


def test_another_menu_with_other_variables(disk: Path) -> None:
    """What is known of the entries of one menu does not hold in another one."""
    menu = menu_of(
        disk,
        f"{alike(0)}submenu Sub {{\nset w=1\n{alike(20)}"
        f"submenu Sub {{\nset w=2\n{alike(40)}}}\n}}\nset w=1\nsubmenu Sub {{\n{alike(60)}}}\n",
    )
    bootable = [entry.bootable for entry in menu.entries]
    assert bootable == [False] * 36 + [True] * 36


def test_where_few_commands_may_run(disk: Path) -> None:
    plant(disk, {"d/more.cfg": f"submenu Sub {{\n{alike(0)}}}\n"})
    menu = menu_of(disk, "extract_entries_configfile /d/more.cfg\n")
    assert len(menu.entries) == 18
    for entry in menu.entries:
        assert (entry.bootable, entry.kernel) == (False, None)
        assert "GRUB: linux isn't allowed to execute in an extractor" in entry.reasons


def test_most_are_not_run(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry as grub-mkconfig writes it is run for the first kernels only."""
    forks = 0
    fork = Interpreter.fork

    def counted(shell: Interpreter, commands: int) -> Interpreter:
        nonlocal forks
        forks += 1
        return fork(shell, commands)

    monkeypatch.setattr(Interpreter, "fork", counted)
    begin = "".join(f"\t{BEGINNINGS[number]}\n" for number in (0, 1, 11, 2, 12))
    entries = [
        f"menuentry 'Linux {n}' --class debian --id 'linux-{n}' {{\n{begin}"
        f"\techo\t'Loading Linux {n} ...'\n\tlinux\t/vm{n % 3} root=UUID=1234 ro  quiet\n"
        f"\techo\t'Loading initial ramdisk ...'\n\tinitrd\t/i{n % 3}\n}}\n"
        for n in range(40)
    ]
    menu = menu_of(disk, HEADS[6] + "\n" + "".join(entries))
    assert [entry.own_id for entry in menu.entries] == [f"linux-{n}" for n in range(40)]
    assert all(entry.bootable and len(entry.initrds) == 1 for entry in menu.entries)
    assert menu.entries[-1].cmdline == "BOOT_IMAGE=/vm0 root=UUID=1234 ro quiet"
    assert forks < 15
