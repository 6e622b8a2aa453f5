"""Random trees for systemd-boot: entries, unified kernel images, loader.conf, EFI variables.

Whatever a person or a broken tool could leave on a boot partition, but for what bootctl and
systemd-boot are known to disagree on; that is tested by name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from bootpick.bls.version import compare
from tests.support.efi import FOLDER, VENDOR, variable
from tests.support.script_pieces import pieces
from tests.support.uki import KERNEL, pe

_INITRD = b"\0" * 64

_PLACES = (("boot", None), ("efi", None), ("boot/efi", None), ("efi", "boot"), ("boot/efi", "boot"))
"""Where the ESP is, and where XBOOTLDR."""
_FILES = ("vmlinuz-1", "vmlinuz-2", "EFI/x/linux.efi", "a b", "initrd-1", "x/initrd-2", "dtb")

_STEMS = pieces(
    r"""
arch¦arch-lts¦arch-fallback¦linux¦linux-zen¦fedora-6.8¦fedora-6.10¦fedora-6.8-rc1¦a¦b¦a.b¦A¦x_y¦
nixos-generation-9¦nixos-generation-10¦0-rescue¦6.1.0-18-amd64¦a-¦a--1¦0123456789abcdef-6.1.38¦
0123456789abcdef-6.1.38-arch1-1¦0123456789abcdef-6.9.0-0.rc5¦z..z¦a+b¦a.conf¦
auto-a¦
"""
)
_COUNTERS = pieces(
    r"""
+3¦+3-1¦+2-1¦+2¦+0¦+0-2¦+0-1¦+1+2¦+03-01¦+¦-3¦+3-¦+x¦+3-1x¦+3-1-2¦+-1¦+3+¦++3¦+2147483647¦
+1-2147483647¦
"""
)
_SUFFIXES = (".conf",) * 12 + (".CONF", ".Conf", ".conf~", ".conf.bak", "", ".con", "conf")
_ODD_NAMES = pieces(
    r"""
a b.conf¦é.conf¦.conf¦.hidden.conf¦a:b.conf¦a,b.conf¦a@b.conf¦"a".conf¦a*.conf¦a\b.conf¦␉.conf¦
a%b.conf¦a=b.conf¦(a).conf¦a$b.conf¦a~1.conf¦-.conf¦_.conf¦+1.conf¦+.conf¦++.conf¦...conf¦
"""
)
_TITLES = pieces(
    """
