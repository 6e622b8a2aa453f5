"""Which entries LILO asks a password for (the second half of ``bsect_common``).

A password that is empty in the configuration is typed when LILO is installed, and its hash is kept
in a file beside (``pw_get``).
"""

import re
from collections.abc import Iterable, Iterator

from ..passwords import Key, Lock, Secret
from .options import chosen
from .sections import Options, Section
from .syntax import Fault, Item


def needs_password(section: Section, common: Options) -> bool:
    """Tell whether the entry as it is boots with a password alone.

    ``restricted`` asks for one only when options are typed. That of the global section holds unless
    the entry is ``mandatory``.
    """
    if password_of(section, common) is None:
        return False
    is_restricted = chosen(section, common, "restricted") is not None
    return not is_restricted or "mandatory" in section.options


def password_of(section: Section, common: Options) -> Item | None:
    """Give the password that counts for the entry, if it has one."""
    if "password" in section.options:
        return section.options["password"]
    return None if "bypass" in section.options else common.get("password")


def find_secrets(sections: Iterable[Section], common: Options, kept: str) -> dict[Item, Secret]:
    """Give what the passwords match, by their items.

    *kept* is the text of the file with hashes. A password that LILO takes from the environment is
    not known, nor one whose hash is not there.
    """
    hashes = [(found[1], found[2]) for found in re.finditer(_KEPT, kept)]
    secrets: dict[Item, Secret] = {}
    seen: set[Item] = set()
    for section in sections:
        item = password_of(section, common)
        if item is None or item in seen or item.variables:
            continue
        seen.add(item)
        if item.value:
            secrets[item] = Secret("plain", item.value)
            continue
        # LILO looks from the end, and takes no line for two passwords.
        name = (section.options.get("label") or section.item).value
        line = next((line for line in reversed(hashes) if line[0] == name), None)
        if line is not None:
            hashes.remove(line)
            secrets[item] = Secret("sha1", "." + line[1].replace(" 0x", "").lower())
    return secrets


_KEPT = r'(?m)^label=<"(.*)">((?: 0x[0-9A-F]{8}){5})$'


def lock_of(section: Section, common: Options, secrets: dict[Item, Secret]) -> Lock | None:
    """Give what LILO asks for before the entry boots with words that were typed."""
    item = password_of(section, common)
    if item is None:
        return None
    return Lock((Key(None, secrets[item]),) if item in secrets else ())


_EXCLUSIVE = (
    ("mandatory", "bypass"),
    ("restricted", "bypass"),
    ("password", "bypass"),
    ("vmwarn", "vmdisable"),
)


def check_flags(section: Section, common: Options) -> Iterator[Fault]:
    """Say why LILO would not take the flags of an entry together."""
    own = section.options
    for where in (common, own):
        if "mandatory" in where and "restricted" in where:
            later = max(where["mandatory"].offset, where["restricted"].offset)
            yield Fault(later, "'mandatory' and 'restricted' are mutually exclusive")
    for one, other in _EXCLUSIVE:
        if one in own and other in own:
            later = max(own[one].offset, own[other].offset)
            yield Fault(later, f"'{one}' and '{other}' are mutually exclusive")
    if "bypass" in own and "password" not in common:
        yield Fault(own["bypass"].offset, "'bypass' is only valid if a global 'password' is set")
    # LILO asks whether there is a password at all, 'bypass' or not.
    if "password" not in own and "password" not in common:
        for flag in ("mandatory", "restricted"):
            item = chosen(section, common, flag)
            if item is not None:
                message = f"'{flag}' is only valid if 'password' is set"
                yield Fault(item.offset, message)
    if "fallback" in own and chosen(section, common, "lock") is not None:
        message = "'lock' and 'fallback' are mutually exclusive"
        yield Fault(own["fallback"].offset, message)
