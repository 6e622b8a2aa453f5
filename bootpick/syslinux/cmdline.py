"""What is started, with which command line and which initrds."""

from typing import NamedTuple

from .menu import Label
from .syntax import split_word

_INITRD = "initrd="


class CommandLine(NamedTuple):
    """What a label comes to."""

    kernel: str
    """The file's name as it is written."""
    arguments: str
    """Without the words ``initrd=``."""
    initrds: tuple[str, ...]
    lists: int
    """How many words ``initrd=`` there were: the first one counts."""


def compose(label: Label, typed: str = "") -> CommandLine:
    """Give what syslinux makes of *label*, with *typed* behind its name (``record``, ``execute``).

    The line is what stands behind the kernel, then ``APPEND``, then ``INITRD`` as a word of it. The
    first ``initrd=`` in it is what is loaded, wherever it comes from.
    """
    kernel, behind = split_word(label.kernel.value if label.kernel is not None else label.name)
    append = label.append or label.inherited
    pieces = [behind]
    if append is not None and append.value != "-":
        pieces.append(append.value)
    if label.initrd is not None:
        pieces.append(f"{_INITRD}{label.initrd.value}")
    line = " ".join(filter(None, (*pieces, typed)))
    return CommandLine(kernel, *_take_initrds(line))


def of_file(kernel: str, typed: str) -> CommandLine:
    """Give what syslinux makes of a file that is started by its own name.

    Its documentation says that ``APPEND`` counts there, too; 6.04 leaves it out.
    """
    return CommandLine(kernel, *_take_initrds(typed))


def compose_as_uboot(label: Label) -> CommandLine:
    """Give what U-Boot makes of *label*: one initrd, from the first line that has one."""
    kernel, behind = split_word(label.kernel.value if label.kernel is not None else "")
    append = label.append.value if label.append is not None else ""
    arguments, initrds, lists = _take_initrds(" ".join(filter(None, (behind, append))))
    first = label.first_initrd
    if first is not None and first.keyword == "initrd":
        initrds = tuple(filter(None, [first.value]))
        lists = max(lists, 1)
    return CommandLine(kernel, arguments, initrds, lists)


def _take_initrds(line: str) -> tuple[str, tuple[str, ...], int]:
    """Give *line* without the words ``initrd=``, what the first of them names, and their number."""
    names = line.partition(_INITRD)[2].partition(" ")[0].split(",")
    words: list[str] = []
    lists = 0
    skips = True
    for word in line.split(" "):
        if word.startswith(_INITRD):
            lists, skips = lists + 1, True
        elif word or not skips:  # one run of blanks goes with the word
            words.append(word)
            skips = False
    return " ".join(words).rstrip(), tuple(filter(None, names)), lists


def variables_of(text: str) -> tuple[str, ...]:
    """Give the variables in *text* that U-Boot replaces, each once."""
    pieces = text.split("${")[1:]
    names = [piece.partition("}")[0] for piece in pieces if "}" in piece]
    return tuple(dict.fromkeys(names))
