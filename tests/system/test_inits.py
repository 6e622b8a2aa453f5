"""Which init system is found by looking at PID 1, and what it is asked."""

import os
from pathlib import Path

import pytest

from bootpick.errors import BootpickError
from bootpick.system.inits import find_init
from bootpick.system.machine import InitSystem
from tests.support.trees import plant

DEBIAN_INITTAB = (
    "id:2:initdefault:\nl6:6:wait:/etc/init.d/rc 6\nz6:6:respawn:/sbin/sulogin --force\n"
)
GENTOO_INITTAB = "l6:6:wait:/sbin/openrc reboot\nr6:6:wait:/sbin/reboot -dkn\n"


def machine(
    root: Path,
    program: str,
    words: str,
    files: dict[str, str | bytes] | None = None,
    comm: str = "",
) -> Path:
    """Make what is looked at: PID 1 with its *program* and command line, and other *files*."""
    name = comm or os.path.basename(program)
    plant(root, {"proc/1/comm": f"{name}\n", "proc/1/cmdline": words, **(files or {})})
    (root / "proc/1/exe").symlink_to(program)
    return root


def systemd(root: Path) -> Path:
    machine(root, "/usr/lib/systemd/systemd", "/sbin/init\0")
    (root / "run/systemd/system").mkdir(parents=True)
    return root


def sysvinit(root: Path, inittab: str = DEBIAN_INITTAB, *scripts: str) -> Path:
    machine(root, "/usr/sbin/init", "init [2]\0", {"etc/inittab": inittab})
    (root / "run").mkdir()
    os.mkfifo(root / "run/initctl")
    plant(root, {f"etc/rc6.d/{script}": "" for script in scripts})
    for script in scripts:
        (root / "etc/rc6.d" / script).chmod(0o755)
    return root


def kexec_tools(root: Path) -> Path:
    plant(root, {"sbin/kexec": ""})
    (root / "sbin/kexec").chmod(0o755)
    return root


def busybox(root: Path, inittab: str) -> Path:
    return machine(root, "/bin/busybox", "init\0", {"etc/inittab": inittab}, "init")


def refusal(init: InitSystem) -> str:
    with pytest.raises(BootpickError) as caught:
        init.require_kexec()
    assert "'--force'" in str(caught.value.hint)
    assert init.command is None
    assert "--force" in init.jump
    return caught.value.message


def found(root: Path) -> InitSystem:
    return find_init(str(root), 4711)


def test_systemd_is_asked_by_systemctl(tmp_path: Path) -> None:
    init = found(systemd(tmp_path))
    init.require_kexec()
    assert (init.name, init.command, init.stops) == ("systemd", "systemctl kexec", ())
    assert init.jump == "ask systemd to stop everything, unmount, and jump (systemctl kexec)"


def test_systemd_whose_reboot_is_linked_to_a_kexec(tmp_path: Path) -> None:
    root = systemd(tmp_path)
    plant(root, {"usr/lib/systemd/system/kexec.target": ""})
    (root / "etc/systemd/system").mkdir(parents=True)
    (root / "etc/systemd/system/reboot.target").symlink_to(
        "../../../usr/lib/systemd/system/kexec.target"
    )
    assert found(root).reboots_by_kexec()


def test_what_is_installed_does_not_tell(tmp_path: Path) -> None:
    """systemd, OpenRC and sysvinit's scripts are there; PID 1 is a shell."""
    root = kexec_tools(sysvinit(tmp_path / "m", DEBIAN_INITTAB, "K06kexec", "K07reboot"))
    plant(root, {"usr/bin/systemctl": "", "sbin/openrc-shutdown": "", "run/systemd/system/x": ""})
    (root / "proc/1/exe").unlink()
    (root / "proc/1/exe").symlink_to("/bin/bash")
    plant(root, {"proc/1/comm": "bash\n"})
    init = found(root)
    assert refusal(init) == "PID 1 is 'bash', which bootpick cannot ask for a kexec"
    assert not init.reboots_by_kexec()


def test_sysvinit_with_the_script_of_kexec_tools(tmp_path: Path) -> None:
    root = sysvinit(tmp_path, DEBIAN_INITTAB, "K05umountroot", "K06kexec", "K07reboot")
    init = found(kexec_tools(root))
    init.require_kexec()
    assert (init.name, init.command, init.reboots_by_kexec()) == (
        "sysvinit",
        "shutdown -r now",
        True,
    )
    assert "/etc/rc6.d/K06kexec jumps" in init.jump


def test_sysvinit_whose_inittab_ends_in_a_kexec(tmp_path: Path) -> None:
    root = sysvinit(tmp_path, GENTOO_INITTAB)
    (root / "run/openrc").mkdir()
    init = found(root)
    init.require_kexec()
    assert "'/sbin/reboot -dkn' in /etc/inittab jumps" in init.jump
    assert init.reboots_by_kexec()


