"""Fedora as its installer leaves it: a disk with an EFI system partition, /boot and btrfs.

The configuration is written in the form of grub2-mkconfig's parts 00_header, 08_fallback_counting,
10_linux, 10_reset_boot_success, 12_menu_auto_hide, 14_menu_show_once and 41_custom.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from tests.installations.stubs import empty_cpio, stub_kernel
from tests.support.lsblk import row
from tests.support.trees import plant

ROOT = "f3c1d7a6-5b5e-4a36-9d43-6d0e4f1c2b3a"
BOOT = "0d6f8b52-3c0f-4f0c-8a8f-9d1b7a6c5e4f"
HEADER = f"""\
set pager=1

if [ -f ${{config_directory}}/grubenv ]; then
  load_env -f ${{config_directory}}/grubenv
elif [ -s $prefix/grubenv ]; then
  load_env
fi
if [ "${{next_entry}}" ] ; then
   set default="${{next_entry}}"
   set next_entry=
   save_env next_entry
   set boot_once=true
else
   set default="${{saved_entry}}"
fi

if [ x"${{feature_menuentry_id}}" = xy ]; then
  menuentry_id_option="--id"
else
  menuentry_id_option=""
fi

export menuentry_id_option

if [ "${{prev_saved_entry}}" ]; then
  set saved_entry="${{prev_saved_entry}}"
  save_env saved_entry
  set prev_saved_entry=
  save_env prev_saved_entry
  set boot_once=true
fi

function load_video {{
  if [ x$feature_all_video_module = xy ]; then
    insmod all_video
  else
    insmod efi_gop
  fi
}}

terminal_output console
if [ x$feature_timeout_style = xy ] ; then
  set timeout_style=menu
  set timeout=5
# Fallback normal timeout code in case the timeout_style feature is
# unavailable.
else
  set timeout=5
fi
if [ -f ${{prefix}}/user.cfg ]; then
  source ${{prefix}}/user.cfg
  if [ -n "${{GRUB2_PASSWORD}}" ]; then
    set superusers="root"
    export superusers
    password_pbkdf2 root ${{GRUB2_PASSWORD}}
  fi
fi
insmod increment
# Check if boot_counter exists and boot_success=0 to activate this behaviour.
if [ -n "${{boot_counter}}" -a "${{boot_success}}" = "0" ]; then
  # if countdown has ended, choose to boot rollback deployment,
  # i.e. default=1 on OSTree-based systems.
  if  [ "${{boot_counter}}" = "0" -o "${{boot_counter}}" = "-1" ]; then
    set default=1
    set boot_counter=-1
  # otherwise decrement boot_counter
  else
    decrement boot_counter
  fi
  save_env boot_counter
fi
insmod part_gpt
insmod ext2
search --no-floppy --fs-uuid --set=root --hint-bios=hd0,gpt2 --hint-efi=hd0,gpt2 {BOOT}
insmod part_gpt
search --no-floppy --fs-uuid --set=boot {BOOT}
if [ -z "${{kernelopts}}" ]; then
  set kernelopts="root=UUID={ROOT} ro rhgb quiet "
fi
# Hiding the menu is ok if last boot was ok or if this is a first boot attempt to boot the entry
if [ "${{boot_success}}" = "1" -o "${{boot_indeterminate}}" = "1" ]; then
  set menu_hide_ok=1
else
  set menu_hide_ok=0
fi
# Reset boot_indeterminate after a successful boot, increment otherwise
if [ "${{boot_success}}" = "1" ] ; then
  set boot_indeterminate=0
else
  increment boot_indeterminate
fi
# Reset boot_success for current boot
set boot_success=0
save_env boot_success boot_indeterminate
if [ x$feature_timeout_style = xy ] ; then
  if [ "${{menu_show_once}}" ]; then
    unset menu_show_once
    save_env menu_show_once
    set timeout_style=menu
    set timeout=60
  elif [ "${{menu_auto_hide}}" -a "${{menu_hide_ok}}" = "1" ]; then
    set orig_timeout_style=${{timeout_style}}
    set orig_timeout=${{timeout}}
    if [ "${{fastboot}}" = "1" ]; then
      # timeout_style=menu + timeout=0 avoids the countdown code keypress check
      set timeout_style=menu
      set timeout=0
    else
      set timeout_style=hidden
      set timeout=1
    fi
  fi
