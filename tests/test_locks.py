"""What the boot loaders beside GRUB ask for before they boot an entry, and before one edits it."""

import hashlib
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from bootpick.passwords import Lock, opens
from bootpick.reading import Wanted, read_everything
from bootpick.system.crypt import crypt
from tests.support.fake_machine import FakeMachine
from tests.support.program import Run
from tests.support.trees import KERNEL, plant

ALL = ("a", "b", "m", "s", "two words", "")
"""Passwords that are tried."""


def opened_by(lock: Lock | None) -> str:
    """Give the passwords that open *lock*."""
    if lock is None:
        return "free"
    assert not lock.asks_user
    return ",".join(one for one in ALL if opens(lock, None, one, crypt))


def locks(root: Path, files: dict[str, str | bytes]) -> dict[str, tuple[str, str]]:
    """Give what opens each entry, and what its command line."""
    plant(root, {"boot/vmlinuz": KERNEL, "boot/syslinux/ldlinux.sys": b"", **files})
    menu = read_everything(Wanted(root=str(root)))
    assert len({entry.title for entry in menu.entries}) == len(menu.entries)
    return {
        entry.title: (opened_by(entry.boot_lock), opened_by(entry.edit_lock))
        for entry in menu.entries
    }


def openssl(form: str, password: str) -> str:
    done = subprocess.run(
        ["openssl", "passwd", form, password], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


# -- LILO -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("common", "own", "expected"),
    [
        ("", "", ("free", "free")),
        ("password=a", "", ("a", "a")),
        ('password="two words"', "", ("two words", "two words")),
        ("password=a restricted", "", ("free", "a")),
        ("password=a restricted", "mandatory", ("a", "a")),
        ("password=a mandatory", "restricted", ("free", "a")),
        ("password=a", "bypass", ("free", "free")),
        ("password=a restricted", "password=b", ("free", "b")),
        ("password=a", "password=b", ("b", "b")),
        ("", "password=$HOME", ("", "")),
    ],
)
def test_lilo(common: str, own: str, expected: tuple[str, str], tmp_path: Path) -> None:
    config = f"{common}\nimage=/boot/vmlinuz label=x {own}\n"
    assert locks(tmp_path, {"etc/lilo.conf": config}) == {"x": expected}


def kept(label: str, password: str) -> str:
    """Give the line that LILO keeps (``pw_file_update`` in bsect.c)."""
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    words = "".join(f" 0x{digest[at : at + 8]}" for at in range(0, 40, 8))
    return f'label=<"{label}">{words}\n'


LILO = (
    'password=""\n'
    'image=/boot/vmlinuz label=x password=""\n'
    "image=/boot/vmlinuz label=y bypass\n"
    "image=/boot/vmlinuz label=z\n"
    "image=/boot/vmlinuz label=v restricted\n"
    'image=/boot/vmlinuz label=w password=""\n'
)


def test_passwords_that_lilo_keeps_in_a_file(tmp_path: Path) -> None:
    """That of all entries is under the name of the first that has it."""
    lines = kept("w", "s") + kept("z", "m") + kept("x", "b") + kept("x", "a") + kept("v", "s")
    files: dict[str, str | bytes] = {"etc/lilo.conf": LILO, "etc/lilo.conf.shs": lines}
    assert locks(tmp_path, files) == {
        "x": ("a", "a"),
        "y": ("free", "free"),
        "z": ("m", "m"),
        "v": ("free", "m"),
        "w": ("s", "s"),
    }


@pytest.mark.parametrize("lines", [None, "", 'label=<"x"> 0x1 0x2\n', "\xff\n" * 5])
def test_lilo_without_its_file_lets_nobody_in(lines: str | None, run: Run, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"etc/lilo.conf": LILO}
    if lines is not None:
        files["etc/lilo.conf.shs"] = lines
    found = locks(tmp_path, files)
    assert {found["x"], found["z"], found["w"]} == {("", "")}
    err = run("list", "--root", tmp_path).err
    assert ("there is no" in err) == (lines is None)


