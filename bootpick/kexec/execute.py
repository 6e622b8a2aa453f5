"""Carries out a plan. Everything that changes the machine goes through here."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime, timezone

from ..diagnostics import printable
from ..entries import BootFile
from ..errors import BootpickError, NotBootable, SignatureRefused
from ..system.machine import Jump, LoadedFile, LoadedImage, LoadResult, Machine, Progress
from .plan import WAIT_SECONDS, KexecPlan, require_unlocked

_SIGNED_AS_A_WHOLE = (
    "the signature of a unified kernel image is for the whole, and the kernel in it may have none "
    "of its own: a reboot through the firmware boots it"
)


def carry_out(
    plan: KexecPlan,
    machine: Machine,
    tell: Callable[[str], None],
    progress: Progress | None = None,
) -> None:
    """Do what *plan* says, step by step; *tell* is given a line for the user now and then.

    When this returns, the kernel is loaded. If the plan hands over to it, it does not return
    unless something went wrong, or one came back from a kexec jump.
    Raises NotBootable where a password has to be given first, and nobody was asked for it.
    Raises BootpickError; what was loaded is dropped again then, and nothing stays mounted. Should
    this process be killed, what it was at is remembered: the machine holds the image whole or none.
    """
    try:
        _carry_out(plan, machine, tell, progress or (lambda done, total: None))
    except BootpickError as error:
        machine.log.write(f"could not {_deed(plan)}: {printable(error.message)}")
        raise


def _deed(plan: KexecPlan) -> str:
    verb = "boot" if plan.executes else "load"
    return f"{verb} '{printable(plan.entry.title)}'"


def _carry_out(
    plan: KexecPlan, machine: Machine, tell: Callable[[str], None], progress: Progress
) -> None:
    crash = plan.way.crash
    require_unlocked(plan)
    # Before anything is touched: can the last step work at all?
    machine.kernel.require_permission()
    init = machine.init.by_force() if plan.forced else machine.init
    if plan.executes and not plan.way.jump:
        init.require_kexec()
    with ExitStack() as undo:
        image, result = _load(plan, machine, progress, undo)
        if not machine.kernel.is_loaded(crash=crash):
            raise BootpickError(
                f"the kernel took {plan.kernel.shown} ({result.call}) but says that nothing is "
                "loaded",
                "the last lines of 'dmesg' may tell why",
            )
        machine.records.write(image, crash=crash)
        machine.log.write(f"loaded {_described(plan, image)} with {result.call}")
        for step in plan.steps:
            if step.save is not None:
                save = step.save
                machine.blocks.replace(save.path, save.before, save.after)
                undo.callback(machine.blocks.replace, save.path, save.after, save.before)
            if step.removal is not None:
                machine.blocks.delete(step.removal.path, step.removal.before)
                undo.callback(machine.blocks.restore, step.removal.path, step.removal.before)
        if plan.executes and not plan.way.jump:
            problem = machine.jumps.write(_jump(plan, machine))
            undo.callback(machine.jumps.remove)
            if problem is not None:
                tell(f"'bootpick last' will not know of this jump: {problem}")
            machine.log.write(f"hands over to '{printable(plan.entry.title)}': {init.jump}")
            tell(f"Handing over to {printable(plan.entry.title)}")
            init.start_kexec()
        elif plan.executes:
            machine.log.write(f"jumps to '{printable(plan.entry.title)}', to come back")
            machine.kernel.jump_and_return()
            machine.log.write("came back")
            tell("Back from the other kernel")
        undo.pop_all()
    if not plan.executes or plan.way.jump:
        return
    init.wait(WAIT_SECONDS)
    raise BootpickError(
        f"the machine is still up {WAIT_SECONDS} seconds after {init.name} accepted the kexec",
        init.advice,
    )


def _load(
    plan: KexecPlan, machine: Machine, progress: Progress, undo: ExitStack
) -> tuple[LoadedImage, LoadResult]:
    """Load what *plan* says; *undo* drops it again, also after Ctrl-C."""
    with ExitStack() as mounts:
        points: dict[str, str] = {}
        copies: dict[BootFile, str] = {}
        for step in plan.steps:
            if step.kind == "mount" and step.volume is not None:
                points[step.volume.path] = mounts.enter_context(machine.mounts.mounted(step.volume))
            if step.kind == "read" and step.file is not None:
                copies[step.file] = mounts.enter_context(_copy(step.file, points, machine))
        files = (plan.kernel, *plan.initrds)
        paths = [copies.get(file) or _path(file, points, machine) for file in files]
        way = plan.way
        if (tree := plan.devicetree) is not None:
            way = way._replace(devicetree=copies.get(tree) or _path(tree, points, machine))
        _check_unchanged(plan, machine)
        machine.kernel.require_memory(paths[1:])
        # What is remembered from here on says that a load was begun: a run that is killed in it
        # leaves that, and the kernel holds the new image whole, or none.
        begun = _image(plan, machine)
        earlier = machine.records.read(crash=way.crash)
        machine.records.write(begun._replace(is_whole=False), crash=way.crash)
        if any(step.kind == "unload" for step in plan.steps):
            try:
                machine.kernel.unload(crash=way.crash)
            except BaseException:
                _restore(earlier, machine, crash=way.crash)
                raise
        undo.callback(_drop, machine, crash=way.crash)
        try:
            result = machine.kernel.load(paths, plan.cmdline, plan.kernel.shown, way, progress)
        except SignatureRefused as error:
            if plan.kernel.slices:
                raise SignatureRefused(error.message, _SIGNED_AS_A_WHOLE) from error
            raise
    names = [file.shown for file in files]
    loaded = tuple(
        LoadedFile(name, file.size, file.sha256)
        for name, file in zip(names, result.files, strict=False)
    )
    return begun._replace(files=loaded), result


def _check_unchanged(plan: KexecPlan, machine: Machine) -> None:
    """Refuse files that are not what they were when the plan was agreed to."""
    now = fingerprinted(plan, machine)
    names = [file.path for file in _remembered(plan) if file.path is not None]
    for name, before, after in zip(names, plan.fingerprints, now.fingerprints, strict=False):
        if before != after:
            raise BootpickError(
                f"{name} has changed since the plan was made", "look at the entry again"
            )


def _drop(machine: Machine, *, crash: bool) -> None:
    if machine.kernel.is_loaded(crash=crash):
        machine.kernel.unload(crash=crash)
    machine.records.remove(crash=crash)


def _restore(earlier: LoadedImage | None, machine: Machine, *, crash: bool) -> None:
    if earlier is None:
        machine.records.remove(crash=crash)
    else:
        machine.records.write(earlier, crash=crash)


def _remembered(plan: KexecPlan) -> list[BootFile]:
    """Give the files whose state is remembered, the kernel first.

    An initrd that is a part of the kernel's image is remembered with that.
    """
    return [plan.kernel, *(file for file in plan.initrds if not file.slices)]


def fingerprinted(plan: KexecPlan, machine: Machine) -> KexecPlan:
    """Give *plan* with what its files are now: it is carried out only while they stay that."""
    paths = [file.path for file in _remembered(plan) if file.path is not None]
    return plan._replace(fingerprints=machine.records.fingerprint(paths))


def _image(plan: KexecPlan, machine: Machine) -> LoadedImage:
    """Give what is remembered; of files that were mounted for the load, only their names."""
    files = _remembered(plan)
    paths = [file.path for file in files if file.path is not None]
    names = [file.path or file.shown for file in files]
    return LoadedImage(
        plan.entry.id,
        plan.entry.title,
        names[0],
        tuple(names[1:]),
        plan.cmdline,
        machine.records.fingerprint(paths) if len(paths) == len(files) else (),
        returns=plan.way.jump,
    )


def _jump(plan: KexecPlan, machine: Machine) -> Jump:
    return Jump(
        plan.entry.id,
        plan.entry.title,
        plan.entry.version or "",
        plan.cmdline,
        plan.entry.architecture or "",
        machine.jumps.boot_id(),
        datetime.now(timezone.utc).isoformat(timespec="seconds"),
    )


def _described(plan: KexecPlan, image: LoadedImage) -> str:
    """Give what was loaded in one line, for the log."""
    what = " for a panic" if plan.way.crash else ""
    files = ", ".join(f"{file.path} (sha256 {file.sha256})" for file in image.files)
    return printable(f"'{plan.entry.title}'{what}: {files}, command line: {plan.cmdline}")


def unload(machine: Machine, *, crash: bool = False) -> None:
    """Drop the loaded kernel and what is remembered of it."""
    machine.kernel.unload(crash=crash)
    machine.records.remove(crash=crash)
    machine.log.write("dropped the crash kernel" if crash else "dropped the loaded kernel")


def _path(file: BootFile, points: dict[str, str], machine: Machine) -> str:
    """Give the path of *file*, which may lie on a file system that was mounted just now."""
    if file.path is not None:
        return file.path
    assert file.volume is not None
    found = machine.mounts.find(points[file.volume.path], file.inner)
    if found is None:
        raise NotBootable(f"{file.inner} does not exist on {file.volume.path}")
    return found


def _copy(file: BootFile, points: dict[str, str], machine: Machine) -> AbstractContextManager[str]:
    """Give the path of a copy of *file*, which is in an image or consists of parts of a file."""
    if file.slices:
        parts = [(part.offset, part.length) for part in file.slices]
        return machine.mounts.parts_copied(_path(file, points, machine), parts, file.stamp)
    assert file.volume is not None
    holder = file.unmounted
    point = points[holder.path] if holder is not None else None
    return machine.mounts.copied(file.volume, file.inner, point)