Arch Linux¦Arch Linux¦Arch Linux¦Fedora Linux 40 (Workstation)¦A  B¦a␉b¦é¦Linux (1.9)¦
x (default)¦#x¦Debian: "12"¦$x¦a\\n¦=¦linux /x¦
x\x1b[31my¦\x7f¦\x0b¦x\x0c¦x\u0085y\u2028z¦
"""
)
_VERSIONS = pieces(
    r"""
1¦1.10¦1.9¦1.9¦2~rc1¦2¦1.9-1¦6.1.0-18-amd64¦a¦é¦1 2¦0¦-1¦~¦01.9¦
"""
)
_MACHINES = pieces(
    """
0123456789abcdef0123456789abcdef¦fedcba98765432100123456789abcdef¦0123456789ABCDEF¦x y¦
"""
)
_SORT_KEYS = pieces("a¦b¦arch¦fedora¦B¦a b¦a-1¦é¦~¦1¦10¦9¦")
_ARCHITECTURES = ("x64", "X64", "aa64", "AA64", "ia32", "x86_64", "riscv64", "nosuch")
_PATHS = pieces(
    r"""
/vmlinuz-1¦/vmlinuz-2¦vmlinuz-1¦//vmlinuz-1¦/./vmlinuz-2¦/EFI/x/linux.efi¦/EFI//x/./linux.efi¦
/a b¦/initrd-1¦/x/initrd-2¦x/initrd-2¦/dtb¦
"""
)
_ODD_PATHS = pieces(
    r"""
/nosuch¦nosuch/x¦\EFI\x\linux.efi¦../vmlinuz-1¦/x/../vmlinuz-1¦/EFI/x/¦/¦.¦..¦/x/..¦./¦/vmlinuz-1/x¦
/a  b¦/é¦/...¦/vmlinuz-1 /x¦
"""
)
_OPTIONS = pieces(
    """
root=UUID=0a3407de-014b-458b-b5c1-848e92a327a3 ro quiet¦quiet¦a=1  b¦x="a b" y¦rw␉x¦#x¦x # y¦a\\b¦
\\a¦é¦$a¦$kernelopts $tuned_params¦${a}¦-- x¦=¦a;b¦`x`¦"a¦a"¦x=\x1by¦\x7f¦a\x0b\x0cb¦
"""
)
_UNKNOWN = pieces(
    """
Title x¦LINUX /vmlinuz-1¦Efi /x¦grub_users $grub_users¦id x¦foo¦foo bar¦title: x¦linux=/vmlinuz-1¦
options:¦=¦é x¦linuxx /a¦\ufefftitle x¦-¦\x01 x¦
"""
)
_EMPTY = pieces(
    "title¦version¦sort-key¦machine-id¦options¦linux¦initrd¦efi¦devicetree¦architecture¦"
)
_COMMENTS = ("#", "# x", "#title x", "#\tlinux /a", "##")
_ENDS = ("\n",) * 12 + ("\r\n", "\r", "\n\n", "\n \n", "\n\r", "\r\r\n", "\0", "\0\n")
_BLANKS = (" ",) * 8 + ("\t", "  ", " \t ", "    ")
_AROUND = ("",) * 10 + (" ", "\t", "  ", "\t ")

_PATTERNS = pieces(
    r"""
arch.conf¦arch*¦arch¦*¦**¦*.conf¦*.efi¦?.conf¦[ab].conf¦[a-c]*¦[]a]*¦[-a]*¦[a-]*¦nosuch¦nosuch*¦ARCH.CONF¦
*-lts*¦fedora-6.8*¦fedora-6.10.conf¦nixos-generation-*¦a.*¦a¦A.conf¦*a*b*¦a\.conf¦\a*¦[a¦@saved¦@SAVED¦
*rescue*¦b.conf¦0*¦*1*8*¦linux.efi¦image.efi¦
"""
)
_TIMEOUTS = pieces(
    """
0¦3¦5¦menu-force¦menu-hidden¦menu-disabled¦-1¦3s¦007¦1.5¦x¦99999999999999999999¦4294967295¦
"""
)
_SETTINGS = pieces(
    """
editor no¦console-mode max¦auto-entries no¦auto-firmware yes¦beep on¦random-seed-mode off¦editor¦
default-x y¦#default b.conf¦Default b.conf¦secure-boot-enroll off¦
"""
)

_IMAGES = ("linux", "image", "arch", "a", "Debian_12", "x.y")
_RELEASES = pieces(
    r"""
NAME=Arch Linux␤PRETTY_NAME="Arch Linux"␤ID=arch␤BUILD_ID=rolling␤¦
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"␤NAME="Debian GNU/Linux"␤VERSION_ID="12"␤
VERSION="12 (bookworm)"␤ID=debian␤¦ID=a␤IMAGE_ID=img␤IMAGE_VERSION=7␤VERSION_ID=1␤¦
NAME=x␤ID=y␤VERSION=2␤IMAGE_ID=b␤¦ID=only␤¦NAME=name␤¦VERSION_ID=1␤¦ID=a␤VERSION_ID=1.9¦
# x␤␤ID='q'␤NAME="a\"b"␤¦
"""
)
_CMDLINES = pieces("root=/dev/sda1 ro¦ a  b ¦quiet␤¦x=1␤␤¦¦␤¦a␉b¦é¦'q'¦")


@dataclass(frozen=True)
class Tree:
    """Files by path below the root, and where the partitions are."""

    files: Mapping[str, bytes]
    esp: str
    xbootldr: str | None


class TreeMaker:
    """Makes a tree from a number."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._files: dict[str, bytes] = {}

    def tree(self) -> Tree:
        """Give the tree; call it once."""
        esp, xbootldr = self._random.choice(_PLACES)
        self._partition(esp)
        if xbootldr is not None:
            self._partition(xbootldr)
        if self._chance(0.7):
            self._files[f"{esp}/loader/loader.conf"] = self._loader_conf()
        if xbootldr is not None and self._chance(0.3):
            self._files[f"{xbootldr}/loader/loader.conf"] = self._loader_conf()
        if self._chance(0.4):
            self._variables()
        return Tree(self._files, esp, xbootldr)

    def _pick(self, choices: Sequence[str]) -> str:
        return self._random.choice(choices)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _partition(self, place: str) -> None:
        for name in _FILES:
            # An EFI system partition has a folder EFI in any case: that is what it is known by.
            if name.startswith("EFI/") or self._chance(0.9):
                self._files[f"{place}/{name}"] = KERNEL if "linu" in name else _INITRD
        for _ in range(self._random.choice((0, 1, 2, 3, 5, 7, 9, 14))):
            self._plant(f"{place}/loader/entries", self._entry_name(), self._entry())
        if self._chance(0.05):  # a folder, which is no entry
            self._files[f"{place}/loader/entries/folder.conf/arch.conf"] = self._entry()
        for _ in range(self._random.choice((0, 0, 0, 1, 1, 2))):
            name = self._pick(_IMAGES) + (self._pick(_COUNTERS) if self._chance(0.2) else "")
            suffix = self._pick((".efi",) * 8 + (".EFI", ".efi.bak"))
            self._plant(f"{place}/EFI/Linux", name + suffix, self._image())

    def _plant(self, folder: str, name: str, content: bytes) -> None:
        """Add an entry, unless only the file system would say which of two comes first.

        On the other partition there may be one of the same id, but not with a counter: bootctl 252
        does not look at them, systemd-boot puts the one with more tries first.
        """
        stem, counter = _parts(name)
        for other in self._files:
            where, _, other_name = other.rpartition("/")
            other_stem, other_counter = _parts(other_name)
            is_unclear = where == folder or (counter and other_counter)
            if is_unclear and compare(stem, other_stem) == 0:
                return
        self._files[f"{folder}/{name}"] = content

    def _entry_name(self) -> str:
        counter = self._pick(_COUNTERS) if self._chance(0.25) else ""
        if self._chance(0.04):
            return self._pick(_ODD_NAMES)
        if self._chance(0.01):  # the longest name
            return ("x" * 300)[: 250 - len(counter)] + counter + ".conf"
        return self._pick(_STEMS) + counter + self._pick(_SUFFIXES)

    def _entry(self) -> bytes:
        # bootctl tells both 'linux' and 'efi', but not which of them comes last.
        loaded = "linux" if self._chance(0.95) else "efi"
        lines = [f"{loaded} {self._path()}"] if self._chance(0.95) else []
        for key, values, probability in (
            ("title", _TITLES, 0.7),
            ("version", _VERSIONS, 0.6),
            ("machine-id", _MACHINES, 0.4),
            ("sort-key", _SORT_KEYS, 0.5),
            ("architecture", _ARCHITECTURES, 0.1),
        ):
            while self._chance(probability):
                lines.append(f"{key} {self._pick(values)}")
                probability = 0.08
        for key, most in (("initrd", 3), ("options", 3)):
            for _ in range(self._random.randint(0, most)):
                value = self._options() if key == "options" else self._path()
                lines.append(f"{key} {value}")
        for key, probability in ((loaded, 0.08), ("devicetree", 0.08)):
            lines += [f"{key} {self._path()}"] if self._chance(probability) else []
        if self._chance(0.05):
            lines.append(f"devicetree-overlay {self._path()} {self._path()}")
        for odd, probability in ((_UNKNOWN, 0.1), (_EMPTY, 0.08), (_COMMENTS, 0.2)):
            while self._chance(probability):
                lines.append(self._pick(odd))
        if self._chance(0.5):
            self._random.shuffle(lines)
        return self._lines(lines)

    def _lines(self, lines: Sequence[str]) -> bytes:
        if self._chance(0.01):
            return b""
        text = self._pick(("",) * 30 + ("\n", "\n", "# x\n", "\ufeff"))
        tidy = self._chance(0.4)
        for line in lines:
            if tidy:
                text += f"{line}\n"
                continue
            key, blank, value = line.partition(" ")
            blank = self._pick(_BLANKS) if blank else ""
            text += f"{self._pick(_AROUND)}{key}{blank}{value}{self._pick(_AROUND)}"
            text += self._pick(_ENDS)
        if self._chance(0.1):
            text = text.rstrip("\r\n ")
        return text.encode("utf-8", "surrogateescape")

    def _path(self) -> str:
        return self._pick(_ODD_PATHS if self._chance(0.15) else _PATHS)

    def _options(self) -> str:
        if self._chance(0.02):
            return self._pick(("x", "xy ", "é")) * self._random.choice((100, 4096, 70_000))
        return self._pick(_OPTIONS)

    def _image(self) -> bytes:
        sections = [(".osrel", self._pick(_RELEASES))]
        if self._chance(0.8):
            sections.append((".cmdline", self._pick(_CMDLINES)))
        sections += [(".uname", "6.1.0-18-amd64"), (".initrd", "070701")]
        if self._chance(0.5):
            self._random.shuffle(sections)
        contents = [(name, text.encode()) for name, text in sections]
        image = pe([*contents, (".linux", KERNEL)])
        if self._chance(0.05):
            return self._pick_bytes((b"", b"MZ", image[:100], image[2:], b"x" * 4096))
        return image

    def _pick_bytes(self, choices: Sequence[bytes]) -> bytes:
        return self._random.choice(choices)

    def _loader_conf(self) -> bytes:
        lines: list[str] = []
        while self._chance(0.8 if not lines else 0.1):
            lines.append(f"default {self._pattern()}")
        while self._chance(0.5):
            lines.append(f"timeout {self._pick(_TIMEOUTS)}")
        while self._chance(0.3):
            lines.append(self._pick(_SETTINGS))
        self._random.shuffle(lines)
        return self._lines(lines)

    def _pattern(self) -> str:
        """Give a pattern, or the name of one of the entries, with its counter or without."""
        names = [name.rpartition("/")[2] for name in self._files]
        names = [name for name in names if name.endswith((".conf", ".efi"))]
        if not names or self._chance(0.5):
            return self._pick(_PATTERNS)
        stem, dot, suffix = self._pick(names).rpartition(".")
        return (stem.rpartition("+")[0] or stem) + self._pick((dot + suffix, dot + suffix, "*", ""))

    def _variables(self) -> None:
        values: dict[str, str] = {"LoaderInfo": "systemd-boot 252.39"}
        if self._chance(0.5):
            values["LoaderEntryDefault"] = self._pattern()
        if self._chance(0.3):
            # In a one-shot '@saved' means something to bootctl alone.
            values["LoaderEntryOneShot"] = self._pattern().replace("@", "")
        if self._chance(0.5):
            # What was booted is in both; bootctl takes '@saved' for the former,
            # systemd-boot for the latter.
            booted = self._pattern()
            values |= {"LoaderEntrySelected": booted, "LoaderEntryLastBooted": booted}
        # A NUL at the end, or none.
        end = self._pick(("\0",) * 4 + ("", "\0\0"))
        for name, value in values.items():
            self._files[f"{FOLDER}/{name}-{VENDOR}"] = variable(value, end=end)


def _parts(name: str) -> tuple[str, bool]:
    """Give a file name without its boot counter, and whether it has one."""
    found = re.fullmatch(r"(.*)\+\d+(?:-\d+)?(\.\w+)", name)
    return (found[1] + found[2], True) if found is not None else (name, False)
