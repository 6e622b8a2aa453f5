"""From words to arguments: variables, splitting, quoting (script/argv.c, script/execute.c)."""

from collections.abc import Callable, Sequence

from .syntax import Words

Lookup = Callable[[str], "str | None"]
"""Gives a variable's value."""

Glob = Callable[[str], "list[str]"]
r"""Gives the files that a pattern matches; ``\`` protects the character behind it."""

# Only these separate; str.split() knows more blanks than C does.
_BLANKS = str.maketrans("\t\n\r", "   ")
_SPECIAL = frozenset("\t\n\r *?\\")
"""Where a value is split, what makes it a pattern, and what protects that."""
_PROTECT = str.maketrans({"\\": "\\\\", "*": "\\*", "?": "\\?"})


class TooLong(Exception):
    """The variables of one command stand for more text than is allowed."""


class _Argument:
    """The parts of an argument, and the same as parts of a pattern."""

    __slots__ = ("patterns", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.patterns: list[str] = []

    def add(self, text: str, *, quoted: bool, escaped: bool = False) -> None:
        self.texts.append(text)
        if escaped:
            text = "\\" + text
        elif quoted:
            text = text.translate(_PROTECT)
        elif "\\" in text:
            # In an unquoted value a backslash is a character, but it keeps what is behind it
            # from being special (case 36).
            text = text.replace("\\", "\\\\").replace("\\*", "\\\\*").replace("\\?", "\\\\?")
        self.patterns.append(text)


def expand_words(
    words: Words,
    lookup: Lookup,
    parameters: Sequence[str] | None,
    glob: Glob,
    limit: int,
    *,
    keep_hex: bool = False,
) -> tuple[list[str], int]:
    r"""Give the arguments that *words* become, and how many characters their variables made.

    *parameters* are ``None`` outside a function.

    A word that comes to nothing vanishes, unless something in it was quoted (case 2). One with an
    unquoted ``*`` or ``?`` becomes the files that it matches, or stays as it is without any
    (cases 33 to 36). With *keep_hex* the backslash of an unquoted ``\xHH`` is kept (case 139).
    Raises TooLong where the variables make more than *limit* characters.
    """
    if words.variables and (plain := _replace_bare(words, lookup)) is not None:
        made = sum([len(plain[place]) for place, _ in words.variables])
        if made > limit:
            raise TooLong
        return plain, made
    arguments: list[str] = []
    left = limit

    def finish(argument: _Argument) -> _Argument:
        if not argument.texts:
            return argument
        text = "".join(argument.texts)
        if keep_hex and "\\x" in (pattern := "".join(argument.patterns)):
            text = _unescape_all_but_hex(pattern)
        if "*" in text or "?" in text:
            arguments.extend(glob("".join(argument.patterns)) or [text])
        else:
            arguments.append(text)
        return _Argument()

    for word in words.words:
        if isinstance(word, str):
            arguments.append(word)
            continue
        argument = _Argument()
        for text, is_variable, quoted, escaped, named in word:
            if not is_variable:
                argument.add(text, quoted=quoted, escaped=escaped)
                continue
            if named and (text != "#" or parameters is None):
                values: Sequence[str] = (lookup(text) or "",)
            else:
                values = _values(text, lookup, parameters)
            left -= sum(map(len, values))
            if left < 0:
                raise TooLong
            if not quoted and len(values) > 1:
                values = (" ".join(values),)  # $@ is split like any other value
            if quoted and not values:
                argument.add("", quoted=True)
            for number, value in enumerate(values):
                if number:
                    argument = finish(argument)
                if quoted:
                    argument.add(value, quoted=True)
                    continue
                # Blanks at the ends of a value do not separate it from the rest of the word
                # (case 1).
                parts = [part for part in value.translate(_BLANKS).split(" ") if part]
                for place, part in enumerate(parts):
                    if place:
                        argument = finish(argument)
                    argument.add(part, quoted=False)
        finish(argument)
    return arguments, limit - left


def _replace_bare(words: Words, lookup: Lookup) -> list[str] | None:
    """Give the arguments where every variable stands for one word, in which nothing is special."""
    arguments = [word if isinstance(word, str) else "" for word in words.words]
    for place, name in words.variables:
        value = lookup(name)
        if not value or not _SPECIAL.isdisjoint(value):
            return None
        arguments[place] = value
    return arguments


def _unescape_all_but_hex(pattern: str) -> str:
    r"""Take the backslashes out of *pattern*, except before an ``x`` and two hexadecimal digits."""
    text, at = "", 0
    while (found := pattern.find("\\", at)) >= 0:
        text += pattern[at:found]
        digits = pattern[found + 2 : found + 4]
        if pattern[found + 1 : found + 2] == "x" and len(digits) == 2 and _HEX.issuperset(digits):
            text += "\\"
        at = found + 2
        text += pattern[found + 1 : at]
    return text + pattern[at:]


_HEX = frozenset("0123456789abcdefABCDEF")


def _values(name: str, lookup: Lookup, parameters: Sequence[str] | None) -> Sequence[str]:
    """Give what a variable stands for: several words only for ``$@``."""
    if name == "@":
        return parameters or ()
    if name == "*":
        return (" ".join(parameters),) if parameters else ()
    if name == "#":
        return () if parameters is None else (str(len(parameters)),)
    if name.isdigit():
        number = int(name[:9])
        if parameters is None or not 0 < number <= len(parameters):
            return ()
        return (parameters[number - 1],)
    value = lookup(name)
    return () if value is None else (value,)
