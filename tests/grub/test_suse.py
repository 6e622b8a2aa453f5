"""openSUSE and SLES: snapshots on btrfs, hidden entries, and the rest of their patches.

The machine has the partitions and subvolumes that their installer makes. The configurations are
written in the form that grub2-mkconfig and the snapper plugin give them. What to expect follows
from the patches of openSUSE's grub2 package, which are named at each test.
"""

from pathlib import Path

import pytest

from bootpick.entries import BootMenu, Running
from bootpick.grub.dialect import FEDORA, SUSE, UPSTREAM, Dialect
from bootpick.grub.interpreter import Interpreter
from bootpick.grub.reader import read_menu
from bootpick.grub.world import World
from tests.grub.test_menus import told
from tests.support.disks import run_on, world_of_disks
from tests.support.grub import complaints, menu_of, run_script
from tests.support.lsblk import Row, row, volumes
from tests.support.trees import plant

UUID = "2f6b9d0c-0b7e-4a53-9a55-0d8e6f4c1a11"
KERNEL = "vmlinuz-6.4.0-150600.21-default"
INITRD = "initrd-6.4.0-150600.21-default"
SUBVOLUMES = {
    "/": "/@/.snapshots/1/snapshot",
    "/.snapshots": "/@/.snapshots",
    "/boot/grub2/i386-pc": "/@/boot/grub2/i386-pc",
    "/boot/grub2/x86_64-efi": "/@/boot/grub2/x86_64-efi",
    "/home": "/@/home",
    "/var": "/@/var",
}


def disk(mounts: dict[str, str] = SUBVOLUMES) -> Row:
    btrfs = row("sda2", "part", "btrfs", uuid=UUID, pttype="gpt")
    btrfs |= {"mountpoints": [*mounts], "fsroots": [*mounts.values()]}
    esp = row("sda1", "part", "vfat", uuid="0C5E-2A11", pttype="gpt", at="/boot/efi")
    return row("sda", "disk", None, esp, btrfs, pttype="gpt")


def world(root: Path, dialect: Dialect = SUSE, mounts: dict[str, str] = SUBVOLUMES) -> World:
    return world_of_disks(root, volumes(disk(mounts)), "efi", dialect=dialect)


