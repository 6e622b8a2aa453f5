"""What is unmounted, in which order; what is done about it is seen in virtual machines."""

import pytest

from bootpick.system.unmount import Mounted, parse_mounts, still_writable, to_unmount

MOUNTS = r"""22 28 0:20 / /sys rw,nosuid - sysfs sysfs rw
23 28 0:21 / /proc rw,nosuid - proc proc rw
24 28 0:5 / /dev rw,nosuid - devtmpfs udev rw,size=1k
25 24 0:22 / /dev/pts rw - devpts devpts rw,gid=5
26 28 0:23 / /run rw,nosuid - tmpfs tmpfs rw,size=1k
28 1 254:3 / / ro,relatime shared:1 - ext4 /dev/vda3 rw,errors=remount-ro
29 26 0:24 / /run/lock rw - tmpfs tmpfs rw
30 28 254:4 / /home rw,relatime shared:2 master:1 - xfs /dev/vda4 rw,noquota
31 30 0:25 / /home/me/a\040b rw - fuse.sshfs me@host:/ rw,user_id=0
32 30 0:26 / /home/me/tmp rw - tmpfs tmpfs rw
33 26 8:1 / /run/media/me/stick rw - vfat /dev/sda1 rw
34 28 0:27 / /srv ro - nfs4 host:/srv ro
35 28 0:28 /@data /data rw - btrfs /dev/vda5 rw,subvol=/@data
36 22 0:7 / /sys/kernel/debug rw - debugfs debugfs rw
"""


def test_lines_of_mountinfo() -> None:
    mounts = parse_mounts(MOUNTS)
    assert len(mounts) == 14
    assert mounts[5] == Mounted("/", "ext4", writable=True)  # the mount is not, the file system is
    assert mounts[8] == Mounted("/home/me/a b", "fuse", writable=True)
    assert mounts[11] == Mounted("/srv", "nfs4", writable=False)


def test_what_lies_on_top_is_unmounted_first() -> None:
    assert to_unmount(parse_mounts(MOUNTS)) == [
        "/data",
        "/srv",
        "/run/media/me/stick",
        "/home/me/tmp",
        "/home/me/a b",
        "/home",
    ]


def test_what_has_to_become_read_only() -> None:
    places = ["/", "/home", "/home/me/a b", "/run/media/me/stick", "/data"]
    assert still_writable(parse_mounts(MOUNTS)) == places


@pytest.mark.parametrize("kind", ["ext4", "overlay", "fuseblk", "zfs", "nfs", "bcachefs"])
def test_file_systems_that_hold_data(kind: str) -> None:
    assert Mounted("/x", kind, writable=True).holds_data


@pytest.mark.parametrize("kind", ["tmpfs", "proc", "cgroup2", "rootfs", "efivarfs"])
def test_file_systems_that_do_not(kind: str) -> None:
    assert not Mounted("/x", kind, writable=True).holds_data
