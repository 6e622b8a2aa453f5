"""What an init system of the old kind runs: inittab(5)."""

from posixpath import basename
from typing import NamedTuple

from .grammars import inittab


class InitLine(NamedTuple):
    """A line of ``/etc/inittab``."""

    identifier: str
    runlevels: str
    """One character each; none stands for all."""
    action: str
    process: str

    @property
    def reboots_by_kexec(self) -> bool:
        """Whether it is sysvinit's ``reboot``, told to jump (``-k``, be it among others)."""
        program, *options = self.process.lstrip("@+").split() or [""]
        asks = any(word.startswith("-") and "k" in word for word in options)
        return basename(program) == "reboot" and asks


def parse_inittab(text: str) -> list[InitLine]:
    """Give the lines in their order, without comments and what is no line."""
    return [InitLine(*fields) for fields in inittab.file.parse_string(f"{text}\n")]
