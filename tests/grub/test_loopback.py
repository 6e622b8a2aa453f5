"""`loopback` and entries in ISO files: GRUB itself says what they mean.

The judge has a disk with the same images, made by the programs that make them everywhere.
"""

from pathlib import Path

import pytest

from bootpick.entries import BootEntry
from bootpick.kexec.facts import Facts
from bootpick.kexec.plan import plan_kexec
from bootpick.kexec.request import Request
from tests.support import iso
from tests.support.fake_machine import FakeMachine
from tests.support.grub import EXT2, complaints, menu_of, run_script
from tests.support.grub_emu import Disk, Judge, Volume, grub_command_line, missing_programs
from tests.support.program import Run
from tests.support.requirements import cannot_run
from tests.support.trees import KERNEL, plant

LOOPBACK_CFG = """\
menuentry "Try Ubuntu without installing" {
\tset gfxpayload=keep
\tlinux\t/casper/vmlinuz iso-scan/filename=${iso_path} quiet splash ---
\tinitrd\t/casper/initrd
}
menuentry "Ubuntu (safe graphics)" {
\tlinux\t/casper/vmlinuz nomodeset iso-scan/filename=${iso_path} ---
\tinitrd\t/casper/initrd
}
menuentry "gone" { linux /casper/gone iso-scan/filename=${iso_path}; initrd /casper/initrd; }
"""
FILES: dict[str, str | bytes] = {
    "casper/vmlinuz": KERNEL,
    "casper/initrd": b"initrd" * 1000,
    "boot/grub/loopback.cfg": LOOPBACK_CFG,
    "boot/grub/say.cfg": "echo in $config_file, $1, $x\n",
    "boot/grub/grubenv": "# GRUB Environment Block\nsaved_entry=3\n".ljust(1024, "#"),
    "README.TXT": "read me\n",
    "Mixed Case.txt": "mixed\n",
    "a/b/c": "deep\n",
    "empty": "",
    "é.txt": "letters\n",
}
LINKS = {
    "boot/link": "../casper/vmlinuz",
    "folder": "casper",
    "text": "README.TXT",
    "absolute": "/README.TXT",
    "circle": "circle",
    "nowhere": "nothing",
    "through": "a/../README.TXT",
}
PATHS = (
    *("/", "/README.TXT", "/readme.txt", "/Mixed Case.txt", "/mixed*", "/é.txt", "/empty"),
    *("/text", "/absolute", "/circle", "/nowhere", "/through", "/folder", "/folder/", "/a/b/"),
    *("/a/b/c", "/a/./b/../b//c", "/../README.TXT", "/A/B/C", "/a/b/C", "/a/b/c/d", "/README.txt"),
)
IMAGES = {
    "rr": ("genisoimage", "-R", "-V", "RR_LABEL"),
    "joliet": ("genisoimage", "-J", "-V", "Joliet Label"),
    "both": ("genisoimage", "-R", "-J", "-V", "BOTH"),
    "plain": ("genisoimage", "-V", "PLAIN"),
    "xorriso": ("xorrisofs", "-R", "-J", "-V", "X_LABEL"),
    "level3": ("xorrisofs", "-R", "-iso-level", "3", "-V", "LEVEL3"),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a disk's content with all images in `/isos`."""
    if missing := [*missing_programs(), *iso.missing_programs()]:
        cannot_run(f"the judge needs {', '.join(missing)}")
    folder = tmp_path_factory.mktemp("loopback")
    source = plant(folder / "source", FILES)
    for name, target in LINKS.items():
        (source / name).symlink_to(target)
    for name, (program, *options) in IMAGES.items():
        iso.make(program, source, folder / f"disk/isos/{name}.iso", *options)
    return plant(folder / "disk", {"isos/none.iso": b"x" * 60_000, "here": "here\n"})


@pytest.fixture(scope="module")
def judge(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    disk = Disk("", (Volume(0, "11111111-2222-3333-4444-555555555555", "DISK", folder=root),))
    return Judge(tmp_path_factory.mktemp("judge") / "workshop", (disk,), {"root": "hd0"})


def as_lines(printed: str) -> list[str]:
    return printed.replace("\r", "").rstrip("\n").split("\n")


LOOK = """\
for f in {paths}; do
  r=; for t in e f d; do if [ -$t "(l)$f" ]; then r="$r$t"; fi; done
  echo "$f: $r"
  cat "(l)$f"
done
"""
QUOTED = " ".join(f"'{path}'" for path in PATHS)


@pytest.mark.parametrize("name", IMAGES)
def test_files_are_what_they_are_to_grub(name: str, judge: Judge, root: Path) -> None:
    script = f"loopback l /isos/{name}.iso\n" + LOOK.format(paths=QUOTED)
    script += "for f in (l)/* (l)/*/* (?)/a* (l)/*/../b* (l)/boot/grub/*.cfg; do echo $f; done\n"
    script += "set root=l\nfor f in /R* /f*/vm* /[ab]*; do echo $f; done\n"
    assert as_lines("".join(run_script(root, script).output)) == as_lines(
        judge.script_output(script)
    )


@pytest.mark.parametrize("name", IMAGES)
def test_label_and_uuid_are_grubs(name: str, judge: Judge, root: Path) -> None:
    label = IMAGES[name][-1]
    script = f"""\
loopback first /isos/{name}.iso
probe --set=uuid --fs-uuid (first)
echo $uuid
"""
    uuid = judge.script_output(script).strip()
    assert len(uuid) == len("2023-10-07-11-26-55-00")
    script = f"""\
loopback l /isos/{name}.iso
search --label --set=a '{label}'; echo $? $a
search --fs-uuid --set=b {uuid}; echo $? $b
search --no-floppy -u {uuid.lower()} -s c; echo $? $c
"""
    printed = as_lines("".join(run_script(root, script).output))
    assert printed == as_lines(judge.script_output(script)) == ["0 l", "0 l", "0 l"]


SCRIPTS = {
    "errors": """\
loopback; echo $?
loopback l; echo $?
loopback -d; echo $?
loopback -d l; echo $?
loopback --delete l; echo $?
loopback l /nothing; echo $?
loopback l /isos; echo $?
loopback l (hd0)/isos/; echo $?
loopback l isos/rr.iso; echo $?
loopback l (hd0); echo $?
loopback l (hd0)0+; echo $?
loopback l (hd0)+; echo $?
loopback l (hd0)4,5; echo $?
loopback -x l; echo $?
unset root
loopback l /isos/rr.iso; echo $?
""",
    "names": """\
loopback l /isos/rr.iso; echo $?
loopback l /isos/joliet.iso; echo $?
loopback m /isos/plain.iso more words; echo $?
loopback '' /isos/plain.iso; echo $?
loopback -- -x /isos/plain.iso; echo $?
loopback a,b /isos/plain.iso; echo $?
for d in (l) (m) () (-x) (a,b); do if [ -e $d/empty ]; then echo $d; fi; done
loopback -d m; echo $?
if [ -e (m)/empty ]; then echo still; fi
loopback m /isos/rr.iso; echo $?
if [ -e (m)/text ]; then echo again; fi
loopback -d l m; echo $?
for d in (?)/empty; do echo $d; done
""",
    "order": """\
loopback a /isos/rr.iso
loopback b /isos/plain.iso
loopback c /isos/joliet.iso
search --file --set=x /empty; echo $x
search --file --set=x /text; echo $x
search --file --set=x /here; echo $x
search --file --set=x --hint a /a/b/c; echo $x
loopback -d c
search --file --set=x /empty; echo $x
for f in (?)/empty; do echo $f; done
""",
    "over a disk": """\
loopback hd0 /isos/rr.iso; echo $?
cat /here; echo gone
cat /README.TXT
loopback -d hd0
cat /here
""",
    "as root": """\
loopback l /isos/rr.iso
set root=(l)
echo $root
cat /README.TXT
x=seen
source /boot/grub/say.cfg
source (l)/boot/grub/say.cfg argument
configfile /boot/grub/say.cfg
""",
    "environment block": """\
loopback l /isos/rr.iso
load_env -f (l)/boot/grub/grubenv; echo $? $saved_entry
saved_entry=4
save_env -f (l)/boot/grub/grubenv saved_entry; echo $?
unset saved_entry
load_env -f (l)/boot/grub/grubenv; echo $? $saved_entry
""",
    "no image": """\
loopback l /isos/none.iso; echo $?
for t in e f d; do if [ -$t (l)/casper ]; then echo $t; fi; done
source (l)/boot/grub/say.cfg
for f in (?)/*; do echo $f; done
loopback -d l; echo $?
""",
    "in functions and menus": """\
function mount { loopback $1 /isos/$2.iso; }
mount l rr
eval 'loopback m /isos/plain.iso'
for f in (?)/empty; do echo $f; done
""",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_do_what_they_do_in_grub(name: str, judge: Judge, root: Path) -> None:
    script = SCRIPTS[name]
    assert as_lines("".join(run_script(root, script, disk=EXT2).output)) == as_lines(
        judge.script_output(script)
    )


# Entries as distributions tell people to write them into /etc/grub.d/40_custom.
CUSTOM = {
    "Debian live": """\
menuentry "Debian live" {
  set isofile="/isos/rr.iso"
  loopback loop (hd0)$isofile
  linux (loop)/casper/vmlinuz boot=live findiso=$isofile components quiet
  initrd (loop)/casper/initrd
}
""",
    "Ubuntu": """\
menuentry "Ubuntu" {
  set isofile="/isos/xorriso.iso"
  rmmod tpm
  loopback loop $isofile
  linux (loop)/casper/vmlinuz boot=casper iso-scan/filename=$isofile noprompt quiet ---
  initrd (loop)/casper/initrd
}
""",
    "Arch": """\
menuentry '[loopback] Arch' --class iso --id arch {
  set iso_path="/isos/level3.iso"
  export iso_path
  search --set=root --file "$iso_path"
  loopback loop "$iso_path"
  root=(loop)
  linux /casper/vmlinuz img_dev=/dev/disk/by-uuid/1234 img_loop="${iso_path}" earlymodules=loop
  initrd /casper/initrd
  loopback --delete loop
}
""",
    "Fedora": """\
submenu Fedora {
  menuentry 'Fedora live' {
    search --no-floppy --label DISK --set=drive
    loopback loop ($drive)/isos/both.iso
    linux (loop)/casper/vmlinuz root=live:CDLABEL=BOTH iso-scan/filename=/isos/both.iso quiet
    initrd (loop)/casper/initrd
  }
}
""",
    "a function": """\
function isoboot {
  if [ ! -f $1 ]; then return 1; fi
  loopback loop $1
  for k in (loop)/casper/vmlinuz* (loop)/live/vmlinuz*; do
    if [ -f $k ]; then linux $k findiso=$1; break; fi
  done
  initrd (loop)/casper/initrd
}
menuentry one { isoboot /isos/rr.iso; }
menuentry two { isoboot /isos/plain.iso; }
menuentry three { isoboot /isos/nothing.iso; }
""",
}


def same(entry: BootEntry) -> tuple[object, ...]:
    """Give what the judge tells, too."""
    words = [file.word for file in entry.initrds]
    return entry.menu_index, entry.title, entry.cmdline, words


def check(config: str, judge: Judge, root: Path) -> tuple[BootEntry, ...]:
    entries = menu_of(root, config, disk=EXT2).entries
    judged = judge.menu(judge.add_config(config))
    assert [same(entry) for entry in entries] == [
        (
            one.index,
            one.title,
            one.linux and f"BOOT_IMAGE={grub_command_line(one.linux)}",
            list(one.initrds),
        )
        for one in judged
    ]
    return entries


@pytest.mark.parametrize("name", CUSTOM)
def test_entries_of_40_custom(name: str, judge: Judge, root: Path) -> None:
    entries = check(CUSTOM[name], judge, root)
    booting = [entry for entry in entries if entry.title != "three"]
    assert all(entry.bootable for entry in booting)
    assert {entry.version for entry in booting} == {"6.1.0-18-amd64"}
    assert {entry.architecture for entry in booting} == {"x64"}
    assert [entry.reasons for entry in booting] == [()] * len(booting)


UBUNTU = """\
iso_path=/isos/xorriso.iso
export iso_path
search --set=root --file $iso_path
loopback loop $iso_path
root=(loop)
"""


def test_menu_of_an_image(judge: Judge, root: Path) -> None:
    """The judge cannot open another file's menu, so it is asked for that file's entries."""
    check(f"{UBUNTU}source /boot/grub/loopback.cfg\n", judge, root)
    config = f"menuentry Ubuntu {{\n{UBUNTU}configfile /boot/grub/loopback.cfg\n}}\n"
    first, safe, gone = menu_of(root, config, disk=EXT2).entries
    assert first.cmdline == (
        "BOOT_IMAGE=/casper/vmlinuz iso-scan/filename=/isos/xorriso.iso quiet splash ---"
    )
    assert (first.submenus, first.menu_index, first.bootable) == (("Ubuntu",), "0>0", True)
    assert (safe.bootable, gone.bootable) == (True, False)
    image = f"{root}/isos/xorriso.iso"
    assert gone.reasons == (f"/casper/gone does not exist in {image}",)
    assert first.position.file == f"{image}/boot/grub/loopback.cfg"


def entry_of(root: Path, body: str) -> BootEntry:
    (entry,) = menu_of(root, f"menuentry x {{\n{body}\n}}\n").entries
    return entry


BOOT = "linux (l)/casper/vmlinuz findiso=/isos/rr.iso\ninitrd (l)/casper/initrd"


def test_what_is_loaded_is_read_out_of_the_image(root: Path) -> None:
    entry = entry_of(root, f"loopback l /isos/rr.iso\n{BOOT}")
    plan = plan_kexec(entry, Request(), Facts(init="x"))
    assert [(step.kind, step.text) for step in plan.steps][:2] == [
        ("read", f"read /casper/vmlinuz out of {root}/isos/rr.iso"),
        ("read", f"read /casper/initrd out of {root}/isos/rr.iso"),
    ]
    assert entry.kernel is not None
    assert (entry.kernel.path, entry.kernel.unmounted) == (None, None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (f"loopback l /isos/nothing.iso\n{BOOT}", "there is no (l): file `/isos/nothing.iso' not"),
        (f"loopback l /isos/none.iso\n{BOOT}", "bootpick cannot look into {root}/isos/none.iso"),
        (f"loopback l (hd0)0+8\n{BOOT}", "bootpick cannot look into 0+8 of /dev/sda"),
        (f"loopback l /isos/rr.iso\nloopback -d l\n{BOOT}", "there is no device (l) on this"),
        ("loopback l /isos/rr.iso\nlinux (l)/casper", "{root}/isos/rr.iso/casper is a directory"),
        ("loopback l /isos/rr.iso\nlinux (l)/x", "/x does not exist in {root}/isos/rr.iso"),
    ],
)
def test_why_an_entry_cannot_be_booted(body: str, reason: str, root: Path) -> None:
    entry = entry_of(root, body)
    assert not entry.bootable
    assert entry.reasons[0].startswith(reason.format(root=root))


def test_image_in_an_image_is_not_looked_into(root: Path) -> None:
    body = f"loopback m /isos/rr.iso\nloopback l (m)/README.TXT\n{BOOT}\nloopback -d m\necho $?"
    entry = entry_of(root, body)
    assert entry.reasons[0] == f"bootpick cannot look into {root}/isos/rr.iso/README.TXT"
    shell = run_script(root, body)
    assert "".join(shell.output) == "46\n"
    assert "device still referenced" in complaints(shell.diagnostics)


def test_kernel_may_outlive_its_device(root: Path) -> None:
    """What was loaded stays loaded."""
    assert entry_of(root, f"loopback l /isos/rr.iso\n{BOOT}\nloopback -d l").bootable


def test_image_that_was_not_downloaded_to_its_end(root: Path, tmp_path: Path) -> None:
    whole = (root / "isos/rr.iso").read_bytes()
    at = whole.index(b"initrd" * 1000)
    plant(tmp_path, {"isos/rr.iso": whole[: at + 100]})
    entry = entry_of(tmp_path, f"loopback l /isos/rr.iso\n{BOOT}")
    assert not entry.bootable
    assert "cut short" in entry.reasons[0]


@pytest.mark.parametrize(
    ("words", "doubts"),
    [
        ("quiet", ["no word of the command line tells where {root}/isos/rr.iso is"]),
        ("findiso=/isos/rr.iso", []),
        ("iso-scan/filename=/isos/rr.iso", []),
        (
            "inst.stage2=hd:LABEL=X",
            ["inst.stage2=hd:LABEL=X: no disk or partition has this label"],
        ),
        ("iso-scan/filename=/isos/rr.iso inst.stage2=hd:LABEL=X", []),
        ("from=/isos/rr.iso", []),
        ("findiso=/rr.iso", ["findiso=/rr.iso: no file system that is mounted has this file"]),
    ],
)
def test_doubts_about_the_command_line(words: str, doubts: list[str], root: Path) -> None:
    entry = entry_of(
        root, f"loopback l /isos/rr.iso\nlinux (l)/casper/vmlinuz {words}\ninitrd (l)/casper/initrd"
    )
    assert entry.bootable
    assert list(entry.reasons) == [doubt.format(root=root) for doubt in doubts]


def test_bodies_share_no_devices(root: Path) -> None:
    """What an entry makes is gone in the next; what was made before all of them is there."""
    config = "loopback a /isos/rr.iso\n"
    config += "menuentry one { loopback b /isos/rr.iso; linux (a)/casper/vmlinuz from=rr.iso; }\n"
    config += "menuentry two { linux (b)/casper/vmlinuz; }\n"
    one, two = menu_of(root, config, disk=EXT2).entries
    assert (one.bootable, two.bootable) == (True, False)


def test_image_on_a_file_system_that_is_not_mounted(run: Run, root: Path, tmp_path: Path) -> None:
    """It is mounted for the load, and the files are read out of the image on it."""
    devices = (
        '{"blockdevices": [{"name": "sda", "path": "/dev/sda", "type": "disk", "fstype": "ext4",'
        ' "mountpoint": "/"},'
        ' {"name": "sdb", "path": "/dev/sdb", "type": "disk", "fstype": "xfs"}]}'
    )
    config = f"menuentry x {{\nloopback l (hd1)/isos/rr.iso\n{BOOT}\n}}\n"
    plant(tmp_path, {"devices.json": devices, "root/boot/grub/grub.cfg": config})
    plant(tmp_path, {"root/isos/rr.iso": ""})
    machine = FakeMachine(folders={"/dev/sdb": root})
    where = ("--root", tmp_path / "root", "--devices", tmp_path / "devices.json")
    outcome = run("--entry", "x", *where, on=machine)
    assert outcome.status == 0, outcome.err
    image = "/isos/rr.iso on /dev/sdb"
    assert machine.deeds[:5] == [
        ("mount", "/dev/sdb"),
        ("copy", image, "/casper/vmlinuz", str(root)),
        ("copy", image, "/casper/initrd", str(root)),
        ("begin", "x"),
        (
            "load",
            "/copy-of/casper/vmlinuz",
            ("/copy-of/casper/initrd",),
            "BOOT_IMAGE=(l)/casper/vmlinuz findiso=/isos/rr.iso",
        ),
    ]
    assert ("unmount", "/dev/sdb") in machine.deeds


def test_names_never_reach_the_terminal_raw(run: Run, tmp_path: Path) -> None:
    name = b"\x1b[2J\x07.CFG;1"
    text = b"menuentry x { linux /nothing; }\nnonsense\n"
    top = iso.directory(iso.record(name, 30, len(text)))
    plant(tmp_path, {"x.iso": iso.image_of(top, {30: text})})
    config = 'loopback l /x.iso\nfor f in (l)/*; do source "$f"; linux "$f"; done\n'
    config += 'menuentry y { for f in (l)/*; do linux "${f}x"; done; }\n'
    plant(tmp_path, {"boot/grub/grub.cfg": config})
    outcome = run("list", "-v", "--root", tmp_path)
    assert outcome.status == 0
    assert "\\x1b[2j" in outcome.out
    assert "\\x1b[2j" in outcome.err
    assert not any(char in outcome.out + outcome.err for char in "\x1b\x07")


@pytest.mark.parametrize(
    "script",
    [
        "x=; while true; do x=1$x; loopback l$x /x.iso; done",
        "x=; while true; do x=1$x; loopback l$x /nothing.iso; done",
        "loopback l /x.iso; while true; do loopback -d l; loopback l /x.iso; done",
        "loopback l /x.iso; echo (l)/*/*/*/*/*/*/*/*/*",
    ],
)
def test_loops_without_end_are_cut(script: str, tmp_path: Path) -> None:
    """The image's directory has itself in it, many times."""
    records = [iso.record(b"D%d" % number, iso.ROOT, iso.BLOCK, 2) for number in range(40)]
    plant(tmp_path, {"x.iso": iso.image_of(iso.directory(*records))})
    menu = menu_of(tmp_path, f"menuentry x {{ true; }}\n{script}\n")
    assert [entry.title for entry in menu.entries] == ["x"]
    assert any(one.message.startswith("stopped here") for one in menu.diagnostics)
