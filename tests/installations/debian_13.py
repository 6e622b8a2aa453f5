"""Machines with Debian 13 (GRUB 2.12)."""

from tests.installations.machines import (
    BIOS_BOOT,
    LINUX,
    LVM,
    SWAP,
    Device,
    Installation,
    disk,
    esp_part,
    ext4,
    lv,
    md,
    part,
    raid1,
)

SETTINGS = """\
GRUB_DEFAULT=0
GRUB_TIMEOUT=5
GRUB_DISTRIBUTOR=`( . /etc/os-release && echo ${NAME} )`
GRUB_CMDLINE_LINUX_DEFAULT="quiet"
GRUB_CMDLINE_LINUX=""
"""
SAVED = SETTINGS.replace("GRUB_DEFAULT=0", "GRUB_DEFAULT=saved")

OLD, NEW = "6.12.38+deb13-amd64", "6.12.41+deb13-amd64"

BIOS_ROOT = "a0b1c2d3-e4f5-4617-8829-3a4b5c6d7e8f"
UEFI_ROOT = "b1c2d3e4-f506-4728-993a-4b5c6d7e8f90"
RAID_ROOT = "c2d3e4f5-0617-4839-aa4b-5c6d7e8f9001"
LUKS = "d3e4f506-1728-494a-bb5c-6d7e8f900112"
LUKS_ROOT = "e4f50617-2839-4a5b-8c6d-7e8f90011223"
BTRFS_ROOT = "f5061728-394a-4b6c-9d7e-8f9001122334"
BOOT = "06172839-4a5b-4c7d-ae8f-900112233445"
BOOT_ROOT = "17283940-5b6c-4d8e-bf90-011223344556"
FLAT_ROOT = "28394051-6c7d-4e9f-8001-122334455667"
KERNELS_ROOT = "39405162-7d8e-4fa0-9112-233445566778"
GERMAN_ROOT = "40516273-8e9f-4ab1-a223-344556677889"
CUSTOM_ROOT = "51627384-9fa0-4bc2-b334-45566778899a"

RAID_ARRAY = "62738495-a0b1-4cd3-8445-566778899aab"
LVMID = "lvmid/As5o4H-0uNm-3xVp-SbTy-9eZd-7JfL-rI1gWq/eE7hI9-jK1l-M3nO-pQ5r-T7uV-w9xY-zA1bC4"

RAID_DISKS = raid1(
    RAID_ARRAY,
    (
        ("sda", "80fe2d3c-4b5a-4697-8788-96a5b4c3d2e1"),
        ("sdb", "81fe2d3c-4b5a-4697-8788-96a5b4c3d2e1"),
    ),
    "100G",
    md(
        RAID_ARRAY,
        "100G",
        lv(
            "trixie--vg-root",
            "98G",
            0,
            LVMID,
            abstractions=("diskfilter", "mdraid1x", "lvm"),
            part_maps=("gpt", "gpt"),
            fs="ext4",
            fs_version="1.0",
            uuid=RAID_ROOT,
            mount="/",
        ),
        lv(
            "trixie--vg-swap",
            "2G",
            1,
            fs="swap",
            fs_version="1",
            uuid="73849506-b1c2-4de4-9556-677889900bbc",
            mount="[SWAP]",
        ),
        fs="LVM2_member",
        fs_version="LVM2 001",
        uuid="mN5oP6-qR7s-T8uV-w9Xy-Z0aB-c1De-F2gH3i",
    ),
)


def luks(name: str, device: Device) -> Device:
    """Give an encrypted partition with that file system in it."""
    return part(LINUX, "60G", device, fs="crypto_LUKS", fs_version="1", uuid=name)


def plain(table_uuid: str, root_uuid: str) -> Device:
    """Give a disk that GRUB starts from by BIOS, with one ext4 file system."""
    return disk("sda", table_uuid, "40G", part(BIOS_BOOT, "1M"), ext4("39G", root_uuid))


