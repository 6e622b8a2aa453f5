"""Random GRUB scripts that end, over the whole language.

Every script is made from its seed alone, so a difference that was found once can be found again:
``python -m tests.support.fuzz FIRST COUNT`` prints what it finds, cut down to what matters.
"""

from random import Random

from tests.support.random_tests import TestMaker
from tests.support.random_words import BLANKS, NAMES
from tests.support.script_files import COUNT_OF_FILES, FILE_NAMES, FILES
from tests.support.script_pieces import ALONE, BROKEN, SPECIAL, TOKENS, UNTERMINATED, pieces

_ESCAPES = pieces(r"""\n¦\t¦\\¦\c¦\x¦\¦x¦ ¦\0¦\'¦\"¦\n\n¦\e¦\$¦""")
_ENDS = (*("\n",) * 10, *pieces(r";␤¦ # c␤¦␍␤¦ ;␤¦; # c␤¦␤␤¦␉␤¦;␤␤¦␤#k␤¦␤ # k␤¦␤#k'␤¦; ¦;¦ ; ¦;␉¦"))
_SEPARATORS = (*("\n",) * 8, *pieces(r"; ¦; ¦;¦␤␤¦;␤¦ ;␤¦␤#k␤¦ # k␤¦␤  # k'␤¦␍␤¦; # k␤¦␤␉¦"))


