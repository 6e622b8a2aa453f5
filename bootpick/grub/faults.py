"""What a syntax error is told as: where it is, what is wrong, and what GRUB drops because of it."""

from collections.abc import Iterator
from typing import NamedTuple

from ..diagnostics import Diagnostic
from ..grammars.grub_mistakes import (
    broken_variable_at,
    is_continued,
    open_quote_at,
    quote_over_lines,
    token_at,
    tokens_of,
)
from ..source import Position
from .syntax import Fault, Function, Script

Opened = tuple[int, str]
"""Where something was opened that was not closed, and its keyword or ``{``."""

_CLOSING = {
    "if": "'fi'",
    "for": "'done'",
    "while": "'done'",
    "until": "'done'",
    "function": "'}'",
    "{": "'}'",
}
_EXPECTED = "expected "
_LOOPS = ("for", "while", "until")
# Keywords that continue or close something, and what.
_PARTS = {
    **dict.fromkeys(("then", "elif", "else", "fi"), ("if",)),
    **dict.fromkeys(("do", "done"), _LOOPS),
    "in": ("for",),
    "}": ("{", "function"),
}
_BEGINS_COMMAND = frozenset("\n ; ;; { | || & && then do else elif if while until !".split(" "))
_ENTRIES = ("menuentry", "submenu", "hiddenentry")
_LONGEST_WORD = 40
_LOOKED_AT = 50
"""Words of a command, and things left open, that are looked at; a mistake has fewer."""
_NAMED = 3
"""Lost entries that are named; of further ones the number is told."""

_QUOTES = {"'": "single quote", '"': "double quote", '$"': "double quote"}
_IN_BRACES = "in '${ }' GRUB takes a name and nothing else; 'if' and 'test' do the rest"
_HINTS = {
    "&&": "GRUB has no '&&', 'if' does that; in a word it must be quoted",
    "||": "GRUB has no '||', 'if' does that; in a word it must be quoted",
    "|": "GRUB has no pipes; in a word '|' must be quoted",
    "&": "GRUB has no background commands; in a word '&' must be quoted",
    "<": "GRUB cannot redirect input; in a word '<' must be quoted",
    ">": "GRUB cannot redirect output; in a word '>' must be quoted",
    ";;": "one ';' ends a command, and there is no empty one",
    ";": "there is no empty command",
    "case": "GRUB has no 'case'; 'if' and 'elif' do that",
    "esac": "GRUB has no 'case'; 'if' and 'elif' do that",
    "select": "GRUB has no 'select'",
    "[[": "GRUB has no '[['; '[' does that",
    "]]": "GRUB has no '[['; in a word ']]' must be quoted",
    "function": "a function can be defined on the top level only",
}


class _Mistake(NamedTuple):
    """What is wrong."""

    offset: int
    expected: str
    found: str
    hint: str | None = None


def describe(fault: Fault, script: Script, left_over: list[Opened]) -> Diagnostic:
    """Give the message about *fault*.

    *left_over* is what earlier faults left open in what was dropped, and is kept up to date: what
    closes it stands alone now.
    """
    if not fault.expected.startswith(_EXPECTED):
        message = f"stopped here: {fault.expected}; what stands behind is left out"
        return Diagnostic("error", message, _position(script, fault.offset))
    mistake = _mistake(fault, script, fault.expected[len(_EXPECTED) :], left_over)
    left_over[:0] = fault.opened
    del left_over[_LOOKED_AT:]
    message = (
        f"syntax error{_in_text(script, mistake.offset)}: expected {mistake.expected}, "
        f"found {mistake.found} ({_dropped(fault, script)})"
    )
    return Diagnostic("error", message, _position(script, mistake.offset), mistake.hint)


