"""The parts of the real load that can be tried without loading anything."""

import errno
import hashlib
import os
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from bootpick.errors import BootpickError, LoadRefused, SignatureRefused
from bootpick.system.kernel_log import KernelLog
from bootpick.system.loader import (
    _FALLBACK,
    LinuxKernel,
    _hash,
    _initrd,
    _is_unchanged,
    _open,
    jump_memory,
)
from bootpick.system.machine import LoadWay
from bootpick.system.refusals import System, explain


def joined(paths: list[Path]) -> bytes | None:
    with ExitStack() as handles:
        handle = _initrd([_open(str(path), handles) for path in paths], handles)
        return None if handle is None else os.pread(handle, 1 << 20, 0)


def files(folder: Path, *contents: bytes) -> list[Path]:
    paths = [folder / str(number) for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths


def test_several_initrds_become_one_each_padded_to_four_bytes(tmp_path: Path) -> None:
    paths = files(tmp_path, b"first", b"", b"four", b"x" * 4097)
    assert joined(paths) == b"first\0\0\0" + b"four" + b"x" * 4097 + b"\0\0\0"


def test_a_single_initrd_is_passed_on_as_it_is(tmp_path: Path) -> None:
    with ExitStack() as handles:
        opened = _open(str(files(tmp_path, b"first")[0]), handles)
        assert _initrd([opened], handles) == opened.handle


def test_no_initrd() -> None:
    assert joined([]) is None


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BootpickError, match="nowhere: No such file"):
        LinuxKernel().load([str(tmp_path / "nowhere")], "", "x", LoadWay(), lambda *_: None)


