"""What a user asks of an act, beside the entry."""

from typing import NamedTuple

from ..entries import BootFile
from .cmdline import append, remove


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

    def line_of(self, cmdline: str) -> str:
        """Give the command line to boot with where the boot loader's is *cmdline*."""
        line = cmdline if self.cmdline is None else self.cmdline
        for argument in self.remove:
            line = remove(line, argument)
        for text in self.append:
            line = append(line, text)
        if self.panic_timeout is not None:
            line = append(remove(line, "panic"), f"panic={self.panic_timeout}")
        return line


def reused(running: str) -> str:
    """Give the *running* command line for use again.

    What a boot loader or an earlier kexec put there for its own boot is left out, as kexec(8)
    does: BOOT_IMAGE, the initrd of an EFI stub, and where to jump back to.
    """
    for name in ("BOOT_IMAGE", "initrd", "kexec_jump_back_entry"):
        running = remove(running, name)
    return running