# -- GRUB Legacy ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "lines", "expected"),
    [
        ("", "lock", ("free", "free")),
        ("password m", "", ("free", "m")),
        ("password m", "lock", ("m", "m")),
        ("password m", "password s", ("s", "m")),
        ("password m", "lock\npassword m", ("m", "m")),
        ("password m", "lock\npassword s", ("", "m")),
        ("password m /boot/grub/other.lst", "lock", ("", "")),
        ("", "password s /boot/grub/other.lst", ("s", "free")),
        ("password --sha1 m", "lock", ("", "")),
        ("password --md5 m", "lock", ("", "")),
        ("password=m", "lock", ("m", "m")),
        ("password a\npassword m", "lock", ("m", "m")),
    ],
)
def test_grub_legacy(head: str, lines: str, expected: tuple[str, str], tmp_path: Path) -> None:
    config = f"{head}\ntitle T\nkernel /boot/vmlinuz\n{lines}\n"
    assert locks(tmp_path, {"boot/grub/menu.lst": config}) == {"T": expected}


def test_grub_legacy_with_md5(tmp_path: Path) -> None:
    config = (
        f"password --md5 {openssl('-1', 'm')}\ntitle T\nlock\nkernel /boot/vmlinuz\n"
        f"title U\npassword --md5 {openssl('-1', 's')} /x\nkernel /boot/vmlinuz\n"
    )
    found = locks(tmp_path, {"boot/grub/menu.lst": config})
    assert found == {"T": ("m", "m"), "U": ("s", "m")}


def test_password_before_another_menu_of_grub_legacy(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "boot/grub/menu.lst": "password m\ntitle T\nlock\nconfigfile /boot/grub/other.lst\n",
        "boot/grub/other.lst": "title U\nkernel /boot/vmlinuz\n",
    }
    assert locks(tmp_path, files) == {"U": ("m", "m")}


# -- syslinux -------------------------------------------------------------------------------------


def label(name: str, lines: str = "") -> str:
    return f"label {name}\nlinux /boot/vmlinuz\n{lines}\n"


def sha1(password: str, salt: str = "") -> str:
    digest = hashlib.sha1((salt + password).encode(), usedforsecurity=False).digest()
    return f"$4${salt}{'$' if salt else ''}{b64encode(digest).decode().rstrip('=')}$"


@pytest.mark.parametrize(
    ("head", "lines", "expected"),
    [
        ("", "", ("free", "free")),
        ("", "menu passwd a", ("a", "free")),
        ("", "MENU PASSWD two words", ("two words", "free")),
        ("menu master passwd m", "", ("free", "m")),
        ("menu master passwd m", "menu passwd a", ("a,m", "m")),
        ("menu master passwd m", "menu passwd", ("m", "m")),
        ("menu master passwd", "", ("free", "")),
        ("allowoptions 0", "menu passwd a", ("a", "")),
        ("menu master passwd m\nallowoptions 0", "", ("free", "")),
        ("allowoptions 0\nallowoptions 1", "", ("free", "free")),
        ("", f"menu passwd {sha1('a', 'salt')}", ("a", "free")),
        ("", f"menu passwd {sha1('a')[:-1]}", ("a", "free")),
        ("", "menu passwd $4$salt$", ("", "free")),
        ("", "menu passwd $4$ä$=", ("", "free")),
        ("", "menu passwd $7$a", ("", "free")),
        ("", "menu passwd $6$rounds=999999999$salt$abc", ("", "free")),
    ],
)
def test_syslinux(head: str, lines: str, expected: tuple[str, str], tmp_path: Path) -> None:
    config = f"{head}\n{label('x', lines)}"
    assert locks(tmp_path, {"boot/syslinux/syslinux.cfg": config}) == {"x": expected}


@pytest.mark.parametrize("form", ["-1", "-5", "-6"])
def test_syslinux_with_hashes(form: str, tmp_path: Path) -> None:
    config = label("x", f"menu passwd {openssl(form, 'a')}")
    assert locks(tmp_path, {"boot/syslinux/syslinux.cfg": config}) == {"x": ("a", "free")}


