"""What makes RAID sets, logical volumes and the like, for the machine that has nothing of it.

It lies unpacked on the package disk, so that neither the image nor the frozen machine has to know
of it, and is copied over the system before use.
"""

import hashlib
import shlex
import shutil
from pathlib import Path
from typing import Final

from tests.vm import image
from tests.vm.host import OWN_MOUNTS, run
from tests.vm.image import Image

FOLDER: Final = "storage"
"""Where it lies on the package disk."""
_SUITE: Final = "bookworm"
_PACKAGES: Final = (
    "mdadm lvm2 libaio1 libdevmapper-event1.02.1 liblvm2cmd2.03 libedit2 libbsd0 libmd0"
    " cryptsetup-bin libpopt0 btrfs-progs liblzo2-2 fdisk"
)
_LEFT_OUT: Final = ("./usr/share", "./etc", "*/btrfs-*", "*/cfdisk", "*/fdisk")


def storage_tools(built: Image) -> Path:
    """Return the directory tree, which is kept beside the image."""
    digest = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    folder = built.folder / f"storage-{digest}"
    with image.locked(built.folder / "storage.lock"):
        if not folder.exists():
            for stale in built.folder.glob("storage-*"):
                shutil.rmtree(stale)
            work = folder.with_suffix(".building")
            work.mkdir()
            _unpack(work, built.folder / "storage.log")
            work.rename(folder)
    return folder


def _unpack(tree: Path, log: Path) -> None:
    left_out = " ".join(f"--exclude={shlex.quote(pattern)}" for pattern in _LEFT_OUT)
    hook = (
        f'cd {shlex.quote(str(tree))} && export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG"'
        f" && apt-get -qq download {_PACKAGES} && for deb in *.deb; do"
        f" dpkg-deb --fsys-tarfile $deb | tar -x {left_out} && rm $deb || exit; done"
    )
    run(
        [
            *OWN_MOUNTS,
            *("mmdebstrap", "--mode=root", "--variant=custom", "--format=null"),
            *("--skip=cleanup", f"--customize-hook={hook}", _SUITE, "-"),
        ],
        log=log,
    )
    # Where /lib is a link, it must stay one.
    for name in ("bin", "sbin", "lib"):
        if (tree / name).is_dir():
            shutil.copytree(tree / name, tree / "usr" / name, symlinks=True, dirs_exist_ok=True)
            shutil.rmtree(tree / name)
