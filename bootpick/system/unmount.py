"""Taking the machine's file systems down: swap, mounts, and the devices that are made of others."""

import ctypes
import fcntl
import os
import re
import struct
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from .libc import libc

_READ_ONLY = 1  # MS_RDONLY
_REMOUNT = 32  # MS_REMOUNT
_NO_FOLLOW = 8  # UMOUNT_NOFOLLOW
_ROUNDS = 8
"""How many layers of file systems in files of file systems there may be."""
_SECONDS = 5
"""How long the kernel may take for its own remount of everything."""
_LOOP_CLEAR = 0x4C01  # LOOP_CLR_FD
_MAP_REMOVE = 0xC138FD04  # DM_DEV_REMOVE
_MAP_SIZE = 312  # sizeof(struct dm_ioctl)

_IN_MEMORY = frozenset(
    "autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fusectl "
    "hugetlbfs mqueue nsfs proc pstore ramfs rootfs rpc_pipefs securityfs selinuxfs smackfs "
    "sysfs tmpfs tracefs".split()
)
"""File systems that hold nothing which could be lost."""
_NEEDED = re.compile(r"/|/(?:proc|sys|dev|run)|/(?:proc|sys|dev)/.*", re.DOTALL)
"""What stays to the end: the kernel's own, and what this program itself lives on."""


class Mounted(NamedTuple):
    """A line of ``/proc/self/mountinfo``."""

    point: str
    kind: str
    writable: bool
    """The file system is, whatever this mount of it says."""

    @property
    def holds_data(self) -> bool:
        """Whether something could be lost of it."""
        return self.kind not in _IN_MEMORY


def parse_mounts(text: str) -> list[Mounted]:
    """Read ``/proc/self/mountinfo`` (proc(5)); what lies on top of another comes behind it."""
    found = []
    for line in text.splitlines():
        left, _, right = line.partition(" - ")
        kind, _, options = right.split(" ")[:3]
        writable = "rw" in options.split(",")
        found.append(Mounted(_unescape(left.split(" ")[4]), kind.partition(".")[0], writable))
    return found


def _unescape(word: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), word)


def to_unmount(mounts: Iterable[Mounted]) -> list[str]:
    """Give the places to unmount, the topmost first."""
    return [
        mount.point
        for mount in reversed([*mounts])
        if not _NEEDED.fullmatch(mount.point)
        and (mount.holds_data or not mount.point.startswith("/run/"))
    ]


def still_writable(mounts: Iterable[Mounted]) -> list[str]:
    """Give the places of file systems that hold data and may still be written."""
    return [mount.point for mount in mounts if mount.holds_data and mount.writable]


def take_down() -> list[str]:
    """Unmount all that can be, and make the rest read-only; give what is still writable.

    A file system whose image lies on another one holds that, so it goes by rounds. What remains
    at last, such as the root, is remounted, by the kernel's emergency remount if it must be: that
    one does not mind open files.
    """
    os.sync()
    _swap_off()
    for _ in range(_ROUNDS):
        undone = [point for point in to_unmount(_mounts()) if _unmount(point)]
        if not (undone + _detach_loops() + _remove_maps() + _stop_arrays()):
            break
    for point in reversed(still_writable(_mounts())):
        libc.mount(None, os.fsencode(point), None, ctypes.c_ulong(_REMOUNT | _READ_ONLY), None)
    if still_writable(_mounts()):
        os.sync()
        _write("/proc/sysrq-trigger", "u")
        deadline = time.monotonic() + _SECONDS
        while still_writable(_mounts()) and time.monotonic() < deadline:
            time.sleep(0.05)
    os.sync()
    return still_writable(_mounts())


def _mounts() -> list[Mounted]:
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
        return parse_mounts(file.read())


def _unmount(point: str) -> bool:
    return bool(libc.umount2(os.fsencode(point), _NO_FOLLOW) == 0)


def _swap_off() -> None:
    with suppress(OSError), open("/proc/swaps", encoding="utf-8", errors="surrogateescape") as file:
        for line in file.readlines()[1:]:
            libc.swapoff(os.fsencode(_unescape(line.split(" ")[0])))


def _blocks(pattern: str) -> list[str]:
    """Give the names of block devices, the latest first."""
    with suppress(OSError):
        found = [name for name in os.listdir("/sys/block") if re.fullmatch(pattern, name)]
        return sorted(found, key=lambda name: (len(name), name), reverse=True)
    return []


def _detach_loops() -> list[str]:
    """Detach loop devices from their files; give those that are."""
    return [name for name in _blocks(r"loop\d+") if _has_file(name) and _detach(name)]


def _has_file(loop: str) -> bool:
    return os.path.exists(f"/sys/block/{loop}/loop/backing_file")


def _detach(loop: str) -> bool:
    with suppress(OSError):
        handle = os.open(f"/dev/{loop}", os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.ioctl(handle, _LOOP_CLEAR)
        finally:
            os.close(handle)
    return not _has_file(loop)


def _remove_maps() -> list[str]:
    """Remove device-mapper devices (LVM, LUKS, multipath) that nothing uses; give those."""
    return [name for name in _blocks(r"dm-\d+") if _remove_map(name)]


def _remove_map(device: str) -> bool:
    """Do what ``dmsetup remove`` does; the layout is that of struct dm_ioctl, version 4.0.0."""
    with suppress(OSError):
        with open(f"/sys/block/{device}/dm/name", "rb") as file:
            name = file.read().rstrip(b"\n")
        request = bytearray(_MAP_SIZE)
        struct.pack_into("=4I", request, 0, 4, 0, 0, _MAP_SIZE)
        struct.pack_into("=127s", request, 48, name)
        with open("/dev/mapper/control", "rb") as control:
            fcntl.ioctl(control, _MAP_REMOVE, request)
        return True
    return False


def _stop_arrays() -> list[str]:
    """Stop md arrays that nothing uses; give those."""
    return [
        name
        for name in _blocks(r"md\d+|md_.*")
        if _read(f"/sys/block/{name}/md/array_state") not in ("", "clear")
        and _write(f"/sys/block/{name}/md/array_state", "clear")
    ]


def _read(path: str) -> str:
    with suppress(OSError), open(path, encoding="ascii") as file:
        return file.read().strip()
    return ""


def _write(path: str, text: str) -> bool:
    with suppress(OSError), open(path, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        return True
    return False
