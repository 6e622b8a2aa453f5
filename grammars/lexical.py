"""Pieces that several grammars share.

The boot loaders' languages give blanks, tabs and line ends a meaning, so no element here skips
white space by itself; an element made only of such elements does not either.
"""

import re
from collections.abc import Callable, Container
from functools import cached_property
from typing import Any, NamedTuple

import pyparsing as pp

__all__ = [
    "Keyword",
    "Late",
    "Pattern",
    "Repeated",
    "Resume",
    "Skipped",
    "TooMuch",
    "Units",
    "lines_of",
]

Resume = Callable[[str, int], int]
"""(text, where the parser stopped) -> where it goes on."""


class Late:
    """A regular expression that is compiled when it is first used: one run needs few of them."""

    __slots__ = ("_compiled", "_flags", "_pattern")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._pattern = pattern
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None

    def __call__(self) -> "re.Pattern[str]":
        """Give it compiled."""
        if self._compiled is None:
            self._compiled = re.compile(self._pattern, self._flags)
        return self._compiled


class Pattern(pp.Token):
    """What *pattern* matches, less what *trail* matches behind it.

    Like :class:`pyparsing.Regex`, but compiled when first used: compiling is most of what
    importing a grammar would cost, and one run needs few of the patterns.
    The token is the text, or nothing with *silent*; *unless* names texts that do not count.
    """

    def __init__(
        self,
        pattern: str,
        name: str,
        *,
        trail: str = "",
        empty: bool = False,
        silent: bool = False,
        unless: Container[str] = (),
    ) -> None:
        super().__init__()
        self._pattern = f"({pattern}){trail}"
        self._silent = silent
        self._unless = unless
        self._may_return_empty = empty
        self.skipWhitespace = False
        self.set_name(name)

    def _generateDefaultName(self) -> str:
        return self._pattern

    @cached_property
    def match(self) -> Callable[[str, int], "re.Match[str] | None"]:
        """What gives the match at a place in a text; its group 1 is the text without the trail."""
        return re.compile(self._pattern).match

    def parseImpl(self, instring: str, loc: int, do_actions: bool = True) -> tuple[int, Any]:
        found = self.match(instring, loc)
        if found is None or found[1] in self._unless:
            raise pp.ParseException(instring, loc, f"Expected {self.name}", self)
        return found.end(), [] if self._silent else found[1]


class Keyword(pp.Token):
    """The word *word*, ended by one of the characters of *ends* or the end of the text.

    :class:`pyparsing.Keyword` wants the characters that a word may have; these languages name
    those that end one. *behind* is matched after it; no token results.
    """

    def __init__(self, word: str, ends: str, behind: Pattern) -> None:
        super().__init__()
        self._word = word
        self._ends = frozenset(ends)
        self._behind = behind
        self._may_return_empty = False
        self.skipWhitespace = False
        self.set_name(f"'{word}'")

    def _generateDefaultName(self) -> str:
        return self._word

    def parseImpl(self, instring: str, loc: int, do_actions: bool = True) -> tuple[int, Any]:
        end = loc + len(self._word)
        if not instring.startswith(self._word, loc) or (
            end < len(instring) and instring[end] not in self._ends
        ):
            raise pp.ParseException(instring, loc, f"Expected {self.name}", self)
        trail = self._behind.match(instring, end)
        return (trail.end() if trail else end), []


class Repeated(pp.Token):
    """What *pattern* matches, again and again: one token, the list of its matches.

    Of a pattern with groups a match is their texts; one in which none took part is left out. One
    element for all, because a file of the size that is read at most may have 300,000 of them.
    """

    def __init__(self, pattern: str, name: str) -> None:
        super().__init__()
        self._pattern = Late(pattern)
        self._may_return_empty = True
        self.skipWhitespace = False
        self.set_name(name)

    def _generateDefaultName(self) -> str:
        return "repeated"

    def parseImpl(self, instring: str, loc: int, do_actions: bool = True) -> tuple[int, Any]:
        match = self._pattern().match
        found: list[Any] = []
        while loc < len(instring) and (one := match(instring, loc)):
            loc = one.end()
            if one.lastindex is None:
                if not one.re.groups:
                    found.append(one[0])
            else:
                found.append(one.groups())
        return loc, [found]


def lines_of(entry: pp.ParserElement) -> pp.ParserElement:
    """Give the grammar of a text that has an *entry* on a line.

    A ``#`` begins a comment, and what is no entry is left out.
    """
    # blanks? (comment | entry | other) "\n", again and again
    lead = Pattern(r"[ \t\r]*", "blanks", silent=True, empty=True)
    comment = Pattern(r"#[^\n]*", "a comment", silent=True)
    other = Pattern(r"[^\n]*", "a line", silent=True, empty=True)
    end = Pattern(r"\n", "a line end", silent=True)
    return pp.ZeroOrMore(lead + (comment | entry | other) + end).parse_with_tabs()


class TooMuch(Exception):
    """The text takes too long to parse."""


class Skipped(NamedTuple):
    """What could not be parsed and was left out."""

    start: int
    """Where it begins."""
    loc: int
    """Where the parser stopped."""
    resume: int
    """Where it went on."""
    message: str
    complete: list[tuple[int, Any]]
    """Definitions in it that were complete before the parser stopped: (offset, tree)."""
    opened: list[tuple[int, str]]
    """What was open where the parser stopped, the innermost first: (offset, what)."""


class Units(pp.ParseElementEnhance):
    """*expr* again and again to the end of the text; where it fails, a :class:`Skipped`.

    pyparsing has no element for "panic mode" recovery, in which a reader throws away what it has
    taken in so far and goes on behind it. *resume* says where that is.
    After *limit* failures what is left is skipped as a whole, as it is for nesting too deep, and
    where an element raises :class:`TooMuch`.
    To *definitions* the elements add what takes effect even if more behind it fails, and, when one
    has failed, to *opened* what it was in.
    """

    def __init__(
        self,
        expr: pp.ParserElement,
        resume: Resume,
        limit: int,
        definitions: list[tuple[int, Any]],
        opened: list[tuple[int, str]],
    ) -> None:
        super().__init__(expr)
        self._resume = resume
        self._definitions = definitions
        self._opened = opened
        self._limit = limit
        self._may_return_empty = True

    def parseImpl(self, instring: str, loc: int, do_actions: bool = True) -> tuple[int, Any]:
        found: list[Any] = []
        end, failures = len(instring), 0
        while loc < end:
            self._definitions.clear()
            try:
                loc, tokens = self.expr._parse(instring, loc, do_actions, callPreParse=False)
                found.extend(tokens)
                continue
            except pp.ParseBaseException as fault:
                stopped, message = fault.loc, fault.msg
                resume = max(self._resume(instring, stopped), loc + 1)
            except RecursionError:
                stopped, message, resume = loc, "nested too deep", end
            except TooMuch:
                stopped, message, resume = loc, "too much to parse", end
            failures += 1
            if failures == self._limit:
                message, resume = "too many errors", end
            skipped = [*self._definitions], [*self._opened]
            found.append(Skipped(loc, stopped, resume, message, *skipped))
            self._opened.clear()
            loc = resume
        return end, found
