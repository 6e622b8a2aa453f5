"""What will be done, as plain data: shown by ``--dry-run`` and carried out as it stands."""

from typing import NamedTuple

from ..entries import BootEntry, BootFile, Removal, Save
from ..errors import NotBootable
from ..volumes import Volume
from .cmdline import LIMITS
from .request import Request

WAIT_SECONDS = 60
"""How long the machine may still be up after init accepted the kexec."""


class Step(NamedTuple):
    """One thing that is done; *kind* tells which."""

    kind: str
    """``password``, ``mount``, ``read``, ``unload``, ``load``, ``verify``, ``save``, ``stop``,
    ``kexec``, in this order."""
    text: str
    volume: Volume | None = None
    save: Save | None = None
    removal: Removal | None = None
    file: BootFile | None = None


class KexecPlan(NamedTuple):
    """All that an act does."""

    entry: BootEntry
    kernel: BootFile
    initrds: tuple[BootFile, ...]
    cmdline: str
    steps: tuple[Step, ...]
    forced: bool = False
    """Init is not asked: bootpick stops the machine itself."""

    @property
    def executes(self) -> bool:
        """Whether the machine goes down into the new kernel."""
        return any(step.kind == "kexec" for step in self.steps)


class Facts(NamedTuple):
    """What a plan has to know of the machine."""

    loaded: bool = False
    """A kernel is loaded now."""
    init: str = ""
    """How init is asked for the jump, in words, or what else jumps."""
    stops: tuple[str, ...] = ()
    """How the machine is stopped before, where init is not asked to do it."""
    machine: str = ""
    """The architecture, as uname(2) has it."""


def require_unlocked(plan: KexecPlan) -> None:
    """Raise NotBootable where a password has to be given first, and nobody was asked for it."""
    if any(step.kind == "password" for step in plan.steps):
        raise NotBootable(
            f"'{plan.entry.title}' is protected by a password",
            "the menu asks for it: run 'bootpick' without '--default' and '--entry'",
        )


def plan_kexec(
    entry: BootEntry,
    request: Request,
    facts: Facts,
    *,
    saves: tuple[Save, ...] = (),
    removal: Removal | None = None,
) -> KexecPlan:
    """Plan to boot *entry* as *request* says.

    *saves* and *removal* are what the boot loader would write: a one-shot choice that is followed
    is used up.
    Raises NotBootable where the entry cannot be booted.
    """
    if not entry.bootable or entry.kernel is None or entry.cmdline is None:
        reason = entry.reasons[0] if entry.reasons else "it loads no kernel"
        raise NotBootable(f"'{entry.title}' cannot be booted: {reason}")
    if entry.devicetree is not None:
        raise NotBootable(
            f"'{entry.title}' cannot be booted: it wants the device tree "
            f"{entry.devicetree.word}, which bootpick cannot load yet"
        )
    cmdline = request.line_of(entry.cmdline)
    limit = LIMITS.get(facts.machine)
    size = len(cmdline.encode("utf-8", "surrogateescape"))
    if cmdline != entry.cmdline and limit is not None and size >= limit:
        raise NotBootable(
            f"the command line has {size} bytes, and a kernel for {facts.machine} takes {limit - 1}"
        )
    initrds = (*entry.initrds, *request.extra_initrds)
    volumes: dict[str, Volume] = {}
    for file in (*entry.files, *request.extra_initrds):
        if (volume := file.unmounted) is not None:
            volumes[volume.path] = volume
    steps: list[Step] = []
    if entry.restricted and not request.unlocked:
        steps.append(
            Step(
                "password", "ask for the password that protects the entry, which only the menu does"
            )
        )
    steps += [
        Step("mount", f"mount {path} read-only, for this process alone", volume)
        for path, volume in volumes.items()
    ]
    for file in dict.fromkeys((entry.kernel, *initrds)):
        if file.in_image and file.volume is not None:
            steps.append(Step("read", f"read {file.inner} out of {file.volume.path}", file=file))
        elif file.slices:
            steps.append(Step("read", f"read {file.parts} out of {file.path}", file=file))
    if facts.loaded:
        steps.append(Step("unload", "drop the kernel that is loaded now"))
    steps.append(
        Step("load", "load it with kexec_file_load(2), or kexec(8) where that cannot read it")
    )
    steps.append(Step("verify", "check that it is loaded (/sys/kernel/kexec_loaded)"))
    if request.execute and entry.oneshot:
        for save in saves:
            names = ", ".join(name for name, _ in save.variables)
            steps.append(
                Step("save", f"use up the one-shot: set {names} in {save.path}", None, save)
            )
    if request.execute and entry.oneshot and removal is not None:
        text = f"use up the one-shot: delete the EFI variable {removal.name}"
        steps.append(Step("save", text, removal=removal))
    if request.execute:
        steps += [Step("stop", text) for text in facts.stops]
        steps.append(Step("kexec", facts.init))
    forced = request.execute and request.force
    return KexecPlan(entry, entry.kernel, initrds, cmdline, tuple(steps), forced)
