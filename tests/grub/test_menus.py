"""Menus and what GRUB 2.06 makes of them, measured with GRUB itself.

Each case: the configuration, its entries, and what GRUB complains of while it reads them. An entry
is written as ``index title [id] command line | initrds``.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from bootpick.entries import BootEntry, BootMenu, Running
from bootpick.grub.dialect import FEDORA
from tests.support.grub import SYNTAX, complaints, menu_of
from tests.support.trees import KERNEL, plant


def told(entry: BootEntry) -> str:
    text = f"{entry.menu_index} {entry.title} [{entry.own_id}]"
    if entry.cmdline is not None:
        text += f" {entry.cmdline.removeprefix('BOOT_IMAGE=')}"
    if entry.initrds:
        text += f" | {' '.join(file.word for file in entry.initrds)}"
    return text


class Case(NamedTuple):
    config: str
    entries: list[str]
    complaints: tuple[str, ...] = ()


MISSING_TITLE = "menuentry is missing title"
NO_DEFINITION = "no menuentry definition"

CASES = {
    117: Case(
        'menuentry --class c1 T x \'y z\' --id i1 --class c2 { linux /v "$1" "$2" $3 $# }\n'
        "menuentry --id=i2 'U' { linux /v }\n",
        ["0 T [i1] /v T x y z 3", "1 U [i2] /v"],
    ),
    118: Case(
        "menuentry 'A b' { linux /v }\nmenuentry C --id '' { linux /v }\n"
        "menuentry D --id { linux /v }\n",
        ["0 A b [A b] /v", "1 C [] /v"],
        (MISSING_TITLE,),
    ),
    120: Case(
        "menuentry A --users $nothing --id x { linux /a }\nmenuentry B { linux /b }\n"
        "menuentry C --class gnu --users $nothing { linux /c }\n",
        ["0 B [B] /b"],
        ("missing mandatory option for `users'", MISSING_TITLE),
    ),
    121: Case(
        'set v=early\nmenuentry "title $v" { linux /v $v "$w" }\nset v=late\nset w=\'p q\'\n',
        ['0 title early [title early] /v late "p q"'],
    ),
    122: Case(
        "set n=1\nmenuentry A { set n=2; linux /a $n }\nmenuentry B { linux /b $n }\n",
        ["0 A [A] /a 2", "1 B [B] /b 1"],
    ),
    123: Case(
        "menuentry A { nosuch; linux /a; search --set=root --file /nosuch; initrd /i $root }\n",
        ["0 A [A] /a | /i hd0"],
        ("can't find command `nosuch'", "no such device: /nosuch"),
    ),
    124: Case(
        "menuentry A { linux /a; fi; initrd /i }\nmenuentry B { linux /b }\n",
        ["0 B [B] /b"],
        (SYNTAX,),
    ),
    125: Case(
        "menuentry A { }\nmenuentry B\nmenuentry C { true }\nmenuentry { linux /x }\n"
        "menuentry '' { linux /e }\n",
        ["0 C [C]", "1  [] /e"],
        (SYNTAX, NO_DEFINITION, MISSING_TITLE),
    ),
    126: Case(
        "menuentry A\n{\n linux /a\n}\nmenuentry B { linux /b }\n",
        ["0 B [B] /b"],
        (NO_DEFINITION, SYNTAX, SYNTAX),
    ),
    127: Case(
        "menuentry A { linux /a }\nmenuentry B { linux /b; }\nmenuentry C {\nlinux /c }\n",
        ["0 A [A] /a", "1 B [B] /b", "2 C [C] /c"],
    ),
    128: Case(
        "menuentry A{ linux /a }\nmenuentry B {linux /b}\nmenuentry C { linux /c}d }\n",
        ["0 A [A] /a", "1 B [B] /b"],
        (SYNTAX,),
    ),
    129: Case(
        'for k in 1 2; do menuentry "K$k" { linux /v $k }; done\n'
        'function mk { menuentry "M $1" --id $1 { linux /v $1 "$2" ; } ; }\nmk a b\n',
        ["0 K1 [K1] /v 2", "1 K2 [K2] /v 2", "2 M a [a] /v M a "],
    ),
    130: Case(
        "menuentry A { menuentry B { linux /b }\n linux /a }\n",
        ["0 A [A] /a"],
    ),
    131: Case(
        "set a=1\nset b=2\nexport b\nfunction f { true; set fx=1; }\n"
        "submenu S { set c=3\n menuentry X { f; linux /x a=$a b=$b c=$c fx=$fx } }\n"
        "menuentry Y { linux /y a=$a c=$c }\n",
        ["0>0 X [X] /x a= b=2 c=3 fx=1", "1 Y [Y] /y a=1 c="],
    ),
    132: Case(
        "set default='1>0'\nmenuentry A { linux /a chosen=$chosen default=$default }\n"
        "submenu 'S>x' --id s {\n"
        "menuentry B --id b { linux /b chosen=$chosen default=$default } }\n",
        ["0 A [A] /a chosen=A default=0", "1>0 B [b] /b chosen=s>b default="],
    ),
    133: Case(
        "submenu S { set default=1\nmenuentry A { linux /a }\n"
        "if [ -f /d/a ]; then menuentry B { linux /b }; fi }\n",
        ["0>0 A [A] /a", "0>1 B [B] /b"],
    ),
    134: Case(
        "menuentry A --source 'linux /a $1; initrd /i' x\n"
        "menuentry B --source 'linux /b' { linux /c }\n",
        ["0 A [A] /a A | /i"],
        ("multiple menuentry definitions",),
    ),
    135: Case(
        "menuentry A --hotkey=a { linux /a }\nmenuentry B --hotkey f5 { linux /b }\n",
        ["0 A [A] /a", "1 B [B] /b"],
    ),
    136: Case(
        "menuentry A { linux /a }\nsource /d/s.cfg\nmenuentry Z { linux /z }\n",
        ["0 A [A] /a", "1 FromSource [FromSource] /s", "2 Z [Z] /z"],
    ),
    137: Case("menuentry A { configfile /d/s.cfg }\n", ["0>0 FromSource [FromSource] /s"]),
    139: Case(
        "set v='a\\x20b'\nmenuentry A { linux /vm LABEL=C\\x207 'q\\x20' \"d\\x20\" $v \\y }\n",
        [r"0 A [A] /vm LABEL=Cx207 q\\x20 d\\x20 a\\x20b y"],
    ),
    140: Case(
        "set v='a  b'\nmenuentry A { linux /vm root=\"a b\" $v \"$v\" '' q\\'s 'd\"q' b\\\\s"
        ' "t\tt" \'x\\x20y\' a\\;b "$none" $none end }\n',
        ['0 A [A] /vm "root=a b" a b "a  b"  q\\\'s d\\"q b\\\\s t\tt x\\\\x20y a;b  end'],
    ),
    142: Case(
        "menuentry A { set root=hd0; linux ($root)/vm x; initrd /i1 /i2 (hd1)/i3 }\n",
        ["0 A [A] (hd0)/vm x | /i1 /i2 (hd1)/i3"],
    ),
    143: Case(
        "set kargs='root=/dev/sda1 ro quiet'\nmenuentry A { linux /vm $kargs ${extra} }\n"
        'menuentry B { linux /vm "$kargs" }\n',
        ["0 A [A] /vm root=/dev/sda1 ro quiet", '1 B [B] /vm "root=/dev/sda1 ro quiet"'],
    ),
}
FILES = {"d/a": "text\n", "d/s.cfg": "menuentry FromSource { linux /s }\n"}


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    return plant(tmp_path, FILES)


@pytest.mark.parametrize("number", CASES)
def test_menu_is_what_it_is_in_grub(number: int, disk: Path) -> None:
    case = CASES[number]
    menu = menu_of(disk, case.config)
    assert [told(entry) for entry in menu.entries] == case.entries
    assert complaints([*menu.diagnostics]) == list(case.complaints)


@pytest.mark.parametrize(
    ("config", "entries"),
    [
        ("menuentry a { \\\n linux /v x \\\n y\\\n}\n", ["0 a [a] /v x y"]),
        ("menuentry a \\\n{ linux /v x; \\\n}\n", ["0 a [a] /v x"]),
        ("menuentry a { linux /v } \\\n\nmenuentry b { linux /b }\n", ["0 b [b] /b"]),
    ],
)
def test_continued_lines_around_blocks(config: str, entries: list[str], disk: Path) -> None:
    """Measured as well, beyond the numbered cases."""
    assert [told(entry) for entry in menu_of(disk, config).entries] == entries


def test_kernel_sees_its_own_path_first(disk: Path) -> None:
    """Case 141."""
    (entry,) = menu_of(disk, "menuentry A { linux /vm a=1 }\n").entries
    assert entry.cmdline == "BOOT_IMAGE=/vm a=1"


def restricted(menu: BootMenu) -> dict[str, bool]:
    return {entry.title: entry.restricted for entry in menu.entries}


def test_who_has_to_give_a_password(disk: Path) -> None:
    """Case 119."""
    config = (
        "menuentry A --unrestricted { linux /a }\nmenuentry B --users '' { linux /b }\n"
        "menuentry C --users root { linux /c }\nmenuentry D --users { linux /d }\n"
        "menuentry E { linux /e }\n"
    )
    menu = menu_of(disk, f"set superusers=root\n{config}")
    assert restricted(menu) == {"A": False, "B": True, "C": True, "E": True}
    assert complaints([*menu.diagnostics]) == [MISSING_TITLE]
    assert restricted(menu_of(disk, config)) == dict.fromkeys("ABCE", False)


def default_of(menu: BootMenu) -> tuple[str, ...]:
    return tuple(entry.menu_index for entry in menu.entries if entry.default)


def test_first_of_equal_ids_is_the_default(disk: Path) -> None:
    """Case 138."""
    menu = menu_of(
        disk,
        "set default=x\nmenuentry A --id y { linux /a }\nmenuentry B --id x { linux /b }\n"
        "menuentry x { linux /c }\n",
    )
    assert default_of(menu) == ("1",)


DEFAULTS = {
    144: ("1", "1"),
    145: ("B two", "1"),
    146: ("idb", "1"),
    147: ("9", "0"),
    148: ("-1", "0"),
    149: ("2>1", "2>1"),
    150: ("S>inner", "2>0"),
    151: ("s>i2", "2>1"),
    152: ("x>y", "0"),
    153: ("x>>y", "3"),
    154: ("1abc", "1"),
    155: ("0x1", "1"),
    156: ("01", "1"),
    157: (" 1", "1"),
    158: ("1 ", "1"),
    159: ("1 2", "1"),
    160: ("", "0"),
    161: ("nosuch", "0"),
    162: ("3", "3"),
    163: ("7", "0"),
    164: ("saved", "0"),
    165: ("2>9", "2>0"),
    166: ("2", "2>0"),
    167: ("A", "0"),
    168: ("99999999999", "0"),
}
FALLS_TO_THE_FIRST = {147, 148, 152, 161, 163, 164, 165, 168}
MENU = (
    "menuentry A { linux /a }\nmenuentry 'B two' --id idb { linux /b }\n"
    "submenu S --id s { menuentry inner --id i1 { linux /i1 }\n"
    "menuentry inner2 --id i2 { linux /i2 } }\nmenuentry 'x>y' { linux /xy }\n"
    "menuentry '7' { linux /seven }\nmenuentry 'Z' --id A { linux /z }\n"
)


@pytest.mark.parametrize("number", DEFAULTS)
def test_default_is_grubs(number: int, disk: Path) -> None:
    selector, index = DEFAULTS[number]
    menu = menu_of(disk, f"set default='{selector}'\n{MENU}")
    assert default_of(menu) == (index,)
    # That the default slid to another entry is never passed over in silence.
    warnings = [one for one in menu.diagnostics if one.severity == "warning"]
    assert (len(warnings) == 1) is (number in FALLS_TO_THE_FIRST)


@pytest.mark.parametrize(
    ("config", "index"),
    [
        ("menuentry A { linux /a }\nmenuentry B { linux /b }\n", "0"),
        ("menuentry A { linux /a }\nmenuentry B { linux /b }\nset default=1\n", "1"),
        (
            """load_env\nset default="${saved_entry}"
            menuentry one { linux /1 }\nmenuentry two { linux /2 }\n""",
            "1",
        ),
        ("set default=1\nsubmenu S { menuentry A { linux /a } }\nmenuentry B { true }\n", "1"),
    ],
    ids=["169", "170", "171", "cannot be booted"],
)
def test_default_of_a_configuration(config: str, index: str, disk: Path) -> None:
    plant(disk, {"boot/grub/grubenv": "# GRUB Environment Block\nsaved_entry=two\n#####"})
    assert default_of(menu_of(disk, config)) == (index,)


def test_submenu_that_loads_a_kernel_is_an_entry(disk: Path) -> None:
    """It is booted as soon as its body has run (normal/menu.c, grub_menu_execute_entry)."""
    menu = menu_of(
        disk,
        "submenu S --id s {\nlinux /s $1\nmenuentry A { linux /a }\ninitrd /i\n}\n"
        "submenu T { linux /t }\nsubmenu U { menuentry B { linux /b } }\n",
    )
    assert [told(entry) for entry in menu.entries] == [
        "0 S [s] /s S | /i",
        "1 T [T] /t",
        "2>0 B [B] /b",
    ]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0x10", 16.0),
        ("-1", None),
        ("10s", 10.0),
        ("abc", None),
        ("", None),
        ("0", 0.0),
    ],
    ids=["172", "173", "174", "175", "176", "177", "at once"],
)
def test_timeout_is_grubs(value: str, seconds: float | None, disk: Path) -> None:
    assert menu_of(disk, f"set timeout={value}\nmenuentry A {{ true }}\n").timeout == seconds


@pytest.mark.parametrize(
    ("settings", "style"),
    [
        ("timeout=7 timeout_style=hidden", "hidden"),
        ("timeout=7 timeout_style=countdown", "countdown"),
        ("timeout=7 timeout_style=HIDDEN", "menu"),
        ("timeout=7", "menu"),
        ("timeout_style=hidden", "menu"),
        ("timeout=-1 timeout_style=hidden", "menu"),
    ],
)
def test_timeout_style(settings: str, style: str, disk: Path) -> None:
    """Case 172. Nobody is left with a hidden menu that waits for ever."""
    config = "\n".join(f"set {setting}" for setting in settings.split())
    assert menu_of(disk, f"{config}\nmenuentry A {{ true }}\n").timeout_style == style


@pytest.mark.parametrize(
    ("fallback", "upstream", "fedora"),
    [
        ("1 2", "1 2", "1 2"),
        ("  0x1\t0", "1 0", "1 0"),
        ("1x 2", "1", ""),
        ("1 bee 2 b", "1", "1 1 2"),
        ("1 9 2", "1", "1"),
        ("0 The third", "0", "0 2"),
        ("", "", ""),
    ],
)
def test_fallback(fallback: str, upstream: str, fedora: str, disk: Path) -> None:
    """Case 172, and ``get_and_remove_first_entry_number`` in Fedora's GRUB."""
    config = f"""set fallback='{fallback}'
    menuentry A {{ true }}\nmenuentry B --id bee {{ true }}\nmenuentry 'The third' --id c {{ true }}
    """
    assert " ".join(menu_of(disk, config).fallback) == upstream
    assert " ".join(menu_of(disk, config, dialect=FEDORA).fallback) == fedora


