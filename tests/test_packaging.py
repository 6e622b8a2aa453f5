"""What is shipped is what is here, and it runs."""

import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support.trees import INSTALLATIONS

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomllib", reason="tomllib is new in Python 3.11")

CHECKOUT = Path(__file__).parents[1]


def test_packages_are_the_folders() -> None:
    """A package forgotten in the list would be missing from the wheel without a word."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = {path.parent for path in (CHECKOUT / "bootpick").glob("**/*.py")}
    folders.add(CHECKOUT / "bootpick/grammars")
    packages = {".".join(folder.relative_to(CHECKOUT).parts) for folder in folders}
    assert sorted(project["tool"]["setuptools"]["packages"]) == sorted(packages)


def run(*command: object, cwd: Path) -> str:
    """Run *command*; give what it printed."""
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from a copy: a build leaves folders behind in what it is built from."""
    source = tmp_path_factory.mktemp("source") / "bootpick"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        if (CHECKOUT / name).exists():
            shutil.copy(CHECKOUT / name, source)
    for name in ("bootpick", "grammars"):
        shutil.copytree(
            CHECKOUT / name,
            source / name,
            symlinks=True,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    target = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--wheel-dir", target, cwd=source)
    (built,) = target.glob("*.whl")
    return built


@pytest.mark.slow
def test_wheel_holds_the_modules_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {re.sub(r"-[^-]*\.dist-info$", "-VERSION.dist-info", top) for top in tops} == {
        "bootpick",
        "bootpick-VERSION.dist-info",
    }
    here = [
        *(CHECKOUT / "bootpick").glob("**/*.py"),
        *(CHECKOUT / "bootpick/grammars").glob("*.py"),
    ]
    modules = {str(path.relative_to(CHECKOUT)) for path in here}
    shipped = {name for name in names if name.startswith("bootpick/")}
    unit = "bootpick/units/bootpick-load.service"
    assert shipped == {*modules, "bootpick/py.typed", unit}


@pytest.mark.slow
def test_installed_program_runs(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    scripts = tmp_path / "venv/bin"
    run(scripts / "pip", "install", wheel, cwd=tmp_path)
    version = run(scripts / "bootpick", "--version", cwd=tmp_path)
    assert version == f"bootpick {wheel.name.split('-')[1]}\n"
    root = INSTALLATIONS / "debian-12-bios/root"
    assert "Debian GNU/Linux" in run(scripts / "bootpick", "list", "--root", root, cwd=tmp_path)
