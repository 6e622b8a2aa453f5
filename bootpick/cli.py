"""The command line: what was asked for, who does it, and what is printed.

The only module that prints and that ends the program.
"""

import argparse
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from . import __version__, report
from .diagnostics import Diagnostic, printable
from .entries import BootEntry, BootMenu
from .errors import BootpickError, Cancelled, NoConfiguration, Unreadable, UsageError
from .grub.dialect import DIALECTS
from .grub.reader import run_script
from .reading import LOADERS, Wanted, read_everything, read_scene

if TYPE_CHECKING:
    from .picker import Picker
    from .system.machine import Machine

_VERBS = ("list", "show", "eval", "status", "unload")

_USAGE = """\
bootpick [OPTION…]                      the menu: pick an entry, confirm, kexec into it
       bootpick --default --exec [OPTION…]     kexec into the default entry, no questions asked
       bootpick --entry SEL [--exec] [OPTION…] the same for one entry; without --exec only load it
       bootpick list [--json]                  every entry of every boot loader
       bootpick show SEL [--json]              one entry, whole
       bootpick eval FILE                      run a GRUB script and print what GRUB would print
       bootpick status [--json]                what is loaded now, and what a reboot would do
       bootpick unload                         drop the loaded kernel"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message, "'bootpick --help' shows the usage")


def _parser() -> _Parser:
    parser = _Parser(
        prog="bootpick",
        usage=_USAGE,
        description="Boot another kernel with kexec, just as the boot loader would.",
        epilog="SEL is an id, a title, an index such as '1>0', a glob over ids, or one of "
        "@default, @oneshot, @current.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("words", nargs="*", help=argparse.SUPPRESS)
    add("--default", action="store_true", help="act on the boot loader's default entry")
    add("--entry", metavar="SEL", help="act on this entry")
    add("--exec", action="store_true", help="load the kernel, then kexec into it")
    add("--load", action="store_true", help="only load the kernel")
    add("--yes", action="store_true", help="the menu does not ask again")
    add("--dry-run", action="store_true", help="show what would be done, and change nothing")
    add("--json", action="store_true", help="print one JSON object")
    add("--root", metavar="DIR", help="another installation's tree, with its / at DIR")
    add("--config", metavar="FILE", help="read this file and search for no other")
    add("--devices", metavar="FILE", help="block devices, as 'lsblk --json --output-all' has them")
    add("--loader", choices=LOADERS, help="read this boot loader's configuration alone")
    add(
        "--dialect",
        choices=("auto", *DIALECTS),
        default="auto",
        help="whose GRUB it is; auto asks the tree's os-release",
    )
    add("--set", metavar="NAME=VALUE", action="append", default=[], help="preset a GRUB variable")
    add("-v", "--verbose", action="count", default=0, help="say more")
    add("--color", choices=("auto", "always", "never"), default="auto")
    add("--version", action="store_true", help="print the version")
    return parser


def main(argv: list[str] | None = None, machine: "Machine | None" = None) -> int:
    """Run the program; give its exit status. *machine* is this one unless a test has its own."""
    verbose = 0
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may know ASCII only
            stream.reconfigure(errors="backslashreplace")
    try:
        options = _parser().parse_intermixed_args(sys.argv[1:] if argv is None else argv)
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
    verb = _check_usage(options)
    if verb == "status":
        return _status(options, machine or _this_machine())
    if verb == "unload":
        return _unload(options, machine or _this_machine())
    if verb == "eval":
        return _eval(options)
    try:
        menu = read_everything(_wanted(options))
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
    return _act(menu, options, machine)


def _wanted(options: argparse.Namespace) -> Wanted:
    return Wanted(
        options.root,
        options.config,
        options.loader,
        options.devices,
        options.dialect,
        tuple(setting.partition("=")[::2] for setting in options.set),
    )


def _check_usage(options: argparse.Namespace) -> str | None:
    """Give the verb, ``None`` for an act; raise UsageError for what makes no sense."""
    verb = options.words[0] if options.words else None
    if verb is not None and verb not in _VERBS:
        raise UsageError(f"unknown command '{verb}'", f"there are: {', '.join(_VERBS)}")
    wanted = {"show": 2, "eval": 2}.get(verb or "", 1 if verb else 0)
    if len(options.words) < wanted:
        if verb == "eval":
            raise UsageError("'eval' needs the file to run")
        raise UsageError("'show' needs the entry to show", "'bootpick list' shows the entries")
    if len(options.words) > wanted:
        raise UsageError(f"unexpected argument '{options.words[wanted]}'")
    acts = [name for name in ("default", "entry", "exec", "load", "yes") if getattr(options, name)]
    if verb is not None and acts:
        raise UsageError(f"'{verb}' and '--{acts[0]}' do not go together")
    if options.default and options.entry is not None:
        raise UsageError("'--default' and '--entry' do not go together")
    if options.exec and options.load:
        raise UsageError("'--exec' and '--load' do not go together")
    if verb is None and not options.default and options.entry is None and options.json:
        raise UsageError("'--json' needs a command or '--default' or '--entry'")
    for setting in options.set:
        name, equals, _ = setting.partition("=")
        if not equals:
            raise UsageError(f"'--set {setting}' has no '='")
        if not name or name.isdigit() or name in ("#", "@", "*", "?"):
            raise UsageError(f"'--set {setting}': GRUB has no variable of that name")
    return verb


# ---------------------------------------------------------------------------------------------
# Commands


def _list(menu: BootMenu, options: argparse.Namespace) -> int:
    if options.json:
        print(report.to_json(report.menu_object(menu)))
    else:
        if menu.entries or options.verbose:
            _tell_diagnostics(menu, None if options.verbose else _TOLD)
        style = report.Style(colour=_wants_colour(options))
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


def _wants_colour(options: argparse.Namespace) -> bool:
    if options.color != "auto":
        return bool(options.color == "always")
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def _eval(options: argparse.Namespace) -> int:
    name = options.words[1]
    scene, script = read_scene(_wanted(options), name)
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
    loaded = machine.kernel.is_loaded()
    image = machine.records.read() if loaded else None
    stale = None
    if image is not None and image.fingerprints:
        now = machine.records.fingerprint([image.kernel, *image.initrds])
        stale = now != image.fingerprints
    status = report.status_object(
        image,
        loaded=loaded,
        crash_loaded=machine.kernel.is_loaded(crash=True),
        stale=stale,
        by_kexec=loaded and machine.init.reboots_by_kexec(),
    )
    if options.json:
        print(report.to_json(status))
    else:
        for line in report.status_lines(status):
            print(line)
    return 0


def _unload(options: argparse.Namespace, machine: "Machine") -> int:
    from .kexec.execute import unload

    loaded = machine.kernel.is_loaded()
    if options.dry_run:
        print("1. drop the kernel that is loaded now" if loaded else "nothing is loaded")
        return 0
    machine.kernel.require_permission()
    unload(machine)
    if loaded:
        print("The loaded kernel was dropped.")
    else:
        print("bootpick: note: no kernel was loaded", file=sys.stderr)
    return 0


def _act(menu: BootMenu, options: argparse.Namespace, machine: "Machine | None") -> int:
    from .kexec.execute import carry_out
    from .kexec.plan import plan_kexec
    from .selection import select

    machine = machine or _this_machine()
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
    # The menu is for booting; a named entry is only loaded unless --exec is there too.
    execute = options.exec or (picker is not None and not options.load)
    loaded = machine.kernel.is_loaded()
    plan = plan_kexec(
        entry,
        execute=execute,
        loaded=loaded,
        init=machine.init.name,
        saves=menu.saves,
        removal=menu.removal,
    )
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
        print("'systemctl kexec' boots it; 'bootpick unload' drops it.")
    return 0


def _picker() -> "Picker":
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "the menu needs a terminal",
            "without one, use '--default' or '--entry SEL', and 'list' to see the entries",
        )
    from .picker.menu import QuestionaryPicker

    return QuestionaryPicker()
