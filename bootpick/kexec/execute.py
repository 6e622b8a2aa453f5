"""Carries out a plan. Everything that changes the machine goes through here."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

from ..diagnostics import printable
from ..entries import BootFile
from ..errors import BootpickError, NotBootable, SignatureRefused
from ..system.machine import LoadedImage, Machine
from .plan import WAIT_SECONDS, KexecPlan, require_unlocked

_SIGNED_AS_A_WHOLE = (
    "the signature of a unified kernel image is for the whole, and the kernel in it may have none "
    "of its own: a reboot through the firmware boots it"
)


def carry_out(plan: KexecPlan, machine: Machine, tell: Callable[[str], None]) -> None:
    """Do what *plan* says, step by step; *tell* is given a line for the user now and then.

    When this returns, the kernel is loaded. If the plan hands over to it, it does not return
    unless something went wrong.
    Raises NotBootable where a password has to be given first, and nobody was asked for it.
    Raises BootpickError; what was loaded is dropped again then, and nothing stays mounted.
    """
    require_unlocked(plan)
    # Before anything is touched: can the last step work at all?
    machine.kernel.require_permission()
    init = machine.init.by_force() if plan.forced else machine.init
    if plan.executes:
        init.require_kexec()
    with ExitStack() as mounts:
        points: dict[str, str] = {}
        copies: dict[BootFile, str] = {}
        for step in plan.steps:
            if step.kind == "mount" and step.volume is not None:
                points[step.volume.path] = mounts.enter_context(machine.mounts.mounted(step.volume))
            if step.kind == "read" and step.file is not None:
                copies[step.file] = mounts.enter_context(_copy(step.file, points, machine))
        files = (plan.kernel, *plan.initrds)
        kernel, *initrds = (copies.get(file) or _path(file, points, machine) for file in files)
        if any(step.kind == "unload" for step in plan.steps):
            unload(machine)
        try:
            method = machine.kernel.load(kernel, initrds, plan.cmdline, plan.kernel.shown)
        except SignatureRefused as error:
            if plan.kernel.slices:
                raise SignatureRefused(error.message, _SIGNED_AS_A_WHOLE) from error
            raise
    if not machine.kernel.is_loaded():
        raise BootpickError(
            f"the kernel took {plan.kernel.shown} ({method}) but says that nothing is loaded",
            "the last lines of 'dmesg' may tell why",
        )
    # Also after Ctrl-C: what nobody will jump into is not left behind, and a one-shot that was
    # not followed is pending again.
    with ExitStack() as undo:
        undo.callback(unload, machine)
        machine.records.write(_image(plan, machine))
        for step in plan.steps:
            if step.save is not None:
                path, _, before, after = step.save
                machine.blocks.replace(path, before, after)
                undo.callback(machine.blocks.replace, path, after, before)
            if step.removal is not None:
                machine.blocks.delete(step.removal.path, step.removal.before)
                undo.callback(machine.blocks.restore, step.removal.path, step.removal.before)
        if plan.executes:
            tell(f"Handing over to {printable(plan.entry.title)}")
            init.start_kexec()
        undo.pop_all()
    if not plan.executes:
        return
    init.wait(WAIT_SECONDS)
    raise BootpickError(
        f"the machine is still up {WAIT_SECONDS} seconds after {init.name} accepted the kexec",
        init.advice,
    )


def _image(plan: KexecPlan, machine: Machine) -> LoadedImage:
    """Give what is remembered; of files that were mounted for the load, only their names.

    An initrd that is a part of the kernel's image is remembered with that.
    """
    files = [plan.kernel, *(file for file in plan.initrds if not file.slices)]
    paths = [file.path for file in files if file.path is not None]
    names = [file.path or file.shown for file in files]
    return LoadedImage(
        plan.entry.id,
        plan.entry.title,
        names[0],
        tuple(names[1:]),
        plan.cmdline,
        machine.records.fingerprint(paths) if len(paths) == len(files) else (),
    )


def unload(machine: Machine) -> None:
    """Drop the loaded kernel and what is remembered of it."""
    machine.kernel.unload()
    machine.records.remove()


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
        assert file.path is not None
        parts = [(part.offset, part.length) for part in file.slices]
        return machine.mounts.parts_copied(file.path, parts, file.stamp)
    assert file.volume is not None
    holder = file.unmounted
    point = points[holder.path] if holder is not None else None
    return machine.mounts.copied(file.volume, file.inner, point)
