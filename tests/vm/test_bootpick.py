"""The main job on a real machine: bootpick kexecs what GRUB would have booted."""

import json

import pytest

from tests.vm import evidence, layout
from tests.vm.evidence import Landing
from tests.vm.hardware import Firmware
from tests.vm.image import Image
from tests.vm.machine import Machine, MachineFactory

pytestmark = pytest.mark.vm

_SIMPLE = f"gnulinux-simple-{layout.ROOT_UUID}"


# The words that GRUB makes of those in recipe/overlay/etc/grub.d/40_custom. A word with a blank
# is quoted whole, quotes and backslashes get a backslash, an empty word leaves two blanks.
_TRICKY = '"foo=a b" "c d" "e f" g=h\\\'i j\\"k l\\\\m s$x t\tu uni=é日本  end\n'


def _advanced(release: str) -> str:
    return f"gnulinux-{release}-advanced-{layout.ROOT_UUID}"


def _in_submenu(release: str) -> str:
    return f"gnulinux-advanced-{layout.ROOT_UUID}>{_advanced(release)}"


def _is_loaded(machine: Machine) -> bool:
    return machine.check("cat /sys/kernel/kexec_loaded") == "1"


def _traces(machine: Machine) -> str:
    """Give what an act could have left behind: mounts, temporary files, records."""
    return machine.check(
        "grep -v /opt/bootpick /proc/mounts; ls -A /tmp; ls -A /run/bootpick 2>&1; losetup -a"
    )


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_every_jump_gives_the_kernel_what_grub_gives_it(
    image: Image, machine: MachineFactory, firmware: Firmware
) -> None:
    """GRUB boots an entry, then bootpick kexecs it from another kernel: no byte differs."""
    booted = machine(firmware)
    default = booted.read_file("/proc/cmdline")  # GRUB booted it
    submenu = _in_submenu(image.oldest)  # in the form that grub-reboot takes
    oldest = evidence.oracle_cmdline(booted, submenu) if firmware == "bios" else b""
    tricky = evidence.oracle_cmdline(booted, "tricky")
    assert booted.check("uname -r") == image.middle
    assert tricky.decode() == (
        f"BOOT_IMAGE=/boot/vmlinuz-{image.middle} root=UUID={layout.ROOT_UUID} ro"
        f" console=ttyS0 quiet {_TRICKY}"
    )

    # From the middle kernel into the default entry, and nothing is lost on the way.
    witnesses = evidence.plant_witnesses(booted)
    evidence.start_writer(booted)
    assert booted.leave("bootpick --default --exec") == image.newest
    assert evidence.landing(booted, witnesses) == Landing(journal_clean=True, witnesses_kept=True)
    assert evidence.writer_finished(booted)
    assert booted.read_file("/proc/cmdline") == default
    assert evidence.initrd_release(booted) == image.newest

    if firmware == "uefi":  # where each boot takes longer
        return

    # Into an entry of the submenu, and this time systemd is held instead of asked.
    witnesses = evidence.plant_witnesses(booted)
    evidence.start_writer(booted)
    assert booted.leave(f"bootpick --entry '{submenu}' --exec --force") == image.oldest
    assert evidence.landing(booted, witnesses) == Landing(journal_clean=True, witnesses_kept=True)
    assert evidence.writer_finished(booted)
    assert booted.read_file("/proc/cmdline") == oldest
    assert evidence.initrd_release(booted) == image.oldest

    # Into the awkward words, on a machine without D-Bus and logind.
    booted.check("systemctl stop dbus.socket dbus.service systemd-logind.service")
    assert booted.leave("bootpick --entry tricky --exec") == image.middle
    assert booted.read_file("/proc/cmdline") == tricky
    assert evidence.initrd_release(booted) == image.middle
    assert json.loads(booted.check("bootpick show @current --json"))["id"] == "tricky"


