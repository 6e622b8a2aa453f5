"""Make the installations that the tests read, with Debian 12's own `grub-mkconfig`.

Each installation is a folder beside this file: `root/` (the tree of the installed system, cut to
what a boot needs), `devices.json` (its block devices as Debian 12's lsblk prints them) and
`ORIGIN` (what made it). The configuration has to be what a real machine has, so it is written by
the real program in a real Debian 12. Only the programs that would ask hardware are replaced, and
answer from the descriptions in `machines.py`: `grub-probe` and `grub-mkrelpath` (which device and
file system holds a path) and, for other systems, `os-prober` and `linux-boot-prober`.

Run as root on an x86-64 Debian with mmdebstrap, in the checkout's folder:
`python3 -m tests.installations.make [--cache DIR] [NAME ...]`.
"""

import argparse
import json
import os
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.installations.machines import (
    BIOS_BOOT,
    ESP,
    INSTALLATIONS,
    LINUX,
    LVM,
    MICROSOFT_DATA,
    MICROSOFT_RESERVED,
    SWAP,
    Device,
    Installation,
)

HERE = Path(__file__).resolve().parent
PACKAGES = ("grub-common", "grub2-common", "memtest86+")
MEMTEST_FILES = (
    "memtest86+ia32.bin",
    "memtest86+ia32.efi",
    "memtest86+x64.bin",
    "memtest86+x64.efi",
)

PART_TYPE_NAMES = {
    BIOS_BOOT: "BIOS boot",
    ESP: "EFI System",
    LINUX: "Linux filesystem",
    SWAP: "Linux swap",
    LVM: "Linux LVM",
    MICROSOFT_RESERVED: "Microsoft reserved",
    MICROSOFT_DATA: "Microsoft basic data",
}

GRUB_MODULES = {"ext4": "ext2", "vfat": "fat", "btrfs": "btrfs", "ntfs": "ntfs", "swap": ""}
"""The GRUB module, as grub-probe names it, of a file system that lsblk names."""


def stub_kernel(version: str) -> bytes:
    """Give the head of an x86 bzImage of that release, with next to nothing behind it."""
    text = f"{version}\0".encode()
    image = bytearray(1040)
    text_at = 0x280
    image[text_at : text_at + len(text)] = text
    image[0x1F1] = 1  # setup_sects
    struct.pack_into("<I", image, 0x1F4, 1)  # syssize, in units of 16 bytes
    struct.pack_into("<H", image, 0x1FE, 0xAA55)
    image[0x200:0x202] = b"\xeb\x6a"  # the jump over the header; its reach tells the header's end
    image[0x202:0x206] = b"HdrS"
    struct.pack_into("<H", image, 0x206, 0x020F)
    struct.pack_into("<H", image, 0x20E, text_at - 0x200)
    image[0x211] = 0x01  # LOADED_HIGH
    struct.pack_into("<I", image, 0x214, 0x100000)  # code32_start
    struct.pack_into("<I", image, 0x22C, 0x7FFFFFFF)  # initrd_addr_max
    struct.pack_into("<I", image, 0x230, 0x200000)  # kernel_alignment
    image[0x234] = 1  # relocatable_kernel
    image[0x235] = 0x15  # min_alignment
    struct.pack_into("<H", image, 0x236, 0x7F)  # xloadflags: 64-bit entry, above 4G, EFI stub
    struct.pack_into("<I", image, 0x238, 2047)  # cmdline_size
    struct.pack_into("<Q", image, 0x258, 0x1000000)  # pref_address
    struct.pack_into("<I", image, 0x260, 0x2000000)  # init_size
    return bytes(image)


def debian_kernel(release: str) -> bytes:
    """Give a stub with the version string that Debian's kernels carry."""
    return stub_kernel(
        f"{release} (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian 6.1 (stub)"
    )


def empty_cpio() -> bytes:
    """Give a cpio archive (newc) with no member: the smallest valid initrd."""
    name = b"TRAILER!!!\0"
    fields = (0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, len(name), 0)
    header = b"070701" + b"".join(b"%08X" % value for value in fields) + name
    return header.ljust(512, b"\0")


