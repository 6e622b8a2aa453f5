"""File systems as GRUB knows them: their names, UUIDs and labels."""

from ..volumes import Volume

_NAMES = {
    "ext2": "ext2",
    "ext3": "ext2",
    "ext4": "ext2",
    "ext4dev": "ext2",
    "vfat": "fat",
    "exfat": "exfat",
    "btrfs": "btrfs",
    "xfs": "xfs",
    "f2fs": "f2fs",
    "iso9660": "iso9660",
    "udf": "udf",
    "ntfs": "ntfs",
    "hfs": "hfs",
    "hfsplus": "hfsplus",
    "jfs": "jfs",
    "nilfs2": "nilfs2",
    "reiserfs": "reiserfs",
    "squashfs": "squash4",
    "minix": "minix",
    "romfs": "romfs",
    "ufs": "ufs1",
    "befs": "bfs",
    "zfs_member": "zfs",
    "tar": "tarfs",
}
"""lsblk's name (libblkid's): GRUB's, the ``.name`` in fs/*.c."""

_NO_LABEL_IF_EMPTY = frozenset(("fat", "exfat", "ntfs", "hfs", "hfsplus", "zfs"))
"""These have no label then; the others have an empty one."""
_WITHOUT_LABEL = frozenset(("minix", "romfs", "squash4", "tarfs"))
_WITHOUT_UUID = frozenset(("minix", "romfs", "squash4", "udf", "bfs", "tarfs"))


def filesystem(volume: Volume) -> str | None:
    """Give GRUB's name of the file system on *volume*, ``None`` where GRUB knows none."""
    return _NAMES.get(volume.fstype or "")


def is_archive(volume: Volume) -> bool:
    """Tell whether GRUB reads it as an archive (fs/archelp.c).

    There ``/file/`` opens no file as it does nearly everywhere else, and a directory that is opened
    is not found.
    """
    return filesystem(volume) == "tarfs"


def uuid(volume: Volume) -> str | None:
    """Give the UUID as GRUB writes it.

    Nearly all are lsblk's. A ZFS pool's GUID is hexadecimal here (fs/zfs/zfs.c); of Apple's file
    systems lsblk tells a hash, which the number that GRUB compares cannot be had from.
    """
    name = filesystem(volume)
    if name is None or name in _WITHOUT_UUID or name.startswith("hfs") or volume.uuid is None:
        return None
    if name == "zfs":
        return f"{int(volume.uuid):016x}" if volume.uuid.isdecimal() else None
    return volume.uuid


def label(volume: Volume) -> str | None:
    """Give the label; most file systems without one have an empty one to GRUB."""
    name = filesystem(volume)
    if name is None or name in _WITHOUT_LABEL:
        return None
    return volume.label or (None if name in _NO_LABEL_IF_EMPTY else "")
