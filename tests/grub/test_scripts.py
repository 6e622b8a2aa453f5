r"""Scripts and what GRUB 2.06 prints for them, measured with GRUB itself.

Each case: the script, what it prints, and what GRUB complains of (``SYNTAX`` for lines that it
throws away because of a syntax error). ``args`` prints how many words it got, and each of them.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.grub import SYNTAX, complaints, run_script
from tests.support.trees import plant

ARGS = 'function args { echo "$#:"; for w in "$@"; do echo "[$w]"; done; }\n'
FILES = {
    "d/a": "text\n",
    "d/zero": "",
    "b1.x": "",
    "b2.x": "",
    "d/s.cfg": "echo sourced $1 [$v]\nset v=changed\nset w=new\n",
    "d/s2.cfg": "echo in $config_file $config_directory\n",
    "d/fn.cfg": "function inc { echo inc $1; }\n",
    "d/c.cfg": "echo v=$v x=$x\nset n=5\nset y=6\nexport y\nset x=7\n",
    "d/bad.cfg": "echo one\nif true; then\necho two\n",
    "d/bad2.cfg": "echo one\nfi\necho two\n",
    "d/bad3.cfg": "echo one\necho 'two\necho three\n",
    "e1": "x=1\n",
    "e2": "# GRUB Environment Block\nx=2\n",
    "e3": "# GRUB Environment Block\nx=3\n" + "#" * 5000,
    "e4": "# GRUB Environment Block\nx=4\n##",
    "boot/grub/grubenv": (
        "# GRUB Environment Block\n# a comment\nsaved_entry=two\nother=a b\nesc=x\\\\y\\\nz\n"
        "empty=\nroot=evil\n"
    ).ljust(1024, "#"),
}


class Case(NamedTuple):
    script: str
    printed: str
    complaints: tuple[str, ...] = ()


def unknown(*names: str) -> tuple[str, ...]:
    return tuple(f"can't find command `{name}'" for name in names)


NOT_A_NUMBER = "unrecognized number"

WORDS = {
    1: Case(
        "set v='  a  b  '\nargs $v\nargs \"$v\"\nargs x$v'y'\nargs \"\"$v\n",
        "2:\n[a]\n[b]\n1:\n[  a  b  ]\n2:\n[xa]\n[by]\n2:\n[a]\n[b]\n",
    ),
    2: Case(
        'args $none\nargs a $none b\nargs "$none"\nargs $none""\nargs \'\'\nargs a$none\n',
        "0:\n[]\n2:\n[a]\n[b]\n1:\n[]\n1:\n[]\n1:\n[]\n1:\n[a]\n",
    ),
    3: Case('set v="a\tb\nc"\nargs $v\n', "3:\n[a]\n[b]\n[c]\n"),
    4: Case(
        'set v=\'a b\'\nset x=$v\necho "[$x]"\nset y="$v"\necho "[$y]"\nz=$v\necho "[$z]"\n',
        "[a]\n[a b]\n[a]\n",
    ),
    5: Case(
        'set v=\'"a b" c\'\nargs $v\nset w="a\\\\ b"\nargs $w\n',
        '3:\n["a]\n[b"]\n[c]\n2:\n[a\\]\n[b]\n',
    ),
    6: Case('args a\\ b \\$x \\" \\\\ \\a \\#\n', '6:\n[a b]\n[$x]\n["]\n[\\]\n[a]\n[#]\n'),
    7: Case(r'''args "\$ \" \\ \a \' \n \`"''', "1:\n[$ \" \\ \\a \\' \\n \\`]\n"),
    8: Case(r"args 'a\' 'b\'\''c' '$x'", "3:\n[a\\]\n[b\\'c]\n[$x]\n"),
    9: Case("set v=1\nargs a'b'\"c$v\"$v\\ d\n", "1:\n[abc11 d]\n"),
    10: Case(
        "args a\\\nb\nargs \"a\\\nb\"\nargs 'a\\\nb'\nargs a \\\n  b\n",
        "1:\n[ab]\n1:\n[ab]\n1:\n[a\\\nb]\n2:\n[a]\n[b]\n",
    ),
    11: Case("args 'a\nb' \"c\nd\"\n", "2:\n[a\nb]\n[c\nd]\n"),
    12: Case("echo a#b # c\necho '#x' \\#y\nset v='#'\necho $v z\n", "a#b\n#x #y\n# z\n"),
    13: Case("echo a # c \\\necho b\n", "a\nb\n"),
    14: Case("args 'a\n#b\nc'\n", "1:\n[a\nc]\n"),
    15: Case("args a \\\n#b\nargs c\n", "3:\n[a]\n[args]\n[c]\n"),
    16: Case("args a$ b\n", "", (SYNTAX,)),
    17: Case('args "a$ b"\nargs "cost 5$"\necho next\n', "next\n", (SYNTAX, SYNTAX)),
    18: Case('args "${x:-y}"\necho next\n', "next\n", (SYNTAX,)),
    19: Case("function f { echo $10 ${1}0 $1x; }\nf a b c d e f g h i j\n", "j a0 ax\n"),
    20: Case("set a-b=1\necho $a-b\nset 'x y'=3\necho done $?\n", "-b\ndone 0\n"),
    21: Case("echo a{b,c}\necho x\n", "a {b,c}\nx\n"),
    22: Case("echo 'a{b}' \"a{b}\" a\\{b\\}\n", "a{b} a{b} a{b}\n"),
    23: Case(
        "echo a;echo b\necho a&b\necho a | b\necho a > b\necho end\n",
        "a\nb\nend\n",
        (SYNTAX, SYNTAX, SYNTAX),
    ),
    24: Case("echo `date` $(x)\necho (a) a(b)\n", "(a) a(b)\n", (SYNTAX,)),
    25: Case("echo $(x)\necho next\n", "next\n", (SYNTAX,)),
    26: Case("echo ~ ^ % ! @ = , + : [ ]\n", "~ ^ % ! @ = , + : [ ]\n"),
    27: Case(
        "echo if then else fi for do done while until function in case\n",
        "if then else fi for do done while until function in case\n",
    ),
    28: Case("'if' x\n\\if x\necho $?\n", "0\n", unknown("if", "if")),
    29: Case("case x\necho next\n", "next\n", (SYNTAX,)),
    30: Case("[[ a = a ]]\necho next $?\n", "next 0\n", (SYNTAX,)),
    31: Case('args "ü 日本" é\n', "2:\n[ü 日本]\n[é]\n"),
    32: Case(
        r'''set x=5
echo $"a $x ${x} \$x \\ \"q\" \n $y."''',
        'a 5 5 $x \\ "q" \\n .\n',
    ),
    33: Case("args /nosuch*  '*' \"*\" \\* x*\n", "5:\n[/nosuch*]\n[*]\n[*]\n[*]\n[x*]\n"),
    36: Case(
        "set v='a\\b\\\\c\\*'\nargs $v\nargs \"$v\"\n",
        "1:\n[a\\b\\\\c\\*]\n1:\n[a\\b\\\\c\\*]\n",
    ),
}

STATUS = {
    37: Case(
        "nosuch a b\necho $?\nif nosuch; then echo taken; else echo not; fi\n",
        "0\ntaken\n",
        unknown("nosuch", "nosuch"),
    ),
    38: Case(
        "false\necho $?\n[ a = b ]\necho $?\nsource /nosuch\necho $?\ninsmod nosuch\necho $?\n",
        "1\n1\n0\n0\n",
    ),
    39: Case(
        "false\necho $?\nsearch --set=x --file /nosuch-file\necho $? [$x]\n"
        "load_env -f /nosuch\necho $?\ncat /nosuch\necho $?\n",
        "1\n5 []\n5\n5\n",
        (
            "no such device: /nosuch-file",
            "file `/nosuch' not found",
            "file `/nosuch' not found",
        ),
    ),
    40: Case(
        "a=1\necho $a\na =2\necho $a $?\n'a'=3\necho $a\nb='x y'z\necho \"$b\"\nc=$a=$b\n"
        'echo "$c"\n',
        "1\n1 0\n3\nx yz\n3=x\n",
        unknown("a"),
    ),
    41: Case('set v=\'k=val\'\n$v\necho $k\n"q=a b"\necho "$q"\n', "val\na b\n"),
    42: Case("a=1 echo hi\necho $a\n", "1\n"),
    43: Case("set x\necho $?\nset x=\necho [$x] $?\n", "18\n[] 0\n", ("not an assignment",)),
    44: Case("set x=a=b\necho $x\n", "a=b\n"),
    45: Case("1=x\necho $?\nset 1=y\necho $? $1\n", "0\n0\n", ("invalid variable name `1'",)),
    46: Case("set ?=7\necho $?\n", "0\n"),
    47: Case("'' a\necho $?\n\"$none\" a\necho $?\n", "0\n0\n", unknown("", "")),
    48: Case("$none echo hi\necho $?\n$none\necho $?\n", "hi\n0\n0\n"),
    49: Case(
        "! true\necho $?\n! false\necho $?\nif ! [ a = b ]; then echo yes; fi\n! nosuch\necho $?\n"
        "!\necho $?\n! ! true\necho $?\n",
        "1\n0\nyes\n0\n18\n0\n",
        (*unknown("nosuch"), "no command is specified", *unknown("!")),
    ),
    50: Case("set c=echo\n$c hi\nset d='echo a  b'\n$d\n", "hi\na b\n"),
    51: Case(
        "set x='echo \"a  b\"; echo c'\neval $x\neval \"$x\"\neval 'set y=1'\necho $y\n",
        "a b\nc\na  b\nc\n1\n",
    ),
    52: Case('if eval "\nfalse\n"; then echo true; else echo false; fi\n', "true\n"),
    53: Case(
        "echo -n a\necho\necho a -n\necho -e 'a\\tb\\\\c\\x'\necho -- -n\n"
        "echo -en 'x\\n'\necho -z\n",
        "a\na -n\na\tb\\c\n-n\nx\n-z\n",
    ),
    54: Case(
        "[ a = a\necho $?\ntest a = b ]\necho $?\n[ ]\necho $?\n[ ] ]\necho $?\n", "0\n1\n0\n0\n"
    ),
}

TESTS: dict[int, list[tuple[str, int]]] = {
    55: [
        ("a == a", 0),
        ("a '<' b", 0),
        ("B '<' a", 0),
        ("10 '<' 9", 0),
        ("'' = ''", 0),
        ('a ">=" a', 0),
    ],
    56: [
        ("010 -eq 8", 0),
        ("0x1F -eq 31", 0),
        ("1x -eq 1", 0),
        ("abc -eq 0", 0),
        ("'' -eq 0", 0),
        ("-1 -lt 0", 0),
        ("08 -eq 8", 0),
    ],
    57: [
        ("4294967296 -gt 1", 1),
        ("4294967296 -eq 0", 0),
        ("99999999999999999999 -gt 1", 1),
        ("18446744073709551615 -lt 0", 0),
        ("2147483648 -lt 0", 0),
    ],
    58: [
        ("a = a -o a = b -a a = b", 0),
        ("a = b -a a = a -o a = a", 0),
        ("a = a a = b", 1),
        ("x y z", 0),
    ],
    59: [("! a = a -o a = a", 0), ("! ''", 0), ("! ! a", 0), ("! ( a = a )", 1)],
    60: [("-n = -n", 0), ("! = !", 0), ("( = (", 0), ("-z = x", 1), ("-f = -f", 0)],
    61: [("-n", 0), ("-z", 0), ("-f", 0), ("-z ''", 0)],
    62: [
        ("$none = a", 0),
        ("x$none = x", 0),
        ("-n $none", 0),
        ("-z $none", 0),
        ("$none", 0),
        ('-n "$none"', 1),
    ],
    63: [
        ("vmlinuz-5.10 -pgt vmlinuz-5.9", 0),
        ("a10 -plt a9", 1),
        ("1.10 -pgt 1.9", 0),
        ("x -pgt x", 1),
        ("b2 -pgt a1", 1),
    ],
    64: [
        ("-f /d/a", 0),
        ("-d /d/a", 1),
        ("-d /d", 0),
        ("-d /", 0),
        ("-e (hd0)", 0),
        ("-s /d/zero", 1),
        ("-s /d/a", 0),
        ("-f (hd9)/x", 1),
        ("-f (hd0)/d/a", 0),
        ("-f /d/a/", 0),
        ("-f ''", 1),
    ],
    65: [("-f (hd9,gpt1)/x", 1), ("-s /nosuch", 1)],
    66: [("( a = a", 0), ("a = a ) b = c", 0)],
}

CONTROL = {
    67: Case(
        "if false; true; then echo t; else echo f; fi\nif echo; then echo t; fi\n", "t\n\nt\n"
    ),
    68: Case(
        "if false; then echo; fi\necho $?\nif false; then true; elif false; then true; fi\n"
        "echo $?\nif true; then false; fi\necho $?\n",
        "0\n0\n1\n",
    ),
    69: Case("if true then echo a; fi\necho next\n", "next\n", (SYNTAX,)),
    70: Case("if true; then\nfi\necho next\n", "next\n", (SYNTAX,)),
    71: Case(
        "for i in a 'b c' $none d; do echo [$i]; done\necho $i\nfor j in; do echo never; done\n"
        "echo $? [$j]\n",
        "[a]\n[b c]\n[d]\nd\n0 []\n",
    ),
    72: Case(
        "function f { for x; do echo $x; done; }\nf a\necho next\n",
        "next\n",
        (SYNTAX, *unknown("f")),
    ),
    73: Case(
        "for i in 1 2 3; do for j in a b c; do if [ $j = b ]; then continue 2; fi; echo $i$j; done;"
        " done\nfor i in 1 2 3; do for j in a b; do if [ $i = 2 ]; then break 2; fi; echo $i$j;"
        " done; done\nbreak\necho $?\nbreak 0\necho $?\nbreak x\necho $?\n",
        "1a\n2a\n3a\n1a\n1b\n0\n18\n10\n",
        ("can't break 0 loops", NOT_A_NUMBER),
    ),
    74: Case(
        'set i=\nwhile [ "$i" != xxx ]; do set i=x$i; if [ $i = xx ]; then continue; fi; echo $i;'
        " done\nuntil [ $i = xxxxx ]; do set i=x$i; echo $i; done\necho $?\n",
        "x\nxxx\nxxxx\nxxxxx\n0\n",
    ),
    75: Case(
        "function f { break; echo in; }\nfor i in 1 2; do f; echo $i; done\n", "in\n1\nin\n2\n"
    ),
    76: Case("true && echo a\necho n1\nfalse || echo b\necho n2\n", "n1\nn2\n", (SYNTAX, SYNTAX)),
    77: Case("if true\nthen echo a\nfi;\necho b;;\necho c\n", "a\nc\n", (SYNTAX,)),
    78: Case("; echo a\necho b\n", "b\n", (SYNTAX,)),
}

FUNCTIONS = {
    79: Case(
        "function f { echo $# $1; shift; echo $# $1; setparams x 'y z'; args \"$@\"; args $@;"
        " args \"$*\"; args $*; }\nf 'a b' c d\n",
        "3 a b\n2 c\n2:\n[x]\n[y z]\n3:\n[x]\n[y]\n[z]\n1:\n[x y z]\n3:\n[x]\n[y]\n[z]\n",
    ),
    80: Case(
        'function f { args "$@"; args $@; args "$*"; args x"$@"y; }\nf\nf \'\'\nf a \'\'\n',
        "1:\n[]\n0:\n[]\n1:\n[]\n1:\n[xy]\n"
        "1:\n[]\n0:\n[]\n1:\n[]\n1:\n[xy]\n"
        "2:\n[a]\n[]\n1:\n[a]\n1:\n[a ]\n2:\n[xa]\n[y]\n",
    ),
    81: Case(
        "function f { shift 5; echo $? $1; shift x; echo $? $1; shift 0; echo $? $1; }\nf a\n",
        "18 a\n18 a\n0 a\n",
        (NOT_A_NUMBER,),
    ),
    82: Case(
        "function f { for i in 1 2 3; do echo $i; return 3; done; echo never; }\nf\necho $?\n"
        "function g { false; return; }\ng\necho $?\nfunction h { return x; echo after; }\nh\n"
        "echo $?\n",
        "1\n3\n1\nafter\n0\n",
        (NOT_A_NUMBER,),
    ),
    83: Case("return 2\necho $?\n", "18\n", ("not in function body",)),
    84: Case(
        'args $1\nargs "$1"\nargs $#\nargs "$@"\necho "[$#] [$*]"\n',
        "0:\n[]\n1:\n[]\n0:\n[]\n1:\n[]\n[] []\n",
    ),
    85: Case("set v=1\nfunction f { set v=2; set n=3; }\nf\necho $v $n\n", "2 3\n"),
    86: Case(
        "if false; then\nfunction f { echo f; }\nfi\nf\n", "", (SYNTAX, SYNTAX, *unknown("f"))
    ),
    87: Case(
        "function echo { true; }\necho real\nfunction source { echo mine; }\nsource /d/s.cfg\n",
        "real\nsourced []\n",
    ),
    88: Case("function f { echo 1; }\nfunction f { echo 2; }\nf\n", "2\n"),
    89: Case(
        "function f { }\necho a\nfunction a-b { echo x; }\necho b\n", "a\nb\n", (SYNTAX, SYNTAX)
    ),
    90: Case("function f { echo a }\nf\necho next\n", "next\n", (SYNTAX, *unknown("f"))),
    91: Case(
        'function f { if [ "$1" != xxxxx ]; then echo $1; f x$1; fi; }\nf x\n',
        "x\nxx\nxxx\nxxxx\n",
    ),
}

ERRORS = {
    92: Case("echo a\nfi\necho b; fi; echo c\necho d\n", "a\nd\n", (SYNTAX, SYNTAX)),
    93: Case("if true; then\necho a\n}\necho b\nfi\necho c\n", "b\nc\n", (SYNTAX, SYNTAX)),
    94: Case("echo a\nif true; then\necho b\n", "a\n", (SYNTAX,)),
    95: Case("echo a\necho 'b\necho c\n", "a\n", (SYNTAX,)),
    96: Case(
        "source /d/bad.cfg\necho back $?\nsource /d/bad2.cfg\necho back $?\nsource /d/bad3.cfg\n"
        "echo back $?\n",
        "one\nback 0\none\ntwo\nback 0\none\nback 0\n",
        (SYNTAX, SYNTAX, SYNTAX),
    ),
    97: Case("echo a\n}\necho b\n", "a\nb\n", (SYNTAX,)),
    98: Case(
        "if true; then echo early\necho 'x; }\nfi'\nelse echo no\nfi\necho z\n",
        "early\nx; }\nfi\nz\n",
    ),
}

FILES_AND_VARIABLES = {
    99: Case(
        "set v=orig\nfunction f { source /d/s.cfg; echo [$1]; }\nf P\necho $v $w\n. /d/fn.cfg\n"
        "inc 5\n",
        "sourced P [orig]\n[P]\nchanged new\ninc 5\n",
    ),
    100: Case("source /nosuch.cfg\necho $?\n", "0\n"),
    104: Case(
        "set a=1\nset b=2\nunset a b\necho [$a] [$b]\nunset nosuch\necho $?\n", "[] [2]\n0\n"
    ),
    105: Case(
        "export\necho $?\nexport nov\necho $? [$nov]\nexport z=5\necho $? [$z]\n",
        "18\n0 []\n0 []\n",
        ("one argument expected",),
    ),
    106: Case(
        "echo $root $prefix $grub_platform $grub_cpu\necho $feature_menuentry_id"
        " $feature_timeout_style $feature_default_font_path $feature_platform_search_hint"
        " $feature_200_final\necho [$default] [$timeout] [$chosen] [$lang] [$pager]\n",
        "hd0 (hd0)/boot/grub pc x86_64\ny y y y y\n[] [] [] [] []\n",
    ),
    107: Case(
        "set root=(hd0)\necho $root\n[ -f /d/a ]; echo $?\nset root=hd0\n[ -f /d/a ]; echo $?\n"
        "set root='hd0,gpt9'\n[ -f /d/a ]; echo $?\n",
        "hd0\n0\n0\n1\n",
    ),
    108: Case(
        "set v='a\nb'\necho \"$v\"\nset l=x\nfor i in 1 2 3 4 5 6 7 8 9 10; do set l=$l$l; done\n"
        '[ -n "$l" ]; echo $?\n',
        "a\nb\n0\n",
    ),
    111: Case(
        "set root=nowhere\nsearch --file /d/a\necho $? [$root]\n"
        "search --file --set=v /d/a\necho $v\n"
        "search --set v2 --file /d/a\necho v2=$v2\nsearch --set --file /d/a\necho root=$root\n"
        "search --no-floppy --set=root --file /nosuch\necho $? [$root]\n",
        " hd00 [nowhere]\nhd0\nv2=hd0\nroot=hd0\n5 [hd0]\n",
        ("no such device: /nosuch",),
    ),
    112: Case(
        "search.file /d/a v\necho $v\nsearch /d/a\necho $?\n",
        "hd0\n17\n",
        ("unspecified search type",),
    ),
    113: Case(
        'load_env\necho $? "[$saved_entry] [$other] [$esc] [$empty] [$root]"\n',
        "0 [two] [a b] [x\\y\nz] [] [evil]\n",
    ),
    114: Case('load_env other nosuch\necho [$saved_entry] "[$other]"\n', "[] [a b]\n"),
    115: Case(
        "load_env -f /e1\necho $?\nload_env -f /e2\necho $? [$x]\nload_env -f /e3\necho $? [$x]\n"
        "load_env -f /e4\necho $? [$x]\n",
        "4\n0 [2]\n0 [3]\n0 [4]\n",
        ("invalid environment block",),
    ),
    116: Case("set z=1\nsave_env z\necho $?\n", "0\n"),
}

CASES = {**WORDS, **STATUS, **CONTROL, **FUNCTIONS, **ERRORS, **FILES_AND_VARIABLES}


NO_FILE = "filename expected"
MORE = {
    "an escape that echo does not know vanishes": Case(r"echo -e 'a\x\y\0b'", "ab\n"),
    "a backslash at the end vanishes": Case("echo -e 'a\\'\necho b\n", "a\nb\n"),
    "echo's backslash c takes the line end alone": Case(
        "echo -e 'a\\cb\\nc'\necho next\n", "ab\ncnext\n"
    ),
    "nothing to eval": Case(
        "false\neval\necho $?\nfalse\neval $none\necho $?\nfalse\neval ''\necho $?\n", "0\n0\n0\n"
    ),
    "lines behind the last command of eval": Case(
        "eval 'false\n'\necho $?\neval 'false\n# x\n'\necho $?\neval 'false\n '\necho $?\n"
        "eval 'false; '\necho $?\neval '\nfalse'\necho $?\n",
        "0\n0\n0\n1\n1\n",
    ),
    "source takes one file": Case(
        "source /d/s.cfg x\necho $?\nsource\necho $?\n. /d/s.cfg x\necho $?\n",
        "18\n18\n18\n",
        (NO_FILE, NO_FILE, NO_FILE),
    ),
    "configfile takes one file": Case(
        "configfile /d/c.cfg x\necho $?\nconfigfile\necho $?\n", "18\n18\n", (NO_FILE, NO_FILE)
    ),
    "a continued line begins a word, never a keyword": Case(
        "\\\nif true; then echo a; fi\necho b\nif true; then \\\n  if true; then echo c; fi; fi\n"
        "echo d\n",
        "b\nd\n",
        (SYNTAX, SYNTAX),
    ),
    "a keyword behind a continued line does not close": Case(
        "echo a\nfor i in 1 2; do echo $i; \\\ndone\necho b\n", "a\n", (SYNTAX,)
    ),
    "a continued line behind a compound command is a word too many": Case(
        "if true; then echo a; fi \\\n\necho b\n", "b\n", (SYNTAX,)
    ),
    "a command may begin behind a continued line": Case(
        "echo a; \\\n  echo b\n \\\n echo c\n", "a\nb\nc\n"
    ),
    "a translated string that does not end": Case('echo a\necho $"b\necho c\n', "a\n", (SYNTAX,)),
    "a quote opened within the offending word takes all up to the end": Case(
        "echo a\nfi'\necho b\n", "a\n", (SYNTAX,)
    ),
    "a quote closed in a later line makes one word of a keyword and the rest": Case(
        "echo a\nfi'\necho b\n'\necho c\n", "a\nc\n", unknown("fi\necho b\n")
    ),
    "a quote behind an error on the same line is not looked at": Case(
        "fi 'a\necho b\n", "b\n", (SYNTAX,)
    ),
    "a function is defined when its line is read": Case(
        "function f { echo old; }\nf; function f { echo new; }\nf\n", "new\nnew\n"
    ),
    "a function is defined even if its line is thrown away": Case(
        "function f { echo old; }\nfunction f { echo new; }; function g { echo g; }; fi\nf\ng\n",
        "new\ng\n",
        (SYNTAX,),
    ),
    "a function that runs cannot be defined anew": Case(
        "function f { eval 'function f { echo new; }'; echo $?; }\nf\nf\n",
        "0\n0\n",
        ("attempt to redefine a function being executed",) * 2,
    ),
    "return leaves a line, and of later ones all but the first command": Case(
        "function f {\neval 'return 3\necho a; echo b\nif true; then echo c; fi\necho d'\necho e\n}"
        "\nf\necho $?\n",
        "a\nd\n0\n",
    ),
    "a function ends what return began": Case(
        "function g { echo in; }\n"
        "function f { eval 'return 3\ng; echo b\necho c; echo d'; echo e; }\n"
        "f\necho $?\n",
        "in\nb\nc\nd\ne\n0\n",
    ),
    "a text ends at a syntax error, a file does not": Case(
        "eval 'echo a\nfi\necho b'\necho $?\nfi\necho c\n", "a\n0\nc\n", (SYNTAX, SYNTAX)
    ),
    "a continued line at the end": Case("echo a\necho b \\\n", "a\n", (SYNTAX,)),
    "a continued line at the end of a text": Case("eval 'echo a \\'; echo $?\n", "0\n", (SYNTAX,)),
    "a closing brace behind a variable": Case(
        'set a=x\necho "{$a}" "${a}}" [$a-] "$a}"\n', "{x} x} [x-] x}\n"
    ),
    "a faulty line that is continued": Case("for \\\n echo a\necho b\n", "b\n", (SYNTAX,)),
    "a dollar opens no single quote": Case("$'\n echo a\necho b\n", "a\nb\n", (SYNTAX,)),
    "a word of quotes and a continued line": Case(
        'for c in "\\\n"; do echo x; done\necho ["\\\n"]\n', "x\n[]\n"
    ),
    "bare text before a translated string is one, too": Case(
        r"""set a=x