@pytest.mark.parametrize(
    ("scripts", "tools", "openrc"),
    [
        (("K05umountroot", "K07reboot"), True, False),  # no script
        (("K06reboot", "K07kexec"), True, False),  # too late
        (("K06kexec", "K07reboot"), False, False),  # it needs kexec(8)
        ((), True, False),
        (("K06kexec", "K07reboot"), True, True),  # OpenRC does not look there
    ],
)
def test_sysvinit_that_would_reboot_through_the_firmware(
    tmp_path: Path, scripts: tuple[str, ...], *, tools: bool, openrc: bool
) -> None:
    root = sysvinit(tmp_path, DEBIAN_INITTAB, *scripts)
    if tools:
        kexec_tools(root)
    if openrc:
        (root / "run/openrc").mkdir()
    init = found(root)
    assert "through the firmware" in refusal(init)
    assert not init.reboots_by_kexec()


def test_openrc_that_stops_the_script_of_kexec_tools_before_it_unmounts(tmp_path: Path) -> None:
    """As Debian's does. It would jump then: that is what a reboot does, and no way to go."""
    root = kexec_tools(sysvinit(tmp_path, DEBIAN_INITTAB, "K06kexec", "K07reboot"))
    (root / "run/openrc").mkdir()
    plant(root, {"etc/runlevels/default/kexec": ""})
    (root / "etc/runlevels/default/kexec").chmod(0o755)
    init = found(root)
    assert "before anything is unmounted" in refusal(init)
    assert init.reboots_by_kexec()


@pytest.mark.parametrize(
    "inittab",
    [
        "r6:0:wait:/sbin/reboot -k\n",  # another runlevel
        "#r6:6:wait:/sbin/reboot -k\n",
        "r6:6:wait:/sbin/reboot -d -f -i\n",
        "r6:6:wait:/sbin/checkreboot\n",
    ],
)
def test_inittab_without_a_kexec(tmp_path: Path, inittab: str) -> None:
    refusal(found(sysvinit(tmp_path, inittab)))


def test_openrc_init_has_a_command(tmp_path: Path) -> None:
    init = found(machine(tmp_path, "/usr/sbin/openrc-init", "/sbin/init\0", comm="init"))
    init.require_kexec()
    assert (init.name, init.command) == ("openrc-init", "openrc-shutdown --kexec now")
    assert not init.reboots_by_kexec()
    assert "the root is only synced" in init.jump
    plant(tmp_path, {"etc/runlevels/shutdown/mount-ro": ""})
    assert "synced" not in found(tmp_path).jump


def test_busybox_init_with_a_restart_that_jumps(tmp_path: Path) -> None:
    inittab = "::sysinit:/etc/init.d/rcS\n::shutdown:umount -a -r\n::restart:/sbin/kexec -e\n"
    init = found(busybox(tmp_path, inittab))
    init.require_kexec()
    assert (init.name, init.command) == ("busybox init", "kill -QUIT 1")
    assert "'/sbin/kexec -e'" in init.jump


@pytest.mark.parametrize("inittab", ["", "::restart:/sbin/init\n", "#::restart:/sbin/kexec -e\n"])
def test_busybox_init_without(tmp_path: Path, inittab: str) -> None:
    assert "'restart'" in refusal(found(busybox(tmp_path, inittab)))


def test_script_run_by_busybox_is_no_init_system(tmp_path: Path) -> None:
    """As an initramfs has it: /init begins with #!/bin/sh."""
    plant(tmp_path, {"etc/inittab": "::restart:/sbin/kexec -e\n"})
    root = machine(tmp_path, "/bin/busybox", "/bin/sh\0/init\0", comm="init")
    assert "PID 1 is 'init'" in refusal(found(root))


def test_program_that_was_replaced_while_it_ran(tmp_path: Path) -> None:
    root = machine(tmp_path, "/usr/sbin/openrc-init (deleted)", "init\0")
    assert found(root).name == "openrc-init"


def test_user_who_may_not_look_at_the_program(tmp_path: Path) -> None:
    root = systemd(tmp_path)
    (root / "proc/1/exe").unlink()
    assert found(root).name == "systemd"


def test_bootpick_as_pid_1_is_the_init_system(tmp_path: Path) -> None:
    init = find_init(str(tmp_path), 1)
    init.require_kexec()
    assert (init.name, init.command) == ("bootpick", None)
    assert len(init.stops) == 2
    assert "hold PID 1" not in "".join(init.stops)
    assert init.by_force() is init


@pytest.mark.parametrize("make", [systemd, sysvinit])
def test_force_asks_no_init(tmp_path: Path, make: object) -> None:
    assert callable(make)
    init = found(make(tmp_path)).by_force()
    init.require_kexec()
    assert [words.split()[0] for words in (*init.stops, init.jump)] == [
        "hold",
        "end",
        "sync,",
        "jump:",
    ]
    assert f"({init.name})" in init.stops[0]
