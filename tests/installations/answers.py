"""What programs that ask hardware answer on a machine: lsblk, grub-probe, grub-mkrelpath."""

import re
import shlex

from tests.installations.machines import (
    BIOS_BOOT,
    ESP,
    LINUX,
    LVM,
    MICROSOFT_DATA,
    MICROSOFT_RESERVED,
    RAID,
    SWAP,
    Device,
    Installation,
)

PART_TYPE_NAMES = {
    BIOS_BOOT: "BIOS boot",
    ESP: "EFI System",
    LINUX: "Linux filesystem",
    SWAP: "Linux swap",
    LVM: "Linux LVM",
    RAID: "Linux RAID",
    MICROSOFT_RESERVED: "Microsoft reserved",
    MICROSOFT_DATA: "Microsoft basic data",
}

GRUB_MODULES = {
    "ext4": "ext2",
    "vfat": "fat",
    "btrfs": "btrfs",
    "xfs": "xfs",
    "ntfs": "ntfs",
    "swap": "",
}
"""The GRUB module, as grub-probe names it, of a file system that lsblk names."""


def lsblk_rows(device: Device, release: int, parent: Device | None = None) -> dict[str, object]:
    """Describe a device and its children with the keys and null values of that Debian's lsblk.

    That is lsblk 2.38 in Debian 12 and 2.41 in Debian 13.
    """
    table = device if device.kind == "disk" else parent
    in_table = device.kind in ("disk", "part")
    row: dict[str, object] = {
        "fsroots": [device.fs_root if device.mount.startswith("/") else None],
        "fstype": device.fs or None,
        "fsver": device.fs_version or None,
        "kname": device.kernel_name or device.name,
        "label": device.label or None,
        "maj:min": device.number,
        "name": device.name,
        "partflags": None,
        "partlabel": device.part_label or None,
        "parttype": device.part_type or None,
        "parttypename": PART_TYPE_NAMES.get(device.part_type),
        "partuuid": device.part_uuid or None,
        "path": device.path,
        "pkname": (parent.kernel_name or parent.name) if parent else None,
        "pttype": "gpt" if in_table else None,
        "ptuuid": table.table_uuid if table and in_table else None,
        "rm": False,
        "ro": False,
        "size": device.size,
        "start": device.start,
        "mountpoint": device.mount or None,
        "mountpoints": [device.mount or None],
        "type": device.kind,
        "uuid": device.uuid or None,
    }
    if release >= 13:
        row |= _only_in_241(device)
    if device.children:
        row["children"] = [lsblk_rows(child, release, device) for child in device.children]
    return row


def _only_in_241(device: Device) -> dict[str, object]:
    major, _, minor = device.number.partition(":")
    number = int(re.findall(r"\d+$", device.name)[0]) if device.kind == "part" else None
    return {"maj": major, "min": minor, "partn": number}


def hints(device: Device) -> str:
    """Give grub-probe's hints for a device, with the blank it leaves at their end."""
    if device.hints:
        return device.hints
    bare_metal = device.grub.replace("hd", "ahci" if device.name.startswith("sd") else "nvme", 1)
    return f"--hint-bios={device.grub} --hint-efi={device.grub} --hint-baremetal={bare_metal} "


def grub_probe(installation: Installation) -> str:
    """Write the program that answers for grub-probe, from the description."""
    mounted = installation.mounted()
    lines = [
        "#!/bin/sh",
        "# Stands in for grub-probe: the devices it would ask do not exist here.",
        "while [ $# -gt 0 ]; do",
        '  case "$1" in',
        "    --target=*) target=${1#--target=} ;;",
        "    -t) target=$2; shift ;;",
        "    --device|-d) device=$2; shift ;;",
        "    *) path=$1 ;;",
        "  esac",
        "  shift",
        "done",
        '[ -n "$device" ] || case "$path" in',
    ]
    for mount in sorted((m for m in mounted if m.startswith("/")), key=len, reverse=True):
        pattern = "*" if mount == "/" else f"{mount}|{mount}/*"
        lines.append(f"  {pattern}) device={mounted[mount].path} ;;")
    lines += ["esac", 'case "$target $device" in']
    for device in installation.devices():
        answers = {
            "device": device.path,
            "partmap": "\n".join(device.part_maps),
            "fs": GRUB_MODULES.get(device.fs, ""),
            "fs_uuid": device.uuid,
            "partuuid": device.part_uuid,
            "abstraction": "\n".join(device.abstractions),
            "compatibility_hint": device.grub,
            "hints_string": hints(device),
            "cryptodisk_uuid": device.luks_uuid,
            "drive": f"({device.grub})",
        }
        for target, answer in answers.items():
            print_it = f"echo {shlex.quote(answer)}" if answer else ":"
            lines.append(f"  '{target} {device.path}') {print_it} ;;")
    lines += ["  *) exit 1 ;;", "esac", ""]
    return "\n".join(lines)


def grub_mkrelpath(installation: Installation) -> str:
    """Write the program that answers for grub-mkrelpath: a path inside its own file system."""
    mounted = installation.mounted()
    lines = ["#!/bin/sh", 'case "$1" in']
    if "/boot" in mounted:
        lines += ["  /boot) echo ;;", '  /boot/*) echo "${1#/boot}" ;;']
    subvolume = mounted["/"].fs_root.rstrip("/")
    lines += [f'  /) echo "{subvolume}" ;;', f'  *) echo "{subvolume}$1" ;;', "esac", ""]
    return "\n".join(lines)
