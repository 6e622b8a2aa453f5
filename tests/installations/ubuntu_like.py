"""Machines that Debian's programs configure as Ubuntu's do, by its settings and build options.

Ubuntu 22.04 has GRUB 2.06, as Debian 12; Ubuntu 24.04 has GRUB 2.12, as Debian 13.
"""

import shlex

from tests.installations.machines import (
    BIOS_BOOT,
    LINUX,
    LVM,
    MICROSOFT_DATA,
    Installation,
    disk,
    esp_part,
    ext4,
    lv,
    part,
)

JAMMY = """\
PRETTY_NAME="Ubuntu 22.04.4 LTS"
NAME="Ubuntu"
VERSION_ID="22.04"
VERSION_CODENAME=jammy
ID=ubuntu
ID_LIKE=debian
"""
NOBLE = JAMMY.replace("22.04.4", "24.04.1").replace("22.04", "24.04").replace("jammy", "noble")

DESKTOP_ROOT = "0a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9"
FEDORA_ROOT = "1b2c3d4e-5f60-4182-93a4-b5c6d7e8f90a"
SERVER_BOOT = "2c3d4e5f-6071-4293-a4b5-c6d7e8f90a1b"
SERVER_ROOT = "3d4e5f60-7182-43a4-b5c6-d7e8f90a1b2c"
CLOUD_ROOT = "4e5f6071-8293-44b5-86d7-e8f90a1b2c3d"
CLOUD_BOOT = "5f607182-93a4-45c6-97e8-f90a1b2c3d4e"
FAILED_ROOT = "60718293-a4b5-46d7-a8f9-0a1b2c3d4e5f"

DESKTOP_SETTINGS = """\
GRUB_DEFAULT=0
GRUB_TIMEOUT_STYLE=hidden
GRUB_TIMEOUT=0
GRUB_DISTRIBUTOR=`lsb_release -i -s 2> /dev/null || echo Ubuntu`
GRUB_CMDLINE_LINUX_DEFAULT="quiet splash"
GRUB_CMDLINE_LINUX=""
"""

AWKWARD = (
    r"""dyndbg=\"file x/* +p\" foo.dyndbg="file drivers/usb/* +p" 'a b' ip=10.0.0.2:::host\;x"""
)

SERVER_SETTINGS = f"""\
GRUB_DEFAULT=0
GRUB_TIMEOUT_STYLE=hidden
GRUB_TIMEOUT=0
GRUB_RECORDFAIL_TIMEOUT=5
GRUB_DISTRIBUTOR=Ubuntu
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX={shlex.quote(AWKWARD)}
"""

GFX_BLACKLIST = """\
# Graphics adapters on which the kernel cannot go on with the mode that GRUB set.
v15add0710.*
v15add0405.*
"""

