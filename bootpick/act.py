"""An act: the entry that was named or picked is planned, shown, and booted or loaded.

Beside the command line itself the only module that prints.
"""

import argparse
import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

from . import options as command_line
from . import report
from .diagnostics import printable
from .entries import BootEntry, BootFile, BootMenu, Running
from .errors import BootpickError, NoConfiguration, UsageError
from .kexec.cmdline import has
from .kexec.execute import carry_out, fingerprinted
from .kexec.facts import Facts
from .kexec.plan import KexecPlan, plan_kexec, require_unlocked
from .kexec.request import Request
from .passwords import opens
from .picker import Picker, Surroundings
from .selection import select

if TYPE_CHECKING:
    from .system.devices import Facts as Here
    from .system.machine import Machine


def act(menu: BootMenu, options: argparse.Namespace, machine: "Machine") -> int:
    """Do what the command line asks for; give the exit status."""
    from .system.devices import read_facts

    here = read_facts()
    request = command_line.request(options, here.cmdline, _extra_initrds(options))
    init = machine.init.by_force() if request.force else machine.init
    able = machine.kernel.abilities(jump=request.jump)
    facts = Facts(
        loaded=machine.kernel.is_loaded(crash=request.crash),
        init=init.jump,
        stops=init.stops,
        machine=here.machine,
        lockdown=able.lockdown,
        crash_size=able.crash_size,
        can_jump=able.can_jump,
        size_of=_whole_size,
    )
    picker = None
    if options.entry is not None:
        plan = _plan(menu, select(menu, options.entry), request, facts)
    elif not any(entry.bootable for entry in menu.entries):
        raise NoConfiguration(
            "the boot configuration has no entry that can be booted",
            "'bootpick list' shows the reasons" if menu.entries else None,
        )
    elif options.default:
        plan = _plan(menu, select(menu, "@default"), request, facts)
    else:
        picker = _picker(options, _surroundings(menu, options, request, here))
        plan = _picked(menu, options, machine, (picker, request, facts))
    for argument in request.remove:
        if plan.entry.cmdline is not None and not has(plan.entry.cmdline, argument):
            note = f"the command line has no '{printable(argument)}' that could be removed"
            print(f"bootpick: note: {note}", file=sys.stderr)
    if options.dry_run:
        if options.json:
            print(report.to_json(report.plan_object(plan)))
        else:
            print("\n".join(report.plan_lines(plan)))
        return 0
    require_unlocked(plan)
    if facts.loaded and machine.records.read(crash=request.crash) is None:
        print(
            "bootpick: note: this replaces a kernel that something else had loaded",
            file=sys.stderr,
        )
    # With --json, stdout is for the object alone.
    told = sys.stderr if options.json else sys.stdout
    with picker.loading() if picker is not None else nullcontext() as progress:
        carry_out(plan, machine, lambda line: print(line, file=told, flush=True), progress)
    if options.json:
        print(report.to_json(report.plan_object(plan)))
    else:
        still = "Still loaded, as it was left" if plan.executes else "Loaded"
        print(f"{still}: {printable(plan.entry.title)}")
        print(_next_step(plan, init.command))
    return 0


def _next_step(plan: KexecPlan, command: str | None) -> str:
    """Say what boots the kernel that is loaded now, by *command* of init's, and what drops it."""
    if plan.way.crash:
        return "A panic boots it; 'bootpick unload --crash' drops it."
    if plan.way.jump:
        from .system.machine import JUMP_COMMAND

        return f"'{JUMP_COMMAND}' jumps into it; 'bootpick unload' drops it."
    if command is not None:
        return f"'{command}' boots it; 'bootpick unload' drops it."
    return "'bootpick unload' drops it; it takes '--exec --force' to boot it."


def _plan(menu: BootMenu, entry: BootEntry, request: Request, facts: Facts) -> KexecPlan:
    return plan_kexec(entry, request, facts, saves=menu.saves, removal=menu.removal)


def _picked(
    menu: BootMenu,
    options: argparse.Namespace,
    machine: "Machine",
    wanted: tuple[Picker, Request, Facts],
) -> KexecPlan:
    """Give the plan of what a person picks in the menu, and agrees to."""
    picker, request, facts = wanted
    while True:
        pick = picker.pick(menu)
        executes = request.execute and not pick.load_only
        wish = request._replace(execute=executes, unlocked=pick.unlocked)
        if pick.cmdline is not None:
            wish = wish._replace(cmdline=pick.cmdline, is_edited=True)
        try:
            plan = _plan(menu, pick.entry, wish, facts)
        except BootpickError as error:
            picker.tell(error.message)
            continue
        # What is agreed to is what is seen: until it is done, its files may not change.
        plan = fingerprinted(plan, machine)
        if options.dry_run or options.yes or pick.unattended:
            return plan
        if picker.confirm(plan, _losses(plan, machine)):
            return plan


def _losses(plan: KexecPlan, machine: "Machine") -> tuple[str, ...]:
    """Give what ends when the machine goes down into another kernel."""
    if not plan.executes or plan.way.jump:
        return ()
    return (
        "every running program, and what it has not saved",
        *(f"the login of {login}" for login in machine.bystanders.logins()),
        *machine.bystanders.inhibitors(),
    )


def _surroundings(
    menu: BootMenu, options: argparse.Namespace, request: Request, here: "Here"
) -> Surroundings:
    """Give what the menu shows beside the entries, and whom it asks."""
    from .system.crypt import crypt

    return Surroundings(
        Running(here.release, here.cmdline),
        _size,
        lambda entry: request.line_of(entry.cmdline or ""),
        lambda lock, user, password: opens(lock, user, password, crypt),
        request.execute,
        menu.timeout if options.timeout == "loader" else options.timeout,
        menu.timeout_style,
    )


def _picker(options: argparse.Namespace, around: Surroundings) -> Picker:
    """Give the menu for this terminal."""
    if not (sys.stdin.isatty() and (sys.stdout.isatty() or options.plain)):
        raise UsageError(
            "the menu needs a terminal",
            "without one, use '--default' or '--entry SEL', and 'list' to see the entries",
        )
    if options.plain or os.environ.get("TERM", "dumb") in ("dumb", "unknown", ""):
        from .picker.plain import PlainPicker

        return PlainPicker(around)
    from .picker.menu import QuestionaryPicker

    return QuestionaryPicker(around, colour=command_line.wants_colour(options))


def _extra_initrds(options: argparse.Namespace) -> tuple[BootFile, ...]:
    """Give the files that are loaded behind the entry's initrds. Raises BootpickError."""
    from .system.tree import is_regular

    for name in options.extra_initrd:
        if not is_regular(name):
            raise BootpickError(f"--extra-initrd {name}: there is no such file")
    return tuple(BootFile(name, os.path.abspath(name), None, name) for name in options.extra_initrd)


def _whole_size(entry: BootEntry) -> int | None:
    sizes = [_size(file) for file in entry.files]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def _size(file: BootFile) -> int | None:
    from .system.tree import size_of

    if file.slices:
        return sum(part.length for part in file.slices)
    return size_of(file.path) if file.path is not None else None
