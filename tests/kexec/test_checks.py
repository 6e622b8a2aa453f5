"""What the running kernel cannot do is told before anything is touched; each text once."""

import pytest

from bootpick.entries import BootEntry, BootFile
from bootpick.errors import BootpickError
from bootpick.kexec.facts import Facts
from bootpick.kexec.plan import plan_kexec
from bootpick.kexec.request import Request
from tests.kexec.test_execute import entry_of

ENTRY = entry_of(BootFile("/vmlinuz", "/boot/vmlinuz"))
BOARD = ENTRY._replace(devicetree=BootFile("/board.dtb", "/boot/board.dtb"))
MIB = 1 << 20


def refusal(entry: BootEntry, request: Request, facts: Facts) -> tuple[int, str, str | None]:
    with pytest.raises(BootpickError) as caught:
        plan_kexec(entry, request, facts)
    return caught.value.status, caught.value.message, caught.value.hint


@pytest.mark.parametrize(
    ("request_", "what"),
    [
        (Request(syscall="legacy"), "'--syscall legacy'"),
        (Request(options=("--reset-vga",)), "'--reset-vga'"),
        (Request(jump=True), "'--jump'"),
    ],
)
def test_old_call_under_lockdown(request_: Request, what: str) -> None:
    assert refusal(ENTRY, request_, Facts(lockdown="integrity")) == (
        6,
        f"the kernel is locked down (integrity) and refuses kexec_load(2), which {what} needs",
        "without that, a signed kernel can be loaded",
    )


def test_kernel_that_cannot_come_back() -> None:
    assert refusal(ENTRY, Request(jump=True), Facts(can_jump=False)) == (
        1,
        "this kernel cannot come back from a kexec: it is built without CONFIG_KEXEC_JUMP",
        "without '--jump' the machine goes down into the other kernel for good",
    )


def test_no_memory_for_a_crash_kernel() -> None:
    for facts in (Facts(), Facts(crash_size=0)):
        assert refusal(ENTRY, Request(crash=True), facts) == (
            1,
            "no memory is reserved for a crash kernel",
            "boot with 'crashkernel=256M' on the command line, and load it then",
        )


def test_too_little_memory_for_a_crash_kernel() -> None:
    facts = Facts(crash_size=32 * MIB, size_of=lambda _: 40 * MIB)
    assert refusal(ENTRY, Request(crash=True), facts) == (
        1,
        "kernel and initrds have 40 MiB, and 32 MiB are reserved for a crash kernel",
        "boot with 'crashkernel=336M' or so on the command line",
    )


def test_device_tree_where_there_is_none() -> None:
    assert refusal(BOARD, Request(), Facts(machine="x86_64")) == (
        5,
        (
            "'Debian' cannot be booted: it wants the device tree /board.dtb, and there is none on "
            "x86_64"
        ),
        None,
    )


def test_device_tree_needs_the_old_call() -> None:
    assert refusal(BOARD, Request(syscall="file"), Facts(machine="aarch64")) == (
        5,
        (
            "'Debian' cannot be booted: kexec_file_load(2) takes no device tree, and it wants "
            "/board.dtb"
        ),
        "without '--syscall file' the old call is used",
    )
    plan = plan_kexec(BOARD, Request(), Facts(machine="aarch64"))
    assert (plan.way.syscall, plan.devicetree) == ("legacy", BOARD.devicetree)


@pytest.mark.parametrize(
    ("machine", "limit"), [("x86_64", 2047), ("s390x", 4095), ("armv7l", 1023)]
)
def test_line_that_is_too_long(machine: str, limit: int) -> None:
    assert ENTRY.cmdline is not None
    fits = "x" * (limit - len(ENTRY.cmdline) - 1)
    plan_kexec(ENTRY, Request(append=(fits,)), Facts(machine=machine))
    assert refusal(ENTRY, Request(append=(f"{fits}y",)), Facts(machine=machine)) == (
        5,
        f"the command line has {limit + 1} bytes, and a kernel for {machine} takes {limit}",
        None,
    )


# -- plans of the special loads ------------------------------------------------------------------


def texts(request: Request, facts: Facts) -> list[str]:
    return [step.text for step in plan_kexec(ENTRY, request, facts).steps]


def test_plan_of_a_crash_kernel() -> None:
    line = ENTRY._replace(cmdline="ro crashkernel=256M nr_cpus=4 quiet")
    plan = plan_kexec(line, Request(crash=True), Facts(crash_size=256 * MIB, loaded=True))
    assert plan.cmdline == "ro nr_cpus=4 quiet irqpoll reset_devices"
    assert (plan.way.crash, plan.executes) == (True, False)
    assert [step.text for step in plan.steps] == [
        "drop the crash kernel that is loaded now",
        "load it for a panic with kexec_file_load(2), or kexec(8) where that cannot read it",
        "check that it is loaded (/sys/kernel/kexec_crash_loaded)",
    ]


def test_plan_of_the_old_call() -> None:
    request = Request(options=("--reset-vga", "--console-vga"))
    assert texts(request, Facts())[0] == (
        "load it with kexec_load(2), by kexec(8) --reset-vga --console-vga: '--reset-vga' needs it"
    )
    assert texts(Request(syscall="file"), Facts())[0] == "load it with kexec_file_load(2)"


def test_plan_of_a_jump_that_comes_back() -> None:
    """Init is not asked: nothing is stopped."""
    steps = texts(Request(execute=True, jump=True), Facts(init="ask init", stops=("end all",)))
    assert steps == [
        "load it, what runs now preserved, with kexec_load(2), by kexec(8): '--jump' needs it",
        "check that it is loaded (/sys/kernel/kexec_loaded)",
        "sync, put the devices to sleep, jump, and go on here when the other kernel returns",
    ]
