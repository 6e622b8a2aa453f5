"""Files of a tree: found within one file system, read whatever they are, and never outside."""

import os
from pathlib import Path

import pytest

from bootpick.errors import BootpickError
from bootpick.system import FileTree, Found
from bootpick.system.tree import LocalTree
from bootpick.volumes import Mount, Volume
from tests.support.trees import plant

ROOT = Volume("/dev/sda2", "part", "ext4", mounts=(Mount("/"),))
BOOT = Volume("/dev/sda1", "part", "ext4", mounts=(Mount("/boot"),))
BTRFS = Volume(
    "/dev/sdb", "disk", "btrfs", mounts=(Mount("/data", "/@data"), Mount("/data/sub", "/@data/s"))
)
AWAY = Volume("/dev/sdc", "disk", "ext4")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return plant(
        tmp_path / "root",
        {
            "vmlinuz": "one",
            "boot/vmlinuz": "two!",
            "boot/grub/grub.cfg": "",
            "data/file": "x",
            "data/sub/file": "y",
        },
    )


@pytest.fixture
def tree(root: Path) -> FileTree:
    return LocalTree(str(root), (ROOT, BOOT, BTRFS, AWAY))


@pytest.mark.parametrize(
    ("volume", "inner", "expected"),
    [
        (ROOT, "/vmlinuz", "vmlinuz"),
        (ROOT, "//vmlinuz/", "vmlinuz"),
        (ROOT, "/./vmlinuz", "vmlinuz"),
        (ROOT, "/nosuch/../vmlinuz", None),
        (ROOT, "/../../vmlinuz", "vmlinuz"),
        (ROOT, "/nosuch", None),
        (ROOT, "/vmlinuz/x", None),
        (ROOT, "/boot/vmlinuz", None),
        (BOOT, "/vmlinuz", "boot/vmlinuz"),
        (BOOT, "/grub/../vmlinuz", "boot/vmlinuz"),
        (BOOT, "/../vmlinuz", "boot/vmlinuz"),
        (BOOT, "/boot/vmlinuz", None),
        (BTRFS, "/@data/file", "data/file"),
        (BTRFS, "/@data/s/file", "data/sub/file"),
        (BTRFS, "/@data/../@data/file", "data/file"),
        (BTRFS, "/file", None),
        (AWAY, "/vmlinuz", None),
        (ROOT, "/a\0b", None),
        (ROOT, "/" + "x" * 5000, None),
    ],
)
def test_file_is_found_on_its_file_system(
    volume: Volume, inner: str, expected: str | None, tree: FileTree, root: Path
) -> None:
    found = tree.find(volume, inner)
    assert (found and found.path) == (expected and str(root / expected))


@pytest.mark.parametrize(
    ("volume", "inner", "seen"),
    [
        (ROOT, "/nosuch", True),
        (ROOT, "/boot/x", False),
        (BTRFS, "/@data/nosuch", True),
        (BTRFS, "/@other/x", False),
        (AWAY, "/x", False),
    ],
)
def test_what_is_to_be_seen(volume: Volume, inner: str, *, seen: bool, tree: FileTree) -> None:
    """Not what lies under another mount, in a subvolume that is not mounted, or elsewhere."""
    assert tree.sees(volume, inner) is seen


def test_a_fat_file_system_does_not_mind_the_case(tree: FileTree, root: Path) -> None:
    plant(root, {"boot/EFI/Debian/grub.cfg": "", "vmlinuz": ""})
    fat = Volume("/dev/sdd1", "part", "vfat", mounts=(Mount("/"),))
    found = LocalTree(str(root), (fat,)).find(fat, "/Boot/efi/DEBIAN/Grub.cfg")
    assert found is not None
    assert found.path == f"{root}/boot/EFI/Debian/grub.cfg"
    assert tree.find(ROOT, "/VMLINUZ") is None


def test_found_says_what_it_is(tree: FileTree, root: Path) -> None:
    os.utime(root / "boot/vmlinuz", (1, 7))
    assert tree.find(BOOT, "/vmlinuz") == Found(f"{root}/boot/vmlinuz", False, 4, 7)
    found = tree.find(BOOT, "/grub")
    assert found is not None
    assert found.is_directory


@pytest.mark.parametrize(
    "case",
    [
        ("boot/l", "vmlinuz", BOOT, "/l", "two!"),
        ("boot/l", "/vmlinuz", BOOT, "/l", "two!"),
        ("boot/l", "../vmlinuz", BOOT, "/l", "two!"),
        ("boot/l", "../../../vmlinuz", BOOT, "/l", "two!"),
        ("boot/grub/l", "../vmlinuz", BOOT, "/grub/l", "two!"),
        ("l", "/boot/vmlinuz", ROOT, "/l", None),
        ("l", "boot", ROOT, "/l/vmlinuz", None),
        ("l", "/", ROOT, "/l/vmlinuz", "one"),
        ("l", "l", ROOT, "/l", None),
        ("l", "nosuch", ROOT, "/l", None),
        ("data/l", "/@data/file", BTRFS, "/@data/l", "x"),
        ("data/sub/l", "../file", BTRFS, "/@data/s/l", "x"),
    ],
)
def test_links_are_followed_as_the_boot_loader_follows_them(
    case: tuple[str, str, Volume, str, str | None], tree: FileTree, root: Path
) -> None:
    link, target, volume, inner, expected = case
    (root / link).symlink_to(target)
    found = tree.find(volume, inner)
    assert (found and tree.read(found.path, 100).decode()) == expected


