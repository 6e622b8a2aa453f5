"""Parts of a file that are copied into memory, whatever happens to the file meanwhile."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootpick.errors import BootpickError
from bootpick.system.mounts import PrivateMounts
from bootpick.system.parts import copy_parts

DATA = bytes(range(256)) * 10


def stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, int(status.st_mtime)


def copied(path: Path, *parts: tuple[int, int]) -> bytes:
    handle = copy_parts(str(path), parts, stamp(path))
    try:
        return os.pread(handle, 1 << 23, 0)
    finally:
        os.close(handle)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("parts") / "x.efi"
    path.write_bytes(DATA)
    return path


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@given(st.integers(0, len(DATA)), st.integers(0, len(DATA)))
def test_one_part_is_copied_as_it_is(file: Path, start: int, end: int) -> None:
    assert copied(file, (start, max(end - start, 0))) == DATA[start:end]


def test_several_parts_are_each_filled_up_to_four_bytes(file: Path) -> None:
    parts = [(10, 5), (3, 0), (100, 4), (1, 3)]
    joined = DATA[10:15] + b"\0\0\0" + DATA[100:104] + DATA[1:4] + b"\0"
    assert copied(file, *parts) == joined


def test_large_part(tmp_path: Path) -> None:
    path = tmp_path / "large"
    data = os.urandom((3 << 20) + 5)
    path.write_bytes(b"x" + data)
    assert copied(path, (1, len(data))) == data


def test_path_of_the_copy_is_good_as_long_as_the_block(file: Path) -> None:
    before = open_files()
    with PrivateMounts().parts_copied(str(file), [(1, 3)], stamp(file)) as path:
        assert Path(path).read_bytes() == DATA[1:4]
    assert open_files() == before


@pytest.mark.parametrize(
    ("changed", "parts", "message"),
    [
        ((0, 0), [(0, 1)], "has changed since it was read"),
        (None, [(0, 1), (len(DATA) - 1, 2)], "ends before"),
    ],
)
def test_other_file_than_was_looked_at(
    file: Path, changed: tuple[int, int] | None, parts: list[tuple[int, int]], message: str
) -> None:
    before = open_files()
    with pytest.raises(BootpickError, match=message):
        copy_parts(str(file), parts, changed or stamp(file))
    assert open_files() == before


def test_file_that_was_touched_or_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x.efi"
    path.write_bytes(DATA)
    seen = stamp(path)
    os.utime(path, (1, 1))
    with pytest.raises(BootpickError, match="has changed"):
        copy_parts(str(path), [(0, 1)], seen)
    path.unlink()
    with pytest.raises(BootpickError, match="No such file"):
        copy_parts(str(path), [(0, 1)], seen)
    os.mkfifo(path)
    with pytest.raises(BootpickError, match="has changed"):
        copy_parts(str(path), [(0, 1)], None)
