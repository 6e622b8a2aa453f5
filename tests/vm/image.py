"""The machine's disk image: built once, then kept in a cache outside the working tree.

An image is known by a hash of everything that it was made from. The cache is safe to share
between processes: an image appears by one rename, and is removed only when no one holds it.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.vm import disk, host, layout, rootfs

_BUILDERS = (disk, layout, rootfs)
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Image:
    """A finished image, and the kernels that are installed in it."""

    folder: Path
    newest: str
    middle: str
    oldest: str

    @property
    def disk(self) -> Path:
        """The qcow2 file. Machines never write to it."""
        return self.folder / "disk.qcow2"


def cache_folder() -> Path:
    """Return where images are kept."""
    own = os.environ.get("BOOTPICK_VM_CACHE")
    if own:
        return Path(own).absolute()
    user = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(user).absolute() / "bootpick-vm"


@contextlib.contextmanager
def open_image() -> Iterator[Image]:
    """Build the image where needed, and keep it from being removed as long as it is in use."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    log = cache / "build.log"
    with locked(cache / "build.lock"):
        log.write_text("")
        kernels = _kernels(cache / "kernels.json", log)
        folder = cache / _fingerprint(kernels)
        _remove_stale(cache, keep=folder.name)
        if not folder.exists():
            _build(folder, kernels, log)
        users = _lock(folder / "in-use", fcntl.LOCK_SH)
    try:
        yield Image(folder, *kernels)
    finally:
        os.close(users)


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold a lock file, so that one process at a time makes what others then find finished."""
    lock = _lock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


def _lock(file: Path, operation: int) -> int:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, operation)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _kernels(remembered: Path, log: Path) -> tuple[str, str, str]:
    """Ask the archive for its kernels; without a network, go on with those of the last time."""
    try:
        kernels = rootfs.available_kernels(log)
    except host.LabError:
        if not remembered.exists():
            raise
        newest, middle, oldest = json.loads(remembered.read_text())
        return newest, middle, oldest
    remembered.write_text(json.dumps(kernels))
    return kernels


def _fingerprint(kernels: tuple[str, str, str]) -> str:
    """Hash all that an image is made from: recipe, builders, kernels and QEMU."""
    digest = hashlib.sha256(json.dumps([_FORMAT, kernels, host.qemu_version()]).encode())
    sources = [Path(module.__file__) for module in _BUILDERS if module.__file__]
    for file in [*sorted(rootfs.RECIPE.rglob("*")), *sources]:
        content = b""
        if file.is_symlink():
            content = os.fsencode(file.readlink())
        elif file.is_file():
            content = file.read_bytes()
        name = file.relative_to(Path(__file__).parent)
        header = json.dumps([str(name), file.lstat().st_mode & 0o170111, len(content)])
        digest.update(header.encode() + content)
    return digest.hexdigest()[:16]


def _remove_stale(cache: Path, keep: str) -> None:
    """Remove images of other recipes, and what an interrupted build has left."""
    for folder in cache.iterdir():
        if not folder.is_dir() or folder.name in {keep, "debs"}:
            continue
        with contextlib.suppress(BlockingIOError, FileNotFoundError):
            os.close(_lock(folder / "in-use", fcntl.LOCK_EX | fcntl.LOCK_NB))
            # Away with the name first: half an image must not pass for a whole one.
            host.remove_tree(folder.rename(folder.with_suffix(".stale")))


def _build(folder: Path, kernels: tuple[str, str, str], log: Path) -> None:
    """Make the image next to its place, and move it there when it is complete."""
    work = folder.with_name(f"{folder.name}.building")
    work.mkdir()
    root, raw = work / "root", work / "disk.raw"
    rootfs.make_root(root, kernels, folder.with_name("debs"), log)
    disk.make_disk(root, kernels[-1], raw)
    host.run(["qemu-img", "convert", "-O", "qcow2", raw, work / "disk.qcow2"], log=log)
    shutil.copy(root / "boot/grub/grub.cfg", work)
    shutil.rmtree(root)
    raw.unlink()
    work.rename(folder)
