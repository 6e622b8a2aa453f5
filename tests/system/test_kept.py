"""What boot loaders keep between boots, written and deleted in place."""

from pathlib import Path

import pytest

from bootpick.errors import BootpickError
from bootpick.system.kept import BlockFiles


def test_variable_is_deleted_and_written_again(tmp_path: Path) -> None:
    path = tmp_path / "LoaderEntryOneShot"
    path.write_bytes(b"\7\0\0\0a\0\0\0")
    BlockFiles().delete(str(path), path.read_bytes())
    assert not path.exists()
    BlockFiles().restore(str(path), b"\7\0\0\0a\0\0\0")
    assert path.read_bytes() == b"\7\0\0\0a\0\0\0"


def test_variable_that_changed_since_stays(tmp_path: Path) -> None:
    path = tmp_path / "LoaderEntryOneShot"
    path.write_bytes(b"\7\0\0\0b\0\0\0")
    with pytest.raises(BootpickError, match="has changed since it was read"):
        BlockFiles().delete(str(path), b"\7\0\0\0a\0\0\0")
    assert path.exists()
    with pytest.raises(BootpickError, match="File exists"):
        BlockFiles().restore(str(path), b"x")
