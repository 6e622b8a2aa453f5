"""From the text of ``lilo.conf`` to its items (``cfg_next`` and what it calls in cfg.c)."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable

from ..grammars import lilo
from .syntax import Fault, Item

LONGEST_WORD = 1023
"""Bytes of a word."""

_SPECIAL = re.compile(rf"(\\(?:\n[ \t]*|\\?\$|[\s\S]|\Z))|({lilo.VARIABLE})")
_IN_QUOTES = {'\\"': '"', "\\\\": "\\", "\\$": "$"}


def parse_items(text: str) -> tuple[tuple[Item, ...], tuple[Fault, ...]]:
    """Give the items in *text*, and what LILO would not put up with.

    Variables are left as they are written. Behind a fault reading goes on.
    """
    text, place = _without_returns(text)
    (found,) = lilo.file.parse_string(text)
    reading = _Reading(text, place)
    items = tuple([reading.item(item) for item in reading.mended(found)])
    return items, tuple(reading.faults)


def _without_returns(text: str) -> tuple[str, Callable[[int], int]]:
    """Drop the carriage returns that LILO drops: of several in a row every other one.

    Give also the function that tells where in *text* an offset was.
    """
    dropped = [match.start() for match in re.finditer(r"\r[\s\S]?", text)]
    if not dropped:
        return text, int
    left = [offset - number for number, offset in enumerate(dropped)]
    return re.sub(r"\r([\s\S]?)", r"\1", text), lambda offset: offset + bisect_right(left, offset)


class _Reading:
    def __init__(self, text: str, place: Callable[[int], int]) -> None:
        self._text = text
        self._place = place
        self.faults: list[Fault] = []

    def _fault(self, offset: int, message: str, hint: str | None = None) -> None:
        self.faults.append(Fault(self._place(offset), message, hint))

    def mended(self, items: Iterable[lilo.Item]) -> list[lilo.Item]:
        """Give *items*, and put together the values that a ``=`` without quotes tore apart.

        LILO does not take ``root=UUID=x``, but it is clear what was meant.
        """
        done: list[lilo.Item] = []
        torn: int | None = None
        """Where the rest of the last value begins, if it is torn."""
        for item in items:
            value = done[-1].value if done else None
            if item.word is None:
                at = item.equals or 0
                is_torn = value is not None and value.kind == "bare" and value.end == at
                torn = at + 1 if is_torn else None
                hint = "a value with a '=' in it has to be in quotes" if is_torn else None
                self._fault(at, "syntax error: expected a keyword, found '='", hint)
            elif item.word.start == torn and value is not None:
                end = (item.value or item.word).end
                whole = value._replace(end=end, text=self._text[value.start : end])
                done[-1] = done[-1]._replace(value=whole)
                torn = None
            else:
                torn = None
                done.append(item)
        return done

    def item(self, item: lilo.Item) -> Item:
        """Give *item* with its texts as LILO takes them."""
        word, value = item.word, item.value
        assert word is not None
        variables: list[str] = []
        name = self._plain(word, variables)
        if item.equals is None:
            return Item(name, self._place(word.start), variables=tuple(variables))
        text = ""
        if value is None:
            self._fault(item.equals, f"value expected at EOF for '{name}'")
        elif value.kind == "=":
            self._fault(value.start, f"syntax error after '{name}': expected a value, found '='")
        else:
            text = self._plain(value, variables)
        start = item.equals if value is None else value.start
        return Item(name, self._place(word.start), text, self._place(start), tuple(variables))

    def _plain(self, word: lilo.Word, variables: list[str]) -> str:
        """Give the text of *word*, with what its escapes stand for."""
        text = word.text
        is_quoted = word.kind != "bare"
        inside = word.start + is_quoted
        if word.kind == "torn":
            self._torn(inside, text)
        if "\\" in text or "$" in text:
            parts: list[str] = []
            end = 0
            for match in _SPECIAL.finditer(text):
                parts.append(text[end : match.start()])
                end = match.end()
                if match[2] is not None:
                    parts.append(match[2])
                    variables.append(match[2])
                    self._variable(inside + match.start(), match[2])
                elif is_quoted:
                    parts.append(self._escaped(inside + match.start(), match[1]))
                elif match[1] == "\\":
                    self._fault(inside + match.start(), "\\ precedes EOF")
                else:
                    escaped = match[1]
                    parts.append({"\n": "", "\t": " "}.get(escaped[1], escaped[-1]))
                    # Only in quotes do the blanks behind a line end belong to the escape.
                    parts.append(escaped[2:] if escaped[1] == "\n" else "")
            text = "".join([*parts, text[end:]])
        size = len(text.encode("utf-8", "surrogateescape"))
        if size > LONGEST_WORD:
            message = f"a word of {size} bytes is too long: LILO takes {LONGEST_WORD}"
            self._fault(word.start, message)
            text = text[:LONGEST_WORD]
        return text.partition("\0")[0]

    def _torn(self, start: int, text: str) -> None:
        wrong = next((at for at, char in enumerate(text) if char == "\t"), None)
        line_end = self._text.find("\n", start + len(text) - 1)
        if wrong is None and "\n" not in text and line_end < 0:
            self._fault(start - 1, "EOF in quoted string")
            return
        hint = "end the string with '\"', or the line with '\\'"
        if wrong is not None:
            hint = "put a blank for the tab"
        at = start + (wrong if wrong is not None else text.find("\n") % (len(text) + 1))
        self._fault(at, "\\n and \\t are not allowed in quoted strings", hint)

    def _escaped(self, offset: int, escape: str) -> str:
        if escape.startswith("\\\n"):
            return " "
        if escape not in _IN_QUOTES:
            hint = "in quotes a backslash stands only before '\"', '\\', '$' and the line's end"
            self._fault(offset, "bad use of \\ in quoted string", hint)
        return _IN_QUOTES.get(escape, escape)

    def _variable(self, offset: int, name: str) -> None:
        message = f"'{name}' is a variable of the environment in which LILO is run"
        hint = f"write its value, or '\\{name}' for a dollar sign"
        self.faults.append(Fault(self._place(offset), message, hint, refuses=False))
