"""The parts of the real machine that can be tried without changing it."""

import errno
import os
from pathlib import Path

import pytest

from bootpick.errors import BootpickError, LoadRefused, SignatureRefused
from bootpick.system.kept import BlockFiles
from bootpick.system.linux import _FALLBACK, _open_initrds, _refusal


def _content(handle: int | None) -> bytes:
    assert handle is not None
    try:
        return os.pread(handle, 1 << 20, 0)
    finally:
        os.close(handle)


def test_several_initrds_become_one_each_padded_to_four_bytes(tmp_path: Path) -> None:
    contents = [b"first", b"", b"four", b"x" * 4097]
    paths = []
    for number, content in enumerate(contents):
        path = tmp_path / str(number)
        path.write_bytes(content)
        paths.append(str(path))
    joined = b"first\0\0\0" + b"four" + b"x" * 4097 + b"\0\0\0"
    assert _content(_open_initrds(paths)) == joined


def test_a_single_initrd_is_passed_on_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "initrd"
    path.write_bytes(b"first")
    handle = _open_initrds([str(path)])
    assert handle is not None
    assert os.fstat(handle).st_ino == path.stat().st_ino
    assert _content(handle) == b"first"


def test_no_initrd() -> None:
    assert _open_initrds([]) is None


@pytest.mark.parametrize("others", [0, 1])
def test_missing_initrd_is_named(tmp_path: Path, others: int) -> None:
    path = tmp_path / "there"
    path.write_bytes(b"x")
    with pytest.raises(BootpickError, match="nowhere: No such file"):
        _open_initrds([str(path)] * others + [str(tmp_path / "nowhere")])


@pytest.mark.parametrize(
    "number", [errno.EPERM, errno.EACCES, errno.EKEYREJECTED, errno.ENOKEY, errno.ENODATA]
)
def test_what_must_not_be_loaded_is_a_refusal_and_never_tried_otherwise(number: int) -> None:
    refusal = _refusal("/boot/vmlinuz", OSError(number, os.strerror(number)))
    assert isinstance(refusal, LoadRefused)
    assert (refusal.status, number in _FALLBACK) == (6, False)


@pytest.mark.parametrize("number", [errno.EKEYREJECTED, errno.ENOKEY, errno.ENODATA])
def test_refusal_for_want_of_a_signature_is_told_apart(number: int) -> None:
    assert isinstance(_refusal("x", OSError(number, os.strerror(number))), SignatureRefused)


@pytest.mark.parametrize("number", [errno.EBUSY, errno.ENOMEM, errno.EADDRNOTAVAIL])
def test_what_merely_failed_is_no_refusal(number: int) -> None:
    error = _refusal("/boot/vmlinuz", OSError(number, os.strerror(number)))
    assert (type(error), error.status) == (BootpickError, 1)


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
