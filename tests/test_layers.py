"""Who may import whom, and who may touch the machine: the rooms of the program and their doors."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from bootpick.grub.commands.registry import LATE

CHECKOUT = Path(__file__).parents[1]
TREES = {
    ".".join(path.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__"): (
        ast.parse(path.read_text(encoding="utf-8")),
        path.name == "__init__.py",
    )
    for folder in ("bootpick", "bootpick/grammars")  # the latter is a link, which ** passes by
    for path in (CHECKOUT / folder).glob("**/*.py")
}
MACHINE = {"subprocess", "ctypes", "socket", "shutil", "tempfile", "multiprocessing", "pty"}
FORMATS = {"grub", "bls", "lilo", "syslinux", "grub_legacy", "efi"}

RULES = {
    # room: what it may import of bootpick; every import of a function's body counts too
    "bootpick": "",
    "bootpick.__main__": "bootpick.cli",
    "bootpick.kexec_bootloader": "bootpick.cli",
    "bootpick.errors": "",
    "bootpick.source": "",
    "bootpick.diagnostics": "bootpick.source",
    "bootpick.volumes": "bootpick.errors",
    "bootpick.kernel_image": "",
    "bootpick.os_release": "bootpick.grammars bootpick.grammars.os_release",
    "bootpick.fstab": "bootpick.grammars bootpick.grammars.fstab",
    "bootpick.inittab": "bootpick.grammars bootpick.grammars.inittab",
    "bootpick.unmounted": "bootpick.discovery bootpick.entries bootpick.fstab "
    "bootpick.system bootpick.volumes",
    "bootpick.passwords": "",
    "bootpick.entries": "bootpick.diagnostics bootpick.passwords bootpick.source bootpick.volumes",
    "bootpick.iso_locators": "bootpick.entries bootpick.volumes",
    "bootpick.selection": "bootpick.entries bootpick.errors",
    "bootpick.resolve": "bootpick.entries bootpick.errors bootpick.kernel_image bootpick.system "
    "bootpick.volumes",
    "bootpick.charge": "bootpick.diagnostics bootpick.entries",
    "bootpick.report": "bootpick.charge bootpick.diagnostics bootpick.entries "
    "bootpick.kexec.cmdline bootpick.kexec.plan",
    "bootpick.grammars.*": "bootpick.grammars.*",
    "bootpick.*.syntax": "bootpick.source",
    "bootpick.grub.parser": "bootpick.grammars bootpick.grammars.* bootpick.source "
    "bootpick.errors bootpick.grub.syntax",
    "bootpick.grub.faults": "bootpick.diagnostics bootpick.grammars.grub_mistakes "
    "bootpick.grub.syntax bootpick.source",
    "bootpick.grub.bls_parser": "bootpick.grammars bootpick.grammars.blscfg",
    "bootpick.grub.bls_entries": "bootpick.grub.bls_parser bootpick.grub.rpm_order bootpick.source",
    "bootpick.grub.rpm_order": "",
    "bootpick.grub.environment_block": "bootpick.grammars bootpick.grammars.grubenv",
    "bootpick.grub.expansion": "bootpick.grub.syntax",
    "bootpick.grub.environment": "",
    "bootpick.grub.users": "",
    "bootpick.grub.locks": "bootpick.passwords bootpick.grub.*",
    "bootpick.grub.numbers": "bootpick.errors",
    "bootpick.grub.cmdline": "",
    "bootpick.bls.parser": "bootpick.grammars bootpick.grammars.bls bootpick.source "
    "bootpick.bls.syntax",
    "bootpick.bls.version": "",
    "bootpick.bls.glob": "",
    "bootpick.bls.naming": "",
    "bootpick.bls.efi_variables": "",
    "bootpick.bls.order": "bootpick.bls.version",
    "bootpick.bls.entry": "bootpick.diagnostics bootpick.bls.syntax",
    "bootpick.bls.loader_conf": "bootpick.diagnostics bootpick.bls.syntax bootpick.bls.entry",
    "bootpick.bls.choice": "bootpick.diagnostics bootpick.source bootpick.bls.*",
    "bootpick.bls.pe": "bootpick.entries bootpick.errors",
    "bootpick.bls.uki": "bootpick.bls.pe bootpick.entries bootpick.errors bootpick.kernel_image "
    "bootpick.os_release",
    "bootpick.lilo.parser": "bootpick.grammars bootpick.grammars.lilo bootpick.lilo.syntax",
    "bootpick.lilo.syntax": "",
    "bootpick.lilo.numbers": "",
    "bootpick.lilo.sections": "bootpick.lilo.syntax",
    "bootpick.lilo.names": "bootpick.lilo.sections bootpick.lilo.syntax",
    "bootpick.lilo.options": "bootpick.lilo.numbers bootpick.lilo.sections bootpick.lilo.syntax",
    "bootpick.lilo.passwords": "bootpick.lilo.options bootpick.lilo.sections bootpick.lilo.syntax "
    "bootpick.passwords",
    "bootpick.lilo.reader": "bootpick.diagnostics bootpick.entries bootpick.errors "
    "bootpick.passwords bootpick.resolve bootpick.source bootpick.system bootpick.volumes "
    "bootpick.lilo.*",
    "bootpick.grub_legacy.parser": "bootpick.grammars bootpick.grammars.grub_legacy "
    "bootpick.grub_legacy.syntax bootpick.source",
    "bootpick.grub_legacy.commands": "",
    "bootpick.grub_legacy.passwords": "bootpick.passwords",
    "bootpick.grub_legacy.menu": "bootpick.diagnostics bootpick.passwords bootpick.source "
    "bootpick.grub_legacy.commands bootpick.grub_legacy.parser bootpick.grub_legacy.passwords "
    "bootpick.grub_legacy.syntax",
    "bootpick.syslinux.parser": "bootpick.grammars bootpick.grammars.syslinux bootpick.source "
    "bootpick.syslinux.syntax",
    "bootpick.syslinux.menu": "bootpick.syslinux.syntax",
    "bootpick.syslinux.passwords": "bootpick.passwords bootpick.syslinux.menu",
    "bootpick.syslinux.config": "bootpick.diagnostics bootpick.syslinux.*",
    "bootpick.syslinux.choice": "bootpick.syslinux.*",
    "bootpick.syslinux.cmdline": "bootpick.syslinux.*",
    "bootpick.syslinux.kinds": "bootpick.syslinux.*",
    "bootpick.kexec.cmdline": "",
    "bootpick.kexec.request": "bootpick.entries bootpick.kexec.cmdline",
    "bootpick.kexec.facts": "bootpick.entries",
    "bootpick.kexec.checks": "bootpick.entries bootpick.errors bootpick.kexec.cmdline "
    "bootpick.kexec.facts bootpick.kexec.request",
    "bootpick.kexec.plan": "bootpick.entries bootpick.errors bootpick.kexec.* "
    "bootpick.system.machine bootpick.volumes",
    "bootpick.kexec.execute": "bootpick.entries bootpick.errors bootpick.diagnostics "
    "bootpick.kexec.plan bootpick.system.machine",
    "bootpick.picker": "bootpick.entries bootpick.kexec.plan bootpick.passwords "
    "bootpick.system.machine",
    "bootpick.picker.*": "bootpick.bls.version bootpick.charge bootpick.diagnostics "
    "bootpick.entries bootpick.errors bootpick.kexec.cmdline bootpick.kexec.plan "
    "bootpick.passwords bootpick.picker bootpick.picker.* bootpick.report "
    "bootpick.system.machine",
    "bootpick.system": "bootpick.volumes",
    "bootpick.system.inits": "bootpick.errors bootpick.inittab bootpick.system bootpick.system.*",
    "bootpick.system.*": "bootpick.diagnostics bootpick.errors bootpick.volumes "
    "bootpick.system bootpick.system.*",
}


def imports(module: str) -> Iterator[str]:
    """Give the full names of the modules that *module* imports, anywhere in it."""
    tree, is_package = TREES[module]
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            inner = [f"{base}.{name.name}" for name in node.names]
            yield from (name if name in TREES else base for name in inner)


def calls(module: str) -> Iterator[str]:
    """Give the names of what is called in *module*: ``open``, ``os.open``."""
    for node in ast.walk(TREES[module][0]):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def is_any(module: str, patterns: str) -> bool:
    return any(fnmatchcase(module, pattern) for pattern in patterns.split())


@pytest.mark.parametrize("module", sorted(TREES))
def test_room_imports_only_what_lies_below_it(module: str) -> None:
    own = {name for name in imports(module) if name.split(".")[0] == "bootpick"}
    rule = next(
        (RULES[room] for room in (module, *RULES) if is_any(module, room) and room in RULES), None
    )
    if rule is not None:
        assert {name for name in own if not is_any(name, rule)} == set()
    if module != "bootpick.cli":
        assert "bootpick.system.linux" not in own
        assert "bootpick.cli" not in own or RULES.get(module) == "bootpick.cli"
    if module.startswith("bootpick.") and module.split(".")[1] in FORMATS:
        others = FORMATS - {module.split(".")[1]}
        foreign = {name for name in own if name.split(".")[1:2] and name.split(".")[1] in others}
        # The one bridge: GRUB's command that reads Boot Loader Specification entries.
        assert module == "bootpick.grub.commands.blscfg" or foreign == set()


@pytest.mark.parametrize("module", sorted(TREES))
def test_foreign_modules_stay_in_their_room(module: str) -> None:
    tops = {name.split(".")[0] for name in imports(module)}
    assert "grammars" not in tops
    if not is_any(module, "bootpick.grammars.* bootpick.*.parser bootpick.*.environment_block"):
        assert "pyparsing" not in tops
    if not is_any(module, "bootpick.picker.*"):
        assert tops.isdisjoint({"questionary", "prompt_toolkit"})
    if not is_any(module, "bootpick.system.*"):
        assert tops.isdisjoint(MACHINE)


READING = {"open", "io.open", "Path", "os.open", "os.read", "os.stat", "os.lstat", "os.listdir"}
TOUCHING = {
    *(f"os.{name}" for name in ("posix_spawn", "posix_spawnp", "system", "popen", "fork", "write")),
    *(f"os.{name}" for name in ("unlink", "remove", "rename", "replace", "mkdir", "makedirs")),
    *(f"os.{name}" for name in ("mount", "chroot", "kill", "reboot", "symlink", "chmod", "utime")),
    *(f"os.{name}" for name in ("execv", "execve", "execvp", "truncate", "ftruncate", "setns")),
}


@pytest.mark.parametrize("module", sorted(TREES))
def test_only_the_system_touches_the_machine(module: str) -> None:
    if not is_any(module, "bootpick.system.*"):
        assert set(calls(module)) & (READING | TOUCHING) == set()


def test_only_the_command_line_prints_and_ends_the_program() -> None:
    ends = {"print", "sys.exit", "os._exit", "exit", "input"}
    found = {module: set(calls(module)) & ends for module in TREES}
    assert {module: names for module, names in found.items() if names} == {
        "bootpick.cli": {"print"},
        "bootpick.act": {"print"},
        "bootpick.__main__": {"os._exit"},
        "bootpick.kexec_bootloader": {"os._exit"},
    }


def test_grammars_are_one_folder_under_two_names() -> None:
    link = CHECKOUT / "bootpick/grammars"
    assert link.is_symlink()
    assert link.readlink() == Path("../grammars")


def test_listing_imports_nothing_that_it_does_not_need() -> None:
    """Half of a run is importing; and what is not imported cannot act."""
    root = CHECKOUT / "tests/installations/debian-12-bios/root"
    code = (
        "import sys; from bootpick.cli import main; "
        f"status = main(['list', '--json', '--root', {str(root)!r}]); "
        "print(status, *sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    status, *modules = done.stderr.split()
    assert status == "0"
    unwanted = {"questionary", "prompt_toolkit", "subprocess", "ctypes", "bootpick.system.linux"}
    unwanted |= {"bootpick.act", "bootpick.kexec.execute", "bootpick.passwords"}
    unwanted |= {f"bootpick.grub.commands.{module}" for module, _, _ in LATE} | {"hashlib"}
    unwanted |= {"bootpick.system.images", "bootpick.system.iso9660"}  # only for a loopback
    unwanted |= {"bootpick.syslinux.reader", "bootpick.grammars.syslinux"}  # only where it is
    unwanted |= {"bootpick.grub.faults"}  # only for a syntax error
    unwanted |= {"bootpick.lilo.reader"}  # only for its configuration
    unwanted |= {"bootpick.grub_legacy.reader"}  # only for its configuration
    assert unwanted & set(modules) == set()
