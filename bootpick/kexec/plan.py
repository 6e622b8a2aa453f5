"""What will be done, as plain data: shown by ``--dry-run`` and carried out as it stands."""

from typing import NamedTuple

from ..entries import BootEntry, BootFile, Removal, Save
from ..errors import BootpickError, NotBootable
from ..system.machine import LoadWay
from ..volumes import Volume
from .checks import check, old_call_for
from .facts import Facts
from .request import Request

WAIT_SECONDS = 60
"""How long the machine may still be up after init accepted the kexec."""


class Step(NamedTuple):
    """One thing that is done; *kind* tells which."""

    kind: str
    """``password``, ``mount``, ``read``, ``unload``, ``load``, ``verify``, ``save``, ``stop``,
    ``kexec``, in this order, and ``jump`` in place of the last two."""
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
    way: LoadWay = LoadWay()
    devicetree: BootFile | None = None
    fingerprints: tuple[tuple[int, int, int, int], ...] = ()
    """What the kernel's and the initrds' files were when it was made (Records.fingerprint)."""

    @property
    def executes(self) -> bool:
        """Whether the machine goes down into the new kernel, or to sleep while that runs."""
        return any(step.kind in ("kexec", "jump") for step in self.steps)


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
    cmdline = request.line_of(entry.cmdline)
    check(entry, request, facts, cmdline)
    initrds = (*entry.initrds, *request.extra_initrds)
    loaded = (*entry.files, *request.extra_initrds)
    volumes: dict[str, Volume] = {}
    for file in loaded:
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
    for file in dict.fromkeys(loaded):
        if file.in_image and file.volume is not None:
            steps.append(Step("read", f"read {file.inner} out of {file.volume.path}", file=file))
        elif file.slices:
            steps.append(
                Step("read", f"read {file.parts} out of {file.path or file.word}", file=file)
            )
    if facts.loaded:
        what = "crash kernel" if request.crash else "kernel"
        steps.append(Step("unload", f"drop the {what} that is loaded now"))
    steps.append(Step("load", _load_text(entry, request)))
    name = "kexec_crash_loaded" if request.crash else "kexec_loaded"
    steps.append(Step("verify", f"check that it is loaded (/sys/kernel/{name})"))
    if request.execute and entry.oneshot:
        for save in saves:
            _require_writable(save)
            names = ", ".join(name for name, _ in save.variables)
            steps.append(
                Step("save", f"use up the one-shot: set {names} in {save.path}", None, save)
            )
    if request.execute and entry.oneshot and removal is not None:
        text = f"use up the one-shot: delete the EFI variable {removal.name}"
        steps.append(Step("save", text, removal=removal))
    if request.execute and request.jump:
        text = "sync, put the devices to sleep, jump, and go on here when the other kernel returns"
        steps.append(Step("jump", text))
    elif request.execute:
        steps += [Step("stop", text) for text in facts.stops]
        steps.append(Step("kexec", facts.init))
    forced = request.execute and request.force
    way = LoadWay(
        "legacy" if old_call_for(entry, request) is not None else request.syscall,
        request.options,
        request.crash,
        request.jump,
    )
    return KexecPlan(
        entry, entry.kernel, initrds, cmdline, tuple(steps), forced, way, entry.devicetree
    )


def _require_writable(save: Save) -> None:
    """Refuse to use a one-shot up where that cannot be written down: it would come again."""
    if save.volume is not None:
        raise BootpickError(
            f"the one-shot has to be used up in {save.path}, and {save.volume.path} is not mounted",
            "mount it, and try again; without '--exec' the kernel is only loaded",
        )


def _load_text(entry: BootEntry, request: Request) -> str:
    what = "load it for a panic" if request.crash else "load it"
    if request.jump:
        what = "load it, what runs now preserved,"
    old = old_call_for(entry, request)
    if old is not None:
        options = f" {' '.join(request.options)}" if request.options else ""
        return f"{what} with kexec_load(2), by kexec(8){options}: {old} needs it"
    if request.syscall == "file":
        return f"{what} with kexec_file_load(2)"
    return f"{what} with kexec_file_load(2), or kexec(8) where that cannot read it"