def test_list_and_status_on_the_machine(image: Image, machine: MachineFactory) -> None:
    """Everything is found on real disks, and what is loaded is told."""
    booted = machine()
    listing = json.loads(booted.check("bootpick list --json"))
    entries = {entry["id"]: entry for entry in listing["entries"]}
    assert (listing["loader"], listing["default"]) == ("grub", _SIMPLE)
    assert entries[_SIMPLE]["current"]
    assert entries[_SIMPLE]["kernel"] == f"/boot/vmlinuz-{image.newest}"
    assert entries[_advanced(image.oldest)]["version"] == image.oldest
    assert not entries["missing-kernel"]["bootable"]
    assert not entries["missing-initrd"]["bootable"]
    other = entries["other-system"]
    assert (other["bootable"], other["kernel"]) == (True, None)
    assert layout.OTHER_DEVICE in other["reasons"][0]

    nothing = json.loads(booted.check("bootpick status --json"))
    assert (nothing["loaded"], nothing["by"], nothing["reboot"]) == (False, None, "firmware")
    booted.check("bootpick --entry tricky")
    ours = json.loads(booted.check("bootpick status --json"))
    assert (ours["loaded"], ours["by"], ours["stale"]) == (True, "bootpick", False)
    assert ours["entry"]["id"] == "tricky"
    booted.check(f"touch /boot/vmlinuz-{image.middle}")
    assert json.loads(booted.check("bootpick status --json"))["stale"] is True
    booted.check("bootpick unload")
    assert not _is_loaded(booted)

    # What somebody else loaded is named as such, and never jumped into.
    evidence.load(booted, image.oldest)
    assert json.loads(booted.check("bootpick status --json"))["by"] == "other"
    result = booted.run("bootpick --entry tricky")
    assert result.status == 0
    assert "replaces a kernel that something else had loaded" in result.output
    assert json.loads(booted.check("bootpick status --json"))["entry"]["id"] == "tricky"


def test_kernel_on_a_file_system_that_is_not_mounted(image: Image, machine: MachineFactory) -> None:
    """It is mounted for the load alone, unseen by others, and its dirty journal stays dirty."""
    booted = machine()
    untouched = evidence.other_system_digest(booted)
    before = _traces(booted)
    booted.check("bootpick --entry other-system")
    assert _is_loaded(booted)
    assert evidence.other_system_digest(booted) == untouched
    assert _traces(booted).replace("loaded.json", "") == before.replace(
        "ls: cannot access '/run/bootpick': No such file or directory", ""
    )
    assert booted.leave("bootpick --entry other-system --exec") == image.oldest
    assert evidence.initrd_release(booted) == image.oldest
    assert evidence.other_system_digest(booted) == untouched

    # Now it is this machine's /boot, over an old one, and mounted only when somebody works on it.
    booted.check(_MOVE_BOOT)
    booted.write_file("/mnt/grub/grub.cfg", _OWN_BOOT.replace("RELEASE", image.oldest).encode())
    booted.check("grub-editenv /mnt/grub/grubenv create && umount /mnt && sync")
    untouched, before = evidence.other_system_digest(booted), _traces(booted)
    (entry,) = json.loads(booted.check("cd /boot && bootpick list --json"))["entries"]
    assert (entry["id"], entry["file"]) == ("own", "/boot/grub/grub.cfg")
    assert (entry["bootable"], entry["kernel"], entry["initrds"]) == (True, None, [])
    assert f"{layout.OTHER_DEVICE} (ext4) is not mounted" in entry["reasons"][0]
    others = booted.check("setpriv --reuid 65534 --clear-groups bootpick list 2>&1 >/dev/null")
    assert "/boot is not mounted: entries on it are not listed" in others
    assert _traces(booted) == before
    # Also where the process has a root of its own, which it must not lose.
    booted.check(
        "mkdir /tmp/other && mount --rbind / /tmp/other && mount --make-rprivate /tmp/other"
        " && touch /tmp/other/tmp/extra"
    )
    inside = "cd /tmp && bootpick --entry own --extra-initrd extra --append bench=1"
    booted.check(f"chroot /tmp/other sh -c '{inside}'")
    assert _is_loaded(booted)
    booted.check("umount -l /tmp/other && rmdir /tmp/other && rm /tmp/extra")
    loaded = json.loads(booted.check("cat /run/bootpick/loaded.json"))
    assert (loaded["kernel"], loaded["is_whole"]) == (f"/vmlinuz-{image.oldest}", True)
    assert loaded["cmdline"] == (
        f"BOOT_IMAGE=/vmlinuz-{image.oldest} root=UUID={layout.ROOT_UUID} ro bench=1"
    )
    assert evidence.other_system_digest(booted) == untouched

    # A one-shot there would come again and again: it cannot be used up.
    booted.check(
        f"mount {layout.OTHER_DEVICE} /mnt && grub-editenv /mnt/grub/grubenv set next_entry=own"
        " && umount /mnt"
    )
    refused = booted.run("bootpick --default --exec")
    assert (refused.status, "used up in /boot/grub/grubenv" in refused.output) == (1, True)
    booted.check("bootpick --default")


_MOVE_BOOT = (
    "chmod 644 /boot/grub/grub.cfg"
    f" && echo UUID={layout.OTHER_UUID} /boot ext4 noauto 0 2 >>/etc/fstab"
    f" && mount {layout.OTHER_DEVICE} /mnt && mkdir /mnt/grub"
)
_OWN_BOOT = f"""\
load_env
if [ "${{next_entry}}" ] ; then
   set default="${{next_entry}}"
   set next_entry=
   save_env next_entry
fi
menuentry 'Debian on a /boot of its own' --id own {{
\tsearch --no-floppy --fs-uuid --set=root {layout.OTHER_UUID}
\tlinux /vmlinuz-RELEASE root=UUID={layout.ROOT_UUID} ro
\tinitrd /initrd.img-RELEASE
}}
"""


