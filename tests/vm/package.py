"""The small second disk, which brings the program under test into the machine.

It holds what `pip install` makes of the working tree, so that packaging is tested as well. The
image knows nothing of the program, and need not be rebuilt when that changes.
"""

import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.vm import layout
from tests.vm.disk import make_ext4
from tests.vm.host import run

# The machine's Python, which need not be the one that runs the tests.
_PYTHON = "3.11"
# Neither belongs into a wheel, and the folder of a running test may change while it is copied.
_NOT_COPIED = shutil.ignore_patterns(
    ".*", "__pycache__", "*.egg-info", "*.pyc", "build", "dist", "tests", "venv"
)


def make_package_disk(
    repository: Path, target: Path, beside: Mapping[str, Path] | None = None
) -> None:
    """Install the working tree with its dependencies on a disk image.

    The trees *beside* it lie there under their names.
    """
    with tempfile.TemporaryDirectory(prefix="bootpick-package-") as folder:
        # pip builds in place: a copy keeps the working tree clean.
        source, tree = Path(folder) / "source", Path(folder) / "tree"
        shutil.copytree(repository, source, symlinks=True, ignore=_NOT_COPIED)
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, source])
        (wheel,) = Path(folder).glob("*.whl")
        run(
            [
                *pip,
                *("install", "--target", tree, "--python-version", _PYTHON),
                *("--only-binary=:all:", wheel),
            ]
        )
        for name, other in (beside or {}).items():
            shutil.copytree(other, tree / name, symlinks=True)
        write_disk(tree, target)


def make_blank_disk(target: Path) -> None:
    """Make a disk that a machine can be frozen with: one with nothing on it."""
    with tempfile.TemporaryDirectory(prefix="bootpick-package-") as folder:
        write_disk(Path(folder), target)


def write_disk(tree: Path, target: Path) -> None:
    """Make the disk from a directory tree that is put on Python's path in the machine.

    There is no journal: the disk is read-only, where one could not be replayed.
    """
    target.unlink(missing_ok=True)
    make_ext4(
        target,
        layout.PACKAGE_SIZE,
        layout.PACKAGE_LABEL,
        layout.PACKAGE_UUID,
        *("-O", "^has_journal", "-d", tree),
    )