def lsblk_rows(device: Device, parent: Device | None = None) -> dict[str, object]:
    """Describe a device and its children with the keys and null values of lsblk 2.38."""
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
    if device.children:
        row["children"] = [lsblk_rows(child, device) for child in device.children]
    return row


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
    for device in installation.disk.walk():
        answers = {
            "device": device.path,
            "partmap": "gpt",
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


def write_program(path: Path, text: str) -> None:
    """Put a program in place of another; never through a link."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def in_chroot(chroot: Path, *command: str, stdin: str = "") -> str:
    """Run a program of the Debian 12 in its own tree and give what it prints."""
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "en_US.UTF-8",
    }
    done = subprocess.run(
        ["chroot", str(chroot), *command],
        env=environment,
        input=stdin,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"make.py: {' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def debian(cache: Path) -> Path:
    """Give the root of a minimal Debian 12, made once."""
    root = cache / "bookworm"
    if not root.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = cache / "bookworm.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        include = f"--include={','.join(PACKAGES)}"
        subprocess.run(
            ["mmdebstrap", "--variant=minbase", include, "bookworm", str(unfinished)], check=True
        )
        unfinished.rename(root)
    return root


def prepare(chroot: Path, installation: Installation) -> None:
    """Make the Debian 12 look like the described machine."""
    replace_programs(chroot, installation)
    fill_boot(chroot, installation)
    for device in installation.disk.walk():
        # grub-mkconfig asks only whether these exist before it names a device by its UUID.
        for path in (device.path, device.uuid and f"/dev/disk/by-uuid/{device.uuid}"):
            if path:
                target = chroot / path.lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.touch()
    (chroot / "etc/default/grub").write_text(installation.settings)
    if installation.unrestricted:
        script = chroot / "etc/grub.d/10_linux"
        old = 'CLASS="--class gnu-linux --class gnu --class os'
        write_program(script, script.read_text().replace(f'{old}"', f'{old} --unrestricted"'))
    for name, text in installation.grub_d.items():
        pieces = text.split("{password}")
        for place in range(1, len(pieces)):
            printed = in_chroot(chroot, "grub-mkpasswd-pbkdf2", stdin="bootpick\nbootpick\n")
            pieces[place] = printed.split()[-1] + pieces[place]
        write_program(chroot / "etc/grub.d" / name, "".join(pieces))


def replace_programs(chroot: Path, installation: Installation) -> None:
    """Put the stand-ins in place of what would ask the machine."""
    write_program(chroot / "usr/sbin/grub-probe", grub_probe(installation))
    write_program(chroot / "usr/bin/grub-mkrelpath", grub_mkrelpath(installation))
    if installation.os_prober:
        for program, lines in (
            ("os-prober", installation.os_prober),
            ("linux-boot-prober", installation.linux_boot_prober),
        ):
            text = "\n".join(lines)
            write_program(chroot / "usr/bin" / program, f"#!/bin/sh\ncat <<'END'\n{text}\nEND\n")


def fill_boot(chroot: Path, installation: Installation) -> None:
    """Install kernels, and what tells the scripts of grub-mkconfig that the machine has UEFI."""
    boot = chroot / "boot"
    (boot / "grub").mkdir()
    if not installation.memtest:
        (chroot / "etc/grub.d/20_memtest86+").unlink()
        for name in MEMTEST_FILES:
            (boot / name).unlink()
    for release in installation.kernels:
        (boot / f"vmlinuz-{release}").write_bytes(debian_kernel(release))
        (boot / f"initrd.img-{release}").write_bytes(empty_cpio())
    if installation.uefi:
        variables = chroot / "sys/firmware/efi/efivars"
        variables.mkdir(parents=True)
        (variables / "OsIndicationsSupported-8be4df61-93ca-11d2-aa0d-00e098032b8c").write_bytes(
            struct.pack("<IQ", 6, 1)
        )
        (boot / "grub/x86_64-efi").mkdir()


def copy_result(chroot: Path, installation: Installation, folder: Path) -> None:
    """Copy what a boot needs, with stubs in place of the programs."""
    root = folder / "root"
    grub = root / "boot/grub"
    grub.mkdir(parents=True)
    shutil.copyfile(chroot / "boot/grub/grub.cfg", grub / "grub.cfg")
    shutil.copyfile(chroot / "boot/grub/grubenv", grub / "grubenv")
    (root / "etc").mkdir()
    shutil.copyfile(chroot / "usr/lib/os-release", root / "etc/os-release")
    for release in installation.kernels:
        for name in (f"vmlinuz-{release}", f"initrd.img-{release}"):
            shutil.copyfile(chroot / "boot" / name, root / "boot" / name)
    if installation.memtest:
        for name in MEMTEST_FILES:
            (root / "boot" / name).write_bytes(stub_kernel("memtest86+ (stub)"))
    mounted = installation.mounted()
    if "/boot/efi" in mounted:
        device = mounted["/"]
        stub = root / "boot/efi/EFI/debian/grub.cfg"
        stub.parent.mkdir(parents=True)
        stub.write_text(
            f"search.fs_uuid {device.uuid} root {device.grub} \n"
            "set prefix=($root)'/boot/grub'\n"
            "configfile $prefix/grub.cfg\n"
        )
    for name in installation.extra_files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"MZ" + bytes(62))


def origin(chroot: Path, installation: Installation) -> str:
    """Say what made the installation, so that it can be made again."""
    packages = in_chroot(
        chroot, "dpkg-query", "--show", "--showformat=${Package} ${Version}\n", *PACKAGES
    )
    commands = ["grub-editenv /boot/grub/grubenv create"]
    commands += [shlex.join(command) for command in installation.environment_block]
    commands += ["grub-mkconfig -o /boot/grub/grub.cfg"]
    stand_ins = ["grub-probe", "grub-mkrelpath"]
    parts = [installation.name, "", installation.about, ""]
    parts += [f"Made by: python3 -m tests.installations.make {installation.name}", ""]
    parts += ["In a Debian 12 (bookworm) with:", *_indented(packages), ""]
    parts += ["Commands, run there:", *_indented("\n".join(commands)), ""]
    if installation.os_prober:
        stand_ins += ["os-prober", "linux-boot-prober"]
        parts += ["os-prober printed:", *_indented("\n".join(installation.os_prober)), ""]
        printed = "\n".join(installation.linux_boot_prober)
        parts += ["linux-boot-prober printed:", *_indented(printed), ""]
    parts += [f"Programs that answered from the description: {', '.join(stand_ins)}.", ""]
    parts += ["/etc/default/grub:", *_indented(installation.settings), ""]
    for name in installation.grub_d:
        text = (chroot / "etc/grub.d" / name).read_text()
        parts += [f"/etc/grub.d/{name}:", *_indented(text), ""]
    if "{password}" in "".join(installation.grub_d.values()):
        parts += ["The passwords are hashes of `bootpick` by grub-mkpasswd-pbkdf2.", ""]
    if installation.unrestricted:
        parts += ["CLASS in /etc/grub.d/10_linux had --unrestricted added.", ""]
    parts += [
        "Kernels, initrds and EFI programs are stubs: a header, and nothing to run.",
        "",
        "Licence: grub.cfg and grubenv are output of GRUB's grub-mkconfig and grub-editenv;",
        "the text they take over from /etc/grub.d is GRUB's, GPL-3.0-or-later.",
        "",
    ]
    return "\n".join(parts)


def _indented(text: str) -> list[str]:
    return [f"  {line}".rstrip() for line in text.strip("\n").split("\n")]


def make(installation: Installation, debian_root: Path) -> None:
    """Make one installation's folder anew."""
    folder = HERE / installation.name
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        chroot = Path(scratch) / "chroot"
        subprocess.run(["cp", "-a", str(debian_root), str(chroot)], check=True)
        prepare(chroot, installation)
        in_chroot(chroot, "grub-editenv", "/boot/grub/grubenv", "create")
        for command in installation.environment_block:
            in_chroot(chroot, *command)
        in_chroot(chroot, "grub-mkconfig", "-o", "/boot/grub/grub.cfg")
        copy_result(chroot, installation, folder)
        (folder / "ORIGIN").write_text(origin(chroot, installation))
    rows = {"blockdevices": [lsblk_rows(installation.disk)]}
    (folder / "devices.json").write_text(json.dumps(rows, indent=3, ensure_ascii=False) + "\n")


def main() -> None:
    """Make all installations, or those named."""
    default_cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cache", type=Path, default=Path(default_cache) / "bootpick-tests")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    known = {installation.name: installation for installation in INSTALLATIONS}
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"no such installation: {', '.join(unknown)}")
    if os.geteuid() != 0:
        parser.error("run it as root: it makes a Debian and runs programs in it")
    debian_root = debian(options.cache)
    for name in options.names or known:
        make(known[name], debian_root)


if __name__ == "__main__":
    main()