def _mistake(fault: Fault, script: Script, expected: str, left_over: list[Opened]) -> _Mistake:
    text, at = script.text, fault.offset
    if quote := open_quote_at(text, at):
        return _open_quote(fault, script, quote)
    if broken := broken_variable_at(text, at):
        return _broken_variable(text, *broken)
    if at >= len(text):
        return _end(fault, script, expected)
    piece = token_at(text, at)
    found = "the end of the line" if not piece else _quoted(piece)
    opener = fault.opened[0] if fault.opened else None
    if piece == "{":
        left_over.insert(0, (at, piece))
    if opener and piece == "}" and expected.startswith("';'") and opener[1] not in "{function":
        expected = _CLOSING[opener[1]]
    hint = _hint(fault, script, expected, piece, left_over)
    if opener and expected.endswith(_CLOSING[opener[1]]) and not expected.startswith("';'"):
        expected += _for_opener(script, opener, at)
    return _Mistake(at, expected, found, hint)


def _for_opener(script: Script, opener: Opened, at: int) -> str:
    """Say what should be closed, if that is on another line."""
    line = _line(script, opener[0])
    return "" if line == _line(script, at) else f" for '{opener[1]}' in line {line}"


def _end(fault: Fault, script: Script, expected: str) -> _Mistake:
    """The text ends too early: what was opened is what helps."""
    found = "the end of the file" if script.source.is_file else "the end of the text"
    if is_continued(script.text):
        # The last character is the line end that the backslash takes.
        return _Mistake(len(script.text) - 2, "a line after '\\'", found)
    if not fault.opened:
        return _Mistake(fault.offset, expected, found)
    offset, opener = fault.opened[0]
    expected = expected.removeprefix("a command or ")
    if expected.startswith("'"):
        hint = _hint_for_opened(fault, script, expected)
        return _Mistake(offset, f"{expected} for this '{opener}'", found, hint)
    return _Mistake(offset, expected, found)


def _open_quote(fault: Fault, script: Script, quote: str) -> _Mistake:
    found = "the end of the file" if script.source.is_file else "the end of the text"
    hint = None
    earlier = quote_over_lines(script.text[fault.start : fault.offset])
    if earlier is not None:
        hint = (
            f"is a quote missing in line {_line(script, fault.start + earlier)}, where a quoted "
            "text goes on behind the end of the line?"
        )
    return _Mistake(fault.offset, f"a closing {_QUOTES[quote]}", found, hint)


def _broken_variable(text: str, offset: int, have: str) -> _Mistake:
    end = offset + len(have)
    found = _found_character(text, end)
    if len(have) > 2:
        hint = None if text[end] == "\n" else _IN_BRACES
        return _Mistake(end, f"'}}' after '{have}'", found, hint)
    hint = _IN_BRACES if len(have) > 1 else "a dollar sign itself is written '\\$'"
    if text.startswith("$(", offset):
        hint = f"GRUB has no command substitution; {hint}"
    return _Mistake(offset, f"a variable's name after '{have}'", found, hint)


def _found_character(text: str, at: int) -> str:
    """Name the one character at *at*."""
    if text[at : at + 1] in ("", "\n"):
        return "the end of the line"
    return {" ": "a blank", "\t": "a tab"}.get(text[at], f"'{text[at]}'")


def _quoted(piece: str) -> str:
    return f"'{piece}'" if len(piece) <= _LONGEST_WORD else f"'{piece[:_LONGEST_WORD]}…'"


