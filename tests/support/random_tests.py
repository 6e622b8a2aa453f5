"""Random expressions of ``test`` and ``[``."""

from tests.support.random_words import WordMaker
from tests.support.script_pieces import pieces

_STRING_TESTS = ("=", "==", "!=", "'<'", "'<='", "'>'", "'>='", '"="')
_NUMBER_TESTS = ("-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-pgt", "-plt")
_TIME_TESTS = ("-nt", "-ot", "-nt5", "-ot-5", "-nt-1000000000", "-ot0x", "-ntx")
_UNARY_TESTS = ("-n", "-z", "-f", "-d", "-e", "-s", "!", "-x", "-f", "-d")
_NUMBERS = pieces(
    r"""
0¦1¦-1¦2¦10¦010¦08¦09¦0x1F¦0x¦0xg¦0X10¦x¦''¦1x¦ 1¦' 1'¦'␉2'¦'1 '¦-¦--1¦'- 1'¦' -1'¦+1¦-0¦-010¦
-0x10¦1.5¦00¦2147483647¦2147483648¦4294967295¦4294967296¦-2147483648¦-2147483649¦1e3¦
9223372036854775807¦9223372036854775808¦18446744073709551615¦18446744073709551616¦
-18446744073709551616¦99999999999999999999999¦0xffffffffffffffff¦0x10000000000000000¦
01777777777777777777777¦02000000000000000000000¦08446744073709551616¦a¦f¦0b1¦
"""
)
_VERSIONS = pieces(
    r"""
v1¦v2¦v10¦v1.2¦v1.10¦v01¦v¦¦1¦12¦vmlinuz-5.9-1¦vmlinuz-5.10-1¦vmlinuz-5.10¦a-1-b¦a-1-c¦a-10-b¦
x0x10¦x0x9¦x99999999999999999999¦v08¦v07¦
"""
)
_LOOSE = pieces(
    r"""
!¦(¦)¦-a¦-o¦!¦(¦)¦-a¦-o¦]¦''¦a¦-n¦-z¦-f¦=¦-eq¦'('¦\!¦")"¦-e¦-d¦-s¦!=¦'<'¦-nt¦$none¦"$none"¦x¦0¦
[¦==¦
"""
)


class TestMaker(WordMaker):
    """Makes expressions, most of them well formed."""

    __test__ = False

    def test(self) -> str:
        """Give a whole command."""
        if self.chance(0.15):
            terms = [self.pick(_LOOSE) for _ in range(self.random.randint(0, 7))]
        else:
            terms = [self._terms(0)]
        text = " ".join(terms)
        return self.pick((f"[ {text} ]",) * 6 + (f"test {text}", f"[ {text}", f"test {text} ]"))

    def _terms(self, depth: int) -> str:
        text = self._term(depth)
        for _ in range(self.random.choice((0, 0, 0, 1, 2))):
            text += (
                f" {self.pick(('-a', '-o', '-a', '-o', '', '-a !', '-o !'))} {self._term(depth)}"
            )
        return text

    def _term(self, depth: int) -> str:
        kind = self.random.random()
        if kind < 0.25:
            return f"{self.word()} {self.pick(_STRING_TESTS)} {self.word()}"
        if kind < 0.45:
            numbers = self.pick(_NUMBERS), self.pick(_NUMBERS)
            return f"{numbers[0]} {self.pick(_NUMBER_TESTS)} {numbers[1]}"
        if kind < 0.52:
            versions = self.quoted(self.pick(_VERSIONS)), self.quoted(self.pick(_VERSIONS))
            return f"{versions[0]} {self.pick(_NUMBER_TESTS)} {versions[1]}"
        if kind < 0.6:
            return f"{self.path()} {self.pick(_TIME_TESTS)} {self.path()}"
        if kind < 0.82:
            operand = self.path() if self.chance(0.7) else self.word()
            return f"{self.pick(_UNARY_TESTS)} {operand}"
        if kind < 0.9 and depth < 3:
            return f"{self.pick(('', '! '))}( {self._terms(depth + 1)} )"
        return f"{self.pick(('!', '', '! !'))} {self.word()}"