def test_hotkey_and_users(disk: Path) -> None:
    config = """set superusers=root\nmenuentry A --hotkey a --users 'eva, tom' { true }
    menuentry B --hotkey=f5 --unrestricted { true }\nmenuentry C --hotkey nokey { true }\n"""
    told = [(e.hotkey, e.users, e.restricted) for e in menu_of(disk, config).entries]
    assert told == [("a", ("eva", "tom"), True), ("f5", (), False), ("n", (), True)]


def test_configuration_without_entries_is_an_empty_menu(disk: Path) -> None:
    """Case 178."""
    menu = menu_of(disk, "set default=0\necho hi\n")
    assert (menu.entries, menu.default) == ((), None)


def running(menu: BootMenu) -> list[str]:
    return [entry.title for entry in menu.entries if entry.current]


def test_entry_that_runs_now_is_marked(disk: Path) -> None:
    """Its release and its command line are those of the running kernel."""
    plant(disk, {"vmlinuz": KERNEL, "vmlinuz-5.1": b""})
    config = (
        "menuentry A { linux /vmlinuz ro }\nmenuentry B { linux /vmlinuz ro quiet }\n"
        "menuentry C { linux /vmlinuz ro quiet }\nmenuentry D { linux /vmlinuz-5.1 ro quiet }\n"
    )
    now = Running("6.1.0-18-amd64", "BOOT_IMAGE=/vmlinuz ro quiet")
    assert running(menu_of(disk, config, now)) == ["B", "C"]
    assert running(menu_of(disk, config, now._replace(release="5.1"))) == []
    named = now._replace(release="5.1", cmdline="BOOT_IMAGE=/vmlinuz-5.1 ro quiet")
    assert running(menu_of(disk, config, named)) == ["D"]


