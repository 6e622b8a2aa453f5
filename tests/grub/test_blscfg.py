"""``blscfg``: what Fedora's GRUB makes of files of the Boot Loader Specification.

What to expect follows from its commands/blscfg.c.
"""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootpick.entries import BootEntry, BootMenu
from bootpick.grub.dialect import FEDORA, SUSE, UPSTREAM, Dialect
from tests.support.fedora import MACHINE, ROOT, plant_fedora, snippet
from tests.support.grub import EXT2, menu_of, run_script
from tests.support.program import Run
from tests.support.trees import KERNEL, plant

VIDEO = "function load_video { true; }\n"
PLAIN = "title Linux\nlinux /vmlinuz\n"


def plant_entries(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write *files* to /loader/entries below *root*; give *root*."""
    return plant(root, {f"loader/entries/{name}": text for name, text in files.items()})


def bls_menu(
    root: Path,
    files: Mapping[str, str | bytes],
    script: str = "blscfg\n",
    dialect: Dialect = FEDORA,
) -> BootMenu:
    """Give the menu of a disk with *files* in /loader/entries, after *script*."""
    plant_entries(root, files)
    plant(root, dict.fromkeys(("vmlinuz", "initrd", "early", "tree.dtb"), KERNEL))
    return menu_of(root, VIDEO + script, dialect=dialect, disk=EXT2)


def ids(menu: BootMenu) -> list[str]:
    return [entry.id for entry in menu.entries]


def warnings(menu: BootMenu, root: Path) -> list[str]:
    """Give the first line of each message, with files as their names."""
    start = f"{root}/loader/entries/"
    return [one.format().splitlines()[0].replace(start, "") for one in menu.diagnostics]


def only(menu: BootMenu) -> BootEntry:
    (entry,) = menu.entries
    return entry


class Expected(NamedTuple):
    cmdline: str
    initrds: tuple[str, ...] = ()
    title: str = "Linux"
    warning: str | None = None
    devicetree: str | None = None


BOOT = "BOOT_IMAGE=(hd0)/vmlinuz"
NO_NAME = "GRUB drops a '$' that no name follows, and knows no '${name}' here"
CASES = {
    "plain": ("", PLAIN + "options ro quiet\ninitrd /initrd\n", Expected(
        f"{BOOT} ro quiet", ("(hd0)/initrd",))),
    "carriage returns": ("", "title Linux\r\nlinux /vmlinuz\r\noptions ro\r\n", Expected(
        f"{BOOT} ro")),
    "comments and blanks": ("", "# a\n  #b\n" + PLAIN + "options   ro \n", Expected(
        f"{BOOT} ro")),
    "blanks first": ("", PLAIN + " \toptions ro\n initrd /initrd\n", Expected(
        f"{BOOT} ro", ("(hd0)/initrd",),
        warning="a.conf:3:1: warning: GRUB may crash at a line that begins with a blank")),
    "no line end": ("", PLAIN + "options ro", Expected(f"{BOOT} ro")),
    "no title": ("", "linux /vmlinuz\n", Expected(BOOT, title="/vmlinuz")),
    "an empty title": ("", "title  \nlinux /vmlinuz\n", Expected(BOOT, title="")),
    "quotes in the title": ("", 'title "A b"\nlinux /vmlinuz\n', Expected(BOOT, title='"A b"')),
    "colon is no separator": ("", PLAIN + "options: ro\n", Expected(BOOT)),
    "keys in capitals": ("", PLAIN + "OPTIONS ro\n", Expected(BOOT)),
    "a byte order mark": ("", "\ufefftitle Linux\n" + PLAIN, Expected(BOOT)),
    "a tab behind the key": ("", PLAIN + "options\tro\n", Expected(f"{BOOT} ro")),
    "a tab and spaces": ("", PLAIN + "options\tro quiet\n", Expected(
        BOOT,
        warning="a.conf:3:1: warning: GRUB finds no 'options' here: "
        "a tab ends a key only in a line without spaces")),
    "an empty line": ("", PLAIN + "\noptions ro\n# c\n\ninitrd /initrd\n", Expected(
        BOOT,
        warning="a.conf:3:1: warning: GRUB stops reading at this empty line: "
        "2 lines behind it are ignored")),
    "empty lines at the end": ("", PLAIN + "options ro\n\n \n# c\n", Expected(f"{BOOT} ro")),
    "one line behind blanks": ("", PLAIN + "\r\noptions ro\n", Expected(
        BOOT,
        warning="a.conf:3:1: warning: GRUB stops reading at this empty line: "
        "1 line behind it is ignored")),
    "a key without a value": ("", PLAIN + "initrd\noptions ro\n", Expected(
        BOOT,
        warning="a.conf:3:1: warning: GRUB stops reading at 'initrd', a key without a value: "
        "1 line behind it is ignored")),
    "a key and one space": ("", PLAIN + "options \n", Expected(
        BOOT,
        warning="a.conf:3:1: warning: GRUB stops reading at 'options', a key without a value")),
    "a NUL ends a line": ("", PLAIN + "options ro\0 quiet\ninitrd /initrd\n", Expected(
        f"{BOOT} ro", ("(hd0)/initrd",))),
    "a line that begins with a NUL": ("", PLAIN + "\0a b\noptions ro\n", Expected(
        BOOT,
        warning="a.conf:3:1: warning: GRUB stops reading at this empty line: "
        "1 line behind it is ignored")),
    "repeated keys": ("", PLAIN + "options ro\nlinux /other\noptions quiet\noptions x\n", Expected(
        f"{BOOT} ro",
        warning="a.conf:4:1: warning: GRUB takes the first 'linux' and ignores this one")),
    "several initrds": ("", PLAIN + "initrd /initrd /early\ninitrd /initrd\n", Expected(
        BOOT, ("(hd0)/initrd", "/early", "(hd0)/initrd"))),
    "words are GRUB's": ("", PLAIN + "options a=\"b c\" 'd' e\\ f ; h\n", Expected(
        f'{BOOT} "a=b c" d "e f"', warning="a.conf:1:1: warning: GRUB: can't find command `h'")),
    "variables": ("set k='root=x ro'; set t=", PLAIN + "options $k $t $u quiet\n", Expected(
        f"{BOOT} root=x ro quiet")),
    "a variable and a comma": ("set a=ttyS0", PLAIN + "options console=$a,115200\n", Expected(
        f"{BOOT} console=ttyS0 ,115200",
        warning="a.conf:3:1: warning: GRUB puts a space behind what '$a' stands for")),
    "variables side by side": ("set ab=1; set cd=2", PLAIN + "options $ab$cd\n", Expected(
        f"{BOOT} 1 2",
        warning="a.conf:3:1: warning: GRUB puts a space behind what '$ab' stands for")),
    # What is left of it is no command line, but a syntax error.
    "braces": ("set a=1", PLAIN + "options x=${a}y\n", Expected(
        "", warning=f"a.conf:3:1: warning: {NO_NAME}")),
    "one character at the end": ("set ab=1", PLAIN + "options $ab q\n", Expected(
        f"{BOOT} 1",
        warning="a.conf:3:1: warning: GRUB loses 'q', a part of one character")),
    "one character of two bytes": ("", PLAIN + "options \u00e9\n", Expected(f"{BOOT} \u00e9")),
    "one character in all": ("set default_kernelopts='d e'", PLAIN + "options q\n", Expected(
        f"{BOOT} d e",
        warning="a.conf:3:1: warning: GRUB loses 'q', a part of one character")),
    "a name of one character at the end": ("set a=1", PLAIN + "options ro $a\n", Expected(
        f"{BOOT} ro",
        warning="a.conf:3:1: warning: GRUB loses '$a', a part of one character")),
    "one character between": ("set ab=1", PLAIN + "options $ab,$ab\n", Expected(
        f"{BOOT} 1 1",
        warning="a.conf:3:1: warning: GRUB puts a space behind what '$ab' stands for")),
    "an unset variable first": ("set ab=1", PLAIN + "options $xy$ab\n", Expected(
        BOOT,
        warning="a.conf:3:1: warning: "
        "GRUB drops all of this value, as it begins with an unset variable")),
    "no options": ("set default_kernelopts='d $e ff'; set e=g", PLAIN, Expected(f"{BOOT} d g ff")),
    "the script expands it again": ("set ab='$cd x'; set cd=1", PLAIN + "options $ab\n", Expected(
        f"{BOOT} 1 x")),
    "in linux": ("set k=uz", "title Linux\nlinux /vmlin${k} $k\n", Expected(f"{BOOT} uz")),
    "tuned": ("set tuned_initrd=/early", PLAIN + "initrd /initrd $tuned_initrd\n", Expected(
        BOOT, ("(hd0)/initrd", "/early"))),
    "early initrds": ("set early_initrd='early initrd'", PLAIN + "initrd /initrd\n", Expected(
        BOOT, ("(hd0)/early", "(hd0)/initrd", "(hd0)/initrd"))),
    # A variable that is empty is one name, which is empty.
    "no early initrds": ("set early_initrd=", PLAIN + "initrd /initrd\n", Expected(
        BOOT, ("(hd0)/", "(hd0)/initrd"))),
    "early initrds alone": ("set early_initrd=early", PLAIN, Expected(BOOT, ("(hd0)/early",))),
    "a device tree": ("", PLAIN + "devicetree /tree.dtb\n", Expected(
        BOOT, devicetree="(hd0)/tree.dtb")),
    "a device tree for all": ("set devicetree=tree.dtb", PLAIN, Expected(
        BOOT, devicetree="(hd0)/tree.dtb")),
    "what others need": ("", PLAIN + "architecture x64\nid x\nefi /x\nfoo bar baz\n", Expected(
        BOOT)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_file(name: str, tmp_path: Path) -> None:
    script, text, expected = CASES[name]
    menu = bls_menu(tmp_path, {"a.conf": text}, f"{script}\nblscfg\n")
    entry = only(menu)
    initrds = tuple([file.word for file in entry.initrds])
    tree = entry.devicetree and entry.devicetree.word
    told = warnings(menu, tmp_path)
    found = Expected(entry.cmdline or "", initrds, entry.title, told[0] if told else None, tree)
    assert found == expected


def test_entries_are_ordered_by_name_as_packages(tmp_path: Path) -> None:
    names = (
        "b-1-1 custom 6fa-6.9.0-0.rc5 6fa-6.9.0-64 6fa-6.10.2-1 6fa-6.10.2-1+debug "
        "6fa-6.9.0~rc1-1 6fa-0-rescue 5fa-7.0-1 ostree-1-fedora ostree-2-fedora"
    ).split()
    menu = bls_menu(tmp_path, {f"{name}.conf": f"version 1\n{PLAIN}" for name in names})
    assert (
        ids(menu)
        == (
            "6fa-6.10.2-1+debug 6fa-6.10.2-1 6fa-6.9.0-64 6fa-6.9.0-0.rc5 6fa-6.9.0~rc1-1 "
            "6fa-0-rescue 5fa-7.0-1 ostree-2-fedora ostree-1-fedora custom b-1-1"
        ).split()
    )
    assert menu.diagnostics == ()


def test_of_equal_names_one_is_dropped(tmp_path: Path) -> None:
    files = {"a.b-1-1.conf": PLAIN, "a_b-1-1.conf": f"# x\n{PLAIN}", "a.b-01-1.conf": PLAIN}
    menu = bls_menu(tmp_path, files)
    assert ids(menu) == ["a.b-01-1"]
    assert warnings(menu, tmp_path) == [
        f"{name}: warning: GRUB drops this entry: its name counts as equal to 'a.b-01-1.conf'"
        for name in ("a.b-1-1.conf:1:1", "a_b-1-1.conf:2:1")
    ]


@pytest.mark.parametrize(
    "name", [".conf", ".a.conf", "a.CONF", "a.conf~", "a.conf.rpmsave", "conf"]
)
def test_other_files_do_not_count(name: str, tmp_path: Path) -> None:
    menu = bls_menu(tmp_path, {name: PLAIN, "b.conf": PLAIN})
    assert ids(menu) == ["b"]
    assert menu.diagnostics == ()


def test_a_boot_count_is_part_of_the_name(tmp_path: Path) -> None:
    menu = bls_menu(tmp_path, {"k-1+3-1.conf": PLAIN, "k-1+0.conf": PLAIN, "k-1.conf": PLAIN})
    assert ids(menu) == ["k-1+3-1", "k-1+0", "k-1"]


def test_what_an_entry_has_beside_its_script(tmp_path: Path) -> None:
    text = (
        "# first\nversion 6.8.9\ntitle Linux\nlinux /vmlinuz\ngrub_class kernel\n"
        "grub_class a b\ngrub_hotkey k\nmachine-id 6fa2\nsort-key fedora\nid other\n"
    )
    entry = only(bls_menu(tmp_path, {"a-1.conf": text}))
    assert (entry.id, entry.loader, entry.menu_index) == ("a-1", "grub", "0")
    assert (entry.position.file, entry.position.line) == (f"{tmp_path}/loader/entries/a-1.conf", 3)
    assert entry.classes == ("kernel", "a b")
    assert (entry.hotkey, entry.machine_id, entry.sort_key) == ("k", "6fa2", "fedora")
    assert entry.version == "6.1.0-18-amd64"  # the kernel's own
    assert entry.bootable


def test_the_files_version_counts_where_the_kernel_has_none(tmp_path: Path) -> None:
    text = "title Linux\nversion 6.8.9\nlinux /missing\n"
    entry = only(bls_menu(tmp_path, {"a.conf": text}))
    assert (entry.version, entry.bootable) == ("6.8.9", False)


@pytest.mark.parametrize(
    ("fields", "script", "expected"),
    [
        ("", "set superusers=root", (False, ())),
        ("grub_users $grub_users", "set superusers=root", (False, ())),
        ("grub_users $grub_users", "set superusers=root; set grub_users=me", (True, ("me",))),
        ("grub_users ann,bob", "set superusers=root", (True, ("ann", "bob"))),
        # Fedora's GRUB takes it for a parameter of the entry's body.
        ("grub_users ann\ngrub_arg --unrestricted", "set superusers=root", (True, ("ann",))),
        ("grub_users ann", "", (False, ("ann",))),
    ],
)
def test_who_may_boot_an_entry(
    fields: str, script: str, expected: tuple[bool, tuple[str, ...]], tmp_path: Path
) -> None:
    entry = only(bls_menu(tmp_path, {"a.conf": f"{PLAIN}{fields}\n"}, f"{script}\nblscfg\n"))
    assert (entry.restricted, entry.users) == expected


def test_parameters_of_the_body(tmp_path: Path) -> None:
    text = PLAIN.replace("vmlinuz", "vmlinuz $1 $2") + "grub_arg --unrestricted\n"
    assert only(bls_menu(tmp_path, {"a.conf": text})).cmdline == f"{BOOT} Linux --unrestricted"


def test_savedefault_is_called_where_it_is_asked_for(tmp_path: Path) -> None:
    script = "function savedefault { set root=nowhere; }\nset save_default=true\nblscfg\n"
    assert "nowhere" in (only(bls_menu(tmp_path, {"a.conf": PLAIN}, script)).cmdline or "")


FILES = {"a-1.conf": PLAIN, "a-2.conf": "title Two\n" + PLAIN.partition("\n")[2], "a-3.conf": PLAIN}


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("blscfg", "a-3 a-2 a-1"),
        ("bls_import", "a-3 a-2 a-1"),
        ("blscfg; blscfg", "a-3 a-2 a-1"),
        ("blscfg a-2", "a-2"),
        ("blscfg a-2.conf", ""),
        ("blscfg a-2; blscfg", "a-2 a-3 a-1"),
        ("set default=a-1; blscfg default", "a-1"),
        ("set default=Two; blscfg default", "a-2"),
        ("set default=0; blscfg default", "a-3"),
        ("set default=0x1; blscfg non-default", "a-3 a-1"),
        ("set default='2 x'; blscfg default", "a-1"),
        ("set default=x; blscfg default", ""),
        ("blscfg default", ""),
        ("blscfg non-default", "a-3 a-2 a-1"),
        ("blscfg default a-1", "a-3 a-2 a-1"),
        ("set default=a-2; blscfg default; submenu S { blscfg non-default; }", "a-2 a-3 a-1"),
        ("submenu S { blscfg; }; submenu T { blscfg; }", "a-3 a-2 a-1 a-3#2 a-2#2 a-1#2"),
        ("blscfg (hd0)/other", "b"),
        ("blscfg (hd0)/other/", "b"),
        ("blscfg (hd0)/other/b.conf", "b"),
        ("blscfg (hd0)/nowhere", ""),
        ("blscfg (hd0)", ""),
        ("set blsdir=/other; blscfg", "b"),
        ("set blsdir=/nowhere; blscfg", "c"),
        ("set blsdir=/empty; blscfg", ""),
        ("set blsdir=; blscfg", "c"),
        ("set blsdir=/vmlinuz; blscfg", "c"),
        ("set boot=hd0; set root=hd7; blscfg", "a-3 a-2 a-1"),
        ("set boot=hd7; blscfg; blscfg (hd0)/other", "b"),
        ("set grub_platform=efi; set boot=hd7; blscfg", "a-3 a-2 a-1"),
        ("blscfg (hd7)/other; blscfg (hd0)/other", "b"),
    ],
)
def test_which_entries(script: str, found: str, tmp_path: Path) -> None:
    plant(tmp_path, {"other/b.conf": PLAIN, "boot/loader/entries/c.conf": PLAIN, "empty/x": ""})
    assert ids(bls_menu(tmp_path, FILES, f"{script}\n")) == found.split()


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("blscfg (hd7)/x", (32, "no server is specified")),
        ("blscfg (hd0", (18, "Filepath isn't correct")),
        ("blscfg (hd0)/x.conf", (5, "file `/x.conf' not found")),
    ],
)
def test_errors(command: str, error: tuple[int, str], tmp_path: Path) -> None:
    shell = run_script(tmp_path, f"{command}; echo $?\n", FEDORA, EXT2)
    number, message = error
    assert [one.message for one in shell.diagnostics] == [f"GRUB: {message}"]
    assert shell.output == [f"{number}\n"]


def test_a_directory_that_is_missing_is_told_of(tmp_path: Path) -> None:
    menu = menu_of(tmp_path, "\nblscfg\n", dialect=FEDORA)
    (warning,) = menu.diagnostics
    assert warning.format().splitlines()[0] == (
        f"{tmp_path}/boot/grub/grub.cfg:2:1: warning: "
        "no entries are found: (hd0) has no directory /loader/entries or /boot/loader/entries"
    )


@pytest.mark.parametrize(
    ("default", "index"),
    [("a-2", 1), ("Two", 1), ("2", 2), ("a-2.conf", 0), ("3", 3), ("First", 0), ("A last", 3)],
)
def test_the_default(default: str, index: int, tmp_path: Path) -> None:
    """An entry of grub.cfg may have the file's id, too."""
    script = f"set default='{default}'\nblscfg\nmenuentry 'A last' {{ linux /vmlinuz; }}\n"
    menu = bls_menu(tmp_path, FILES, script)
    assert [entry.default for entry in menu.entries].index(True) == index


def test_files_without_a_kernel_make_no_entry(tmp_path: Path) -> None:
    menu = bls_menu(tmp_path, {"a.conf": "title A\noptions ro\n", "b.conf": PLAIN})
    assert ids(menu) == ["b"]
    assert warnings(menu, tmp_path) == [
        "a.conf:1:1: warning: GRUB makes no entry of this file, as it reads no 'linux' in it"
    ]


def test_a_name_at_which_grub_hangs(tmp_path: Path) -> None:
    menu = bls_menu(tmp_path, {"a.conf.b.conf": PLAIN, "c.conf.conf": PLAIN})
    assert ids(menu) == ["c", "a.conf.b"]
    assert warnings(menu, tmp_path) == [
        "a.conf.b.conf:2:1: warning: GRUB hangs at the '.conf' within the name of this file"
    ]


def test_links_lead_no_further_than_the_disk(tmp_path: Path) -> None:
    """An ostree deployment's directory is a link; others may lead anywhere."""
    outside = plant(tmp_path / "outside", {"secret.conf": PLAIN})
    root = plant(tmp_path / "root", {"loader.1/entries/ostree-1-fedora.conf": PLAIN})
    (root / "loader").symlink_to("loader.1")
    entries = root / "loader.1/entries"
    (entries / "a.conf").symlink_to("/loader/entries/ostree-1-fedora.conf")
    (entries / "b.conf").symlink_to(outside / "secret.conf")
    menu = menu_of(root, f"{VIDEO}blscfg\n", dialect=FEDORA)
    assert ids(menu) == ["ostree-1-fedora", "a"]
    assert menu.entries[0].position.file == f"{root}/loader/entries/ostree-1-fedora.conf"
    (warning,) = menu.diagnostics
    assert warning.message == (
        f"{root}/loader/entries/b.conf leads to no regular file: "
        "GRUB skips it, and maybe files behind it"
    )


def test_hostile_files_cost_a_warning_each(tmp_path: Path) -> None:
    """The entries of others are not harmed."""
    files: dict[str, str | bytes] = {
        "fields-1.conf": PLAIN + "initrd /initrd\n" * 100_000,
        "large-1.conf": PLAIN + "# " + "x" * (9 << 20),
        "long-1.conf": PLAIN + f"options {'x' * 200_000}\n",
        "options-1.conf": PLAIN + f"options {'$ab' * 50_000}\n",
        "zeros-1.conf": b"\0" * 100_000,
        "bytes-1.conf": b"title \xff\xfe\nlinux /vmlinuz\noptions \x80=1\n",
        "commands-1.conf": PLAIN + f"options {';x' * 50_000}\n",
        "good-1.conf": PLAIN + "options ro\n",
    }
    (tmp_path / "loader/entries/directory.conf").mkdir(parents=True)
    os.mkfifo(tmp_path / "loader/entries/fifo.conf")
    (tmp_path / "loader/entries/link.conf").symlink_to("link.conf")
    menu = bls_menu(tmp_path, files, f"set ab={'x' * 5000}\nblscfg\n")
    assert ids(menu) == [
        name.removesuffix(".conf") for name in sorted(files, reverse=True) if name[0] != "z"
    ]
    entries = {entry.id: entry for entry in menu.entries}
    assert entries["good-1"].cmdline == f"{BOOT} ro"
    assert entries["bytes-1"].title == "\udcff\udcfe"
    skipped = [
        ("directory", "is a directory"),
        ("fifo", "leads to no regular file"),
        ("link", "leads to no regular file"),
    ]
    told = [one.partition(": ")[2] for one in warnings(menu, tmp_path)]
    assert sorted(told) == sorted(
        [
            *[
                f"warning: {name}.conf {why}: GRUB skips it, and maybe files behind it"
                for name, why in skipped
            ],
            "warning: GRUB makes no entry of this file, as it reads no 'linux' in it",
            "warning: GRUB puts a space behind what '$ab' stands for",
            "error: this entry has more than 1000 commands: none is run",
            *["error: a command of this entry is longer than 65536 characters: it is cut there"]
            * 2,
            "error: more than 1000 fields: cut here",
            "error: longer than 262144 bytes: cut here",
        ]
    )


def test_many_large_files_take_nothing_from_small_ones(tmp_path: Path) -> None:
    large = PLAIN + "initrd /initrd\n" * 998
    files = {f"large-{number}.conf": large for number in range(160)}
    shell = run_script(
        plant_entries(tmp_path, {**files, "a.conf": PLAIN}), "blscfg\n", FEDORA, EXT2
    )
    assert shell.menu.entries[-1].id == "a"
    assert len(shell.menu.entries) == 151
    (error,) = shell.diagnostics
    assert (error.severity, error.message) == (
        "error",
        "too much in all files: 10 of them are not read",
    )


def test_a_disk_that_is_not_mounted(tmp_path: Path) -> None:
    shell = run_script(tmp_path, "blscfg\n", FEDORA, EXT2._replace(mounts=()))
    (warning,) = shell.diagnostics
    assert (warning.message, warning.hint) == (
        "/loader/entries on /dev/sda cannot be read: it is not mounted",
        "mount /dev/sda to see what GRUB sees there",
    )


def test_no_end_is_cut(tmp_path: Path) -> None:
    plant_entries(tmp_path, {f"{number}.conf": PLAIN for number in range(500)})
    shell = run_script(tmp_path, "blscfg; echo $?\n", FEDORA, EXT2)
    assert len(shell.menu.entries) == 500
    menu = bls_menu(tmp_path, {}, "while true; do blscfg; done\n")
    assert len(menu.entries) == 500
    assert [one.message for one in menu.diagnostics] == ["stopped here: too many commands"]


@pytest.mark.slow
def test_many_entries(tmp_path: Path) -> None:
    text = (
        "title Linux ({0})\nversion {0}\nlinux /vmlinuz\ninitrd /initrd\n"
        "options root=UUID=11111111-2222-3333-4444-555555555555 ro quiet $tuned_params\n"
        "grub_users $grub_users\ngrub_arg --unrestricted\ngrub_class fedora\n"
    )
    names = [f"6.{number // 100}.{number % 100}-300.fc40.x86_64" for number in range(5000)]
    before = time.process_time()
    menu = bls_menu(tmp_path, {f"6fa2-{name}.conf": text.format(name) for name in names})
    assert time.process_time() - before < 20  # 3 seconds, on a machine with nothing else to do
    assert ids(menu) == [f"6fa2-{name}" for name in reversed(names)]
    assert menu.diagnostics == ()


WORDS = "a b $ \t \n \r \0 # { } ; ' \" \\ / _ 1 - = \udc80 é linux title options initrd".split(" ")


@given(st.lists(st.sampled_from([*WORDS, " "])), st.sampled_from(["", "ab", "a b", "$ab", "'"]))
def test_any_text_gives_entries_or_messages(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], value: str
) -> None:
    root = tmp_path_factory.mktemp("any")
    files: dict[str, str | bytes] = {
        "a.conf": "".join(words).encode("utf-8", "surrogateescape"),
        "b.conf": PLAIN,
    }
    menu = bls_menu(root, files, f'set ab="{value}"\nset early_initrd="$ab"\nblscfg\n')
    assert ids(menu)[0] == "b"
    assert len(menu.entries) == 2 or menu.diagnostics


