"""The program as its users see it: what is printed where, and how it ends."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bootpick.errors import BootpickError, LoadRefused
from bootpick.kexec.request import reused
from bootpick.system.machine import Abilities, LoadedImage, LoadWay
from tests.support.fake_machine import FakeMachine, Gone
from tests.support.program import CHECKOUT, Outcome, Run, program
from tests.support.trees import INSTALLATIONS, KERNEL, plant, plant_config

NAMES = sorted(path.parent.name for path in INSTALLATIONS.glob("*/devices.json"))

MENU = """\
set timeout=7
set default=two
menuentry One --id one --class debian --class os { linux /vmlinuz root=/dev/sda1; initrd /initrd }
menuentry 'The second' --id two { linux /vmlinuz ro quiet; initrd /initrd }
submenu 'More > here' --id more {
  menuentry Three --id three { linux /vmlinuz single }
  submenu Deep --id deep { menuentry Four --id four { linux /vmlinuz four } }
}
menuentry Broken --id broken { linux /nosuch }
menuentry Windows --id windows { chainloader +1 }
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return plant_config(tmp_path / "tree", MENU)


def where(name: str) -> list[str]:
    folder = INSTALLATIONS / name
    return ["--root", str(folder / "root"), "--devices", str(folder / "devices.json")]


def listed(run: Run, *arguments: object) -> dict[str, Any]:
    outcome = run("list", "--json", *arguments)
    assert (outcome.status, outcome.err) == (0, "")
    listing: dict[str, Any] = json.loads(outcome.out)
    return listing


def assert_refused(outcome: Outcome, status: int, message: str = "") -> None:
    """A refusal is exactly one error: line and at most one hint:, and nothing on stdout."""
    lines = outcome.err.splitlines()
    assert outcome.out == ""
    assert outcome.status == status, outcome.err
    assert [line.startswith("bootpick: error: ") for line in lines[:1]] == [True]
    assert [line.startswith("hint: ") for line in lines[1:]] in ([], [True])
    assert re.search(message, lines[0])


# -- list ---------------------------------------------------------------------------------------

ENTRY_KEYS = {
    "id": (str,),
    "title": (str,),
    "submenus": (list,),
    "index": (str,),
    "loader": (str,),
    "file": (str,),
    "line": (int,),
    "kind": (str,),
    "kernel": (str, type(None)),
    "initrds": (list,),
    "cmdline": (str, type(None)),
    "devicetree": (str, type(None)),
    "loader_paths": (dict,),
    "version": (str, type(None)),
    "architecture": (str, type(None)),
    "machine_id": (str, type(None)),
    "sort_key": (str, type(None)),
    "tries_left": (int, type(None)),
    "tries_done": (int, type(None)),
    "classes": (list,),
    "default": (bool,),
    "oneshot": (bool,),
    "current": (bool,),
    "restricted": (bool,),
    "users": (list,),
    "hotkey": (str, type(None)),
    "aliases": (list,),
    "bootable": (bool,),
    "reasons": (list,),
}
KINDS = {"linux", "uki", "chainload", "multiboot", "xen", "firmware", "other"}
DIAGNOSTIC_KEYS = {
    "severity": (str,),
    "file": (str,),
    "line": (int,),
    "column": (int,),
    "message": (str,),
    "hint": (str, type(None)),
}


def assert_typed(value: dict[str, Any], keys: dict[str, tuple[type, ...]]) -> None:
    assert set(value) == set(keys)
    assert {key: type(value[key]) for key in keys if type(value[key]) not in keys[key]} == {}


@pytest.mark.parametrize("name", NAMES)
def test_list_json_has_the_documented_keys(name: str, run: Run) -> None:
    listing = listed(run, *where(name))
    assert list(listing) == [
        *("schema", "loader", "default", "timeout", "timeout_style", "fallback"),
        *("entries", "diagnostics"),
    ]
    assert (listing["schema"], listing["loader"], type(listing["timeout"])) == (1, "grub", float)
    assert len(listing["entries"]) > 0
    for entry in listing["entries"]:
        assert_typed(entry, ENTRY_KEYS)
        assert entry["kind"] in KINDS
        assert set(entry["loader_paths"]) == {"kernel", "initrds"}
        for key in ("submenus", "initrds", "classes", "reasons"):
            assert all(isinstance(text, str) for text in entry[key])
        assert entry["bootable"] or entry["reasons"]
    for diagnostic in listing["diagnostics"]:
        assert_typed(diagnostic, DIAGNOSTIC_KEYS)
        assert diagnostic["severity"] in {"error", "warning", "note"}
    ids = [entry["id"] for entry in listing["entries"]]
    assert len(set(ids)) == len(ids)
    assert [entry["id"] for entry in listing["entries"] if entry["default"]] == [listing["default"]]


def test_list_json_is_one_object_on_one_line(run: Run, tree: Path) -> None:
    outcome = run("list", "--json", "--root", tree)
    assert outcome.out.count("\n") == 1


def test_entry_is_whole(run: Run, tree: Path) -> None:
    assert listed(run, "--root", tree)["entries"][0] == {
        "id": "one",
        "title": "One",
        "submenus": [],
        "index": "0",
        "loader": "grub",
        "file": f"{tree}/boot/grub/grub.cfg",
        "line": 3,
        "kind": "linux",
        "kernel": f"{tree}/vmlinuz",
        "initrds": [f"{tree}/initrd"],
        "cmdline": "BOOT_IMAGE=/vmlinuz root=/dev/sda1",
        "devicetree": None,
        "loader_paths": {"kernel": "/vmlinuz", "initrds": ["/initrd"]},
        "version": "6.1.0-18-amd64",
        "architecture": "x64",
        "machine_id": None,
        "sort_key": None,
        "tries_left": None,
        "tries_done": None,
        "classes": ["debian", "os"],
        "default": False,
        "oneshot": False,
        "current": False,
        "restricted": False,
        "users": [],
        "hotkey": None,
        "aliases": [],
        "bootable": True,
        "reasons": [],
    }


