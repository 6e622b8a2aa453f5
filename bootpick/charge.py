"""Which boot loader starts this machine, and one list of what all of them offer.

A machine may hold the configurations of several. Only one of them is in charge: its default is what
a plain reboot would boot.
"""

from collections.abc import Sequence
from typing import NamedTuple

from .diagnostics import Diagnostic
from .entries import BootMenu, unique_id

NAMES = {
    "grub": "GRUB",
    "bls": "systemd-boot",
    "syslinux": "syslinux",
    "lilo": "LILO",
    "grub-legacy": "GRUB Legacy",
}
"""What users call them; where nothing else tells, the first of them is in charge."""


class Evidence(NamedTuple):
    """What is known beside the configurations themselves."""

    loader_info: str | None = None
    """What the boot loader that started this machine left in an EFI variable."""
    systemd_boot: str | None = None
    """Where systemd-boot is installed."""
    efi: bool = False
    """The machine boots by UEFI, without which there is no systemd-boot."""
    lilo: str | None = None
    """The device in whose boot sector LILO is."""


_ALONE = "no other boot loader has entries here"


def alone(menu: BootMenu) -> BootMenu:
    """Give the only menu that there is as the list of everything."""
    return menu._replace(why=_ALONE)


def in_charge(menus: Sequence[BootMenu], evidence: Evidence) -> tuple[str | None, str]:
    """Give the loader in charge among those of *menus*, and the reason in words.

    What the firmware was told counts most; then what is installed; then what there is to boot.
    """
    loaders = [menu.loader for menu in menus if menu.entries] or [menu.loader for menu in menus]
    if len(set(loaders)) < 2:
        return (loaders[0] if loaders else None), _ALONE
    info = evidence.loader_info or ""
    for loader, start in (("bls", "systemd-boot"), ("grub", "GRUB")):
        if info.startswith(start) and loader in loaders:
            return loader, f"it started this machine (LoaderInfo: {info})"
    if evidence.efi and evidence.systemd_boot is not None and "bls" in loaders:
        return "bls", f"it is installed: {evidence.systemd_boot}"
    if evidence.lilo is not None and "lilo" in loaders and not evidence.efi:
        return "lilo", f"it is in the boot sector of {evidence.lilo}"
    first, second = [loader for loader in NAMES if loader in loaders][:2]
    if second == "bls":
        missing = "systemd-boot is not installed" if evidence.efi else "this is no UEFI machine"
    else:
        missing = f"nothing shows that {NAMES[second]} starts this machine"
    return first, missing


def may_be_systemd_boot(evidence: Evidence) -> bool:
    """Tell whether systemd-boot can be in charge where GRUB has entries, too."""
    started = (evidence.loader_info or "").startswith("systemd-boot")
    return started or (evidence.efi and evidence.systemd_boot is not None)


def merge(menus: Sequence[BootMenu], evidence: Evidence) -> BootMenu:
    """Make one list of *menus*, of which there are several; the loader in charge comes first.

    What boots, and when, is that one's. The same file is there once only: GRUB's ``blscfg`` reads
    files that systemd-boot would read as well. Ids that several loaders have get a suffix.
    """
    loader, why = in_charge(menus, evidence)
    first, *others = sorted(menus, key=lambda menu: menu.loader != loader)
    taken = first.files.union(entry.position.file for entry in first.entries)
    ids = {entry.id: 1 for entry in first.entries}
    entries = [*first.entries]
    for menu in others:
        entries += [
            entry._replace(id=unique_id(entry.id, ids), default=False, oneshot=False)
            for entry in menu.entries
            if entry.position.file not in taken
        ]
    return first._replace(
        entries=tuple(entries),
        diagnostics=(
            *first.diagnostics,
            *[one for menu in others for one in menu.diagnostics if not _is_about(one, taken)],
        ),
        dialect=next((menu.dialect for menu in menus if menu.dialect is not None), None),
        why=why,
    )


def _is_about(diagnostic: Diagnostic, files: frozenset[str]) -> bool:
    return diagnostic.position is not None and diagnostic.position.file in files
