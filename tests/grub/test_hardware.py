"""Commands that grub-emu lacks: what GRUB's sources say they do."""

from pathlib import Path

import pytest

from tests.support.grub import complaints, run_script
from tests.support.trees import plant


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        ("cpuid; echo $?; cpuid -l; echo $?; cpuid --pae; echo $?\n", "0\n0\n0\n"),
        ("if ! cpuid -l; then echo old; else echo new; fi\n", "new\n"),
        ("keystatus; echo $?; if keystatus --shift -c; then echo held; fi\n", "1\n"),
        ("hwmatch /list 3; echo $? [$match]\n", "0 [0]\n"),
        ("hwmatch /nosuch 3; echo $? [$match]; hwmatch /list; echo $?\n", "5 []\n18\n"),
    ],
)
def test_answers_about_the_machine(script: str, printed: str, tmp_path: Path) -> None:
    plant(tmp_path, {"list": "v15add0405.*\n"})
    assert "".join(run_script(tmp_path, script).output) == printed


def test_hwmatch_is_of_bios_machines_alone(tmp_path: Path) -> None:
    script = "set grub_platform=efi\nif hwmatch /list 3; then echo [$match]; fi\n"
    shell = run_script(plant(tmp_path, {"list": ""}), script)
    assert "".join(shell.output) == "[]\n"
    assert complaints(shell.diagnostics) == ["can't find command `hwmatch'"]