def test_list_has_all_entries_in_menu_order(run: Run, tree: Path) -> None:
    listing = listed(run, "--root", tree)
    shown = [
        (entry["index"], entry["id"], entry["submenus"], entry["kind"], entry["bootable"])
        for entry in listing["entries"]
    ]
    assert shown == [
        ("0", "one", [], "linux", True),
        ("1", "two", [], "linux", True),
        ("2>0", "three", ["More > here"], "linux", True),
        ("2>1>0", "four", ["More > here", "Deep"], "linux", True),
        ("3", "broken", [], "linux", False),
        ("4", "windows", [], "chainload", False),
    ]
    assert (listing["default"], listing["timeout"], listing["diagnostics"]) == ("two", 7.0, [])


def test_list_as_text(run: Run, tree: Path) -> None:
    outcome = run("list", "--root", tree)
    assert (outcome.status, outcome.err) == (0, "")
    lines = [line.split() for line in outcome.out.splitlines()]
    assert lines[:3] == [
        ["0", "One"],
        ["*", "1", "The", "second", "[default]"],
        "More > here".split(),
    ]
    assert ["2>1>0", "Four"] in lines
    assert f"{tree}/nosuch does not exist" in outcome.out
    assert "chainloader" in outcome.out
    assert "cmdline" not in outcome.out


def test_list_verbose_has_more(run: Run, tree: Path) -> None:
    out = run("list", "-v", "--root", tree).out
    assert "BOOT_IMAGE=/vmlinuz ro quiet" in out
    assert f"{tree}/initrd" in out


@pytest.mark.parametrize(
    ("release", "options", "dialect"),
    [
        (None, [], "upstream"),
        ("ID=fedora\n", [], "fedora"),
        ('ID="opensuse-leap"\n', [], "suse"),
        ("ID=fedora\n", ["--dialect", "suse"], "suse"),
    ],
)
def test_list_verbose_and_show_say_whose_grub_it_is(
    run: Run, tree: Path, release: str | None, options: list[str], dialect: str
) -> None:
    if release is not None:
        plant(tree, {"etc/os-release": release})
    said = f"dialect  {dialect}"
    assert said in run("list", "-v", "--root", tree, *options).out.splitlines()
    assert said in run("show", "one", "--root", tree, *options).out.splitlines()


def test_list_shows_the_pending_oneshot(run: Run) -> None:
    listing = listed(run, *where("debian-12-separate-boot"))
    (entry,) = [entry for entry in listing["entries"] if entry["oneshot"]]
    assert (entry["index"], entry["default"]) == ("1>3", True)
    assert listing["default"] == entry["id"]


def test_list_leaves_the_environment_block_alone(run: Run, tmp_path: Path) -> None:
    block = ("# GRUB Environment Block\nnext_entry=a\n").ljust(1024, "#")
    root = plant_config(
        tmp_path,
        'load_env\nset default="$next_entry"\nset next_entry=\nsave_env next_entry\n'
        "menuentry z { linux /vmlinuz }\nmenuentry a { linux /vmlinuz }\n",
    )
    plant(root, {"boot/grub/grubenv": block})
    assert [e["oneshot"] for e in listed(run, "--root", root)["entries"]] == [False, True]
    assert (root / "boot/grub/grubenv").read_text(encoding="utf-8") == block


def test_timeout_that_never_ends_is_null(run: Run, tmp_path: Path) -> None:
    root = plant_config(tmp_path, "set timeout=-1\nmenuentry a { linux /vmlinuz }\n")
    assert listed(run, "--root", root)["timeout"] is None


def test_equal_ids_become_unique(run: Run, tmp_path: Path) -> None:
    root = plant_config(tmp_path, "menuentry a { linux /vmlinuz }\n" * 3)
    assert [e["id"] for e in listed(run, "--root", root)["entries"]] == ["a", "a#2", "a#3"]


def test_empty_submenu_is_an_entry_that_cannot_be_booted(run: Run, tmp_path: Path) -> None:
    root = plant_config(
        tmp_path,
        "submenu S { true }\nmenuentry C { configfile /nosuch }\nmenuentry a { linux /vmlinuz }\n",
    )
    shown = [
        (e["index"], e["title"], e["kind"], e["bootable"], bool(e["reasons"]))
        for e in listed(run, "--root", root)["entries"]
    ]
    assert shown == [
        ("0", "S", "other", False, True),
        ("1", "C", "other", False, True),
        ("2", "a", "linux", True, False),
    ]


def test_entry_that_opens_a_menu_counts_as_a_submenu(run: Run, tmp_path: Path) -> None:
    root = plant_config(tmp_path, "menuentry C { configfile /more.cfg }\n")
    plant(root, {"more.cfg": "menuentry a { linux /vmlinuz }\n"})
    (entry,) = listed(run, "--root", root)["entries"]
    assert (entry["index"], entry["submenus"], entry["file"], entry["line"]) == (
        "0>0",
        ["C"],
        f"{root}/more.cfg",
        1,
    )


def test_reading_asks_nothing_of_the_machine(run: Run, tree: Path) -> None:
    fake = FakeMachine()
    run("list", "--root", tree, on=fake)
    run("show", "one", "--root", tree, on=fake)
    assert fake.calls == []


# -- show ---------------------------------------------------------------------------------------


def test_show_json_is_the_listed_entry(run: Run, tree: Path) -> None:
    for entry in listed(run, "--root", tree)["entries"]:
        shown = json.loads(run("show", entry["index"], "--json", "--root", tree).out)
        assert {key: shown[key] for key in entry} == entry


def test_show_as_text(run: Run, tree: Path) -> None:
    outcome = run("show", "four", "--root", tree)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines()[:2] == ["title    More > here > Deep > Four", "index    2>1>0"]
    assert "BOOT_IMAGE=/vmlinuz four" in outcome.out


def test_show_tells_why_an_entry_cannot_be_booted(run: Run, tree: Path) -> None:
    outcome = run("show", "broken", "--root", tree)
    assert outcome.status == 0
    assert f"{tree}/nosuch does not exist" in outcome.out