HEADER = """\
set btrfs_relative_path="y"
export btrfs_relative_path
if [ -f ${config_directory}/grubenv ]; then
  load_env -f ${config_directory}/grubenv
elif [ -s $prefix/grubenv ]; then
  load_env
fi

if [ "${env_block}" ] ; then
  set env_block="(${root})${env_block}"
  export env_block
  load_env -f "${env_block}"
fi

if [ "${next_entry}" ] ; then
   set default="${next_entry}"
   set next_entry=
   save_env next_entry
   if [ "${env_block}" ] ; then
     save_env -f "${env_block}" next_entry
   fi
   set boot_once=true
else
   set default="${saved_entry}"
fi

if [ x"${feature_menuentry_id}" = xy ]; then
  menuentry_id_option="--id"
else
  menuentry_id_option=""
fi
export menuentry_id_option

function load_video {
  if [ x$feature_all_video_module = xy ]; then
    insmod all_video
  fi
}
if [ x$feature_default_font_path = xy ] ; then
   font=unicode
else
    font="/usr/share/grub2/unicode.pf2"
fi
if loadfont $font ; then
  if [ "${grub_platform}" = "efi" ]; then
    echo "Please press 't' to show the boot menu on this console"
  fi
  set gfxmode=auto
  load_video
  insmod gfxterm
fi
terminal_output gfxterm
loadfont ($root)/boot/grub2/themes/openSUSE/DejaVuSans12.pf2
set theme=($root)/boot/grub2/themes/openSUSE/theme.txt
export theme
if [ x${boot_once} = xtrue ]; then
  set timeout=0
elif [ x$feature_timeout_style = xy ] ; then
  set timeout_style=menu
  set timeout=8
else
  set timeout=8
fi
if [ -n "$extra_cmdline" ]; then
  submenu "Bootable snapshot #$snapshot_num" {
    menuentry "If OK, run 'snapper rollback' and reboot." { true; }
  }
fi
"""
LINUX = f"""\
menuentry 'openSUSE Leap 15.6'  --class opensuse --class gnu-linux --class gnu --class os \
--unrestricted $menuentry_id_option 'gnulinux-simple-{UUID}' {{
	load_video
	set gfxpayload=keep
	insmod gzio
	insmod part_gpt
	insmod btrfs
	search --no-floppy --fs-uuid --set=root {UUID}
	echo	'Loading Linux 6.4.0-150600.21-default ...'
	linux	/boot/{KERNEL} root=UUID={UUID}  ${{extra_cmdline}} splash=silent mitigations=auto
	echo	'Loading initial ramdisk ...'
	initrd	/boot/{INITRD}
}}
submenu 'Advanced options for openSUSE Leap 15.6' --hotkey=1 \
$menuentry_id_option 'gnulinux-advanced-{UUID}' {{
	menuentry 'openSUSE Leap 15.6, with Linux 6.4.0-150600.21-default (recovery mode)' --hotkey=3 \
--class opensuse $menuentry_id_option 'gnulinux-recovery-{UUID}' {{
		search --no-floppy --fs-uuid --set=root {UUID}
		linux	/boot/{KERNEL} root=UUID={UUID} ${{extra_cmdline}} single
		initrd	/boot/{INITRD}
	}}
}}
"""
XEN = f"""\
menuentry 'openSUSE Leap 15.6, with Xen hypervisor' --class xen \
$menuentry_id_option 'xen-gnulinux-simple-{UUID}' {{
	search --no-floppy --fs-uuid --set=root {UUID}
	multiboot2	/boot/xen-4.18.gz placeholder ${{xen_rm_opts}}
	module2	/boot/{KERNEL} placeholder root=UUID={UUID}  ${{extra_cmdline}}
	module2	--nounzip	/boot/{INITRD}
}}
"""
FIRMWARE = """\
if [ "$grub_platform" = "efi" ]; then
	menuentry 'UEFI Firmware Settings' $menuentry_id_option 'uefi-firmware' {
		fwsetup --is-supported
		if [ "$?" = 0 ]; then
			fwsetup
		else
			echo "Your firmware doesn't support setup menu entry from a boot loader"
			read
		fi
	}
fi
"""
SNAPSHOTS = """\
btrfs-mount-subvol ($root) /.snapshots @/.snapshots
if [ -f "/.snapshots/grub-snapshot.cfg" ]; then
  source "/.snapshots/grub-snapshot.cfg"
fi
"""
TEXT_MODE = """\
if [ "${grub_platform}" = "efi" ]; then
  # On EFI systems we can only have graphics *or* serial
  hiddenentry 'Text mode' --hotkey 't' {
    set textmode=true
    terminal_output console
  }
fi
"""
CONFIG = HEADER + LINUX + XEN + FIRMWARE + SNAPSHOTS + TEXT_MODE
SNAPSHOT_MENU = """\
if [ -z "$extra_cmdline" ]; then
  submenu  "Start bootloader from a read-only snapshot" {
    if [ -f "/.snapshots/2/grub-snapshot.cfg" ]; then
      source "/.snapshots/2/grub-snapshot.cfg"
    fi
    if [ x$snapshot_found != xtrue ]; then
      submenu "Not Found" { true; }
    fi
  }
fi
"""
SNAPSHOT = """\
  if [ -f "/.snapshots/2/snapshot/boot/grub2/grub.cfg" ]; then
    snapshot_found=true
    saved_subvol=$btrfs_subvol
    menuentry  " openSUSE Leap 15.6 (6.4.0-150600.10,2024-06-12T10:01,pre,zypp(zypper))" \
"/.snapshots/2/snapshot" "/@/.snapshots/2/snapshot" {
        btrfs_subvol="$3"
        extra_cmdline="rootflags=subvol=$3"
        export extra_cmdline
        snapshot_num=2
        export snapshot_num
        configfile "$2/boot/grub2/grub.cfg"
        btrfs_subvol=$saved_subvol
      }
  fi
"""


