"""The judge: isolinux itself boots a CD, and the kernel says with which command line."""

import gzip
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support import iso
from tests.support.trees import plant
from tests.vm import host

KERNEL = Path("/usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64/linux")
_LOADER = Path("/usr/lib/ISOLINUX/isolinux.bin")
_MODULES = Path("/usr/lib/syslinux/modules/bios")
_BUSYBOX = Path("/bin/busybox")
_PATIENCE = 240.0
_MARK = "the-command-line:"
_INIT = f"""\
#!/busybox sh
/busybox mkdir /proc /dev
/busybox mount -t proc none /proc
/busybox mount -t devtmpfs none /dev
echo "{_MARK}$(/busybox cat /proc/cmdline)" >/dev/ttyS0
/busybox poweroff -f
"""
_OPTIONS = (
    "-R -b isolinux/isolinux.bin -c boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table"
)


def missing_files() -> list[str]:
    """Name what the judge needs and this host has not."""
    needed = (KERNEL, _LOADER, _MODULES / "menu.c32", _BUSYBOX)
    return [str(path) for path in needed if not path.exists()]


def plant_medium(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Make the tree of a CD with *files*; beside isolinux are ``linux`` and two initrds."""
    folder = root / "isolinux"
    initrd = root.with_name("initrd")
    plant(initrd, {"init": _INIT})
    (initrd / "init").chmod(0o755)
    shutil.copy(_BUSYBOX, initrd / "busybox")
    archive = subprocess.run(
        ["cpio", "--quiet", "-o", "-H", "newc"],
        cwd=initrd,
        input=b"init\nbusybox\n",
        capture_output=True,
        check=True,
    ).stdout
    packed = gzip.compress(archive)
    plant(root, {**files, "isolinux/initrd": packed, "isolinux/initrd2": packed})
    shutil.copy(KERNEL, folder / "linux")
    shutil.copy(_LOADER, folder)
    for module in ("ldlinux", "libutil", "libcom32", "menu"):
        shutil.copy(_MODULES / f"{module}.c32", folder)


def boot(root: Path) -> str:
    """Boot the CD without touching a key; give the command line of the kernel that then runs."""
    image = iso.make("genisoimage", root, root.with_suffix(".iso"), *_OPTIONS.split())
    output = host.run(
        [
            *(host.QEMU, "-nodefaults", "-display", "none", "-net", "none", "-m", "512"),
            *("-accel", "tcg", *host.PROCESSOR, "-cdrom", image),
            *("-serial", "stdio", "-no-reboot"),
        ],
        timeout=_PATIENCE,
    )
    return output.partition(_MARK)[2].partition("\n")[0].rstrip("\r")
