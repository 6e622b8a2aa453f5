"""GRUB's commands: what they print, what they complain of, and their status, as GRUB has it."""

import re
from pathlib import Path

import pytest

from bootpick.grub.dialect import DIALECTS
from bootpick.grub.interpreter import Interpreter
from bootpick.grub.limits import LimitReached
from tests.support.command_cases import Case, open_judge, plant_tree, read_cases
from tests.support.grub import EXT2, complaints, menu_of, run_script
from tests.support.grub_emu import Judge, missing_programs
from tests.support.requirements import cannot_run

CASES = list(read_cases())


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plant_tree(tmp_path_factory.mktemp("commands") / "root")


@pytest.fixture(scope="module")
def judge(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    if missing := missing_programs():
        cannot_run(f"the judge needs {', '.join(missing)}")
    return open_judge(tmp_path_factory.mktemp("judge") / "workshop", root)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_command_is_grubs(case: Case, root: Path) -> None:
    shell = run_script(root, case.script, disk=EXT2)
    assert "".join(shell.output) == case.output
    assert complaints(shell.diagnostics) == case.errors


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_grub_agrees(case: Case, judge: Judge) -> None:
    output, errors = judge.script_answers(case.script)
    # That a command took a millisecond is no news.
    output = re.sub(r"(Elapsed time: 0)\.\d{3} ", r"\1.000 ", output)
    assert (output, errors) == (case.output, case.errors)


def in_dialect(root: Path, dialect: str, script: str) -> Interpreter:
    return run_script(root, script, DIALECTS[dialect])


def printed(shell: Interpreter) -> str:
    return "".join(shell.output)


def messages(shell: Interpreter) -> list[str]:
    return complaints(shell.diagnostics)


@pytest.mark.parametrize(
    ("value", "plus", "minus"),
    [("5", "0 6", "0 4"), ("0x10", "0 17", "0 15"), ("-1z", "0 0", "0 -2"), ("x", "10 x", "10 x")],
)
def test_fedora_counts(root: Path, value: str, plus: str, minus: str) -> None:
    script = "set n='{0}'\n{1} n\necho $? $n\n"
    for command, expected in (("increment", plus), ("decrement", minus)):
        shell = in_dialect(root, "fedora", script.format(value, command))
        assert printed(shell) == expected + "\n"


def test_fedora_counts_one_variable(root: Path) -> None:
    script = "increment\necho $?\nincrement a b\necho $?\ndecrement nosuch\necho $?\n"
    shell = in_dialect(root, "fedora", script)
    assert printed(shell) == "18\n18\n5\n"
    assert messages(shell) == [
        "no variable specified",
        "too many arguments",
        'No such variable "nosuch"',
    ]


@pytest.mark.parametrize(
    ("name", "dialects"),
    [
        ("increment", ["fedora"]),
        ("blscfg", ["fedora", "suse"]),
        ("hiddenentry", ["suse"]),
        ("regexp", ["upstream", "fedora", "suse"]),
    ],
)
def test_a_dialect_has_commands_of_its_own(root: Path, name: str, dialects: list[str]) -> None:
    unknown = f"can't find command `{name}'"
    have = [
        dialect
        for dialect in ("upstream", "fedora", "suse")
        if unknown not in messages(in_dialect(root, dialect, f"{name} a b\n"))
    ]
    assert have == dialects


def test_entries_that_are_not_read_yet_are_told_of(root: Path) -> None:
    for command in ("legacy_source", "syslinux_configfile"):
        (told,) = messages(in_dialect(root, "upstream", f"{command} /d/a\n"))
        assert told == f"'{command}' is not followed: entries may be missing here"


def test_a_hidden_entry_is_told_of(root: Path) -> None:
    script = "menuentry A { true; }\nhiddenentry H --hotkey h { true; }\nmenuentry B { true; }\n"
    shell = in_dialect(root, "suse", script)
    assert [entry.title for entry in shell.menu.entries] == ["A", "B"]
    (note,) = shell.diagnostics
    assert (note.severity, note.message) == (
        "note",
        "the hidden entry 'H' is not listed: only its hotkey, h, boots it",
    )
    assert note.position is not None
    assert note.position.line == 2


@pytest.mark.parametrize(
    ("options", "hotkey", "users"),
    [
        ("", "", ()),
        ("--hotkey=a", "a", ()),
        ("--hotkey f5", "f5", ()),
        ("--hotkey=abc", "a", ()),
        ("--hotkey=ü", "", ()),
        ("--hotkey=delete --users ''", "delete", ()),
        ("--users 'a,b;c d'", "", ("a", "b", "c", "d")),
    ],
)
def test_an_entry_knows_its_key_and_users(
    root: Path, options: str, hotkey: str, users: tuple[str, ...]
) -> None:
    shell = run_script(root, f"menuentry A {options} {{ true; }}\n")
    (entry,) = shell.menu.entries
    assert (entry.hotkey, entry.users) == (hotkey, users)


def test_users_with_a_password_are_kept(root: Path) -> None:
    pbkdf2 = "grub.pbkdf2.sha512.10000.aa.bb"
    shell = run_script(root, f"password a x\npassword_pbkdf2 b {pbkdf2}\npassword c\n")
    assert {*shell.users} == {"a", "b"}


def test_extracted_entries_keep_what_they_load(tmp_path: Path) -> None:
    root = plant_tree(tmp_path)
    menu = menu_of(root, "extract_entries_source /d/entries.cfg\nmenuentry Z { true; }\n")
    assert [entry.title for entry in menu.entries] == ["E", "Z"]
    assert menu.entries[0].cmdline == "BOOT_IMAGE=/e"


def test_entries_of_an_extracted_menu_load_nothing(tmp_path: Path) -> None:
    """GRUB shows them, and refuses `linux` when one is chosen."""
    root = plant_tree(tmp_path)
    (entry,) = menu_of(root, "extract_entries_configfile /d/entries.cfg\n").entries
    assert (entry.title, entry.kind, entry.bootable) == ("E", "other", False)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("chainloader +1", "chainload"),
        ("appleloader", "chainload"),
        ("multiboot /d/a", "multiboot"),
        ("multiboot2 /boot/xen.gz placeholder\nmodule2 /d/a", "xen"),
        ("xen_hypervisor /d/a\nxen_module /d/a", "xen"),
        ("kfreebsd /d/a\nkfreebsd_module /d/b", "other"),
        ("xnu_kernel64 /mach_kernel", "other"),
        ("fwsetup", "firmware"),
        ("linux16 /d/vmlinuz\ninitrd16 /d/a", "linux"),
        ("linuxefi /d/vmlinuz\ninitrdefi /d/a", "linux"),
        ("linux /d/vmlinuz\nboot\nchainloader +1", "linux"),
        ("linux /d/vmlinuz\nhalt", "other"),
    ],
)
def test_what_an_entry_is_for(tmp_path: Path, body: str, kind: str) -> None:
    root = plant_tree(tmp_path)
    (entry,) = menu_of(root, f"menuentry A {{\n{body}\n}}\n").entries
    assert entry.kind == kind