def block(*lines: str, size: int = 1024) -> str:
    return ("# GRUB Environment Block\n" + "".join(f"{line}\n" for line in lines)).ljust(size, "#")


def install(root: Path, grubenv: str = block()) -> Path:
    """Make the installation, with a snapshot of it as it was before an update."""
    old = CONFIG.replace("150600.21", "150600.10")
    snapshot = ".snapshots/2/snapshot/boot"
    return plant(
        root,
        {
            "boot/grub2/grub.cfg": CONFIG,
            "boot/grub2/grubenv": grubenv,
            f"boot/{KERNEL}": "",
            f"boot/{INITRD}": "",
            "boot/xen-4.18.gz": "",
            ".snapshots/grub-snapshot.cfg": SNAPSHOT_MENU,
            ".snapshots/2/grub-snapshot.cfg": SNAPSHOT,
            f"{snapshot}/grub2/grub.cfg": old,
            f"{snapshot}/{KERNEL.replace('21', '10')}": "",
            f"{snapshot}/{INITRD.replace('21', '10')}": "",
            "boot/grub2/x86_64-efi/normal.mod": "",
            "boot/efi/EFI/opensuse/grub.cfg": STUB,
        },
    )


STUB = f"""\
set btrfs_relative_path="yes"
search --no-floppy --fs-uuid --set=root {UUID}
set prefix=(${{root}})/boot/grub2
source "${{prefix}}/grub.cfg"
"""


def read(
    world: World, place: str = "(hd0,gpt2)/@/.snapshots/1/snapshot/boot/grub2/grub.cfg"
) -> BootMenu:
    return read_menu(world, world.place(place, ""), Running("", ""))


SIMPLE = f"gnulinux-simple-{UUID}"
EXTRA = "rootflags=subvol=/@/.snapshots/2/snapshot"


@pytest.mark.parametrize(
    "config",
    ["(hd0,gpt2)/@/.snapshots/1/snapshot/boot/grub2/grub.cfg", "(hd0,gpt1)/EFI/opensuse/grub.cfg"],
)
def test_an_installation_with_snapshots(config: str, tmp_path: Path) -> None:
    """grub2-btrfs-01 to 10, 80_suse_btrfs_snapshot, grub2-snapper-plugin.sh, and 95_textmode."""
    menu = read(world(install(tmp_path)), config)
    boot, old = f"{tmp_path}/boot", f"{tmp_path}/.snapshots/2/snapshot/boot"
    assert [
        (entry.menu_index, entry.kind, entry.kernel and entry.kernel.path) for entry in menu.entries
    ] == [
        ("0", "linux", f"{boot}/{KERNEL}"),
        ("1>0", "linux", f"{boot}/{KERNEL}"),
        ("2", "xen", None),
        ("3", "firmware", None),
        ("4>0>0>0", "other", None),
        ("4>0>1", "linux", f"{old}/{KERNEL.replace('21', '10')}"),
        ("4>0>2>0", "linux", f"{old}/{KERNEL.replace('21', '10')}"),
        ("4>0>3", "xen", None),
        ("4>0>4", "firmware", None),
    ]
    first, in_snapshot = menu.entries[0], menu.entries[5]
    assert first.cmdline == (
        f"BOOT_IMAGE=/boot/{KERNEL} root=UUID={UUID} splash=silent mitigations=auto"
    )
    assert in_snapshot.cmdline == (
        f"BOOT_IMAGE=/boot/{KERNEL.replace('21', '10')} root=UUID={UUID} {EXTRA}"
        " splash=silent mitigations=auto"
    )
    assert menu.entries[4].submenus[2:] == ("Bootable snapshot #2",)
    assert [entry.bootable for entry in menu.entries] == [
        entry.kind == "linux" for entry in menu.entries
    ]
    assert (menu.default, menu.timeout) == (first, 8.0)
    assert [one.message for one in menu.diagnostics if one.severity != "note"] == []
    hidden = [one.message for one in menu.diagnostics if "Text mode" in one.message]
    of_both = ["the hidden entry 'Text mode' is not listed: only its hotkey, t, boots it"] * 2
    assert hidden == of_both