echo \?$"" a\b$"x" *$"x" 'q'\?$"y" "$a"b\\\$$"z\"$a" \\\\$""
""",
        '\\? a\\bx *x q\\?y xb\\$z"x \\\\\n',
    ),
    "a translated string takes any dollar": Case(
        r"""echo $"$$" ''$"$\"" $"a$ b" [$"${x y}"] $"a${b"c $"\\\$\\" """,
        '$$ $" a$ b [] ac \\$\\\n',
    ),
    "variables of a translated string are no parameters": Case(
        "set a=1\nset 'x y'=7\n"
        'function f { echo $"$#,$1,$@,${x y},${#},$?${a}b$a_b" [$""] x$""; }\nf 1 2\n'
        'echo $"[$#$*]"\n',
        "2,,$@,7,2,01b [] x\n[$*]\n",
    ),
    "a command that fails before an unknown one": Case(
        "false\nnosuch\necho $?\nif ! nosuch; then echo yes; fi\n",
        "0\nyes\n",
        unknown("nosuch", "nosuch"),
    ),
}


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    return plant(tmp_path, FILES)


@pytest.mark.parametrize("number", CASES)
def test_script_does_what_it_does_in_grub(number: int, disk: Path) -> None:
    case = CASES[number]
    shell = run_script(disk, ARGS + case.script)
    assert "".join(shell.output) == case.printed
    assert complaints(shell.diagnostics) == list(case.complaints)


@pytest.mark.parametrize("name", MORE)
def test_script_does_what_it_does_in_grub_too(name: str, disk: Path) -> None:
    """Measured as well, beyond the numbered cases."""
    shell = run_script(disk, MORE[name].script)
    assert "".join(shell.output) == MORE[name].printed
    assert complaints(shell.diagnostics) == list(MORE[name].complaints)


@pytest.mark.parametrize("number", TESTS)
def test_expression_has_the_status_that_it_has_in_grub(number: int, disk: Path) -> None:
    script = "".join(f"[ {expression} ]; echo $?\n" for expression, _ in TESTS[number])
    found = "".join(run_script(disk, script).output).split()
    assert dict(zip((text for text, _ in TESTS[number]), map(int, found), strict=True)) == dict(
        TESTS[number]
    )


@pytest.mark.parametrize(
    "expression", ["abc -eq 0", "'' -eq 0", "99999999999999999999 -gt 1"], ids=str
)
def test_number_that_is_none_is_complained_of(expression: str, disk: Path) -> None:
    """Cases 56 and 57."""
    assert len(run_script(disk, f"[ {expression} ]\n").diagnostics) == 1


@pytest.mark.parametrize("name", ["1", "#", "@", "*"])
@pytest.mark.parametrize("command", ["", "set "])
def test_parameters_cannot_be_assigned(command: str, name: str, disk: Path) -> None:
    """Case 45, outside a function."""
    shell = run_script(disk, f"{command}'{name}=x'\necho [$1$#$@$*] $?\n")
    assert "".join(shell.output) == "[] 0\n"


def test_function_replaces_no_builtin_but_what_grub_has_no_module_for(disk: Path) -> None:
    """Case 87: here `linux` is built in as it is on a real machine."""
    shell = run_script(disk, "function linux { echo mine; }\nlinux /d/a x\n")
    assert (shell.output, shell.loaded and shell.loaded.words) == ([], ("/d/a", "x"))


def test_files_know_their_names(disk: Path) -> None:
    """Case 101, from a file that was sourced."""
    plant(disk, {"first.cfg": "echo $config_file\nsource /d/s2.cfg\necho $config_file\n"})
    assert "".join(run_script(disk, "source /first.cfg\n").output) == (
        "(hd0)/first.cfg\nin (hd0)/d/s2.cfg (hd0)/d\n(hd0)/first.cfg\n"
    )


def test_configfile_has_an_environment_of_its_own(disk: Path) -> None:
    """Case 102: only exported variables go in, and nothing comes back."""
    script = "set v=1\nset x=2\nexport x\nconfigfile /d/c.cfg\necho back v=$v x=$x n=$n y=$y\n"
    assert "".join(run_script(disk, script).output) == "v= x=2\nback v=1 x=2 n= y=\n"


def test_saved_variables_are_loaded_again_and_never_written(disk: Path) -> None:
    before = (disk / "boot/grub/grubenv").read_bytes()
    script = (
        "set other=new\nset more=1\nsave_env other more\nset other=\nload_env\necho $other $more\n"
    )
    assert "".join(run_script(disk, script).output) == "new 1\n"
    assert (disk / "boot/grub/grubenv").read_bytes() == before