# -- selectors ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("selector", "index"),
    [
        ("one", "0"),
        ("One", "0"),
        ("The second", "1"),
        ("0", "0"),
        ("2>0", "2>0"),
        ("2>1>0", "2>1>0"),
        ("more>three", "2>0"),
        ("More >> here>Three", "2>0"),
        ("2>Three", "2>0"),
        ("More >> here>deep>0", "2>1>0"),
        ("four", "2>1>0"),
        ("on*", "0"),
        ("f?ur", "2>1>0"),
        ("[x-z]indows", None),
        ("[w]indows", "4"),
        ("@default", "1"),
    ],
)
def test_selector_names_one_entry(selector: str, index: str | None, run: Run, tree: Path) -> None:
    outcome = run("show", selector, "--json", "--root", tree)
    if index is None:
        assert_refused(outcome, 4)
    else:
        assert json.loads(outcome.out)["index"] == index


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("nosuch", "no entry 'nosuch'"),
        ("", "no entry ''"),
        ("9", "no entry '9'"),
        ("2>9", "no entry '2>9'"),
        ("more>nosuch", "no entry"),
        ("More > here>Three", "no entry"),
        ("more", "is a submenu"),
        ("2", "is a submenu"),
        ("More >> here", "is a submenu"),
        ("more>deep", "is a submenu"),
        ("t*", "fits 2 entries: 1 'The second', 2>0 'Three'"),
        ("@oneshot", "no one-shot"),
        ("@current", "running kernel"),
        ("@nosuch", "no entry"),
    ],
)
def test_selector_that_fits_none_or_several_is_refused(
    selector: str, message: str, run: Run, tree: Path
) -> None:
    assert_refused(run("show", selector, "--root", tree), 4, message)
    fake = FakeMachine()
    assert_refused(run(f"--entry={selector}", "--exec", "--root", tree, on=fake), 4, message)
    assert fake.deeds == []


def test_oneshot_selector(run: Run) -> None:
    outcome = run("show", "@oneshot", "--json", *where("debian-12-separate-boot"))
    assert json.loads(outcome.out)["index"] == "1>3"


def test_selector_that_is_a_title_and_an_id_is_ambiguous(run: Run, tmp_path: Path) -> None:
    root = plant_config(
        tmp_path, "menuentry b --id a { linux /vmlinuz }\nmenuentry a --id c { linux /vmlinuz }\n"
    )
    assert_refused(run("show", "a", "--root", root), 4, "fits 2 entries")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", ["id", "index"])
def test_what_list_calls_an_entry_names_it(name: str, key: str, run: Run) -> None:
    """A script takes the id out of the list and hands it back: it has to be that entry."""
    wrong = []
    for entry in listed(run, *where(name))["entries"]:
        outcome = run("show", f"{entry[key]}", "--json", *where(name))
        if outcome.status != 0 or json.loads(outcome.out)["index"] != entry["index"]:
            wrong.append((entry["index"], outcome.err))
    assert wrong == []


# -- usage --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        "frob",
        "list extra",
        "status extra",
        "unload extra",
        "show",
        "show a b",
        "--nosuch",
        "list --nosuch",
        "--entry",
        "--root",
        "--color sometimes list",
        "--default --entry one",
        "--default --exec --load",
        "--default --force",
        "--load --force",
        "list --force",
        "list --exec",
        "list --default",
        "show one --entry one",
        "status --load",
        "unload --yes",
        "--json",
        "--json --exec",
        "--set novalue list",
        "--set 1=x list",
        "--def --exec",
    ],
)
def test_wrong_usage(arguments: str, run: Run, tree: Path) -> None:
    fake = FakeMachine(loaded=True)
    assert_refused(run("--root", tree, *arguments.split(), on=fake), 2)
    assert fake.deeds == []


def test_root_has_to_be_a_directory(run: Run, tree: Path) -> None:
    assert_refused(run("list", "--root", tree / "nosuch"), 2, "not a directory")
    assert_refused(run("list", "--root", tree / "vmlinuz"), 2, "not a directory")


def test_config_has_to_lie_in_the_root(run: Run, tree: Path, tmp_path: Path) -> None:
    plant(tmp_path, {"other.cfg": MENU})
    assert_refused(run("list", "--root", tree, "--config", tmp_path / "other.cfg"), 2, "not inside")


@pytest.mark.parametrize("verb", ["list", "show one"])
def test_options_stand_before_or_behind_the_verb(verb: str, run: Run, tree: Path) -> None:
    words, options = verb.split(), ["--json", "--root", tree, "--set", "x=1"]
    before, behind = run(*options, *words), run(*words, *options)
    between = run(*options[:1], *words, *options[1:])
    assert before.status == 0
    assert before == behind == between


def test_menu_needs_a_terminal(run: Run, tree: Path) -> None:
    assert_refused(run("--root", tree), 2, "terminal")