def test_suse_has_rules_of_its_own(tmp_path: Path) -> None:
    """Of boot counts, titles, and the device: patches that openSUSE has in its grub2."""
    text = "title Linux\nversion 6.8\nlinux /vmlinuz\n"
    files = {f"{name}.conf": text for name in ("k-2+0-3", "k-1", "k-3+2", "k-4+debug")}
    script = "set default=k-1\nblscfg\nset root=nowhere\n"
    menu = bls_menu(tmp_path, files, script, SUSE)
    assert ids(menu) == ["k-3+2", "k-1", "k-4+debug", "k-2+0-3"]
    assert menu.entries[0].title == "Linux (6.8)"
    assert {entry.cmdline for entry in menu.entries} == {BOOT}
    assert menu.default is menu.entries[1]


def test_where_the_command_is_unknown_the_hint_helps(tmp_path: Path) -> None:
    menu = bls_menu(tmp_path, FILES, dialect=UPSTREAM)
    (warning,) = menu.diagnostics
    assert (warning.message, warning.hint) == (
        "GRUB: can't find command `blscfg'",
        "'blscfg' is a command of Fedora's GRUB: try --dialect fedora",
    )


def test_files_that_grub_drops_are_no_entries_of_others(run: Run, tmp_path: Path) -> None:
    """systemd-boot would list them, if it were in charge here."""
    entries = "root/boot/loader/entries"
    files = {"title Nothing\noptions ro\n": "7.0-1", PLAIN: "7.1-1", f"#\n{PLAIN}": "7.1-01"}
    plant(tmp_path, {f"{entries}/{name}.conf": text for text, name in files.items()})
    root, devices = plant_fedora(tmp_path, (NEW,), "boot_success=1")
    done = run("list", "--json", "--root", root, "--devices", devices)
    listed = json.loads(done.out)
    found = [entry["id"] for entry in listed["entries"]]
    assert found == ["7.1-01", f"{MACHINE}-{NEW}", "uefi-firmware"]
    assert [one["message"] for one in listed["diagnostics"]] == [
        "GRUB drops this entry: its name counts as equal to '7.1-01.conf'",
        "GRUB makes no entry of this file, as it reads no 'linux' in it",
    ]


