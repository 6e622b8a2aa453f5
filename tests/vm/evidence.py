"""What tests go by: GRUB's own word on a command line, and what a jump left behind."""

import shlex
from dataclasses import dataclass
from typing import Final

from tests.vm.layout import OTHER_DEVICE
from tests.vm.machine import Machine

_DISK: Final = "vda3"
_FOLDER: Final = "root/witness"
# One with old content below, one new, one too large to be written in passing.
_FILES: Final = "overwritten new large"
_WRITER: Final = """\
#!/bin/bash
trap 'echo end; exit' TERM
while :; do
    echo $((++number))
done
"""


def oracle_cmdline(machine: Machine, entry: str) -> bytes:
    """Reboot into an entry and return the command line that its kernel got, line end and all.

    GRUB forgets the one-shot choice again, so the next reboot goes to the default entry.
    """
    machine.reboot(entry)
    return machine.read_file("/proc/cmdline")


def initrd_release(machine: Machine) -> str:
    """Return the kernel release that the initrd was made for which brought the machine up."""
    return machine.read_file("/run/initrd-made-for").decode().strip()


def other_system_digest(machine: Machine) -> str:
    """Hash the other partition: whoever mounts it replays its journal, and changes this."""
    return machine.check(f"sha256sum {OTHER_DEVICE}").split()[0]


def load(machine: Machine, release: str, cmdline: str | None = None) -> None:
    """Load an installed kernel with kexec-tools, with the running command line unless told."""
    arguments = "--reuse-cmdline" if cmdline is None else f"--command-line={shlex.quote(cmdline)}"
    machine.check(
        f"kexec --load /boot/vmlinuz-{release} --initrd=/boot/initrd.img-{release} {arguments}"
    )


@dataclass(frozen=True, slots=True)
class Landing:
    """What the kernel after a jump found: all true is how it has to be."""

    journal_clean: bool
    witnesses_kept: bool


def plant_witnesses(machine: Machine, root: str = "/") -> str:
    """Write files that exist only in memory, so that a jump without a sync loses them.

    The kernel is kept from writing them out by itself: this has to hold however slow the
    machine is, and whatever it does before it jumps. Give the result to `landing`.
    """
    folder = f"{root.rstrip('/')}/{_FOLDER}"
    machine.check(f"rm -rf {folder}; mkdir {folder} && echo old >{folder}/overwritten && sync")
    machine.check(f"mount -o remount,commit=3600 {root}")
    machine.check(
        "cd /proc/sys/vm && echo 0 >dirty_writeback_centisecs"
        " && echo 360000 >dirty_expire_centisecs"
    )
    return machine.check(
        f"cd {folder} && echo fresh >overwritten && echo fresh >new"
        f" && head -c 3000000 /dev/urandom >large && sha256sum {_FILES}"
    )


def landing(machine: Machine, witnesses: str, root: str = "/", disk: str = _DISK) -> Landing:
    """Examine the machine after a jump, or after any other way into the next kernel.

    That a journal had to be replayed stands only in the kernel's log: the mount does it, and
    while the file system is mounted, its needs_recovery flag is always set.
    """
    about = f"EXT4-fs ({disk}): "
    messages = [line for line in machine.check("dmesg").splitlines() if about in line]
    mounted = any("mounted filesystem" in message for message in messages)
    recovered = any("recover" in message or "orphan" in message for message in messages)
    found = machine.run(f"cd {root.rstrip('/')}/{_FOLDER} && sha256sum {_FILES}").output
    return Landing(journal_clean=mounted and not recovered, witnesses_kept=found == witnesses)


def start_writer(machine: Machine, root: str = "/") -> None:
    """Start a process that writes numbered lines as fast as it can until it is told to end."""
    folder = f"{root.rstrip('/')}/{_FOLDER}"
    machine.write_file(f"{folder}/writer", _WRITER)
    machine.check(f"setsid bash {folder}/writer >{folder}/lines 2>/dev/null </dev/null &")


def writer_finished(machine: Machine, root: str = "/") -> bool:
    """Tell whether every line is there that it wrote, down to the one that says so."""
    lines = machine.check(f"cd {root.rstrip('/')}/{_FOLDER} && tail -n 2 lines && wc -l <lines")
    last, end, count = lines.split()
    return end == "end" and int(last) == int(count) - 1 > 0