fi
if [ x$feature_timeout_style = xy ]; then
  if [ "${{menu_show_once_timeout}}" ]; then
    set timeout_style=menu
    set timeout="${{menu_show_once_timeout}}"
    unset menu_show_once_timeout
    save_env menu_show_once_timeout
  fi
fi
"""
CUSTOM = """\
if [ -f  ${config_directory}/custom.cfg ]; then
  source ${config_directory}/custom.cfg
elif [ -z "${config_directory}" -a -f  $prefix/custom.cfg ]; then
  source $prefix/custom.cfg
fi
"""
MACHINE = "6fa25ca775f64accb0d3e53f0e4e6e92"
OS_RELEASE = """\
NAME="Fedora Linux"
VERSION="40 (Server Edition)"
ID=fedora
VERSION_ID=40
"""
FIRMWARE = """\
if [ "$grub_platform" = "efi" ]; then
	fwsetup --is-supported
	if [ "$?" = 0 ]; then
		menuentry 'UEFI Firmware Settings' $menuentry_id_option 'uefi-firmware' {
			fwsetup
		}
	fi
fi
"""
"""Part 30_uefi-firmware."""


def block(*lines: str) -> str:
    return ("# GRUB Environment Block\n" + "".join(f"{line}\n" for line in lines)).ljust(1024, "#")


def snippet(release: str, options: str = f"root=UUID={ROOT} ro rootflags=subvol=root quiet") -> str:
    """Give the file of one kernel, as kernel-install writes it with Fedora's 20-grub.install."""
    return (
        f"title Fedora Linux ({release}) 40 (Server Edition)\nversion {release}\n"
        f"linux /vmlinuz-{release}\ninitrd /initramfs-{release}.img $tuned_initrd\n"
        f"options {options} $tuned_params\n"
        "grub_users $grub_users\ngrub_arg --unrestricted\ngrub_class fedora\n"
    )


def plant_fedora(folder: Path, releases: Sequence[str], *variables: str) -> tuple[Path, Path]:
    """Make an installation with some kernels, and *variables* in its environment block.

    Gives its tree, and the list of its block devices.
    """
    root = folder / "root"
    stub = f"search --no-floppy --fs-uuid --set=dev {BOOT}\nset prefix=($dev)/grub2\n"
    plant(
        root,
        {
            "etc/os-release": OS_RELEASE,
            "boot/efi/EFI/fedora/grub.cfg": f"{stub}export $prefix\nconfigfile $prefix/grub.cfg\n",
            "boot/grub2/grub.cfg": f"{HEADER}insmod blscfg\nblscfg\n{FIRMWARE}{CUSTOM}",
            "boot/grub2/grubenv": block(*variables),
        },
    )
    for release in releases:
        plant(
            root / "boot",
            {
                f"vmlinuz-{release}": stub_kernel(f"{release} (mockbuild@example) #1 SMP"),
                f"initramfs-{release}.img": empty_cpio(),
                f"loader/entries/{MACHINE}-{release}.conf": snippet(release),
            },
        )
    disk = row(
        "vda",
        "disk",
        None,
        row("vda1", "part", "vfat", uuid="7D2A-1C3B", pttype="gpt", at="/boot/efi"),
        row("vda2", "part", "ext4", uuid=BOOT, pttype="gpt", at="/boot"),
        row("vda3", "part", "btrfs", uuid=ROOT, pttype="gpt", at="/", top="/root"),
        pttype="gpt",
    )
    devices = folder / "devices.json"
    devices.write_text(json.dumps({"blockdevices": [disk]}), encoding="utf-8")
    return root, devices