ENDS = {
    "linux /a": "linux",
    "chainloader +1": "chainload",
    "chainloader /EFI/x.efi": "chainload",
    "multiboot /kernel": "multiboot",
    "multiboot2 /boot/xen.gz": "xen",
    "xen_hypervisor /xen": "xen",
    "fwsetup": "firmware",
    "halt": "other",
    "true": "other",
}


@pytest.mark.parametrize("body", ENDS)
def test_kind_is_what_the_body_loads(body: str, disk: Path) -> None:
    plant(disk, {"a": KERNEL})
    (entry,) = menu_of(disk, f"menuentry A {{ {body} }}\n").entries
    assert (entry.kind, entry.bootable) == (ENDS[body], ENDS[body] == "linux")
    assert entry.bootable or entry.reasons


def reasons(entries: Iterable[BootEntry]) -> list[tuple[bool, tuple[str, ...]]]:
    return [(entry.bootable, entry.reasons) for entry in entries]


def test_missing_files_are_the_reasons(disk: Path) -> None:
    plant(disk, {"k": KERNEL, "i": "", "dir/x": ""})
    menu = menu_of(
        disk,
        "menuentry A { linux /k; initrd /i }\nmenuentry B { linux /k; initrd /i /no1 /no2 }\n"
        "menuentry C { linux /no; initrd /i }\nmenuentry D { linux /dir }\n",
    )
    assert reasons(menu.entries) == [
        (True, ()),
        (False, (f"{disk}/no1 does not exist", f"{disk}/no2 does not exist")),
        (False, (f"{disk}/no does not exist",)),
        (False, (f"{disk}/dir is a directory",)),
    ]