def test_the_bare_tree_of_an_installation(tmp_path: Path) -> None:
    """With ``--root`` and no devices the tree has every subvolume in its place."""
    from bootpick.volumes import Mount, Volume

    tree = Volume("the tree", "tree", mounts=(Mount("/"),), anything=True)
    bare = world_of_disks(install(tmp_path), (tree,), "efi", dialect=SUSE)
    menu = read(bare, "(hd0,gpt1)/boot/grub2/grub.cfg")
    kernels = [entry.kernel and entry.kernel.path for entry in menu.entries]
    old = f"{tmp_path}/.snapshots/2/snapshot/boot/{KERNEL.replace('21', '10')}"
    assert kernels == [*[f"{tmp_path}/boot/{KERNEL}"] * 2, None, None, None, old, old, None, None]


def test_without_snapshots_paths_begin_at_the_top(tmp_path: Path) -> None:
    """SUSE_BTRFS_SNAPSHOT_BOOTING=false (grub2-btrfs-05)."""
    config = (
        'set btrfs_relative_path="n"\nexport btrfs_relative_path\necho $prefix $config_file\n'
        f"menuentry A {{ linux /@/.snapshots/1/snapshot/boot/{KERNEL} }}\n"
        f"menuentry B {{ linux /boot/{KERNEL} }}\n"
    )
    plant(install(tmp_path), {"boot/grub2/grub.cfg": config})
    menu = read(world(tmp_path))
    found = [entry.kernel is not None and entry.kernel.path for entry in menu.entries]
    assert found == [f"{tmp_path}/boot/{KERNEL}", None]


@pytest.mark.parametrize(
    ("grubenv", "default", "timeout", "marks"),
    [
        ((), "0", 8.0, "default"),
        (("saved_entry=gnulinux-advanced-{}>gnulinux-recovery-{}",), "1>0", 8.0, "default"),
        # What is hidden has no index, and nothing finds it.
        (("saved_entry=4",), "4>0>1", 8.0, "default"),
        (("saved_entry=5",), "0", 8.0, "default"),
        (("saved_entry=Text mode",), "0", 8.0, "default"),
        # not-display-menu-when-boot-once.patch
        (("saved_entry=0", "next_entry=1"), "1>0", 0.0, "one-shot"),
    ],
)
def test_default_of_an_installation(
    grubenv: tuple[str, ...], default: str, timeout: float, marks: str, tmp_path: Path
) -> None:
    lines = [line.replace("{}", UUID) for line in grubenv]
    menu = read(world(install(tmp_path, block(*lines))))
    assert menu.default is not None
    oneshot = "one-shot" if menu.default.oneshot else "default"
    assert (menu.default.menu_index, menu.timeout, oneshot) == (default, timeout, marks)


def test_the_block_in_the_header_of_the_file_system_cannot_be_seen(tmp_path: Path) -> None:
    """grub2-grubenv-in-btrfs-header.patch: that this is another machine's disk is said."""
    menu = read(world(install(tmp_path, block("saved_entry=0", "env_block=512+1"))))
    message = next(one for one in menu.diagnostics if one.severity == "warning")
    assert message.message == (
        "the environment block (hd0,gpt2)512+1 is taken for empty: "
        "/dev/sda2 itself cannot be read from here"
    )
    assert message.position is not None
    assert menu.default is not None
    assert menu.default.menu_index == "0"
    assert menu.saves == ()


