"""``test`` and ``[`` (commands/test.c)."""

import operator
from collections.abc import Callable

from ...system import Found
from ..errors import TEST_FAILURE
from ..interpreter import Interpreter
from ..numbers import NotANumber, TooLarge, parse_unsigned, to_int
from ..state import Call
from .arguments import as_bytes
from .registry import command


@command(
    "test",
    "[",
    summary="Compares strings and numbers, and looks for files.",
    status="0 for true, 1 for false",
    pure=True,
)
def run_test(shell: Interpreter, call: Call) -> int:
    """Case 54: a last ``]`` is dropped; it need not be there."""
    words = call.arguments
    if words and words[-1] == "]":
        words = words[:-1]
    return 0 if _Test(shell, words, call).evaluate() else TEST_FAILURE


_STRINGS: dict[str, Callable[[bytes, bytes], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBERS: dict[str, Callable[[int, int], bool]] = {
    f"-{name}": getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")
}
_DEEPEST = 100
"""Parentheses within each other, in Debian's GRUB (cve-2025-jan)."""


class _Test:
    """One expression: words are consumed from the left, as GRUB does it."""

    def __init__(self, shell: Interpreter, words: list[str], call: Call) -> None:
        self._shell = shell
        self._words = words
        self._call = call
        self._open = 0
        self._at = 0
        self._modified: int | None = None
        """When the file was changed that was last found between these parentheses."""

    def evaluate(self) -> bool:
        """Evaluate up to the closing parenthesis or the end."""
        outside, self._modified = self._modified, None
        value = self._terms()
        self._modified = outside
        return value

    def _terms(self) -> bool:
        either, both, invert = False, True, False
        while self._at < len(self._words):
            word = self._words[self._at]
            value = self._triple()
            if value is None:
                value = self._pair(word)
            if value is None:
                self._at += 1
                if word == ")":
                    self._open = max(0, self._open - 1)
                    break
                if word == "(":
                    self._open += 1
                    if self._open > _DEEPEST:
                        self._shell.complain("max recursion depth exceeded")
                        break
                    value = self.evaluate()
                elif word == "!":
                    invert = not invert
                    continue
                elif word == "-a":
                    continue
                elif word == "-o":
                    either, both = either or both, True
                    continue
                else:
                    value = word != ""
            both = both and value != invert
            invert = False
        return either or both

    def _triple(self) -> bool | None:
        """Try ``a = b`` and its like; they win over everything else (case 60)."""
        if self._at + 2 >= len(self._words):
            return None
        left, word, right = self._words[self._at : self._at + 3]
        if word in _STRINGS:
            # strcmp compares bytes.
            value = _STRINGS[word](as_bytes(left), as_bytes(right))
        elif word in _NUMBERS:
            value = _NUMBERS[word](self._number(left), self._number(right))
        elif word in ("-pgt", "-plt"):
            value = self._compare_behind_prefix(left, right, word)
        elif word.startswith(("-nt", "-ot")):
            value = self._compare_times(left, right, word)
        else:
            return None
        self._at += 3
        return value

    def _pair(self, word: str) -> bool | None:
        """Try ``-f path`` and its like."""
        if self._at + 1 >= len(self._words) or word not in _UNARY:
            return None
        operand = self._words[self._at + 1]
        self._at += 2
        if word == "-n":
            return operand != ""
        if word == "-z":
            return operand == ""
        if word == "-s":
            # The file is opened; the others look it up in its directory.
            place = self._shell.place(operand)
            found = place.found
            self._shell.note_unseen(place, self._call)
            return place.is_block_list or (
                found is not None and not found.is_directory and found.size > 0
            )
        found = self._look_up(operand)
        return found is not None and (word == "-e" or found.is_directory == (word == "-d"))

    def _look_up(self, path: str) -> Found | None:
        """Find a file by its name in its directory; an empty path is the top directory."""
        place = self._shell.lookup(path)
        self._shell.note_unseen(place, self._call)
        if place.found is not None:
            # Not every file system knows it of its top directory.
            self._modified = place.found.modified if place.name != "/" else None
        return place.found

    def _number(self, text: str) -> int:
        """Read a number as ``grub_strtosl`` does: cut to 32 bits (cases 56 and 57)."""
        negative = text.startswith("-")
        value = self._unsigned(text[1:] if negative else text)
        return to_int(-value if negative else value)

    def _unsigned(self, text: str) -> int:
        try:
            return parse_unsigned(text)
        except NotANumber as error:
            self._shell.complain(error.message)
            return 0
        except TooLarge as error:
            self._shell.complain(error.message)
            return (1 << 64) - 1

    def _compare_behind_prefix(self, left: str, right: str, word: str) -> bool:
        """Compare the numbers behind what both have in common (case 63)."""
        at = 0
        while at < min(len(left), len(right)) and left[at] == right[at]:
            at += 1
        at -= 1
        while at > 0 and "0" <= left[at] <= "9":
            at -= 1
        at += 1
        first, second = self._unsigned(left[at:]), self._unsigned(right[at:])
        return first > second if word == "-pgt" else first < second

    def _compare_times(self, left: str, right: str, word: str) -> bool:
        """Either is true where only one exists; else what was seen before stands for none."""
        first, before = self._look_up(left), self._modified
        second, after = self._look_up(right), self._modified
        bias = self._number(word[3:]) if word[3:] else 0
        newer = word.startswith("-nt")
        if (second if newer else first) is None and (first if newer else second) is not None:
            return True
        if before is None or after is None:
            return False
        return before + bias > after if newer else before + bias < after


_UNARY = frozenset(("-d", "-e", "-f", "-s", "-n", "-z"))
