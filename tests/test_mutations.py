"""Real configurations with damage: reading them ends, within bounds and as the contract says."""

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.program import bounded
from tests.support.trees import INSTALLATIONS

SECONDS, MEBIBYTES = 10, 400
CONFIGS = sorted(INSTALLATIONS.glob("*/root/boot/grub/grub.cfg"))
NUMBERS = (
    *("0", "-1", "08", "2147483648", "4294967295", "18446744073709551616", "9" * 5000, "0x", "1e9"),
    *("NaN", "Infinity", "00000000000000000001", "99999999999999999999>0"),
)
SYNTAX = ("{", "}", "'", '"', "\\", "$", "${", ";", "\n", "\r", "#", "|", "&", "<", ">", "\0", "\t")
WORDS = ("if", "then", "fi", "for", "do", "done", "while", "function", "menuentry", "submenu", "]")
COMMANDS = (
    *("configfile", "source", "normal", "search", "loopback", "load_env", "eval", "return 7", "!"),
    *("extract_entries_source", "insmod", "linux", "initrd", "setparams", "shift", "break 9"),
)


class Mutator:
    """Damages a text, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def mutated(self, text: bytes) -> bytes:
        """Give *text* with some damage, most of it with little."""
        kinds: tuple[Callable[[bytes], bytes], ...] = (
            *(self._cut, self._drop, self._swap, self._repeat, self._flip, self._number),
            *(self._syntax, self._word, self._double, self._noise, self._shuffle, self._command),
        )
        for _ in range(self._random.choice((1, 1, 2, 3, 5, 20, 100))):
            text = self._random.choice(kinds)(text)
        return text[: 4 << 20]

    def _place(self, text: bytes) -> int:
        return self._random.randint(0, len(text))

    def _span(self, text: bytes) -> tuple[int, int]:
        start = self._place(text)
        return start, min(len(text), start + int(self._random.expovariate(1 / 60)) + 1)

    def _cut(self, text: bytes) -> bytes:
        return text[: self._place(text)] if self._random.random() < 0.2 else text

    def _drop(self, text: bytes) -> bytes:
        start, end = self._span(text)
        return text[:start] + text[end:]

    def _swap(self, text: bytes) -> bytes:
        lines = text.split(b"\n")
        one, other = self._random.randrange(len(lines)), self._random.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
        return b"\n".join(lines)

    def _shuffle(self, text: bytes) -> bytes:
        lines = text.split(b"\n")
        start = self._random.randrange(len(lines))
        some = lines[start : start + 12]
        self._random.shuffle(some)
        return b"\n".join((*lines[:start], *some, *lines[start + 12 :]))

    def _repeat(self, text: bytes) -> bytes:
        start, end = self._span(text)
        times = self._random.choice((2, 2, 10, 10, 100, 100, 1000, 20_000))
        return text[:start] + text[start:end] * times + text[end:]

    def _double(self, text: bytes) -> bytes:
        return text + text if len(text) < 1 << 20 else text

    def _flip(self, text: bytes) -> bytes:
        damaged = bytearray(text)
        for _ in range(self._random.choice((1, 5, 50))):
            if damaged:
                damaged[self._random.randrange(len(damaged))] ^= 1 << self._random.randrange(8)
        return bytes(damaged)

    def _number(self, text: bytes) -> bytes:
        places = list(re.finditer(rb"[0-9]+", text))
        if not places:
            return text
        place = self._random.choice(places)
        number = self._random.choice(NUMBERS).encode()
        return text[: place.start()] + number + text[place.end() :]

    def _insert(self, text: bytes, what: bytes) -> bytes:
        at = self._place(text)
        return text[:at] + what + text[at:]

    def _syntax(self, text: bytes) -> bytes:
        times = self._random.choice((1, 1, 1, 2, 500))
        return self._insert(text, self._random.choice(SYNTAX).encode() * times)

    def _word(self, text: bytes) -> bytes:
        return self._insert(text, f" {self._random.choice(WORDS)} ".encode())

    def _command(self, text: bytes) -> bytes:
        words = self._random.sample((*COMMANDS, "$prefix/grub.cfg", "/boot", "x=$x$x", "*"), 3)
        return self._insert(text, f"\n{' '.join(words)}\n".encode())

    def _noise(self, text: bytes) -> bytes:
        return self._insert(text, self._random.randbytes(self._random.choice((1, 8, 300))))


def damaged(seed: int, folder: Path) -> Path:
    """Give the tree of an installation whose configuration, or block, has some damage."""
    config = CONFIGS[seed % len(CONFIGS)]
    root = shutil.copytree(config.parents[2], folder / "root", symlinks=True)
    target = root / "boot/grub" / ("grubenv" if seed % 10 == 9 else "grub.cfg")
    target.write_bytes(Mutator(seed).mutated(target.read_bytes() if target.exists() else b""))
    return root


def check(seed: int, folder: Path) -> None:
    root = damaged(seed, folder)
    done = bounded("list", "--json", "--root", root)
    assert done.status in (0, 3), done.err
    assert "Traceback" not in done.err
    assert done.seconds < SECONDS
    assert done.mebibytes < MEBIBYTES
    listing = json.loads(done.out, parse_constant=pytest.fail)
    assert len(listing["entries"]) > 0 if done.status == 0 else listing["entries"] == []
    identifiers = [entry["id"] for entry in listing["entries"]]
    assert len(set(identifiers)) == len(identifiers)
    assert listing["default"] in (identifiers or [None])
    for entry in listing["entries"]:
        assert entry["bootable"] or entry["reasons"]
    shown = bounded("list", "--root", root)
    assert shown.status == done.status
    assert not re.search(r"[\0-\x08\x0b-\x1f\x7f-\x9f]", shown.out + shown.err)
    assert "Traceback" not in shown.err


@pytest.mark.parametrize("seed", range(10, 18))
def test_damage_is_survived(seed: int, tmp_path: Path) -> None:
    check(seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 1300, 50))
def test_much_damage_is_survived(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 50):
        check(seed, tmp_path / str(seed))
