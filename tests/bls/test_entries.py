"""Type #1 entries, as their users see them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.listing import listing, told
from tests.support.program import Run
from tests.support.trees import KERNEL, plant

FILES: dict[str, str | bytes] = {
    "boot/vmlinuz": KERNEL,
    "boot/sub/vmlinuz": KERNEL,
    "boot/initrd": b"1",
    "boot/ucode": b"2",
    "boot/a b": b"3",
    "boot/tree.dtb": b"4",
    "boot/prog.efi": b"MZ",
}
IGNORED = "the line is ignored"
NO_PATH = "is no path of a file from the top"
Entries = Mapping[str, str | bytes]


def planted(root: Path, entries: Entries, folder: str = "boot") -> Path:
    files = {f"{folder}/loader/entries/{name}": text for name, text in entries.items()}
    return plant(root, {**FILES, **files})


def only(run: Run, root: Path, text: str | bytes) -> dict[str, Any]:
    (entry,) = listing(run, planted(root, {"x.conf": text}))["entries"]
    found: dict[str, Any] = entry
    return found


def test_whole_entry(run: Run, tmp_path: Path) -> None:
    entry = only(
        run,
        tmp_path,
        "# made by hand\n\n"
        "title   Linux the First\n"
        "version 6.1\n"
        "machine-id 0123456789abcdef0123456789abcdef\n"
        "sort-key linux\n"
        "architecture x64\n"
        "linux   /vmlinuz\n"
        "initrd  /ucode\n"
        "initrd  /initrd\n"
        "options root=/dev/sda1  ro\n"
        "options quiet\n",
    )
    boot = tmp_path / "boot"
    assert entry == {
        "id": "x",
        "title": "Linux the First",
        "submenus": [],
        "index": "0",
        "loader": "bls",
        "file": f"{boot}/loader/entries/x.conf",
        "line": 1,
        "kind": "linux",
        "kernel": f"{boot}/vmlinuz",
        "initrds": [f"{boot}/ucode", f"{boot}/initrd"],
        "cmdline": "root=/dev/sda1  ro quiet",
        "devicetree": None,
        "loader_paths": {"kernel": "/vmlinuz", "initrds": ["/ucode", "/initrd"]},
        "version": "6.1",
        "architecture": "x64",
        "machine_id": "0123456789abcdef0123456789abcdef",
        "sort_key": "linux",
        "tries_left": None,
        "tries_done": None,
        "classes": [],
        "default": True,
        "oneshot": False,
        "current": False,
        "restricted": False,
        "users": [],
        "hotkey": None,
        "aliases": [],
        "bootable": True,
        "reasons": [],
    }


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("linux /vmlinuz\n", ""),
        ("linux /vmlinuz\noptions a", "a"),
        ("linux /vmlinuz\noptions a\noptions b\n", "a b"),
        ("linux /vmlinuz\noptions a=1  b \noptions \tc\t\n", "a=1  b c"),
        ("linux /vmlinuz\r\noptions a\r\noptions b\r\n", "a b"),
        ("linux /vmlinuz\roptions a\roptions b", "a b"),
        ("linux /vmlinuz\0options a\n", "a"),
        ("  linux\t/vmlinuz\n\toptions  \t a\n", "a"),
        ("linux /vmlinuz\noptions a # b\n#options c\n # options d\n", "a # b"),
        ("linux /vmlinuz\noptions a \\\n  b\n", "a \\"),
        ('linux /vmlinuz\noptions "a b"\n', "a b"),
        ("linux /vmlinuz\noptions 'a b'\n", "a b"),
        ('linux /vmlinuz\noptions a="b c"\n', 'a="b c"'),
        ("linux /vmlinuz\noptions \"a'\n", "\"a'"),
        ("linux /vmlinuz\noptions $kernelopts é\n", "$kernelopts é"),
        (b"linux /vmlinuz\noptions a=\xff\n", "a=\udcff"),
    ],
)
def test_options(text: str | bytes, options: str, run: Run, tmp_path: Path) -> None:
    assert only(run, tmp_path, text)["cmdline"] == options


@pytest.mark.parametrize(
    ("line", "kernel", "word"),
    [
        ("linux /vmlinuz", "vmlinuz", "/vmlinuz"),
        ("linux vmlinuz", "vmlinuz", "/vmlinuz"),
        ("linux //sub/.//vmlinuz", "sub/vmlinuz", "/sub/vmlinuz"),
        ("linux /boot/vmlinuz", "vmlinuz", "/boot/vmlinuz"),
        (r"linux \sub\vmlinuz", "sub/vmlinuz", r"/\sub\vmlinuz"),
        ("linux /nosuch\nlinux /vmlinuz", "vmlinuz", "/vmlinuz"),
        ("efi /prog.efi\nlinux /vmlinuz", "vmlinuz", "/vmlinuz"),
    ],
)
def test_kernel(line: str, kernel: str, word: str, run: Run, tmp_path: Path) -> None:
    entry = only(run, tmp_path, f"{line}\n")
    assert (entry["kernel"], entry["loader_paths"]["kernel"]) == (
        str(tmp_path / "boot" / kernel),
        word,
    )
    assert entry["bootable"]


@pytest.mark.parametrize(
    ("lines", "initrds", "reasons"),
    [
        ("initrd /initrd", ["initrd"], []),
        ("initrd /a b", ["a b"], []),
        (
            "initrd /ucode /initrd",
            ["ucode", "initrd"],
            ["'/ucode /initrd' is no file and is taken for 2 initrds"],
        ),
        ("initrd /ucode /initrd\ngrub_class os", ["ucode", "initrd"], []),
        (
            "initrd /initrd $tuned_initrd",
            ["initrd"],
            ["the initrd $tuned_initrd is a variable of GRUB, and is left out"],
        ),
    ],
)
def test_initrds(
    lines: str, initrds: list[str], reasons: list[str], run: Run, tmp_path: Path
) -> None:
    entry = only(run, tmp_path, f"linux /vmlinuz\n{lines}\n")
    assert entry["initrds"] == [f"{tmp_path}/boot/{name}" for name in initrds]
    assert entry["reasons"] == reasons
    assert entry["bootable"]


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        ("title x\n", "other", "it has neither 'linux' nor 'efi' nor 'uki'"),
        ("linux ../vmlinuz\n", "other", "its 'linux' is of no use"),
        ("linux /nosuch\n", "linux", "BOOT/nosuch does not exist"),
        ("linux /sub\n", "linux", "BOOT/sub is a directory"),
        ("linux /vmlinuz\ninitrd /nosuch\n", "linux", "BOOT/nosuch does not exist"),
        ("linux /vmlinuz\ndevicetree /nosuch\n", "linux", "BOOT/nosuch does not exist"),
        ("linux /vmlinuz\narchitecture aa64\n", "linux", "it is for aa64, and this machine is x64"),
        (
            "efi /prog.efi\n",
            "chainload",
            "BOOT/prog.efi is an EFI program, which kexec cannot start",
        ),
        ("uki /nosuch.efi\n", "uki", "BOOT/nosuch.efi does not exist"),
        ("uki /prog.efi\n", "uki", "the image ends within its headers"),
        (
            "uki-url http://x/y.efi\n",
            "uki",
            "it starts http://x/y.efi from the network, which bootpick does not fetch",
        ),
    ],
)
def test_why_it_cannot_be_booted(
    text: str, kind: str, reason: str, run: Run, tmp_path: Path
) -> None:
    entry = only(run, tmp_path, text)
    expected = reason.replace("BOOT", str(tmp_path / "boot"))
    assert (entry["kind"], entry["bootable"], entry["reasons"][0]) == (kind, False, expected)


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("Title x\n", [f"x.conf:1:1: warning: 'Title' is no key of an entry: {IGNORED}"]),
        (
            "\n  foo: x\n",
            [f"x.conf:2:3: warning: 'foo:' is no key of an entry: {IGNORED}"],
        ),
        ("title\n", [f"x.conf:1:1: warning: 'title' has no value: {IGNORED}"]),
        (
            "\ufefftitle x\n",
            [f"x.conf:1:1: warning: a byte order mark is part of the first key: {IGNORED}"],
        ),
        (
            "initrd /a/../b\n",
            [f"x.conf:1:1: warning: 'initrd' is ignored: '/a/../b' {NO_PATH}"],
        ),
        (
            "initrd /a/\n",
            [f"x.conf:1:1: warning: 'initrd' is ignored: '/a/' {NO_PATH}"],
        ),
        (
            "title x\ntitle y\n",
            ["x.conf:2:1: warning: 'title' is there again: that in line 1 is ignored"],
        ),
        ("grub_users x\ngrub_class y\nid z\n", []),
        (
            "a b\n" * 100,
            [
                *(
                    f"x.conf:{line}:1: warning: 'a' is no key of an entry: {IGNORED}"
                    for line in (1, 2, 3)
                ),
                "x.conf:4:1: warning: 97 further lines are ignored",
            ],
        ),
    ],
)
def test_messages(text: str, messages: list[str], run: Run, tmp_path: Path) -> None:
    text = f"{text}linux /vmlinuz\n"
    found = listing(run, planted(tmp_path, {"x.conf": text, "y.conf": "linux /vmlinuz\n"}))
    assert told(found) == messages
    assert [entry["bootable"] for entry in found["entries"]] == [True, True]


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        ("k.conf", ("k", None, None)),
        ("K.CONF", ("K", None, None)),
        ("k+3.conf", ("k", 3, None)),
        ("k+3-1.conf", ("k", 3, 1)),
        ("k+0-2.conf", ("k", 0, 2)),
        ("k+1+2.conf", ("k+1", 2, None)),
        ("k+03-01.conf", ("k", 3, 1)),
        ("k+.conf", ("k+", None, None)),
        ("k+3-.conf", ("k+3-", None, None)),
        ("k+x.conf", ("k+x", None, None)),
        ("k+3-1x.conf", ("k+3-1x", None, None)),
        ("k+3-1-2.conf", ("k+3-1-2", None, None)),
    ],
)
def test_boot_counter(
    name: str, counted: tuple[str, int | None, int | None], run: Run, tmp_path: Path
) -> None:
    (entry,) = listing(run, planted(tmp_path, {name: "linux /vmlinuz\n"}))["entries"]
    assert (entry["id"], entry["tries_left"], entry["tries_done"]) == counted


@pytest.mark.parametrize("name", ["a b", "a\x1bb", "ü", "k+99999999999", "k+2147483648", "~"])
def test_names_that_bootctl_refuses(name: str, run: Run, tmp_path: Path) -> None:
    """systemd-boot takes any; what bootctl lists is what can be named."""
    entries = {f"{name}.conf": "linux /vmlinuz\n", "x.conf": "linux /vmlinuz\n"}
    found = listing(run, planted(tmp_path, entries))
    assert [entry["id"] for entry in found["entries"]] == ["x"]
    message = "systemd's tools pass over a file of that name, and so does bootpick"
    assert told(found) == [f"{name}.conf:1:1: warning: {message}"]


def test_name_that_systemd_boot_keeps_for_itself(run: Run, tmp_path: Path) -> None:
    planted(tmp_path, {"auto-x.conf": "linux /vmlinuz\n", "a.conf": "linux /vmlinuz\n"})
    found = listing(run, tmp_path)
    assert [entry["id"] for entry in found["entries"]] == ["auto-x", "a"]
    assert found["default"] == "a"
    assert found["entries"][0]["reasons"] == [
        "systemd-boot does not show it: names that begin with 'auto-' are its own"
    ]


def test_other_files_are_none(run: Run, tmp_path: Path) -> None:
    names = (".x.conf", "x.conf.bak", "x", "README")
    planted(tmp_path, dict.fromkeys(names, "linux /vmlinuz\n"))
    found = listing(run, planted(tmp_path, {"y.conf": "linux /vmlinuz\n"}))
    assert [entry["id"] for entry in found["entries"]] == ["y"]
    assert found["diagnostics"] == []


def test_order_and_distinct_titles(run: Run, tmp_path: Path) -> None:
    """The vectors of the sort order, and what tells equal titles apart."""
    entries = {
        "w.conf": "sort-key a\nversion 2\n",
        "x.conf": "sort-key a\nversion 1\n",
        "u.conf": "sort-key a\n",
        "v.conf": "sort-key a\nmachine-id 0\n",
        "z.conf": "sort-key b\n",
        "y.conf": "title No key\n",
        "arch.conf": "title Arch\nversion 3\n",
        "arch-lts.conf": "title Arch\nversion 4\n",
        "bad+0-3.conf": "sort-key a\n",
        "same-1.conf": "title Same\n",
        "same-2.conf": "title Same\n",
    }
    texts = {name: f"linux /vmlinuz\n{text}" for name, text in entries.items()}
    found = listing(run, planted(tmp_path, texts))["entries"]
    assert [(entry["id"], entry["title"]) for entry in found] == [
        ("w", "w.conf"),
        ("x", "x.conf"),
        ("u", "u.conf"),
        ("v", "v.conf"),
        ("z", "z.conf"),
        ("y", "No key"),
        ("same-2", "Same (same-2.conf)"),
        ("same-1", "Same (same-1.conf)"),
        ("arch", "Arch (3)"),
        ("arch-lts", "Arch (4)"),
        ("bad", "bad.conf"),
    ]
    assert [entry["index"] for entry in found] == [*map(str, range(len(found)))]


def test_one_file_alone(run: Run, tmp_path: Path) -> None:
    texts = {"x.conf": "linux /vmlinuz\n", "y.conf": "linux /vmlinuz\n"}
    planted(tmp_path, texts)
    found = listing(run, tmp_path, "--config", tmp_path / "boot/loader/entries/y.conf")
    assert [(entry["id"], entry["default"]) for entry in found["entries"]] == [("y", True)]
    elsewhere = plant(tmp_path, {"tmp/z.txt": "linux vmlinuz\n", "tmp/vmlinuz": KERNEL})
    found = listing(run, tmp_path, "--loader", "bls", "--config", elsewhere / "tmp/z.txt")
    assert [entry["kernel"] for entry in found["entries"]] == [f"{tmp_path}/tmp/vmlinuz"]


def test_verbose_list_and_show(run: Run, tmp_path: Path) -> None:
    planted(tmp_path, {"x+2-1.conf": "title X\nsort-key x\nmachine-id 12\nlinux /vmlinuz\n"})
    assert run("list", "--root", tmp_path).out == "* 0  X  [default, 2 tries left]\n"
    shown = run("show", "x", "--root", tmp_path).out.splitlines()
    assert shown[-6:] == [
        "sort-key x",
        "machine  12",
        "tries    2 left, 1 done",
        f"from     {tmp_path}/boot/loader/entries/x+2-1.conf:1",
        "marks    default, 2 tries left",
        "boots    yes",
    ]