def test_a_tree_that_does_not_say_it_is_fedora(run: Run, tmp_path: Path) -> None:
    """As where only /boot is there to be seen."""
    hint = "hint: 'blscfg' is a command of Fedora's GRUB: try --dialect fedora"
    root, devices = plant_fedora(tmp_path, ())
    (root / "etc/os-release").unlink()
    (root / "boot/grub2/grub.cfg").write_text("blscfg\n", encoding="utf-8")
    done = run("list", "--root", root, "--devices", devices)
    assert (done.status, done.err.splitlines()) == (
        3,
        ["bootpick: error: the boot configuration has no entry", hint],
    )
    plant_fedora(tmp_path, (NEW,))
    (root / "etc/os-release").unlink()
    done = run("list", "--root", root, "--devices", devices)
    assert hint in done.err.splitlines()
    done = run("list", "--root", root, "--devices", devices, "--dialect", "fedora")
    assert (done.status, NEW in done.out) == (0, True)


OLD, NEW = "6.8.9-300.fc40.x86_64", "6.8.10-300.fc40.x86_64"
RESCUE = f"0-rescue-{MACHINE}"


def fedora(run: Run, folder: Path, *variables: str) -> dict[str, Any]:
    """Give what the program lists of a Fedora with *variables* in its environment block."""
    root, devices = plant_fedora(folder, (OLD, NEW), *variables)
    rescue = {f"vmlinuz-{RESCUE}": KERNEL, f"initramfs-{RESCUE}.img": b""}
    rescue[f"loader/entries/{MACHINE}-0-rescue.conf"] = snippet(RESCUE).encode()
    plant(root / "boot", rescue)
    done = run("list", "--json", "--root", root, "--devices", devices)
    assert (done.status, done.err) == (0, "")
    listed: dict[str, Any] = json.loads(done.out)
    return listed


