"""What a user asks of an act, beside the entry."""

from typing import NamedTuple

from ..entries import BootFile
from .cmdline import append, has, remove

CRASH_WORDS = ("irqpoll", "nr_cpus=1", "reset_devices")
"""What keeps a crash kernel alive on a machine whose devices nobody has stopped (kdump.rst)."""


class Request(NamedTuple):
    """How an entry is booted."""

    execute: bool = False
    """Kexec into it; else it is loaded only."""
    force: bool = False
    """Init is not asked: bootpick itself ends everything, unmounts, and jumps."""
    cmdline: str | None = None
    """The command line in place of the boot loader's."""
    remove: tuple[str, ...] = ()
    """What is taken out of the command line: words, or names of parameters."""
    append: tuple[str, ...] = ()
    """What is put behind it, after that."""
    panic_timeout: int | None = None
    """Seconds after which the new kernel reboots should it panic."""
    extra_initrds: tuple[BootFile, ...] = ()
    """Files that are loaded behind the entry's initrds."""
    unlocked: bool = False
    """The password that protects the entry was asked for, and given."""

    syscall: str = "auto"
    """The call that loads: ``auto``, ``file`` or ``legacy``."""
    options: tuple[str, ...] = ()
    """Options of kexec(8) that only the old call knows: ``--reset-vga`` and its kin."""
    crash: bool = False
    """It is loaded for a panic."""
    jump: bool = False
    """It is loaded so that one can come back from it."""

    is_edited: bool = False
    """*cmdline* is what a person made of the line, with all that is asked for already in it."""

    def line_of(self, cmdline: str) -> str:
        """Give the command line to boot with where the boot loader's is *cmdline*."""
        if self.is_edited and self.cmdline is not None:
            return self.cmdline
        line = cmdline if self.cmdline is None else self.cmdline
        for argument in self.remove:
            line = remove(line, argument)
        for text in self.append:
            line = append(line, text)
        if self.panic_timeout is not None:
            line = append(remove(line, "panic"), f"panic={self.panic_timeout}")
        if self.crash:
            line = remove(line, "crashkernel")
            for word in CRASH_WORDS:
                if not has(line, word.partition("=")[0]):
                    line = append(line, word)
        return line


def reused(running: str) -> str:
    """Give the *running* command line for use again.

    What a boot loader or an earlier kexec put there for its own boot is left out, as kexec(8)
    does: BOOT_IMAGE, the initrd of an EFI stub, and where to jump back to.
    """
    for name in ("BOOT_IMAGE", "initrd", "kexec_jump_back_entry"):
        running = remove(running, name)
    return running