def test_submenus_of_syslinux(tmp_path: Path) -> None:
    """A submenu begins with the master password of that above it, which later changes nothing."""
    config = (
        "menu master passwd m\n"
        "menu begin one\nmenu passwd a\n"
        f"{label('x')}{label('y', 'menu passwd a')}{label('z', 'menu passwd b')}"
        "menu master passwd s\nallowoptions 0\n"
        "menu end\n"
        f"{label('v', 'menu passwd b')}"
        "menu master passwd b\n"
    )
    assert locks(tmp_path, {"boot/syslinux/syslinux.cfg": config}) == {
        "x": ("a,b", ""),
        "y": ("a", ""),
        "z": ("b", ""),
        "v": ("b", "b"),
    }


def test_command_of_syslinux_that_is_no_label(tmp_path: Path) -> None:
    config = f"menu master passwd m\ndefault x single\n{label('x', 'menu passwd a')}\n"
    assert locks(tmp_path, {"boot/syslinux/syslinux.cfg": config}) == {
        "x": ("a,m", "m"),
        "x single": ("a,m", "m"),
    }


def test_uboot_asks_for_nothing(tmp_path: Path) -> None:
    config = f"menu master passwd m\n{label('x', 'menu passwd a')}\n"
    files: dict[str, str | bytes] = {"boot/extlinux/extlinux.conf": config}
    assert locks(tmp_path, files)["x"] == ("free", "free")


# -- systemd-boot ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conf", "editor"),
    [
        ("", "free"),
        ("editor yes", "free"),
        ("editor no", ""),
        ("editor 0", ""),
        ("editor off\neditor on", "free"),
        ("editor no\neditor maybe", ""),
    ],
)
def test_systemd_boot(conf: str, editor: str, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "boot/loader/entries/x.conf": "linux /vmlinuz\n",
        "boot/loader/loader.conf": conf,
    }
    assert locks(tmp_path, files) == {"x.conf": ("free", editor)}


def test_editor_that_is_neither_is_told(run: Run, tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "boot/vmlinuz": KERNEL,
            "boot/loader/entries/x.conf": "linux /vmlinuz\n",
            "boot/loader/loader.conf": "editor maybe\n",
        },
    )
    err = run("list", "--root", tmp_path).err
    assert "loader.conf:1:1: warning: 'maybe' is neither 'yes' nor 'no'" in err


# -- acts -----------------------------------------------------------------------------------------

