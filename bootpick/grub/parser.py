"""From text to syntax tree."""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from typing import Any

from ..grammars import grub as grammar
from ..grammars.grub_words import words as word_grammar
from ..grammars.lexical import Skipped
from ..source import Source
from .syntax import (
    Block,
    Command,
    Commands,
    Fault,
    For,
    Function,
    If,
    Piece,
    Run,
    Script,
    SimpleCommand,
    While,
    Word,
    Words,
)

PARTS = "\n;{"
"""There are no more commands in a text than these characters, and one."""
_LONG, _MOST_REMEMBERED = 512, 4096
"""Characters of a command whose words are not remembered, and how many are."""


@lru_cache(maxsize=1)
def count_parts(text: str) -> int:
    """Count the characters of PARTS in *text*; of the same text that may be asked again."""
    return sum(map(text.count, PARTS))


def nth_part(text: str, number: int) -> int:
    """Give the offset behind the character in *text* that is the *number*-th one of PARTS."""
    found = islice(re.finditer(f"[{PARTS}]", text), number - 1, None)
    return next(found).end()


def parse_script(source: Source, compounds: int = 1 << 30) -> Script:
    """Parse *source* as GRUB reads a file, or a text that is none.

    Nothing is raised for bad input: each syntax error is a :class:`Fault` that stands where
    GRUB throws lines away, and reading goes on behind it. Where more than so many *compounds*,
    that are different, come to be parsed, what is left of the text is such a fault, too.
    """
    text, kept = _read_lines(source.text) if source.is_file else (source.text + "\n", ((0, 0),))
    units: list[Commands | Fault] = []
    grammar.effort.left = compounds
    try:
        for unit in grammar.script.parse_string(text):
            if isinstance(unit, Skipped):
                units.append(_fault(unit))
            elif unit:
                units.append(tuple(unit))
    finally:
        grammar.known.forget()
        grammar.block.forget()
    return Script(source, text, kept, tuple(units), compounds - grammar.effort.left)


