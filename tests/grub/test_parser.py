"""From text to tree: positions, and what holds for every text."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bootpick.grub.faults import describe
from bootpick.grub.parser import parse_script, parse_words
from bootpick.grub.syntax import (
    Command,
    Commands,
    Fault,
    For,
    Function,
    If,
    Run,
    Script,
    SimpleCommand,
)
from bootpick.source import Position, Source
from tests.support.grub import run_script


def parse(text: str) -> Script:
    return parse_script(Source("grub.cfg", text))


def simple_commands(commands: Commands, base: int = 0) -> Iterator[tuple[int, SimpleCommand]]:
    """Give each simple command and where it stands in the text."""
    for offset, command in commands:
        yield from _simple_commands(command, base + offset)


def _simple_commands(command: Command, at: int) -> Iterator[tuple[int, SimpleCommand]]:
    if isinstance(command, SimpleCommand):
        yield at, command
        if command.block is not None:
            yield from simple_commands(command.block.commands, at + command.block.offset)
    elif isinstance(command, If):
        for condition, body in command.clauses:
            yield from simple_commands((*condition, *body), at)
        yield from simple_commands(command.otherwise, at)
    elif isinstance(command, Run):
        yield from simple_commands(command.commands, at)
    elif isinstance(command, For | Function):
        yield from simple_commands(command.body, at)
    else:
        yield from simple_commands((*command.condition, *command.body), at)


def place_of(fault: Fault, script: Script) -> Position:
    """Give the place that the message about a fault has."""
    position = describe(fault, script, []).position
    assert position is not None
    return position


def places(text: str) -> dict[str, tuple[int, int]]:
    """Give line and column of each simple command, by its text, and of each fault."""
    script = parse(text)
    found = {}
    for unit in script.units:
        if isinstance(unit, Fault):
            position = place_of(unit, script)
            found["!"] = (position.line, position.column)
            continue
        for at, command in simple_commands(unit):
            position = script.position(at)
            found[command.text.strip()] = (position.line, position.column)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n  b; c\n", {"a": (1, 1), "b": (2, 3), "c": (2, 6)}),
        ("\n\na", {"a": (3, 1)}),
        ("\ta\n \t b\n", {"a": (1, 2), "b": (2, 4)}),
        ("a\r\n b\r\nc; d\r\n", {"a": (1, 1), "b": (2, 2), "c": (3, 1), "d": (3, 4)}),
        ("# x\na\n#y\n#z\n  b\n", {"a": (2, 1), "b": (5, 3)}),
        ("#\r\n#\r\na\r\n#\r\nb\r\n", {"a": (3, 1), "b": (5, 1)}),
        (" # x\n a\n", {"a": (2, 2)}),
        ("a\n#x\n\n#y", {"a": (1, 1)}),
        (
            "if a; then\n# x\n b\nelse\n#y\n  c\nfi\nd\n",
            {"a": (1, 4), "b": (3, 2), "c": (6, 3), "d": (8, 1)},
        ),
        ("m {\n#x\n\ta\n}\nb\n", {"m": (1, 1), "a": (3, 2), "b": (5, 1)}),
        ("while a\ndo\n b\ndone; c\n", {"a": (1, 7), "b": (3, 2), "c": (4, 7)}),
        ("for i in x y\ndo b\ndone\n", {"b": (2, 4)}),
        ("function f\n#x\n{\n a\n}\n", {"a": (4, 2)}),
        ("x\nfi\ny\n", {"x": (1, 1), "!": (2, 1), "y": (3, 1)}),
        ("#\n\tx &\ny\n", {"!": (2, 4), "y": (3, 1)}),
        ("x\n'a\n", {"x": (1, 1), "!": (2, 1)}),
        ("fi\n  a\n", {"!": (1, 1), "a": (2, 3)}),
        ("fi\n # x\n\ta; b\n", {"!": (1, 1), "a": (3, 2), "b": (3, 5)}),
        ("ä; ö; 😀; b\n", {"ä": (1, 1), "ö": (1, 4), "😀": (1, 7), "b": (1, 10)}),
    ],
)
def test_places(text: str, expected: dict[str, tuple[int, int]]) -> None:
    assert places(text) == expected


def test_position_has_the_whole_line() -> None:
    script = parse("# one\r\n\techo 'ü' &\r\n")
    (fault,) = script.units
    assert isinstance(fault, Fault)
    assert place_of(fault, script) == Position("grub.cfg", 2, 11, "\techo 'ü' &")


def words_of(folder: Path, text: str) -> list[str]:
    """Give the words that a command gets which is written *text*."""
    loaded = run_script(folder, f"linux {text}\n").loaded
    return [*loaded.words] if loaded is not None else []


def test_words_that_go_over_dropped_lines(tmp_path: Path) -> None:
    """Cases 14 and 15."""
    assert words_of(tmp_path, "a 'x\n#y\nz' \\\n#\nb\nc") == ["a", "x\nz", "b"]


# -- for every text -----------------------------------------------------------------------------

TOKENS = (
    "if then elif else fi for in do done while until function case [[ ]] { } ; ;; & | < > $ $a "
    '${a} ${ $( $1 $@ \' " \\ # a echo menuentry submenu ! = \'a\' "b" $"c"'
).split()
PIECES = st.sampled_from([*TOKENS, " ", " ", "\t", "\n", "\n", "\\\n", "\r\n", "\0", "é", "\udcff"])
SOUP = st.lists(PIECES, max_size=60).map("".join)


@given(st.text() | SOUP)
@example("'")
@example("\\")
@example("#")
@example("\0")
@example("{")
def test_any_text_is_a_script(text: str) -> None:
    script = parse(text)
    lines = text.split("\n")
    for unit in script.units:
        positions = (
            [place_of(unit, script)]
            if isinstance(unit, Fault)
            else [script.position(at) for at, _ in unit]
        )
        for position in positions:
            assert 1 <= position.line <= len(lines)
            line = lines[position.line - 1]
            assert 1 <= position.column <= len(line) + 1
            assert position.text == line.rstrip("\r")


@given(st.text() | SOUP)
def test_units_follow_one_another(text: str) -> None:
    script = parse(text)
    starts = [u.end if isinstance(u, Fault) else u[0][0] for u in script.units]
    assert starts == sorted(starts)
    assert bisect_right(starts, 1 << 62) == len(starts)


WORD = st.sampled_from(["a", "echo", "'b c'", '"d $e"', "$f", "x=1", "\\ ", "if", "é"])
SIMPLE = st.lists(WORD, min_size=1, max_size=4).map(lambda words: " ".join(["cmd", *words]))


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("if {}; then {}; fi".format, inner, inner),
        st.builds("if {}\nthen {}\nelse {}\nfi".format, inner, inner, inner),
        st.builds("while {}; do\n{}\ndone".format, inner, inner),
        st.builds("for i in {}; do {}; done".format, st.lists(WORD).map(" ".join), inner),
        st.builds("menuentry {} {{\n {}\n}}".format, WORD, inner),
        st.builds("{}; {}".format, inner, inner),
        st.builds("{}\n{}".format, inner, inner),
    )


COMMAND = st.recursive(SIMPLE, compound, max_leaves=8)
COMMENT = st.sampled_from(["# c", "#'", "", "  ", " # c", "  # { if"])
GOOD = st.lists(COMMAND | COMMENT, max_size=8).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


@given(GOOD)
def test_good_text_has_no_fault(text: str) -> None:
    assert [unit for unit in parse(text).units if isinstance(unit, Fault)] == []


@given(GOOD, SOUP)
@example("echo a\n", "'")
@example("echo a\n", "if")
@example("echo a\n", "\\")
def test_what_follows_never_changes_the_lines_before_it(text: str, bad: str) -> None:
    whole = parse(text).units
    assert parse(text + bad).units[: len(whole)] == whole


@given(GOOD, st.sampled_from(["fi", "}", "&", "; a", "case", "echo $", "if fi", "{ a }"]), GOOD)
@example("", "fi", " # c\n")
@example("echo a\n", "fi", "  \n\techo b\n")
def test_broken_line_harms_no_other(before: str, bad: str, behind: str) -> None:
    first, second = parse(before).units, parse(behind).units
    found = [
        unit
        for unit in parse(f"{before}{bad}\n{behind}").units
        # Lines without a word may or may not be units.
        if isinstance(unit, Fault) or any(one.text.strip() for _, one in simple_commands(unit))
    ]
    assert (len(found), found[: len(first)]) == (len(first) + 1 + len(second), [*first])
    assert isinstance(found[len(first)], Fault)


def texts_of(script: Script) -> list[list[str]]:
    return [
        [command.text for _, command in simple_commands(unit)]
        for unit in script.units
        if not isinstance(unit, Fault)
    ]


@given(GOOD)
def test_carriage_returns_and_comments_are_not_there(text: str) -> None:
    plain = texts_of(parse(text))
    assert texts_of(parse(text.replace("\n", "\r\n"))) == plain
    assert texts_of(parse("# x\n" + text.replace("\n", "\n#'{\n"))) == plain


ANY_WORDS = st.lists(
    st.text(st.characters(exclude_characters="\0\r")).filter(lambda word: "\n#" not in word),
    max_size=6,
)


def in_single_quotes(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def in_double_quotes(word: str) -> str:
    for special in '\\$"':
        word = word.replace(special, f"\\{special}")
    return f'"{word}"'


def escaped(word: str) -> str:
    return "".join(in_single_quotes(char) if char == "\n" else f"\\{char}" for char in word) + "''"


@pytest.mark.parametrize("quote", [in_single_quotes, in_double_quotes, escaped])
@given(words=ANY_WORDS)
def test_quoted_words_come_back(
    quote: Callable[[str], str], words: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()
    assert words_of(folder, " ".join(map(quote, words))) == words


_FRAGMENTS = st.sampled_from(["a", "--id", " ", "\t", "$v", "${v}", "$1", "*", "=", "'{}'", "'{}'"])
_QUOTED = st.sampled_from(["", "x", "a b", " ", "$v", "*", "--id", "{", "text 1", "\n", "#"])


@given(st.lists(_FRAGMENTS, max_size=10), st.lists(_QUOTED, min_size=10, max_size=10))
def test_words_of_a_command_that_was_there_with_other_quotes(
    parts: list[str], quoted: list[str]
) -> None:
    shape = "menuentry " + "".join(parts)
    parse_words(shape)
    text = shape
    for other in quoted:
        text = text.replace("{}", other, 1)
    # Beside a double quote a command is taken apart by itself.
    alone = parse_words(f'{text} ""')
    assert parse_words(text).words == alone.words[:-1]
    assert parse_words(text).parameters == alone.parameters