def test_a_fedora(run: Run, tmp_path: Path) -> None:
    listed = fedora(run, tmp_path, "boot_success=1")
    found = [entry["id"] for entry in listed["entries"]]
    bls = [f"{MACHINE}-{name}" for name in (NEW, OLD, "0-rescue")]
    assert found == [*bls, "uefi-firmware"]
    assert (listed["default"], listed["timeout"]) == (bls[0], 5.0)
    assert listed["diagnostics"] == []
    first = listed["entries"][0]
    boot = tmp_path / "root/boot"
    assert first["title"] == f"Fedora Linux ({NEW}) 40 (Server Edition)"
    assert first["cmdline"] == (
        f"BOOT_IMAGE=(hd0,gpt2)/vmlinuz-{NEW} root=UUID={ROOT} ro rootflags=subvol=root quiet"
    )
    assert (first["kernel"], first["initrds"]) == (
        f"{boot}/vmlinuz-{NEW}",
        [f"{boot}/initramfs-{NEW}.img"],
    )
    assert (first["file"], first["line"]) == (f"{boot}/loader/entries/{bls[0]}.conf", 1)
    assert (first["bootable"], first["restricted"], first["version"]) == (True, False, NEW)


@pytest.mark.parametrize(
    ("variables", "index", "oneshot"),
    [
        ([f"saved_entry={MACHINE}-{OLD}"], 1, False),
        ([f"saved_entry={MACHINE}-{OLD}", "next_entry=2"], 2, True),
        ([f"next_entry={MACHINE}-{OLD}"], 1, True),
        (["saved_entry=uefi-firmware"], 3, False),
        (["saved_entry=1"], 1, False),
    ],
)
def test_what_a_fedora_boots(
    variables: list[str], index: int, *, oneshot: bool, run: Run, tmp_path: Path
) -> None:
    listed = fedora(run, tmp_path, *variables)
    marks = [(entry["default"], entry["oneshot"]) for entry in listed["entries"]]
    assert marks[index] == (True, oneshot)
    assert marks.count((False, False)) == 3


def test_a_fedora_tuned(run: Run, tmp_path: Path) -> None:
    plant(tmp_path, {"root/boot/tuned.img": b"", "root/boot/ucode.img": b""})
    listed = fedora(
        run,
        tmp_path,
        "tuned_params=isolcpus=1 nohz=on",
        "tuned_initrd=/tuned.img",
        "early_initrd=ucode.img",
    )
    first = listed["entries"][0]
    assert first["cmdline"].endswith(" quiet isolcpus=1 nohz=on")
    assert first["loader_paths"]["initrds"] == [
        "(hd0,gpt2)/ucode.img",
        f"(hd0,gpt2)/initramfs-{NEW}.img",
        "/tuned.img",
    ]
