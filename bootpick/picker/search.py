"""The filter of the menu: which entries fit what was typed, and which of them fit best."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")

_MISSED = 9


def search(typed: str, rows: Iterable[tuple[T, Sequence[str]]]) -> list[T]:
    """Give what fits *typed*, the best first and otherwise in order.

    Each of *rows* stands beside its texts, the most telling one first. Of *typed*, each word has to
    be in one of the texts: at the start of a word, anywhere, or letter by letter in its order.
    """
    terms = typed.casefold().split()
    found = []
    for row, texts in rows:
        folded = [text.casefold() for text in texts]
        costs = [min(_costs(term, folded), default=_MISSED) for term in terms]
        if _MISSED not in costs:
            found.append((sum(costs), row))
    found.sort(key=lambda pair: pair[0])
    return [row for _, row in found]


def _costs(term: str, texts: Sequence[str]) -> Iterable[int]:
    for rank, text in enumerate(texts):
        at = text.find(term)
        if at == 0 or (at > 0 and not text[at - 1].isalnum()):
            yield 0 if rank == 0 else 1
        elif at > 0:
            yield 2
        elif rank == 0 and _is_spread(term, text):
            # Letter by letter in an id, with its digits and dashes, almost anything fits.
            yield 4


def _is_spread(term: str, text: str) -> bool:
    letters = iter(text)
    return all(char in letters for char in term)
