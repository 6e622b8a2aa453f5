"""Which password opens what, with hashes as the programs that boot loaders come with make them."""

import hashlib
import shutil
import subprocess

import pytest

from bootpick.errors import BootpickError
from bootpick.passwords import ROUNDS_LIMIT, Key, Lock, Secret, both, crypted, opens, pbkdf2
from bootpick.system.crypt import crypt
from tests.support.requirements import cannot_run

PLAIN = Secret("plain", "se cret")


def no_crypt(phrase: str, setting: str) -> str | None:
    raise BootpickError(f"{phrase} and {setting} are none of its business")


def lock_of(*secrets: Secret | None) -> Lock:
    return Lock(tuple([Key(None, secret) for secret in secrets if secret is not None]))


def need(program: str) -> None:
    if shutil.which(program) is None:
        cannot_run(f"{program} is not there")


def mkpasswd_pbkdf2(password: str, *options: str) -> Secret | None:
    need("grub-mkpasswd-pbkdf2")
    done = subprocess.run(
        ["grub-mkpasswd-pbkdf2", *options],
        input=f"{password}\n{password}\n",
        capture_output=True,
        text=True,
        check=True,
    )
    rounds, salt, digest = done.stdout.split("sha512.")[1].split()[0].split(".")
    return pbkdf2(int(rounds), salt, digest)


def openssl(form: str, password: str) -> Secret | None:
    need("openssl")
    done = subprocess.run(
        ["openssl", "passwd", form, password], capture_output=True, text=True, check=True
    )
    return crypted(done.stdout.strip())


@pytest.mark.parametrize("password", ["se cret", "pässword", "x" * 100])
def test_plain_passwords(password: str) -> None:
    lock = lock_of(Secret("plain", password))
    assert opens(lock, None, password, no_crypt)
    assert not opens(lock, None, password[:-1], no_crypt)
    assert not opens(lock, None, "", no_crypt)


@pytest.mark.parametrize(
    "options", [[], ["-c", "1"], ["-c", "3000", "-l", "100", "-s", "7"], ["-l", "5"]]
)
def test_what_grub_mkpasswd_pbkdf2_makes(options: list[str]) -> None:
    lock = lock_of(mkpasswd_pbkdf2("bootpick", *options))
    assert lock.keys
    assert opens(lock, None, "bootpick", no_crypt)
    assert not opens(lock, None, "Bootpick", no_crypt)


@pytest.mark.parametrize("form", ["-1", "-5", "-6"])
def test_what_openssl_passwd_makes(form: str) -> None:
    lock = lock_of(openssl(form, "bootpick"))
    assert lock.keys
    assert opens(lock, None, "bootpick", crypt)
    assert not opens(lock, None, "bootpic", crypt)


def test_rounds_of_crypt_that_are_named() -> None:
    """The example of the algorithm's own specification (SHA-crypt, Ulrich Drepper)."""
    text = (
        "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/"
        "UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v."
    )
    assert opens(lock_of(crypted(text)), None, "Hello world!", crypt)
    assert not opens(lock_of(crypted(text)), None, "Hello world", crypt)


def test_sha1_with_and_without_salt() -> None:
    digest = hashlib.sha1(b"saltsecret", usedforsecurity=False).hexdigest()
    salted = Secret("sha1", f"{b'salt'.hex()}.{digest}")
    plain = Secret("sha1", f".{hashlib.sha1(b'x', usedforsecurity=False).hexdigest()}")
    assert opens(lock_of(salted), None, "secret", no_crypt)
    assert opens(lock_of(salted, plain), None, "x", no_crypt)
    assert not opens(lock_of(salted), None, "saltsecret", no_crypt)


def test_password_has_to_be_that_of_the_user() -> None:
    lock = Lock((Key("ann", Secret("plain", "a")), Key("bob", Secret("plain", "b"))), True)
    answers = [
        (user, password)
        for user in ("ann", "bob", "", "ANN", None)
        for password in ("a", "b", "")
        if opens(lock, user, password, no_crypt)
    ]
    assert answers == [("ann", "a"), ("bob", "b")]


def test_lock_without_keys_stays_shut() -> None:
    assert not opens(Lock(()), None, "", no_crypt)
    assert not opens(Lock((), asks_user=True), "root", "", no_crypt)


@pytest.mark.parametrize("password", ["a\0b", "x" * 1024])
def test_what_cannot_be_typed_opens_nothing(password: str) -> None:
    assert not opens(lock_of(Secret("plain", password)), None, password, no_crypt)


def test_secrets_are_not_shown() -> None:
    shown = repr(Lock((Key("ann", PLAIN),)))
    assert "ann" in shown
    assert PLAIN.value not in f"{shown} {PLAIN} {PLAIN!r} {[PLAIN]}"


@pytest.mark.parametrize(
    ("rounds", "digest"),
    [(0, "ab"), (ROUNDS_LIMIT + 1, "ab"), (2**32 - 1, "ab"), (10_000, ""), (10_000, "ab" * 64_000)],
)
def test_hashes_of_too_much_work_are_none(rounds: int, digest: str) -> None:
    assert pbkdf2(rounds, "00", digest) is None
    assert pbkdf2(ROUNDS_LIMIT, "00", "ab" * 64) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "$1$",
        "$1$salt$",
        "$2b$31$abcdefghijklmnopqrstuv1234567890123456789012345678901",
        "$7$DU..../....2Q9obwLhin8qvQl6sisAO/$sHayJj/JBdcuD4lJ1AxiwCo9e5XSi8TcINcmyID12i8",
        "$y$jFT$salt$hash",
        "$6$rounds=2000001$salt$hash",
        "$6$rounds=99999999999999999999999999$salt$hash",
        "$5$rounds=x$salt$hash",
    ],
)
def test_other_hashes_of_crypt_are_none(text: str) -> None:
    assert crypted(text) is None


@pytest.mark.parametrize("setting", ["", "x", "*0", "$9$abc$"])
def test_crypt_refuses_what_is_no_setting(setting: str) -> None:
    assert crypt("secret", setting) is None


def test_two_locks_are_opened_by_who_may_pass_both() -> None:
    ann, bob, eve = (Key(name, Secret("plain", name)) for name in ("ann", "bob", "eve"))
    other = Key("bob", Secret("plain", "another"))
    outer, inner = Lock((ann, bob), True), Lock((other, eve), True)
    assert both(outer, inner) == Lock((bob,), True)
    assert both(None, outer) == both(outer, None) == both(outer, outer) == outer
    assert both(None, None) is None
    assert both(lock_of(PLAIN), lock_of(Secret("plain", "other"))) == Lock(())
