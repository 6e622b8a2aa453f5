"""GRUB Legacy's lines and arguments: any text is read, and as GRUB 0.97 reads it."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootpick.grub_legacy.commands import is_grub2_script
from bootpick.grub_legacy.menu import choose, read_script
from bootpick.grub_legacy.parser import (
    parse_device_map,
    parse_kernel,
    parse_number,
    parse_numbers,
    parse_place,
    parse_script,
    parse_words,
    place_in,
)
from bootpick.grub_legacy.syntax import Device, KernelArguments

TEXTS = st.text("\n\n\r\\\\ \t=#a\0", max_size=60) | st.text(max_size=60)


def lines_of_grub(text: str) -> list[str]:
    """Read lines one character after the other, as ``get_line_from_config`` does."""
    lines: list[str] = []
    line: list[str] = []
    literal = comment = False
    for char in [*text, None]:
        if char is None or (char == "\n" and line and not literal):
            if line:
                lines.append("".join(line))
            line, literal = [], False
            continue
        if char == "\r":
            continue
        char = " " if char == "\t" else char
        if literal:
            if char == "\n":
                char = " "
                del line[-1:]
            literal = False
        if char == "\\":
            literal = True
        if comment:
            comment = char != "\n"
        elif line:
            line.append(char)
        elif char == "#":
            comment = True
        elif char not in " \n":
            line.append(char)
    return lines


def command_of_grub(line: str) -> tuple[str, str]:
    """Split a line as ``find_command`` and ``skip_to`` do."""
    line = line.partition("\0")[0]
    end = next((at for at, char in enumerate(line) if char in " ="), len(line))
    return line[:end], line[end:].lstrip(" =")


@given(TEXTS)
def test_lines_are_those_of_grub(text: str) -> None:
    found = [(command.name, command.arguments) for command in parse_script(text, "x").commands]
    assert found == [command_of_grub(line) for line in lines_of_grub(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", [("a", "")]),
        ("a b\nc d", [("a", "b"), ("c", "d")]),
        ("  a\t\tb  c \n", [("a", "b  c ")]),
        ("a==b = c", [("a", "b = c")]),
        ("= b", [("", "b")]),
        ("a b # c\n# d\n  # e\nf", [("a", "b # c"), ("f", "")]),
        ("a \\\n b\\\nc\\", [("a", "b c\\")]),
        ("a\\\nb", [("a", "b")]),
        ("# a \\\nb\nc", [("c", "")]),
        ("a \\\\\nb \\c\\ d", [("a", "\\ b \\c\\ d")]),
        ("a b\r\n\r\nc\rd\r\n", [("a", "b"), ("cd", "")]),
        ("\n\\\n\n \\\n", []),
        ("a\0b c\nd e\0f", [("a", ""), ("d", "e")]),
    ],
)
def test_lines(text: str, expected: list[tuple[str, str]]) -> None:
    commands = parse_script(text, "x").commands
    assert [(command.name, command.arguments) for command in commands] == expected


@given(TEXTS)
def test_places_are_those_in_the_text(text: str) -> None:
    script = parse_script(text, "x")
    lines = text.split("\n")
    for command in script.commands:
        place = script.position(command)
        assert lines[place.line - 1][place.column - 1 :].startswith(command.name[:1])
        for index, char in enumerate(command.arguments):
            place = place_in(script, command, index)
            there = lines[place.line - 1][place.column - 1 : place.column]
            assert there == char or (char == " " and there in "\t\\")


@given(TEXTS.map(lambda text: text.replace("a", "\ntitle a\nkernel /x\ndefault 1\n")))
def test_any_text_is_a_menu(text: str) -> None:
    menu = read_script(parse_script(text, "x"))
    is_grub2_script((command.name, command.arguments) for command in menu.script.commands)
    number = choose(menu, None, "y").number
    assert number is None if not menu.sections else 0 <= (number or 0) < len(menu.sections)


@given(st.text())
def test_any_text_is_a_list_of_arguments(text: str) -> None:
    line = text.replace("\n", " ").replace("\t", " ")
    parse_number(line), parse_numbers(line), parse_place(line), parse_device_map(text)
    assert "".join(parse_words(line)) == line.replace(" ", "")
    found = parse_kernel(line)
    assert line.endswith(found.rest)
    assert line[found.start :].startswith(found.file)


FILES = st.text(string.ascii_letters + string.digits + "/-._()=,", min_size=1).filter(
    lambda name: not name.startswith("--")
)


@given(
    st.lists(st.sampled_from(("--type=linux", "--no-mem-option", "--type=x")), max_size=3),
    FILES,
    st.text(string.printable.replace("\n", ""), max_size=30),
)
def test_kernel_is_read_as_it_was_written(options: list[str], file: str, rest: str) -> None:
    rest = rest.translate(dict.fromkeys(map(ord, "\t\r\v\f"))).lstrip(" ")
    line = " ".join([*options, file, rest])
    start = len(line) - len(rest) - len(file) - 1
    assert parse_kernel(line) == KernelArguments(tuple(options), file, start, rest)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("12", 12),
        ("12x", 12),
        ("0x1fg", 31),
        ("0X1F", 31),
        ("08", 8),
        ("2147483647", 2147483647),
        ("2147483648", None),
        ("9" * 1400, None),
        ("0x" + "f" * 1400, None),
        ("0x", None),
        ("", None),
        ("-1", None),
        ("x", None),
    ],
)
def test_number(text: str, number: int | None) -> None:
    assert parse_number(text) == number


@given(st.integers(0, 40), st.none() | st.integers(0, 40), st.sampled_from(("", "a", "h")))
def test_device_is_read_as_it_was_written(disk: int, partition: int | None, letter: str) -> None:
    device = Device(f"hd{disk}", partition, letter)
    assert parse_place(f"{device}/x y") == (device, "/x y")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(hd0)", (Device("hd0"), "")),
        ("(hd0x1,0x2)/x", (Device("hd1", 2), "/x")),
        ("(fd0)+1", (Device("fd0"), "+1")),
        ("(cd)/x", (Device("cd"), "/x")),
        ("(nd)/x", (Device("nd"), "/x")),
        ("/x(hd0)", (None, "/x(hd0)")),
        ("(hd0)(hd1)/x", (Device("hd0"), "(hd1)/x")),
        ("", (None, "")),
        ("(hd0", None),
        ("(hd)", None),
        ("(hd0,)", None),
        ("(hd0,-1)", None),
        ("(hd0,gpt1)", None),
        ("(sd0)", None),
        ("()", None),
        ("(hd0,0)", (Device("hd0", 0), "")),
        ("(hd99999999999)", None),
    ],
)
def test_place(text: str, expected: tuple[Device | None, str] | None) -> None:
    assert parse_place(text) == expected


def test_device_map() -> None:
    text = "# (hd9) /dev/x\n(hd0)\t/dev/sda\n\n (hd1) /dev/sdb more\r\n(hd2)\nx\n(fd0)/dev/fd0"
    assert parse_device_map(text) == {"hd0": "/dev/sda", "hd1": "/dev/sdb", "fd0": "/dev/fd0"}
