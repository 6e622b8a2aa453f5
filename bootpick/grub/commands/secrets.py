"""Passwords, which are kept for the menu that asks for them, and signatures, which are accepted."""

from ...passwords import ROUNDS_LIMIT, Secret, pbkdf2
from ..errors import BAD_ARGUMENT, GrubError
from ..interpreter import Interpreter
from ..numbers import NotANumber, TooLarge, split_unsigned
from ..state import Call
from .arguments import number_error
from .registry import command

_INVALID = "invalid PBKDF2 password"


@command(
    "password",
    summary="Gives a user a password.",
    status="0, or 18 where it is not about a user and a password",
)
def run_password(shell: Interpreter, call: Call) -> int:
    """A later one takes the place of that before it (commands/password.c)."""
    if len(call.arguments) != 2:
        raise GrubError(BAD_ARGUMENT, "two arguments expected")
    user, password = call.arguments
    shell.spend(len(user) + len(password))
    shell.users[user] = Secret("plain", password)
    return 0


@command(
    "password_pbkdf2",
    summary="Gives a user a password, by its hash.",
    status="0; 18 for what is no such hash, 10 or 11 where its count is no number",
)
def run_password_pbkdf2(shell: Interpreter, call: Call) -> int:
    """``grub.pbkdf2.sha512.COUNT.SALT.HASH`` (commands/password_pbkdf2.c)."""
    if len(call.arguments) != 2:
        raise GrubError(BAD_ARGUMENT, "two arguments expected")
    user, password = call.arguments
    start = "grub.pbkdf2.sha512."
    if not password.startswith(start):
        raise GrubError(BAD_ARGUMENT, _INVALID)
    try:
        count, rest = split_unsigned(password[len(start) :])
    except (NotANumber, TooLarge) as error:
        raise number_error(error) from error
    dot, salt, digest = rest[:1], *rest[1:].partition(".")[::2]
    has_both = dot == "." and "." in rest[1:]
    if not has_both or not (_is_hexadecimal(salt) and _is_hexadecimal(digest)):
        raise GrubError(BAD_ARGUMENT, _INVALID)
    shell.spend(len(user) + len(password))
    rounds = count & 0xFFFFFFFF
    shell.users[user] = pbkdf2(rounds, salt, digest)
    if shell.users[user] is None and rounds and digest:
        message = f"bootpick does not let '{user}' in: their password takes {rounds} rounds"
        hint = f"no more than {ROUNDS_LIMIT} are done"
        shell.warn(message, call.position, hint)
    return 0


def _is_hexadecimal(text: str) -> bool:
    return len(text) % 2 == 0 and not text.lower().strip("0123456789abcdef")


@command(
    "authenticate",
    summary="Asks nobody, with a warning where GRUB would.",
    status="0 (GRUB: another where the password is wrong)",
)
def run_authenticate(shell: Interpreter, call: Call) -> int:
    """Without superusers GRUB asks nobody either (normal/auth.c)."""
    if shell.get("superusers") is not None:
        shell.warn("GRUB asks for a password here; bootpick does not", call.position)
    return 0


@command(
    "list_trusted", summary="Prints nothing: no key is trusted, because no signature is checked."
)
def run_list_trusted(shell: Interpreter, call: Call) -> int:
    """The kernel checks signatures itself where it is told to (commands/pgp.c)."""
    return 0


@command(
    "distrust",
    "trust",
    "verify_detached",
    summary="Succeeds: signatures are not checked.",
    status="0 (GRUB: others where a signature or a key is missing), or 18 without its arguments",
)
def run_trust(shell: Interpreter, call: Call) -> int:
    """Only what is missing from the line itself is an error (commands/pgp.c)."""
    if call.name == "verify_detached" and len(call.arguments) < 2:
        raise GrubError(BAD_ARGUMENT, "two arguments expected")
    if not call.arguments:
        raise GrubError(BAD_ARGUMENT, "one argument expected")
    return 0
