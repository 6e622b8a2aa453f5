"""Unified kernel images as entries of the menu, from a folder to the plan."""

import json
from pathlib import Path
from typing import Any

from tests.support.program import Run
from tests.support.trees import plant
from tests.support.uki import OSREL, RELEASE, patched, pe, uki

ESP = "boot/efi"


def tree(root: Path, **images: bytes) -> Path:
    files: dict[str, str | bytes] = {f"{ESP}/loader/loader.conf": ""}
    files |= {f"{ESP}/EFI/Linux/{name}.efi": image for name, image in images.items()}
    return plant(root, files)


def listed(run: Run, root: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(run("list", "--json", "--root", root).out)["entries"]
    return entries


SOUND = uki((".cmdline", b"root=/dev/sda1 quiet"), (".initrd", b"initrd"), (".ucode", b"ucode"))


def test_entry(tmp_path: Path, run: Run) -> None:
    root = tree(tmp_path, sound=SOUND)
    (entry,) = listed(run, root)
    path = f"{root}/{ESP}/EFI/Linux/sound.efi"
    expected = {
        "id": "sound.efi",
        "title": "Debian GNU/Linux 12 (bookworm)",
        "kind": "uki",
        "kernel": path,
        "initrds": [],
        "cmdline": "root=/dev/sda1 quiet",
        "version": RELEASE,
        "architecture": "x64",
        "sort_key": "debian",
        "bootable": True,
        "reasons": [],
    }
    assert {name: entry[name] for name in expected} == expected
    assert entry["loader_paths"]["initrds"] == []
    plan = json.loads(run("--entry", "sound.efi", "--dry-run", "--json", "--root", root).out)
    assert (plan["kernel"], plan["initrds"]) == (path, [])
    assert [step["text"] for step in plan["steps"][:2]] == [
        f"read .linux out of {path}",
        f"read .ucode and .initrd out of {path}",
    ]


def test_profiles_are_in_their_order(tmp_path: Path, run: Run) -> None:
    """As bootctl 257 lists them, although the entries' order has the highest id first."""
    profiles = [(".profile", b"ID=" + name) for name in (b"b", b"c", b"a")]
    root = tree(tmp_path, x=uki(*profiles), y=uki())
    assert [entry["id"] for entry in listed(run, root)] == [
        "y.efi",
        "x.efi@b",
        "x.efi@c",
        "x.efi@a",
    ]


def test_damaged_image_stays_the_default(tmp_path: Path, run: Run) -> None:
    """systemd-boot shows it, and it is what would be tried."""
    cut = patched(SOUND, ".linux", at=1 << 31)
    root = tree(tmp_path, y=cut, x=SOUND, z=pe([(".osrel", OSREL)]))
    found = {entry["id"]: (entry["default"], entry["bootable"]) for entry in listed(run, root)}
    assert found == {
        "z.efi": (False, False),
        "y.efi": (True, False),
        "x.efi": (False, True),
    }
    outcome = run("--default", "--dry-run", "--root", root)
    assert outcome.status == 5
    assert "cut off" in outcome.err


def test_what_is_beside_an_image_is_told_of(tmp_path: Path, run: Run) -> None:
    root = tree(tmp_path, **{"x+3-1": SOUND})
    addon = pe([(".cmdline", b"debug")])
    plant(
        root,
        {
            f"{ESP}/loader/addons/all.addon.efi": addon,
            f"{ESP}/EFI/Linux/x.efi.extra.d/own.addon.efi": addon,
            f"{ESP}/EFI/Linux/x.efi.extra.d/secret.cred": b"",
        },
    )
    (entry,) = listed(run, root)
    assert entry["bootable"]
    assert [reason.partition(":")[0] for reason in entry["reasons"]] == [
        "the addon all.addon.efi is not applied",
        "the addon own.addon.efi is not applied",
        "kexec does without what the image's stub adds to the initrd",
    ]
    assert "own.addon.efi" in run("list", "-v", "--root", root).out


def test_control_characters_never_reach_the_terminal(tmp_path: Path, run: Run) -> None:
    hostile = b"a\x1b[2Jb\x9b"
    image = uki(
        (".cmdline", hostile),
        (".uname", hostile),
        (".profile", b"ID=" + hostile),
        osrel=b"NAME=" + hostile,
    )
    root = tree(tmp_path, x=image)
    addon = {f"{ESP}/loader/addons/\x1b.addon.efi": pe([(".cmdline", hostile)])}
    plant(root, addon)
    printed = run("list", "-v", "--root", root).out + run("show", "0", "--root", root).out
    assert printed.replace("\n", "").isprintable()
