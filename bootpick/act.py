"""An act: the entry that was named or picked is planned, shown, and booted or loaded.

Beside the command line itself the only module that prints.
"""

import argparse
import sys
from typing import TYPE_CHECKING

from . import options as command_line
from . import report
from .diagnostics import printable
from .entries import BootMenu
from .errors import Cancelled, NoConfiguration, UsageError
from .kexec.execute import carry_out
from .kexec.plan import Facts, plan_kexec
from .selection import select

if TYPE_CHECKING:
    from .picker import Picker
    from .system.machine import Machine


def act(menu: BootMenu, options: argparse.Namespace, machine: "Machine") -> int:
    """Do what the command line asks for; give the exit status."""
    picker = None
    if options.entry is not None:
        entry = select(menu, options.entry)
    else:
        if not any(entry.bootable for entry in menu.entries):
            raise NoConfiguration(
                "the boot configuration has no entry that can be booted",
                "'bootpick list' shows the reasons" if menu.entries else None,
            )
        if options.default:
            entry = select(menu, "@default")
        else:
            picker = _picker()
            entry = picker.pick(menu)
    request = command_line.request(options, from_menu=picker is not None)
    loaded = machine.kernel.is_loaded()
    init = machine.init.by_force() if request.force else machine.init
    facts = Facts(loaded=loaded, init=init.jump, stops=init.stops)
    plan = plan_kexec(entry, request, facts, saves=menu.saves, removal=menu.removal)
    if options.dry_run:
        if options.json:
            print(report.to_json(report.plan_object(plan)))
        else:
            print("\n".join(report.plan_lines(plan)))
        return 0
    if picker is not None and not options.yes and not picker.confirm(plan):
        raise Cancelled("nothing was done")
    if loaded and machine.records.read() is None:
        print(
            "bootpick: note: this replaces a kernel that something else had loaded",
            file=sys.stderr,
        )
    # With --json, stdout is for the object alone.
    told = sys.stderr if options.json else sys.stdout
    carry_out(plan, machine, lambda line: print(line, file=told, flush=True))
    if options.json:
        print(report.to_json(report.plan_object(plan)))
    else:
        print(f"Loaded: {printable(entry.title)}")
        if init.command is not None:
            print(f"'{init.command}' boots it; 'bootpick unload' drops it.")
        else:
            print("'bootpick unload' drops it; it takes '--exec --force' to boot it.")
    return 0


def _picker() -> "Picker":
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "the menu needs a terminal",
            "without one, use '--default' or '--entry SEL', and 'list' to see the entries",
        )
    from .picker.menu import QuestionaryPicker

    return QuestionaryPicker()
