r"""The words of one command of GRUB's script language (yylex.l: SPLIT, DQUOTE, SQUOTE and VAR)."""

import re
from typing import Any

import pyparsing as pp

from .grub_lexical import (
    BLANKS,
    MANY,
    NAME,
    PLAIN,
    SINGLE_QUOTED,
    TRANSLATED,
    VARIABLE_NAME,
)
from .lexical import Late


class Words(pp.Token):
    r"""The words of a command: for each its text, or the list of its pieces, (kind, text) pairs.

    A text is one in which nothing is replaced. Kinds: ``text`` (bare), ``escaped`` (the character
    behind a backslash), ``quoted``, ``variable`` and ``quoted variable`` (their names).
    Within double quotes a backslash is special before ``$``, ``"``, ``\`` and a line end only.
    A translated string, ``$"…"``, has no catalogue here and stands for itself, but has rules of its
    own (``gettext_append``): its variables are ``named`` ones, which may have any name.
    """

    # constant ::= (CHAR+ | SQSTR)+ without "*" and "?" outside quotes; most words are one
    _quiet = r"[^{}|&$;<> \t\n'\"\\*?]"
    _constant = rf"(?:{_quiet}+(?!{_quiet})|{SINGLE_QUOTED}){{1,100}}"
    _some_constants = Late(rf"(?:{_constant}(?:{BLANKS}(?![ \t])|\Z)){{1,{MANY}}}")
    # plain ::= (CHAR+ blanks)* without "*" and "?"
    _plain = Late(r"[^{}|&$;<>\n'\"\\*?]*")
    # constants ::= (constant blanks)*
    _constants = Late(rf"(?:{_quiet}+(?!{_quiet})|{SINGLE_QUOTED}|[ \t]+(?![ \t])){{1,{MANY}}}")
    _one_constant = Late(rf"(?:{_quiet}+|{SINGLE_QUOTED})+")
    # piece ::= CHAR+ | ESC | JOIN | SQSTR | VARIABLE | DQSTR, or the blanks between words
    _bare = Late(
        rf"(?P<text>{PLAIN})|\\\n|\\(?P<escaped>.)|'(?P<quoted>[^']*)'"
        rf"|(?P<translated>{TRANSLATED})"
        rf"|\$(?P<brace>\{{)?(?P<variable>{VARIABLE_NAME})(?(brace)\}})"
        rf"|(?P<open>\")|(?P<blanks>[ \t]+)"
    )
    _in_quotes = Late(
        rf'(?P<quoted>[^"\\$]+|\\(?![$"\\\n]))|\\(?P<escape>[$"\\])|\\\n'
        rf'|\$(?P<brace>\{{)?(?P<variable>{VARIABLE_NAME})(?(brace)\}})|(?P<close>")'
    )

    # What the lexer makes of a translated string, and what becomes of that (parse_string).
    _translation_escapes = Late(r"\\(?:(\\)|(\")|\n)")
    _translation = Late(
        rf"(?P<quoted>[^\\$]+|\\[^\\$])|\\(?P<escape>[\\$])|\\\Z|\$\{{(?P<named>[^}}]*)\}}"
        rf"|\$(?P<variable>{NAME}|[0-9]+|[?#])|(?P<cut>\$\{{)|(?P<dollar>\$)",
        re.DOTALL,
    )

    def __init__(self) -> None:
        super().__init__()
        self._may_return_empty = True
        self.skipWhitespace = False

    def _generateDefaultName(self) -> str:
        return "words"

    def _translated(self, before: str, text: str, pieces: list[tuple[str, str]]) -> None:
        """Add what a translated string comes to, and the bare text right *before* it.

        GRUB's lexer takes the two for strings of one kind (in SPLIT, at ``$"``).
        """
        # Two backslashes stay two; a quote loses its one, and a line end goes with it.
        text = self._translation_escapes().sub(
            lambda found: (found[1] or "") * 2 + (found[2] or ""), text
        )
        pieces.append(("quoted", ""))
        for string in (before, text):
            for found in self._translation().finditer(string):
                kind = found.lastgroup
                if kind == "cut":
                    break
                if kind in ("named", "variable"):
                    pieces.append(("named variable", found[kind]))
                elif kind:
                    pieces.append(("quoted", found[kind]))

    def _double_quoted(self, text: str, loc: int, pieces: list[tuple[str, str]]) -> int:
        pieces.append(("quoted", ""))
        match = self._in_quotes().match
        while found := match(text, loc):
            loc = found.end()
            kind = found.lastgroup
            if kind == "close":
                break
            if kind == "variable":
                pieces.append(("quoted variable", found["variable"]))
            elif kind:
                pieces.append(("quoted", found[kind]))
        return loc

    def constants(self, text: str) -> list[str] | None:
        """Give the words of *text* where nothing in it is replaced: those of most commands."""
        if self._plain().fullmatch(text):
            return [word for word in text.replace("\t", " ").split(" ") if word]
        if not self._constants().fullmatch(text):
            return None
        words: list[str] = self._one_constant().findall(text)
        return [word.replace("'", "") for word in words] if "'" in text else words

    def parseImpl(self, instring: str, loc: int, do_actions: bool = True) -> tuple[int, Any]:
        words: list[str | list[tuple[str, str]]] = []
        pieces: list[tuple[str, str]] = []
        constants, bare = self._some_constants().match, self._bare().match
        while True:
            if not pieces and (found := constants(instring, loc)):
                loc = found.end()
                words += [word.replace("'", "") for word in self._one_constant().findall(found[0])]
            found = bare(instring, loc)
            if found is None:
                break
            loc = found.end()
            kind = found.lastgroup
            if kind == "open":
                loc = self._double_quoted(instring, loc, pieces)
            elif kind == "translated":
                start = len(pieces)
                while start and pieces[start - 1][0] in ("text", "escaped"):
                    start -= 1
                before = "".join(
                    text if kind == "text" else f"\\{text}" for kind, text in pieces[start:]
                )
                del pieces[start:]
                self._translated(before, found["translated"][2:-1], pieces)
            elif kind == "blanks":
                if pieces:
                    words.append(pieces)
                pieces = []
            elif kind:
                pieces.append((kind, found[kind]))
        if pieces:
            words.append(pieces)
        return loc, [words]


words = Words()
words.parse_with_tabs()