def test_help_is_printed() -> None:
    done = program("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for word in ("list", "show SEL", "status", "unload", "--entry SEL", "--dry-run", "--root"):
        assert word in done.stdout


def test_version_is_printed(run: Run) -> None:
    """In a checkout too, where nothing is installed."""
    outcome = run("--version")
    assert (outcome.status, outcome.err) == (0, "")
    assert re.fullmatch(r"bootpick \d+\.\d+\S*\n", outcome.out)


# -- where the configuration comes from ---------------------------------------------------------


@pytest.mark.parametrize("arguments", [["list"], ["show", "x"], ["--default"], ["--entry", "x"]])
def test_no_configuration(arguments: list[str], run: Run, tmp_path: Path) -> None:
    assert_refused(run(*arguments, "--root", tmp_path), 3, "no boot configuration")


@pytest.mark.parametrize("config", ["", "\n", "# nothing\n", "set default=0\necho hi\n", "\0"])
def test_configuration_without_entries(config: str, run: Run, tmp_path: Path) -> None:
    root = plant_config(tmp_path, config)
    assert_refused(run("list", "--root", root), 3, "no entry")
    assert_refused(run("--default", "--root", root), 3, "no entry")


def test_default_where_nothing_can_be_booted(run: Run, tmp_path: Path) -> None:
    root = plant_config(tmp_path, "menuentry a { chainloader +1 }\nmenuentry b { linux /nosuch }\n")
    assert run("list", "--root", root).status == 0
    assert_refused(run("--default", "--root", root), 3)


def test_absent_config_file(run: Run, tree: Path) -> None:
    assert_refused(run("list", "--root", tree, "--config", tree / "nosuch.cfg"), 3, "nosuch.cfg")


def test_config_file_that_is_a_directory(run: Run, tree: Path) -> None:
    assert_refused(run("list", "--root", tree, "--config", tree / "boot"), 1, "boot")


def test_unreadable_config_file(run: Run) -> None:
    with tempfile.TemporaryDirectory() as folder:  # tmp_path is for its owner alone
        tree = plant_config(Path(folder), "menuentry a { linux /vmlinuz }\n")
        tree.chmod(0o755)
        (tree / "boot/grub/grub.cfg").chmod(0)
        user = os.geteuid()
        if user == 0:  # root may read everything
            os.seteuid(65534)
        try:
            outcome = run("list", "--root", tree)
        finally:
            os.seteuid(user)
        assert_refused(outcome, 1, "grub.cfg: Permission denied")


@pytest.mark.parametrize(
    "path",
    ["boot/grub/grub.cfg", "boot/grub2/grub.cfg", "grub/grub.cfg", "boot/efi/EFI/x/grub.cfg"],
)
def test_places_that_are_searched(path: str, run: Run, tmp_path: Path) -> None:
    plant(tmp_path, {path: "menuentry found { linux /vmlinuz }\n"})
    (entry,) = listed(run, "--root", tmp_path)["entries"]
    assert (entry["title"], entry["file"]) == ("found", f"{tmp_path}/{path}")


def test_config_file_is_read_alone(run: Run, tree: Path) -> None:
    plant(tree, {"else/my.cfg": "menuentry mine { linux /vmlinuz $prefix }\n"})
    (entry,) = listed(run, "--root", tree, "--config", tree / "else/my.cfg")["entries"]
    assert entry["title"] == "mine"
    assert re.fullmatch(r"BOOT_IMAGE=/vmlinuz \(\S+\)/else", entry["cmdline"])


def test_config_file_of_this_machine(run: Run, tmp_path: Path) -> None:
    plant(
        tmp_path, {"my.cfg": f"menuentry mine {{ linux {tmp_path}/vmlinuz }}\n", "vmlinuz": KERNEL}
    )
    (entry,) = listed(run, "--config", tmp_path / "my.cfg")["entries"]
    assert (entry["title"], entry["file"]) == ("mine", f"{tmp_path}/my.cfg")


def test_set_presets_variables(run: Run, tree: Path) -> None:
    plant_config(tree, 'menuentry "$a|$b|$grub_platform" { linux /vmlinuz }\n')
    options = ["--set", "a=1", "--set", "b=x=y z", "--set", "grub_platform=ieee1275"]
    (entry,) = listed(run, "--root", tree, *options)["entries"]
    assert entry["title"] == "1|x=y z|ieee1275"


@pytest.mark.parametrize(
    ("folder", "platform"), [("boot/efi/EFI/debian", "efi"), ("efi/EFI/x", "efi"), ("EFI/x", "pc")]
)
def test_platform_is_that_of_the_tree(folder: str, platform: str, run: Run, tmp_path: Path) -> None:
    root = plant_config(tmp_path, "menuentry $grub_platform { linux /vmlinuz }\n")
    (root / folder).mkdir(parents=True)
    assert listed(run, "--root", root)["entries"][0]["title"] == platform


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"blockdevices": 5}', "[" * 100_000])
def test_devices_file_that_is_none(content: str | None, run: Run, tree: Path) -> None:
    file = tree / "devices.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert_refused(run("list", "--root", tree, "--devices", file), 1, "devices.json")


@pytest.mark.parametrize(
    "devices",
    [
        [{"name": "sda", "type": "part", "partn": "x"}],
        [{"name": "sda", "mountpoints": 5}],
        [{"name": "sda", "mountpoints": [5]}],
        [{"name": "sda", "children": 5}],
        [{"name": "sda", "path": 5, "type": "part"}],
        [{"name": 5, "uuid": 5, "type": "disk", "mountpoint": "/"}],
        [5],
    ],
)
def test_devices_file_of_another_kind(devices: object, run: Run, tree: Path) -> None:
    plant_config(tree, "search --set=root --fs-uuid u\nmenuentry a { linux (hd0)/vmlinuz }\n")
    plant(tree, {"devices.json": json.dumps({"blockdevices": devices})})
    outcome = run("list", "--root", tree, "--devices", tree / "devices.json")
    if outcome.status != 0:
        assert_refused(outcome, 1, "devices.json")


# -- nothing outside the root is opened ---------------------------------------------------------


@pytest.fixture
def jail(tmp_path: Path) -> Path:
    """Give a tree beside which lies what must not be seen."""
    plant(tmp_path / "outside", {"vmlinuz": KERNEL, "evil.cfg": "menuentry evil { true }\n"})
    (tmp_path / "outside/EFI/debian").mkdir(parents=True)
    return plant_config(tmp_path / "tree", "menuentry a { linux /boot/link }\n")


@pytest.mark.parametrize(
    ("target", "kernel"),
    [
        ("/vmlinuz", "vmlinuz"),
        ("../vmlinuz", "vmlinuz"),
        ("../../../../../vmlinuz", "vmlinuz"),
        ("/../vmlinuz", "vmlinuz"),
        ("../../outside/vmlinuz", None),
        ("{outside}/vmlinuz", None),
    ],
)
def test_links_are_followed_inside_the_root(
    target: str, kernel: str | None, run: Run, jail: Path
) -> None:
    outside = jail.parent / "outside"
    (jail / "boot/link").symlink_to(target.format(outside=outside))
    (entry,) = listed(run, "--root", jail)["entries"]
    assert entry["bootable"] is (kernel is not None)
    if kernel is not None:
        assert (jail / kernel).samefile(entry["kernel"])
        assert entry["version"] == "6.1.0-18-amd64"
    elif entry["kernel"] is not None:
        assert entry["kernel"].startswith(f"{jail}/")


@pytest.mark.parametrize("word", ["/../outside/vmlinuz", "/boot/../../outside/vmlinuz"])
def test_dots_do_not_leave_the_root(word: str, run: Run, jail: Path) -> None:
    plant_config(jail, f"menuentry a {{ linux {word} }}\n")
    (entry,) = listed(run, "--root", jail)["entries"]
    assert (entry["bootable"], entry["loader_paths"]["kernel"]) == (False, word)


@pytest.mark.parametrize("command", ["source", "configfile"])
def test_sourced_files_are_inside_the_root(command: str, run: Run, jail: Path) -> None:
    plant_config(
        jail, f"{command} /evil.cfg\n{command} /../outside/evil.cfg\nmenuentry a {{ true }}\n"
    )
    (jail / "evil.cfg").symlink_to(jail.parent / "outside/evil.cfg")
    assert [entry["title"] for entry in listed(run, "--root", jail)["entries"]] == ["a"]


