"""Regular expressions of the C library."""

import locale

import pytest

from bootpick.system.regex import CMatcher


@pytest.mark.parametrize(
    ("pattern", "text", "spans"),
    [
        ("b+", "abbc", ((1, 3),)),
        ("(a)|(b)", "b", ((0, 1), (-1, -1), (0, 1))),
        ("^.$", "ü", ((0, 2),)),
        ("", "a", ((0, 0),)),
        ("x", "a", None),
        ("(", "a", None),
        ("a{2,1}", "aa", None),
    ],
)
def test_spans(pattern: str, text: str, spans: tuple[tuple[int, int], ...] | None) -> None:
    assert CMatcher().match(pattern.encode(), text.encode()) == spans


def test_the_programs_own_locale_stays() -> None:
    before = locale.setlocale(locale.LC_ALL)
    CMatcher().match(b"a", b"a")
    assert locale.setlocale(locale.LC_ALL) == before
