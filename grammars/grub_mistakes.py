r"""What stands where GRUB's grammar fails: a finer look at texts that are no sentences.

None of this decides what is a sentence; it serves to say what is wrong with a text that is none.
"""

from collections.abc import Iterator
from typing import NamedTuple

from .grub_lexical import MANY, NAME, OPEN_QUOTED, QUOTED_SHAPE, VARIABLE
from .lexical import Pattern

# GRUB's operators, of which it has a use for ";" alone, and the characters that end a word.
_operator = Pattern(r"\|\||&&|;;|[|&;<>{}]", "an operator")
# WORD, as far as it is one, or its beginning, which is all that is told of a long one
_word = Pattern(r"(?:\\.|[^{}|&;<> \t\n\\]){1,100}|\\", "a word")


def token_at(text: str, loc: int) -> str:
    """Give the operator or the word at *loc*, as written; empty at the end of a line.

    Of a word no more than its first hundred characters.
    """
    found = _operator.match(text, loc) or _word.match(text, loc)
    return found[1] if found else ""


_opening_quote = Pattern(r"'|\$?\"", "a quote")
_quoted = Pattern(rf"'[^']*'|\$?{QUOTED_SHAPE}", "a quoted text")


def open_quote_at(text: str, loc: int) -> str:
    """Give the quote at *loc* that nothing closes, as written; empty if there is none."""
    found = _opening_quote.match(text, loc)
    return found[1] if found and not _quoted.match(text, loc) else ""


# A double-quoted string up to where it ends or has a "$" that begins no variable.
_open_quoted = Pattern(OPEN_QUOTED, "a quoted text")
# "$" | "${" | "${" NAME: a variable as far as it is one
_broken_variable = Pattern(rf"\$(?:\{{(?:{NAME}|[0-9]+|[?#*@])?)?", "a variable")
_variable = Pattern(VARIABLE, "a variable")


class Broken(NamedTuple):
    """A variable that is none."""

    offset: int
    """Where its ``$`` is."""
    text: str
    """What there is of it."""


def broken_variable_at(text: str, loc: int) -> Broken | None:
    """Give the variable at *loc*, or in the double-quoted text there, that is none."""
    quoted = _open_quoted.match(text, loc)
    at = quoted.end() if quoted else loc
    found = _broken_variable.match(text, at)
    return Broken(at, found[1]) if found and not _variable.match(text, at) else None


# Quotes do not reach over lines here, for it may be a missing one that made them do so.
_blanks = Pattern(rf"(?:[ \t]|\\\n){{1,{MANY}}}(?:\#[^\n]*)?|\#[^\n]*", "blanks")
_token = Pattern(
    rf"(?:\$\{{[^}}\n]*\}}|[^{{}}|&;<> \t\n'\"\\]+|\\.|'[^'\n]*'"
    rf"|\"(?:[^\"\\\n]|\\.){{0,{MANY}}}\"|['\"\\]){{1,{MANY}}}|\n|\|\||&&|;;|[|&;<>{{}}]",
    "a token",
)


def tokens_of(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Give the words and operators from *start* to *end*; a line end is one, too."""
    loc = start
    while loc < end:
        blanks = _blanks.match(text, loc)
        if blanks is None:
            token = _token.match(text, loc)
            assert token is not None
            yield loc, token[1]
            loc = token.end()
        else:
            loc = blanks.end()


# Quoted texts and what is between them
_between = Pattern(rf"(?:[^'\"\\]|\\[\s\S]){{0,{MANY}}}", "a text", empty=True)


def quote_over_lines(text: str) -> int | None:
    """Give the offset of the first quoted text that goes over a line end."""
    loc = 0
    while True:
        between = _between.match(text, loc)
        at = between.end() if between else loc
        quoted = _quoted.match(text, at)
        if quoted is None:
            return None
        if "\n" in quoted[1].replace("\\\n", ""):
            return at
        loc = quoted.end()


def is_continued(text: str) -> bool:
    """Tell whether the last line end of *text* is one that a backslash takes away."""
    line = text[:-1]
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1
