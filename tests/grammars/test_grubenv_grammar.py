"""GRUB's environment block: what is read is what `grub-editenv` wrote."""

import shutil
import string
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bootpick.grub.environment_block import parse_environment_block
from tests.support.requirements import cannot_run

HEADER = "# GRUB Environment Block\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("x=1\n", None),
        ("# GRUB environment block\nx=1\n", None),
        (" " + HEADER, None),
        (HEADER, None),
        (HEADER + "#", {}),
        (HEADER + "#" * 999, {}),
        (HEADER + "x=1\n###", {"x": "1"}),
        (HEADER + "x=1\nx=2\n", {"x": "2"}),
        (HEADER + "x=\n", {"x": ""}),
        (HEADER + "x=a=b c \n", {"x": "a=b c "}),
        (HEADER + "x=a\\\\b\\\nc\n", {"x": "a\\b\nc"}),
        (HEADER + "x=\\\\\ny=1\n", {"x": "\\", "y": "1"}),
        (HEADER + "# x=1\ny=2\n", {"y": "2"}),
        (HEADER + "nothing\n\ny=2\n", {"nothing\n\ny": "2"}),
        (HEADER + "# a\\\nx=1\ny=2\n=3\n", {"y": "2", "": "3"}),
        (HEADER + "x=1\ny=2", {"x": "1"}),
        (HEADER + "x=1\ny\n#z=2\n", {"x": "1", "y\n#z": "2"}),
        (HEADER + "x=\tü\udcff\n", {"x": "\tü\udcff"}),
    ],
)
def test_block(text: str, expected: dict[str, str] | None) -> None:
    assert parse_environment_block(text) == expected


@given(st.text())
def test_any_text_is_a_block_or_none(text: str) -> None:
    assert parse_environment_block(text) is None or text.startswith(HEADER)
    assert parse_environment_block(HEADER + "#" + text) is not None


@pytest.fixture(scope="module")
def editenv() -> str:
    program = shutil.which("grub-editenv") or shutil.which("grub2-editenv")
    if program is None:
        cannot_run("grub-editenv is not installed")
    return program


VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
NAMES = st.text(string.ascii_letters + string.digits + "_- .", min_size=1, max_size=20)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(variables=st.dictionaries(NAMES.map("x".__add__), VALUES, max_size=5))
def test_block_comes_back_from_grub_editenv(
    variables: dict[str, str], editenv: str, tmp_path: Path
) -> None:
    block = tmp_path / "grubenv"
    subprocess.run([editenv, block, "create"], check=True)
    for name, value in variables.items():
        subprocess.run([editenv, block, "set", f"{name}={value}"], check=True)
    text = block.read_bytes().decode("utf-8", "surrogateescape")
    assert parse_environment_block(text) == variables
