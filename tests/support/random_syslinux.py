"""Random configurations of syslinux that GRUB's converter understands as syslinux does.

It does not do so with: ``APPEND`` before the labels (an error), ``APPEND -``, several ``APPEND`` or
``INITRD`` in a label, words behind the kernel (part of its name), labels of two words, submenus
(their entries are in the first menu), a list in ``initrd=`` (one file), three initrds (the
second is lost), ``INCLUDE`` (what stood before it is lost), ``ONTIMEOUT``, ``MENU DEFAULT``, and
``DEFAULT`` without ``TIMEOUT`` (no menu at all).
"""

from random import Random

_KERNELS = ("linux", "/vmlinuz", "sub/linux", "../linux", "/boot/syslinux/linux", "missing")
_INITRDS = ("initrd", "/initrd.img", "sub/initrd", "../ucode", "missing.img")
_WORDS = (
    "root=/dev/sda1",
    "ro",
    "quiet",
    "console=tty0",
    "a=b,c",
    "x:y",
    "vga=788",
    "---",
    "init=",
)
_TITLES = ("Linux", "^Rescue", "Live s^ystem", "Ä title", "Install (text)", "1.2 - x")
FILES = (
    *(f"boot/syslinux/{name}" for name in ("linux", "sub/linux", "initrd", "sub/initrd")),
    *("vmlinuz", "boot/linux", "initrd.img", "boot/ucode"),
)


class Maker:
    """Makes one configuration from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._end = self._random.choice(("\n", "\n", "\r\n"))
        self._labels: list[str] = []

    def config(self) -> str:
        """Give the text of the configuration."""
        lines = [self._key("prompt") + " 1"]
        if self._random.random() < 0.7:
            lines.append(f"{self._key('timeout')} {10 * self._random.randrange(1, 90)}")
        body = [line for _ in range(self._random.randrange(1, 6)) for line in self._label()]
        if len(lines) > 1 and self._random.random() < 0.6:
            chosen = self._random.choice(self._labels)
            lines.insert(self._random.randrange(len(lines) + 1), f"{self._key('default')} {chosen}")
        return self._end.join([*lines, *body, ""])

    def _key(self, word: str) -> str:
        return self._random.choice((word, word.upper(), word.capitalize()))

    def _indent(self) -> str:
        return self._random.choice(("", " ", "\t", "    "))

    def _label(self) -> list[str]:
        name = f"{self._random.choice('abcdef')}{len(self._labels)}"
        self._labels.append(name)
        lines = [f"{self._key('kernel' if self._maybe(0.4) else 'linux')} {self._kernel()}"]
        words = self._random.choices(_WORDS, k=self._random.randrange(5))
        if self._maybe(0.3):
            # Only as the last one: the converter wants a blank behind it nowhere else.
            words.append(f"initrd={self._random.choice(_INITRDS)}")
        elif self._maybe(0.6):
            names = self._random.choices(_INITRDS, k=self._random.randrange(1, 3))
            lines.append(f"{self._key('initrd')} {','.join(names)}")
        if words:
            lines.append(f"{self._key('append')} {' '.join(words)}")
        if self._maybe(0.5):
            lines.append(f"{self._key('menu label')} {self._random.choice(_TITLES)}")
        if self._maybe(0.2):
            lines.append("# " + self._random.choice(("a comment", "label x", "append y")))
        if self._maybe(0.2):
            lines.append("")
        self._random.shuffle(lines)
        if self._maybe(0.15):
            lines += ["text help", "some help", "  label of help", "endtext"]
        return [f"{self._key('label')} {name}", *(self._indent() + line for line in lines)]

    def _maybe(self, chance: float) -> bool:
        return self._random.random() < chance

    def _kernel(self) -> str:
        return self._random.choice(_KERNELS)