def test_grub_cfg_that_links_out_of_the_root_is_none(run: Run, jail: Path) -> None:
    (jail / "boot/grub/grub.cfg").unlink()
    (jail / "boot/grub/grub.cfg").symlink_to(jail.parent / "outside/evil.cfg")
    assert_refused(run("list", "--root", jail), 3)


def test_folder_of_the_root_that_links_out_of_it_is_none(run: Run, jail: Path) -> None:
    (jail / "boot/kernels").symlink_to(jail.parent / "outside")
    plant_config(jail, "menuentry a { linux /boot/kernels/vmlinuz }\n")
    assert listed(run, "--root", jail)["entries"][0]["bootable"] is False


def test_system_partition_that_links_out_of_the_root_is_none(run: Run, jail: Path) -> None:
    (jail / "boot/efi").symlink_to(jail.parent / "outside")
    plant_config(jail, "menuentry $grub_platform { true }\n")
    assert listed(run, "--root", jail)["entries"][0]["title"] == "pc"


# -- bytes and control characters ---------------------------------------------------------------

STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
NASTY = (
    b"menuentry 'a\x1b[2J\x07\rb\xff\xc2\x9b\xe2\x80\xae' --id 'i\x1b]0;x\x07\nj' {"
    b" linux /vmlinuz 'x\x1b[31m' \xff 'n\nl'; initrd '/no\x1bsuch' }\n"
    b"submenu 's\x1b[2J' { menuentry ok { linux /vmlinuz } }\n"
    b"nosuch\x1b[2J\n"
    b"fi \x1b[2J\n"
    b"set default='d\x1b[2J'\n"
)


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["list", "-v"],
        ["list", "--json"],
        ["show", "0"],
        ["show", "1>0"],
        ["--entry", "0"],
        ["--entry", "1>0"],
        ["--entry", "1>0", "--dry-run"],
        ["--entry", "nosuch\x1b[2J"],
        ["show", "s*\x1b"],
        ["show", "1"],
        ["frob\x1b[2J"],
        ["--set", "x\x1b[2J", "list"],
    ],
)
def test_control_characters_never_come_out_raw(
    arguments: list[str], run: Run, tmp_path: Path
) -> None:
    root = plant_config(tmp_path, NASTY)
    outcome = run(*arguments, "--root", root)
    assert STEERING.findall(outcome.out + outcome.err) == []


def test_control_characters_of_the_kernel_command_line_are_not_told_raw_by_status(run: Run) -> None:
    image = LoadedImage("i\x1b", "t\x1b[2J", "/k\x1b", ("/i\x1b",), "x\x1b", ((0, 0, 0, 0),) * 2)
    outcome = run("status", on=FakeMachine(loaded=True, record=image))
    assert STEERING.findall(outcome.out + outcome.err) == []


def test_control_characters_never_come_out_raw_while_jumping(tmp_path: Path) -> None:
    root = plant_config(tmp_path, NASTY.replace(b"initrd '/no\x1bsuch'", b"true"))
    code = (
        "import sys; from bootpick.cli import main; "
        "from tests.support.fake_machine import FakeMachine; "
        "main(sys.argv[1:], machine=FakeMachine(goes_down=False).as_machine())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--entry", "0", "--exec", "--root", root],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
    )
    assert "Handing over" in done.stdout
    assert STEERING.findall(done.stdout + done.stderr) == []


def test_bytes_that_are_not_utf8_survive_in_json(run: Run, tmp_path: Path) -> None:
    root = plant_config(tmp_path, b"menuentry 'a\xff\xe9' { linux /vmlinuz x=\xff\xfe }\n")
    (entry,) = listed(run, "--root", root)["entries"]
    assert (entry["title"], entry["cmdline"]) == (
        "a\udcff\udce9",
        "BOOT_IMAGE=/vmlinuz x=\udcff\udcfe",
    )


def test_path_with_bytes_that_are_not_utf8(run: Run, tmp_path: Path) -> None:
    root = plant_config(tmp_path, b"menuentry a { linux /vm\xff }\n")
    Path(os.fsdecode(bytes(root) + b"/vm\xff")).write_bytes(KERNEL)
    fake = FakeMachine()
    assert run("--default", "--root", root, on=fake).status == 0
    assert fake.deeds[1] == ("load", f"{root}/vm\udcff", (), "BOOT_IMAGE=/vm\udcff")


# -- status and unload --------------------------------------------------------------------------

IMAGE = LoadedImage("two", "The second", "/vmlinuz", ("/initrd",), "ro", ((0, 0, 0, 0),) * 2)
LOADED_ENTRY = {
    "id": "two",
    "title": "The second",
    "kernel": "/vmlinuz",
    "initrds": ["/initrd"],
    "cmdline": "ro",
}
NOTHING: dict[str, object] = {
    "schema": 1,
    "loaded": False,
    "crash_loaded": False,
    "by": None,
    "entry": None,
    "stale": None,
    "reboot": "firmware",
    "command": "fake kexec",
    "returns": False,
    "files": [],
    "crash_entry": None,
    "interrupted": None,
}


@pytest.mark.parametrize(
    ("fake", "expected"),
    [
        (FakeMachine(), {}),
        (FakeMachine(crash_loaded=True), {"crash_loaded": True}),
        (
            FakeMachine(crash_loaded=True, crash_record=IMAGE),
            {"crash_loaded": True, "crash_entry": LOADED_ENTRY},
        ),
        (FakeMachine(record=IMAGE._replace(is_whole=False)), {"interrupted": "two"}),
        (FakeMachine(record=IMAGE), {}),
        (FakeMachine(reboot_takes_kexec=True), {}),
        (FakeMachine(loaded=True), {"loaded": True, "by": "other"}),
        (
            FakeMachine(loaded=True, reboot_takes_kexec=True),
            {"loaded": True, "by": "other", "reboot": "kexec"},
        ),
        (
            FakeMachine(loaded=True, record=IMAGE),
            {"loaded": True, "by": "bootpick", "entry": LOADED_ENTRY, "stale": False},
        ),
    ],
)
def test_status_json(fake: FakeMachine, expected: dict[str, object], run: Run) -> None:
    outcome = run("status", "--json", on=fake)
    assert (outcome.status, outcome.err) == (0, "")
    assert json.loads(outcome.out) == {**NOTHING, **expected}
    assert fake.deeds == []