MACHINES = (
    Installation(
        "ubuntu-like-desktop",
        "UEFI beside Windows and a Fedora; hidden menu that other systems bring back.",
        disk(
            "sda",
            "90fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "500G",
            esp_part("AE7F-D508"),
            part(MICROSOFT_DATA, "200G", fs="ntfs", uuid="02E1B9C8D7F6A504", label="Windows"),
            ext4("150G", DESKTOP_ROOT),
            ext4("100G", FEDORA_ROOT, ""),
        ),
        ("6.8.0-31-generic", "6.8.0-45-generic"),
        release=13,
        settings=DESKTOP_SETTINGS + "GRUB_DISABLE_OS_PROBER=false\n",
        memtest=True,
        uefi=True,
        os_release=NOBLE,
        ubuntu_build=True,
        files={"boot/grub/gfxblacklist.txt": GFX_BLACKLIST},
        os_prober=(
            "/dev/sda1@/efi/Microsoft/Boot/bootmgfw.efi:Windows Boot Manager:Windows:efi",
            "/dev/sda4:Fedora Linux 39 (Workstation Edition):Fedora:linux",
        ),
        linux_boot_prober=tuple(
            f"/dev/sda4:/dev/sda4:Fedora Linux ({version}) 39 (Workstation Edition)"
            f":/boot/vmlinuz-{version}:/boot/initramfs-{version}.img"
            f":root=UUID={FEDORA_ROOT} ro {options}"
            for version, options in (
                ("6.5.6-300.fc39.x86_64", "rhgb quiet"),
                ("0-rescue", "single"),
            )
        ),
        extra_files=("boot/efi/efi/Microsoft/Boot/bootmgfw.efi",),
    ),
    Installation(
        "ubuntu-like-server",
        "UEFI; /boot on ext4, root on LVM; a background, and a command line with awkward quoting.",
        disk(
            "sda",
            "91fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "100G",
            esp_part("BF80-E619"),
            ext4("2G", SERVER_BOOT, "/boot"),
            part(
                LVM,
                "97G",
                lv(
                    "ubuntu--vg-ubuntu--lv",
                    "97G",
                    0,
                    "lvmid/Cu7q6J-2wPo-5zXr-UdVa-1gBf-9LhN-tK3iYs/gG9jK1-lM3n-O5pQ-rS7t-V9wX-y1zA-bC3dE6",
                    abstractions=("lvm",),
                    fs="ext4",
                    fs_version="1.0",
                    uuid=SERVER_ROOT,
                    mount="/",
                ),
                fs="LVM2_member",
                fs_version="LVM2 001",
                uuid="oP7qR8-sT9u-V0wX-y1Za-B2cD-e3Fg-H4iJ5k",
            ),
        ),
        ("6.8.0-31-generic", "6.8.0-45-generic", "6.8.0-45-lowlatency"),
        release=13,
        settings=SERVER_SETTINGS,
        uefi=True,
        os_release=NOBLE,
        ubuntu_build=True,
    ),
    Installation(
        "ubuntu-like-cloud",
        "BIOS; as a cloud's image is: two consoles, no time to choose, root by partition UUID.",
        disk(
            "sda",
            "92fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "30G",
            part(BIOS_BOOT, "4M"),
            ext4("28G", CLOUD_ROOT),
            part(
                LINUX,
                "1G",
                fs="ext4",
                fs_version="1.0",
                uuid=CLOUD_BOOT,
                label="BOOT",
                mount="/boot",
            ),
        ),
        ("6.8.0-1017-aws", "6.8.0-1018-aws"),
        release=13,
        settings="""\
GRUB_DEFAULT=0
GRUB_TIMEOUT=0
GRUB_TIMEOUT_STYLE=hidden
GRUB_RECORDFAIL_TIMEOUT=0
GRUB_DISTRIBUTOR=Ubuntu
GRUB_CMDLINE_LINUX_DEFAULT="console=tty1 console=ttyS0 nvme_core.io_timeout=4294967295"
GRUB_CMDLINE_LINUX=""
GRUB_TERMINAL=console
GRUB_DISABLE_LINUX_UUID=true
GRUB_DISABLE_LINUX_PARTUUID=false
GRUB_DISABLE_OS_PROBER=true
""",
        os_release=NOBLE,
        ubuntu_build=True,
    ),
    Installation(
        "ubuntu-like-failed",
        "BIOS; the last boot failed (recordfail), so the menu waits and the screen is text.",
        disk(
            "sda",
            "93fe2d3c-4b5a-4697-8788-96a5b4c3d2e1",
            "40G",
            part(BIOS_BOOT, "1M"),
            ext4("39G", FAILED_ROOT),
        ),
        ("5.15.0-100-generic", "5.15.0-101-generic"),
        settings=DESKTOP_SETTINGS,
        os_release=JAMMY,
        ubuntu_build=True,
        environment_block=(("grub-editenv", "/boot/grub/grubenv", "set", "recordfail=1"),),
    ),
)
