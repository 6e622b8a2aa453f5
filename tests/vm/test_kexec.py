"""What the kernel does with what bootpick asks of it, and what is left when it does not."""

import json
import shlex

import pytest

from tests.vm import evidence, layout
from tests.vm.evidence import Landing
from tests.vm.image import Image
from tests.vm.machine import Machine, MachineFactory, Result

pytestmark = pytest.mark.vm


def _is_loaded(machine: Machine, name: str = "kexec_loaded") -> bool:
    return machine.check(f"cat /sys/kernel/{name}") == "1"


def _refused(machine: Machine, command: str, status: int) -> str:
    """Run a command that has to be refused with nothing loaded; give its one error."""
    result = machine.run(command)
    errors = [line for line in result.output.splitlines() if "error: " in line]
    assert (result.status, len(errors)) == (status, 1), result.output
    assert not _is_loaded(machine)
    return errors[0].removeprefix("bootpick: error: ")


def test_loads_of_every_kind_and_their_refusals(machine: MachineFactory) -> None:
    booted = machine()

    # The old call, by kexec(8).
    for options in ("--syscall legacy", "--reset-vga --console-serial"):
        booted.check(f"bootpick --entry tricky {options}")
        assert _is_loaded(booted)
        booted.check("bootpick unload")
        assert not _is_loaded(booted)

    # What was done is in the log: files with hashes, the command line, how, by whom.
    log = booted.check("journalctl -q -t bootpick -o cat --no-pager")
    digest = booted.check("sha256sum /boot/vmlinuz-* | cut -c 1-64")
    loads = [line for line in log.splitlines() if line.startswith("loaded 'Tricky quoting'")]
    assert len(loads) == 2
    assert any(f"(sha256 {one})" in loads[0] for one in digest.split())
    assert '"foo=a b"' in loads[0]
    assert loads[0].endswith("with kexec(8), by root")
    assert "dropped the loaded kernel, by root" in log

    # This kernel cannot come back, and has no memory for a crash kernel.
    assert "built without CONFIG_KEXEC_JUMP" in _refused(
        booted, "bootpick --entry tricky --jump", 1
    )
    crash = "bootpick --entry tricky --crash"
    assert _refused(booted, crash, 1) == "no memory is reserved for a crash kernel"

    # No room for the record: nothing is loaded that nobody would know of.
    booted.check("mkdir -p /run/bootpick; mount -t tmpfs -o size=4k tmpfs /run/bootpick")
    booted.check("head -c 4096 /dev/zero >/run/bootpick/full")
    error = _refused(booted, "bootpick --entry tricky", 1)
    assert error == "/run/bootpick/loaded.json: No space left on device"
    booted.check("umount /run/bootpick")

    # Killed at any moment: the image is there, whole, and known, or it is not.
    for delay in ("0.4", "0.8", "1.2", "1.6", "2.0", "2.4"):
        booted.run(f"timeout -s KILL {delay} bootpick --entry tricky")
        status = json.loads(booted.check("bootpick status --json"))
        assert status["by"] in (None, "bootpick")
        assert status["loaded"] == _is_loaded(booted) == (status["by"] == "bootpick")
    booted.check("bootpick --entry tricky")
    assert json.loads(booted.check("bootpick status --json"))["interrupted"] is None
    booted.check("bootpick unload")

    # A lockdown stays until the next boot.
    booted.check("grep -q securityfs /proc/mounts || mount -t securityfs none /sys/kernel/security")
    booted.check("echo integrity >/sys/kernel/security/lockdown")
    assert _refused(booted, "bootpick --entry tricky", 6).endswith(
        ": it is locked down (integrity)"
    )
    error = _refused(booted, "bootpick --entry tricky --reset-vga", 6)
    assert error == (
        "the kernel is locked down (integrity) and refuses kexec_load(2), which '--reset-vga' needs"
    )


def test_too_little_memory(image: Image, machine: MachineFactory) -> None:
    """Told before the load, it leaves what was loaded; told by the kernel, it leaves nothing."""
    booted = machine()
    # With less memory, smaller files are too large. What the kernel has in it cannot be taken.
    booted.check(
        "cd /sys/devices/system/memory"
        " && for block in memory*; do echo offline 2>/dev/null >$block/state || :; done"
    )
    memory = int(booted.check("getconf _PHYS_PAGES")) >> 8
    initrd = int(booted.check(f"stat -c %s /boot/initrd.img-{image.middle}"))
    extra = ((memory >> 1) + 1) << 20
    booted.check(f"truncate -s {extra} /root/initrd")
    booted.check("cp /boot/vmlinuz-$(uname -r) /root/kernel")
    booted.check(f"truncate -s {memory + 1}M /root/kernel")
    booted.write_file("/root/grub.cfg", "menuentry x { linux /root/kernel }")

    booted.check("bootpick --entry tricky")
    record = booted.check("cat /run/bootpick/loaded.json")
    assert booted.run("bootpick --entry tricky --extra-initrd /root/initrd --exec") == Result(
        "bootpick: error: there is not enough memory: the initrds have "
        f"{(initrd + extra) >> 20} MiB, and a load may take half of the {memory} MiB that this "
        "machine has\n"
        "hint: make them smaller, or reboot through the firmware: the boot loader may have room",
        1,
    )
    assert _is_loaded(booted)
    assert booted.check("cat /run/bootpick/loaded.json") == record

    # kexec(8) reads files into memory of its own before it asks the kernel.
    booted.check("truncate -s 100M /root/initrd")
    legacy = "--entry tricky --extra-initrd /root/initrd --syscall legacy"
    for limit, options, kernel, call in (
        ("unlimited", "--config /root/grub.cfg --default", "/root/kernel", "kexec_file_load(2)"),
        ("100000", legacy, f"/boot/vmlinuz-{image.middle}", "kexec(8)"),
    ):
        assert booted.run(f"ulimit -v {limit}; bootpick {options}") == Result(
            f"bootpick: error: cannot load {kernel}: there is not enough memory for kernel and "
            f"initrd ({call})\n"
            "hint: end something large, or make the initrd smaller, and try again",
            1,
        )
        assert not _is_loaded(booted)
        assert booted.check("ls -A /run/bootpick") == ""
    assert "no kernel is loaded for kexec" in booted.check("bootpick status")
    booted.check("bootpick --entry tricky")
    assert _is_loaded(booted)


