"""Who is let in by GRUB's menus (normal/auth.c), and what is asked for before editing."""

import hashlib
from pathlib import Path

import pytest

from bootpick.entries import BootMenu
from bootpick.grub.dialect import FEDORA, SUSE
from bootpick.passwords import ROUNDS_LIMIT, Lock, opens
from bootpick.reading import Wanted, read_everything
from tests.support.grub import complaints, menu_of
from tests.support.grub_emu import Judge, missing_programs
from tests.support.requirements import cannot_run

USERS = ("root", "ann", "bob", "eve", "")
DIGEST = hashlib.pbkdf2_hmac("sha512", b"eve", b"salt", 1000).hex().upper()
PASSWORDS = (
    "password root root\npassword ann other\npassword bob bob\npassword ann ann\n"
    f"password_pbkdf2 eve grub.pbkdf2.sha512.1000.{b'salt'.hex()}.{DIGEST}\n"
)


def no_crypt(phrase: str, setting: str) -> str | None:
    raise AssertionError((phrase, setting))


def admitted(lock: Lock | None) -> str:
    """Give the users that a lock lets in with their names as passwords."""
    if lock is None:
        return "anybody"
    assert lock.asks_user
    return " ".join(user for user in USERS if opens(lock, user, user, no_crypt))


def boots(menu: BootMenu) -> dict[str, str]:
    return {entry.title: admitted(entry.boot_lock) for entry in menu.entries}


def edits(menu: BootMenu) -> dict[str, str]:
    return {entry.title: admitted(entry.edit_lock) for entry in menu.entries}


ENTRIES = (
    "menuentry A { linux /a }\n"
    "menuentry B --unrestricted { linux /b }\n"
    "menuentry C --users ann { linux /c }\n"
    "menuentry D --users 'ann,bob;nobody|eve' { linux /d }\n"
    "menuentry E --users '' --unrestricted { linux /e }\n"
)


@pytest.mark.parametrize(
    ("superusers", "expected", "editors"),
    [
        ("root", ["root", "anybody", "root ann", "root ann bob eve", "root"], "root"),
        ("root&eve", ["root eve", "anybody", "root ann eve", "root ann bob eve", "root eve"], None),
        ("", ["", "anybody", "ann", "ann bob eve", ""], ""),
        ("nobody", ["", "anybody", "ann", "ann bob eve", ""], ""),
    ],
)
def test_users_and_superusers_with_a_password_are_let_in(
    superusers: str, expected: list[str], editors: str | None, tmp_path: Path
) -> None:
    menu = menu_of(tmp_path, f"set superusers='{superusers}'\n{PASSWORDS}{ENTRIES}")
    assert [*boots(menu).values()] == expected
    wanted = expected[0] if editors is None else editors
    assert set(edits(menu).values()) == {wanted}


def test_without_superusers_nobody_is_asked(tmp_path: Path) -> None:
    menu = menu_of(tmp_path, PASSWORDS + ENTRIES)
    assert {*boots(menu).values(), *edits(menu).values()} == {"anybody"}


def test_superusers_are_those_of_the_whole_configuration(tmp_path: Path) -> None:
    """Also what is set behind the entries counts, and what is taken away again."""
    menu = menu_of(tmp_path, f"{ENTRIES}{PASSWORDS}set superusers=bob\n")
    assert boots(menu)["A"] == "bob"
    menu = menu_of(tmp_path, f"set superusers=bob\n{ENTRIES}{PASSWORDS}unset superusers\n")
    assert boots(menu)["A"] == "anybody"


SUBMENUS = (
    "submenu S --users 'ann bob' {\n"
    "menuentry F --unrestricted { linux /f }\nmenuentry G --users 'bob eve' { linux /g }\n"
    "menuentry H { linux /h }\n}\n"
    "submenu T --unrestricted { menuentry I { linux /i }\nmenuentry J --unrestricted { true } }\n"
)


def test_submenu_is_a_gate_before_its_entries(tmp_path: Path) -> None:
    config = f"set superusers=root\n{PASSWORDS}{SUBMENUS}"
    menu = menu_of(tmp_path, f"export superusers\n{config}")
    expected = {"F": "root ann bob", "G": "root bob", "H": "root", "I": "root", "J": "anybody"}
    assert boots(menu) == expected
    assert edits(menu) == dict.fromkeys("FGHIJ", "root")


