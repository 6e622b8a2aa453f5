"""Random configurations of GRUB Legacy, and a machine on which all their files are there."""

from random import Random
from typing import Any, NamedTuple

from tests.support.lsblk import row
from tests.support.trees import KERNEL

KERNELS = ("/vmlinuz", "/boot/vmlinuz-2.6.32-5-amd64", "/boot/kernel", "//boot//kernel")
INITRDS = ("/initrd", "/boot/initrd.img-2.6.32-5-amd64", "/boot/ucode.img")
XEN = "/boot/xen.gz"
# (name, number, where it is mounted); the first holds the configuration
PARTITIONS = (
    ("sda1", 1, "/"),
    ("sda2", 2, "/d/two"),
    ("sda5", 5, "/d/five"),
    ("sdb1", 1, "/d/other"),
    ("sdb3", 3, "/d/third"),
)
DEVICES = ("(hd0,0)", "(hd0,1)", "(hd0,4)", "(hd1,0)", "(hd1,2)", "(hd2)")
MOUNTED = {
    "": "",
    "hd0,1": "",
    "hd0,2": "/d/two",
    "hd0,5": "/d/five",
    "hd1,1": "/d/other",
    "hd1,3": "/d/third",
    "hd2": "/d/whole",
}
"""By GRUB 2's name of the device; the empty one is that of the configuration."""
UUIDS = {f"uuid-{name}": at.rstrip("/") for name, _, at in PARTITIONS}
FILES = {
    f"{at}{name}": KERNEL if name in KERNELS else b"x"
    for at in MOUNTED.values()
    for name in (*KERNELS[:3], *INITRDS, XEN)
}
_TITLES = (
    "Debian GNU/Linux, kernel 2.6.32-5-amd64",
    "Debian GNU/Linux, kernel 2.6.32-5-amd64 (single-user mode)",
    "CentOS (2.6.32-754.el6.x86_64)",
    'It\'s "this"   one',
    "a=b # c",
    "$x %y \\z",
    "Тест",
    "0",
)
_WORDS = (
    "root=/dev/sda1 ro quiet splash vga=791 single rhgb root=LABEL=/ root=UUID=1-2 $a ${b} %c% 'q "
    'r\' "s t" \\u x\\y console=ttyS0,115200n8 init=/bin/sh (hd0,0) --type=linux # é = a=b=c'
).split()


class MadeMenu(NamedTuple):
    """One configuration."""

    text: str
    """With all that may stand between and within its lines."""
    plain: str
    """The same commands, each in a line of its own that begins with its name."""


class MenuMaker:
    """Makes one configuration; the same one for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def menu(self) -> MadeMenu:
        """Make it."""
        lines = [*self._head(), *(line for _ in range(self._count(1, 7)) for line in self._entry())]
        text = "".join(self._decorated(*line) for line in lines)
        plain = "".join(f"{name} {arguments}\n" for name, arguments in lines)
        return MadeMenu(text, plain)

    def _count(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def _chance(self, part: float) -> bool:
        return self._random.random() < part

    def _pick(self, some: tuple[str, ...] | list[str]) -> str:
        return self._random.choice(some)

    def _head(self) -> list[tuple[str, str]]:
        some = [
            ("default", self._pick(["0", "1", "2", "5", "9"])),
            ("timeout", self._pick(["0", "5", "30"])),
            ("fallback", self._pick(["1", "0 2", "7 1"])),
            ("hiddenmenu", ""),
            ("color", "cyan/blue white/blue"),
            ("splashimage", "(hd0,0)/boot/grub/splash.xpm.gz"),
            ("password", self._pick(["secret", "--md5 $1$gLhU0/$aW78kHK1QfV3P2b2znUoe/"])),
        ]
        self._random.shuffle(some)
        return [line for line in some if self._chance(0.5)]

    def _entry(self) -> list[tuple[str, str]]:
        title = ("title", self._pick(_TITLES))
        if self._chance(0.08):
            return [title]
        lines: list[tuple[str, str]] = []
        if self._chance(0.7):
            lines.append((self._pick(["root", "rootnoverify"]), self._pick(DEVICES)))
        elif self._chance(0.3):
            lines.append(("uuid", self._pick(list(UUIDS))))
        kind = self._random.random()
        if kind < 0.1:
            lines += [("makeactive", ""), ("chainloader", "+1")]
        elif kind < 0.2:
            lines.append(("kernel", f"{XEN} {self._words()}"))
            lines += [("module", f"{name} {self._words()}") for name in (KERNELS[0], INITRDS[0])]
        else:
            lines += self._linux()
        if self._chance(0.2):
            lines.append(("savedefault", ""))
        if self._chance(0.2):
            lines.insert(self._count(0, len(lines)), ("lock", ""))
        if self._chance(0.2):
            lines.append(("boot", ""))
        return [title, *lines]

    def _linux(self) -> list[tuple[str, str]]:
        options = [one for one in ("--type=linux", "--no-mem-option") if self._chance(0.15)]
        kernel = self._file(KERNELS)
        lines = [("kernel", " ".join([*options, f"{kernel} {self._words()}"]))]
        for _ in range(self._random.choice((0, 1, 1, 1, 2))):
            more = [self._pick(INITRDS) for _ in range(self._random.choice((0, 0, 0, 1, 2)))]
            command = self._pick(["initrd", "initrd", "module"])
            lines.append((command, " ".join([self._file(INITRDS), *more])))
        return lines

    def _file(self, names: tuple[str, ...]) -> str:
        return (self._pick(DEVICES) if self._chance(0.3) else "") + self._pick(names)

    def _words(self) -> str:
        blanks = self._pick([" ", " ", "  "])
        return blanks.join(self._pick(_WORDS) for _ in range(self._count(0, 8)))

    def _decorated(self, name: str, arguments: str) -> str:
        """Give a line as somebody may have written it."""
        between = self._pick([" ", " ", "\t\t", "=", " = ", "  ", " \\\n "])
        if name == "title" or not arguments:
            between = self._pick([" ", "\t"])
        elif self._chance(0.2):
            arguments = arguments.replace(" ", self._pick(["\t", " \\\n", "\\\r\n "]), 1)
        before = self._pick(["", "", "", "\n", "  ", "\t", "# title X\n", "  #kernel \\\n /x\n"])
        return f"{before}{name}{between}{arguments}{self._pick(['', '', ' ', chr(13)])}\n"


def devices() -> dict[str, Any]:
    """Give the machine's block devices, as lsblk has them."""
    disks = [
        row(
            disk,
            "disk",
            None,
            *(
                row(name, "part", "ext3", partn=number, at=at, uuid=f"uuid-{name}")
                for name, number, at in PARTITIONS
                if name.startswith(disk)
            ),
            pttype="dos",
        )
        for disk in ("sda", "sdb")
    ]
    return {"blockdevices": [*disks, row("sdc", "disk", "ext3", at="/d/whole")]}
