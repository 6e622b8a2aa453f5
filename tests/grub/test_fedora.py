"""Fedora and its kin: which entry boots and when, after what happened in boots before.

The configuration is written in the form of grub2-mkconfig's parts 00_header, 08_fallback_counting,
10_linux, 10_reset_boot_success, 12_menu_auto_hide, 14_menu_show_once and 41_custom. What to expect
follows from these and from commands/increment.c of Fedora's grub2.
"""

from pathlib import Path

import pytest

from bootpick.entries import Running
from bootpick.grub.dialect import FEDORA, SUSE, UPSTREAM, Dialect
from bootpick.grub.reader import read_menu
from tests.support.disks import world_of_disks
from tests.support.grub import complaints, menu_of, run_script
from tests.support.lsblk import row, volumes
from tests.support.trees import plant

ROOT = "f3c1d7a6-5b5e-4a36-9d43-6d0e4f1c2b3a"
BOOT = "0d6f8b52-3c0f-4f0c-8a8f-9d1b7a6c5e4f"
CONFIG = f"""\
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
menuentry 'Fedora (6.8.9) 40' --class fedora --unrestricted $menuentry_id_option 'fedora-6.8.9' {{
	load_video
	set gfxpayload=keep
	insmod gzio
	linux16	/vmlinuz-6.8.9 ${{kernelopts}} $tuned_params
	initrd16	/initramfs-6.8.9.img $tuned_initrd
}}
menuentry 'Fedora (6.8.5) 40' --class fedora --unrestricted $menuentry_id_option 'fedora-6.8.5' {{
	linux	/vmlinuz-6.8.5 $kernelopts
	initrd	/initramfs-6.8.5.img
}}
if [ -f  ${{config_directory}}/custom.cfg ]; then
  source ${{config_directory}}/custom.cfg
elif [ -z "${{config_directory}}" -a -f  $prefix/custom.cfg ]; then
  source $prefix/custom.cfg
fi
"""


def block(*lines: str) -> str:
    return ("# GRUB Environment Block\n" + "".join(f"{line}\n" for line in lines)).ljust(1024, "#")


