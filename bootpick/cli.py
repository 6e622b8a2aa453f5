"""The command line: what was asked for, who does it, and what is printed.

Beside an act (act.py) the only module that prints; its answer ends the program.
"""

import argparse
import io
import sys
from typing import TYPE_CHECKING

from . import __version__, report
from . import options as command_line
from .diagnostics import Diagnostic, printable
from .entries import BootEntry, BootMenu
from .errors import BootpickError, Cancelled, NoConfiguration, Unreadable
from .grub.reader import run_script
from .reading import read_everything, read_scene

if TYPE_CHECKING:
    from .system.machine import Machine


def main(argv: list[str] | None = None, machine: "Machine | None" = None) -> int:
    """Run the program; give its exit status. *machine* is this one unless a test has its own."""
    verbose = 0
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may know ASCII only
            stream.reconfigure(errors="backslashreplace")
    try:
        options = command_line.parser().parse_intermixed_args(
            sys.argv[1:] if argv is None else argv
        )
        verbose = options.verbose
        return _run(options, machine)
    except BootpickError as error:
        return _fail(error, verbose)
    except KeyboardInterrupt:
        return _fail(Cancelled("cancelled"))
    except BrokenPipeError:  # whoever read our output has gone: no error of ours
        return 0
    except OSError as error:
        return _fail(BootpickError(f"cannot write the output: {error.strerror}"), verbose)
    except (RecursionError, MemoryError) as error:
        return _fail(BootpickError(f"out of bounds: {type(error).__name__}"), verbose)


def _fail(error: BootpickError, verbose: int = 0) -> int:
    if verbose > 1:
        from traceback import format_exc

        print("\n".join(map(printable, format_exc().rstrip().split("\n"))), file=sys.stderr)
    print(Diagnostic("error", error.message, hint=error.hint).format(), file=sys.stderr)
    return error.status


def _run(options: argparse.Namespace, machine: "Machine | None") -> int:
    if options.version:
        print(f"bootpick {__version__}")
        return 0
    verb = command_line.check_usage(options)
    if verb == "status":
        return _status(options, machine or _this_machine())
    if verb == "last":
        return _last(options, machine or _this_machine())
    if verb == "unload":
        return _unload(options, machine or _this_machine())
    if verb == "eval":
        return _eval(options)
    try:
        menu = read_everything(command_line.wanted(options))
    except Unreadable:
        if verb is None and not options.dry_run:
            # An act needs root in any case, and that is what to say first.
            (machine or _this_machine()).kernel.require_permission()
        raise
    if verb == "list":
        return _list(menu, options)
    from .selection import select

    if verb == "show":
        return _show(select(menu, options.words[1]), options, menu.dialect)
    from .act import act

    return act(menu, options, machine or _this_machine())


# ---------------------------------------------------------------------------------------------
# Commands


def _list(menu: BootMenu, options: argparse.Namespace) -> int:
    if options.json:
        print(report.to_json(report.menu_object(menu)))
    else:
        if menu.entries or options.verbose:
            _tell_diagnostics(menu, None if options.verbose else _TOLD)
        style = report.Style(colour=command_line.wants_colour(options))
        for line in report.list_lines(menu, style, verbose=options.verbose > 0):
            print(line)
    if not menu.entries:
        problems = sum(diagnostic.severity == "error" for diagnostic in menu.diagnostics)
        hint = next((one.hint for one in menu.diagnostics if one.hint is not None), None)
        if problems:
            hint = f"it has {problems} errors; 'bootpick list -v' shows them"
        raise NoConfiguration("the boot configuration has no entry", hint)
    return 0


_TOLD = 20
"""Messages that `list` shows without -v."""


def _tell_diagnostics(menu: BootMenu, count: int | None) -> None:
    for diagnostic in menu.diagnostics[:count]:
        print(diagnostic.format(), file=sys.stderr)
    more = len(menu.diagnostics) - len(menu.diagnostics[:count])
    if more:
        note = f"{more} further messages; 'bootpick list -v' shows them"
        print(f"bootpick: note: {note}", file=sys.stderr)


def _eval(options: argparse.Namespace) -> int:
    name = options.words[1]
    scene, script = read_scene(command_line.wanted(options), name)
    if script is None or script.found is None or script.found.is_directory:
        raise BootpickError(f"there is no file {name}")
    # $root and $prefix are those of the installation's configuration, if there is one.
    shell, ended = run_script(scene.world, script, scene.config or script, scene.settings)
    text = "".join(shell.output)
    if sys.stdout.isatty():
        print("\n".join(map(printable, text.split("\n"))), end="")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    for diagnostic in shell.diagnostics:
        print(diagnostic.format(), file=sys.stderr)
    return 0 if ended else 1


def _show(entry: BootEntry, options: argparse.Namespace, dialect: str | None) -> int:
    if options.json:
        print(report.to_json(report.entry_object(entry)))
    else:
        for line in report.show_lines(entry, dialect):
            print(line)
    return 0


def _this_machine() -> "Machine":
    from .system.linux import this_machine

    return this_machine()


def _status(options: argparse.Namespace, machine: "Machine") -> int:
    from .status import read_status, status_lines

    status = read_status(machine)
    if options.json:
        print(report.to_json(status))
    else:
        for line in status_lines(status):
            print(line)
    return 0


def _last(options: argparse.Namespace, machine: "Machine") -> int:
    from .status import last_lines, read_last

    last = read_last(machine)
    if options.json:
        print(report.to_json(last))
    else:
        for line in last_lines(last):
            print(line)
    return 0 if last["as_planned"] else 1


def _unload(options: argparse.Namespace, machine: "Machine") -> int:
    from .kexec.execute import unload

    what = "crash kernel" if options.crash else "kernel"
    loaded = machine.kernel.is_loaded(crash=options.crash)
    if options.dry_run:
        print(f"1. drop the {what} that is loaded now" if loaded else "nothing is loaded")
        return 0
    machine.kernel.require_permission()
    unload(machine, crash=options.crash)
    if loaded:
        print(f"The loaded {what} was dropped.")
    else:
        print(f"bootpick: note: no {what} was loaded", file=sys.stderr)
    return 0
