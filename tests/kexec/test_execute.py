"""What is done to the machine, call by call, and what is left of it when something fails."""

import contextlib
from pathlib import Path

import pytest

from bootpick.entries import BootEntry, BootFile, Save, Slice
from bootpick.errors import BootpickError, LoadRefused, NotBootable, SignatureRefused
from bootpick.kexec.execute import carry_out, unload
from bootpick.kexec.facts import Facts
from bootpick.kexec.plan import KexecPlan, plan_kexec
from bootpick.kexec.request import Request
from bootpick.source import Position
from bootpick.system.machine import LoadedFile, LoadedImage
from bootpick.volumes import Mount, Volume
from tests.support.fake_machine import Call, FakeMachine, Gone
from tests.support.trees import plant

CMDLINE = "BOOT_IMAGE=/vmlinuz ro"
EARLIER = LoadedImage("earlier", "Earlier", "/boot/old", (), "ro", ((1, 1, 1, 1),))
DISK = Volume("/dev/sdb1", "part", "ext4")
OTHER = Volume("/dev/sdc1", "part", "xfs")

DROPPED: list[Call] = [("unload",), ("remove",)]
BEGUN: list[Call] = [("begin", "debian")]
WRITTEN: list[Call] = [("write", "debian")]


@pytest.fixture
def boot(tmp_path: Path) -> Path:
    return plant(tmp_path / "boot", {"vmlinuz": b"kernel", "initrd": b"one", "more": b"two"})


def seen(path: Path) -> BootFile:
    return BootFile(f"/{path.name}", str(path), None, f"/{path.name}")


def unseen(inner: str, volume: Volume = DISK) -> BootFile:
    return BootFile(inner, None, volume, inner)


def entry_of(kernel: BootFile, *initrds: BootFile) -> BootEntry:
    return BootEntry(
        id="debian",
        own_id="debian",
        title="Debian",
        submenus=(),
        submenu_ids=(),
        menu_index="0",
        loader="grub",
        position=Position("/boot/grub/grub.cfg", 1, 1, ""),
        kind="linux",
        kernel=kernel,
        initrds=initrds,
        cmdline=CMDLINE,
    )


def plan_for(
    fake: FakeMachine, kernel: BootFile, *initrds: BootFile, execute: bool = False
) -> KexecPlan:
    entry = entry_of(kernel, *initrds)
    return plan_kexec(entry, Request(execute=execute), Facts(loaded=fake.loaded, init=fake.name))


def do(fake: FakeMachine, plan: KexecPlan) -> list[str]:
    """Carry *plan* out; give what the user was told. What was asked before does not count."""
    fake.calls.clear()
    told: list[str] = []
    carry_out(plan, fake.as_machine(), told.append)
    return told


def load_call(boot: Path, *initrds: str) -> Call:
    return ("load", str(boot / "vmlinuz"), tuple(str(boot / name) for name in initrds), CMDLINE)


@pytest.mark.parametrize("initrds", [(), ("initrd",), ("initrd", "more"), ("more", "initrd")])
def test_load_only(boot: Path, initrds: tuple[str, ...]) -> None:
    fake = FakeMachine()
    told = do(fake, plan_for(fake, seen(boot / "vmlinuz"), *(seen(boot / n) for n in initrds)))
    assert fake.deeds == [*BEGUN, load_call(boot, *initrds), *WRITTEN]
    assert (fake.loaded, told) == (True, [])


@pytest.mark.parametrize("record", [None, EARLIER], ids=["somebody else's", "ours"])
def test_what_is_loaded_is_dropped_before_the_load(boot: Path, record: LoadedImage | None) -> None:
    fake = FakeMachine(loaded=True, record=record)
    do(fake, plan_for(fake, seen(boot / "vmlinuz")))
    assert fake.deeds == [*BEGUN, ("unload",), load_call(boot), *WRITTEN]


def test_exec_hands_over_last(boot: Path) -> None:
    fake = FakeMachine(loaded=True)
    with pytest.raises(Gone):
        do(fake, plan_for(fake, seen(boot / "vmlinuz"), seen(boot / "initrd"), execute=True))
    assert fake.deeds == [
        *BEGUN,
        ("unload",),
        load_call(boot, "initrd"),
        *WRITTEN,
        ("start_kexec",),
        ("wait", 60),
    ]