STATES = {
    # grubenv: default, timeout, timeout_style, and what of the block is changed (None: removed)
    "": ("0", 5.0, "menu", {"boot_success": "0"}),
    "boot_success=0": ("0", 5.0, "menu", {}),
    "boot_success=1": ("0", 5.0, "menu", {"boot_success": "0", "boot_indeterminate": "0"}),
    "saved_entry=1": ("1", 5.0, "menu", {"boot_success": "0"}),
    "saved_entry=fedora-6.8.5": ("1", 5.0, "menu", {"boot_success": "0"}),
    "saved_entry=Fedora (6.8.5) 40": ("1", 5.0, "menu", {"boot_success": "0"}),
    "saved_entry=fedora-6.8": ("0", 5.0, "menu", {"boot_success": "0"}),
    "next_entry=fedora-6.8.5": ("1", 5.0, "menu", {"next_entry": "", "boot_success": "0"}),
    "saved_entry=a prev_saved_entry=1": (
        "0",
        5.0,
        "menu",
        {"saved_entry": "1", "prev_saved_entry": "", "boot_success": "0"},
    ),
    # 10_reset_boot_success and 12_menu_auto_hide
    "boot_success=1 menu_auto_hide=1": (
        "0",
        1.0,
        "hidden",
        {"boot_success": "0", "boot_indeterminate": "0"},
    ),
    "boot_success=1 menu_auto_hide=2 fastboot=1": (
        "0",
        0.0,
        "menu",
        {"boot_success": "0", "boot_indeterminate": "0"},
    ),
    "boot_success=0 menu_auto_hide=1": ("0", 5.0, "menu", {}),
    "boot_success=0 boot_indeterminate=0 menu_auto_hide=1": (
        "0",
        5.0,
        "menu",
        {"boot_indeterminate": "1"},
    ),
    "boot_success=0 boot_indeterminate=1 menu_auto_hide=1": (
        "0",
        1.0,
        "hidden",
        {"boot_indeterminate": "2"},
    ),
    "boot_success=0 boot_indeterminate=2 menu_auto_hide=1": (
        "0",
        5.0,
        "menu",
        {"boot_indeterminate": "3"},
    ),
    # Set in grubenv it counts for nothing.
    "boot_success=0 menu_hide_ok=1 menu_auto_hide=1": ("0", 5.0, "menu", {}),
    "boot_success=1 menu_auto_hide=1 menu_show_once=1": (
        "0",
        60.0,
        "menu",
        {"boot_success": "0", "boot_indeterminate": "0", "menu_show_once": None},
    ),
    # 14_menu_show_once
    "boot_success=1 menu_auto_hide=1 menu_show_once_timeout=20": (
        "0",
        20.0,
        "menu",
        {"boot_success": "0", "boot_indeterminate": "0", "menu_show_once_timeout": None},
    ),
    # 08_fallback_counting
    "boot_success=0 boot_counter=2": ("0", 5.0, "menu", {"boot_counter": "1"}),
    "boot_success=0 boot_counter=1": ("0", 5.0, "menu", {"boot_counter": "0"}),
    "boot_success=0 boot_counter=0": ("1", 5.0, "menu", {"boot_counter": "-1"}),
    "boot_success=0 boot_counter=-1": ("1", 5.0, "menu", {}),
    "boot_success=0 boot_counter=-2": ("0", 5.0, "menu", {"boot_counter": "-3"}),
    "boot_success=0 boot_counter=x": ("0", 5.0, "menu", {}),
    "boot_success=1 boot_counter=0": (
        "0",
        5.0,
        "menu",
        {"boot_success": "0", "boot_indeterminate": "0"},
    ),
}


def _lines(state: str) -> list[str]:
    """Split at the blanks that an assignment follows."""
    lines: list[str] = []
    for word in state.split():
        if "=" in word:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return lines


@pytest.mark.parametrize("state", STATES)
def test_states_of_the_environment_block(state: str, tmp_path: Path) -> None:
    default, timeout, style, changes = STATES[state]
    plant(tmp_path, {"boot/grub/grubenv": block(*_lines(state))})
    menu = menu_of(tmp_path, CONFIG, dialect=FEDORA)
    assert menu.default is not None
    assert (menu.default.menu_index, menu.timeout) == (default, timeout)
    assert {name: value for save in menu.saves for name, value in save.variables} == changes
    shell = run_script(tmp_path, CONFIG, FEDORA)
    assert shell.get("timeout_style") == style


@pytest.mark.parametrize("dialect", [UPSTREAM, SUSE], ids=lambda dialect: dialect.name)
def test_others_do_not_count(dialect: Dialect, tmp_path: Path) -> None:
    """``increment`` and ``decrement`` are Fedora's alone."""
    plant(tmp_path, {"boot/grub/grubenv": block("boot_success=0", "boot_counter=1")})
    menu = menu_of(tmp_path, CONFIG, dialect=dialect)
    assert [save.variables for save in menu.saves] == [()]
    messages = [one.message for one in menu.diagnostics]
    assert "GRUB: can't find command `decrement'" in messages