def test_status_as_text_names_entry_and_kernel(run: Run) -> None:
    out = run("status", on=FakeMachine(loaded=True, record=IMAGE)).out
    assert "The second" in out
    assert "/vmlinuz" in out
    assert "no kernel" in run("status").out
    assert "not by bootpick" in run("status", on=FakeMachine(loaded=True)).out


def stale(run: Run, fake: FakeMachine) -> object:
    return json.loads(run("status", "--json", on=fake).out)["stale"]


@pytest.mark.parametrize("changed", ["vmlinuz", "initrd"])
def test_loaded_kernel_gets_stale_when_its_files_change(changed: str, run: Run, tree: Path) -> None:
    fake = FakeMachine()
    run("--default", "--root", tree, on=fake)
    assert stale(run, fake) is False
    os.utime(tree / changed, ns=(1, 1))
    assert stale(run, fake) is True
    (tree / changed).unlink()
    assert stale(run, fake) is True


def test_kernel_from_a_file_system_mounted_for_the_load_is_not_stale(
    run: Run, tmp_path: Path
) -> None:
    """Its files cannot be seen any more, and have not changed."""
    ubuntu = plant(
        tmp_path, {"boot/vmlinuz-6.5.0-14-generic": KERNEL, "boot/initrd.img-6.5.0-14-generic": "i"}
    )
    fake = FakeMachine(folders={"/dev/nvme0n1p5": ubuntu})
    assert run("--entry", "4", *where("debian-12-os-prober"), on=fake).status == 0
    assert stale(run, fake) in (None, False)


def test_unload(run: Run) -> None:
    fake = FakeMachine(loaded=True, record=IMAGE)
    outcome = run("unload", on=fake)
    assert (outcome.status, outcome.err) == (0, "")
    assert fake.names == ["unload", "remove"]
    assert (fake.loaded, fake.record) == (False, None)


def test_unload_where_nothing_is_loaded(run: Run) -> None:
    outcome = run("unload", on=FakeMachine(record=IMAGE))
    assert (outcome.status, outcome.out) == (0, "")
    assert outcome.err.startswith("bootpick: note: ")


def test_unload_dry_run_changes_nothing(run: Run) -> None:
    fake = FakeMachine(loaded=True, record=IMAGE)
    outcome = run("unload", "--dry-run", on=fake)
    assert (outcome.status, outcome.err, fake.deeds) == (0, "", [])
    assert outcome.out != ""


@pytest.mark.parametrize(
    ("fake", "status"),
    [
        (FakeMachine(loaded=True, permission_error=LoadRefused("only root", "sudo")), 6),
        (FakeMachine(loaded=True, unload_error=LoadRefused("locked down")), 6),
        (FakeMachine(loaded=True, unload_error=BootpickError("it is busy")), 1),
    ],
)
def test_unload_refused(fake: FakeMachine, status: int, run: Run) -> None:
    assert_refused(run("unload", on=fake), status)
    assert fake.loaded


# -- acts ---------------------------------------------------------------------------------------


def the_load(tree: Path) -> tuple[object, ...]:
    return ("load", f"{tree}/vmlinuz", (f"{tree}/initrd",), "BOOT_IMAGE=/vmlinuz ro quiet")


@pytest.mark.parametrize("act", [["--default"], ["--entry", "two"], ["--entry", "two", "--load"]])
def test_named_entry_is_only_loaded(act: Sequence[str], run: Run, tree: Path) -> None:
    fake = FakeMachine()
    outcome = run(*act, "--root", tree, on=fake)
    assert (outcome.status, outcome.err) == (0, "")
    assert fake.deeds == [("begin", "two"), the_load(tree), ("write", "two")]
    assert "The second" in outcome.out


@pytest.mark.parametrize("act", [["--default"], ["--entry", "@default"]])
def test_exec_goes_down_without_a_question(act: Sequence[str], run: Run, tree: Path) -> None:
    fake = FakeMachine()
    with pytest.raises(Gone):
        run(*act, "--exec", "--root", tree, on=fake)
    assert fake.deeds == [
        ("begin", "two"),
        the_load(tree),
        ("write", "two"),
        ("start_kexec",),
        ("wait", 60),
    ]


def test_act_tells_how_init_boots_what_is_loaded(run: Run, tree: Path) -> None:
    asked = run("--default", "--root", tree, on=FakeMachine(command="telinit x"))
    assert "'telinit x' boots it" in asked.out
    impossible = run("--default", "--root", tree, on=FakeMachine(command=None))
    assert "--exec --force" in impossible.out
    assert (asked.status, impossible.status) == (0, 0)


def test_force_shows_what_is_done_instead_of_asking_init(run: Run, tree: Path) -> None:
    direct = FakeMachine(stops=("end processes", "unmount"), jump="jump")
    fake = FakeMachine(force=direct)
    act = ["--default", "--exec", "--dry-run", "--root", str(tree)]
    assert "ask fake init to jump" in run(*act, on=fake).out
    lines = run(*act, "--force", on=fake).out.splitlines()
    assert lines[-3:] == ["3. end processes", "4. unmount", "5. jump"]
    assert fake.deeds == direct.deeds == []


def test_act_tells_whose_kernel_it_replaces(run: Run, tree: Path) -> None:
    ours = run("--default", "--root", tree, on=FakeMachine(loaded=True, record=IMAGE))
    theirs = run("--default", "--root", tree, on=FakeMachine(loaded=True))
    assert (ours.status, ours.err, theirs.status) == (0, "", 0)
    assert theirs.err.startswith("bootpick: note: this replaces")


@pytest.mark.parametrize("execute", [False, True])
@pytest.mark.parametrize("loaded", [False, True])
def test_dry_run_changes_nothing(run: Run, tree: Path, *, execute: bool, loaded: bool) -> None:
    fake = FakeMachine(loaded=loaded, permission_error=LoadRefused("not root"))
    act = ["--default", *["--exec"][: int(execute)], "--dry-run", "--root", str(tree)]
    text, plan = run(*act, on=fake), run(*act, "--json", on=fake)
    assert (text.status, text.err, plan.status, plan.err, fake.deeds) == (0, "", 0, "", [])
    shown = json.loads(plan.out)
    kinds = [*["unload"][: int(loaded)], "load", "verify", *["kexec"][: int(execute)]]
    assert [step["kind"] for step in shown["steps"]] == kinds
    assert [line[:2] for line in text.out.splitlines() if line[:1].isdigit()] == [
        f"{number}." for number in range(1, len(kinds) + 1)
    ]
    assert (shown["schema"], shown["act"], shown["kernel"], shown["initrds"], shown["cmdline"]) == (
        1,
        "exec" if execute else "load",
        f"{tree}/vmlinuz",
        [f"{tree}/initrd"],
        "BOOT_IMAGE=/vmlinuz ro quiet",
    )
    assert shown["entry"]["id"] == "two"