def test_changed_line_jump_and_crash(image: Image, machine: MachineFactory) -> None:
    """A changed command line arrives as it is, 'last' knows of it, and a crash lands as planned."""
    booted = machine()
    assert booted.run("bootpick last").status == 1
    booted.check("mkdir -p /root/more/scripts/init-bottom")
    script = '#!/bin/sh\n[ "$1" = prereqs ] || echo extra >/run/initrd-made-for\n'
    booted.write_file("/root/more/scripts/init-bottom/made-for", script, 0o755)
    booted.check("cd /root/more && find . | cpio -o -H newc --quiet >/root/more.cpio")
    words = "crashkernel=256M x=\"a b\" y='c'"
    jump = f"bootpick --entry tricky --append {shlex.quote(words)} --remove quiet"
    assert booted.leave(f"{jump} --extra-initrd /root/more.cpio --exec") == image.middle
    assert evidence.initrd_release(booted) == "extra"
    line = booted.check("cat /proc/cmdline")
    assert line.endswith(f" {words}")
    assert " ro console=ttyS0 foo=" in line.replace('"foo', "foo")
    last = booted.run("bootpick last")
    assert (last.status, f"it runs as planned: {image.middle}" in last.output) == (0, True)
    assert json.loads(booted.check("bootpick last --json"))["jumped"] is True

    crash = f"bootpick --entry gnulinux-simple-{layout.ROOT_UUID} --append bench-crash --crash"
    booted.check(crash)
    assert _is_loaded(booted, "kexec_crash_loaded")
    assert not _is_loaded(booted)
    assert "is loaded for a panic" in booted.check("bootpick status")
    booted.check("bootpick unload --crash")
    assert not _is_loaded(booted, "kexec_crash_loaded")
    booted.check(crash)
    booted.check("sync")
    assert booted.leave("echo c >/proc/sysrq-trigger") == image.newest
    line = booted.check("cat /proc/cmdline")
    assert "elfcorehdr=" in line
    assert line.endswith(" bench-crash irqpoll nr_cpus=1 reset_devices")
    assert booted.check("stat -c %s /proc/vmcore").isdecimal()
    assert booted.run("bootpick last").status == 1


def test_service_loads_what_is_the_default_when_the_machine_goes_down(
    image: Image, machine: MachineFactory
) -> None:
    """A plain reboot boots it where reboot.target is linked to kexec.target."""
    booted = machine()
    booted.check("sed 's/-m bootpick/-m bootpick.kexec_bootloader/' $(which bootpick) >/tmp/script")
    booted.check("install /tmp/script /usr/local/bin/kexec-bootloader")
    dry = booted.check("kexec-bootloader --dry-run")
    assert f"vmlinuz-{image.newest}" in dry
    assert not _is_loaded(booted)
    booted.check("mkdir -p /usr/local/lib/systemd/system")
    booted.check(
        "cp /opt/bootpick/bootpick/units/bootpick-load.service /usr/local/lib/systemd/system"
    )
    booted.check("systemctl daemon-reload; systemctl enable --now --quiet bootpick-load.service")
    assert _is_loaded(booted)
    status = json.loads(booted.check("bootpick status --json"))
    assert (status["entry"]["kernel"], status["reboot"]) == (
        f"/boot/vmlinuz-{image.newest}",
        "firmware",
    )
    booted.check("ln -s /lib/systemd/system/kexec.target /etc/systemd/system/reboot.target")
    booted.check("systemctl daemon-reload")
    assert json.loads(booted.check("bootpick status --json"))["reboot"] == "kexec"
    # Since then another entry was made the default.
    booted.check(
        "sed -i 's/^menuentry .Debian GNU.Linux. /set default=tricky\\n&/' /boot/grub/grub.cfg"
    )
    assert "tricky" in booted.check('bootpick list --json | grep -o \'"default": "[a-z]*"\'')
    witnesses = evidence.plant_witnesses(booted)
    assert booted.leave("systemctl reboot") == image.middle
    assert evidence.landing(booted, witnesses) == Landing(journal_clean=True, witnesses_kept=True)
    assert '"foo=a b"' in booted.check("cat /proc/cmdline")
    assert int(booted.check("cat /proc/sys/kernel/bootloader_type")) in (0xD, 0xD0)
