"""A boot partition that means harm costs a message, and never the entries beside it."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootpick.bls.entry import read_fields
from bootpick.bls.glob import matches
from bootpick.bls.loader_conf import read_loader_conf
from bootpick.bls.naming import split_name
from bootpick.bls.parser import parse_fields
from tests.bls.test_entries import planted
from tests.support.program import program
from tests.support.trees import plant
from tests.test_hostile import listed

GOOD = "title Good\nlinux /vmlinuz\n"
FOLDER = "boot/loader/entries"
TEXTS = st.text() | st.text("\n\r\0\t #=:'\"/.$\\+-abtilenuxoprdsmfvk\ufeff\udcff", max_size=200)


@given(TEXTS)
def test_any_text_is_an_entry(text: str) -> None:
    fields = parse_fields(text, "x.conf")
    entry = read_fields(fields)
    assert len(entry.diagnostics) < 5
    read_loader_conf(fields)
    starts = {field.position.line for field in fields}
    assert len(starts) == len(fields)


@given(
    st.lists(
        st.tuples(st.sampled_from(("options", "title", "x")), st.text("ab =#'\"$", min_size=1))
    )
)
def test_fields_are_read_as_they_were_written(lines: list[tuple[str, str]]) -> None:
    wanted = [(key, value.strip(" ")) for key, value in lines]
    text = "".join(f"{key} \t{value} \r\n" for key, value in lines)
    assert [(field.key, field.value) for field in parse_fields(text, "x")] == wanted


@given(st.text("ab[]-*?\\", max_size=12), st.text("ab]-\\", max_size=12))
def test_any_text_is_a_pattern(pattern: str, name: str) -> None:
    assert matches(pattern, name) in (True, False)
    assert matches(f"{pattern}*", name) or not matches(pattern, name)


@pytest.mark.parametrize("pattern", ["*" * 3000, "*a" * 1000 + "b", "[" * 3000, "?" * 3000])
def test_patterns_end_soon(pattern: str) -> None:
    assert not matches(f"{pattern}x", "a" * 2000)


@given(st.text("k+-.0123conf"))
def test_any_name_has_a_counter_or_none(name: str) -> None:
    found = split_name(name)
    assert found is None or len(found.name) <= len(name)


HARM: dict[str, str | bytes] = {
    "9 MB": "title x\n" * 1_100_000,
    "1 MB of lines": "a b\n" * 260_000,
    "1 MB of blanks": "linux" + " " * 1_000_000 + "/x\n",
    "1 MB of line ends": "\n" * 1_000_000,
    "1 MB of a word": "linux /" + "x" * 1_000_000,
    "1 MB of a key": "x" * 1_000_000,
    "1 MB of initrds": "linux /vmlinuz\n" + "initrd /x\n" * 100_000,
    "many words of an initrd": "linux /vmlinuz\ninitrd " + "/x " * 300_000,
    "1 MB of slashes": "linux " + "/" * 1_000_000 + "vmlinuz",
    "1 MB of digits": "linux /vmlinuz\nsort-key a\nversion " + "1" * 1_000_000,
    "NUL": "linux /vmlinuz\0" * 10_000,
    "no UTF-8": b"title \xff\xfe\x80\nlinux /vmlinuz\n\xc3",
    "escapes": "title \x1b]0;x\x07\x1b[2J\nlinux /\x1b[31m\n\x1b[1m x\n",
}


_LONG = ("1 MB of lines", "1 MB of line ends", "1 MB of initrds")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=name, marks=[pytest.mark.slow] if name in _LONG else [])
        for name, text in HARM.items()
    ],
)
def test_harm_leaves_other_entries_alone(text: str | bytes, tmp_path: Path) -> None:
    root = planted(tmp_path, {"bad.conf": text, "good.conf": GOOD})
    plant(root, {"boot/loader/loader.conf": text})
    found = listed(root)
    assert "good" in [entry["id"] for entry in found["entries"] if entry["bootable"]]
    assert len(found["diagnostics"]) < 30


def test_what_is_no_file(tmp_path: Path) -> None:
    root = planted(tmp_path, {"good.conf": GOOD})
    folder = root / FOLDER
    (folder / "directory.conf").mkdir()
    os.mkfifo(folder / "pipe.conf")
    (folder / "loop.conf").symlink_to("loop.conf")
    (folder / "outside.conf").symlink_to("../../../../../../../../etc/passwd")
    (folder / "absolute.conf").symlink_to("/etc/hostname")
    (folder / "zero.conf").symlink_to("/dev/zero")
    plant(root, {"boot/EFI/Linux/x": ""})
    os.mkfifo(root / "boot/EFI/Linux/pipe.efi")
    (root / "boot/loader/loader.conf").symlink_to("/dev/zero")
    found = listed(root)
    assert [entry["id"] for entry in found["entries"]] == ["good"]
    assert [Path(one["file"]).name for one in found["diagnostics"]] == [
        *("absolute.conf", "directory.conf", "loop.conf", "outside.conf", "pipe.conf"),
        *("zero.conf", "pipe.efi"),
    ]


def test_paths_stay_in_the_tree(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.conf": "linux /out\n", "b.conf": "linux /up\n"})
    plant(tmp_path, {"vmlinuz": "secret"})
    (root / "boot/out").symlink_to("/vmlinuz")
    (root / "boot/up").symlink_to("../../vmlinuz")
    kernels = [entry["kernel"] for entry in listed(root)["entries"]]
    assert all(kernel.startswith(f"{root}/") for kernel in kernels)


@pytest.mark.slow
def test_many_entries(tmp_path: Path) -> None:
    text = "sort-key os\nversion 6.{0}\nlinux /vmlinuz\ninitrd /initrd\noptions root=/dev/sda ro\n"
    root = planted(tmp_path, {f"e-{n}.conf": text.format(n) for n in range(10_001)})
    found = listed(root)
    assert len(found["entries"]) == 10_000
    assert [one["message"] for one in found["diagnostics"]] == [
        "stopped here: more than 10000 entries in all"
    ]


def test_nothing_reaches_a_terminal_raw(tmp_path: Path) -> None:
    root = planted(tmp_path, {"x.conf": HARM["escapes"], "\x1b[2Jy.conf": GOOD})
    plant(root, {"boot/loader/loader.conf": "default \x1b[2J\n\x1b[1m\n"})
    done = program("list", "-v", "--root", root)
    assert done.returncode == 0
    assert {char for char in done.stdout + done.stderr if ord(char) < 32} <= {"\n"}