def test_the_load_is_verified_before_the_jump(boot: Path) -> None:
    fake = FakeMachine()
    with pytest.raises(Gone):
        do(fake, plan_for(fake, seen(boot / "vmlinuz"), execute=True))
    names = [call[0] for call in fake.calls]
    assert names.index("load") < names.index("is_loaded") < names.index("start_kexec")


@pytest.mark.parametrize(
    ("execute", "checks"),
    [(False, {"require_permission"}), (True, {"require_permission", "require_kexec"})],
)
def test_what_may_refuse_is_asked_before_anything_is_touched(
    boot: Path, *, execute: bool, checks: set[object]
) -> None:
    fake = FakeMachine(loaded=True, folders={DISK.path: boot}, goes_down=False)
    with contextlib.suppress(BootpickError):
        do(fake, plan_for(fake, unseen("/vmlinuz"), execute=execute))
    assert (fake.checks, fake.names[0]) == (checks, "mount")


def test_record_says_what_was_loaded(boot: Path) -> None:
    fake = FakeMachine()
    do(fake, plan_for(fake, seen(boot / "vmlinuz"), seen(boot / "initrd")))
    status = [(boot / name).stat() for name in ("vmlinuz", "initrd")]
    assert fake.record == LoadedImage(
        "debian",
        "Debian",
        str(boot / "vmlinuz"),
        (str(boot / "initrd"),),
        CMDLINE,
        tuple((s.st_dev, s.st_ino, s.st_size, s.st_mtime_ns) for s in status),
        tuple(LoadedFile(str(boot / name), 1, "0" * 64) for name in ("vmlinuz", "initrd")),
    )


# -- file systems that are not mounted ----------------------------------------------------------


def test_files_are_loaded_from_where_they_were_mounted(boot: Path, tmp_path: Path) -> None:
    other = plant(tmp_path / "other", {"i1": b"1"})
    fake = FakeMachine(folders={DISK.path: boot, OTHER.path: other})
    do(fake, plan_for(fake, unseen("/vmlinuz"), unseen("/i1", OTHER), seen(boot / "more")))
    load = ("load", f"{boot}/vmlinuz", (f"{other}/i1", f"{boot}/more"), CMDLINE)
    assert fake.deeds == [
        ("mount", DISK.path),
        ("mount", OTHER.path),
        *BEGUN,
        load,
        ("unmount", OTHER.path),
        ("unmount", DISK.path),
        *WRITTEN,
    ]


def test_nothing_is_mounted_any_more_at_the_jump(boot: Path) -> None:
    fake = FakeMachine(loaded=True, folders={DISK.path: boot})
    with pytest.raises(Gone):
        do(fake, plan_for(fake, unseen("/vmlinuz"), execute=True))
    assert fake.names == [
        "mount",
        "begin",
        "unload",
        "load",
        "unmount",
        "write",
        "start_kexec",
        "wait",
    ]


@pytest.mark.parametrize("missing", ["kernel", "initrd"])
def test_file_missing_after_mounting_leaves_what_was_loaded(boot: Path, missing: str) -> None:
    fake = FakeMachine(loaded=True, record=EARLIER, folders={DISK.path: boot})
    kernel = unseen("/nosuch" if missing == "kernel" else "/vmlinuz")
    initrd = unseen("/nosuch" if missing == "initrd" else "/initrd")
    with pytest.raises(NotBootable, match="/nosuch does not exist on /dev/sdb1"):
        do(fake, plan_for(fake, kernel, initrd, execute=True))
    assert fake.names == ["mount", "unmount"]
    assert (fake.loaded, fake.record, fake.mounted_now) == (True, EARLIER, [])


IMAGE = Volume(
    "/isos/x.iso", "loop", "iso9660", image=(Volume("/", "x", mounts=(Mount("/"),)), "/x")
)
UNSEEN_IMAGE = Volume("/x.iso on /dev/sdb1", "loop", image=(DISK, "/x.iso"))


