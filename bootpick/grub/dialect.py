"""Whose GRUB it is: what distributions have changed of what a configuration means."""

from collections.abc import Mapping
from typing import NamedTuple


class Dialect(NamedTuple):
    """The rules in which the GRUBs of distributions differ."""

    name: str
    keeps_hex: bool = False
    r"""A ``\xHH`` stays as it is, in unquoted words and on the kernel's command line (case 139)."""
    shares_variables: bool = False
    """Submenus and ``configfile`` see all variables, not only exported ones (case 131)."""
    prefers_ids: bool = False
    """``default`` is compared with ids, then titles, before it is taken for an index (case 163)."""
    keeps_default: bool = False
    """An entry's body sees ``default`` even where it names nothing further (case 132)."""
    newer: bool = False
    """It is GRUB 2.12: empty lines at the end of ``eval``'s text do not count (case 52)."""


UPSTREAM = Dialect("upstream")
"""GRUB 2.06, as Debian 12 has it."""
FEDORA = Dialect(
    "fedora",
    keeps_hex=True,
    shares_variables=True,
    prefers_ids=True,
    keeps_default=True,
    newer=True,
)
"""GRUB 2.12 with the patches of Fedora and its kin."""
SUSE = Dialect("suse", newer=True)
"""GRUB 2.12 with SUSE's patches."""

DIALECTS = {dialect.name: dialect for dialect in (UPSTREAM, FEDORA, SUSE)}

_FAMILIES = {
    FEDORA: "fedora rhel centos rocky almalinux ol amzn".split(),
    SUSE: "suse opensuse sles sled".split(),
}


def dialect_of(release: Mapping[str, str]) -> Dialect:
    """Give the dialect of a distribution, by the ``ID`` and ``ID_LIKE`` of its os-release(5)."""
    for name in (release.get("ID", ""), *release.get("ID_LIKE", "").split()):
        for dialect, family in _FAMILIES.items():
            if name.partition("-")[0] in family:  # as in opensuse-leap
                return dialect
    return UPSTREAM
