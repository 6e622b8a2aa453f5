"""A configuration that means harm costs a message, and ends soon."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootpick.source import Source
from bootpick.syslinux.choice import choose, choose_as_uboot
from bootpick.syslinux.cmdline import compose, compose_as_uboot
from bootpick.syslinux.config import Config, File
from bootpick.syslinux.parser import parse_config
from tests.support.program import program
from tests.support.trees import KERNEL, plant
from tests.test_hostile import listed

PLACE = "boot/syslinux/syslinux.cfg"
BLANKS = st.text(" \t\x01\x1f", max_size=3)
KEYS = st.sampled_from(
    "label LABEL kernel linux append initrd default ui timeout prompt text endtext include fdt"
    " localboot sysappend ontimeout x # #label".split()
    + [f"menu {word}" for word in "begin end label title hide disable default goto exit".split()]
)
VALUES = st.text("ab ,=-^$#{}\t'\"\\ö\udcff", max_size=12).filter(lambda text: text == text.strip())
LINES = st.lists(st.tuples(BLANKS, KEYS, st.text(" \t", min_size=1, max_size=3), VALUES))
TEXTS = st.text() | st.text("\n\r\0\t #labekrnupdimtxh=,\udcff\ufeff", max_size=300)


def config_of(text: str) -> Config:
    config = Config(lambda statement, opened: None)
    config.read([File("x", parse_config(Source("x", text)))])
    return config


@given(TEXTS | LINES.map(lambda lines: "\n".join("".join(line) for line in lines)))
def test_any_text_is_a_configuration(text: str) -> None:
    config = config_of(text)
    for choice in (choose(config), choose_as_uboot(config)):
        assert choice.label is not None or choice.file is not None or not config.labels
    for label in config.labels:
        for command in (compose(label, "more words"), compose_as_uboot(label)):
            assert not any(word.startswith("initrd=") for word in command.arguments.split(" "))
    for message in config.diagnostics:
        assert message.position is not None
        line = text.split("\n")[message.position.line - 1]
        assert 1 <= message.position.column <= len(line)


@given(LINES)
def test_statements_are_read_as_they_were_written(lines: list[tuple[str, str, str, str]]) -> None:
    lines = [line for line in lines if line[1] not in ("text", "TEXT")]
    text = "".join(f"{indent}{key}{blank}{value} \r\n" for indent, key, blank, value in lines)
    wanted = [
        (number, len(indent) + 1, key.lower(), value)
        for number, (indent, key, _, value) in enumerate(lines, 1)
        if not key.startswith("#")
    ]
    found = [
        (one.position.line, one.position.column, one.keyword, one.value)
        for one in parse_config(Source("x", text))
    ]
    assert found == wanted


@given(LINES, LINES)
def test_help_hides_all_lines_up_to_its_end(
    inside: list[tuple[str, str, str, str]], behind: list[tuple[str, str, str, str]]
) -> None:
    inside = [line for line in inside if line[1] != "endtext"]
    hidden = "".join("".join(line) + "\n" for line in inside)
    rest = "".join("".join(line) + "\n" for line in behind)
    (text, *others) = parse_config(Source("x", f"TEXT help\n{hidden}\tEndText\n{rest}"))
    assert (text.keyword, text.is_closed) == ("text", True)
    expected = [(one.keyword, one.value) for one in parse_config(Source("x", rest))]
    assert [(one.keyword, one.value) for one in others] == expected


GOOD = "label good\nlinux /vmlinuz\n"
HARM: dict[str, str | bytes] = {
    "9 MB": "menu title x\n" * 700_000,
    "9 MB line": "append " + "a" * 9_000_000,
    "9 MB of blanks": "label x\nappend" + " " * 9_000_000,
    "1 MB of blanks behind menu": "menu" + " " * 1_000_000,
    "100,000 unknown keywords": "".join(f"k{n} x\n" for n in range(100_000)),
    "open help": "text\n" * 100_000,
    "many helps": "text\nendtext\n" * 80_000,
    "menus within each other": "menu begin x\n" * 70_000,
    "menus": "menu begin x\nmenu end\n" * 40_000,
    "includes of itself": "include syslinux.cfg\n" * 40_000,
    "includes": "include good.cfg\n" * 60_000,
    "includes that are not there": "".join(f"include {n}\n" for n in range(50_000)),
    "menus of files": "menu include good.cfg x\n" * 40_000,
    "files of a menu": "ui menu.c32 " + "good.cfg " * 100_000,
    "initrds": "label x\nlinux /vmlinuz\nappend initrd=" + "a," * 400_000,
    "initrd words": "label x\nlinux /vmlinuz\nappend " + "initrd=a " * 100_000,
    "variables": "label x\nfdtdir /\nlinux /vmlinuz\nappend " + "${a}${" * 100_000,
    "slashes": "label x\nlinux " + "/" * 1_000_000,
    "dots": "label x\nlinux " + "../" * 300_000,
    "digits": "timeout " + "9" * 100_000 + "\nsysappend 0x" + "f" * 100_000,
    "NUL": "label x\0\nlinux /vmlinuz\0\n\0" * 100,
    "no UTF-8": b"label \xff\xfe\x80\nlinux /vmlinuz\nappend \xc3\n",
    "escapes": "label \x1b]0;x\x07\x1b[2J\nlinux /\x1b[31m\n\x1b[1m x\nmenu label \x9b2J\n",
}


@pytest.mark.parametrize("text", HARM.values(), ids=HARM)
def test_harm_leaves_the_entries_before_it_alone(text: str | bytes, tmp_path: Path) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    plant(tmp_path, {PLACE: GOOD.encode() + data, "vmlinuz": KERNEL})
    plant(tmp_path, {"boot/syslinux/good.cfg": GOOD})
    found = listed(tmp_path)
    assert found["entries"][0]["id"] == "good"
    assert found["entries"][0]["bootable"]
    assert len(found["diagnostics"]) < 40


@pytest.mark.parametrize(
    ("text", "entries", "message"),
    [
        (GOOD * 30_000, 10_000, "stopped here: more than 10000 entries in all"),
        ("append " + "a" * 4000 + "\n" + GOOD * 10_000, 4000, "stopped here: the list is too long"),
        (GOOD + "menu begin x\n" * 101, 1, "stopped here: more than 100 menus within each other"),
    ],
)
@pytest.mark.slow
def test_limits(text: str, entries: int, message: str, tmp_path: Path) -> None:
    plant(tmp_path, {PLACE: text, "vmlinuz": KERNEL})
    found = listed(tmp_path)
    assert entries <= len(found["entries"]) < entries + 100
    assert message in [one["message"] for one in found["diagnostics"]]


def test_what_is_no_file(tmp_path: Path) -> None:
    names = ("pipe", "loop", "outside", "zero", "sub")
    plant(tmp_path, {PLACE: GOOD + "".join(f"include {name}\n" for name in names)})
    plant(tmp_path, {"vmlinuz": KERNEL})
    folder = tmp_path / "boot/syslinux"
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to("loop")
    (folder / "outside").symlink_to("../../../../../../../../etc/passwd")
    (folder / "zero").symlink_to("/dev/zero")
    (folder / "sub").mkdir()
    found = listed(tmp_path)
    assert [entry["id"] for entry in found["entries"]] == ["good"]
    assert [one["message"] for one in found["diagnostics"]] == [
        "included but not there, and passed over by syslinux: pipe, loop, outside, zero, sub"
    ]


def test_a_pipe_in_place_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "boot/syslinux").mkdir(parents=True)
    os.mkfifo(tmp_path / PLACE)
    assert program("list", "--root", tmp_path).returncode == 3


def test_paths_stay_in_the_tree(tmp_path: Path) -> None:
    root = tmp_path / "root"
    plant(tmp_path, {"secret": KERNEL})
    plant(root, {PLACE: "label a\nlinux ../../../secret\nlabel b\nlinux up\nlabel c\nlinux abs\n"})
    (root / "boot/syslinux/up").symlink_to("../../../secret")
    (root / "boot/syslinux/abs").symlink_to(tmp_path / "secret")
    kernels = [entry["kernel"] for entry in listed(root)["entries"]]
    assert all(kernel.startswith(f"{root}/") for kernel in kernels)
    assert not any(entry["bootable"] for entry in listed(root)["entries"])


def test_nothing_reaches_a_terminal_raw(tmp_path: Path) -> None:
    plant(tmp_path, {PLACE: HARM["escapes"]})
    done = program("list", "-v", "--root", tmp_path)
    assert done.returncode == 0
    assert {char for char in done.stdout + done.stderr if ord(char) < 32} <= {"\n"}
