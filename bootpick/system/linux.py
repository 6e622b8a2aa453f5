"""The real machine, all of it."""

from .bystanders import MachineBystanders
from .inits import find_init
from .journal import SystemLog
from .kept import BlockFiles
from .loader import LinuxKernel
from .machine import Machine
from .mounts import PrivateMounts
from .records import JumpRecord, RunRecords


def this_machine() -> Machine:
    """Give the machine that bootpick runs on."""
    return Machine(
        kernel=LinuxKernel(),
        init=find_init(),
        mounts=PrivateMounts(),
        records=RunRecords(),
        blocks=BlockFiles(),
        bystanders=MachineBystanders(),
        jumps=JumpRecord(),
        log=SystemLog(),
    )
