"""fstab, as libmount reads it, and what it has for boot loaders that is not mounted."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootpick.entries import BootEntry, BootFile, BootMenu, Save
from bootpick.errors import BootpickError
from bootpick.fstab import Mountable, parse_fstab
from bootpick.kexec.facts import Facts
from bootpick.kexec.plan import plan_kexec
from bootpick.kexec.request import Request
from bootpick.source import Position
from bootpick.system.tree import LocalTree
from bootpick.unmounted import Missing, as_unmounted, find_missing, with_mounts
from bootpick.volumes import Mount, Volume
from tests.support.requirements import cannot_run

ROOT = Volume("/dev/vda1", "part", "ext4", "1", mounts=(Mount("/"),))
BOOT = Volume("/dev/vda2", "part", "ext4", "2", "the boot", "aa-02")
ESP = Volume("/dev/vda3", "part", "vfat", "AB-03")
DISK = Volume("/dev/vda", "disk", children=(ROOT, BOOT, ESP))

_LINES = [
    "UUID=1 / ext4 defaults 0 1",
    "\t /dev/md0 \t /boot/ ext4 noauto,ro 0 2",
    "# UUID=2 /boot ext4",
    "  #UUID=2 /boot ext4",
    'LABEL="a\\040b" /mnt/x\\011y\\134z auto',
    "/dev/one-field",
    "/dev/no-type /efi",
    "none swap swap sw",
    "PARTUUID=3 /boot/../efi2/ vfat #x",
    "/dev/odd\\9 /odd\\40 ext4 a=b,c 0 0 more",
    "/dev/é /é ext4 subvol=@/é",
    "",
    " \t ",
]


@pytest.mark.parametrize("text", [*(f"{line}\n" for line in _LINES), "\n".join(_LINES)])
def test_lines_are_those_of_libmount(text: str, tmp_path: Path) -> None:
    """``findmnt`` is the judge."""
    if shutil.which("findmnt") is None:
        cannot_run("findmnt of util-linux is not here")
    (tmp_path / "fstab").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [
            *("findmnt", "--tab-file", str(tmp_path / "fstab"), "--json"),
            *("--list", "--output", "SOURCE,TARGET,OPTIONS"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    found = json.loads(done.stdout)["filesystems"] if done.stdout else []
    expected = [
        (one["source"], one["target"], one["options"])
        for one in found
        if one["target"].startswith("/")
    ]
    lines = [
        (line.source, line.point, ",".join(line.options) or None) for line in parse_fstab(text)
    ]
    assert lines == [
        (source, target.rstrip("/").replace("/boot/..", "") or "/", options)
        for source, target, options in expected
    ]


@given(st.text(alphabet=" \t\r\n#/\\047abé\udc80\0="))
def test_any_text_is_an_fstab(text: str) -> None:
    """Nothing is raised, and every point is absolute."""
    assert all(line.point.startswith("/") for line in parse_fstab(text))


def test_subvolume() -> None:
    """Of btrfs: what is seen at the point, by its name from the top."""
    assert Mountable("x", "/boot", ("noatime", "subvol=@boot/")).subvolume == "/@boot"
    assert Mountable("x", "/boot", ("subvolid=5",)).subvolume == "/"


def _missing(tmp_path: Path, fstab: str, *volumes: Volume) -> list[Missing]:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/fstab").write_text(fstab, encoding="utf-8")
    everything = volumes or (DISK,)
    return find_missing(LocalTree(str(tmp_path), everything), everything)


@pytest.mark.parametrize(
    "source",
    ["UUID=2", 'UUID="2"', 'LABEL="the\\040boot"', "PARTUUID=aa-02", "/dev/vda2", "/dev/boot"],
)
def test_device_is_found_by_what_fstab_has(tmp_path: Path, source: str) -> None:
    """Tags, nodes, and links to nodes."""
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/vda2").touch()
    (tmp_path / "dev/boot").symlink_to("vda2")
    assert _missing(tmp_path, f"{source} /boot ext4 noauto 0 2\n") == [
        Missing("/boot", source.replace("\\040", " "), BOOT)
    ]


def test_outer_file_system_comes_first(tmp_path: Path) -> None:
    """So that the inner one has a directory to be mounted on."""
    fstab = "UUID=AB-03 /boot/efi vfat noauto\nUUID=2 /boot ext4 noauto\n"
    assert [one.point for one in _missing(tmp_path, fstab)] == ["/boot", "/boot/efi"]


@pytest.mark.parametrize(
    "fstab",
    ["UUID=1 / ext4\n", "UUID=2 /srv/boot ext4\n", "# UUID=2 /boot ext4\n", "/boot\n", ""],
)
def test_nothing_is_missing(tmp_path: Path, fstab: str) -> None:
    """Other file systems are none of a boot loader's."""
    assert _missing(tmp_path, fstab) == []