_REFUSALS = [
    ("missing kernel", "true", "bootpick --entry missing-kernel --exec", 5),
    ("missing initrd", "true", "bootpick --entry missing-initrd --exec", 5),
    ("no such entry", "true", "bootpick --entry nonsense --exec", 4),
    (
        "damaged kernel",
        "head -c 100000 /dev/zero >/boot/vmlinuz-removed",
        "bootpick --entry missing-kernel --exec",
        1,
    ),
    (
        "not root",
        "rm -f /boot/vmlinuz-removed",
        "setpriv --reuid 65534 --clear-groups bootpick --default --exec",
        6,
    ),
    (
        "unreadable",
        "chmod 0 /boot/grub/grub.cfg",
        "setpriv --reuid 65534 --clear-groups bootpick list",
        1,
    ),
    ("empty", ": >/boot/grub/grub.cfg", "bootpick --default --exec", 3),
    ("no boot loader", "rm -r /boot/grub/grub.cfg", "bootpick --default --exec", 3),
]


def test_refusals_load_nothing_and_leave_nothing(machine: MachineFactory) -> None:
    """Each ends with the documented status and one clear line."""
    booted = machine()
    booted.check(
        "cp /boot/grub/grub.cfg /root/grub.cfg; bootpick --version; mkdir -p /run/bootpick"
    )
    before = _traces(booted)
    for name, prepare, command, status in _REFUSALS:
        booted.check(prepare)
        result = booted.run(command)
        lines = result.output.splitlines()
        errors = [line for line in lines if "error: " in line]
        hints = [line for line in lines if line.startswith("hint: ")]
        assert (name, result.status) == (name, status), result.output
        assert (len(errors), len(hints) <= 1, len(lines)) == (1, True, 1 + len(hints)), lines
        assert not _is_loaded(booted), name
        assert _traces(booted) == before, name
    booted.check("cp /root/grub.cfg /boot/grub/grub.cfg; chmod 644 /boot/grub/grub.cfg")
    # It stays so until the next boot, so it comes last.
    booted.check("sysctl -q kernel.kexec_load_disabled=1")
    result = booted.run("bootpick --default --exec")
    assert result.status == 6
    assert "kernel.kexec_load_disabled=1" in result.output
    assert not _is_loaded(booted)
    assert _traces(booted) == before


def test_oneshot_is_used_up_by_the_jump(image: Image, machine: MachineFactory) -> None:
    """What grub-reboot asked for happens once, whoever does it."""
    booted = machine()
    booted.check("grub-reboot tricky")
    block = booted.read_file("/boot/grub/grubenv")
    assert json.loads(booted.check("bootpick show @oneshot --json"))["id"] == "tricky"
    assert booted.read_file("/boot/grub/grubenv") == block
    assert booted.leave("bootpick --default --exec") == image.middle
    assert booted.read_file("/boot/grub/grubenv") == block.replace(
        b"next_entry=tricky\n", b"next_entry=\n"
    ) + b"#" * len("tricky")


def test_dry_run_changes_nothing(machine: MachineFactory) -> None:
    """The plan is printed, and that is all."""
    booted = machine()
    before = _traces(booted)
    plan = json.loads(booted.check("bootpick --default --exec --dry-run --json"))
    assert [step["kind"] for step in plan["steps"]] == ["load", "verify", "kexec"]
    assert not _is_loaded(booted)
    assert _traces(booted) == before


def test_menu_on_the_serial_console(image: Image, machine: MachineFactory) -> None:
    """As a person would: go down to the awkward entry, look at what will be done, say yes."""
    booted = machine()
    mark = booted.console.mark()
    booted.send("bootpick\n")
    booted.wait_for("The menu of GRUB")
    # Debian, its submenu, two memory tests, then the awkward one.
    booted.send("\x1b[B" * 4)
    booted.wait_for("4  Tricky quoting")
    booted.send("e")
    booted.wait_for("nothing is changed")
    booted.send(" edited=1")
    booted.wait_for("end edited=1")
    booted.send("\r")
    booted.wait_for(r"Boot this\?")
    booted.wait_for("every running program")
    booted.send("y")
    assert booted.wait_for_shell() == image.middle
    assert "Tricky quoting" in booted.console.since(mark)
    assert booted.check("cat /proc/cmdline").endswith(" edited=1")