SNAPSHOTS = f"""\
#!/bin/sh
# What tools for btrfs snapshots write: a menu of its own in another file, if there is one.
cat <<'END'
if [ ! -e "${{prefix}}/snapshots.cfg" ]; then
	echo ""
else
	submenu 'Debian GNU/Linux snapshots' --class snapshots --id snapshots {{
		search --no-floppy --fs-uuid --set=root {BTRFS_ROOT}
		for day in 2025-08-03 2025-08-01; do
			menuentry "Snapshot of $day" --id "snapshot-$day" --class btrfs "$day" {{
				set subvolume="@snapshots/$2"
				linux "/$subvolume/boot/vmlinuz-{OLD}" root=UUID={BTRFS_ROOT} \\
					ro rootflags=subvol="$subvolume" systemd.volatile=state
				initrd "/$subvolume/boot/initrd.img-{OLD}"
			}}
		done
	}}
fi
END
"""

KERNEL_FUNCTIONS = (
    """\
#!/bin/sh
exec tail -n +3 $0
function kernel_of {
	set version="$1"
	shift
	search --no-floppy --fs-uuid --set=root ROOT
	linux "/boot/vmlinuz-$version" root=UUID=ROOT $@ "console=$console"
	if [ -e "/boot/initrd.img-$version" ]; then initrd "/boot/initrd.img-$version"; fi
}
if keystatus --shift; then set console=ttyS0; else set console=tty0; fi
export console
for version in OLD NEW 1.0-missing; do
	if [ -f "/boot/vmlinuz-$version" ]; then
		menuentry "Hand-written: $version" --id "hand-$version" "$version" {
			kernel_of "$2" ro "note=two words" 'single=$not' $nothing
		}
	fi
done
if test ( "$grub_platform" = pc -o "$grub_platform" = efi ) -a ! -e /nosuch; then
	menuentry "Restart" --hotkey=r --id restart { reboot; }
fi
menuentry "Tools" --id tools { configfile $prefix/tools.cfg }
source $prefix/more.cfg
""".replace("OLD", OLD)
    .replace("NEW", NEW)
    .replace("ROOT", CUSTOM_ROOT)
)

CUSTOM_CFG = f"""\
# Read by 41_custom's lines.
set timeout=7
menuentry 'Entry of custom.cfg' --id custom-cfg {{
	insmod part_gpt
	search --no-floppy --fs-uuid --set=root {CUSTOM_ROOT}
	linux /boot/vmlinuz-{NEW} root=UUID={CUSTOM_ROOT} ro custom
	initrd /boot/initrd.img-{NEW}
}}
"""

MORE_CFG = f"""\
submenu "$menu_word" --id more {{
	menuentry $"Sourced" --id sourced {{
		linux (hd9)/nowhere first
		linux /boot/vmlinuz-{OLD} root=UUID={CUSTOM_ROOT} ro sourced
		initrd /boot/initrd.img-{OLD}
	}}
}}
"""

TOOLS_CFG = f"""\
set timeout=0
menuentry 'Tool one' --id one {{
	linux /boot/vmlinuz-{NEW} root=UUID={CUSTOM_ROOT} tool=1
}}
menuentry 'Tool two' --id two {{
	linux /boot/vmlinuz-{OLD} root=UUID={CUSTOM_ROOT} tool=2
}}
"""

