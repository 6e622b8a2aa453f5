"""Carries out a plan. Everything that changes the machine goes through here."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

from ..diagnostics import printable
from ..entries import BootFile
from ..errors import BootpickError, NotBootable
from ..system.machine import LoadedImage, Machine
from .plan import WAIT_SECONDS, KexecPlan


def carry_out(plan: KexecPlan, machine: Machine, tell: Callable[[str], None]) -> None:
    """Do what *plan* says, step by step; *tell* is given a line for the user now and then.

    When this returns, the kernel is loaded. If the plan hands over to it, it does not return
    unless something went wrong.
    Raises BootpickError; what was loaded is dropped again then, and nothing stays mounted.
    """
    # Before anything is touched: can the last step work at all?
    machine.kernel.require_permission()
    if plan.executes:
        machine.init.require_kexec()
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
        method = machine.kernel.load(kernel, initrds, plan.cmdline)
    if not machine.kernel.is_loaded():
        raise BootpickError(
            f"the kernel took {kernel} ({method}) but says that nothing is loaded",
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
            machine.init.start_kexec()
        undo.pop_all()
    if not plan.executes:
        return
    machine.init.wait(WAIT_SECONDS)
    raise BootpickError(
        f"the machine is still up {WAIT_SECONDS} seconds after {machine.init.name} accepted the "
        "kexec",
        "'systemctl list-jobs' shows what it waits for; 'bootpick unload' calls it off",
    )


def _image(plan: KexecPlan, machine: Machine) -> LoadedImage:
    """Give what is remembered; of files that were mounted for the load, only their names."""
    paths = [file.path for file in (plan.kernel, *plan.initrds) if file.path is not None]
    all_seen = len(paths) == 1 + len(plan.initrds)
    names = [file.shown for file in (plan.kernel, *plan.initrds)]
    return LoadedImage(
        plan.entry.id,
        plan.entry.title,
        names[0],
        tuple(names[1:]),
        plan.cmdline,
        machine.records.fingerprint(paths) if all_seen else (),
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
    """Give the path of a copy of *file*, which is in an image."""
    assert file.volume is not None
    holder = file.unmounted
    point = points[holder.path] if holder is not None else None
    return machine.mounts.copied(file.volume, file.inner, point)