PATHS = {
    # What runs first, a path, and the file that it leads to.
    "top": ("", "/boot/a", None),
    "top, whole": ("", "/@/.snapshots/1/snapshot/boot/a", "boot/a"),
    "default": ("set btrfs_relative_path=y", "/boot/a", "boot/a"),
    "1 is yes": ("set btrfs_relative_path=1", "/boot/a", "boot/a"),
    "true is no": ("set btrfs_relative_path=true", "/boot/a", None),
    "unset": ("set btrfs_relative_path=y; unset btrfs_relative_path", "/boot/a", None),
    "subvolume": (
        "set btrfs_relative_path=y; set btrfs_subvol=/@/.snapshots/2/snapshot",
        "/boot/b",
        ".snapshots/2/snapshot/boot/b",
    ),
    "no slash": (
        "set btrfs_relative_path=y; set btrfs_subvol=@/home",
        "/h",
        "home/h",
    ),
    "subvolume, not relative": ("set btrfs_subvol=@/home", "/h", None),
    # grub2-btrfs-07: where it is not found from the top, from the default subvolume.
    "old scheme": ("set btrfs_relative_path=y; set btrfs_subvol=/boot", "/a", "boot/a"),
    "empty is the default": (
        "set btrfs_relative_path=y; set btrfs_subvol=@/home; unset btrfs_subvol",
        "/boot/a",
        "boot/a",
    ),
    "mounted": (
        "set btrfs_relative_path=y; btrfs-mount-subvol ($root) /.snapshots @/.snapshots",
        "/.snapshots/2/snapshot/boot/b",
        ".snapshots/2/snapshot/boot/b",
    ),
    "not mounted": (
        "set btrfs_relative_path=y",
        "/.snapshots/2/snapshot/boot/b",
        None,
    ),
    "mounted in another": (
        "set btrfs_relative_path=y; set btrfs_subvol=@/var; btrfs-mount-subvol ($root) /s @/home",
        "/s/h",
        "home/h",
    ),
    "absolute link": ("set btrfs_relative_path=y", "/boot/link", "boot/a"),
    "absolute link, not relative": ("", "/@/.snapshots/1/snapshot/boot/link", None),
    "another file system": ("set btrfs_relative_path=y", "(hd0,gpt1)/e", "boot/efi/e"),
}


@pytest.mark.parametrize("name", PATHS)
def test_paths_on_btrfs(name: str, tmp_path: Path) -> None:
    """grub2-btrfs-01, 03, 06, 07."""
    files = ["boot/a", "home/h", "var/s/x", "boot/efi/e", "var/v", ".snapshots/2/snapshot/boot/b"]
    plant(tmp_path, dict.fromkeys(files, ""))
    (tmp_path / "boot/link").symlink_to("/boot/a")
    before, path, expected = PATHS[name]
    shell = run_on(world(tmp_path), f"{before}\n", "hd0,gpt2")
    found = shell.place(path).found
    assert (found and found.path) == (expected and f"{tmp_path}/{expected}")
    assert complaints(shell.diagnostics) == []


def test_other_grubs_variables_are_not_watched(tmp_path: Path) -> None:
    plant(tmp_path, {"boot/a": ""})
    for dialect in (UPSTREAM, FEDORA):
        shell = run_on(world(tmp_path, dialect), "set btrfs_relative_path=y\n", "hd0,gpt2")
        assert shell.place("/boot/a").found is None
        assert shell.get("btrfs_subvol") is None


def test_setting_the_variables(tmp_path: Path) -> None:
    """grub2-btrfs-01 (the two are one), 10 (what is known by its path)."""
    script = (
        "set config_file=($root)/@/.snapshots/1/snapshot/x/c\nset config_directory=(hd0,gpt1)/y\n"
        "set prefix=($root)/@/.snapshots/1/snapshot/p\n"
        "set btrfs_relative_path=y\necho $config_file $config_directory $prefix\n"
        "set btrfs_relative_path=yes\necho $config_file\n"
        "set btrfs_relative_path=n\necho $config_file $prefix\n"
        "echo [$btrfs_subvol] [$btrfs_subvolid]\n"
        "set btrfs_subvol=a\necho [$btrfs_subvol] [$btrfs_subvolid]\n"
        "set btrfs_subvolid=257\necho [$btrfs_subvol] [$btrfs_subvolid]\n"
    )
    assert "".join(run_on(world(tmp_path), script, "hd0,gpt2").output).splitlines() == [
        "(hd0,gpt2)/x/c (hd0,gpt1)/y (hd0,gpt2)/p",
        "(hd0,gpt2)/x/c",
        "(hd0,gpt2)/@/.snapshots/1/snapshot/x/c (hd0,gpt2)/@/.snapshots/1/snapshot/p",
        "[] []",
        "[a] [subvol:a]",
        "[subvolid:257] [257]",
    ]


