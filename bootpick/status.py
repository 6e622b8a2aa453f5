"""What is loaded now, and what came of the last jump."""

from collections.abc import Iterable
from typing import Any

from .diagnostics import printable
from .report import SCHEMA
from .system.devices import read_facts
from .system.machine import JUMP_COMMAND, LoadedImage, Machine


def read_status(machine: Machine) -> dict[str, Any]:
    """Give the object of ``status --json``."""
    loaded = machine.kernel.is_loaded()
    crash_loaded = machine.kernel.is_loaded(crash=True)
    record = machine.records.read()
    image = record if loaded else None
    returns = image is not None and image.returns
    return {
        "schema": SCHEMA,
        "loaded": loaded,
        "crash_loaded": crash_loaded,
        "by": None if not loaded else "other" if image is None else "bootpick",
        "entry": image and _entry_object(image),
        "stale": image and _is_stale(image, machine),
        "reboot": "kexec" if loaded and machine.init.reboots_by_kexec() else "firmware",
        "command": JUMP_COMMAND if returns else machine.init.command,
        "returns": returns,
        "files": [file._asdict() for file in image.files] if image is not None else [],
        "crash_entry": _crash_entry(machine) if crash_loaded else None,
        # A run that was killed has left the kernel with its image, whole, or with none.
        "interrupted": record.id if record is not None and not record.is_whole else None,
    }


def _crash_entry(machine: Machine) -> dict[str, Any] | None:
    image = machine.records.read(crash=True)
    return image and _entry_object(image)


def _entry_object(image: LoadedImage) -> dict[str, Any]:
    return {
        "id": image.id,
        "title": image.title,
        "kernel": image.kernel,
        "initrds": image.initrds,
        "cmdline": image.cmdline,
    }


def _is_stale(image: LoadedImage, machine: Machine) -> bool | None:
    if not image.fingerprints:
        return None
    return machine.records.fingerprint([image.kernel, *image.initrds]) != image.fingerprints


def status_lines(status: dict[str, Any]) -> Iterable[str]:
    """Give the lines of ``status``."""
    entry = status["entry"]
    if not status["loaded"]:
        yield "no kernel is loaded for kexec"
    elif entry is None:
        yield "a kernel is loaded for kexec, but not by bootpick"
    else:
        yield f"loaded   {printable(entry['title'])}"
        yield f"kernel   {printable(entry['kernel'])}"
        for initrd in entry["initrds"]:
            yield f"initrd   {printable(initrd)}"
        yield f"cmdline  {printable(entry['cmdline'])}"
        for file in status["files"]:
            yield f"sha256   {file['sha256']} {printable(file['path'])}"
        if status["stale"]:
            yield "stale    its files have changed since; load it again"
    if status["interrupted"] is not None:
        name = printable(status["interrupted"])
        if status["loaded"]:
            yield f"note     the run that loaded '{name}' was interrupted; it is loaded whole"
        else:
            yield f"note     a run that was to load '{name}' was interrupted before it was loaded"
    if status["crash_loaded"]:
        crash = status["crash_entry"]
        if crash is None:
            yield "crash    a kernel is loaded for a panic, but not by bootpick"
        else:
            yield f"crash    {printable(crash['title'])} is loaded for a panic"
    if status["loaded"] and status["command"] is not None:
        yield f"to boot  '{status['command']}' jumps into it"
    yield "reboot   " + (
        "jumps into the loaded kernel (kexec)"
        if status["reboot"] == "kexec"
        else "goes through the firmware"
    )


def read_last(machine: Machine) -> dict[str, Any]:
    """Give the object of ``last --json``: what was planned for the last jump, and what runs."""
    planned = machine.jumps.read()
    here = read_facts()
    running = {"release": here.release, "cmdline": here.cmdline}
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "planned": planned
        and {
            "id": planned.id,
            "title": planned.title,
            "release": planned.release or None,
            "cmdline": planned.cmdline,
            "when": planned.when,
        },
        "running": running,
        "jumped": None,
        "differs": [],
        "as_planned": False,
    }
    if planned is None:
        return found
    if planned.boot_id == machine.jumps.boot_id():
        found["jumped"] = False
        return found
    found["jumped"] = machine.jumps.came_by_kexec()
    if planned.release and planned.release != here.release:
        found["differs"].append("release")
    if planned.cmdline.strip() != here.cmdline.strip():
        found["differs"].append("cmdline")
    found["as_planned"] = found["jumped"] is not False and not found["differs"]
    return found


def last_lines(last: dict[str, Any]) -> Iterable[str]:
    """Give the lines of ``last``."""
    from .kexec.cmdline import changes

    planned, running = last["planned"], last["running"]
    if planned is None:
        yield "there is no record of a jump"
        return
    yield f"entry    {printable(planned['title'])}"
    yield f"planned  {planned['when']}"
    if last["as_planned"]:
        yield f"it runs as planned: {printable(running['release'])}"
        return
    if last["jumped"] is False:
        yield "no kexec has happened since: the machine did not go down, or through the firmware"
    if "release" in last["differs"]:
        release = printable(planned["release"])
        yield f"release  {release} was planned, {printable(running['release'])} runs"
    if "cmdline" in last["differs"]:
        changed = " ".join(changes(planned["cmdline"], running["cmdline"]))
        yield f"cmdline  {printable(changed) or 'differs in blanks'}"