def test_passwords_of_an_installation() -> None:
    """Debian's, with hashes by grub-mkpasswd-pbkdf2 of the password ``bootpick``."""
    root = Path(__file__).parents[1] / "installations/debian-12-serial-superusers"
    wanted = Wanted(root=str(root / "root"), devices=str(root / "devices.json"))
    locks = {entry.title: entry.boot_lock for entry in read_everything(wanted).entries}
    lock = locks["Rescue shell"]
    assert lock is not None
    assert [
        user for user in ("admin", "operator", "root") if opens(lock, user, "bootpick", no_crypt)
    ] == [
        "admin",
        "operator",
    ]
    assert not opens(lock, "admin", "bootpic", no_crypt)
    assert locks["Debian GNU/Linux"] is None


def test_submenu_that_does_not_see_the_superusers_asks_nobody(tmp_path: Path) -> None:
    config = f"set superusers=root\n{PASSWORDS}{SUBMENUS}"
    menu = menu_of(tmp_path, config)
    expected = dict.fromkeys("FGH", "root ann bob") | dict.fromkeys("IJ", "anybody")
    assert (boots(menu), edits(menu)) == (expected, expected)
    menu = menu_of(tmp_path, config, dialect=FEDORA)
    assert boots(menu)["I"] == "root"


def test_unrestricted_menu_of_suse_opens_entries_but_no_editor(tmp_path: Path) -> None:
    config = f"set superusers=root\nset unrestricted_menu=y\n{PASSWORDS}{ENTRIES}"
    menu = menu_of(tmp_path, config, dialect=SUSE)
    assert [*boots(menu).values()][:3] == ["anybody", "anybody", "root ann"]
    assert edits(menu)["A"] == "root"


@pytest.mark.parametrize(
    ("hashed", "complaint"),
    [
        (f"{ROUNDS_LIMIT + 1}.aa.bb", "bootpick does not let 'ann' in: their password takes"),
        ("4294967295.aa.bb", "bootpick does not let 'ann' in: their password takes"),
        ("10000.aa." + "bb" * 64_000, "bootpick does not let 'ann' in: their password takes"),
        ("4294967296.aa.bb", None),
        ("0.aa.bb", None),
        ("10000..", None),
    ],
)
def test_hash_that_is_too_much_work_lets_nobody_in(
    hashed: str, complaint: str | None, tmp_path: Path
) -> None:
    config = f"set superusers=ann\npassword_pbkdf2 ann grub.pbkdf2.sha512.{hashed}\n{ENTRIES}"
    menu = menu_of(tmp_path, config)
    assert boots(menu)["A"] == ""
    told = complaints([*menu.diagnostics])
    assert [one.partition(" takes ")[0] + " takes" for one in told] == [complaint] * len(told)
    assert len(told) == (complaint is not None)


@pytest.mark.slow
def test_many_users_and_submenus_are_no_burden(tmp_path: Path) -> None:
    """Each entry has superusers and users of its own, of thousands."""
    config = (
        "set superusers='" + " ".join(f"u{number}" for number in range(5000)) + "'\n"
        "export superusers\n"
        + "".join(f"password u{number} x\n" for number in range(5000))
        + "".join(
            f"submenu s{number} --users 'u{number} v{number}' {{\n"
            f"menuentry e{number} --users u{number},w{number} {{ linux /a }}\n}}\n"
            for number in range(3000)
        )
    )
    menu = menu_of(tmp_path, config)
    assert menu.entries
    assert all(entry.restricted for entry in menu.entries)


@pytest.mark.slow
def test_grub_lets_the_same_users_in(tmp_path: Path) -> None:
    if missing_programs():
        cannot_run(f"the judge needs {', '.join(missing_programs())}")
    config = f"set superusers='root'\nexport superusers\n{PASSWORDS}{ENTRIES}{SUBMENUS}"
    menu = menu_of(tmp_path / "disk", config)
    judge = Judge(tmp_path / "workshop")
    place = judge.add_config(config)
    asked = [
        ("A", "root"), ("A", "ann"), ("C", "ann"), ("C", "bob"), ("D", "eve"), ("D", "root"),
        ("F", "bob"), ("F", "eve"), ("I", "root"), ("I", "bob"), ("G", "bob"),
    ]  # fmt: skip
    entries = {entry.title: entry for entry in menu.entries}
    found = {
        (title, user): judge.lets_in(place, entries[title].menu_index, user, user)
        for title, user in asked
    }
    ours = {(title, user): user in boots(menu)[title].split() for title, user in asked}
    assert ours == found
    assert not judge.lets_in(place, "0", "root", "Root")