def test_a_subvolume_by_its_number_is_not_known(tmp_path: Path) -> None:
    config = "set btrfs_relative_path=y\nset btrfs_subvolid=257\nmenuentry A { linux /vmlinuz }\n"
    plant(tmp_path, {"boot/grub2/grub.cfg": config})
    (entry,) = read(world(tmp_path)).entries
    assert entry.bootable is False
    assert entry.reasons[0] == "it is not known which subvolume has the number 257"


def run(root: Path, script: str) -> Interpreter:
    return run_on(world(root), f"set btrfs_relative_path=y\n{script}", "hd0,gpt2")


@pytest.mark.parametrize(
    ("script", "printed", "errors"),
    [
        ("btrfs-mount-subvol ($root) /d", "18", ["required <dev> <dir> and <subvol>"]),
        ("btrfs-mount-subvol ($root) /d @/home", "0", []),
        ("btrfs-mount-subvol $root /d @/home", "0", []),
        ("btrfs-mount-subvol ($root) /nosuch @/home", "5", ["file `/nosuch' not found"]),
        ("btrfs-mount-subvol ($root) /f @/home", "4", ["not a directory"]),
        ("btrfs-mount-subvol ($root) /d @/home/no", "5", ["file `@/home/no' not found"]),
        ("btrfs-mount-subvol (hd0,gpt1) /d @/home", "8", ["not a Btrfs filesystem"]),
        ("btrfs-mount-subvol (hd9) /d @/home", "32", ["no server is specified"]),
        ("btrfs-get-default-subvol ($root)", "/@/.snapshots/1/snapshot 0", []),
        ("btrfs-get-default-subvol -p -o v ($root); echo $v", "/@/.snapshots/1/snapshot 0", []),
        ("btrfs-get-default-subvol", "18", ["device name required"]),
        ("read_file /f a b; echo $? $a $b", "0 one two 0", []),
        ("read_file /f a b c", "11", []),
        ("read_file /f", "18", ["variable name expected"]),
        ("read_file", "18", ["file name expected"]),
        ("read_file /nosuch a", "5", ["file `/nosuch' not found"]),
        ("crypttab_entry cr_root 5e1dd109 none", "0", []),
        ("crypttab_entry cr_root", "18", ["two or three arguments expected"]),
        (f"cryptomount -u {UUID} -p secret", "0", []),
        (f"cryptomount -u {UUID} --protector tpm2", "0", []),
        ("tpm2_key_protector_init -a RSA -T $prefix/sealed.tpm", "0", []),
    ],
)
def test_commands(script: str, printed: str, errors: list[str], tmp_path: Path) -> None:
    """grub2-btrfs-06, 09; read_file; 0009-Add-crypttab_entry; 0004-cryptodisk-Support-key-…"""
    plant(tmp_path, {"f": "one\ntwo\n", "d/x": "", "home/h": ""})
    shell = run(tmp_path, f"{script}; echo $?\n")
    words = "".join(shell.output).split()
    assert " ".join(words) == printed
    assert complaints(shell.diagnostics) == errors


HIDDEN = (
    "hiddenentry H --id h --hotkey t { linux /h }\nmenuentry A --id a { linux /a }\n"
    "hiddenentry I { linux /i }\nmenuentry B --id b { linux /b }\n"
    "submenu S { hiddenentry K { linux /k }\n menuentry C { linux /c } }\n"
    "submenu T { hiddenentry L { linux /l } }\nhiddenentry Z { linux /z }\n"
)


@pytest.mark.parametrize(
    ("default", "expected"),
    [
        ("0", "0"),
        ("1", "1"),
        ("2>0", "2>0"),
        ("3", "3"),
        ("4", "0"),
        ("b", "1"),
        ("H", "0"),
        ("h", "0"),
        ("I", "0"),
        ("Z", "0"),
    ],
)
def test_hidden_entries_do_not_count(default: str, expected: str, tmp_path: Path) -> None:
    """grub2-Add-hidden-menu-entries.patch."""
    menu = menu_of(tmp_path, f"set default='{default}'\n{HIDDEN}", dialect=SUSE)
    assert [*map(told, menu.entries)] == [
        "0 A [a] /a",
        "1 B [b] /b",
        "2>0 C [C] /c",
        "3 T [T]",
    ]
    assert menu.default is not None
    assert menu.default.menu_index == expected