@pytest.mark.parametrize(("image", "before"), [(IMAGE, []), (UNSEEN_IMAGE, ["mount"])])
def test_files_in_an_image_are_copied_before_anything_is_dropped(
    image: Volume, before: list[str], boot: Path
) -> None:
    fake = FakeMachine(loaded=True, record=EARLIER, folders={DISK.path: boot})
    plan = plan_for(fake, unseen("/vmlinuz", image), unseen("/initrd", image), execute=False)
    carry_out(plan, fake.as_machine(), lambda line: None)
    assert fake.names[: len(before) + 4] == [*before, "copy", "copy", "begin", "unload"]
    assert ("load", "/copy-of/vmlinuz", ("/copy-of/initrd",), CMDLINE) in fake.calls
    assert fake.record is not None
    assert (fake.record.kernel, fake.record.fingerprints) == (f"/vmlinuz in {image.path}", ())


def test_image_that_cannot_be_read_leaves_what_was_loaded(boot: Path) -> None:
    error = NotBootable("/initrd does not exist in /isos/x.iso")
    fake = FakeMachine(loaded=True, record=EARLIER, copy_error=error)
    plan = plan_for(fake, unseen("/vmlinuz", IMAGE))
    with pytest.raises(NotBootable):
        carry_out(plan, fake.as_machine(), lambda line: None)
    assert (fake.names, fake.loaded, fake.record) == (["copy"], True, EARLIER)


def unified(boot: Path) -> tuple[BootFile, BootFile]:
    image = seen(boot / "vmlinuz")._replace(stamp=(6, 7))
    kernel = image._replace(slices=(Slice(1, 2, ".linux"),))
    return kernel, image._replace(slices=(Slice(3, 1, ".ucode"), Slice(4, 1, ".initrd")))


def test_parts_of_a_file_are_copied_before_anything_is_dropped(boot: Path) -> None:
    fake = FakeMachine(loaded=True, record=EARLIER)
    do(fake, plan_for(fake, *unified(boot), seen(boot / "more")))
    path = str(boot / "vmlinuz")
    initrds = (f"/2-parts-of{path}", str(boot / "more"))
    assert fake.deeds == [
        ("copy", path, ((1, 2),), (6, 7)),
        ("copy", path, ((3, 1), (4, 1)), (6, 7)),
        *BEGUN,
        ("unload",),
        ("load", f"/1-parts-of{path}", initrds, CMDLINE),
        *WRITTEN,
    ]
    # What is remembered is the file: whether that changes tells whether the load is stale.
    assert fake.record is not None
    assert (fake.record.kernel, fake.record.initrds) == (path, (str(boot / "more"),))
    assert len(fake.record.fingerprints) == 2


def test_parts_that_cannot_be_copied_leave_what_was_loaded(boot: Path) -> None:
    error = BootpickError("x.efi has changed since it was read")
    fake = FakeMachine(loaded=True, record=EARLIER, copy_error=error)
    with pytest.raises(BootpickError, match="has changed"):
        do(fake, plan_for(fake, *unified(boot), execute=True))
    assert (fake.names, fake.loaded, fake.record) == (["copy"], True, EARLIER)


@pytest.mark.parametrize("is_unified", [False, True])
def test_missing_signature_of_a_kernel_in_an_image_is_explained(
    boot: Path, *, is_unified: bool
) -> None:
    fake = FakeMachine(load_error=SignatureRefused("the kernel refused it", "sign it"))
    kernel = unified(boot)[0] if is_unified else seen(boot / "vmlinuz")
    with pytest.raises(SignatureRefused, match="the kernel refused it") as caught:
        do(fake, plan_for(fake, kernel))
    assert ("for the whole" in (caught.value.hint or "")) is is_unified
    assert (caught.value.status, fake.loaded) == (6, False)


def test_mount_that_fails_leaves_what_was_loaded(boot: Path) -> None:
    error = BootpickError("cannot mount /dev/sdb1: no such device")
    fake = FakeMachine(loaded=True, record=EARLIER, mount_error=error, folders={DISK.path: boot})
    with pytest.raises(BootpickError) as caught:
        do(fake, plan_for(fake, unseen("/vmlinuz"), execute=True))
    assert caught.value is error
    assert fake.names == ["mount"]
    assert (fake.loaded, fake.record, fake.mounted_now) == (True, EARLIER, [])


# -- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("execute", [False, True])
def test_refused_permission_changes_nothing(boot: Path, *, execute: bool) -> None:
    error = LoadRefused("kexec is disabled")
    fake = FakeMachine(loaded=True, record=EARLIER, permission_error=error)
    with pytest.raises(LoadRefused):
        do(fake, plan_for(fake, seen(boot / "vmlinuz"), execute=execute))
    assert (fake.names, fake.loaded, fake.record) == ([], True, EARLIER)


