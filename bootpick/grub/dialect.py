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
    features: tuple[str, ...] = ()
    """Variables ``feature_…`` that 2.06 does not set."""
    follows_subvolumes: bool = False
    """Paths on btrfs may begin in a subvolume (``grub2-btrfs-*.patch``)."""
    shifts_default: bool = False
    """``default`` does not count a submenu "Bootable snapshot" on top (``grub2-btrfs-08``)."""
    opens_menu: bool = False
    """``unrestricted_menu`` lifts the password (``grub2-menu-unrestricted.patch``)."""
    counts_boots: bool = False
    """``blscfg`` lists entries that have no tries left last, and versions behind titles."""


UPSTREAM = Dialect("upstream")
"""GRUB 2.06, as Debian 12 has it."""
FEDORA = Dialect(
    "fedora",
    keeps_hex=True,
    shares_variables=True,
    prefers_ids=True,
    keeps_default=True,
    newer=True,
    features=("search_cryptodisk_only",),
)
"""GRUB 2.12 with the patches of Fedora and its kin."""
SUSE = Dialect(
    "suse",
    newer=True,
    follows_subvolumes=True,
    shifts_default=True,
    opens_menu=True,
    counts_boots=True,
)
"""GRUB 2.12 with SUSE's patches."""

DIALECTS = {dialect.name: dialect for dialect in (UPSTREAM, FEDORA, SUSE)}

_FAMILIES = {
    FEDORA: "fedora rhel rhcos centos rocky almalinux ol amzn nobara ultramarine bazzite".split(),
    SUSE: "suse opensuse sles sled".split(),
    # They say that they are like Fedora, but their GRUB is not Fedora's.
    UPSTREAM: "mageia openmandriva".split(),
}


def dialect_of(release: Mapping[str, str]) -> Dialect:
    """Give the dialect of a distribution, by the ``ID`` and ``ID_LIKE`` of its os-release(5)."""
    for name in (release.get("ID", ""), *release.get("ID_LIKE", "").split()):
        for dialect, family in _FAMILIES.items():
            if name.partition("-")[0] in family:  # as in opensuse-leap
                return dialect
    return UPSTREAM