def test_a_menu_of_hidden_entries_is_not_shown(tmp_path: Path) -> None:
    """Its size is 0, so that ``configfile`` goes on behind it."""
    plant(tmp_path, {"h.cfg": "hiddenentry H --hotkey h { linux /h }\n"})
    shell = run_script(tmp_path, "configfile /h.cfg\necho on\n", SUSE)
    assert "".join(shell.output) == "on\n"
    assert menu_of(tmp_path, "hiddenentry H { linux /h }\n", dialect=SUSE).entries == ()


@pytest.mark.parametrize("dialect", [UPSTREAM, FEDORA], ids=lambda dialect: dialect.name)
def test_others_have_no_hidden_entries(dialect: Dialect, tmp_path: Path) -> None:
    """It is no command there, and its block a syntax error."""
    menu = menu_of(tmp_path, HIDDEN, dialect=dialect)
    assert "H" not in [entry.title for entry in menu.entries]


ON_TOP = 'submenu "Bootable snapshot #2" { menuentry "If OK" { true; } }\n'
SHIFTED = [
    # default, the entries' number, and where it leads with the snapshot's submenu on top
    (None, 3, "1"),
    ("0", 3, "1"),
    ("1", 3, "2"),
    ("2", 3, "3"),
    # One too many has no place to move to.
    ("3", 3, "3"),
    ("4", 3, "0"),
    ("e1", 3, "2"),
    ("nosuch", 3, "1"),
    ("", 3, "1"),
    ("-1", 3, "1"),
    ("99999999999999999999999", 3, "1"),
    ("1>0", 3, "2"),
    ("0x1", 3, "2"),
    ("0", 0, "0"),
    ("nosuch", 0, "0"),
    # Not the submenu's own: nothing is moved where it is named.
    ("Bootable snapshot #2", 3, "0"),
]


@pytest.mark.parametrize(("default", "count", "expected"), SHIFTED)
def test_default_beside_a_snapshot(
    default: str | None, count: int, expected: str, tmp_path: Path
) -> None:
    """grub2-btrfs-08-workaround-snapshot-menu-default-entry.patch."""
    entries = "".join(f"menuentry e{number} {{ linux /{number} }}\n" for number in range(count))
    setting = "" if default is None else f"set default='{default}'\n"
    menu = menu_of(tmp_path, setting + ON_TOP + entries, dialect=SUSE)
    assert menu.default is not None
    assert menu.default.menu_index.split(">")[0] == expected
    plain = menu_of(tmp_path, f"{setting}menuentry 'Bootable snapshot' {{ true }}\n{entries}")
    assert plain.default is not None
    assert plain.default.menu_index == (
        default
        if default in ("1", "2", "3") and count
        else {"e1": "2", "1>0": "1", "0x1": "1"}.get(default or "", "0")
    )


@pytest.mark.parametrize(
    ("setting", "dialect", "asked"),
    [
        ("", SUSE, [True, True, False]),
        ("set unrestricted_menu=y", SUSE, [False, True, False]),
        ("set unrestricted_menu=1", SUSE, [False, True, False]),
        ("set unrestricted_menu=no", SUSE, [True, True, False]),
        ("set unrestricted_menu=y", UPSTREAM, [True, True, False]),
        ("set unrestricted_menu=y", FEDORA, [True, True, False]),
    ],
)
def test_the_password_of_the_menu(
    setting: str, dialect: Dialect, asked: list[bool], tmp_path: Path
) -> None:
    """grub2-menu-unrestricted.patch: it opens what no users are named for."""
    config = (
        f"set superusers=root\n{setting}\nmenuentry A {{ true }}\n"
        "menuentry B --users u { true }\nmenuentry C --unrestricted { true }\n"
    )
    menu = menu_of(tmp_path, config, dialect=dialect)
    assert [entry.restricted for entry in menu.entries] == asked