def test_initrds_that_no_load_can_have_room_for(tmp_path: Path) -> None:
    kernel = LinuxKernel()
    paths = [str(path) for path in files(tmp_path, b"", b"x")]
    kernel.require_memory([])
    kernel.require_memory(paths)
    memory = System().memory
    os.truncate(paths[0], memory // 2 - 1)
    kernel.require_memory(paths)
    os.truncate(paths[0], memory // 2)
    with pytest.raises(BootpickError) as caught:
        kernel.require_memory(paths)
    assert caught.value.message == (
        f"there is not enough memory: the initrds have {memory >> 21} MiB, and a load may take "
        f"half of the {memory >> 20} MiB that this machine has"
    )
    with pytest.raises(BootpickError, match="nowhere: No such file"):
        kernel.require_memory([str(tmp_path / "nowhere")])


def test_what_is_read_is_hashed_and_counted(tmp_path: Path) -> None:
    contents = (b"kernel" * 400_000, b"initrd")
    told: list[tuple[int, int]] = []
    with ExitStack() as handles:
        opened = [_open(str(path), handles) for path in files(tmp_path, *contents)]
        found = _hash(opened, lambda done, total: told.append((done, total)))
    assert [file.sha256 for file in found] == [hashlib.sha256(c).hexdigest() for c in contents]
    total = sum(map(len, contents))
    assert told[-1] == (total, total)
    assert len(told) == 4


@pytest.mark.parametrize("change", ["append", "truncate", "write over"])
def test_file_that_changes_under_the_load_is_noticed(tmp_path: Path, change: str) -> None:
    (path,) = files(tmp_path, b"initrd")
    os.utime(path, ns=(1, 1))
    with ExitStack() as handles:
        opened = _open(str(path), handles)
        assert _is_unchanged(opened)
        with path.open({"append": "ab", "truncate": "wb", "write over": "r+b"}[change]) as file:
            file.write(b"" if change == "truncate" else b"other!")
        assert not _is_unchanged(opened)


SECURE_BOOT = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
LOCKED = {"sys/kernel/security/lockdown": "none [integrity] confidentiality"}
LOGGED = "the kernel's log says: Lockdown: kexec: kexec of unsigned images is restricted"


def system(folder: Path, state: Mapping[str, str]) -> System:
    for name, text in state.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return System(str(folder))


FILE_LOAD, TOOL = "kexec_file_load(2)", "kexec(8)"


class Case(NamedTuple):
    """An errno in some state of the system, and what is said of it."""

    number: int
    kind: type[BootpickError]
    message: str
    hint: str | None
    state: Mapping[str, str] = MappingProxyType({})
    call: str = FILE_LOAD
    logged: str | None = None


SECURE = {SECURE_BOOT: "\6\0\0\0\1"}
DAMAGED = "'file' tells what it is; a package's file can be verified and installed again"
SIGNED = "a distribution's own kernel is signed by a key that its kernels trust"
CASES = [
    Case(
        errno.EPERM,
        LoadRefused,
        "the kernel refused to load /k: permission denied",
        "it needs CAP_SYS_BOOT, which a container usually lacks",
    ),
    Case(
        errno.EPERM,
        SignatureRefused,
        "the kernel refused to load /k: it is locked down (integrity)",
        "only kernels signed by a key that this machine trusts can be loaded",
        LOCKED,
        logged=LOGGED,
    ),
    Case(
        errno.EPERM,
        SignatureRefused,
        "the kernel refused to load /k: it is locked down (integrity), as Secure Boot has it, and "
        "kexec_load(2) cannot check a signature",
        "leave out what needs that call: --syscall legacy, --reset-vga and its kin",
        {**LOCKED, **SECURE},
        TOOL,
    ),
    Case(
        errno.EPERM,
        LoadRefused,
        "the kernel refused to load /k: the number of loads for a reboot is used up "
        "(kernel.kexec_load_limit_reboot=0)",
        "it stays so until the machine is rebooted",
        {"proc/sys/kernel/kexec_load_limit_reboot": "0"},
    ),
    Case(
        errno.EACCES,
        LoadRefused,
        "the kernel refused to load /k: its integrity could not be verified (IMA)",
        "the kernel's log says: integrity: Unable to verify",
        logged="the kernel's log says: integrity: Unable to verify",
    ),
    Case(
        errno.EKEYREJECTED,
        SignatureRefused,
        "the kernel refused to load /k: its signature is not trusted (Secure Boot is on)",
        SIGNED,
        SECURE,
    ),
    Case(
        errno.ENOKEY,
        SignatureRefused,
        "the kernel refused to load /k: no key that this system trusts has signed it",
        LOGGED,
        logged=LOGGED,
    ),
    Case(
        errno.ENODATA,
        SignatureRefused,
        "the kernel refused to load /k: it has no signature",
        SIGNED,
    ),
    Case(
        errno.EKEYEXPIRED,
        SignatureRefused,
        "the kernel refused to load /k: the key that signed it has expired",
        SIGNED,
    ),
    Case(
        errno.ENOEXEC,
        BootpickError,
        "cannot load /k: it is no kernel that the running kernel can read, or it is damaged "
        "(kexec_file_load(2))",
        DAMAGED,
    ),
    Case(
        errno.EINVAL,
        BootpickError,
        "cannot load /k: the running kernel takes it for unusable (kexec_file_load(2))",
        "the kernel's log says: Kernel command line too long",
        logged="the kernel's log says: Kernel command line too long",
    ),
    Case(
        errno.EBUSY,
        BootpickError,
        "cannot load /k: another load is under way, or one in a crash kernel's memory is in use "
        "(kexec_file_load(2))",
        "try again; 'bootpick status' tells what is loaded",
    ),
    Case(
        errno.ENOMEM,
        BootpickError,
        "cannot load /k: there is not enough memory for kernel and initrd (kexec_file_load(2))",
        "end something large, or make the initrd smaller, and try again",
    ),
    Case(
        errno.EADDRNOTAVAIL,
        BootpickError,
        "cannot load /k: there is no free memory where it has to lie; 64 MiB are reserved for a "
        "crash kernel",
        "a crash kernel needs 'crashkernel=256M' or more on the running system's command line",
        {"sys/kernel/kexec_crash_size": "67108864"},
        TOOL,
    ),
    Case(
        errno.ETXTBSY,
        BootpickError,
        "cannot load /k: it is being written to (kexec_file_load(2))",
        "try again when whatever writes it has ended",
    ),
    Case(
        errno.ENOSYS,
        BootpickError,
        "cannot load /k: the running kernel has no such system call (kexec_file_load(2))",
        "it has to be built with CONFIG_KEXEC_FILE or CONFIG_KEXEC",
    ),
    Case(
        errno.EIO,
        BootpickError,
        "cannot load /k: it cannot be read from its disk (kexec_file_load(2))",
        "'dmesg' tells what is wrong with the disk",
    ),
    Case(
        errno.EXDEV,
        BootpickError,
        "cannot load /k: kexec_file_load(2): Invalid cross-device link",
        None,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: errno.errorcode[case.number])
def test_every_refusal_is_explained(tmp_path: Path, case: Case) -> None:
    failure = OSError(case.number, os.strerror(case.number))
    error = explain(failure, "/k", case.call, system(tmp_path, case.state), case.logged)
    assert (type(error), error.message, error.hint) == (case.kind, case.message, case.hint)
    # What must not be loaded is never tried otherwise.
    assert not (isinstance(error, LoadRefused) and case.number in _FALLBACK)


def test_kernel_log_gives_the_last_line_about_the_load(tmp_path: Path) -> None:
    """A fifo stands for /dev/kmsg: one read is one record, and none is an error."""
    log = KernelLog(str(tmp_path / "none"))
    assert log.last() is None
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    with closing(KernelLog(f"/proc/self/fd/{reader}")) as log:
        os.write(writer, b"6,1,2,-;Lockdown: kexec: unsigned\x1b\n")
        assert log.last() == "the kernel's log says: Lockdown: kexec: unsigned\\x1b"
        # A trace of the kernel's says nothing to a user.
        os.write(writer, b"4,2,2,-; __do_sys_kexec_file_load+0xc6/0x860\n")
        assert log.last() is None
        os.write(writer, b"4,3,2,-;__vm_enough_memory: pid: 347, comm: kexec, no enough memory\n")
        assert log.last() is None
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize(
    ("config", "expected"),
    [("CONFIG_KEXEC_JUMP=y\n", True), ("# CONFIG_KEXEC_JUMP is not set\n", False), (None, None)],
)
def test_configuration_of_the_running_kernel(
    tmp_path: Path, config: str | None, *, expected: bool | None
) -> None:
    state = {} if config is None else {f"boot/config-{os.uname().release}": f"CONFIG_X=y\n{config}"}
    assert system(tmp_path, state).is_configured("CONFIG_KEXEC_JUMP") is expected


@pytest.mark.parametrize(("memory", "room"), [(1014000 << 10, 247 << 20), (64 << 30, 512 << 20)])
def test_memory_of_a_kernel_that_is_come_back_from(memory: int, room: int) -> None:
    assert jump_memory(memory) == room