def _hint(
    fault: Fault, script: Script, expected: str, piece: str, left_over: list[Opened]
) -> str | None:
    """Say what may have been meant, where *expected* should stand and *piece* does."""
    if "name" in expected:
        return _hint_for_name(expected, piece)
    if expected == "'in'":
        return "GRUB's 'for' needs 'in'; the parameters are \"$@\""
    if fault.opened and (hint := _hint_for_opened(fault, script, expected)):
        return hint
    if piece in _HINTS and not (piece == ";" and expected == "'{'"):
        return _HINTS[piece]
    if piece == "{":
        return _hint_for_block(script, fault.offset)
    innermost = fault.opened[0][1] if fault.opened else None
    if innermost and expected.startswith("a command after") and piece in _PARTS:
        return "something must stand there; 'true' is a command that does nothing"
    if piece == "}" and innermost == "function" and expected.startswith("';'"):
        return "at the end of a function, '}' needs a ';' or a line end before it"
    if piece == "}" and innermost is None and expected.startswith("';'"):
        return "no '{' is open here; in a word '}' must be quoted"
    if piece in _PARTS and innermost in (None, "{") and "command" in expected:
        wanted = _PARTS[piece]
        for index, (offset, opener) in enumerate(left_over):
            if innermost is None and opener in wanted:
                del left_over[: index + (piece in ("fi", "done", "}"))]
                line = _line(script, offset)
                return f"it belongs to '{opener}' in line {line}, which GRUB has dropped"
        where = "in this block" if innermost else "here"
        names = ", ".join([f"'{one}'" for one in wanted if one != "function"])
        return f"no {' or '.join(names.rsplit(', ', 1))} is open {where}"
    return None


def _hint_for_name(expected: str, piece: str) -> str | None:
    if piece.startswith("$"):
        return "the name alone stands there, without '$'"
    if piece.endswith("()"):
        return "GRUB writes no '()' after a function's name"
    if piece in _PARTS or piece in _CLOSING or piece in _HINTS:
        return f"'{piece}' is a keyword"
    return "a name has letters, digits and '_'" if piece.strip("{};&|<>") else None


def _hint_for_block(script: Script, offset: int) -> str:
    before = script.text[:offset].rstrip()
    line = before[before.rfind("\n") + 1 :].split()
    if line and line[0] in _ENTRIES:
        return f"'{{' must stand on the line of '{line[0]}'"
    return "a block stands only behind the words of a command"


def _hint_for_opened(fault: Fault, script: Script, expected: str) -> str | None:
    """Look for what was meant as a part of the command that is open."""
    if expected == "'}'":
        return _entry_in_entry(fault, script)
    return _missing_separator(fault, script, expected) or _else_if(fault, script, expected)


def _missing_separator(fault: Fault, script: Script, expected: str) -> str | None:
    """Ask for a separator where the keyword that is *expected* is only a word of a command."""
    for keyword in ("then", "do", "done", "fi"):
        if not expected.endswith(f"'{keyword}'"):
            continue
        start = fault.opened[0][0]
        behind_word = False
        for offset, piece in tokens_of(script.text, start, fault.offset):
            if piece == keyword and behind_word:
                line = _line(script, offset)
                return f"is a ';' missing before '{keyword}' in line {line}?"
            behind_word = piece not in _BEGINS_COMMAND
    return None


def _else_if(fault: Fault, script: Script, expected: str) -> str | None:
    """Explain what other languages have for ``elif``, where a ``fi`` is missing."""
    if expected == "'fi'":
        before = "\n"
        for _, piece in tokens_of(script.text, fault.opened[0][0], fault.offset):
            if (before, piece) == ("else", "if"):
                return "'else if' opens a further 'if' with a 'fi' of its own; 'elif' does not"
            if piece in ("elseif", "elsif") and before in _BEGINS_COMMAND:
                return f"GRUB has no '{piece}'; 'elif' does that"
            before = piece
    return None


def _entry_in_entry(fault: Fault, script: Script) -> str | None:
    """Ask for a ``}`` where a menu entry begins within another, which nobody means."""
    blocks: list[str] = []
    command, begins = "", True
    for offset, piece in tokens_of(script.text, fault.start, fault.offset):
        if begins:
            command = piece
            if piece in _ENTRIES and blocks and blocks[-1] == "menuentry":
                line = _line(script, offset)
                return f"is a '}}' missing before line {line}, where another menu entry begins?"
        if piece == "{":
            blocks.append(command)
        elif piece == "}" and blocks:
            blocks.pop()
        begins = piece in _BEGINS_COMMAND
    return None


