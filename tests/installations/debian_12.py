"""Machines with Debian 12 (GRUB 2.06)."""

import shlex

from tests.installations.machines import (
    DEFAULT_SETTINGS,
    LINUX,
    LVM,
    MICROSOFT_DATA,
    MICROSOFT_RESERVED,
    SWAP,
    Device,
    Installation,
    bios_boot,
    esp,
    gpt,
    lv,
    md,
    raid1,
    root_ext4,
)

BIOS_ROOT = "6c2f1b0e-8f6d-4c57-9d0e-3a5b7f1c2d48"
UEFI_ROOT = "a1f4c3d2-5b6e-4f70-8192-a3b4c5d6e7f8"
BOOT = "0b9d7c52-3e41-4a6f-b8d0-5f2e1c7a9346"
LVM_ROOT = "d4e8f1a7-29c3-4b5d-8e6f-7a0b1c2d3e4f"
PROBER_ROOT = "3f7a9c1e-64b2-4d85-a0f3-9e8d7c6b5a41"
UBUNTU_ROOT = "7e5d3c1b-0a98-4766-b544-332211ffeedd"
QUOTING_ROOT = "58d1e0c9-b7a6-4f95-8e84-d3c2b1a09f7e"
SERIAL_ROOT = "c0ffee12-3456-4789-9abc-def012345678"
BTRFS_ROOT = "91e2d3c4-b5a6-4978-8695-a4b3c2d1e0f9"
LUKS = "4d5e6f70-8192-4a3b-9c4d-5e6f708192a3"
LVMID = "lvmid/Yq3m2F-8sLk-1vTn-QzRw-7cXb-5HdJ-pG9eUo/aB4dE6-fG8h-J0kL-mN2p-Q4rS-t6uV-wX8yZ1"

AWKWARD = "\"foo=a b\" 'c d' e\\ f g=h\\'i \"j\\\"k\" l\\\\m 's$x' \"ta\tb\" uni=é ''"

CUSTOM_QUOTING = f"""\
#!/bin/sh
exec tail -n +3 $0
menuentry 'Awkward "double", $dollar and >greater' --class debian {{
	search --no-floppy --fs-uuid --set=root {QUOTING_ROOT}
	set list='one  two'
	linux /boot/vmlinuz-6.1.0-18-amd64 root=UUID={QUOTING_ROOT} {AWKWARD} $list "$list" end
	initrd "/boot/initrd.img-6.1.0-18-amd64"
}}
menuentry "It's \\$5, a back\\\\slash" --id 'an "id"' {{
	linux ($root)/boot/vmlinuz-6.1.0-17-amd64 root=UUID={QUOTING_ROOT} ro "a'b" $missing x"$missing"
	initrd ($root)/boot/initrd.img-6.1.0-17-amd64 /boot/initrd.img-6.1.0-18-amd64
}}
"""

CUSTOM_UEFI = """\
#!/bin/sh
exec tail -n +3 $0
menuentry 'Power off' --class shutdown --id poweroff {
	halt
}
"""

USERS = """\
#!/bin/sh
exec tail -n +3 $0
set superusers="admin"
password_pbkdf2 admin {password}
password_pbkdf2 operator {password}
"""

CUSTOM_USERS = f"""\
#!/bin/sh
exec tail -n +3 $0
menuentry 'Rescue shell' --id rescue --users operator {{
	search --no-floppy --fs-uuid --set=root {SERIAL_ROOT}
	linux /boot/vmlinuz-6.1.0-18-amd64 root=UUID={SERIAL_ROOT} ro single console=ttyS0,115200n8
	initrd /boot/initrd.img-6.1.0-18-amd64
}}
menuentry 'Administrators only' --id admins {{
	search --no-floppy --fs-uuid --set=root {SERIAL_ROOT}
	linux /boot/vmlinuz-6.1.0-18-amd64 root=UUID={SERIAL_ROOT} rw init=/bin/sh
	initrd /boot/initrd.img-6.1.0-18-amd64
}}
"""

RAID_ARRAY = "5d8e1f2a-3b4c-4d5e-9f60-718293a4b5c6"
RAID_ROOT = "2b9c8d7e-6f5a-4b4c-8d3e-2f1a0b9c8d7e"
RAID_DISKS = raid1(
    RAID_ARRAY,
    (
        ("sda", "70fe2d3c-4b5a-4697-8788-96a5b4c3d2e1"),
        ("sdb", "71fe2d3c-4b5a-4697-8788-96a5b4c3d2e1"),
    ),
    "40G",
    md(RAID_ARRAY, "40G", fs="ext4", fs_version="1.0", uuid=RAID_ROOT, mount="/"),
)

