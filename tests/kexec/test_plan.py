from typing import Any

import pytest

from bootpick.entries import BootEntry, BootFile, Slice
from bootpick.errors import NotBootable
from bootpick.kexec.facts import Facts
from bootpick.kexec.plan import KexecPlan, plan_kexec
from bootpick.kexec.request import Request
from bootpick.source import Position
from bootpick.volumes import Volume

DISK = Volume("/dev/sdb1", "part", "ext4")
OTHER = Volume("/dev/sdc1", "part", "xfs")
SEEN = BootFile("/vmlinuz", "/boot/vmlinuz", None, "/vmlinuz")


def entry(**changes: Any) -> BootEntry:
    """Give an entry that can be booted, but for *changes*."""
    whole = BootEntry(
        id="debian",
        own_id="debian",
        title="Debian",
        submenus=(),
        submenu_ids=(),
        menu_index="0",
        loader="grub",
        position=Position("/boot/grub/grub.cfg", 1, 1, ""),
        kind="linux",
        kernel=SEEN,
        cmdline="BOOT_IMAGE=/vmlinuz ro",
    )
    return whole._replace(**changes)


def unseen(inner: str, volume: Volume = DISK) -> BootFile:
    """Give a file on a file system that is not mounted."""
    return BootFile(inner, None, volume, inner)


def kinds(plan: KexecPlan) -> list[str]:
    return [step.kind for step in plan.steps]


@pytest.mark.parametrize(
    ("execute", "loaded", "expected"),
    [
        (False, False, ["load", "verify"]),
        (False, True, ["unload", "load", "verify"]),
        (True, False, ["load", "verify", "kexec"]),
        (True, True, ["unload", "load", "verify", "kexec"]),
    ],
)
def test_steps_in_order(*, execute: bool, loaded: bool, expected: list[str]) -> None:
    plan = plan_kexec(entry(), Request(execute=execute), Facts(loaded=loaded, init="systemd"))
    assert (kinds(plan), plan.executes) == (expected, execute)


def test_plan_holds_what_the_entry_loads() -> None:
    initrds = (BootFile("/a", "/boot/a"), BootFile("/b", "/boot/b"))
    whole = entry(initrds=initrds)
    plan = plan_kexec(whole, Request(), Facts(init="systemd"))
    assert plan[:4] == (whole, SEEN, initrds, "BOOT_IMAGE=/vmlinuz ro")


def test_each_file_system_is_mounted_once_and_first() -> None:
    files = (unseen("/i1"), unseen("/i2", OTHER), BootFile("/i3", "/boot/i3"))
    plan = plan_kexec(
        entry(kernel=unseen("/vmlinuz"), initrds=files),
        Request(execute=True),
        Facts(loaded=True, init="systemd"),
    )
    assert [(step.kind, step.volume) for step in plan.steps] == [
        ("mount", DISK),
        ("mount", OTHER),
        ("unload", None),
        ("load", None),
        ("verify", None),
        ("kexec", None),
    ]


def test_parts_of_a_file_are_read_out_of_it_first() -> None:
    image = BootFile("/EFI/Linux/x.efi", "/efi/EFI/Linux/x.efi", stamp=(9, 9))
    kernel = image._replace(slices=(Slice(1, 2, ".linux"),))
    initrd = image._replace(slices=(Slice(3, 1, ".ucode"), Slice(5, 2, ".initrd")))
    plan = plan_kexec(
        entry(kernel=kernel, initrds=(initrd,)),
        Request(),
        Facts(loaded=True, init="systemd"),
    )
    assert kinds(plan) == ["read", "read", "unload", "load", "verify"]
    assert [(step.text, step.file) for step in plan.steps[:2]] == [
        ("read .linux out of /efi/EFI/Linux/x.efi", kernel),
        ("read .ucode and .initrd out of /efi/EFI/Linux/x.efi", initrd),
    ]


def test_init_is_named() -> None:
    plan = plan_kexec(entry(), Request(execute=True), Facts(init="some init"))
    assert "some init" in plan.steps[-1].text


def test_steps_of_a_machine_that_is_stopped_without_init() -> None:
    facts = Facts(init="jump", stops=("end processes", "unmount"))
    forced = plan_kexec(entry(), Request(execute=True, force=True), facts)
    assert kinds(forced) == ["load", "verify", "stop", "stop", "kexec"]
    assert [step.text for step in forced.steps[2:]] == ["end processes", "unmount", "jump"]
    assert (forced.executes, forced.forced) == (True, True)
    assert not plan_kexec(entry(), Request(execute=True), facts).forced


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"bootable": False, "reasons": ("/vmlinuz does not exist", "more")}, "does not exist"),
        ({"kernel": None, "cmdline": None}, "it loads no kernel"),
        ({"cmdline": None}, "it loads no kernel"),
        ({"devicetree": BootFile("/board.dtb", "/boot/board.dtb")}, "/board.dtb"),
    ],
)
def test_what_cannot_be_booted_is_not_planned(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotBootable, match=reason) as caught:
        plan_kexec(entry(**changes), Request(), Facts(init="systemd", machine="x86_64"))
    assert "more" not in caught.value.message
