"""A small machine with several init systems, of which the command line chooses one.

There is no boot loader in it: QEMU starts the kernel, and from there on the machine is left by
kexec only. ``inits/`` has what makes it of Debian's packages.
"""

import hashlib
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.vm import image
from tests.vm.disk import make_ext4
from tests.vm.host import OWN_MOUNTS, run
from tests.vm.image import Image

_RECIPE: Final = Path(__file__).parent / "inits"
_SUITE: Final = "bookworm"
_PACKAGES: Final = "sysvinit-core,kexec-tools,python3,kmod,e2fsprogs,busybox-static"
# sysvinit's scripts and OpenRC's packages exclude each other, but their programs do not.
_UNPACKED: Final = "openrc librc1 libeinfo1"
_OTHERS: Final = ("./etc/init.d/rc", "./etc/init.d/rcS")
_LESS: Final = tuple(f"/usr/share/{folder}/*" for folder in ("doc", "info", "locale", "man"))
_SIZE: Final = 500
_UUID: Final = "77777777-2222-3333-4444-555555555555"
_MODULES: Final = (
    "virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk"
)
_PYTHON: Final = "usr/lib/python3.11"
_NOT_NEEDED: Final = (
    "asyncio config-3.11-x86_64-linux-gnu distutils ensurepip idlelib lib2to3 multiprocessing "
    "pydoc_data sqlite3 test tkinter turtledemo venv wsgiref xmlrpc __pycache__"
)


@dataclass(frozen=True, slots=True)
class InitsImage:
    """The disk, and what QEMU starts."""

    folder: Path

    @property
    def disk(self) -> Path:
        """The qcow2 file, all of which is the root's file system."""
        return self.folder / "disk.qcow2"

    def start(self, init: str) -> list[str]:
        """Return QEMU's options that start the kernel with an *init* of ``inits/init``."""
        command_line = f"root=/dev/vda console=ttyS0 quiet bench={init}"
        return [
            *("-kernel", str(self.folder / "vmlinuz"), "-initrd", str(self.folder / "initrd")),
            *("-append", command_line),
        ]


def inits_image(built: Image) -> InitsImage:
    """Return the image, made with the newest kernel of the big one, and kept beside that."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for file in sorted(_RECIPE.rglob("*")):
        content = str(file.readlink()).encode() if file.is_symlink() else b""
        digest.update(f"{file.relative_to(_RECIPE)} {file.lstat().st_mode:o}".encode() + content)
        if file.is_file():
            digest.update(file.read_bytes())
    folder = built.folder / f"inits-{digest.hexdigest()[:8]}"
    with image.locked(built.folder / "inits.lock"):
        if not folder.exists():
            for stale in built.folder.glob("inits-*"):
                shutil.rmtree(stale)
            work = folder.with_suffix(".building")
            work.mkdir()
            _build(work, built)
            work.rename(folder)
    return InitsImage(folder)


def _build(work: Path, built: Image) -> None:
    root = work / "root"
    _bootstrap(root, built.newest, built.folder.with_name("debs"), work / "build.log")
    kernel = root / f"boot/vmlinuz-{built.newest}"
    kernel.rename(root / "boot/vmlinuz")
    _make_initrds(root, built.newest)
    for name in ("vmlinuz", "initrd"):
        shutil.copy(root / "boot" / name, work)
    shutil.rmtree(root / "lib/modules")
    make_ext4(work / "raw", _SIZE, "inits", _UUID, "-d", root)
    run(["qemu-img", "convert", "-O", "qcow2", work / "raw", work / "disk.qcow2"])
    (work / "raw").unlink()
    shutil.rmtree(root)


def _bootstrap(root: Path, release: str, debs: Path, log: Path) -> None:
    kept, archives = shlex.quote(str(debs)), '"$1"/var/cache/apt/archives'
    left_out = " ".join(f"--exclude={path}" for path in _OTHERS)
    download = 'cd "$1" && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get -qq download'
    unpack = f"dpkg-deb --fsys-tarfile $deb | tar -x --keep-directory-symlink {left_out}"
    hooks = (
        f"{download} {_UNPACKED} linux-image-{release}",
        f'cd "$1" && for deb in *.deb; do {unpack} && rm $deb || exit; done',
        f'cp -rT --preserve=mode,links {shlex.quote(str(_RECIPE / "overlay"))} "$1"',
        # The initrd has done what is needed, and each script takes its time in emulation.
        'rm "$1"/etc/rcS.d/S*',
        f'rm -rf {archives}/*.deb "$1"/var/lib/apt/lists',
    )
    run(
        [
            *OWN_MOUNTS,
            *("mmdebstrap", "--mode=root", "--variant=essential", "--format=directory"),
            *(f"--include={_PACKAGES}", "--skip=cleanup/apt,cleanup/reproducible"),
            *("--aptopt=APT::Install-Recommends false", "--aptopt=Acquire::Languages none"),
            *("--aptopt=Acquire::Retries 5", "--dpkgopt=force-unsafe-io"),
            *(f"--dpkgopt=path-exclude={pattern}" for pattern in _LESS),
            f"--setup-hook=mkdir -p {archives}; cp {kept}/*.deb {archives}",
            *(f"--customize-hook={hook}" for hook in hooks),
            *(_SUITE, root),
        ],
        log=log,
    )


def _make_initrds(root: Path, release: str) -> None:
    """Make the initrd that finds the disk, and a second one with what bootpick needs beside."""
    tree = root.with_name("initrd")
    (tree / "modules").mkdir(parents=True)
    shutil.copy(_RECIPE / "init", tree)
    for name in _MODULES.split():
        (module,) = (root / "lib/modules" / release).rglob(f"{name}.ko")
        shutil.copy(module, tree / "modules")
    _copy(root, tree, "bin/busybox", "bin/sh", "bin/bash")
    _copy(root, tree, "usr/local/lib/bench/bashrc", "usr/local/bin")
    _pack(tree, root / "boot/initrd")

    tree.mkdir()
    shutil.copytree(
        root / _PYTHON,
        tree / _PYTHON,
        ignore=shutil.ignore_patterns(*_NOT_NEEDED.split()),
    )
    objects = [f"{_PYTHON}/lib-dynload/{file.name}" for file in (tree / _PYTHON).rglob("*.so")]
    _copy(root, tree, "usr/bin/python3", *objects)
    (tree / "usr/local/bin").mkdir(parents=True)
    for name in run(["chroot", root, "busybox", "--list"]).split():
        if name not in ("busybox", "bash", "sh"):
            (tree / "usr/local/bin" / name).symlink_to("/bin/busybox")
    _pack(tree, root / "boot/python")


def _copy(root: Path, tree: Path, *names: str) -> None:
    """Copy files of the system, with the libraries that they are linked with."""
    for name in names:
        target = tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (root / name).is_dir():
            shutil.copytree(root / name, target)
            continue
        source = (root / name).resolve()
        shutil.copy(source, target)
        if source.read_bytes()[:4] != b"\x7fELF":
            continue
        for word in run(["sh", "-c", f"chroot {root} ldd /{name} || true"]).split():
            if word.startswith("/"):
                library = tree / word[1:]
                library.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy((root / word[1:]).resolve(), library)


def _pack(tree: Path, archive: Path) -> None:
    run(
        [
            *("sh", "-c"),
            f"cd {tree} && find . | cpio --quiet -o -H newc -R 0:0 | zstd -q -1 >{archive}",
        ]
    )
    shutil.rmtree(tree)