def test_command_line_longer_than_the_kernel_takes_is_cut_and_told(disk: Path) -> None:
    """At a word, as GRUB cuts it; the stub kernel takes 2047 bytes."""
    plant(disk, {"k": KERNEL})
    (entry,) = menu_of(
        disk, f"menuentry A {{ linux /k {'x' * 1000} {'y' * 1000} zzzz" + "z" * 40 + " last }\n"
    ).entries
    assert entry.cmdline == f"BOOT_IMAGE=/k {'x' * 1000} {'y' * 1000}"
    assert entry.bootable
    assert len(entry.reasons) == 1


def test_second_initrd_command_replaces_the_first(disk: Path) -> None:
    (entry,) = menu_of(disk, "menuentry A { linux /k; initrd /1; initrd /2 /3 }\n").entries
    assert [file.word for file in entry.initrds] == ["/2", "/3"]


def test_files_are_looked_up_once_and_links_followed(disk: Path) -> None:
    plant(disk, {"boot/vmlinuz-6.1": KERNEL})
    os.symlink("boot/vmlinuz-6.1", disk / "vmlinuz")
    (entry,) = menu_of(disk, "menuentry A { linux /vmlinuz }\n").entries
    assert (entry.bootable, entry.kernel and entry.kernel.path) == (True, f"{disk}/vmlinuz")