class ScriptMaker(TestMaker):
    """Makes scripts; a function calls only those with lower numbers, so every script ends."""

    def __init__(self, seed: int) -> None:
        super().__init__(Random(seed))
        self._callable = 0
        self._depth = 0
        self._counters = 0
        self._reads_any = True

    def script(self) -> str:
        """Give one script."""
        kind = self.random.random()
        if kind < 0.07:
            return self._tokens()
        text = "".join(self._top() for _ in range(self.random.randint(3, 14)))
        if kind < 0.13:
            text += self.pick(UNTERMINATED)
        if kind < 0.25 and "while" not in text and "until" not in text:
            text = self._mutated(text)
        return text

    def file(self) -> str:
        """Give a file for scripts to read outside functions; it reads none of its kind."""
        self._reads_any = False
        text = "".join(self._top() for _ in range(self.random.randint(1, 5)))
        return text + self.pick(UNTERMINATED) if self.chance(0.2) else text

    def _tokens(self) -> str:
        """Give tokens in any order."""
        count = self.random.randint(3, 30)
        return "".join(self.pick(TOKENS) + self.pick((" ", " ", " ", "")) for _ in range(count))

    def _mutated(self, text: str) -> str:
        """Give *text* with some characters changed."""
        for _ in range(self.random.randint(1, 4)):
            place = self.random.randrange(len(text) + 1)
            end = min(len(text), place + self.random.choice((1, 1, 2, 5, 20)))
            kind = self.random.random()
            if kind < 0.4:
                text = text[:place] + self.pick(SPECIAL) + text[place:]
            elif kind < 0.6:
                text = text[:place] + text[end:]
            elif kind < 0.75:
                text = text[:end] + text[place:]
            elif kind < 0.9:
                text = text[:place] + self.pick(SPECIAL) + text[end:]
            else:
                text = text[: max(1, place)]
        return text

    def _top(self) -> str:
        kind = self.random.random()
        if kind < 0.12:
            return self._function()
        if kind < 0.2:
            return self.pick(BROKEN) + self.pick(_ENDS)
        if kind < 0.25:
            return self._broken_block()
        if kind < 0.3:
            return self.pick(
                ("# comment\n", "\n", "   \n", "  # c\n", "\t\n", "\r\n", "#\n", "#'\n")
            )
        return self._statement() + self.pick(_ENDS)

    def _broken_block(self) -> str:
        lines = [self._statement() for _ in range(3)]
        lines[self.random.randrange(3)] = self.pick(BROKEN)
        opening, closing = self.random.choice(
            (
                ("if true; then\n", "\nfi"),
                ("for x in a b; do\n", "\ndone"),
                ("args {\n", "\n}"),
                ("function f0 {\n", "\n}"),
                ("while false; do\n", "\ndone"),
                ("if false; then true; else\n", "\nfi"),
            )
        )
        return opening + "\n".join(lines) + closing + "\n"

    def _function(self) -> str:
        kind = self.random.random()
        if kind < 0.1:
            return self._recursive()
        number = self.random.randrange(3)
        callable_before, self._callable = self._callable, number
        reads_any, self._reads_any = self._reads_any, False
        body = self._body()
        self._reads_any = reads_any
        self._callable = max(callable_before, number + 1)
        opening = self.pick((" {", " {", "{", "\n{", "\n\n {", " \\\n{"))
        after = "" if self.chance(0.8) else self.pick(("; echo same", ";", " ", "\n"))
        return f"function f{number}{opening}{body}}}{after}\n"

    def _recursive(self) -> str:
        name = f"r{self.random.randrange(10**6)}"
        simple = self._simple()
        text, call = self.random.choice(
            (
                (f'echo "<$1>"; if [ -n "$1" ]; then shift; {name} $@; fi; echo $#', "x y 'z w'"),
                (f'if [ "$1" != xxx ]; then {name} x"$1"; {simple}; fi; echo "$1"', ""),
                (f'if [ "$1" != xxx ]; then setparams x"$1"; {name} $1; fi; echo "$1" $?', ""),
                (f'if [ "$1" != xx ]; then eval "{name} x$1"; return 2; fi; {simple}', ""),
            )
        )
        return f"function {name} {{ {text}; }}\n{name} {call}\n"

    def _body(self) -> str:
        """Give commands with a line end behind them, or a ``;``."""
        text = self.pick(("\n", " ", " ", "\n\n", " # c\n", "\n#k\n", "\t"))
        for _ in range(self.random.randint(1, 3)):
            text += self._statement() + self.pick(_SEPARATORS)
        return text

    def _block(self) -> str:
        """Give a block that is an argument."""
        body = self._statement()
        for _ in range(self.random.choice((0, 0, 1))):
            body += self.pick(_SEPARATORS) + self._statement()
        end = self.pick((" ", ";", "\n", "; ", "", "\n#k\n", " # }\n"))
        return "{" + self.pick((" ", " ", "\n", "", "\t", " # {\n", "\n#k\n")) + body + end + "}"

    def _statement(self) -> str:
        if self._depth >= 3:
            return self._simple()
        self._depth += 1
        try:
            kind = self.random.random()
            if kind < 0.64:
                return self._simple()
            if kind < 0.79:
                return self._if()
            if kind < 0.9:
                return self._for()
            if kind < 0.96:
                return self._while()
            words = f"{self.pick(('args', 'echo', 'eval', 'set', 'a=1', 'nosuch'))}"
            return f"{words}{self.words(0, 2)} {self._block()}"
        finally:
            self._depth -= 1

    def _if(self) -> str:
        text = f"if {self._condition()}then{self._body()}"
        if self.chance(0.3):
            text += f"elif {self._condition()}then{self._body()}"
        if self.chance(0.4):
            text += f"else{self._body()}"
        return text + "fi"

    def _for(self) -> str:
        end = self.pick(("; ", "\n", " ;\n", "\n\n"))
        return f"for {self.name()} in{self.words(0, 3)}{end}do{self._body()}done"

    def _while(self) -> str:
        # A counter of its own, which no other statement touches; it counts in the condition.
        self._counters += 1
        counter = f"n{self._counters}_{self.random.randrange(1000)}"
        word, stop = self.random.choice((("while", "!="), ("until", "=")))
        before = self._simple() + "; " if self.chance(0.2) else ""
        step = f'{counter}="${{{counter}}}x"; {before}[ ${counter} {stop} xxx ]'
        return f"{counter}=; {word} {step}; do{self._body()}done"

    def _condition(self) -> str:
        if self.chance(0.3):
            text = self.pick(
                ("true", "false", "! true", "! false", "echo c", "args c", "a=1", "nosuch")
            )
        elif self.chance(0.15):
            text = self._statement()
        else:
            text = self.test()
        if self.chance(0.1):
            text = self._simple() + self.pick(_SEPARATORS) + text
        return text + self.pick(("; ", "\n", ";\n", " ; "))

    def _simple(self) -> str:
        kind = self.random.random()
        if kind < 0.26:
            return f"{self.pick(('echo', 'args', 'args'))}{self.words(0, 4)}"
        if kind < 0.42:
            return self._assignment()
        if kind < 0.5 and self._callable:
            inverted = "! " if self.chance(0.1) else ""
            return f"{inverted}f{self.random.randrange(self._callable)}{self.words(0, 4)}"
        if kind < 0.58:
            return self.test() + "; echo $?"
        if kind < 0.64:
            return self._eval()
        if kind < 0.68:
            return self._read()
        if kind < 0.72:
            return self._environment_block()
        if kind < 0.75:
            option = self.pick(
                ("-e", "-e", "-ne", "-en", "-e -n", "-n", "-", "--", "-ee", "-x", "-e --")
            )
            escapes = [self.pick(_ESCAPES) for _ in range(self.random.randint(0, 5))]
            return f"echo {option} {self.quoted(''.join(escapes))}{self.words(0, 1)}"
        return self.pick(ALONE)

    def _assignment(self) -> str:
        name = self.name()
        if self.chance(0.1):
            name = self.pick(
                ("'a'", '"b"', "a-b", "x.y", "é", "1a", "'a b'", "$a", '"$b"', "\\c", "?", "A")
            )
        return f"{self.pick(('set ', '', 'set ', 'set  '))}{name}={self.word()}"

    def _eval(self) -> str:
        kind = self.random.random()
        if kind < 0.5:
            text = self._simple()
        elif kind < 0.7:
            text = self._simple() + self.pick(_SEPARATORS) + self._simple()
        elif kind < 0.8:
            text = self._statement()
        elif kind < 0.9:
            text = self.pick((*BROKEN, *UNTERMINATED))
        else:
            return f"eval{self.words(0, 3)}"
        status = self.pick(("", "; echo $?"))
        return f"eval{self.pick(BLANKS)}{self.quoted(text)}{status}"

    def _read(self) -> str:
        where = f"/d/{self.pick(FILE_NAMES)}.cfg"
        if self._reads_any and self.chance(0.5):
            where = f"/r/{self.random.randrange(COUNT_OF_FILES)}.cfg"
        command = self.pick(("source", "source", ".", "configfile"))
        return f"{command} {where}{self.pick(('', '', '; echo $?'))}"

    def _environment_block(self) -> str:
        file = self.pick(("", "-s ", "--file=/e1 ", *(f"-f /e{n} " for n in range(1, 7))))
        names = " ".join(self.name() for _ in range(self.random.choice((0, 1, 1, 2))))
        command = self.pick(("load_env", "save_env", "list_env", "save_env", "load_env"))
        return f"{command} {file}{names}; echo $?"


PREAMBLE = """\
set root=hd0
function args { echo "$#:"; for w in "$@"; do echo "[$w]"; done; }
"""
EPILOGUE = "\n" + "\n".join(f'echo "{name}=[${name}]"' for name in ("?", *NAMES)) + "\nf0 p q\n"


def files_of(seed: int) -> dict[str, str | bytes]:
    """Give the files for the script of *seed*: twenty scripts have the same."""
    return {
        **FILES,
        **{
            f"r/{number}.cfg": _file(COUNT_OF_FILES * (seed // 20) + number)
            for number in range(COUNT_OF_FILES)
        },
    }


def _file(number: int) -> bytes:
    return ScriptMaker(-1 - number).file().encode("utf-8", "surrogateescape")
