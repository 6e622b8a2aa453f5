"""One-shot choices (`grub-reboot`): followed, shown, and used up by the act that followed them."""

from pathlib import Path

import pytest

from bootpick.entries import BootEntry, Save
from bootpick.errors import BootpickError
from bootpick.grub.environment_block import parse_environment_block, set_variables
from bootpick.kexec.facts import Facts
from bootpick.kexec.plan import plan_kexec
from bootpick.kexec.request import Request
from bootpick.system.kept import BlockFiles
from tests.support.grub import menu_of
from tests.support.trees import plant

_CONFIG = """\
load_env
if [ "${next_entry}" ]; then
  set default="${next_entry}"
  set next_entry=
  save_env next_entry
else
  set default=0
fi
menuentry A --id a { linux /vmlinuz a }
menuentry B --id b { linux /vmlinuz b }
"""


def _block(text: str) -> str:
    return ("# GRUB Environment Block\n" + text).ljust(1024, "#")


def test_pending_oneshot_is_the_default_and_is_used_up(tmp_path: Path) -> None:
    before = _block("saved_entry=x\nnext_entry=b\n")
    plant(tmp_path, {"vmlinuz": "", "boot/grub/grubenv": before})
    menu = menu_of(tmp_path, _CONFIG)
    assert [(e.id, e.default, e.oneshot) for e in menu.entries] == [
        ("a", False, False),
        ("b", True, True),
    ]
    path = str(tmp_path / "boot/grub/grubenv")
    assert menu.saves == (
        Save(path, (("next_entry", ""),), before, _block("saved_entry=x\nnext_entry=\n")),
    )
    other, chosen = menu.entries

    def kinds(entry: BootEntry, *, execute: bool) -> list[str]:
        plan = plan_kexec(
            entry, Request(execute=execute), Facts(loaded=False, init=""), saves=menu.saves
        )
        return [step.kind for step in plan.steps]

    assert kinds(chosen, execute=True) == ["load", "verify", "save", "kexec"]
    assert kinds(chosen, execute=False) == ["load", "verify"]
    assert kinds(other, execute=True) == ["load", "verify", "kexec"]
    # Reading wrote nothing; carrying the step out writes in place.
    assert (tmp_path / "boot/grub/grubenv").read_text() == before
    inode = (tmp_path / "boot/grub/grubenv").stat().st_ino
    BlockFiles().replace(path, before, menu.saves[0].after)
    assert (tmp_path / "boot/grub/grubenv").read_text() == menu.saves[0].after
    assert (tmp_path / "boot/grub/grubenv").stat().st_ino == inode
    assert [e.id for e in menu_of(tmp_path, _CONFIG).entries if e.default] == ["a"]


def test_block_that_changed_since_is_left_alone(tmp_path: Path) -> None:
    plant(tmp_path, {"vmlinuz": "", "boot/grub/grubenv": _block("next_entry=b\n")})
    menu = menu_of(tmp_path, _CONFIG)
    changed = _block("next_entry=a\n")
    plant(tmp_path, {"boot/grub/grubenv": changed})
    with pytest.raises(BootpickError, match="has changed since it was read"):
        BlockFiles().replace(menu.saves[0].path, menu.saves[0].before, menu.saves[0].after)
    assert (tmp_path / "boot/grub/grubenv").read_text() == changed


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ("a=1\nb=2\n", {"a": ""}, "a=\nb=2\n"),
        ("a=1\nb=2\n", {"b": "3", "c": "4"}, "a=1\nb=3\nc=4\n"),
        (
            "# WARNING: do not edit\na=1\n",
            {"a": "x\\y\nz"},
            "# WARNING: do not edit\na=x\\\\y\\\nz\n",
        ),
        ("", {}, ""),
    ],
)
def test_variables_are_set_without_growing_the_block(
    before: str, changes: dict[str, str], after: str
) -> None:
    block = set_variables(_block(before), changes)
    assert block == _block(after)
    values = parse_environment_block(block or "")
    assert values is not None
    assert {name: values[name] for name in changes} == changes


def test_full_block_is_refused() -> None:
    assert set_variables(_block("a=1\n"), {"b": "x" * 1020}) is None


def test_what_is_no_block_is_refused() -> None:
    assert set_variables("a=1\n", {"a": "2"}) is None
