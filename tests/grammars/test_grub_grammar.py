"""GRUB's script language, grammar alone: its sentences, and where what is none fails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootpick.grammars import grub
from bootpick.grammars.grub_words import words
from bootpick.grammars.lexical import Skipped


def faults(text: str) -> list[tuple[int, int]]:
    """Give for each syntax error where it was noticed, and where reading goes on."""
    units = grub.script.parse_string(text, parse_all=True)
    return [(unit.loc, unit.resume) for unit in units if isinstance(unit, Skipped)]


ACCEPTED = [
    "",
    "\n",
    "\n\n  \n\t\n",
    "echo\n",
    "echo a b  c\t\n",
    "  echo a\n",
    "echo a;\n",
    "echo a; echo b\n",
    "echo a ; echo b ;\n",
    "# nothing\n",
    "echo a # rest } ; ' \"\n",
    "echo a#b\n",
    "echo a\\\nb\n",
    "echo a \\\n  b\n",
    "echo 'a b' \"c d\" 'e\nf' \"g\nh\"\n",
    'echo \'a\\\' "b\\"" \\\' \\" \\\\\n',
    'echo "$a ${b} $1 $? $# $@ $*"\n',
    'echo $"translated $a"\n',
    "echo $a${b}c$1\n",
    "a=b\n",
    "set a=b\n",
    "! true\n",
    "time true\n",
    "echo if then fi\n",
    "[ a = b ]\n",
    "echo ] [ ! , = @ ~ ^ % ( ) `\n",
    "if true; then echo a; fi\n",
    "if true\nthen\necho a\nfi\n",
    "if true; then echo a; else echo b; fi\n",
    "if true; then echo a; elif false; then echo b; elif true; then echo c; else echo d; fi\n",
    "if true; false; then echo a; fi;\n",
    "if\ntrue\nthen\n\necho a\n\nfi\n",
    "if true; then if true; then echo a; fi; fi\n",
    "while true; do echo a; done\n",
    "until true; do echo a; done\n",
    "for i in; do echo a; done\n",
    "for i in a 'b' $c; do echo a; done\n",
    "for i in a\ndo\necho a\ndone\n",
    "function f { echo a; }\n",
    "function f\n{\necho a\n}\n",
    "function f { if true; then echo a; fi; }\n",
    "menuentry a { echo b }\n",
    "menuentry a {\necho b\n}\n",
    "menuentry a{echo b}\n",
    "submenu a { menuentry b { echo c }\n}\n",
    "menuentry a { echo b } ; echo c\n",
    "foo { echo a }\n",
    "echo a{b,c}\n",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_sentence(text: str) -> None:
    assert faults(text) == []


REJECTED = [
    # text, where the error is noticed, where reading goes on
    ("echo &\n", 5, 7),
    ("fi\n", 0, 3),
    ("echo a; fi; echo b\necho c\n", 8, 19),
    ("then\n", 0, 5),
    ("}\n", 0, 2),
    ("{ echo a }\n", 0, 11),
    ("; echo a\n", 0, 9),
    ("echo a;; echo b\n", 7, 16),
    ("echo a | echo b\n", 7, 16),
    ("echo a > b\n", 7, 11),
    ("echo $\n", 5, 7),
    ("echo a$ b\n", 6, 10),
    ('echo "a$ b"\n', 5, 12),
    ("echo ${a:-b}\n", 5, 13),
    ("echo $(a)\n", 5, 10),
    ("case a\n", 0, 7),
    ("[[ a ]]\n", 0, 8),
    ("echo a ]]\n", 7, 10),
    ("if true then echo a; fi\n", 21, 24),
    ("if true; then\nfi\n", 14, 17),
    ("if ; then echo a; fi\n", 3, 21),
    ("while true; do done\n", 15, 20),
    ("for $i in a; do echo a; done\n", 4, 29),
    ("for i; do echo a; done\n", 5, 23),
    ("for if in a; do echo a; done\n", 4, 29),
    ("function a-b { echo x; }\n", 9, 25),
    ("function f { }\n", 13, 15),
    ("function f { echo a }\n", 20, 22),
    ("if true; then\nfunction f { echo a; }\n", 14, 37),
    ("menuentry a { }\n", 14, 16),
    ("menuentry a { echo b }c }\n", 22, 26),
    ("echo a 'b\nc\n", 7, 12),
    ('echo "b\nc\n', 5, 10),
]


@pytest.mark.parametrize(("text", "where", "resume"), REJECTED)
def test_no_sentence(text: str, where: int, resume: int) -> None:
    assert faults(text) == [(where, resume)]


@pytest.mark.parametrize(
    "text", ["if true\n", "if true; then\n", "while true; do echo a\n", "f {\n"]
)
def test_text_that_ends_too_early_is_thrown_away_to_the_end(text: str) -> None:
    assert faults(text) == [(len(text), len(text))]


def test_reading_goes_on_behind_an_error() -> None:
    assert faults("fi\necho a\nfi\necho b\n") == [(0, 3), (10, 13)]


def pieces(text: str) -> list[str | list[tuple[str, str]]]:
    found: list[str | list[tuple[str, str]]] = words.parse_string(text, parse_all=True)[0]
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", ["a"]),
        ("a  b\t", ["a", "b"]),
        ("''", [""]),
        ('""', [[("quoted", "")]]),
        ("a'b' '*'", ["ab", "*"]),
        ("a*'?' c", [[("text", "a*"), ("quoted", "?")], "c"]),
        ("a" * 99 + "$b", [[("text", "a" * 99), ("variable", "b")]]),
        ("$a${b}", [[("variable", "a"), ("variable", "b")]]),
        ('"$a"', [[("quoted", ""), ("quoted variable", "a")]]),
        ("a\\ b", [[("text", "a"), ("escaped", " "), ("text", "b")]]),
        ("a\\\nb", [[("text", "a"), ("text", "b")]]),
        ('"\\a\\$"', [[("quoted", ""), ("quoted", "\\"), ("quoted", "a"), ("quoted", "$")]]),
        ("$10x", [[("variable", "10"), ("text", "x")]]),
        ("", []),
    ],
)
def test_words_come_apart(text: str, expected: list[str | list[tuple[str, str]]]) -> None:
    assert pieces(text) == expected


_FRAGMENTS = st.sampled_from(
    "a b x1 = - /vm-6.1 root= ' 'a_b' 'c  d' \\t # #x ; { } $ \\ * ? [ [[ ]] if fi done function"
    ' ifx do_it é " & | ! ~ % , :'.split(" ")
)


@given(st.lists(_FRAGMENTS, max_size=8), st.sampled_from(["", " ", "\t", "  "]))
def test_line_is_a_command_in_which_nothing_is_replaced(parts: list[str], between: str) -> None:
    text = between.join(part.replace("\\t", "\t") for part in parts) + "\n"
    found = grub.line.match(text, 0)
    if found is None:
        return
    command = grub.simple.match(text, 0)
    assert command is not None
    assert command[1] == found[1]
    (commands,) = grub.script.parse_string(text)
    assert commands[0][1][0] == found[1]  # no keyword, and no other command on the line
    apart = words.parse_string(found[1])[0]
    assert all(isinstance(word, str) for word in apart)
    assert words.constants(found[1]) == apart
    if "'" not in text:
        assert found[1].split() == apart