def test_initrds_that_there_is_no_memory_for_leave_what_was_loaded(boot: Path) -> None:
    error = BootpickError("there is not enough memory")
    folders = {DISK.path: boot}
    fake = FakeMachine(loaded=True, record=EARLIER, memory_error=error, folders=folders)
    plan = plan_for(fake, seen(boot / "vmlinuz"), unseen("/initrd"), seen(boot / "more"))
    with pytest.raises(BootpickError, match="not enough memory"):
        do(fake, plan)
    assert ("require_memory", (str(boot / "initrd"), str(boot / "more"))) in fake.calls
    assert (fake.names, fake.loaded, fake.record) == (["mount", "unmount"], True, EARLIER)


def test_init_that_cannot_kexec_changes_nothing(boot: Path) -> None:
    fake = FakeMachine(loaded=True, record=EARLIER, require_error=BootpickError("no systemd"))
    with pytest.raises(BootpickError, match="no systemd"):
        do(fake, plan_for(fake, seen(boot / "vmlinuz"), execute=True))
    assert (fake.names, fake.loaded, fake.record) == ([], True, EARLIER)


def test_load_only_does_not_ask_init(boot: Path) -> None:
    fake = FakeMachine(require_error=BootpickError("no systemd"))
    do(fake, plan_for(fake, seen(boot / "vmlinuz")))
    assert fake.deeds == [*BEGUN, load_call(boot), *WRITTEN]


@pytest.mark.parametrize("error", [LoadRefused("locked down"), BootpickError("bad image")])
@pytest.mark.parametrize("execute", [False, True])
def test_failed_load_never_jumps(boot: Path, error: BootpickError, *, execute: bool) -> None:
    fake = FakeMachine(loaded=True, record=EARLIER, load_error=error, folders={DISK.path: boot})
    with pytest.raises(BootpickError) as caught:
        do(fake, plan_for(fake, unseen("/vmlinuz"), execute=execute))
    assert caught.value is error
    assert fake.names == [
        "mount",
        "begin",
        "unload",
        "load",
        "unmount",
        "remove",
    ]
    assert (fake.loaded, fake.record, fake.mounted_now) == (False, None, [])


@pytest.mark.parametrize("execute", [False, True])
def test_load_without_effect_never_jumps(boot: Path, *, execute: bool) -> None:
    fake = FakeMachine(load_is_empty=True)
    with pytest.raises(BootpickError, match="nothing is loaded"):
        do(fake, plan_for(fake, seen(boot / "vmlinuz"), execute=execute))
    assert fake.names == ["begin", "load", "remove"]
    assert fake.record is None


def test_unload_that_fails_keeps_the_load_away(boot: Path) -> None:
    error = LoadRefused("permission denied")
    fake = FakeMachine(loaded=True, record=EARLIER, unload_error=error)
    with pytest.raises(LoadRefused):
        do(fake, plan_for(fake, seen(boot / "vmlinuz"), execute=True))
    assert fake.names == ["begin", "unload", "write"]
    assert (fake.loaded, fake.record) == (True, EARLIER)


@pytest.mark.parametrize("execute", [False, True])
def test_record_that_cannot_be_written_keeps_the_load_away(boot: Path, *, execute: bool) -> None:
    """Or the machine would hold a kernel that nobody knows of."""
    error = BootpickError("/run/bootpick/loaded.json: No space left on device")
    fake = FakeMachine(write_error=error)
    with pytest.raises(BootpickError) as caught:
        do(fake, plan_for(fake, seen(boot / "vmlinuz"), execute=execute))
    assert caught.value is error
    assert (fake.names, fake.loaded, fake.record) == (["begin"], False, None)


@pytest.mark.parametrize(
    "error", [BootpickError("systemctl: refused"), KeyboardInterrupt()], ids=["refused", "Ctrl-C"]
)
def test_kexec_that_does_not_start_drops_the_image(boot: Path, error: BaseException) -> None:
    fake = FakeMachine(kexec_error=error)
    with pytest.raises(type(error)):
        do(fake, plan_for(fake, seen(boot / "vmlinuz"), execute=True))
    assert fake.deeds[-3:] == [("start_kexec",), *DROPPED]
    assert (fake.loaded, fake.record) == (False, None)


