"""Random GRUB scripts that end, over the whole language.

Every script is made from its seed alone, so a difference that was found once can be found again.
``python -m tests.support.random_scripts FIRST COUNT`` compares GRUB's answers with bootpick's.
"""

import difflib
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from random import Random

from tests.support.grub import run_script
from tests.support.grub_emu import FolderDisk, Judge
from tests.support.trees import plant

_VALUES = (
    "",
    "a",
    "b c",
    "  x  y ",
    "1",
    "10",
    "0x1F",
    "010",
    "-5",
    "q'q",
    'd"d',
    "\\",
    "a\\b",
    "x*",
    "/b*.x",
    "/d/?",
    "#c",
    "k=v",
    "é",
    "$a",
    ">",
    "vmlinuz-5.10",
    "4294967296",
)
_NAMES = ("a", "b", "c", "x1", "_y", "root2")
_STRING_TESTS = ("=", "==", "!=", "'<'", "'<='", "'>'", "'>='")
_NUMBER_TESTS = ("-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-pgt", "-plt")
_UNARY_TESTS = ("-n", "-z", "-f", "-d", "-e", "-s", "!")
_PATHS = ("/d/a", "/d", "/nosuch", "/b1.x", "/d/zero", "(hd0)/d/a", "(hd9)/x", "''", "/d/a/")
_BROKEN = (
    "fi",
    "}",
    "then",
    "echo a &",
    "echo a | echo b",
    "if true; then; fi",
    "echo $",
    'echo "$ x"',
    "; echo a",
    "echo a;; echo b",
    "for x; do echo; done",
    "function f { }",
    "case x",
    "[[ a ]]",
    "{ echo a; }",
    "echo ${x:-y}",
    "while do",
    "done",
    "else",
)


