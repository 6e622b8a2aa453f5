"""Which entries LILO asks a password for (the second half of ``bsect_common``)."""

from collections.abc import Iterator

from .options import chosen
from .sections import Options, Section
from .syntax import Fault


def needs_password(section: Section, common: Options) -> bool:
    """Tell whether the entry as it is boots with a password alone.

    ``restricted`` asks for one only when options are typed. That of the global section holds unless
    the entry is ``mandatory``.
    """
    if not _has_password(section, common):
        return False
    is_restricted = chosen(section, common, "restricted") is not None
    return not is_restricted or "mandatory" in section.options


def _has_password(section: Section, common: Options) -> bool:
    return "password" in section.options or (
        "password" in common and "bypass" not in section.options
    )


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
