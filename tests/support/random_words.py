"""Random words of GRUB's language: every way to quote, to join and to expand."""

from collections.abc import Sequence
from random import Random

from tests.support.script_pieces import pieces

NAMES = ("a", "b", "c", "x1", "_y", "root2")
"""The variables that random scripts set."""
VALUES = pieces(
    r"""
¦a¦b c¦  x  y ¦1¦0¦10¦0x1F¦010¦08¦-5¦q'q¦d"d¦\¦a\b¦\\¦\*¦a\?b¦x*¦/b*.x¦/d/?¦(hd0)/d/*¦#c¦# c¦
k=v¦=¦é¦日本¦$a¦${b}¦$1¦>¦{ x }¦}¦;¦a;b¦a␤b¦␤¦␤#n␤¦a␉b¦␉¦vmlinuz-5.10¦vmlinuz-5.9-1¦4294967296¦
18446744073709551615¦18446744073709551616¦!¦-a¦-o¦(¦)¦]¦-f¦if¦--¦-n¦-¦
"""
)
PATHS = pieces(
    r"""
/d/a¦/d¦/d/¦/d/a/¦d/a¦//d//a¦/nosuch¦/d/nosuch¦/b1.x¦/d/zero¦/d/old¦/d/new¦/d/e¦/e/f/g¦
(hd0)/d/a¦(hd0)¦(hd0)/¦(hd9)/x¦(hd9)¦hd0¦/¦''¦(¦()¦()/d/a¦(hd0¦(hd0/d/a¦/s\ p¦'/s p'¦/D/a¦
/d/star*¦/d/.hid¦
"""
)
PATTERNS = pieces(
    r"""
/b*.x¦/*¦/?*¦/d/?¦/d/*¦/d*/*¦/*/a¦/*/nosuch¦/*/¦/d/*/¦/?/a¦(hd0)/b?.x¦(hd0)/*¦(*0)/b1.x¦
(*0)/d/a¦(hd?)/d/a¦*0)/d/a¦*0¦/d/star\*¦/d/st'*'r?¦/d/"*"¦/d/\?¦/e/*/g¦/e/*/*¦/e/?/?¦/*/*/*¦/s*¦
/'s '*¦/nosuch*¦/[ab]*¦/b[12].x¦/b{1,2}*¦/b1.*¦/b1?x*¦/d/*a*¦/d/.*¦/d/z*o¦//d//?¦/d/../*.x¦/$a*¦
"$a"*¦/d/$a*¦/\d/*¦/d\/?¦(hd0)/\*¦x*¦?¦a?¦
"""
)
_VARIABLES = (*NAMES, *NAMES, "none", "?", "#", "*", "@", "1", "2", "3", "10", "0", "01")
_BARE = pieces(
    r"""
a¦b1¦x=y¦-n¦/b1.x¦1¦08¦+¦,¦~¦!¦%¦^¦@¦:¦]¦[¦(¦)¦`¦-¦--¦=¦==¦a#b¦a#¦é¦日¦x.y¦A_b¦if¦done¦in¦echo¦␂¦
␡¦[a]¦a[[¦]]a¦a,b¦-e¦--x=1¦p/q¦
"""
)
_ESCAPED = " $\"'\\#;a{}&|<>nt*?=-\n\n\t1é[!~"
_QUOTED_TEXT = pieces(
    r"""
x¦y z¦ ¦¦#¦␤#¦␤¦␉¦'¦\a¦\n¦\$¦\\¦\"¦\␤¦{¦}¦;¦|¦&¦<¦>¦*¦?¦!¦=¦`¦(¦)¦é¦fi¦␤#k␤¦
"""
)
_TRANSLATED_TEXT = pieces(
    r"""
x¦y z¦¦#¦␤¦'¦\a¦\n¦\$¦\\¦\"¦\␤¦\\$a¦%s¦$a¦${b}¦$1¦$#¦$?¦$@¦$*¦${no¦$-¦$$¦$ ¦$¦${x y}¦\$a¦\\\$a¦
*¦?¦\*¦$10¦${1}¦$a$b¦$_y¦${#}¦${?}¦é¦
"""
)
BLANKS = (" ",) * 12 + ("  ", "\t", " \\\n", "\\\n ", " \\\n\\\n ", " \t ", " \\\n#k\n")
"""What can stand between words."""


class WordMaker:
    """Makes words from a random number generator that it shares with others."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def chance(self, probability: float) -> bool:
        """Tell whether to do what is done with this probability."""
        return self.random.random() < probability

    def pick(self, values: Sequence[str]) -> str:
        """Give one of *values*."""
        return self.random.choice(values)

    def value(self) -> str:
        """Give a text to be quoted."""
        if self.chance(0.03):
            return self.pick(("z", "u v ", "\\", "k*")) * self.random.choice((100, 700))
        return self.pick(VALUES)

    def words(self, least: int, most: int) -> str:
        """Give some words, with blanks before each."""
        count = self.random.randint(least, most)
        return "".join(self.pick(BLANKS) + self.word() for _ in range(count))

    def word(self) -> str:
        """Give one word of some pieces."""
        return "".join(self._piece() for _ in range(self.random.choice((1, 1, 1, 1, 2, 2, 3, 4))))

    def name(self) -> str:
        """Give the name of a variable to be set."""
        return self.pick(NAMES)

    def path(self) -> str:
        """Give a path, written as a word."""
        return self.pick(PATHS)

    def quoted(self, text: str) -> str:
        """Give *text* in single quotes."""
        return "'" + text.replace("'", "'\\''") + "'"

    def variable(self) -> str:
        """Give a variable to be expanded."""
        name = self.pick(_VARIABLES)
        return f"${{{name}}}" if self.chance(0.3) else f"${name}"

    def double_quoted(self) -> str:
        """Give a text in double quotes, with variables in it."""
        parts = [
            self.variable() if self.chance(0.4) else self.pick(_QUOTED_TEXT)
            for _ in range(self.random.choice((0, 1, 1, 2, 3, 4)))
        ]
        return '"' + "".join(parts) + '"'

    def translated(self) -> str:
        """Give a text that GRUB would translate."""
        parts = [self.pick(_TRANSLATED_TEXT) for _ in range(self.random.choice((0, 1, 2, 3)))]
        return '$"' + "".join(parts) + '"'

    def _piece(self) -> str:
        kind = self.random.random()
        if kind < 0.22:
            return self.pick(_BARE)
        if kind < 0.38:
            return self.quoted(self.value())
        if kind < 0.56:
            return self.variable()
        if kind < 0.74:
            return self.double_quoted()
        if kind < 0.78:
            return self.translated()
        if kind < 0.82:
            text = self.value().replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
            return f'"{text}"'
        if kind < 0.92:
            return "\\" + self.pick(_ESCAPED)
        return self.pick(PATTERNS)
