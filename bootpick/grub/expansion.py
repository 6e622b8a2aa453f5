"""From words to arguments: variables, splitting, quoting (script/argv.c, script/execute.c)."""

from collections.abc import Callable, Sequence

from .syntax import Word

Lookup = Callable[[str], "str | None"]
"""Gives a variable's value."""


# Only these separate; str.split() knows more blanks than C does.
_BLANKS = str.maketrans("\t\n\r", "   ")


class TooLong(Exception):
    """The variables of one command stand for more text than is allowed."""


def expand_words(
    words: Sequence[Word], lookup: Lookup, parameters: Sequence[str] | None, limit: int
) -> list[str]:
    """Give the arguments that *words* become; *parameters* are ``None`` outside a function.

    A word that comes to nothing vanishes, unless something in it was quoted (case 2).
    Raises TooLong where the variables make more than *limit* characters.
    """
    arguments: list[str] = []
    for word in words:
        current: str | None = None
        for text, is_variable, quoted in word:
            if not is_variable:
                current = (current or "") + text
                continue
            values = _values(text, lookup, parameters)
            limit -= sum(map(len, values))
            if limit < 0:
                raise TooLong
            if quoted:
                current = (current or "") + (values[0] if values else "")
                for value in values[1:]:
                    arguments.append(current)
                    current = value
            else:
                for position, value in enumerate(values):
                    # Blanks at the ends of the value do not separate it from the rest of the
                    # word (case 1).
                    if position and current is not None:
                        arguments.append(current)
                        current = None
                    parts = [part for part in value.translate(_BLANKS).split(" ") if part]
                    if not parts:
                        continue
                    parts[0] = (current or "") + parts[0]
                    arguments += parts[:-1]
                    current = parts[-1]
        if current is not None:
            arguments.append(current)
    return arguments


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
