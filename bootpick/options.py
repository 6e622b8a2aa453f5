"""The command line's words and options, and what makes no sense of them."""

import argparse
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from .entries import BootFile
from .errors import UsageError
from .grub.dialect import DIALECTS
from .reading import LOADERS, Wanted

if TYPE_CHECKING:  # of acts alone
    from .kexec.request import Request

VERBS = ("list", "show", "eval", "status", "last", "unload")

_USAGE = """\
bootpick [OPTION…]                      the menu: pick an entry, confirm, kexec into it
       bootpick --default --exec [OPTION…]     kexec into the default entry, no questions asked
       bootpick --entry SEL [--exec] [OPTION…] the same for one entry; without --exec only load it
       bootpick list [--json]                  every entry of every boot loader
       bootpick show SEL [--json]              one entry, whole
       bootpick eval FILE                      run a GRUB script and print what GRUB would print
       bootpick status [--json]                what is loaded now, and what a reboot would do
       bootpick last [--json]                  whether the last jump came to what was planned
       bootpick unload [--crash]               drop the loaded kernel, or the crash kernel"""


_OLD_CALL = {
    "reset-vga": "the new kernel resets the graphics card (old call only)",
    "console-vga": "purgatory writes to the VGA console (old call only)",
    "console-serial": "purgatory writes to the serial console (old call only)",
}