MACHINES = (
    Installation(
        "debian-13-bios",
        "BIOS, GPT, one ext4 file system, memtest86+: what the installer makes.",
        disk(
            "sda",
            "82fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "40G",
            part(BIOS_BOOT, "1M"),
            ext4("38G", BIOS_ROOT),
            part(
                SWAP,
                "1022M",
                fs="swap",
                fs_version="1",
                uuid="95061728-d3e4-4f06-b778-899a0bbccdde",
                mount="[SWAP]",
            ),
        ),
        (OLD, NEW),
        release=13,
        settings=SETTINGS,
        memtest=True,
    ),
    Installation(
        "debian-13-uefi",
        "UEFI; the entry booted last is the default, and is an entry of the submenu.",
        disk(
            "sda",
            "83fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "40G",
            esp_part("7B4C-A2D5"),
            ext4("39G", UEFI_ROOT),
        ),
        (OLD, NEW),
        release=13,
        settings=SAVED + "GRUB_SAVEDEFAULT=true\n",
        memtest=True,
        uefi=True,
        environment_block=(
            (
                "grub-set-default",
                f"gnulinux-advanced-{UEFI_ROOT}>gnulinux-{OLD}-advanced-{UEFI_ROOT}",
            ),
        ),
    ),
    Installation(
        "debian-13-raid-lvm",
        "BIOS; root and /boot in one logical volume on a RAID 1 of two disks.",
        RAID_DISKS[0],
        (OLD, NEW),
        release=13,
        more_disks=tuple(RAID_DISKS[1:]),
        settings=SETTINGS,
    ),
    Installation(
        "debian-13-luks",
        "UEFI; /boot inside LUKS, which GRUB opens itself; the ESP is plain.",
        disk(
            "sda",
            "84fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "64G",
            esp_part("8C5D-B3E6"),
            luks(
                LUKS,
                Device(
                    "sda2_crypt",
                    "crypt",
                    "60G",
                    "254:0",
                    grub=f"cryptouuid/{LUKS.replace('-', '')}",
                    hints=f"--hint='cryptouuid/{LUKS.replace('-', '')}' ",
                    abstractions=("cryptodisk", "luks", "gcry_rijndael", "gcry_sha256"),
                    kernel_name="dm-0",
                    fs="ext4",
                    fs_version="1.0",
                    uuid=LUKS_ROOT,
                    mount="/",
                    luks_uuid=LUKS.replace("-", ""),
                ),
            ),
        ),
        (OLD, NEW),
        release=13,
        settings=SETTINGS.replace('LINUX=""', f'LINUX="cryptdevice=UUID={LUKS}:sda2_crypt"')
        + "GRUB_ENABLE_CRYPTODISK=y\n",
        uefi=True,
    ),
    Installation(
        "debian-13-btrfs",
        "UEFI; btrfs with the subvolume @ as root, and a menu of snapshots.",
        disk(
            "sda",
            "85fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "40G",
            esp_part("9D6E-C4F7"),
            part(LINUX, "39G", fs="btrfs", uuid=BTRFS_ROOT, mount="/", fs_root="/@"),
        ),
        (OLD, NEW),
        release=13,
        settings=SETTINGS,
        uefi=True,
        grub_d={"41_snapshots": SNAPSHOTS},
        files={"boot/grub/snapshots.cfg": "# 41_snapshots looks whether this is here.\n"},
    ),
    Installation(
        "debian-13-reboot",
        "BIOS; /boot of its own, a default that was saved and another for the next boot alone.",
        disk(
            "sda",
            "86fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "40G",
            part(BIOS_BOOT, "1M"),
            ext4("1G", BOOT, "/boot"),
            ext4("38G", BOOT_ROOT),
        ),
        (OLD, NEW),
        release=13,
        settings=SAVED + 'GRUB_SAVEDEFAULT=true\nGRUB_RECOVERY_TITLE="rescue it"\n',
        environment_block=(
            ("grub-set-default", "0"),
            (
                "grub-reboot",
                f"gnulinux-advanced-{BOOT_ROOT}>gnulinux-{OLD}-recovery-{BOOT_ROOT}",
            ),
        ),
    ),
    Installation(
        "debian-13-flat",
        "BIOS; no submenu, a serial terminal, a hidden menu, LVM that the initrd alone opens.",
        disk(
            "sda",
            "87fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "40G",
            part(BIOS_BOOT, "1M"),
            ext4("1G", FLAT_ROOT, "/boot"),
            part(
                LVM,
                "38G",
                lv(
                    "vg-root",
                    "38G",
                    0,
                    "lvmid/Bt6p5I-1vOn-4yWq-TcUz-0fAe-8KgM-sJ2hXr/fF8iJ0-kL2m-N4oP-qR6s-U8vW-x0yZ-aB2cD5",
                    abstractions=("lvm",),
                    fs="ext4",
                    fs_version="1.0",
                    uuid="84950617-c2d3-4ef5-a667-78899a0bbccd",
                    mount="/",
                ),
                fs="LVM2_member",
                fs_version="LVM2 001",
                uuid="nO6pQ7-rS8t-U9vW-x0Yz-A1bC-d2Ef-G3hI4j",
            ),
        ),
        (OLD, NEW),
        release=13,
        settings="""\
GRUB_DEFAULT=2
GRUB_TIMEOUT=3
GRUB_TIMEOUT_STYLE=hidden
GRUB_DISTRIBUTOR="Debian's \\"own\\" \\$system"
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="console=tty0 console=ttyS1,57600n8"
GRUB_TERMINAL=serial
GRUB_SERIAL_COMMAND="serial --unit=1 --speed=57600 --word=8 --parity=no --stop=1"
GRUB_DISABLE_SUBMENU=y
""",
    ),
    Installation(
        "debian-13-kernels",
        "BIOS; six kernels of all kinds, one put on top, a default given by place.",
        plain("88fe2d3c-4b5a-4697-8788-96a5b4c3d2e1", KERNELS_ROOT),
        (
            OLD,
            NEW,
            "6.13-rc2-amd64",
            "6.13~rc7-amd64",
            "6.12.30-own",
            "6.12.30-own.old",
        ),
        release=13,
        settings=SETTINGS.replace("GRUB_DEFAULT=0", 'GRUB_DEFAULT="1>2"')
        + f'GRUB_TOP_LEVEL="/boot/vmlinuz-{OLD}"\n',
        without_initrd=("6.12.30-own", "6.12.30-own.old"),
    ),
    Installation(
        "debian-13-german",
        "BIOS; titles in German, a drawn menu with a theme, a default given by ids.",
        plain("89fe2d3c-4b5a-4697-8788-96a5b4c3d2e1", GERMAN_ROOT),
        (OLD, NEW),
        release=13,
        settings=SETTINGS.replace(
            "GRUB_DEFAULT=0",
            f'GRUB_DEFAULT="gnulinux-advanced-{GERMAN_ROOT}>gnulinux-{OLD}-advanced-{GERMAN_ROOT}"',
        )
        + 'GRUB_THEME="/boot/grub/themes/own/theme.txt"\n'
        "GRUB_GFXMODE=1024x768,auto\nGRUB_GFXPAYLOAD_LINUX=keep\n",
        language="de_DE.UTF-8",
        translations={
            "%s, with Linux %s": "%s, mit Linux %s",
            "%s, with Linux %s (%s)": "%s, mit Linux %s (%s)",
            "Advanced options for %s": "Erweiterte Optionen für %s",
            "Loading Linux %s ...": "Linux %s wird geladen …",
            "Loading initial ramdisk ...": "Initiale Ramdisk wird geladen …",
            "recovery mode": "Wiederherstellungsmodus",
        },
        graphics=True,
        files={"boot/grub/themes/own/theme.txt": 'title-text: "Bitte wählen"\n'},
        grub_d={
            "40_custom": "#!/bin/sh\nexec tail -n +3 $0\n"
            "menuentry 'Über „Größe“, ñandú 日本' --id 'schlüssel' {\n"
            f"\tsearch --no-floppy --fs-uuid --set=root {GERMAN_ROOT}\n"
            f'\tlinux /boot/vmlinuz-{NEW} root=UUID={GERMAN_ROOT} ro name="Jörg Groß" ß\n}}\n'
        },
    ),
    Installation(
        "debian-13-custom",
        "BIOS; 40_custom with functions, loops and tests, custom.cfg, files read and menus opened.",
        plain("8afe2d3c-4b5a-4697-8788-96a5b4c3d2e1", CUSTOM_ROOT),
        (OLD, NEW),
        release=13,
        settings=SETTINGS + 'GRUB_BACKGROUND="/boot/grub/sky.png"\nGRUB_DISABLE_RECOVERY=true\n',
        graphics=True,
        grub_d={
            "40_custom": "#!/bin/sh\nexec tail -n +3 $0\nset menu_word='More > these'\n"
            + KERNEL_FUNCTIONS.partition("$0\n")[2]
        },
        files={
            "boot/grub/custom.cfg": CUSTOM_CFG,
            "boot/grub/more.cfg": MORE_CFG,
            "boot/grub/tools.cfg": TOOLS_CFG,
            "boot/grub/sky.png": "",
        },
    ),
)