def test_jump_that_the_kernel_refuses_drops_the_image(boot: Path) -> None:
    fake = FakeMachine(jump_error=BootpickError("the kernel does not jump: busy"))
    entry = entry_of(seen(boot / "vmlinuz"))
    plan = plan_kexec(entry, Request(execute=True, jump=True), Facts(init=fake.name))
    with pytest.raises(BootpickError, match="does not jump"):
        do(fake, plan)
    assert fake.deeds == [*BEGUN, load_call(boot), *WRITTEN, ("jump",), *DROPPED]


def test_machine_that_stays_up_is_told_of(boot: Path) -> None:
    """The job is still queued: what is loaded stays until it is called off."""
    fake = FakeMachine(goes_down=False)
    with pytest.raises(BootpickError) as caught:
        do(fake, plan_for(fake, seen(boot / "vmlinuz"), execute=True))
    assert "60 seconds" in caught.value.message
    assert "fake init" in caught.value.message
    assert caught.value.hint == "look at fake init"
    assert fake.deeds[-2:] == [("start_kexec",), ("wait", 60)]
    assert fake.record is not None
    assert fake.loaded


@pytest.mark.parametrize("force", [False, True])
def test_init_is_passed_by_only_by_force(boot: Path, *, force: bool) -> None:
    direct = FakeMachine()
    asked = FakeMachine(force=direct)
    plan = plan_for(asked, seen(boot / "vmlinuz"), execute=True)._replace(forced=force)
    with pytest.raises(Gone):
        carry_out(plan, asked.as_machine(), lambda _: None)
    used, spared = (direct, asked) if force else (asked, direct)
    assert {"start_kexec", "wait"} <= set(used.names)
    assert {"start_kexec", "wait"}.isdisjoint(spared.names)


def test_user_is_told_before_the_jump(boot: Path) -> None:
    fake = FakeMachine(goes_down=False)
    told: list[tuple[str, list[object]]] = []

    def tell(line: str) -> None:
        told.append((line, fake.names))

    with pytest.raises(BootpickError):
        carry_out(plan_for(fake, seen(boot / "vmlinuz"), execute=True), fake.as_machine(), tell)
    ((line, before),) = told
    assert "Debian" in line
    assert before[-1] == "write"


def test_control_characters_of_a_title_are_not_told_raw(boot: Path) -> None:
    fake = FakeMachine()
    plan = plan_for(fake, seen(boot / "vmlinuz"), execute=True)
    plan = plan._replace(entry=plan.entry._replace(title="a\x1b[2Jb"))
    told: list[str] = []
    with pytest.raises(Gone):
        carry_out(plan, fake.as_machine(), told.append)
    assert ["\x1b" in line for line in told] == [False]


# -- unload -------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", [None, EARLIER])
def test_unload_drops_image_and_record(record: LoadedImage | None) -> None:
    fake = FakeMachine(loaded=True, record=record)
    unload(fake.as_machine())
    assert (fake.deeds, fake.loaded, fake.record) == (DROPPED, False, None)


def test_record_outlives_an_unload_that_failed() -> None:
    fake = FakeMachine(loaded=True, record=EARLIER, unload_error=LoadRefused("no"))
    with pytest.raises(LoadRefused):
        unload(fake.as_machine())
    assert (fake.loaded, fake.record) == (True, EARLIER)


def test_oneshot_is_pending_again_when_init_refuses(boot: Path) -> None:
    fake = FakeMachine(kexec_error=BootpickError("refused"))
    entry = entry_of(seen(boot / "vmlinuz"))._replace(oneshot=True)
    save = Save("/boot/grub/grubenv", (("next_entry", ""),), "before", "after")
    plan = plan_kexec(entry, Request(execute=True), Facts(init="init"), saves=(save,))
    with pytest.raises(BootpickError, match="refused"):
        carry_out(plan, fake.as_machine(), lambda _: None)
    assert [deed for deed in fake.deeds if deed[0] == "replace"] == [
        ("replace", "/boot/grub/grubenv", "before", "after"),
        ("replace", "/boot/grub/grubenv", "after", "before"),
    ]
    assert not fake.loaded