def test_what_is_mounted_is_not_missing(tmp_path: Path) -> None:
    """Be it the file system of fstab or another."""
    mounted = ESP._replace(mounts=(Mount("/boot"),))
    assert _missing(tmp_path, "UUID=2 /boot ext4\n", ROOT, mounted) == []


@pytest.mark.parametrize("source", ["UUID=9", "/dev/vdz", "UUID=", "LABEL=x"])
def test_device_that_is_not_there(tmp_path: Path, source: str) -> None:
    """It is missing all the same, and that is told."""
    swap = Volume("/dev/vdb", "disk", "swap", "9")
    assert _missing(tmp_path, f"{source} /boot ext4\n", ROOT, swap) == [
        Missing("/boot", source, None)
    ]


def test_file_system_is_seen_at_all_its_points() -> None:
    """A btrfs may have several directories that belong to the boot loader."""
    missing = [Missing("/boot", "UUID=2", BOOT, "/@boot"), Missing("/efi", "UUID=2", BOOT, "/@efi")]
    (volume,) = with_mounts((BOOT,), missing)
    assert volume.mounts == (Mount("/boot", "/@boot"), Mount("/efi", "/@efi"))


def test_files_are_known_but_not_seen() -> None:
    """As those of any file system that is mounted for the load."""
    missing = [Missing("/boot", "UUID=2", BOOT), Missing("/efi", "UUID=AB-03", ESP)]
    seen_root, boot, esp = with_mounts((DISK,), missing)[0].children
    assert (seen_root, boot.mounts, esp.mounts) == (ROOT, (Mount("/boot"),), (Mount("/efi"),))
    kernel = BootFile("/vmlinuz", "/boot/vmlinuz", boot, "/vmlinuz")
    initrd = BootFile("/initrd", "/initrd", ROOT, "/initrd")
    lost = BootFile("/lost", "/boot/lost", boot, "/lost", "/boot/lost does not exist")
    entry = BootEntry(
        *("x", "x", "X", (), (), "0", "grub", Position("/boot/grub/grub.cfg", 1, 1, ""), "linux"),
        kernel=kernel,
        initrds=(initrd,),
        cmdline="a",
        default=True,
        oneshot=True,
        reasons=("a doubt",),
    )
    broken = entry._replace(kernel=lost, bootable=False, reasons=("/boot/lost does not exist",))
    saves = (
        Save("/boot/grub/grubenv", (("next_entry", ""),), "a", "b"),
        Save("/grubenv", (), "a", "b"),
    )
    menu = as_unmounted(BootMenu("grub", (entry, broken), saves=saves), missing)
    note = "/dev/vda2 (ext4) is not mounted; it will be mounted read-only to load /vmlinuz"
    first, second = menu.entries
    assert first.kernel == BootFile("/vmlinuz", None, BOOT, "/vmlinuz")
    assert (first.initrds, first.reasons) == ((initrd,), (note, "a doubt"))
    assert (second.kernel, second.reasons) == (
        lost._replace(path=None, volume=BOOT),
        broken.reasons,
    )
    assert [save.volume for save in menu.saves] == [BOOT, None]

    plan = plan_kexec(first, Request(), Facts(), saves=menu.saves)
    assert [step.kind for step in plan.steps] == ["mount", "load", "verify"]
    with pytest.raises(BootpickError, match="grubenv, and /dev/vda2 is not mounted") as raised:
        plan_kexec(first, Request(execute=True), Facts(), saves=menu.saves)
    assert raised.value.hint is not None
