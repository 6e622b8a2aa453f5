"""What bootpick calls the default, and its command line, are what isolinux 6.04 boots."""

import json
from pathlib import Path

import pytest

from tests.support.program import Run
from tests.support.requirements import cannot_run
from tests.vm import isolinux

pytestmark = pytest.mark.vm

_CONSOLE = "console=ttyS0 quiet"
_LABELS = "".join(
    f"label {name}\n kernel linux\n append {name}  {_CONSOLE}\n initrd initrd\n"
    for name in ("one", "two")
)
_THREE = f"label three\n linux linux\n append three {_CONSOLE} initrd=initrd\n"
CONFIGS = {
    "label with more words, and all on one line": (
        f"append lost\ndefault foo  typed  words\nlabel foo\nkernel linux karg  karg2\n"
        f"append {_CONSOLE}  a=1  b\ninitrd initrd,initrd2\n"
    ),
    "menu, by the label of DEFAULT": (
        f"ui menu.c32\ndefault two words\ntimeout 10\n{_LABELS}{_THREE} menu default\n"
    ),
    "menu, by ONTIMEOUT": (
        f"ui menu.c32\nontimeout two typed\ntimeout 10\n{_LABELS}{_THREE} menu default\n"
    ),
    "menu, a label of a submenu": (
        f"default menu.c32\ntimeout 10\n{_LABELS}include sub/more.cfg\ndefault three\nui menu.c32\n"
    ),
    "a kernel's name, with words": (
        f"append lost\ndefault linux {_CONSOLE} initrd=initrd single\n{_LABELS}"
    ),
}
_MORE = f"menu begin sub\nmenu title Sub\n{_THREE}menu end\n"


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_default(config: str, run: Run, tmp_path: Path) -> None:
    if missing := isolinux.missing_files():
        cannot_run(f"no isolinux: {', '.join(missing)} are missing")
    root = tmp_path / "cd"
    files = {"isolinux/isolinux.cfg": f"serial 0\n{config}", "isolinux/sub/more.cfg": _MORE}
    isolinux.plant_medium(root, files)
    (default,) = [
        entry
        for entry in json.loads(run("list", "--json", "--root", root).out)["entries"]
        if entry["default"]
    ]
    line = isolinux.boot(root)
    words = line.split(" ")
    assert (
        default["cmdline"]
        == " ".join(word for word in words if not word.startswith("initrd=")).rstrip()
    )
    names = [word.removeprefix("initrd=") for word in words if word.startswith("initrd=")]
    assert ",".join(default["loader_paths"]["initrds"]) == names[0]