def test_act_with_json_prints_one_object(run: Run, tree: Path) -> None:
    outcome = run("--default", "--json", "--root", tree)
    assert (outcome.status, json.loads(outcome.out)["entry"]["id"]) == (0, "two")


def test_exec_with_json_prints_nothing_else(run: Run, tree: Path) -> None:
    outcome = run("--default", "--exec", "--json", "--root", tree, on=FakeMachine(goes_down=False))
    assert outcome.status == 1
    assert outcome.out == "" or json.loads(outcome.out)


@pytest.mark.parametrize("act", ["broken", "windows"])
@pytest.mark.parametrize("dry", [[], ["--dry-run"], ["--exec"]])
def test_entry_that_cannot_be_booted(act: str, dry: list[str], run: Run, tree: Path) -> None:
    fake = FakeMachine(loaded=True, record=IMAGE)
    assert_refused(run("--entry", act, *dry, "--root", tree, on=fake), 5, "cannot be booted: ")
    assert (fake.deeds, fake.loaded, fake.record) == ([], True, IMAGE)


@pytest.mark.parametrize("missing", ["vmlinuz", "initrd"])
def test_missing_file_is_named(missing: str, run: Run, tree: Path) -> None:
    (tree / missing).unlink()
    plant(tree, {"other": KERNEL})
    with (tree / "boot/grub/grub.cfg").open("a", encoding="utf-8") as config:
        config.write("menuentry good { linux /other }\n")
    outcome = run("--default", "--root", tree)
    assert_refused(outcome, 5, re.escape(f"{tree}/{missing} does not exist"))
    entry = json.loads(run("show", "two", "--json", "--root", tree).out)
    assert (entry["bootable"], entry["reasons"]) == (False, [f"{tree}/{missing} does not exist"])
    assert listed(run, "--root", tree)["default"] == "two"


@pytest.mark.parametrize(
    ("fake", "status", "message"),
    [
        (
            FakeMachine(permission_error=LoadRefused("only root may", "use sudo")),
            6,
            "only root may",
        ),
        (FakeMachine(load_error=LoadRefused("locked down")), 6, "locked down"),
        (FakeMachine(load_error=BootpickError("bad image")), 1, "bad image"),
        (FakeMachine(load_is_empty=True), 1, "nothing is loaded"),
        (FakeMachine(require_error=BootpickError("no systemd")), 1, "no systemd"),
    ],
)
def test_refused_act(fake: FakeMachine, status: int, message: str, run: Run, tree: Path) -> None:
    assert_refused(run("--default", "--exec", "--root", tree, on=fake), status, message)
    assert "start_kexec" not in fake.names


def test_init_that_refuses_the_kexec(run: Run, tree: Path) -> None:
    fake = FakeMachine(kexec_error=BootpickError("systemctl: access denied", "be root"))
    outcome = run("--default", "--exec", "--root", tree, on=fake)
    assert outcome.status == 1
    assert outcome.err == "bootpick: error: systemctl: access denied\nhint: be root\n"
    assert (fake.loaded, fake.record) == (False, None)


def test_interrupt_cancels(run: Run, tree: Path) -> None:
    fake = FakeMachine(kexec_error=KeyboardInterrupt())
    outcome = run("--default", "--exec", "--root", tree, on=fake)
    assert (outcome.status, outcome.err.count("error: ")) == (130, 1)


@pytest.mark.parametrize("name", NAMES)
def test_every_installation_boots_its_default(name: str, run: Run) -> None:
    fake = FakeMachine()
    entry = next(e for e in listed(run, *where(name))["entries"] if e["default"])
    assert run("--default", *where(name), on=fake).status == 0
    assert fake.deeds[1] == ("load", entry["kernel"], tuple(entry["initrds"]), entry["cmdline"])


# -- as a program -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("color", "expected"), [("always", True), ("never", False), ("auto", False)]
)
def test_colour(color: str, run: Run, tree: Path, *, expected: bool) -> None:
    assert ("\x1b[" in run("list", "--color", color, "--root", tree).out) is expected


def test_exit_status_reaches_the_shell(tree: Path) -> None:
    assert program("list", "--root", tree).returncode == 0
    assert program("show", "nosuch", "--root", tree).returncode == 4