@pytest.mark.parametrize(
    ("target", "inner", "expected"),
    [
        ("d", "/l", "file"),
        ("nosuch", "/l", "file"),
        ("l", "/l", "file"),
        ("d", "/l/e", "directory"),
        ("vmlinuz", "/l/x", None),
    ],
)
def test_listed_a_link_is_a_file(
    target: str, inner: str, expected: str | None, tree: FileTree, root: Path
) -> None:
    (root / "d/e").mkdir(parents=True)
    (root / "l").symlink_to(target)
    found = tree.find(ROOT, inner, listed=True)
    assert (found and ("directory" if found.is_directory else "file")) == expected


def test_reading_has_limits(tree: FileTree, root: Path) -> None:
    path = str(plant(root, {"f": "0123456789"}) / "f")
    assert [tree.read(path, 4), tree.read(path, 4, 8), tree.read(path, 99), tree.read(path, 0)] == [
        b"0123",
        b"89",
        b"0123456789",
        b"",
    ]


def test_what_is_no_file_is_not_read(tree: FileTree, root: Path) -> None:
    os.mkfifo(root / "pipe")
    for name in ("pipe", "boot", "nosuch"):
        with pytest.raises(BootpickError, match=name):
            tree.read(str(root / name), 10)
    assert tree.find(ROOT, "/pipe") is None


def test_names_of_a_directory(tree: FileTree, root: Path) -> None:
    assert sorted(tree.names(tree.path("/data"))) == ["file", "sub"]
    assert (tree.names(str(root / "nosuch")), tree.names(str(root / "vmlinuz"))) == ([], [])


def test_paths_of_the_tree(tree: FileTree, root: Path) -> None:
    assert (tree.path("/"), tree.path("/boot")) == (str(root), f"{root}/boot")
    assert LocalTree("/", ()).path("/boot") == "/boot"


def test_a_link_is_listed_as_no_directory(tree: FileTree, root: Path) -> None:
    (root / "boot/link").symlink_to(".")
    followed, listed = tree.find(BOOT, "/link"), tree.find(BOOT, "/link", listed=True)
    assert followed is not None
    assert listed is not None
    assert (followed.is_directory, listed.is_directory) == (True, False)


def test_a_subvolume_may_be_mounted_over_a_directory_of_another(tmp_path: Path) -> None:
    """What is seen there is of another path of the same file system."""
    mounts = (Mount("/", "/@/root"), Mount("/sub", "/@/sub"))
    volume = Volume("/dev/sda", "disk", "btrfs", mounts=mounts)
    plant(tmp_path, {"sub/file": "", "file": ""})
    (tmp_path / "link").symlink_to("/file")
    tree = LocalTree(str(tmp_path), (volume,))
    assert tree.find(volume, "/@/root/sub/file") is None
    assert not tree.sees(volume, "/@/root/sub/file")
    found = tree.find(volume, "/@/sub/file")
    assert found is not None
    assert found.path == str(tmp_path / "sub/file")
    # An absolute link begins at the top, or where it is said to begin.
    assert tree.find(volume, "/@/root/link") is None
    found = tree.find(volume, "/@/root/link", top="/@/root")
    assert found is not None
    assert found.path == str(tmp_path / "file")


def test_above_a_subvolume_nothing_need_be_there(tmp_path: Path) -> None:
    """The directories above it may lie in a subvolume of which there is no copy."""
    mounts = (Mount("/", "/@/snapshots/1/snapshot"), Mount("/snapshots", "/@/snapshots"))
    volume = Volume("/dev/sda", "disk", "btrfs", mounts=mounts)
    plant(tmp_path, {"file": ""})
    found = LocalTree(str(tmp_path), (volume,)).find(volume, "/@/snapshots/1/snapshot/file")
    assert found is not None
    assert found.path == str(tmp_path / "file")


@pytest.mark.parametrize("has_devices", [False, True])
def test_a_device_is_read_on_its_own_machine_only(tmp_path: Path, *, has_devices: bool) -> None:
    (tmp_path / "sda").write_bytes(b"x" * 1024)
    volume = Volume(str(tmp_path / "sda"), "disk", "btrfs", mounts=(Mount("/"),))
    tree = LocalTree(str(tmp_path), (volume,), has_devices=has_devices)
    message = "not a block device" if has_devices else "itself cannot be read from here"
    with pytest.raises(BootpickError, match=message):
        tree.read_device(volume, 512, 512)


def test_a_top_that_something_is_mounted_over_is_not_seen(tmp_path: Path) -> None:
    hidden = Volume("/dev/sdd", "disk", "ext4", mounts=(Mount("/none"),))
    over = Volume("/dev/sde", "disk", "ext4", mounts=(Mount("/none"),))
    plant(tmp_path, {"none/file": ""})
    tree = LocalTree(str(tmp_path), (over, hidden))
    assert tree.find(over, "/") is not None
    assert tree.find(hidden, "/") is None
    assert tree.find(hidden, "/file") is None
