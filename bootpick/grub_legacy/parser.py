"""From the text of a ``menu.lst`` to its commands, and from their arguments to what they name."""

from functools import lru_cache

import pyparsing as pp

from ..grammars import grub_legacy as grammar
from ..source import Position, Source
from .syntax import Command, Device, KernelArguments, Script

LINE_LIMIT = 1500
"""Bytes of a line that GRUB reads (``NEW_HEAPSIZE``); the rest is lost."""
_HIGHEST = (1 << 31) - 1


def parse_script(text: str, name: str) -> Script:
    """Give the commands in *text*, the contents of the file *name*; nothing is an error here."""
    (lines,) = grammar.file.parse_string(text)
    commands: list[Command] = []
    for offset, word, at, rest in lines:
        arguments, is_cut = rest, False
        if len(rest) > LINE_LIMIT // 4:
            arguments, is_cut = _cut(rest, LINE_LIMIT - (at - offset))
        # To C a line ends at a NUL.
        arguments = _clean(arguments).partition("\0")[0]
        if "\0" in word:
            word, arguments = word.partition("\0")[0], ""
        if "\r" in word:
            word = word.replace("\r", "")
        commands.append(Command(word, arguments, offset, at, is_cut))
    return Script(Source(name, text), tuple(commands))


def _cut(text: str, size: int) -> tuple[str, bool]:
    """Give what of *text* GRUB reads when *size* bytes are left."""
    if size <= 0:
        return "", True
    data = text[: 2 * LINE_LIMIT].encode("utf-8", "surrogateescape")
    if len(data) <= size:
        return text, False
    return data[:size].decode("utf-8", "surrogateescape"), True


def _clean(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r", "")
    if "\n" in text:
        text = text.replace("\\\n", " ")
    return text.replace("\t", " ")


def place_in(script: Script, command: Command, index: int) -> Position:
    """Give the place of the character *index* of the arguments of *command*."""
    text, offset = script.source.text, command.at
    while True:
        while text[offset : offset + 1] == "\r":
            offset += 1
        if index == 0:
            return script.source.position(offset)
        index -= 1
        end = offset + 1
        while text[end : end + 1] == "\r":
            end += 1
        is_join = text[offset : offset + 1] == "\\" and text[end : end + 1] == "\n"
        offset = end + 1 if is_join else offset + 1


def parse_number(text: str) -> int | None:
    """Give the number that *text* begins with (``safe_parse_maxint``): decimal or, with 0x, hex.

    ``None`` where there is none, or one that GRUB has no room for.
    """
    try:
        return _number(grammar.number.parse_string(text)[0])
    except pp.ParseException:
        return None


def parse_numbers(text: str) -> tuple[list[int], str]:
    """Give the numbers that *text* begins with, and what comes behind them."""
    *found, rest = grammar.numbers.parse_string(text)
    values = [_number(one) for one in found]
    return [value for value in values if value is not None], rest


def _number(text: str) -> int | None:
    value = int(text, 16) if text[:2].lower() == "0x" else int(text[:20])
    return value if value <= _HIGHEST else None


def parse_kernel(arguments: str) -> KernelArguments:
    """Give the parts of the arguments of ``kernel``."""
    found = grammar.kernel.parse_string(arguments)
    start, file = 0, ""
    if found["file"]:
        start, (file,), _ = found["file"]
    return KernelArguments(tuple(found["options"]), file, start, found["rest"])


def parse_words(arguments: str) -> tuple[str, ...]:
    """Give the words of *arguments*."""
    (found,) = grammar.words.parse_string(arguments)
    return tuple([word for (word,) in found])


@lru_cache(256)
def parse_place(text: str) -> tuple[Device | None, str] | None:
    """Split a file's name or a device into the device, if there is one, and what is behind it.

    ``None`` where it begins with something in parentheses that is no device.
    """
    if not text.startswith("("):
        return None, text
    try:
        found = grammar.place.parse_string(text)
    except pp.ParseException:
        return None
    parts = found["device"]
    kind, *number = parts["disk"]
    if number:
        count = _number(number[0])
        if count is None:
            return None
        kind += str(count)
    partition = _number(parts["partition"][0]) if "partition" in parts else None
    return Device(kind, partition, parts["slice"][0] if "slice" in parts else ""), found["path"]


def parse_device_map(text: str) -> dict[str, str]:
    """Give the device nodes in a ``device.map`` by the disks' names, without parentheses."""
    (found,) = grammar.device_map.parse_string(text)
    return {disk: node for disk, node in found if disk is not None}