def _read_lines(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Drop what GRUB's line reader never hands on.

    Those are carriage returns and every line whose first character is ``#``, even within
    quotes and behind a backslash (cases 14 and 15); each line gets a line end.
    """
    kept: list[tuple[int, int]] = [(0, 0)]
    parts: list[str] = []
    parsed = original = 0
    plain = "\r" not in text and "\0" not in text
    while original < len(text):
        if text.startswith("#", original):
            original = text.find("\n", original) + 1 or len(text) + 1
            kept.append((parsed, original))
            continue
        if plain:  # all lines up to the next comment as one
            end = text.find("\n#", original) + 1 or len(text)
            part = text[original:end]
        else:
            end = text.find("\n", original) + 1 or len(text)
            part = text[original:end].partition("\0")[0]  # GRUB's strings are C's
            part = part.rstrip("\n").replace("\r", "") + "\n"
            kept.append((parsed + len(part), end))
        original = end
        parsed += len(part)
        parts.append(part)
    if parts and not parts[-1].endswith("\n"):
        parts.append("\n")
    return "".join(parts), tuple(kept)


def _fault(fault: Skipped) -> Fault:
    return Fault(
        fault.start,
        fault.loc,
        fault.resume,
        fault.message.replace("Expected", "expected"),
        tuple(fault.opened),
        tuple(fault.complete),
    )


def known_words(text: str) -> Words | None:
    """Give what parse_words gave for the same text, if that is not too long ago."""
    return _remembered.get(text)


def parse_words(text: str) -> Words:
    """Take the words of a command apart; the same few commands come again and again."""
    words = _parse_by_shape(text)
    if words is not None:
        return words
    words = _parse_words(text)
    if len(text) <= _LONG:
        if len(_remembered) >= _MOST_REMEMBERED:
            _remembered.clear()
        _remembered[text] = words
    return words


def _parse_by_shape(text: str) -> Words | None:
    """Take a command apart as one that was there before, but for the texts in its single quotes.

    Such are the entries of one system's kernels. ``None`` where it has no such texts, or they are
    not whole words.
    """
    parts = text.split("'")
    if len(parts) < 3 or len(parts) % 2 == 0 or '"' in text or "\\" in text or len(text) > _LONG:
        return None
    name = "'".join(parts[::2])
    if name not in _shapes:
        if len(_shapes) >= _MOST_REMEMBERED:
            _shapes.clear()
        _shapes[name] = _shape_of(parts)
    shape = _shapes[name]
    if shape is None:
        return None
    words, holes = shape
    filled = [*words.words]
    for place, part in holes:
        filled[place] = parts[part]
    return Words(tuple(filled), None, words.parameters, words.pieces, words.variables)


def _shape_of(parts: list[str]) -> "_Shape | None":
    """Give the words of a command of which every other of *parts* stands in single quotes."""
    holes = {f"text {number}": number for number in range(1, len(parts), 2)}  # as no bare word is
    parts = [*parts]
    parts[1::2] = holes
    words = _parse_words("'".join(parts))
    places = [
        (place, holes[word])
        for place, word in enumerate(words.words)
        if isinstance(word, str) and word in holes
    ]
    # Constants are taken apart at least as fast.
    return (words, places) if words.constant is None and len(places) == len(holes) else None


_Shape = tuple[Words, list[tuple[int, int]]]
"""The words of a command, and which of them are which parts of its text."""
_shapes: dict[str, _Shape | None] = {}


def _parse_words(text: str) -> Words:
    constants = word_grammar.constants(text)
    if constants is not None:
        texts = tuple(constants)
        return Words(texts, texts, False, len(texts))
    # Not parse_string, which takes longer than the words do.
    found = word_grammar.parseImpl(text, 0)[1][0]
    words: list[str | Word] = []
    bare: list[tuple[int, str]] = []
    constant, mixed, parameters, count = True, False, False, len(found)
    for pieces in found:
        if isinstance(pieces, str):
            words.append(pieces)
            continue
        count += len(pieces) - 1
        word = _word(pieces)
        words.append(word)
        if isinstance(word, str):
            continue
        constant = False
        if len(word) == 1 and word[0].is_variable and not word[0].quoted:
            bare.append((len(words) - 1, word[0].text))
        else:
            mixed = True
        for piece in word:
            if piece.is_variable and (not piece.named or piece.text == "#"):
                parameters = parameters or piece.text in "#@*" or piece.text.isdigit()
    if constant:
        texts = tuple([word for word in words if isinstance(word, str)])
        return Words(texts, texts, False, count)
    variables = () if mixed or parameters else tuple(bare)
    return Words(tuple(words), None, parameters, count, variables)


_remembered: dict[str, Words] = {}


def _word(pieces: list[tuple[str, str]]) -> str | Word:
    """Give a word as the text that it always comes to, or as pieces."""
    word = tuple(_PIECES[kind](text) for kind, text in pieces)
    for piece in word:
        # Fedora's GRUB may keep the backslash before an x.
        if piece.is_variable or (piece.escaped and piece.text == "x"):
            return word
        if not piece.quoted and ("*" in piece.text or "?" in piece.text):
            return word
    return "".join([piece.text for piece in word])


_PIECES: dict[str, Callable[[str], Piece]] = {
    "text": lambda text: Piece(text, False, False),
    "escaped": lambda text: Piece(text, False, True, True),
    "quoted": lambda text: Piece(text, False, True),
    "variable": lambda name: Piece(name, True, False),
    "quoted variable": lambda name: Piece(name, True, True),
    "named variable": lambda name: Piece(name, True, True, named=True),
}


def _build_simple(text: str, block: Any) -> Command:
    if block is None:
        return SimpleCommand(text, None)
    offset, written, commands = block
    return SimpleCommand(text, Block(offset, written, tuple(commands)))


def _build_line(text: str) -> Command:
    return SimpleCommand(text, None, is_still=len(text) <= _LONG)


# What may leave a line, or depends on where it stands; and commands that are not called by name.
_LEAVING = ("return", "break", "continue", "eval", "source", "config", "normal", "extract")
_NAMELESS = ("$", "'", '"', "\\", ".", "!")


def _build_run(commands: list[tuple[int, Any]], text: str) -> Command | None:
    """Make a run of commands that were found together, if they may be run as one."""
    if any(word in text for word in _LEAVING):
        return None
    lines = (line.lstrip(" \t") for line in text.split("\n"))
    if any(line.startswith(_NAMELESS) for line in lines):
        return None
    single: list[tuple[int, Any]] = []
    for offset, command in commands:
        if type(command) is Run:
            single += [(offset + at, one) for at, one in command.commands]
        else:
            single.append((offset, command))
    return Run(tuple(single))


def _commands(tokens: Any, start: int) -> Commands:
    """Give the commands in *tokens* as they stand from *start* on."""
    return tuple((loc - start, command) for loc, command in tokens)


def _build_if(text: str, loc: int, tokens: Any) -> Command:
    # Conditions and bodies in turn; an odd one at the end is what follows "else".
    parts = [_commands(part, loc) for part in tokens[0]]
    clauses = tuple(zip(parts[0::2], parts[1::2], strict=False))
    return If(clauses, parts[-1] if len(parts) % 2 else ())


def _build_while(text: str, loc: int, tokens: Any) -> Command:
    condition, body = tokens[0]
    return While(text.startswith("until", loc), _commands(condition, loc), _commands(body, loc))


def _build_for(text: str, loc: int, tokens: Any) -> Command:
    name, words, body = tokens[0]
    return For(name, words, _commands(body, loc))


def _build_function(text: str, loc: int, tokens: Any) -> Command:
    name, body = tokens[0]
    return Function(name, _commands(body, loc))


grammar.Commands.make = _build_simple
grammar.Commands.make_line = _build_line
grammar.Commands.make_run = _build_run
grammar.if_command.set_parse_action(_build_if)
grammar.while_command.set_parse_action(_build_while)
grammar.until_command.set_parse_action(_build_while)
grammar.for_command.set_parse_action(_build_for)
grammar.function.set_parse_action(_build_function)
