r"""GRUB's script language: the grammar of GRUB 2.06 (yylex.l and parser.y).

The text is what GRUB's line reader hands on: no carriage returns, no line that begins with ``#``,
and a line end behind the last line (see :mod:`bootpick.grub.parser`).

Two levels, as in GRUB's own lexer. ``script`` finds the commands and recognises their words by
shape; :mod:`.grub_words` takes the words of one command apart into text and variables. A keyword
is one only where a command may begin, so ``echo if`` is two words; ``menuentry`` is no keyword at
all but a command whose last argument is a block.

Every terminal eats the blanks, continued lines and the comment behind it, never a line end.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pyparsing as pp

from .grub_lexical import (
    ARGUMENTS,
    BRACKETS,
    END,
    ENDS_WORD,
    ESCAPE,
    LINE,
    MANY,
    NAME,
    PLAIN,
    QUOTED_SHAPE,
    RESERVED,
    SINGLE_QUOTED,
    TRAIL,
    VARIABLE,
)
from .lexical import Keyword, Pattern, TooMuch, Units

_trail = Pattern(TRAIL, "blanks", empty=True, silent=True)


def _keyword(word: str) -> Keyword:
    return Keyword(word, ENDS_WORD, _trail)


# word arguments0; whether the first word is a keyword is looked at by Commands
simple = Pattern(rf"(?!\#){ARGUMENTS}{{1,{MANY}}}", "a command", trail=TRAIL)
# arguments0
arguments = Pattern(
    rf"(?:(?!\#|{BRACKETS}){ARGUMENTS}{{1,{MANY}}})?", "words", trail=TRAIL, empty=True
)
_function_name = Pattern(NAME + END, "a function's name", trail=TRAIL, unless=RESERVED)
_variable_name = Pattern(NAME + END, "a variable's name", trail=TRAIL, unless=RESERVED)
_open = Pattern(r"\{", "'{'", trail=TRAIL, silent=True)
_close = Pattern(r"\}", "'}'", trail=TRAIL, silent=True)
# newlines0 ::= "\n"*
newlines = Pattern(rf"(?:\n{TRAIL}){{0,{MANY}}}", "a line end", empty=True, silent=True)
# delimiters1 ::= (";" | "\n") "\n"*
delimiters = Pattern(rf"[;\n]{TRAIL}(?:\n{TRAIL}){{0,{MANY}}}", "';' or a line end", silent=True)
# A simple command in which nothing is replaced, and the delimiters behind it.
line = Pattern(LINE, "a line", trail=rf"[;\n]{TRAIL}(?:\n{TRAIL}){{0,{MANY}}}")
# The end of a line that GRUB reads by itself, and of the empty lines behind it.
_line_end = Pattern(rf"(?:\n{TRAIL}){{1,{MANY}}}", "a line end", silent=True)

# ---------------------------------------------------------------------------------------------
# Syntax (parser.y)


class Known:
    """What was parsed before, by its first line.

    A configuration says the same few things for every kernel; what is there again letter by letter
    needs no second look. All that a command consists of has its offset from where the command
    begins, so that one tree serves all its places.
    """

    # What is longer is not worth remembering, nor are more than so many first lines.
    _line, _length, _count, _alike, _size = 500, 4_000, 20_000, 8, 2 << 20
    longest_block = 500
    """Characters of a command with a block that is worth it; an entry for a kernel has more."""

    def __init__(self) -> None:
        self._left = self._size
        """Characters that may still be remembered."""
        self._lines: dict[str, list[tuple[str, Any, bool]]] = {}
        """By first line what it was the first line of, runs before commands."""
        self.found = 0
        """How many runs were found."""

    def find(self, text: str, loc: int, *, runs: bool) -> tuple[int, Any, bool] | None:
        """Give the end and the tree of what stands at *loc*, if it is known, and if it is a run."""
        line_end = text.find("\n", loc, loc + self._line)
        if line_end < 0:
            return None
        for whole, tree, is_run in self._lines.get(text[loc:line_end], ()):
            if (runs or not is_run) and text.startswith(whole, loc):
                return loc + len(whole) - 1, tree, is_run
        return None

    def add(self, text: str, loc: int, end: int, tree: Any, *, run: bool = False) -> None:
        """Remember *tree*, which the text from *loc* to a line end at *end* became."""
        if end - loc > min(self._length, self._left) or not text.startswith("\n", end):
            return
        line_end = text.find("\n", loc, loc + self._line)
        if line_end > 0 and len(self._lines) < self._count:
            alike = self._lines.setdefault(text[loc:line_end], [])
            if len(alike) < self._alike:
                alike.insert(0 if run else len(alike), (text[loc : end + 1], tree, run))
                self._left -= end + 1 - loc

    def forget(self) -> None:
        """Forget everything; the next text has little in common with this."""
        self._lines.clear()
        self._left = self._size
        self.found = 0


class Effort:
    """How many compound commands may still be parsed; each takes as long as a hundred words."""

    left = 1 << 30


known = Known()
effort = Effort()
# So many known commands one after the other are remembered as a run of their own.
_RUN = 3
# Where more runs than these are found, what is behind one is looked at as lines: before, to get the
# pattern ready would take longer.
_MANY = 10
# The functions of the unit that is being parsed; GRUB defines them while it parses.
definitions: list[tuple[int, Any]] = []
# What was not closed yet where the unit that is being parsed failed, the innermost first: where it
# begins, and its keyword or "{".
opened: list[tuple[int, str]] = []


class Commands(pp.Token):
    """A run of commands: ``newlines0 command (separator command)* separator?``.

    One token, a list of (offset, command).
    One element for a whole run, because a configuration is little else, and pyparsing's own
    repetition costs ten times as much for each command. *compound* tells by its keyword which
    production reads a compound command; a simple one is handed to *make* as (text, block).
    Behind the run must stand the character *end*, called *ending*; without one it is a keyword that
    follows, and the last command too must have a separator behind it.
    """

    make: Callable[[str, Any], Any] = staticmethod(lambda *parts: parts)
    make_line: Callable[[str], Any] = staticmethod(lambda text: text)
    make_run: Callable[[list[tuple[int, Any]], str], Any] = staticmethod(lambda *parts: None)

    def __init__(
        self,
        separator: Pattern,
        compound: Mapping[str, pp.ParserElement],
        name: str,
        *,
        end: str = "",
        ending: str = "",
        empty: bool = False,
    ) -> None:
        super().__init__()
        self._separator = separator
        self._compound = compound
        self._end = end
        self._ending = ending
        self._may_return_empty = empty
        self.skipWhitespace = False
        self.set_name(name)

    def _generateDefaultName(self) -> str:
        return "commands"

    def _command(self, text: str, loc: int, do_actions: bool) -> tuple[int, Any] | None:
        found = simple.match(text, loc)
        if found is None:
            return None
        words = found[1]
        first = words.replace("\t", " ").partition(" ")[0]
        if first in RESERVED:
            # command ::= grubcmd | ifcmd | forcmd | whilecmd | untilcmd
            if first not in self._compound:
                return None
            effort.left -= 1
            if effort.left < 0:
                raise TooMuch
            try:
                end, (tree,) = self._compound[first]._parse(
                    text, loc, do_actions, callPreParse=False
                )
            except pp.ParseBaseException:
                opened.append((loc, first))
                raise
            if first == "function":  # which is one on the top level only
                definitions.append((loc, tree))
                return end, tree
        elif text.startswith("{", found.end()):
            # grubcmd ::= word arguments0 block
            try:
                end, (given,) = block.parseImpl(text, found.end(), do_actions)
            except pp.ParseBaseException:
                opened.append((found.end(), "{"))
                raise
            tree = Commands.make(words, (found.end() - loc, *given))
            if end - loc > Known.longest_block:  # a kernel's entry, or a submenu of them
                return end, tree
        else:
            # grubcmd ::= word arguments0
            end, tree = found.end(), Commands.make(words, None)
        known.add(text, loc, end, tree)
        return end, tree

    def _expected(self, *, first: bool, behind: bool) -> str:
        """Say what should stand where the run breaks off: *first* or *behind* a command."""
        if first:
            return self.name
        if behind:
            return f"{self._separator.name} or {self._ending}".removesuffix(" or ")
        return f"a command or {self._ending}"

    def parseImpl(self, instring: str, loc: int, do_actions: bool = True) -> tuple[int, Any]:
        trees: list[tuple[int, Any]] = []
        lead = _trail if self._may_return_empty else newlines
        if found := lead.match(instring, loc):
            loc = found.end()
        find, separate = known.find, self._separator.match
        runs = not self._may_return_empty  # a unit is one line, and no part of a run of lines
        streak = length = 0
        while True:
            command: tuple[int, Any] | None
            if (there := find(instring, loc, runs=runs)) is not None:
                streak += 1
                length += _RUN if there[2] else 1
                known.found += there[2]
                command = there[:2]
            else:
                if streak > 1 and length >= _RUN and runs:
                    self._remember_run(instring, trees[-streak:], loc)
                elif length >= _RUN and runs and known.found > _MANY:
                    # What a kernel's entry has behind a run is its own, and not worth remembering.
                    loc = self._lines(instring, loc, trees)
                    if self._end and instring.startswith(self._end, loc):
                        command = None
                        break
                streak = length = 0
                command = self._command(instring, loc, do_actions)
                if command is None:
                    break
            trees.append((loc, command[1]))
            loc = command[0]
            separator = separate(instring, loc)
            if separator is None:
                break
            loc = separator.end()
        behind = command is not None
        failed = not instring.startswith(self._end, loc) if self._end else behind
        if failed or not (trees or self._may_return_empty):
            expected = self._expected(first=not trees, behind=behind)
            raise pp.ParseSyntaxException(instring, loc, f"Expected {expected}", self)
        return loc, [trees]

    def _lines(self, text: str, loc: int, trees: list[tuple[int, Any]]) -> int:
        """Add the lines that stand at *loc*; give where they end."""
        match = line.match
        while found := match(text, loc):
            trees.append((loc, Commands.make_line(found[1])))
            loc = found.end()
        return loc

    def _remember_run(self, text: str, trees: list[tuple[int, Any]], before: int) -> None:
        """Remember known commands that follow each other line by line, as one."""
        start = trees[0][0]
        end = text.rfind("\n", start, before)
        if end < trees[-1][0]:  # the last one is on the line of what is not known
            return
        run = Commands.make_run([(loc - start, tree) for loc, tree in trees], text[start:end])
        if run is not None:
            known.add(text, start, end, run, run=True)


class Block(pp.Token):
    """``{ … }`` as the last argument of a command: its text and its commands, one token.

    An element of its own because every menu entry has one: pyparsing's sequence of four elements
    takes longer than what is in the block.
    """

    _size = 24 << 20

    def __init__(self) -> None:
        super().__init__()
        self._left = self._size
        """Characters that the texts of all blocks may still have: each is part of those around."""
        self.skipWhitespace = False
        self.set_name("'{'")

    def _generateDefaultName(self) -> str:
        return "block"

    def parseImpl(self, instring: str, loc: int, do_actions: bool = True) -> tuple[int, Any]:
        opened = _open.match(instring, loc)
        assert opened is not None
        end, (trees,) = _block_commands.parseImpl(instring, opened.end(), do_actions)
        closed = _close.match(instring, end)
        assert closed is not None
        self._left -= end - loc
        if self._left < 0:
            raise RecursionError
        inner = [(at - loc, tree) for at, tree in trees]
        return closed.end(), [(instring[loc : end + 1], inner)]

    def forget(self) -> None:
        """Begin anew, with another text."""
        self._left = self._size


_compound: dict[str, pp.ParserElement] = {}
_on_top: dict[str, pp.ParserElement] = {}
"""Compound commands by their keywords: those of any list, and of the top level."""


def _commands(keyword: str) -> Commands:
    """Give what may follow *keyword*: ``newlines0 commands1 delimiters1``."""
    return Commands(delimiters, _compound, f"a command after '{keyword}'")


# newlines0 commands1 delimiters0
_block_commands = Commands(
    delimiters, _compound, "a command after '{'", end="}", ending=_close.name
)

# block ::= "{" commands1 delimiters0 "}"
block = Block()

# What begins with its keyword has to go on ("-"). Lists, since pyparsing makes an element for each
# "+" and "-", which is half of what importing this module takes.
_then_body = _keyword("then"), _commands("then")
_do_body = _keyword("do"), _commands("do"), _keyword("done")
# ifclauses ::= commands1 delimiters1 "then" commands1 delimiters1
#               ("elif" ifclauses | "else" commands1 delimiters1)?
# ifcmd ::= "if" ifclauses "fi"
if_command = pp.Group(
    _keyword("if")
    - pp.And(
        [
            _commands("if"),
            *_then_body,
            pp.ZeroOrMore(_keyword("elif") - pp.And([_commands("elif"), *_then_body])),
            pp.Opt(_keyword("else") - _commands("else")),
            _keyword("fi"),
        ]
    )
)
# whilecmd ::= "while" commands1 delimiters1 "do" commands1 delimiters1 "done"
while_command = pp.Group(_keyword("while") - pp.And([_commands("while"), *_do_body]))
# untilcmd ::= "until" commands1 delimiters1 "do" commands1 delimiters1 "done"
until_command = pp.Group(_keyword("until") - pp.And([_commands("until"), *_do_body]))
# forcmd ::= "for" name "in" arguments0 delimiters1 "do" commands1 delimiters1 "done"
for_command = pp.Group(
    _keyword("for") - pp.And([_variable_name, _keyword("in"), arguments, delimiters, *_do_body])
)
# function ::= "function" name newlines0 "{" commands1 delimiters1 "}"
function = pp.Group(
    _keyword("function") - pp.And([_function_name, newlines, _open, _commands("{"), _close])
)

# command ::= grubcmd | ifcmd | forcmd | whilecmd | untilcmd
_compound |= {
    "if": if_command,
    "for": for_command,
    "while": while_command,
    "until": until_command,
}
_on_top |= {**_compound, "function": function}

# Commands calls these productions itself, so pyparsing does not get to join their parts, without
# which an error stop ("-") deep inside would count as one alternative that failed.
for _production in _on_top.values():
    _production.streamline()

# GRUB reads a line, and further ones only while a block, a compound command or a quote is open;
# what it has read then is run, or thrown away whole when there is a syntax error in it.
# statement ::= command | function
# unit ::= (statement (";" statement)* ";"?)? "\n"
_statements = Commands(
    Pattern(rf";{TRAIL}", "';'"),
    _on_top,
    "a command",
    end="\n",
    ending=_line_end.name,
    empty=True,
)
unit = _statements - _line_end


# The reader asks for further lines until a quote is closed, so what is thrown away after a
# syntax error reaches to the end of the line on which the offending token ends.
_offending = Pattern(
    rf"""(?:{PLAIN}|{ESCAPE}|{SINGLE_QUOTED}|\$?{QUOTED_SHAPE}|{VARIABLE}){{0,{MANY}}}"""
    r"""(?:(?:\$?"|')[\s\S]*)?""",
    "a token",
    empty=True,
)


def end_of_lines_read(text: str, stopped_at: int) -> int:
    """Give the offset behind the last line that GRUB has read when it stops at *stopped_at*."""
    token = _offending.match(text, stopped_at)
    end = token.end() if token else stopped_at
    # A token that ends in a continued line makes the reader ask for the next one.
    if not text.startswith("\\\n", end - 2):
        end = max(end - 1, stopped_at)
    line_end = text.find("\n", end)
    return len(text) if line_end < 0 else line_end + 1


# script ::= unit*
script = Units(unit, end_of_lines_read, limit=1_000, definitions=definitions, opened=opened)
script.parse_with_tabs()
