"""Pages that are made from the program say what it does now."""

from bootpick.grub.commands.registry import DIALECTS, LATE, REGISTRY, load_all
from tests.support.command_docs import PAGE, make_page


def test_page_on_commands_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == make_page(), "run 'make docs'"


def test_every_command_is_described_once() -> None:
    load_all()
    assert all(info.summary.endswith(".") and info.status for info in REGISTRY)
    for dialect in DIALECTS:
        names = [info.name for info in REGISTRY if dialect in info.dialects]
        assert sorted(set(names)) == sorted(names)


def test_commands_that_are_loaded_late_are_those_of_their_modules() -> None:
    load_all()
    modules = {module for module, _, _ in LATE}
    promised = {
        (name, module, dialects) for module, names, dialects in LATE for name in names.split()
    }
    kept = {(i.name, i.family, i.dialects) for i in REGISTRY if i.family in modules}
    assert promised == kept
