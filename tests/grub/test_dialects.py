r"""Where the GRUBs of distributions differ from GRUB 2.06, and that they differ nowhere else.

Fedora's answers were measured with its GRUB 2.12; SUSE's follow its patches.
"""

from pathlib import Path

import pytest

from bootpick.grub.dialect import DIALECTS, FEDORA, SUSE, UPSTREAM, Dialect, dialect_of
from bootpick.os_release import parse_os_release
from tests.grub import test_menus as menus
from tests.grub import test_scripts as scripts
from tests.support.grub import menu_of, run_script
from tests.support.trees import plant

OTHERS = [FEDORA, SUSE]
DIFFERENT_SCRIPTS = {52}
DIFFERENT_MENUS = {FEDORA: {120, 131, 132, 139, 140}, SUSE: set[int]()}


@pytest.mark.parametrize("dialect", OTHERS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("number", sorted(scripts.CASES.keys() - DIFFERENT_SCRIPTS))
def test_script_does_the_same(number: int, dialect: Dialect, tmp_path: Path) -> None:
    case = scripts.CASES[number]
    disk = plant(tmp_path, scripts.FILES)
    shell = run_script(disk, scripts.ARGS + case.script, dialect)
    assert "".join(shell.output) == case.printed


@pytest.mark.parametrize("dialect", OTHERS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("number", menus.CASES)
def test_menu_is_the_same(number: int, dialect: Dialect, tmp_path: Path) -> None:
    if number in DIFFERENT_MENUS[dialect]:
        return
    case = menus.CASES[number]
    menu = menu_of(plant(tmp_path, {"d/a": "", "d/s.cfg": ""}), case.config, dialect=dialect)
    expected = menu_of(tmp_path, case.config).entries
    assert [*map(menus.told, menu.entries)] == [*map(menus.told, expected)]


NEW_IN_2_12 = {
    # A script, the statuses it prints in 2.06 and in those that are newer
    "cryptomount -a -p secret; echo $?": ("18", "0"),
    "cryptomount -a --key-file /k -O 1 -S 2; echo $?": ("18", "0"),
    "cryptomount -a -S x; echo $?": ("18", "18"),
    "cryptomount -a; echo $?": ("0", "0"),
}


@pytest.mark.parametrize("script", NEW_IN_2_12)
@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_options_of_cryptomount(script: str, dialect: Dialect, tmp_path: Path) -> None:
    """disk/cryptodisk.c of 2.06 and of 2.12."""
    printed = "".join(run_script(tmp_path, f"{script}\n", dialect).output)
    assert printed == f"{NEW_IN_2_12[script][dialect.newer]}\n"


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_features(dialect: Dialect, tmp_path: Path) -> None:
    script = "echo $feature_search_cryptodisk_only$feature_timeout_style\n"
    expected = "yy" if dialect is FEDORA else "y"
    assert "".join(run_script(tmp_path, script, dialect).output) == f"{expected}\n"


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_empty_lines_at_the_end_of_an_eval(dialect: Dialect, tmp_path: Path) -> None:
    """Case 52."""
    script = (
        'if eval "\nfalse\n"; then echo true; else echo false; fi\n'
        'if eval "false\n\n # c\n\n"; then echo true; else echo false; fi\n'
        "eval ''; echo $?\n"
    )
    expected = "true\ntrue\n0\n" if dialect is UPSTREAM else "false\nfalse\n0\n"
    assert "".join(run_script(tmp_path, script, dialect).output) == expected


FEDORAS_MENUS = {
    120: menus.Case(
        "menuentry A --users $nothing --id x { linux /a }\nmenuentry B { linux /b }\n"
        "menuentry C --class gnu --users $nothing { linux /c }\n",
        ["0 A [x] /a", "1 B [B] /b"],
    ),
    131: menus.Case(
        "set a=1\nset b=2\nexport b\nfunction f { true; set fx=1; }\n"
        "submenu S { set c=3\n menuentry X { f; linux /x a=$a b=$b c=$c fx=$fx } }\n"
        "menuentry Y { linux /y a=$a c=$c }\n",
        ["0>0 X [X] /x a=1 b=2 c=3 fx=1", "1 Y [Y] /y a=1 c="],
    ),
    132: menus.Case(
        "set default='1>0'\nmenuentry A { linux /a chosen=$chosen default=$default }\n"
        "submenu 'S>x' --id s {\n"
        "menuentry B --id b { linux /b chosen=$chosen default=$default } }\n",
        ["0 A [A] /a chosen=A default=0", "1>0 B [b] /b chosen=s>b default=0"],
    ),
    139: menus.Case(
        "set v='a\\x20b'\n"
        "menuentry A { linux /vm LABEL=C\\x207 'q\\x20' \"d\\x20\" $v \\y \\x2 \\x2g \\xfF }\n",
        ["0 A [A] /vm LABEL=C\\x207 q\\x20 d\\x20 a\\x20b y x2 x2g \\xfF"],
    ),
    140: menus.Case(
        "set v='a  b'\nmenuentry A { linux /vm root=\"a b\" $v \"$v\" '' q\\'s 'd\"q' b\\\\s"
        " 'x\\x20y' a\\;b \"$none\" $none 'a \\x20\\\\' end }\n",
        [r"""0 A [A] /vm "root=a b" a b "a  b"  q\'s d\"q b\\s x\x20y a;b  "a \x20\\\\" end"""],
    ),
}


@pytest.mark.parametrize("number", FEDORAS_MENUS)
def test_menu_of_fedora(number: int, tmp_path: Path) -> None:
    case = FEDORAS_MENUS[number]
    menu = menu_of(tmp_path, case.config, dialect=FEDORA)
    assert [*map(menus.told, menu.entries)] == case.entries


def test_configfile_of_fedora_sees_all_variables(tmp_path: Path) -> None:
    """Case 102."""
    plant(tmp_path, {"d/c.cfg": "echo v=$v x=$x\nset n=5\nset y=6\nexport y\nset x=7\n"})
    script = "set v=1\nset x=2\nexport x\nconfigfile /d/c.cfg\necho back v=$v x=$x n=$n y=$y\n"
    printed = "".join(run_script(tmp_path, script, FEDORA).output)
    assert printed == "v=1 x=2\nback v=1 x=2 n= y=\n"


def test_fedora_keeps_hexadecimal_escapes_in_words(tmp_path: Path) -> None:
    script = "echo \\x20 \\X20 a\\x4fb \\\\x20 '\\x20' \\x2\"0\" \\x$none'41'\n"
    printed = "".join(run_script(tmp_path, script, FEDORA).output)
    assert printed == "\\x20 X20 a\\x4fb \\x20 \\x20 \\x20 \\x41\n"


MENU = (
    "menuentry A { linux /a }\nmenuentry 'B two' --id idb { linux /b }\n"
    "submenu S --id s { menuentry inner --id i1 { linux /i1 }\n"
    "menuentry inner2 --id i2 { linux /i2 } }\n"
    "menuentry 'x>y' { linux /xy }\nmenuentry '7' { linux /seven }\n"
    "menuentry 'Z' --id A { linux /z }\n"
)
DEFAULTS = {
    # default: GRUB 2.06, and Fedora's where it is another (cases 144 to 168)
    "1": ("1",),
    "B two": ("1",),
    "idb": ("1",),
    "9": ("0",),
    "-1": ("0",),
    "2>1": ("2>1", "0"),
    "S>inner": ("2>0",),
    "s>i2": ("2>1",),
    "x>y": ("0",),
    "x>>y": ("3",),
    "1abc": ("1", "0"),
    "0x1": ("1",),
    "01": ("1",),
    " 1": ("1",),
    "1 ": ("1", "0"),
    "1 2": ("1", "0"),
    "": ("0",),
    "nosuch": ("0",),
    "3": ("3",),
    "7": ("0", "4"),
    "saved": ("0",),
    "2>9": ("2>0", "0"),
    "2": ("2>0",),
    "A": ("0",),
    "99999999999": ("0",),
    # by the source of Fedora's menu: what follows an id behind a blank makes it none
    "idb x": ("0",),
    "S>inner2": ("2>1",),
    "A ": ("0",),
    "s>nosuch": ("2>0",),
}


@pytest.mark.parametrize("default", DEFAULTS)
@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_default(default: str, dialect: Dialect, tmp_path: Path) -> None:
    menu = menu_of(tmp_path, f"set default='{default}'\n{MENU}", dialect=dialect)
    answers = DEFAULTS[default]
    expected = answers[-1 if dialect is FEDORA else 0]
    assert menu.default is not None
    assert menu.default.menu_index == expected


def test_title_that_is_an_id_of_an_earlier_one_in_fedora(tmp_path: Path) -> None:
    """Case 167 is about 2.06, which takes the first entry with the title or the id."""
    menu = menu_of(tmp_path, "set default=A\nmenuentry A --id y { true }\n" + MENU, dialect=FEDORA)
    # Ids come first: the second entry has its title for one.
    assert menu.default is not None
    assert menu.default.menu_index == "1"


@pytest.mark.parametrize(
    ("release", "dialect"),
    [
        ("ID=debian\n", UPSTREAM),
        ("ID=ubuntu\nID_LIKE=debian\n", UPSTREAM),
        ("NAME='Fedora Linux'\nID=fedora\n", FEDORA),
        ("ID=fedora\nVARIANT_ID=coreos\n", FEDORA),
        ("ID=fedora\nVARIANT_ID=silverblue\n", FEDORA),
        ('ID="rhel"\nID_LIKE="fedora"\n', FEDORA),
        ('ID="centos"\nID_LIKE="rhel fedora"\n', FEDORA),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', FEDORA),
        ('ID="ol"\n', FEDORA),
        ('ID="amzn"\nID_LIKE="fedora"\n', FEDORA),
        ("ID=ultramarine\nID_LIKE=fedora\n", FEDORA),
        ("ID=bazzite\n", FEDORA),
        ('ID=other\nID_LIKE="rhel fedora"\n', FEDORA),
        ('ID="rhcos"\nID_LIKE="rhel fedora"\n', FEDORA),
        ('ID="almalinux"\nID_LIKE="rhel centos fedora"\n', FEDORA),
        ('ID="nobara"\r\nID_LIKE="rhel centos fedora"\r\n', FEDORA),
        ('NAME="openSUSE Leap"\nID="opensuse-leap"\nID_LIKE="suse opensuse"\n', SUSE),
        ('ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', SUSE),
        ('ID="opensuse-microos"\n', SUSE),
        ('ID="opensuse-leap-micro"\n', SUSE),
        ('ID="sl-micro"\nID_LIKE="suse"\n', SUSE),
        ('ID="sles"\n', SUSE),
        ('ID="sled"\nID_LIKE="suse"\n', SUSE),
        # They have a GRUB of their own or GRUB's own, whatever they are like.
        ('ID=mageia\nID_LIKE="mandriva fedora"\n', UPSTREAM),
        ('ID="openmandriva"\nID_LIKE="fedora"\n', UPSTREAM),
        *((f"ID={name}\n", UPSTREAM) for name in "arch gentoo alpine void nixos".split()),
        ("# ID=fedora\nNOID=fedora\nID=arch\n", UPSTREAM),
        ("ID=fedora\nID=arch\n", UPSTREAM),
        ("ID='fedora\nID_LIKE=\"suse\n", UPSTREAM),
        ("", UPSTREAM),
        ("\0\udcff=\n= x\nID", UPSTREAM),
    ],
)
def test_distribution_tells_the_dialect(release: str, dialect: Dialect) -> None:
    assert dialect_of(parse_os_release(release)) is dialect