RAID_LVM_ARRAY = "6e9f203b-4c5d-4e6f-8071-8293a4b5c6d7"
RAID_LVM_BOOT = "8a7b6c5d-4e3f-4a2b-9c1d-0e9f8a7b6c5d"
RAID_LVM_ROOT = "9b8c7d6e-5f4a-4b3c-8d2e-1f0a9b8c7d6e"
RAID_LVMID = "lvmid/Zr4n3G-9tMl-2wUo-RaSx-8dYc-6IeK-qH0fVp/"
RAID_LVM_DISKS = raid1(
    RAID_LVM_ARRAY,
    (
        ("sda", "72fe2d3c-4b5a-4697-8788-96a5b4c3d2e1"),
        ("sdb", "73fe2d3c-4b5a-4697-8788-96a5b4c3d2e1"),
    ),
    "100G",
    md(
        RAID_LVM_ARRAY,
        "100G",
        lv(
            "vg0-boot",
            "1G",
            0,
            f"{RAID_LVMID}cC5fG7-hI9j-K1lM-nO3p-R5sT-u7vW-xY9zA2",
            abstractions=("diskfilter", "mdraid1x", "lvm"),
            part_maps=("gpt", "gpt"),
            fs="ext4",
            fs_version="1.0",
            uuid=RAID_LVM_BOOT,
            mount="/boot",
        ),
        lv(
            "vg0-root",
            "98G",
            1,
            f"{RAID_LVMID}dD6gH8-iJ0k-L2mN-oP4q-S6tU-v8wX-yZ0aB3",
            abstractions=("diskfilter", "mdraid1x", "lvm"),
            part_maps=("gpt", "gpt"),
            fs="xfs",
            uuid=RAID_LVM_ROOT,
            mount="/",
        ),
        fs="LVM2_member",
        fs_version="LVM2 001",
        uuid="lM4nO5-pQ6r-S7tU-v8Wx-Y9zA-b0Cd-E1fG2h",
    ),
)

