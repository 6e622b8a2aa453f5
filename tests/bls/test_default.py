"""Which entry systemd-boot boots, and after how long."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bls.test_entries import planted
from tests.support.efi import FOLDER, VENDOR, plant_variables, variable
from tests.support.fake_machine import FakeMachine
from tests.support.listing import listing, told
from tests.support.program import Run
from tests.support.trees import plant

LINUX = "linux /vmlinuz\n"
ENTRIES = {"a.conf": LINUX, "b.conf": LINUX, "B2.conf": LINUX, "gone+0.conf": LINUX}
"""In the menu: B2, b, a, gone."""


def chosen(
    run: Run, root: Path, conf: str | None = None, **variables: str
) -> tuple[str | None, bool]:
    planted(root, ENTRIES)
    plant_variables(root, **variables)
    if conf is not None:
        plant(root, {"boot/loader/loader.conf": conf})
    found = listing(run, root)
    (entry,) = [entry for entry in found["entries"] if entry["default"]]
    assert found["default"] == entry["id"]
    return entry["id"], entry["oneshot"]


@pytest.mark.parametrize(
    ("conf", "default"),
    [
        (None, "b"),
        ("", "b"),
        ("default a.conf", "a"),
        ("default A.Conf", "a"),
        ("default b2.conf", "B2"),
        ("default a", "b"),
        ("default a*", "a"),
        ("default ?.conf", "b"),
        ("default [ac].conf", "a"),
        ("default [a-b].conf", "b"),
        (r"default \a.conf", "a"),
        ("default g*", "gone"),
        ("default nosuch\n", "b"),
        ("default nosuch\ndefault a.conf", "a"),
        ("default a.conf\ndefault @saved", "b"),
        ("default a.conf\ndefault @other", "a"),
        ('default "a.conf"', "a"),
        ("\tdefault\t a.conf \r\n", "a"),
        ("#default a.conf\nDefault a.conf", "b"),
    ],
)
def test_loader_conf(conf: str | None, default: str, run: Run, tmp_path: Path) -> None:
    assert chosen(run, tmp_path, conf) == (default, False)


@pytest.mark.parametrize(
    ("variables", "conf", "expected"),
    [
        ({"LoaderEntryOneShot": "a.conf"}, "default b.conf", ("a", True)),
        ({"LoaderEntryOneShot": "nosuch"}, "default a.conf", ("a", False)),
        ({"LoaderEntryDefault": "a.conf"}, "default b.conf", ("a", False)),
        ({"LoaderEntryDefault": "nosuch"}, "default a.conf", ("a", False)),
        ({"LoaderEntryOneShot": "A.conf", "LoaderEntryDefault": "b.conf"}, "", ("a", True)),
        ({"LoaderEntryDefault": "@saved", "LoaderEntryLastBooted": "a.conf"}, "", ("a", False)),
        ({"LoaderEntryDefault": "@saved"}, "default a.conf", ("a", False)),
        ({"LoaderEntryLastBooted": "a.conf"}, "default @SAVED", ("a", False)),
        ({"LoaderEntryLastBooted": "a.conf"}, "", ("b", False)),
        ({"LoaderEntrySelected": "a.conf"}, "default @saved", ("b", False)),
        ({"LoaderEntryOneShot": ""}, "default a.conf", ("a", False)),
    ],
)
def test_variables(
    variables: dict[str, str], conf: str, expected: tuple[str, bool], run: Run, tmp_path: Path
) -> None:
    assert chosen(run, tmp_path, conf, **variables) == expected


@pytest.mark.parametrize(
    ("data", "default"),
    [
        (variable("a.conf"), "a"),
        (variable("a.conf", end=""), "a"),
        (variable("a.conf", end="\0\0\0"), "a"),
        (variable("a.conf", attributes=6), "a"),
        (variable("a.conf") + b"x", "a"),
        (b"", "b"),
        (b"\7\0\0", "b"),
        (b"\7\0\0\0", "b"),
        (b"\7\0\0\0a.conf", "b"),
        (b"\7\0\0\0" + b"\xff" * 999, "b"),
    ],
)
def test_format_of_a_variable(data: bytes, default: str, run: Run, tmp_path: Path) -> None:
    plant(tmp_path, {f"{FOLDER}/LoaderEntryDefault-{VENDOR}": data})
    assert chosen(run, tmp_path)[0] == default


@pytest.mark.parametrize(
    ("conf", "variables", "wait"),
    [
        ("", {}, (0.0, "hidden")),
        ("timeout 5", {}, (5.0, "menu")),
        ("timeout 0", {}, (0.0, "hidden")),
        ("timeout menu-force", {}, (None, "menu")),
        ("timeout menu-hidden", {}, (0.0, "hidden")),
        ("timeout menu-disabled", {}, (0.0, "hidden")),
        ("timeout 5\ntimeout soon", {}, (5.0, "menu")),
        ("timeout -1", {}, (0.0, "hidden")),
        ("timeout 4294967295", {}, (4294967295.0, "menu")),
        ("timeout 5\ntimeout 4294967296", {}, (5.0, "menu")),
        ("timeout 5\ntimeout 99999999999999999999", {}, (5.0, "menu")),
        ("timeout 0000000000000000000000007", {}, (7.0, "menu")),
        ("", {"LoaderConfigTimeout": "4294967296"}, (4294967295.0, "menu")),
        ("timeout 5", {"LoaderConfigTimeout": "99999999999999999999"}, (5.0, "menu")),
        ("timeout 5", {"LoaderConfigTimeout": "7"}, (7.0, "menu")),
        ("timeout 5", {"LoaderConfigTimeout": "menu-force"}, (None, "menu")),
        (
            "timeout 5",
            {"LoaderConfigTimeout": "7", "LoaderConfigTimeoutOneShot": "0"},
            (0.0, "hidden"),
        ),
        ("timeout 5", {"LoaderConfigTimeout": "never"}, (5.0, "menu")),
    ],
)
def test_timeout(
    conf: str, variables: dict[str, str], wait: tuple[float | None, str], run: Run, tmp_path: Path
) -> None:
    plant(planted(tmp_path, ENTRIES), {"boot/loader/loader.conf": conf})
    found = listing(run, plant_variables(tmp_path, **variables))
    assert (found["timeout"], found["timeout_style"]) == wait


def test_verbose_list_says_what_made_the_default(run: Run, tmp_path: Path) -> None:
    planted(tmp_path, ENTRIES)
    assert "default  it is the first\n" in run("list", "-v", "--root", tmp_path).out
    conf = (
        plant(tmp_path, {"boot/loader/loader.conf": "\ndefault a*\n"}) / "boot/loader/loader.conf"
    )
    assert f"default  {conf}:2\n" in run("list", "-v", "--root", tmp_path).out


def test_messages(run: Run, tmp_path: Path) -> None:
    planted(tmp_path, ENTRIES)
    plant_variables(tmp_path, LoaderEntryOneShot="kexec reboot")
    conf = "default a\ntimeout soon\nconsole-mode max\nfoo bar\neditor\ndefault @x\n"
    found = listing(run, plant(tmp_path, {"boot/loader/loader.conf": conf}))
    assert told(found) == [
        "loader.conf:2:1: warning: 'soon' is no number of seconds: the line is ignored",
        "loader.conf:4:1: warning: 'foo' is no key of loader.conf: the line is ignored",
        "loader.conf:5:1: warning: 'editor' has no value: the line is ignored",
        "loader.conf:6:1: warning: systemd-boot does not know '@x': the line is ignored",
        "-:None:None: warning: LoaderEntryOneShot 'kexec reboot' fits no entry, and is passed over",
        "loader.conf:1:1: warning: default 'a' fits no entry, and is passed over",
    ]
    assert found["diagnostics"][-1]["hint"] == "the id has its suffix: 'a.conf'"


def test_entries_that_systemd_boot_does_not_show_are_no_default(run: Run, tmp_path: Path) -> None:
    entries = {"z.conf": LINUX + "architecture aa64\n", "y.conf": "title Empty\n", "x.conf": LINUX}
    planted(tmp_path, entries)
    conf = plant(tmp_path, {"boot/loader/loader.conf": "default z.conf\n"})
    found = listing(run, conf)
    assert ([entry["id"] for entry in found["entries"]], found["default"]) == (["z", "y", "x"], "x")
    assert found["diagnostics"][0]["hint"] == (
        "systemd-boot does not show 'z.conf': it is for aa64, and this machine is x64"
    )


def test_default_whose_kernel_is_missing_stays_the_default(run: Run, tmp_path: Path) -> None:
    planted(tmp_path, {"b.conf": "linux /nosuch\n", "a.conf": LINUX})
    found = listing(run, tmp_path)
    assert (found["default"], found["entries"][0]["bootable"]) == ("b", False)
    outcome = run("--default", "--exec", "--root", tmp_path)
    assert (outcome.status, outcome.out) == (5, "")
    assert "'b.conf' cannot be booted" in outcome.err


def test_entries_that_systemd_boot_makes_by_itself(run: Run, tmp_path: Path) -> None:
    planted(tmp_path, {"a.conf": LINUX})
    ids = "a.conf\0auto-windows\0auto-reboot-to-firmware-setup\0auto-new"
    plant_variables(tmp_path, LoaderEntries=ids, LoaderEntryDefault="auto-windows")
    found = listing(run, tmp_path)
    assert found["default"] == "auto-windows"
    assert [
        (entry["id"], entry["title"], entry["kind"], entry["bootable"])
        for entry in found["entries"]
    ] == [
        ("a", "a.conf", "linux", True),
        ("auto-windows", "Windows Boot Manager", "chainload", False),
        ("auto-reboot-to-firmware-setup", "Reboot Into Firmware Interface", "firmware", False),
        ("auto-new", "auto-new", "other", False),
    ]


# -- the one-shot -------------------------------------------------------------------------------


@pytest.fixture
def oneshot(tmp_path: Path) -> Path:
    """A tree in which a.conf boots once."""
    return plant_variables(planted(tmp_path, ENTRIES), LoaderEntryOneShot="a.conf")


PATH = f"{FOLDER}/LoaderEntryOneShot-{VENDOR}"


def test_jump_uses_the_oneshot_up(run: Run, oneshot: Path) -> None:
    machine = FakeMachine(goes_down=False)
    run("--default", "--exec", "--root", oneshot, on=machine)
    names = [call[0] for call in machine.deeds]
    assert ("delete", str(oneshot / PATH), variable("a.conf")) in machine.deeds
    assert names.index("load") < names.index("delete") < names.index("start_kexec")


@pytest.mark.parametrize("arguments", [("--default",), ("--entry", "b", "--exec")])
def test_nothing_else_uses_it_up(arguments: tuple[str, ...], run: Run, oneshot: Path) -> None:
    machine = FakeMachine(goes_down=False)
    run(*arguments, "--root", oneshot, on=machine)
    assert "load" in [call[0] for call in machine.deeds]
    assert "delete" not in [call[0] for call in machine.deeds]


def test_plan_says_so(run: Run, oneshot: Path) -> None:
    plan: dict[str, Any] = json.loads(
        run("--default", "--exec", "--dry-run", "--json", "--root", oneshot).out
    )
    assert "use up the one-shot: delete the EFI variable LoaderEntryOneShot" in [
        step["text"] for step in plan["steps"]
    ]
    shown = run("list", "-v", "--root", oneshot).out
    assert "default  LoaderEntryOneShot\n" in shown
    assert "systemd-boot would delete LoaderEntryOneShot\n" in shown
    assert (oneshot / PATH).exists()