GRUB = (
    "set superusers=root\npassword root secret\n"
    "menuentry A { linux /boot/vmlinuz }\n"
    "menuentry B --unrestricted { linux /boot/vmlinuz }\n"
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return plant(tmp_path, {"boot/vmlinuz": KERNEL, "boot/grub/grub.cfg": GRUB})


@pytest.mark.parametrize("act", [["--default"], ["--entry", "A"]])
@pytest.mark.parametrize("how", [[], ["--exec"], ["--exec", "--json"], ["--exec", "--yes"]])
def test_act_on_what_is_protected_is_refused(
    act: list[str], how: list[str], run: Run, tree: Path
) -> None:
    for loaded in (False, True):
        fake = FakeMachine(loaded=loaded)
        outcome = run(*act, *how, "--root", tree, on=fake)
        assert (outcome.status, outcome.out, fake.deeds) == (5, "", [])
        assert outcome.err == (
            "bootpick: error: 'A' is protected by a password\n"
            "hint: the menu asks for it: run 'bootpick' without '--default' and '--entry'\n"
        )


def test_act_on_what_is_unrestricted_goes_through(run: Run, tree: Path) -> None:
    fake = FakeMachine()
    assert run("--entry", "B", "--root", tree, on=fake).status == 0
    assert "load" in fake.names


def test_dry_run_tells_of_the_password(run: Run, tree: Path) -> None:
    fake = FakeMachine()
    outcome = run("--default", "--exec", "--dry-run", "--root", tree, on=fake)
    assert (outcome.status, outcome.err, fake.deeds) == (0, "", [])
    assert "\n1. ask for the password that protects the entry" in outcome.out
    outcome = run("--entry", "B", "--dry-run", "--root", tree, on=fake)
    assert "password" not in outcome.out


# -- secrets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "config"),
    [
        ("etc/lilo.conf", "password=Hidden nonsense\nimage=/boot/vmlinuz label=x\n"),
        ("etc/lilo.conf", "image=/boot/vmlinuz label=x\nPassWord = Hidden nonsense=1\n"),
        ("etc/lilo.conf", "image=/boot/vmlinuz label=x nonsense password=Hidden\n"),
        ("etc/lilo.conf", "image=/boot/vmlinuz label=x\npassword=the Hidden\n"),
        ("etc/lilo.conf", "image=/boot/vmlinuz label=x\npassword=\\\nHidden nonsense\n"),
        ("etc/lilo.conf", "image=/boot/vmlinuz label=x password=a\npassword=Hidden\n"),
        ("boot/grub/grub.cfg", "password root Hidden x\nmenuentry A { linux /boot/vmlinuz }\n"),
        ("boot/grub/grub.cfg", "menuentry A { linux /boot/vmlinuz }\npassword root 'Hidden\n"),
        ("boot/grub/grub.cfg", "menuentry A { linux /boot/vmlinuz }\npassword root Hidden )\n"),
        ("boot/grub/grub.cfg", "menuentry A { true; }\nif true; then password r Hidden x; fi\n"),
        ("boot/grub/grub.cfg", "menuentry A { true; }\npassword_pbkdf2 root Hidden\n"),
        ("boot/grub/grub.cfg", "menuentry A { true; }\npassword root \\\nHidden x\n"),
        ("boot/grub/menu.lst", "password Hidden\ntitle T\nkernel /boot/vmlinuz\npassword Hidden\n"),
        ("boot/grub/menu.lst", f"password {'x' * 1490}Hidden{'x' * 99}\ntitle T\nkernel /vm\n"),
        ("boot/syslinux/syslinux.cfg", "label x\nlinux /boot/vmlinuz\npasswd Hidden\n"),
        ("boot/syslinux/syslinux.cfg", "menu master passwd Hidden\nlabel x\nmenu passwd Hidden\n"),
    ],
)
def test_passwords_are_nowhere_shown(place: str, config: str, run: Run, tmp_path: Path) -> None:
    root = plant(tmp_path, {"boot/vmlinuz": KERNEL, place: config})
    printed = [
        run(*arguments, "--root", root, on=FakeMachine(goes_down=False))
        for arguments in (
            ["list", "-vv"],
            ["list", "--json"],
            ["show", "0", "-vv"],
            ["show", "0", "--json"],
            ["--default", "--dry-run", "-vv"],
            ["--default", "--dry-run", "--json"],
            ["--default", "--exec"],
        )
    ]
    assert "Hidden" not in "".join(outcome.out + outcome.err for outcome in printed)


@pytest.mark.parametrize(
    ("place", "line", "shown"),
    [
        ("etc/lilo.conf", "password=secret nonsense", "password=…"),
        ("etc/lilo.conf", "nonsense Password = secret", "nonsense Password = …"),
        ("boot/grub/grub.cfg", "password root secret x", "password …"),
        ("boot/grub/grub.cfg", "echo a; password root b c", "echo a; password …"),
        ("boot/grub/grub.cfg", "menuentry 'Reset password' )", "menuentry 'Reset password' )"),
        ("boot/grub/grub.cfg", "menuentry passwd=1", "menuentry passwd=1"),
        ("boot/grub/grub.cfg", 'eval "password root b c"', 'eval "password …'),
    ],
)
def test_line_is_shown_up_to_the_password(
    place: str, line: str, shown: str, run: Run, tmp_path: Path
) -> None:
    entry = "image=/boot/vmlinuz label=x"
    if "grub" in place:
        entry = "menuentry A { linux /boot/vmlinuz }"
    root = plant(tmp_path, {"boot/vmlinuz": KERNEL, place: f"{line}\n{entry}\n"})
    assert f"    {shown}\n" in run("list", "--root", root).err
