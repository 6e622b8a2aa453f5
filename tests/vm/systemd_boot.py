"""The judge: systemd-boot itself, started by the firmware, says what is in its menu.

At its menu `P` shows page by page what it has read, and then the menu again, with the entry marked
that would boot.
"""

import contextlib
import re
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.trees import plant
from tests.vm import host
from tests.vm.console import Console, ConsoleError

PROGRAM = Path("/usr/lib/systemd/boot/efi/systemd-bootx64.efi")
"""Where Debian's package systemd-boot-efi has it."""

_SIZE = 64 << 20
_PATIENCE = 300.0
_END = rb"config entry: (\d+)/\1\s.*\x1b\[30m\x1b\[47m *([^\x1b]*?) *\x1b"
"""The last page, and behind it the menu, with one line the other way round."""
_TRIES = re.compile(r"(\d+) left, (\d+) done")


@dataclass(frozen=True)
class Shown:
    """One entry as systemd-boot has it."""

    id: str
    """The file's name in small letters, its boot counter included."""
    title: str
    """As it is in the menu."""
    loader: str = ""
    """What is started: the path, with backslashes."""
    options: str | None = None
    initrds: tuple[str, ...] = ()
    devicetree: str | None = None
    sort_key: str | None = None
    version: str | None = None
    machine_id: str | None = None
    tries: tuple[int, int] | None = None
    """Left and done."""


@dataclass(frozen=True)
class Menu:
    """What systemd-boot shows."""

    entries: tuple[Shown, ...]
    marked: str
    """The title of the entry that would boot."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Of loader.conf: ``timeout``, ``default`` and others."""


def menu_of(files: Mapping[str, str | bytes], folder: Path) -> Menu:
    """Start systemd-boot from an EFI system partition with *files*, and read its menu.

    It has to wait for ever (``timeout menu-force``), and the menu has to fit on the screen. What it
    makes by itself is not among the entries. *folder* is for what the machine needs.
    """
    tree, image, variables = folder / "esp", folder / "esp.img", folder / "variables.fd"
    plant(tree, {**files, "EFI/BOOT/BOOTX64.EFI": PROGRAM.read_bytes()})
    image.write_bytes(b"")
    with image.open("r+b") as stream:
        stream.truncate(_SIZE)
    host.run(["mformat", "-i", image, "-T", str(_SIZE // 512), "::"])
    host.run(["mcopy", "-s", "-i", image, *sorted(tree.iterdir()), "::/"])
    variables.write_bytes(host.OVMF_VARIABLES.read_bytes())
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "console"))
        listening.listen()
        listening.settimeout(_PATIENCE)
        words = [
            *("setpriv", "--pdeathsig", "KILL", "--", host.QEMU),
            *("-nodefaults", "-display", "none", "-net", "none", "-machine", "q35", "-m", "256"),
            # Time passes by instructions: on a busy host the firmware gives up on its serial line.
            *("-accel", "tcg,thread=single", "-icount", "shift=3,sleep=off", *host.PROCESSOR),
            *("-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={host.OVMF_CODE}"),
            *("-drive", f"if=pflash,format=raw,unit=1,file={variables}"),
            *("-drive", f"format=raw,file={image}"),
            *("-chardev", f"socket,id=console,path={folder / 'console'}"),
            *("-serial", "chardev:console"),
        ]
        machine = subprocess.Popen(words, stdin=subprocess.DEVNULL)
        try:
            connection = listening.accept()[0]
            with contextlib.closing(Console(connection, folder / "console.log")) as console:
                return _read(console)
        finally:
            machine.kill()
            machine.wait()


def _read(console: Console) -> Menu:
    console.wait_for("Reboot Into Firmware Interface", _PATIENCE)
    start = console.mark()
    console.send("P")
    # A key shows the next page; at the menu it does nothing.
    deadline = time.monotonic() + _PATIENCE
    while True:
        with contextlib.suppress(ConsoleError):
            marked = console.wait_for(_END, 1)
            break
        if time.monotonic() > deadline:
            raise ConsoleError(f"no menu, but {console.since(start)[-2000:]!r}")
        console.send(" ")
    first, *pages = re.split(r"config entry: \d+/\d+\s", console.since(start).replace("\r", ""))
    entries = [_shown(page) for page in pages]
    return Menu(
        tuple(entry for entry in entries if not entry.id.startswith("auto-")),
        marked[2].decode(),
        dict(re.findall(r"^ *([a-z-]+) \(config\): (.*)$", first, re.MULTILINE)),
    )


def _shown(page: str) -> Shown:
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r"^ *([a-z -]+): (.*)$", page, re.MULTILINE):
        fields.setdefault(name, []).append(value)
    first = {name: values[0] for name, values in fields.items()}
    tries = _TRIES.fullmatch(first.get("tries", ""))
    return Shown(
        first["id"],
        first.get("title show") or first["title"],
        first.get("loader", ""),
        first.get("options"),
        tuple(fields.get("initrd", ())),
        first.get("devicetree"),
        first.get("sort key"),
        first.get("version"),
        first.get("machine-id"),
        (int(tries[1]), int(tries[2])) if tries else None,
    )
