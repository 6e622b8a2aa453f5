r"""``lilo.conf`` as LILO's own reader takes it apart (cfg.c of LILO 24.0).

A file is a stream of words; a line end is a blank like any other. Two words with a ``=`` between
them are a keyword and its value. A ``#`` ends a word, and begins a comment where one could begin.
Quotes count at the start of a word alone, so ``a"b`` is a word with a quote in it. Carriage
returns, which LILO drops, are gone before.

What a backslash or a dollar sign stands for is not the grammar's, only how far it reaches.
"""

from typing import Any, NamedTuple

import pyparsing as pp

from .lexical import Late

# The first character of a name without braces may be any; one that is likely to be there is "$".
# variable ::= "$" "{" name "}" | "$" "$"? name
VARIABLE = r"\$(?:\{[^}\"\n]*\}|\$?[A-Za-z0-9_]*)"
# LILO reads a dollar sign with a backslash before it as one ordinary character, before all else: of
# two backslashes the second one goes with the dollar sign. So no text is read in two ways here.
# escape ::= "\" ("\$" | any character)
_ESCAPE = r"\\(?:\\\$|(?!\\\$)[\s\S])"
# The blanks at the start of the line that a quoted string goes on in are a part of the escape.
# quoted-escape ::= "\" ("\n" blank* | "\$" | any other character)
_QUOTED_ESCAPE = r"\\(?:\n[ \t]*(?![ \t])|\\\$|(?!\\\$)[^\n])"

_BLANKS = r"[ \t\n]+"
_COMMENT = r"\#[^\n]*"
# quoted ::= '"' (character | quoted-escape)* '"'
_QUOTED = rf"\"([^\"\\\n\t]*(?:{_QUOTED_ESCAPE}[^\"\\\n\t]*)*)\""
# A tab or a line end is not allowed in quotes, nor is the end of the text. Such a string is taken
# to end with its line, or with a quote in the next one that has no "=" before it.
_TORN = rf"\"([^\"\\\n]*(?:{_QUOTED_ESCAPE}[^\"\\\n]*)*(?:\n[^\"=\n\#\\]*(?=\"))?)(?:\"|\n|\\?\Z)"
# bare ::= (character | escape)+
_BARE = rf"([^ \t\n\#=\\]*(?:(?:{_ESCAPE}|\\\Z)[^ \t\n\#=\\]*)*)"

# LILO compares words when they have been read, so that quotes are no help.
# equals ::= "=" | '"="' | "\="
_EQUALS = r"=|\"=\"|\\=(?=[ \t\n\#=]|\Z)"

_TOKEN = rf"({_BLANKS}|{_COMMENT})|({_EQUALS})|{_QUOTED}|{_TORN}|{_BARE}"
_KINDS = (None, None, "=", "quoted", "torn", "bare")
"""What each group of it is; nothing to mind where it is blank."""


class Word(NamedTuple):
    """A word, as it is written."""

    start: int
    """Where it begins."""
    end: int
    kind: str
    """``bare``, ``quoted``, ``torn`` for a string with what is not allowed in one, or ``=``."""
    text: str
    """Without the quotes around it."""


class Item(NamedTuple):
    """A keyword and its value."""

    word: Word | None
    """``None`` where there is a ``=`` with nothing before it."""
    equals: int | None = None
    """Where the ``=`` is, if there is one."""
    value: Word | None = None
    """``None`` without a ``=``, and where the text ends behind it. A second ``=`` is a value."""


class Items(pp.Token):
    """All items to the end of the text: one token, the list of them.

    One element for all, because a file of the size that is read at most may have 300,000 of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._token = Late(_TOKEN)
        self._may_return_empty = True
        self.skipWhitespace = False
        self.set_name("items")

    def _generateDefaultName(self) -> str:
        return "items"

    def parseImpl(self, instring: str, loc: int, do_actions: bool = True) -> tuple[int, Any]:
        # item ::= word ("=" word)?, blanks and comments anywhere between
        items: list[Item] = []
        word: Word | None = None
        equals: int | None = None
        for token in self._token().finditer(instring, loc):
            kind = _KINDS[token.lastindex or 0]
            if kind is None or token.start() == token.end():
                continue
            found = Word(token.start(), token.end(), kind, token[token.lastindex or 0])
            if equals is not None:
                items.append(Item(word, equals, found))
                word = equals = None
            elif kind == "=":
                equals = found.start
                if word is None:
                    items.append(Item(None, equals))
                    equals = None
            else:
                if word is not None:
                    items.append(Item(word))
                word = found
        if word is not None:
            items.append(Item(word, equals))
        return len(instring), [items]


# file ::= item*
file = Items().parse_with_tabs()
