"""What the menu of syslinux asks for (passwd.c and ``ask_passwd`` in menumain.c)."""

from binascii import Error, a2b_base64

from ..passwords import Key, Lock, Secret, both, crypted
from .menu import Menu

_FORMS = ("$1$", "$5$", "$6$")


def lock(menu: Menu, password: str | None) -> Lock | None:
    """Give what *menu* asks for before something with *password* is chosen in it.

    The master password opens it as well; nothing is asked for where there is no *password*.
    """
    if password is None:
        return None
    secrets = [_secret(one) for one in (menu.master, password) if one is not None]
    return Lock(tuple([Key(None, secret) for secret in secrets if secret is not None]))


def edit_lock(menu: Menu) -> Lock | None:
    """Give what *menu* asks for before a command line is edited: the master password alone."""
    return lock(menu, menu.master) if menu.has_editor else Lock(())


def locks(menu: Menu, password: str | None, gate: Lock | None) -> tuple[Lock | None, Lock | None]:
    """Give what is asked for before something in *menu* is chosen, and before it is edited.

    *gate* is what was asked for on the way to the menu.
    """
    return both(gate, lock(menu, password)), both(gate, edit_lock(menu))


def _secret(text: str) -> Secret | None:
    """Give what *text* stands for; ``None`` where nothing that can be typed matches it."""
    if not (text.startswith("$") and text[2:3] == "$"):
        return Secret("plain", text) if text else None  # to type nothing is to give up
    if text.startswith("$4$"):
        return _sha1(text[3:])
    return crypted(text) if text.startswith(_FORMS) else None


def _sha1(text: str) -> Secret | None:
    """Give the secret of ``SALT$HASH``, or of a hash alone, in base 64."""
    salt, dollar, encoded = text.partition("$")
    if not dollar:
        salt, encoded = "", text
    encoded = encoded.partition("$")[0]  # sha1pass puts one behind it, too
    try:
        digest = a2b_base64(encoded + "=" * (-len(encoded) % 4))
    except (Error, ValueError):
        return None
    if len(digest) != 20:
        return None
    return Secret("sha1", f"{salt.encode('utf-8', 'surrogateescape').hex()}.{digest.hex()}")