@pytest.mark.parametrize(
    ("command", "status", "error"),
    [
        ("linux", 18, "filename expected"),
        ("initrd", 18, "filename expected"),
        ("initrd /d/a", 18, "you need to load the kernel first"),
        ("chainloader --force", 18, "filename expected"),
        ("multiboot --quirk-bad-kludge", 18, "filename expected"),
        ("module /d/a", 18, "you need to load the kernel first"),
        ("module --nounzip", 18, "filename expected"),
        ("xen_module /d/a", 18, "you need to load the Xen Hypervisor first"),
        ("kfreebsd_module /d/a", 18, "you need to load the kernel first"),
        ("xnu_kext /d/a", 21, "you need to load the kernel first"),
        ("devicetree", 0, None),
        ("serial --unit=x", 18, "the argument `--unit=x' requires an integer"),
        ("serial --unit=0 --speed=115200 --word=8 --parity=no --stop=1", 0, None),
        ("serial --parity=both", 18, "unsupported serial port parity"),
        ("keymap nosuch", 5, "file `/boot/grub/layouts/nosuch.gkb' not found"),
        ("play 0 440 1", 18, "Invalid tempo in 0"),
        ("play 480 440 1", 0, None),
        ("drivemap -s hd0", 18, "two arguments expected"),
        ("drivemap -s hd0 hd1", 0, None),
        ("cutmem 1M", 18, "two arguments expected"),
        ("cpuid -l", 0, None),
        ("insmod gzio", 0, None),
        ("rmmod gzio", 0, None),
        ("fwsetup --is-supported", 0, None),
    ],
)
def test_commands_that_grub_emu_has_not(
    root: Path, command: str, status: int, error: str | None
) -> None:
    """By GRUB's sources."""
    shell = run_script(root, f"{command}\necho $?\n")
    assert printed(shell) == f"{status}\n"
    assert messages(shell) == ([] if error is None else [error])


def test_a_variable_that_is_not_set_leaves_the_block(tmp_path: Path) -> None:
    root = plant_tree(tmp_path)
    (save,) = menu_of(root, "save_env saved\nmenuentry A { true; }\n").saves
    assert save.variables == (("saved", None),)
    assert save.after == "# GRUB Environment Block\n".ljust(1024, "#")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(((a{255}){255}){255}){255}", "a"),
        ("((((a+)+)+)+)+" * 40, "a"),
        ("(" * 100 + ")" * 100, "a"),
        ("(a?){1000}", "a" * 1000),
        ("(a*)*\\1b", "a" * 400),
        ("(a*)(a*)(a*)\\1\\2\\3b", "a" * 60),
        ("a" * 2000, "a"),
        ("a*", "a" * 100_000),
    ],
    ids=lambda text: text[:20],
)
def test_a_costly_regular_expression_is_not_tried(root: Path, pattern: str, text: str) -> None:
    with pytest.raises(LimitReached):
        run_script(root, f"regexp '{pattern}' '{text}'\n")


def test_reading_files_has_an_end(tmp_path: Path) -> None:
    root = plant_tree(tmp_path)
    with (root / "huge").open("wb") as file:
        file.truncate(1 << 40)
    shell = run_script(root, "crc /huge\necho $?\n" * 3 + "cat /d/a\ncat /huge\necho end\n")
    assert printed(shell) == "6\n6\n6\n\n\nend\n"
    assert {d.message for d in shell.diagnostics if d.severity == "error"} == {
        f"{root}/huge is too long to be read: cut here",
        f"{root}/d/a is too long to be read: cut here",
    }


def test_cat_cuts_a_long_file(tmp_path: Path) -> None:
    root = plant_tree(tmp_path)
    (root / "long").write_bytes(b"x" * ((1 << 20) + 1))
    shell = run_script(root, "cat /long\necho end\n")
    assert printed(shell) == "x" * (1 << 20) + "\nend\n"
    (message,) = shell.diagnostics
    assert message.severity == "error"