def test_the_kernels_options(tmp_path: Path) -> None:
    """From the block, and else from the configuration; what tuned adds is empty by default."""
    menu = menu_of(tmp_path, CONFIG, dialect=FEDORA)
    assert [entry.cmdline for entry in menu.entries] == [
        f"BOOT_IMAGE=/vmlinuz-6.8.9 root=UUID={ROOT} ro rhgb quiet",
        f"BOOT_IMAGE=/vmlinuz-6.8.5 root=UUID={ROOT} ro rhgb quiet",
    ]
    lines = ("kernelopts=root=/dev/sda3 a\\\\x20b", "tuned_params=skew=1", "tuned_initrd=/t.img")
    plant(tmp_path, {"boot/grub/grubenv": block(*lines), "boot/grub/custom.cfg": "set default=1\n"})
    menu = menu_of(tmp_path, CONFIG, dialect=FEDORA)
    assert [entry.cmdline for entry in menu.entries] == [
        "BOOT_IMAGE=/vmlinuz-6.8.9 root=/dev/sda3 a\\x20b skew=1",
        "BOOT_IMAGE=/vmlinuz-6.8.5 root=/dev/sda3 a\\x20b",
    ]
    assert [file.word for file in menu.entries[0].initrds] == ["/initramfs-6.8.9.img", "/t.img"]
    assert menu.default is menu.entries[1]


STUB = f"""\
search --no-floppy --root-dev-only --fs-uuid --set=dev {BOOT}
set prefix=($dev)/grub2
export $prefix
configfile $prefix/grub.cfg
"""
ESP = row("sda1", "part", "vfat", uuid="1A2B-3C4D", pttype="gpt", at="/boot/efi")
LINUX = row("sda2", "part", "ext4", uuid=BOOT, pttype="gpt", at="/boot")
SYSTEM = row("sda3", "part", "btrfs", uuid=ROOT, pttype="gpt", at="/", top="/root")
OTHER = row("sdb", "disk", "ext4", uuid=BOOT, at="/other")


def test_the_stub_on_the_efi_system_partition(tmp_path: Path) -> None:
    """It looks on its own disk only: a copy of the partition on another is not taken."""
    plant(
        tmp_path,
        {
            "boot/efi/EFI/fedora/grub.cfg": STUB,
            "boot/grub2/grub.cfg": CONFIG,
            "other/grub2/grub.cfg": "menuentry wrong { true }\n",
            "boot/grub2/grubenv": block("saved_entry=1"),
            "boot/vmlinuz-6.8.9": "",
            "boot/initramfs-6.8.9.img": "",
        },
    )
    sda = row("sda", "disk", None, ESP, LINUX, SYSTEM, pttype="gpt")
    for disks in ((sda, OTHER), (OTHER, sda)):
        world = world_of_disks(tmp_path, volumes(*disks), "efi", dialect=FEDORA)
        (device,) = [name for name, one in world.devices if one.path == "/dev/sda1"]
        place = world.place(f"({device})/EFI/fedora/grub.cfg", "")
        menu = read_menu(world, place, Running("", ""))
        first = menu.entries[0]
        assert first.kernel is not None
        assert first.kernel.path == f"{tmp_path}/boot/vmlinuz-6.8.9"
        assert menu.default is menu.entries[1]


@pytest.mark.parametrize("dialect", [UPSTREAM, SUSE], ids=lambda dialect: dialect.name)
def test_the_stub_in_others(dialect: Dialect, tmp_path: Path) -> None:
    """Without the option, its name is what is searched for."""
    plant(tmp_path, {"boot/grub2/grub.cfg": CONFIG, "boot/efi/EFI/fedora/grub.cfg": STUB})
    sda = row("sda", "disk", None, ESP, LINUX, SYSTEM, pttype="gpt")
    world = world_of_disks(tmp_path, volumes(sda), "efi", dialect=dialect)
    place = world.place("(hd0,gpt1)/EFI/fedora/grub.cfg", "")
    menu = read_menu(world, place, Running("", ""))
    assert menu.entries == ()
    assert "GRUB: no such device: --root-dev-only" in [one.message for one in menu.diagnostics]


def test_its_version(tmp_path: Path) -> None:
    """commands/version.c; the lines about the package and the compiler cannot be known."""
    shell = run_script(tmp_path, "version; echo $?\nversion x; echo $?\n", FEDORA)
    assert "".join(shell.output) == "GRUB version 2.12\nPlatform i386-pc\n0\n18\n"
    assert complaints(shell.diagnostics) == ["no arguments expected"]
