"""Boots a throw-away machine on this terminal, for anyone who wants to type `bootpick` there.

To be run from the repository's root as `python -m tests.vm.try_it [bios|uefi]`.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.vm import hardware, host, package
from tests.vm.hardware import Disk
from tests.vm.image import open_image

_REPOSITORY = Path(__file__).parents[2]

_WELCOME = """\
A machine with three kernels is about to boot: QEMU without KVM takes half a minute.
It ends in a root shell. Type:      bootpick
To leave at any time, type:         Ctrl-A, then X
For a full-size screen, type there: stty rows {rows} cols {columns}
Nothing that is done in it is kept.
"""


def main() -> int:
    """Build what is missing, then give the terminal to the machine's serial console."""
    if missing := host.missing_requirements():
        return _complain(f"this host lacks {', '.join(missing)}")
    firmware = sys.argv[1] if len(sys.argv) > 1 else "bios"
    if firmware not in {"bios", "uefi"}:
        return _complain("usage: python -m tests.vm.try_it [bios|uefi]")
    print("Preparing the machine; the first time this takes some minutes.", flush=True)
    try:
        with open_image() as image, tempfile.TemporaryDirectory(prefix="bootpick-vm-") as folder:
            disk, variables = Path(folder) / "bootpick.ext4", Path(folder) / "variables.fd"
            package.make_package_disk(_REPOSITORY, disk)
            shutil.copy(host.OVMF_VARIABLES, variables)
            columns, rows = shutil.get_terminal_size()
            print(_WELCOME.format(rows=rows, columns=columns), flush=True)
            words = hardware.arguments(
                "uefi" if firmware == "uefi" else "bios", Disk(image.disk), disk, variables
            )
            return subprocess.run([*words, "-serial", "mon:stdio"], check=False).returncode
    except host.LabError as error:
        return _complain(str(error))


def _complain(message: str) -> int:
    print(f"try_it: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