_OF_ACTS = (
    *("default", "entry", "exec", "load", "force", "yes", "plain", "timeout"),
    *("append", "remove", "cmdline", "reuse_cmdline", "extra_initrd", "panic_timeout"),
    *("jump", "reset_vga", "console_vga", "console_serial"),
)
"""Options that a verb makes no sense of."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message, "'bootpick --help' shows the usage")


def parser() -> argparse.ArgumentParser:
    """Give the parser; it raises UsageError."""
    made = _Parser(
        prog="bootpick",
        usage=_USAGE,
        description="Boot another kernel with kexec, just as the boot loader would.",
        epilog="SEL is an id, a title, an index such as '1>0', a glob over ids, or one of "
        "@default, @oneshot, @current.",
        allow_abbrev=False,
    )
    add = made.add_argument
    add("words", nargs="*", help=argparse.SUPPRESS)
    add("--default", action="store_true", help="act on the boot loader's default entry")
    add("--entry", metavar="SEL", help="act on this entry")
    add("--exec", action="store_true", help="load the kernel, then kexec into it")
    add("--load", action="store_true", help="only load the kernel")
    add("--append", metavar="ARGS", action="append", default=[], help="add to the command line")
    add(
        "--remove",
        metavar="ARG",
        nargs="+",
        action="extend",
        default=[],
        help="take a word, or a parameter by its name, out of the command line",
    )
    add("--cmdline", metavar="ARGS", help="the command line in place of the boot loader's")
    add(
        "--reuse-cmdline",
        action="store_true",
        help="that of the running system, without BOOT_IMAGE and initrd=",
    )
    add(
        "--extra-initrd",
        metavar="FILE",
        nargs="+",
        action="extend",
        default=[],
        help="load these files, too, behind the entry's initrds",
    )
    add(
        "--panic-timeout",
        metavar="SECONDS",
        type=whole_number,
        help="the new kernel reboots so long after a panic",
    )
    add("--crash", action="store_true", help="load it for a panic (kexec -p)")
    add("--jump", action="store_true", help="preserve what runs now, and come back to it")
    for name, what in _OLD_CALL.items():
        add(f"--{name}", action="store_true", help=what)
    add(
        "--syscall",
        choices=("auto", "file", "legacy"),
        default="auto",
        help="load with kexec_file_load(2), or with kexec_load(2) by kexec(8)",
    )
    add(
        "--force",
        action="store_true",
        help="kexec without asking init: end everything, unmount, jump",
    )
    add("--yes", action="store_true", help="the menu does not ask again")
    add(
        "--timeout",
        metavar="SECONDS|loader",
        type=seconds,
        help="the menu boots the default when nobody has touched a key for so long",
    )
    add("--plain", action="store_true", help="the menu is a numbered list, line by line")
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
    return made


def wanted(options: argparse.Namespace) -> Wanted:
    """Give what is to be read."""
    return Wanted(
        options.root,
        options.config,
        options.loader,
        options.devices,
        options.dialect,
        tuple(setting.partition("=")[::2] for setting in options.set),
    )


def check_usage(options: argparse.Namespace) -> str | None:
    """Give the verb, ``None`` for an act; raise UsageError for what makes no sense."""
    verb = options.words[0] if options.words else None
    if verb is not None and verb not in VERBS:
        raise UsageError(f"unknown command '{verb}'", f"there are: {', '.join(VERBS)}")
    wanted = {"show": 2, "eval": 2}.get(verb or "", 1 if verb else 0)
    if len(options.words) < wanted:
        if verb == "eval":
            raise UsageError("'eval' needs the file to run")
        raise UsageError("'show' needs the entry to show", "'bootpick list' shows the entries")
    if len(options.words) > wanted:
        raise UsageError(f"unexpected argument '{options.words[wanted]}'")
    acts = [name for name in _OF_ACTS if getattr(options, name) not in (None, False, [])]
    if verb is not None and acts:
        name = acts[0].replace("_", "-")
        raise UsageError(f"'{verb}' and '--{name}' do not go together")
    if options.default and options.entry is not None:
        raise UsageError("'--default' and '--entry' do not go together")
    is_named = options.default or options.entry is not None
    for name in ("plain", "timeout"):
        if is_named and name in acts:
            raise UsageError(f"'--{name}' is for the menu")
    if options.cmdline is not None and options.reuse_cmdline:
        raise UsageError("'--cmdline' and '--reuse-cmdline' do not go together")
    for text in (*options.append, *options.remove, options.cmdline or ""):
        if "\n" in text or "\0" in text:
            raise UsageError("a command line is one line")
    if options.crash and verb not in (None, "unload"):
        raise UsageError(f"'{verb}' and '--crash' do not go together")
    if options.crash and (options.exec or options.force or options.jump):
        raise UsageError("'--crash' only loads: a panic is what boots it")
    if options.jump and options.force:
        raise UsageError("'--jump' and '--force' do not go together")
    old = [f"--{name}" for name in _OLD_CALL if getattr(options, name.replace("-", "_"))]
    for name in (*old, *(["--jump"] if options.jump else [])):
        if options.syscall == "file":
            raise UsageError(f"'{name}' needs the old call, not '--syscall file'")
    if options.exec and options.load:
        raise UsageError("'--exec' and '--load' do not go together")
    if options.force and options.load:
        raise UsageError("'--force' and '--load' do not go together")
    if options.force and is_named and not options.exec:
        raise UsageError("'--force' needs '--exec'", "without that the kernel is only loaded")
    if verb is None and not is_named and options.json:
        raise UsageError("'--json' needs a command or '--default' or '--entry'")
    for setting in options.set:
        name, equals, _ = setting.partition("=")
        if not equals:
            raise UsageError(f"'--set {setting}' has no '='")
        if not name or name.isdigit() or name in ("#", "@", "*", "?"):
            raise UsageError(f"'--set {setting}': GRUB has no variable of that name")
    return verb


def request(
    options: argparse.Namespace, running: str, extra_initrds: tuple[BootFile, ...]
) -> "Request":
    """Give what is asked of an act; *running* is the command line of the running system."""
    from .kexec.request import Request, reused

    # The menu is for booting; a named entry is only loaded unless --exec is there too.
    is_named = options.default or options.entry is not None
    return Request(
        execute=options.exec or not (is_named or options.load or options.crash),
        force=options.force,
        cmdline=reused(running) if options.reuse_cmdline else options.cmdline,
        remove=tuple(options.remove),
        append=tuple(options.append),
        panic_timeout=options.panic_timeout,
        extra_initrds=extra_initrds,
        syscall=options.syscall,
        options=tuple(
            f"--{name}" for name in _OLD_CALL if getattr(options, name.replace("-", "_"))
        ),
        crash=options.crash,
        jump=options.jump,
    )


def whole_number(text: str) -> int:
    """Give the number that *text* is. Raises ArgumentTypeError."""
    if not text.isdecimal() or len(text) > 6:
        raise argparse.ArgumentTypeError("no whole number")
    return int(text)


def seconds(text: str) -> float | str:
    """Give the countdown that *text* asks for. Raises ArgumentTypeError."""
    if text == "loader":
        return text
    return float(whole_number(text))


def wants_colour(options: argparse.Namespace) -> bool:
    """Tell whether what is written on the terminal has colours."""
    if options.color != "auto":
        return bool(options.color == "always")
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
