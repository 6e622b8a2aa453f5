"""systemd-boot's own menu, beside what bootpick lists of the same EFI system partition.

What bootctl, which judges random trees, does otherwise than systemd-boot is here in particular.
"""

from pathlib import Path

import pytest

from tests.support.bls import Entry, ours
from tests.support.requirements import cannot_run
from tests.support.trees import plant
from tests.support.uki import KERNEL, OSREL, uki
from tests.vm.systemd_boot import PROGRAM, Shown, menu_of

pytestmark = pytest.mark.vm

LINUX = "linux /vmlinuz\n"
ENTRIES = {
    # Fields: the ends of lines, blanks, comments, what comes twice.
    "f1.conf": "\n\n#x\n  # y\n\tlinux\t /vmlinuz\n options\t a=b\noptions\tc   d\t\n",
    "f2.conf": "title a\rlinux /vmlinuz\roptions b",
    "f3.conf": "title crlf\r\nlinux /vmlinuz\r\noptions a \r\n",
    "f4.conf": "title x\nlinux /nosuch\nlinux /vmlinuz\ntitle y\nversion 1\nLINUX /z\nfoo\n",
    "f5.conf": "\ufefftitle x\n" + LINUX,
    "f6.conf": LINUX + "initrd /i1\ninitrd /i2\ninitrd /d/vmlinuz\ndevicetree /dt\n",
    # Quotes: a pair of double ones around a value goes.
    "q1.conf": 'title "in quotes"\n' + LINUX + 'options "root=x a" b"\n',
    "q2.conf": LINUX + 'options a "b c"\nsort-key ""\n',
    # The order, and titles that are equal.
    "s1.conf": "title Same\nsort-key b\nversion 1.10\n" + LINUX,
    "s2.conf": "title Same\nsort-key b\nversion 1.9\n" + LINUX,
    "s3.conf": "title Same\nsort-key b\n" + LINUX,
    "s4.conf": "sort-key B\nmachine-id 0123456789abcdef0123456789abcdef\n" + LINUX,
    "s5.conf": "sort-key B\n" + LINUX,
    "s+2-1.conf": "title Tried\n" + LINUX,
    "sort-lts.conf": LINUX,
    "sort.conf": LINUX,
    "bad+0-3.conf": "title Bad\nsort-key a\n" + LINUX,
    # What is not shown: nothing there to start, or not for this machine.
    "h1.conf": "title no kernel\nlinux /nosuch\n",
    "h2.conf": "title foreign\narchitecture aa64\n" + LINUX,
    "h3.conf": "title nothing\noptions x\n",
    "h4.conf": "title upwards\nlinux ../vmlinuz\n",
    "h5.conf": "title a file, with a slash\nlinux /vmlinuz/\n",
    ".hidden.conf": LINUX,
    "x.conf.bak": LINUX,
    "auto-x.conf": "title its own\n" + LINUX,
    # What is shown all the same.
    "m1.conf": "title mine\narchitecture X64\n" + LINUX,
    "m2.conf": "title backslashes\nlinux \\d\\vmlinuz\n",
}
LOADER_CONF = 'timeout menu-force\ndefault nosuch*\ndefault "[!q]?.conf"\ndefault @other\n'
"""No set is negated, and no other '@' is known than '@saved': the second line counts, for q2."""


def test_menu(tmp_path: Path) -> None:
    """Order, titles, what is loaded with which options, what is hidden, and the default."""
    if not PROGRAM.exists():
        cannot_run("systemd-boot cannot judge; the package systemd-boot-efi has it")
    files: dict[str, str | bytes] = {
        "vmlinuz": KERNEL,
        "d/vmlinuz": KERNEL,
        "loader/loader.conf": LOADER_CONF,
        "EFI/Linux/image+3.efi": uki((".cmdline", b"a  b\n"), osrel=OSREL),
        **{f"loader/entries/{name}": text for name, text in ENTRIES.items()},
    }
    menu = menu_of(files, tmp_path)
    listed = ours(plant(tmp_path / "root", {f"efi/{name}": files[name] for name in files}))
    # Its ids are the names of the files, in small letters, with their counters.
    names = [Path(entry["file"]).name.lower() for entry in listed]
    shown = {entry.id: entry for entry in menu.entries}
    assert [name for name in names if name in shown] == [*shown]
    hidden = [entry for name, entry in zip(names, listed, strict=True) if name not in shown]
    assert [entry["id"] for entry in hidden] == ["h5", "h4", "h3", "h2", "h1", "auto-x"]
    assert not any(entry["bootable"] for entry in hidden[:-1])
    for name, entry in zip(names, listed, strict=True):
        if name in shown:
            assert _as_shown(entry, shown[name]) == shown[name]
    assert menu.settings["default"] == "[!q]?.conf"
    assert [entry["title"] for entry in listed if entry["default"]] == [menu.marked]


def _as_shown(entry: Entry, shown: Shown) -> Shown:
    """Give what systemd-boot would have to show of *entry*."""

    def path(file: str) -> str:
        return file.partition("/root/efi")[2].replace("/", "\\")

    return Shown(
        shown.id,
        entry["title"],
        path(entry["kernel"]),
        entry["cmdline"] or None,
        tuple(path(file) for file in entry["initrds"]),
        path(entry["devicetree"]) if entry["devicetree"] else None,
        entry["sort_key"] or None,
        # bootpick knows the kernel's, too, and has that of a unified kernel image only.
        shown.version and (shown.version if entry["kind"] == "uki" else entry["version"]),
        entry["machine_id"],
        None if entry["tries_left"] is None else (entry["tries_left"], entry["tries_done"] or 0),
    )