# -- what is dropped ----------------------------------------------------------------------------


def _dropped(fault: Fault, script: Script) -> str:
    """Say what GRUB drops, what of it is missed, and where it goes on."""
    first = _line(script, fault.start)
    last = _line(script, fault.end - 1)
    if not script.source.is_file:
        dropped = "GRUB drops the text" + f" from line {first} on" * (first > 1)
    elif first == last:
        dropped = f"GRUB drops line {first}"
    else:
        dropped = f"GRUB drops lines {first} to {last}"
        if script.text.find("\n", fault.offset) not in (-1, fault.end - 1):
            dropped += ", the rest of the file"  # because of an open quote
        elif fault.offset >= len(script.text):
            dropped += ", the rest of the file"
        elif fault.opened and fault.end < len(script.text):
            dropped += f" and goes on with line {last + 1}"
    kept = [command.name for _, command in fault.functions if isinstance(command, Function)]
    entries, functions = _Names("menu entry", "menu entries"), _Names("function", "functions")
    for is_entry, name in _lost(fault, script):
        if is_entry:
            entries.add(name)
        elif name not in kept:
            functions.add(name)
    dropped += "".join(f"; {names} lost" for names in (entries, functions) if names.count)
    if kept:
        defined = _Names("function", "functions")
        for name in kept:
            defined.add(name)
        dropped += f"; {defined} defined"
    return dropped


class _Names:
    """Names of things of a *kind*, of which only the first are told."""

    def __init__(self, kind: str, plural: str) -> None:
        self._kinds = kind, plural
        self._first: list[str] = []
        self.count = 0

    def add(self, name: str) -> None:
        self.count += 1
        if self.count <= _NAMED:
            self._first.append(_quoted(name))

    def __str__(self) -> str:
        """Give the names as a subject, and the verb."""
        kind, plural = self._kinds
        if self.count == 1:
            return f"{kind} {self._first[0]} is"
        more = self.count - len(self._first)
        *before, last = [*self._first, *([f"{more} more"] if more else [])]
        return f"{plural} {', '.join(before)} and {last} are"


def _lost(fault: Fault, script: Script) -> Iterator[tuple[bool, str]]:
    """Give the menu entries (with true) and the functions that stand in what is dropped."""
    begins = True
    words: list[str] = []
    for _, piece in tokens_of(script.text, fault.start, fault.end):
        if piece not in _BEGINS_COMMAND and piece not in ("}", "<", ">"):
            if len(words) < _LOOKED_AT:
                words.append(piece)
            continue
        if words and begins:
            if words[0] in _ENTRIES and (title := _title(words[1:])):
                yield True, title
            elif words[0] == "function" and len(words) > 1:
                yield False, words[1]
        words = []
        begins = piece != "}"


def _title(words: list[str]) -> str:
    """Give the first word that belongs to no option, as written but for quotes around it."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("--"):
            skip = "=" not in word and word != "--unrestricted"
        elif len(word) > 1 and word[0] == word[-1] and word[0] in "'\"":
            return word[1:-1]
        else:
            return word
    return ""


# -- places -------------------------------------------------------------------------------------


def _position(script: Script, offset: int) -> Position:
    """Give the place of *offset*, which may be the end of the text."""
    return script.position(min(offset, len(script.text) - 1))


def _line(script: Script, offset: int) -> int:
    """Give the line of the file, or of a text that is none."""
    if script.source.is_file:
        return _position(script, offset).line
    return script.text.count("\n", 0, min(offset, len(script.text) - 1)) + 1


def _in_text(script: Script, offset: int) -> str:
    """Say where it is in a text that is no file."""
    if script.source.is_file:
        return ""
    several = "\n" in script.text[:-1]
    return f" in line {_line(script, offset)} of the text" * several or " in the text"