def test_kernel_loaded_outside_every_entry_is_booted_by_those_that_load_none(
    tmp_path: Path,
) -> None:
    """GRUB's loaders stay loaded: an entry ends with an implicit ``boot`` (normal/menu.c)."""
    plant(tmp_path, {"vm": KERNEL, "vm2": KERNEL, "i": "x", "other.cfg": "menuentry F { true }\n"})
    menu = menu_of(
        tmp_path,
        "linux /vm outside\ninitrd /i\nmenuentry A { true }\nmenuentry B { linux /vm2 b }\n"
        "menuentry C { initrd /i /i }\nsubmenu S { menuentry D { true } }\n"
        "menuentry G { linux /nosuch }\nmenuentry H { halt }\n"
        "menuentry I { configfile /other.cfg }\n",
    )
    found = [
        (entry.title, entry.menu_index, entry.cmdline, len(entry.initrds), entry.bootable)
        for entry in menu.entries
    ]
    outside = "BOOT_IMAGE=/vm outside"
    assert found == [
        ("A", "0", outside, 1, True),
        ("B", "1", "BOOT_IMAGE=/vm2 b", 0, True),
        ("C", "2", outside, 2, True),
        ("S", "3", outside, 1, True),
        ("G", "4", "BOOT_IMAGE=/nosuch", 0, False),
        ("H", "5", None, 0, False),
        ("F", "6>0", outside, 1, True),
    ]
    reason = "GRUB boots in it what was loaded outside of every entry"
    assert [reason in entry.reasons for entry in menu.entries] == [
        *(True, False, False, True, False, False, True),
    ]


def test_kernel_that_is_missing_outside_every_entry_is_booted_by_none(tmp_path: Path) -> None:
    menu = menu_of(tmp_path, "linux /nosuch\nmenuentry A { true }\n")
    assert [(entry.cmdline, entry.reasons) for entry in menu.entries] == [
        (None, ("it loads no kernel",))
    ]
