"""The host that the test bed runs on: its programs, and the one door for starting them."""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

QEMU = "qemu-system-x86_64"
PROCESSOR = ("-cpu", "qemu64,-svm")
"""A plain one: vector instructions and what else newer ones have are slow to emulate, and programs
that find them use them; a jump takes a third longer."""
OVMF_CODE = Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
OVMF_VARIABLES = Path("/usr/share/OVMF/OVMF_VARS_4M.fd")

# Program -> the Debian package that has it.
_PROGRAMS = {
    QEMU: "qemu-system-x86",
    "qemu-img": "qemu-utils",
    "mmdebstrap": "mmdebstrap",
    "apt-cache": "apt",
    "chroot": "coreutils",
    "sfdisk": "fdisk",
    "mke2fs": "e2fsprogs",
    "debugfs": "e2fsprogs",
    "mformat": "mtools",
    "mcopy": "mtools",
    "zstd": "zstd",
    "setpriv": "util-linux",
}


class LabError(Exception):
    """The test bed itself failed: this says nothing about what is tested in it."""


OWN_MOUNTS: Final = ("unshare", "--mount", "--propagation", "private", "--")
"""Before mmdebstrap: what it mounts is nobody else's, and gone with it, however it ends."""


def remove_tree(folder: Path) -> None:
    """Remove a directory tree, but nothing that is mounted in it."""
    run(["rm", "-rf", "--one-file-system", "--", folder])


def run(
    command: Sequence[str | Path],
    *,
    log: Path | None = None,
    stdin: bytes = b"",
    environment: dict[str, str] | None = None,
    timeout: float = 1200,
) -> str:
    """Run a program to its end and return its standard output.

    Everything it says is added to `log`, too; a failure quotes the end of it, since the
    log may be gone with a temporary folder by the time anyone looks.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            input=stdin,
            capture_output=True,
            env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})},
            timeout=timeout,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LabError(str(error)) from error
    output, errors = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    if log is not None:
        with log.open("a") as stream:
            stream.write(f"$ {subprocess.list2cmdline(words)}\n{output}{errors}")
    if done.returncode != 0:
        tail = "\n".join((output + errors).splitlines()[-20:])
        message = f"{words[0]} ended with status {done.returncode}:\n{tail}"
        raise LabError(message)
    return output


def missing_requirements() -> list[str]:
    """Say what keeps this host from building and running the machine; empty when nothing does."""
    missing = [
        f"{program} (package {package})"
        for program, package in _PROGRAMS.items()
        if shutil.which(program) is None
    ]
    missing += [
        f"{file} (package ovmf)" for file in (OVMF_CODE, OVMF_VARIABLES) if not file.exists()
    ]
    if importlib.util.find_spec("pip") is None:
        missing.append("pip, in the Python that runs the tests")
    if os.geteuid() != 0:
        missing.append("root: mmdebstrap and chroot need it to make the machine's file system")
    return missing


def qemu_version() -> str:
    """QEMU's version line: a frozen machine can only be thawed by the version that froze it."""
    return run([QEMU, "--version"]).splitlines()[0]