class ScriptMaker:
    """Makes scripts; a function calls only those defined before it, so every script ends."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._functions = 0
        self._depth = 0
        self._loops = 0

    def script(self) -> str:
        """Give one script."""
        return "".join(self._top() for _ in range(self._random.randint(3, 14)))

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _top(self) -> str:
        if self._chance(0.12):
            return self._function()
        if self._chance(0.08):
            return self._random.choice(_BROKEN) + "\n"
        if self._chance(0.05):
            return self._broken_block()
        if self._chance(0.06):
            return self._random.choice(("# comment\n", "\n", "   \n", "  # c\n", "\t\n"))
        return self._statement() + self._random.choice(("\n", "\n", "\n", ";\n", " # c\n", "\r\n"))

    def _broken_block(self) -> str:
        lines = [self._statement() for _ in range(3)]
        lines[self._random.randrange(3)] = self._random.choice(_BROKEN)
        return "if true; then\n" + "\n".join(lines) + "\nfi\n"

    def _function(self) -> str:
        number = self._functions
        body = self._body(in_function=True)
        self._functions += 1
        opening = self._random.choice((" {", " {", "{", "\n{"))
        return f"function f{number}{opening}{body}}}\n"

    def _body(self, *, in_function: bool = False) -> str:
        separator = self._random.choice(("\n", "\n", "; "))
        commands = [self._statement() for _ in range(self._random.randint(1, 3))]
        if in_function and self._chance(0.5):
            commands.insert(self._random.randrange(len(commands) + 1), self._parameters())
        if self._loops and self._chance(0.25):
            commands.append(self._random.choice(("break", "continue", "break 2", "continue 2")))
        first = self._random.choice(("\n", " "))
        return first + separator.join(commands) + separator

    def _parameters(self) -> str:
        return self._random.choice(
            (
                'echo "$#" $1 "$2" $3',
                'echo "$@"; echo $@; echo "$*" $*',
                "shift; echo $# $1",
                "setparams x 'y z'; echo $# $2",
                "return 3",
                "return",
                "shift 2; echo $?",
                'for p in "$@"; do echo "<$p>"; done',
                'args x"$@"y',
            )
        )

    def _statement(self) -> str:
        if self._depth >= 3:
            return self._simple()
        self._depth += 1
        try:
            kind = self._random.random()
            if kind < 0.62:
                return self._simple()
            if kind < 0.8:
                return self._if()
            if kind < 0.93:
                return self._for()
            return self._while()
        finally:
            self._depth -= 1

    def _if(self) -> str:
        text = f"if {self._condition()}; then{self._body()}"
        if self._chance(0.3):
            text += f"elif {self._condition()}; then{self._body()}"
        if self._chance(0.4):
            text += f"else{self._body()}"
        return text + "fi"

    def _for(self) -> str:
        words = " ".join(self._word() for _ in range(self._random.randint(0, 3)))
        self._loops += 1
        body = self._body()
        self._loops -= 1
        return f"for {self._random.choice(_NAMES)} in {words}; do{body}done"

    def _while(self) -> str:
        # A counter of its own, which no other statement touches; it counts in the condition.
        counter = f"n{self._random.randrange(10**6)}"
        self._loops += 1
        body = self._body()
        self._loops -= 1
        word, stop = self._random.choice((("while", "!="), ("until", "=")))
        step = f'{counter}="${{{counter}}}x"'
        return f"{counter}=; {word} {step}; [ ${counter} {stop} xxx ]; do{body}done"

    def _condition(self) -> str:
        if self._chance(0.2):
            return self._random.choice(("true", "false", "! true", "! false", "echo cond"))
        return self._test()

    def _test(self) -> str:
        terms = [self._term() for _ in range(self._random.choice((1, 1, 1, 2, 3)))]
        text = terms[0]
        for term in terms[1:]:
            text += f" {self._random.choice(('-a', '-o', ''))} {term}"
        return f"[ {text} ]" if self._chance(0.8) else f"test {text}"

    def _term(self) -> str:
        kind = self._random.random()
        if kind < 0.35:
            return f"{self._word()} {self._random.choice(_STRING_TESTS)} {self._word()}"
        if kind < 0.6:
            return f"{self._word()} {self._random.choice(_NUMBER_TESTS)} {self._word()}"
        if kind < 0.85:
            operand = self._random.choice(_PATHS) if self._chance(0.6) else self._word()
            return f"{self._random.choice(_UNARY_TESTS)} {operand}"
        return f"{self._random.choice(('!', '(', ''))} {self._word()}"

    def _simple(self) -> str:
        kind = self._random.random()
        if kind < 0.34:
            words = " ".join(self._word() for _ in range(self._random.randint(0, 4)))
            return f"{self._random.choice(('echo', 'echo', 'args'))} {words}"
        if kind < 0.56:
            name = self._random.choice(_NAMES)
            return f"{self._random.choice(('set ', '', 'set '))}{name}={self._word()}"
        if kind < 0.64 and self._functions:
            words = " ".join(self._word() for _ in range(self._random.randint(0, 3)))
            return f"f{self._random.randrange(self._functions)} {words}"
        if kind < 0.72:
            return self._test() + "; echo $?"
        if kind < 0.78:
            return f"eval {self._quote(self._simple_text())}"
        return self._random.choice(
            (
                "echo $?",
                "nosuch x; echo $?",
                "unset a",
                "export b",
                "source /d/s.cfg",
                "source /nosuch",
                "false; echo $?",
                "! false; echo $?",
                "! nosuch; echo $?",
                "cat /d/a",
                "search --file --set=found /d/a; echo $found $?",
                "load_env -f /nosuch; echo $?",
                "$a x",
                '"$b"',
                "echo -n x",
                "echo -e 'a\\tb\\n'",
                "set novalue; echo $?",
                "echo a \\\n  b\\\nc",
            )
        )

    def _simple_text(self) -> str:
        return self._random.choice(
            ("echo e1 $a", "set a=ev; echo $a", "echo 'x  y'; echo z", "false", "echo $1", "fi", "")
        )

    def _quote(self, text: str) -> str:
        return "'" + text.replace("'", "'\\''") + "'"

    def _word(self) -> str:
        return "".join(self._piece() for _ in range(self._random.choice((1, 1, 1, 2, 3))))

    def _piece(self) -> str:
        name = self._random.choice((*_NAMES, "none", "?"))
        value = self._random.choice(_VALUES)
        kind = self._random.random()
        if kind < 0.2:
            return self._random.choice(("a", "b1", "x=y", "-n", "/b1.x", "1", "08", "+", ",", "~"))
        if kind < 0.4:
            return self._quote(value)
        if kind < 0.55:
            return f"${name}"
        if kind < 0.62:
            return f"${{{name}}}"
        if kind < 0.75:
            return f'"${name}"'
        if kind < 0.85:
            escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
            return f'"{escaped}${{{name}}}z"'
        if kind < 0.93:
            return "\\" + self._random.choice(" $\"'\\#;a{}&")
        return self._random.choice(("/b*.x", "x?", "/d/?", "(hd0)/b?.x", "[ab]", "/nosuch*"))


_FILES = {
    "b1.x": "x",
    "b2.x": "x",
    "d/a": "hello\nworld\n",
    "d/zero": "",
    "d/s.cfg": "echo sourced $1 [$a]\nset a=changed\n",
}
_PREAMBLE = """\
set root=hd0
function args { echo "$#:"; for w in "$@"; do echo "[$w]"; done; }
"""


def differences(folder: Path, seeds: Iterable[int]) -> list[str]:
    """Give for each seed whose script does not do the same in both a diff of what they print."""
    root = plant(folder / "root", _FILES)
    judge = Judge(folder / "judge", (FolderDisk(root),), {"root": "hd0"})
    found = []
    for seed in seeds:
        script = _PREAMBLE + ScriptMaker(seed).script()
        ours = "".join(run_script(root, script).output)
        diff = difflib.unified_diff(
            _lines(judge.script_output(script)), _lines(ours), "GRUB", "bootpick", lineterm=""
        )
        if text := "\n".join(diff):
            found.append(f"seed {seed}\n{text}")
    return found


def _lines(printed: str) -> list[str]:
    # The judge's terminal turns tabs into blanks.
    return re.sub(r"[ \t]+", " ", printed.replace("\r", "")).rstrip("\n").split("\n")


def main() -> int:
    """Compare; give 1 where there is a difference."""
    first, count = int(sys.argv[1]), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        found = differences(Path(folder), range(first, first + count))
    print("\n\n".join(found))
    print(f"{len(found)} of {count} scripts differ")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