MACHINES = (
    Installation(
        "debian-12-bios",
        "BIOS, GPT with a BIOS boot partition, one ext4 file system, three kernels, memtest86+.",
        gpt(
            "sda",
            "0f1e2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "40G",
            bios_boot("1c0ffee0-1111-4222-8333-444455556666"),
            root_ext4("2c0ffee0-1111-4222-8333-444455556666", BIOS_ROOT),
            Device(
                "sda3",
                "part",
                "1022M",
                "8:3",
                grub="hd0,gpt3",
                part_type=SWAP,
                part_uuid="3c0ffee0-1111-4222-8333-444455556666",
                start=81786880,
                fs="swap",
                fs_version="1",
                uuid="e5d4c3b2-a190-4f8e-8d7c-6b5a49382716",
                mount="[SWAP]",
            ),
        ),
        ("6.1.0-16-amd64", "6.1.0-17-amd64", "6.1.0-18-amd64"),
        memtest=True,
    ),
    Installation(
        "debian-12-uefi",
        "UEFI, ESP, the entry booted last is the default: one of the submenu.",
        gpt(
            "sda",
            "10fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "40G",
            esp("sda1", "1d0ffee0-1111-4222-8333-444455556666", "7A3B-91C4"),
            root_ext4("2d0ffee0-1111-4222-8333-444455556666", UEFI_ROOT, start=1050624),
        ),
        ("6.1.0-17-amd64", "6.1.0-18-amd64"),
        settings=DEFAULT_SETTINGS.replace("=0", "=saved", 1) + "GRUB_SAVEDEFAULT=true\n",
        memtest=True,
        uefi=True,
        grub_d={"40_custom": CUSTOM_UEFI},
        environment_block=(
            (
                "grub-set-default",
                f"gnulinux-advanced-{UEFI_ROOT}>gnulinux-6.1.0-17-amd64-advanced-{UEFI_ROOT}",
            ),
        ),
    ),
    Installation(
        "debian-12-separate-boot",
        "BIOS, ext4 /boot of its own, root on LVM; a next entry set with grub-reboot.",
        gpt(
            "sda",
            "20fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "40G",
            bios_boot("1e0ffee0-1111-4222-8333-444455556666"),
            Device(
                "sda2",
                "part",
                "487M",
                "8:2",
                grub="hd0,gpt2",
                part_type=LINUX,
                part_uuid="2e0ffee0-1111-4222-8333-444455556666",
                start=4096,
                fs="ext4",
                fs_version="1.0",
                uuid=BOOT,
                mount="/boot",
            ),
            Device(
                "sda3",
                "part",
                "39.5G",
                "8:3",
                grub="hd0,gpt3",
                part_type=LVM,
                part_uuid="3e0ffee0-1111-4222-8333-444455556666",
                start=1001472,
                fs="LVM2_member",
                fs_version="LVM2 001",
                uuid="kL3mN4-oP5q-R6sT-u7Vw-X8yZ-a9Bc-D0eF1g",
                children=(
                    Device(
                        "debian--vg-root",
                        "lvm",
                        "38.5G",
                        "254:0",
                        grub=LVMID,
                        hints=f"--hint='{LVMID}' ",
                        abstractions=("lvm",),
                        kernel_name="dm-0",
                        fs="ext4",
                        fs_version="1.0",
                        uuid=LVM_ROOT,
                        mount="/",
                    ),
                    Device(
                        "debian--vg-swap_1",
                        "lvm",
                        "976M",
                        "254:1",
                        kernel_name="dm-1",
                        fs="swap",
                        fs_version="1",
                        uuid="f5d4c3b2-a190-4f8e-8d7c-6b5a49382716",
                        mount="[SWAP]",
                    ),
                ),
            ),
        ),
        ("6.1.0-17-amd64", "6.1.0-18-amd64"),
        settings=DEFAULT_SETTINGS.replace("=0", "=saved", 1),
        environment_block=(
            ("grub-set-default", "0"),
            (
                "grub-reboot",
                f"gnulinux-advanced-{LVM_ROOT}>gnulinux-6.1.0-17-amd64-recovery-{LVM_ROOT}",
            ),
        ),
    ),
    Installation(
        "debian-12-os-prober",
        "UEFI on an NVMe disk beside Windows and an Ubuntu on a partition that is not mounted.",
        Device(
            "nvme0n1",
            "disk",
            "476.9G",
            "259:0",
            grub="hd0",
            table_uuid="30fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            children=(
                esp("nvme0n1p1", "1f0ffee0-1111-4222-8333-444455556666", "5E9F-0C21", "259:1"),
                Device(
                    "nvme0n1p2",
                    "part",
                    "16M",
                    "259:2",
                    grub="hd0,gpt2",
                    part_type=MICROSOFT_RESERVED,
                    part_uuid="2f0ffee0-1111-4222-8333-444455556666",
                    part_label="Microsoft reserved partition",
                    start=1050624,
                ),
                Device(
                    "nvme0n1p3",
                    "part",
                    "200G",
                    "259:3",
                    grub="hd0,gpt3",
                    part_type=MICROSOFT_DATA,
                    part_uuid="3f0ffee0-1111-4222-8333-444455556666",
                    part_label="Basic data partition",
                    start=1083392,
                    fs="ntfs",
                    uuid="01D9A8B7C6D5E4F3",
                    label="Windows",
                ),
                Device(
                    "nvme0n1p4",
                    "part",
                    "138G",
                    "259:4",
                    grub="hd0,gpt4",
                    part_type=LINUX,
                    part_uuid="4f0ffee0-1111-4222-8333-444455556666",
                    start=420513792,
                    fs="ext4",
                    fs_version="1.0",
                    uuid=PROBER_ROOT,
                    mount="/",
                ),
                Device(
                    "nvme0n1p5",
                    "part",
                    "138.4G",
                    "259:5",
                    grub="hd0,gpt5",
                    part_type=LINUX,
                    part_uuid="5f0ffee0-1111-4222-8333-444455556666",
                    start=709920768,
                    fs="ext4",
                    fs_version="1.0",
                    uuid=UBUNTU_ROOT,
                    label="ubuntu",
                ),
            ),
        ),
        ("6.1.0-18-amd64",),
        settings=DEFAULT_SETTINGS + "GRUB_DISABLE_OS_PROBER=false\n",
        uefi=True,
        os_prober=(
            "/dev/nvme0n1p1@/EFI/Microsoft/Boot/bootmgfw.efi:Windows Boot Manager:Windows:efi",
            "/dev/nvme0n1p3:Windows 10:Windows1:chain",
            "/dev/nvme0n1p5:Ubuntu 22.04.3 LTS (22.04):Ubuntu:linux",
        ),
        linux_boot_prober=tuple(
            f"/dev/nvme0n1p5:/dev/nvme0n1p5:{title}:/boot/vmlinuz-{version}"
            f":/boot/initrd.img-{version}:root=UUID={UBUNTU_ROOT} ro {options}"
            for version, title, options in (
                ("6.5.0-14-generic", "Ubuntu", "quiet splash $vt_handoff"),
                (
                    "6.5.0-14-generic",
                    "Ubuntu, with Linux 6.5.0-14-generic",
                    "quiet splash $vt_handoff",
                ),
                (
                    "6.5.0-14-generic",
                    "Ubuntu, with Linux 6.5.0-14-generic (recovery mode)",
                    "recovery nomodeset dis_ucode_ldr",
                ),
                (
                    "6.2.0-39-generic",
                    "Ubuntu, with Linux 6.2.0-39-generic",
                    "quiet splash $vt_handoff",
                ),
            )
        ),
        extra_files=("boot/efi/EFI/Microsoft/Boot/bootmgfw.efi",),
    ),
    Installation(
        "debian-12-quoting",
        "BIOS; a command line and entries of 40_custom with awkward quoting.",
        gpt(
            "sda",
            "40fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "40G",
            bios_boot("1a0ffee0-1111-4222-8333-444455556666"),
            root_ext4("2a0ffee0-1111-4222-8333-444455556666", QUOTING_ROOT),
        ),
        ("6.1.0-17-amd64", "6.1.0-18-amd64"),
        settings=DEFAULT_SETTINGS.replace(
            'GRUB_CMDLINE_LINUX=""', f"GRUB_CMDLINE_LINUX={shlex.quote(AWKWARD)}"
        ),
        grub_d={"40_custom": CUSTOM_QUOTING},
    ),
    Installation(
        "debian-12-serial-superusers",
        "BIOS; serial terminal, countdown, superusers, entries unrestricted or not.",
        gpt(
            "sda",
            "50fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "40G",
            bios_boot("1b0ffee0-1111-4222-8333-444455556666"),
            root_ext4("2b0ffee0-1111-4222-8333-444455556666", SERIAL_ROOT),
        ),
        ("6.1.0-18-amd64",),
        settings="""\
GRUB_DEFAULT="Debian GNU/Linux"
GRUB_TIMEOUT=10
GRUB_TIMEOUT_STYLE=countdown
GRUB_DISTRIBUTOR=`lsb_release -i -s 2> /dev/null || echo Debian`
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="console=tty0 console=ttyS0,115200n8"
GRUB_TERMINAL=serial
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
""",
        grub_d={"01_users": USERS, "40_custom": CUSTOM_USERS},
        unrestricted=True,
    ),
    Installation(
        "debian-12-luks-btrfs",
        "BIOS; everything in one btrfs (subvolume @) inside LUKS, which GRUB opens itself.",
        gpt(
            "sda",
            "60fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "40G",
            bios_boot("190ffee0-1111-4222-8333-444455556666"),
            Device(
                "sda2",
                "part",
                "40G",
                "8:2",
                grub="hd0,gpt2",
                part_type=LINUX,
                part_uuid="290ffee0-1111-4222-8333-444455556666",
                start=4096,
                fs="crypto_LUKS",
                fs_version="1",
                uuid=LUKS,
                children=(
                    Device(
                        "sda2_crypt",
                        "crypt",
                        "40G",
                        "254:0",
                        grub=f"cryptouuid/{LUKS.replace('-', '')}",
                        hints=f"--hint='cryptouuid/{LUKS.replace('-', '')}' ",
                        abstractions=(
                            "cryptodisk",
                            "luks",
                            "gcry_rijndael",
                            "gcry_rijndael",
                            "gcry_sha256",
                        ),
                        kernel_name="dm-0",
                        fs="btrfs",
                        uuid=BTRFS_ROOT,
                        mount="/",
                        fs_root="/@",
                        luks_uuid=LUKS.replace("-", ""),
                    ),
                ),
            ),
        ),
        ("6.1.0-17-amd64", "6.1.0-18-amd64"),
        settings=DEFAULT_SETTINGS + "GRUB_ENABLE_CRYPTODISK=y\n",
    ),
    Installation(
        "debian-12-raid",
        "BIOS; the whole system on a RAID 1 of two disks, ext4, swap in a file.",
        RAID_DISKS[0],
        ("6.1.0-17-amd64", "6.1.0-18-amd64"),
        more_disks=tuple(RAID_DISKS[1:]),
    ),
    Installation(
        "debian-12-raid-lvm",
        "BIOS; LVM on a RAID 1 of two disks, /boot in a logical volume of its own.",
        RAID_LVM_DISKS[0],
        ("6.1.0-17-amd64", "6.1.0-18-amd64"),
        more_disks=tuple(RAID_LVM_DISKS[1:]),
        settings=DEFAULT_SETTINGS + 'GRUB_PRELOAD_MODULES="lvm mdraid1x"\n',
    ),
)