def test_reader_that_leaves_early(tmp_path: Path) -> None:
    root = plant_config(tmp_path, "menuentry 'an entry' { linux /vmlinuz }\n" * 5000)
    with subprocess.Popen(
        [sys.executable, "-m", "bootpick", "list", "-v", "--root", str(root)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        errors = child.stderr.read()
    assert (child.returncode, errors) == (0, b"")


def test_disk_that_is_full(tree: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bootpick", "list", "--root", str(tree)],
            cwd=CHECKOUT,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"error: ") == 1


def test_terminal_that_knows_ascii_only(run: Run, tmp_path: Path) -> None:
    root = plant_config(tmp_path, "menuentry 'Grüße, 日本' { linux /vmlinuz }\n")
    done = program("list", "--root", root, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Gr" in done.stdout


def in_terminal(keys: bytes, *arguments: object) -> tuple[int, str]:
    """Run the program in a terminal and type *keys* when it asks; give status and screen."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(CHECKOUT)
        os.environ.update(TERM="xterm", PROMPT_TOOLKIT_NO_CPR="1")
        os.execv(sys.executable, [sys.executable, "-m", "bootpick", *map(str, arguments)])
    screen, typed, deadline = b"", False, time.monotonic() + 30
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                screen += os.read(terminal, 4096)
            except OSError:  # it has ended
                break
        elif b"Esc" in screen and not typed:
            os.write(terminal, keys)
            typed = True
    else:
        os.kill(pid, 9)
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), screen.decode()


def test_menu_in_a_terminal(tree: Path) -> None:
    """The bar stands on the default entry."""
    status, screen = in_terminal(b"\r", "--dry-run", "--root", tree)
    assert status == 0
    assert "cmdline  BOOT_IMAGE=/vmlinuz ro quiet" in screen


def test_menu_is_left_with_control_c(tree: Path) -> None:
    status, screen = in_terminal(b"\x03", "--dry-run", "--root", tree)
    assert status == 130
    assert screen.count("error: ") == 1


def test_menu_where_nothing_can_be_booted(run: Run, tmp_path: Path) -> None:
    root = plant_config(tmp_path, "menuentry a { true }\n")
    assert_refused(run("--root", root), 3, "no entry that can be booted")


# -- changing the command line -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--append", 'x="a b" y'], 'BOOT_IMAGE=/vmlinuz ro quiet x="a b" y'),
        (["--append", "a", "--append", "b"], "BOOT_IMAGE=/vmlinuz ro quiet a b"),
        (["--remove", "quiet"], "BOOT_IMAGE=/vmlinuz ro"),
        (["--remove", "BOOT_IMAGE", "--append", "x"], "ro quiet x"),
        (["--cmdline", "only this"], "only this"),
        (["--cmdline", "", "--append", "x"], "x"),
        (["--panic-timeout", "30"], "BOOT_IMAGE=/vmlinuz ro quiet panic=30"),
    ],
)
def test_changed_line_is_in_the_plan(run: Run, tree: Path, arguments: list[str], line: str) -> None:
    outcome = run("--default", "--dry-run", "--json", "--root", tree, *arguments)
    plan = json.loads(outcome.out)
    assert (plan["cmdline"], plan["loader_cmdline"]) == (line, "BOOT_IMAGE=/vmlinuz ro quiet")
    assert (
        f"cmdline  {line}\nchanged  "
        in run("--default", "--dry-run", "--root", tree, *arguments).out
    )


def test_running_line_is_reused(run: Run, tree: Path) -> None:
    running = Path("/proc/cmdline").read_text().rstrip("\n")
    plan = json.loads(
        run("--default", "--dry-run", "--json", "--root", tree, "--reuse-cmdline").out
    )
    assert plan["cmdline"] == reused(running)


def test_what_cannot_be_removed_is_told(run: Run, tree: Path) -> None:
    outcome = run("--default", "--dry-run", "--root", tree, "--remove", "nosuch")
    assert outcome.status == 0
    assert outcome.err == (
        "bootpick: note: the command line has no 'nosuch' that could be removed\n"
    )


def test_line_that_is_too_long_is_refused(run: Run, tree: Path) -> None:
    assert_refused(
        run("--default", "--dry-run", "--root", tree, "--append", "x" * 5000), 5, "5029 bytes"
    )


def test_extra_initrds_are_loaded_last(run: Run, tree: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.cpio"
    more.write_bytes(b"x")
    fake = FakeMachine()
    assert run("--default", "--root", tree, "--extra-initrd", more, on=fake).status == 0
    (load,) = (call for call in fake.calls if call[0] == "load")
    assert isinstance(load[2], tuple)
    assert load[2][-1] == str(more)
    assert_refused(
        run("--default", "--root", tree, "--extra-initrd", tmp_path / "none"), 1, "no such file"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "--append", "x"),
        ("status", "--extra-initrd", "x"),
        ("--default", "--cmdline", "x", "--reuse-cmdline"),
        ("--default", "--append", "a\nb"),
        ("--default", "--panic-timeout", "soon"),
        ("--default", "--timeout", "5"),
        ("--entry", "x", "--plain"),
        ("--timeout", "soon"),
        ("--default", "--crash", "--exec"),
        ("--default", "--crash", "--jump"),
        ("list", "--crash"),
        ("--default", "--jump", "--force", "--exec"),
        ("--default", "--force"),
        ("--default", "--reset-vga", "--syscall", "file"),
        ("--default", "--jump", "--syscall", "file"),
        ("--default", "--syscall", "new"),
        ("unload", "--reset-vga"),
    ],
)
def test_options_that_make_no_sense(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).status == 2


# -- other ways to load --------------------------------------------------------------------------


def test_crash_kernel_is_loaded_beside_the_other(run: Run, tree: Path) -> None:
    fake = FakeMachine(loaded=True, record=IMAGE, able=Abilities(crash_size=256 << 20))
    outcome = run("--default", "--crash", "--root", tree, on=fake)
    assert (outcome.status, outcome.err) == (0, "")
    assert "A panic boots it; 'bootpick unload --crash' drops it." in outcome.out
    assert (fake.loaded, fake.record, fake.crash_loaded) == (True, IMAGE, True)
    assert fake.crash_record is not None
    assert fake.crash_record.cmdline.endswith(" irqpoll nr_cpus=1 reset_devices")
    assert_refused(run("--default", "--crash", "--root", tree), 1, "no memory is reserved")


@pytest.mark.parametrize(
    ("options", "way"),
    [
        ([], LoadWay()),
        (["--syscall", "file"], LoadWay("file")),
        (["--syscall", "legacy"], LoadWay("legacy")),
        (["--reset-vga"], LoadWay("legacy", ("--reset-vga",))),
        (
            ["--console-serial", "--console-vga"],
            LoadWay("legacy", ("--console-vga", "--console-serial")),
        ),
        (["--jump"], LoadWay("legacy", jump=True)),
    ],
)
def test_way_to_load(run: Run, tree: Path, options: list[str], way: LoadWay) -> None:
    fake = FakeMachine()
    assert run("--default", "--root", tree, *options, on=fake).status == 0
    assert fake.way == way


def test_jump_comes_back(run: Run, tree: Path) -> None:
    fake = FakeMachine()
    outcome = run("--default", "--jump", "--exec", "--root", tree, on=fake)
    assert outcome.status == 0
    assert fake.names == ["begin", "load", "write", "jump"]
    assert outcome.out.splitlines()[-3:] == [
        "Back from the other kernel",
        "Still loaded, as it was left: The second",
        "'kexec --exec --no-ifdown' jumps into it; 'bootpick unload' drops it.",
    ]
    assert fake.record is not None
    assert fake.record.returns
    loaded = run("--default", "--jump", "--root", tree, on=FakeMachine()).out.splitlines()
    assert loaded[-2:] == [
        "Loaded: The second",
        "'kexec --exec --no-ifdown' jumps into it; 'bootpick unload' drops it.",
    ]
