"""Fedora and its kin: which entry boots and when, after what happened in boots before.

What to expect follows from the parts of grub2-mkconfig in `tests/support/fedora.py` and from
commands/increment.c of Fedora's grub2.
"""

from pathlib import Path

import pytest

from bootpick.entries import Running
from bootpick.grub.dialect import FEDORA, SUSE, UPSTREAM, Dialect
from bootpick.grub.reader import read_menu
from tests.support.disks import world_of_disks
from tests.support.fedora import BOOT, CUSTOM, HEADER, ROOT, block
from tests.support.grub import complaints, menu_of, run_script
from tests.support.lsblk import row, volumes
from tests.support.trees import plant

ENTRIES = """\
menuentry 'Fedora (6.8.9) 40' --class fedora --unrestricted $menuentry_id_option 'fedora-6.8.9' {
	load_video
	set gfxpayload=keep
	insmod gzio
	linux16	/vmlinuz-6.8.9 ${kernelopts} $tuned_params
	initrd16	/initramfs-6.8.9.img $tuned_initrd
}
menuentry 'Fedora (6.8.5) 40' --class fedora --unrestricted $menuentry_id_option 'fedora-6.8.5' {
	linux	/vmlinuz-6.8.5 $kernelopts
	initrd	/initramfs-6.8.5.img
}
"""
CONFIG = HEADER + ENTRIES + CUSTOM


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
