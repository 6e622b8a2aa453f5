"""Random GRUB menus that end, and where bootpick and GRUB itself do not agree on one.

Every menu is made from its seed alone, so a difference that was found once can be found again:
`python -m tests.support.random_menus FIRST COUNT` prints what it finds.
"""

import dataclasses
import gc
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

from bootpick.entries import BootEntry, BootMenu
from bootpick.grub.interpreter import MenuShown
from bootpick.grub.limits import LimitReached
from tests.support.grub import JudgesDevices, menu_of, run_script
from tests.support.grub_emu import (
    INITRD_COMMANDS,
    KERNEL_COMMANDS,
    Command,
    FolderDisk,
    Judge,
    JudgedEntry,
    JudgeError,
    grub_command_line,
    missing_programs,
)
from tests.support.random_words import WordMaker
from tests.support.trees import plant

CONFIG = "(hd0)/boot/grub/grub.cfg"
FILES = {
    "vm": "",
    "vm 2": "",
    "i1": "",
    "i2": "",
    "d/a": "text\n",
    "d/one.cfg": "menuentry 'From file' --id file { linux /vm file $v $1 }\nset w=sourced\n",
    "d/two.cfg": (
        'for k in x y; do\nmenuentry "F $k" { linux /vm $k }\ndone\nfi\n'
        "submenu 'F sub' --id b { menuentry a { linux /vm fsub $e; initrd /i1 } }\n"
    ),
    "d/cut.cfg": "menuentry 'Before' { linux /vm before }\nmenuentry 'Cut' { linux /vm cut\n",
    "d/body.cfg": "set v=frombody\ninitrd /i2 $1\n",
    "boot/grub/grubenv": (
        "# GRUB Environment Block\nsaved_entry=b\nnext_entry=a>1\nv=q\\\\r s\nempty=\n"
    ).ljust(1024, "#"),
}

# What each means was measured: GRUB waits for ever where there is no number.
TIMEOUTS: Mapping[str, float | None] = {
    "": None,
    "0": 0.0,
    "5": 5.0,
    "05": 5.0,
    "010": 8.0,
    "0x10": 16.0,
    "0X10": 0.0,
    " 7": 7.0,
    "10s": 10.0,
    "2 3": 2.0,
    "1.5": 1.0,
    "abc": None,
    "-1": None,
    "-3": None,
    "0x": None,
    "99999999999999999999999": None,
}

_NAMES = ("v", "w", "e", "k")
_VALUES = (
    "",
    "a",
    "b c",
    "  x  y ",
    "1",
    "q'q",
    'd"d',
    "a\\b",
    "x\\x20y",
    "#c",
    "k=v",
    "é",
    ">",
    "/i1 /i2",
    "root=UUID=1-2 ro quiet",
    "--id b",
)
_TITLES = (
    "a",
    "b",
    "A b",
    "Debian GNU/Linux, with Linux 6.1.0-9-amd64",
    "x>y",
    "x>>y",
    ">",
    "0",
    "1",
    "7",
    "-1",
    "0x",
    "1 x",
    "",
    "it's",
    'say "hi"',
    "back\\slash",
    "#1",
    "{x}",
    "  two  blanks ",
    "é",
    "$v",
    "saved",
)
_IDS = ("a", "b", "c", "x>y", "0", "1", "7", "", "A b", "gnulinux-simple-1", "a#2", "é")
_DEFAULTS = ("0", "1", "2", "3", "9", "-1", "0x1", "01", " 1", "1 ", "1abc", "1 2", "", "nosuch")
_MORE_DEFAULTS = (
    "saved",
    "99999999999",
    "99999999999999999999999",
    "0x",
    "0X1",
    ">",
    "1>",
    ">1",
    "a>",
    "08",
)
_KERNELS = ("linux", "linux", "linux", "linux", "linux16", "linuxefi")
_INITRDS = ("initrd", "initrd", "initrd", "initrd16", "initrdefi")
_OTHER_LOADERS = {
    "chainloader": "chainload",
    "multiboot": "multiboot",
    "multiboot2": "multiboot",
    "fwsetup": "firmware",
}
_BROKEN = (
    "fi",
    "}",
    "then",
    "done",
    "else",
    "echo a &",
    "echo a | echo b",
    "if true; then; fi",
    "; echo a",
    "echo a;; echo b",
    "for x; do echo; done",
    "function f { }",
    "menuentry lost { }",
    "menuentry lost { fi; linux /vm lost }",
    "menuentry lost { linux /vm lost}x }",
    "menuentry lost\n{\nlinux /vm lost\n}",
    "submenu lost { menuentry lost { } }",
    "{ echo a; }",
    "echo ${x:-y}",
)
_HALF_BROKEN = (
    "menuentry",
    "menuentry nothing",
    "menuentry nothing --id x",
    "menuentry { linux /vm lost }",
    "menuentry --id { linux /vm lost }",
    "menuentry lost --id { linux /vm lost }",
    "menuentry lost --users { linux /vm lost }",
    'menuentry dashes --nosuch -x { linux /vm "$@" }',
    "menuentry lost --help { linux /vm lost }",
    "menuentry lost --unrestricted=x { linux /vm lost }",
    "menuentry both --source 'linux /vm' { linux /vm lost }",
    "! menuentry inverted { linux /vm inverted }",
    "submenu nothing",
    "nosuch { linux /vm lost }",
    "echo { linux /vm lost }",
    "m=menuentry; $m 'by name' { linux /vm name }",
    "eval \"menuentry 'in eval' --id ev { linux /vm \\$1 $v }\"",
    "function mkb { eval \"menuentry '$1' $2\"; }\nmkb block { linux /vm block $1 }",
    'function mks { menuentry "$1" --source "$2"; }\nmks src \'linux /vm src $1\ninitrd /i1\'',
    "menuentry fn --source 'function g { linux /vm g $1; }\ng a\nfi\nlinux /vm late'",
    "menuentry same --source 'function g { linux /vm g; }; g; echo x; fi'",
    "submenu texts --id tx --source 'menuentry t1 { linux /vm t1 }\nmenuentry t2 { linux /vm $1 }'",
    "menuentry cut --source 'linux /vm cut\nif true; then linux /vm no'",
    "menuentry 'two\nlines' { linux /vm $1 }",
    "menuentry a --id x --id y --class p --class q { linux /vm idy }",
    "menuentry ate --id { linux /vm lost } more",
    "menuentry - -- --id x { linux /vm $1 $2 $3 }",
    'menuentry T$v"$w" --id="$k" -z { linux /vm "$@" }',
    "if false; then menuentry no { linux /vm no }; fi",
    "for k in 1 2; do if [ $k = 2 ]; then break; fi; menuentry $k { linux /vm $k }; done",
    "function mkr { menuentry r1 { linux /vm r1 }; return; menuentry r2 { linux /vm r2 }; }\nmkr",
    "menuentry A\\\nB { linux /vm ab }",
    "menuentry q { linux /vm q # }\n}",
    "menuentry deep { if true; then for k in a b; do linux /vm $k; done; fi; initrd /i1 }",
)
_NEXT_ENTRY = """\
load_env
if [ "${next_entry}" ]; then
  set default="${next_entry}"
  set next_entry=
  save_env next_entry
  set boot_once=true
else
  set default="${saved_entry}"
fi
"""
_ID_OPTION = """\
if [ x"${feature_menuentry_id}" = xy ]; then
  menuentry_id_option="--id"
else
  menuentry_id_option=""
fi
export menuentry_id_option
"""
_SEPARATORS = ("\n", "\n", "; ", "\n  ", "\n# }\n")


class MenuMaker:
    """Makes configurations; a function calls only those defined before it, so each ends."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._words = WordMaker(self._random)
        self._functions = 0
        self._makers = 0
        self._kernels = 0
        self._entries = 0
        self._depth = 0
        self._blocks = 0
        self._submenus = 0

    def config(self) -> str:
        """Give one configuration."""
        parts = [self._prologue()] if self._chance(0.5) else []
        for _ in range(self._random.randint(3, 8)):
            parts.append(self._top())
            if self._entries >= 8:
                break
        for _ in range(self._random.choice((0, 0, 1, 2))):
            parts.insert(self._random.randrange(len(parts) + 1), self._complete_setting())
        return "".join(parts)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _pick(self, values: Sequence[str]) -> str:
        return self._random.choice(values)

    # -- around the entries ---------------------------------------------------------------------

    def _prologue(self) -> str:
        return self._pick(
            (
                'load_env\nset default="${saved_entry}"\n',
                _NEXT_ENTRY,
                "set superusers=root\nexport superusers\npassword root x\n",
                "set superusers=root,b\npassword root x\n",
                "set v='a  b'\nset e=out\nexport e\n",
                _ID_OPTION,
            )
        )

    def _complete_setting(self) -> str:
        end = self._pick(("\n", "\n", ";\n", " # c\n", "\r\n", "\n\n"))
        return self._setting() + end

    def _setting(self) -> str:
        kind = self._random.random()
        if kind < 0.55:
            word = self._pick(("set default=", "default=", "set default="))
            return word + self._quoted(self._default())
        if kind < 0.6:
            return self._pick(("unset default", "set default=$nosuch", "export default"))
        if kind < 0.9:
            return f"set timeout={self._quoted(self._pick(tuple(TIMEOUTS)))}"
        return self._pick(
            ("unset timeout", "set timeout_style=hidden", "export timeout", "timeout=5")
        )

    def _default(self) -> str:
        kind = self._random.random()
        if kind < 0.4:
            return self._pick((*_DEFAULTS, *_MORE_DEFAULTS))
        steps = [self._step() for _ in range(self._random.choice((1, 1, 2, 2, 2, 3)))]
        return ">".join(steps) + self._pick(("", "", "", "", "", ">", ">>", " "))

    def _step(self) -> str:
        if self._chance(0.4):
            return self._pick(("0", "1", "2", "3", "0x0", "1x"))
        step = self._pick((*_TITLES, *_IDS, "a", "b", "c", "sub"))
        return step if self._chance(0.15) else step.replace(">", ">>")

    def _top(self) -> str:
        kind = self._random.random()
        if kind < 0.1:
            return self._maker()
        if kind < 0.16:
            return self._function()
        if kind < 0.23:
            return self._pick(_BROKEN) + "\n"
        if kind < 0.3:
            return self._pick(_HALF_BROKEN) + "\n"
        if kind < 0.37:
            name = self._pick(("one", "one", "two", "cut"))
            return f"source {self._pick(('', '(hd0)', '$nosuch'))}/d/{name}.cfg\n"
        if kind < 0.5:
            return self._set() + "\n"
        end = self._pick(("\n", "\n", "\n", ";\n", " # c\n", "\r\n"))
        return self._item() + end

    def _maker(self) -> str:
        """Define a function that makes entries, and call it."""
        number = self._makers
        self._makers += 1
        calls = self._random.randint(1, 2)
        body = self._block_of([self._item() for _ in range(calls)])
        text = f"function mk{number} {{{body}}}\n"
        for _ in range(calls):
            words = " ".join(self._word() for _ in range(self._random.randint(0, 3)))
            text += f"mk{number} {words}\n"
        return text

    def _function(self) -> str:
        """Define a function for bodies to call."""
        number = self._functions
        commands = [self._in_body() for _ in range(self._random.randint(1, 3))]
        if self._chance(0.3):
            # Behind it in a body the judge's own commands, which are functions, would be heard.
            stop = self._pick(
                ("return", "return 3", "if true; then return; fi", "for k in a; do return; done")
            )
            commands.insert(self._random.randrange(len(commands) + 1), stop)
        body = self._block_of(commands)
        self._functions += 1
        return f"function f{number} {{{body}}}\n"

    def _block_of(self, commands: Sequence[str]) -> str:
        separator = self._pick(_SEPARATORS)
        return self._pick(("\n", " ", "\n\t")) + separator.join(commands) + self._end(separator)

    def _end(self, separator: str) -> str:
        return "\n" if "#" in separator else separator

    # -- entries --------------------------------------------------------------------------------

    def _item(self) -> str:
        """Give something that makes an entry, or some."""
        if self._depth >= 3:
            return self._entry()
        if 0 < self._submenus < 3 and self._chance(0.3):
            return self._submenu()
        self._depth += 1
        try:
            kind = self._random.random()
            if kind < 0.6:
                return self._entry()
            if kind < 0.76:
                return self._submenu()
            if kind < 0.9:
                return self._conditional()
            words = " ".join(self._word() for _ in range(self._random.randint(1, 2)))
            return f"for k in {words}; do{self._block_of([self._item()])}done"
        finally:
            self._depth -= 1

    def _conditional(self) -> str:
        text = f"if {self._condition()}; then{self._block_of([self._item()])}"
        if self._chance(0.5):
            text += f"else{self._block_of([self._item()])}"
        return text + "fi"

    def _condition(self) -> str:
        name = self._pick(_NAMES)
        return self._pick(
            (
                "true",
                "false",
                f'[ "${name}" = a ]',
                f'[ -n "${name}" ]',
                f'[ "x${{{name}}}" != xout ]',
                "[ -f /d/a ]",
                "[ -e /nosuch ]",
                '[ "$grub_platform" = pc ]',
                "search --file --set=found /d/a",
                "search --file /nosuch",
            )
        )

    def _entry(self) -> str:
        self._entries += 1
        if self._chance(0.06):
            return f"menuentry {self._title_line()} --source {self._quoted(self._body())}"
        opening = self._pick((" {", " {", " {", "{"))
        body = self._body()
        first = self._pick(("\n", " ", "\n\t", ""))
        last = "" if body.endswith("\n") else self._pick((" ", ";", "\n"))
        return f"menuentry {self._title_line()}{opening}{first}{body}{last}}}"

    def _submenu(self) -> str:
        self._submenus += 1
        parts = [self._item() for _ in range(self._random.randint(1, 3))]
        self._submenus -= 1
        self._entries += 1
        for _ in range(self._random.choice((0, 0, 1, 2))):
            extra = self._pick(
                (
                    self._set(),
                    # The judge asks for each entry by its index: not while it does.
                    f'if [ -z "$judged" ]; then\nset default={self._quoted(self._default())}\nfi',
                    "echo in $1 $2",
                    "shift",
                    self._pick(_HALF_BROKEN),
                    "source /d/one.cfg",
                    self._pick(_BROKEN) if self._chance(0.2) else "nosuch",
                )
            )
            parts.insert(self._random.randrange(len(parts) + 1), extra)
        body = "\n".join(parts)
        return f"submenu {self._title_line()} {{\n{body}\n}}"

    def _title_line(self) -> str:
        count = self._random.choice((0, 0, 1, 2))
        words = [self._title(), *(self._word() for _ in range(count))]
        for _ in range(self._random.choice((0, 1, 1, 2))):
            words.insert(self._random.randrange(len(words) + 1), self._option())
        return " ".join(words)

    def _title(self) -> str:
        if self._chance(0.12):
            return self._pick(("$v", '"$v"', '"K $k"', '"$1"', "a$v", '"T $2"', "$none''", "a\\ b"))
        return self._quoted(self._pick(_TITLES))

    def _option(self) -> str:
        kind = self._random.random()
        if kind < 0.5:
            identifier = self._quoted(self._pick(_IDS))
            if self._chance(0.2):
                identifier = self._pick(('"$v"', "$k", '"i$1"', "$none", '"$none"', "gnu-$k"))
            return self._pick(("--id ", "--id ", "--id=", "$menuentry_id_option ")) + identifier
        if kind < 0.7:
            return self._pick(("--class gnu", "--class=os", "--class ''", "--class $none"))
        if kind < 0.8:
            return "--unrestricted"
        if kind < 0.9:
            return self._pick(("--users ''", "--users root", "--users=a,b", "--users $none"))
        return self._pick(
            ("--hotkey=a", "--hotkey f5", "--hotkey=abc", "--hotkey ''", "--", "--hotkey=nosuch")
        )

    # -- bodies ---------------------------------------------------------------------------------

    def _body(self) -> str:
        commands = [self._in_body() for _ in range(self._random.randint(0, 3))]
        # In a submenu of bodies that load nothing or never come back the judge is at a loss.
        if self._submenus or self._chance(0.85):
            commands.append(self._kernel())
            commands += [self._in_body() for _ in range(self._random.choice((0, 0, 1, 2)))]
            if self._chance(0.7):
                commands.append(self._initrd())
        if not self._submenus and self._chance(0.08):
            commands.insert(
                self._random.randrange(len(commands) + 1),
                self._pick(("halt", "halt", "exit", "reboot", "break", "continue")),
            )
        if not commands:
            commands.append("true")
        separator = self._pick(_SEPARATORS)
        return separator.join(commands) + ("\n" if "#" in separator else "")

    def _kernel(self) -> str:
        self._kernels += 1
        path = self._pick(("/vm", "/vm", "/vm", "(hd0)/vm", "($root)/vm", "'/vm 2'", "/vm\\ 2"))
        words = [self._word() for _ in range(self._random.randint(0, 4))]
        if self._chance(0.85):
            words.insert(self._random.randrange(len(words) + 1), f"n={self._kernels}")
        return " ".join((self._pick(_KERNELS), path, *words))

    def _initrd(self) -> str:
        words = [
            self._pick(("/i1", "/i2", "(hd0)/i1", "'/i1'", "/i$w", '"$v"', "$v", "$none", "''"))
            for _ in range(self._random.choice((1, 1, 2, 3)))
        ]
        return " ".join((self._pick(_INITRDS), *words))

    def _set(self) -> str:
        name = self._pick(_NAMES)
        return self._pick(
            (
                f"set {name}={self._word()}",
                f"set {name}={self._quoted(self._pick(_VALUES))}",
                f"{name}={self._word()}",
                f"export {name}",
                f"set {name}={self._word()}\nexport {name}",
                f"unset {name}",
                f'set {name}="${name}x"',
            )
        )

    def _in_body(self) -> str:
        if self._blocks >= 2:
            return self._simple()
        self._blocks += 1
        try:
            kind = self._random.random()
            if kind < 0.78:
                return self._simple()
            inner = [self._in_body() for _ in range(self._random.randint(1, 2))]
            if self._chance(0.4):
                inner.append(self._pick((self._kernel(), self._initrd())))
            if kind < 0.92:
                text = f"if {self._condition()}; then{self._block_of(inner)}"
                if self._chance(0.4):
                    text += f"else{self._block_of([self._simple()])}"
                return text + "fi"
            if self._chance(0.3):
                inner.append(self._pick(("break", "continue")))
            words = " ".join(self._word() for _ in range(self._random.randint(1, 3)))
            return f"for k in {words}; do{self._block_of(inner)}done"
        finally:
            self._blocks -= 1

    def _simple(self) -> str:
        kind = self._random.random()
        if kind < 0.3:
            return self._set()
        if kind < 0.4:
            return f"echo {self._word()} {self._word()}"
        if kind < 0.48 and self._functions:
            words = " ".join(self._word() for _ in range(self._random.randint(0, 2)))
            return f"f{self._random.randrange(self._functions)} {words}"
        if kind < 0.55:
            return self._kernel()
        if kind < 0.62:
            return self._initrd()
        return self._pick(
            (
                "nosuch x",
                "insmod gzio",
                "search --no-floppy --file --set=root /d/a",
                "search --file --set=w /nosuch",
                "search --no-floppy --fs-uuid --set=root ab-cd",
                "set root=hd0",
                "shift",
                "shift 2",
                "setparams p 'q r'",
                "break",
                "continue 2",
                "halt",
                "export v",
                "v=x; w='y z'",
                "linux /vm { block $1 }",
                "linux /vm \\\n  $v \\\n",
                "linux /vm 'two\nlines' \"$v\n#x\"",
                "l=linux; $l /vm by $w",
                'for k in "$@"; do linux /vm arg $k; done',
                "linux (hd0)/vm $root; initrd ($root)/i1 /i2",
                "linux vm; initrd i1",
                'linux "/vm 2" v="$v"',
                "unset v; save_env v",
                "set w=1; save_env w saved_entry",
                "export e; set e=body",
                'if [ "$grub_platform" = pc ]; then linux16 /vm pc; else linuxefi /vm efi; fi',
                'linux /vm $"t $v \\$v"',
                "linux",
                "linux $none",
                "initrd",
                'linux "$none"',
                "chainloader +1",
                "chainloader /d/a",
                "multiboot /m x",
                "module /n",
                "fwsetup",
                "devicetree /d/a",
                "source /d/body.cfg",
                "source /nosuch",
                "eval \"set v='$v e'\"",
                "eval 'linux /vm eval $1; initrd /i1'",
                "set default=1",
                "load_env",
                "save_env v",
                "load_env -f /nosuch",
                "savedefault",
                "unset root; set root=hd0",
                "echo 'Loading ...'",
                "terminal_output nosuch",
                "echo \\\n  a",
                "echo $?",
            )
        )

    # -- words ----------------------------------------------------------------------------------

    def _word(self) -> str:
        if self._chance(0.2):
            # What a status is before and after the judge's commands differs.
            word = self._words.word()
            return "'?'" if re.search("[?\x7f\udcff]", word) else word
        return "".join(self._piece() for _ in range(self._random.choice((1, 1, 1, 2))))

    def _piece(self) -> str:
        kind = self._random.random()
        name = self._pick((*_NAMES, *_NAMES, "none", "root", "chosen", "found"))
        if kind < 0.25:
            return self._pick(("a", "b", "ro", "quiet", "x=y", "1", "root=/dev/sda1", "~", "a,b"))
        if kind < 0.4:
            return self._quoted(self._pick(_VALUES))
        if kind < 0.55:
            return self._pick((f"${name}", f"${{{name}}}"))
        if kind < 0.7:
            return f'"${name}"'
        if kind < 0.82:
            return self._pick(("$1", '"$2"', "$#", "$2", '"$@"', "$@", '"$*"', '"$3"', "$0"))
        if kind < 0.92:
            return "\\" + self._pick(tuple(" $\"'\\#;a{}&"))
        return self._pick(("/d/a*", "/d/on?.cfg", "[ab]", "/nosuch*", "(hd0)/d/tw*"))

    def _quoted(self, text: str) -> str:
        kind = self._random.random()
        if kind < 0.6:
            return "'" + text.replace("'", "'\\''") + "'"
        if kind < 0.85:
            return '"' + re.sub(r'([\\"$])', r"\\\1", text) + '"'
        if not re.fullmatch(r"[\w/.,=-]+", text, re.ASCII):
            return "".join(f"'{c}'" if c in "#{}&|;<>" else f"\\{c}" for c in text) or "''"
        return text


# -- before GRUB -----------------------------------------------------------------------------------

_STOP = "the machine stops"


class MenuJudge(Judge):
    """A judge of menus that hears whether a body came back, and asks no more than it has to."""

    guarded = False
    """Whether the configuration may ask for passwords."""

    _status: int | None = None

    def _run(self, script: Sequence[str], stops: Sequence[bytes], *answers: Any) -> Any:
        run = super()._run(script, stops, *answers)
        self._status = run.status
        return run

    def _boot(self, config: str, settings: Sequence[str]) -> Any:
        boot = super()._boot(config, settings)
        if self._status is not None and (self._status < 0 or not boot.titles):
            raise JudgeError("GRUB crashed or ended before its menu")
        chosen, commands = boot.chosen, boot.commands
        if chosen is not None:
            # The whole path comes as the id: with empty ids in it nobody can tell its last step.
            chosen = chosen.replace(">", ">>")
        if boot.titles and not boot.returned:
            commands = (*commands, Command(_STOP, ()))
        return dataclasses.replace(boot, chosen=chosen, commands=commands)

    def _script(
        self, config: str, settings: Sequence[str], *, as_superuser: bool = True
    ) -> list[str]:
        lines = super()._script(config, settings, as_superuser=as_superuser)
        if any(line.startswith("set default=") for line in settings):
            lines += ["set judged=y", "export judged"]
        return lines

    def _asks_password(self, config: str, index: str, boot: Any) -> bool | None:
        if not self.guarded or ">" in index:
            return None
        return super()._asks_password(config, index, boot)

    def _exists(self, config: str, above: tuple[int, ...], *rest: Any) -> bool:
        # At the top an end entry is what comes behind the last.
        return not above or super()._exists(config, above, *rest)

    def defaults(self, config: str) -> list[str]:
        """Give the entries that could be the one that boots: equal ones cannot be told apart."""
        try:
            default = self.default(config)
        except JudgeError as error:
            if found := re.search(r"may be any of: \[(.+)\]$", str(error)):
                return re.findall(r"'([\d>]+)'", found[1])
            raise
        return [] if default is None else [default]


def disagreements(seed: int, workshop: Path) -> list[str]:
    """Tell where GRUB and bootpick differ on the menu of *seed*.

    Raises JudgeError where GRUB cannot tell.
    """
    return disagreements_on(MenuMaker(seed).config(), workshop)


def disagreements_on(
    config: str, workshop: Path, files: Mapping[str, str | bytes] = FILES
) -> list[str]:
    """Tell where they differ on *config* on a disk with *files*; *workshop* is an empty folder."""
    root = workshop / "root"
    plant(root, files)
    if _is_loaded_outside(root, config):
        raise JudgeError(
            "what is loaded outside of every entry stays: the judge's functions do not"
        )
    menu = menu_of(root, config, devices=JudgesDevices)
    variables = {
        "root": "hd0",
        "prefix": "(hd0)/boot/grub",
        "grub_platform": "pc",
        "grub_cpu": "x86_64",
    }
    judge = MenuJudge(workshop / "judge", [FolderDisk(root)], variables)
    judge.guarded = "superusers" in config
    judged = judge.menu(CONFIG)
    found = [_of_bootpick(entry) for entry in menu.entries]
    expected = [_of_grub(entry) for entry in judged]
    if "[ -z y ]" in str(expected):
        raise JudgeError("what the judge sets for itself is in a text that a quote runs over")
    different: list[str] = []
    for place in range(max(len(found), len(expected))):
        ours = found[place] if place < len(found) else {}
        grubs = expected[place] if place < len(expected) else {}
        different += [
            f"entry {place}: {key}: GRUB {grubs.get(key)!r}, bootpick {ours.get(key)!r}"
            for key in ours | grubs
            if ours.get(key) != grubs.get(key) and not (grubs and key not in grubs)
        ]
    defaults = judge.defaults(CONFIG)
    chosen = menu.default.menu_index if menu.default else None
    if chosen not in defaults and (chosen or defaults):
        different.append(f"default: GRUB {' or '.join(defaults)}, bootpick {chosen}")
    return different + _timeouts(judge, menu)


def _is_loaded_outside(root: Path, config: str) -> bool:
    """Tell whether a kernel is there when the menu is shown, for entries that load none."""
    try:
        shell = run_script(root, config)
    except MenuShown as menu:
        shell = menu.shown
    except LimitReached:
        return False
    return shell.loaded is not None


def _timeouts(judge: Judge, menu: BootMenu) -> list[str]:
    printed = judge.script_output(f'source {CONFIG}\necho\necho "timeout [$timeout]"\n')
    value = re.findall(r"^timeout \[(.*)\]$", printed, re.MULTILINE)[-1]
    if menu.timeout == TIMEOUTS[value]:
        return []
    return [f"timeout {value!r}: GRUB {TIMEOUTS[value]}, bootpick {menu.timeout}"]


def _blanks_as_one(text: str) -> str:
    return re.sub(r"[ \t]+", " ", text)


def _of_grub(entry: JudgedEntry) -> dict[str, object]:
    """Give what GRUB says of an entry, and nothing of what it cannot say."""
    kind = "other"
    words: tuple[str, ...] = ()
    initrds: tuple[str, ...] = ()
    for command in entry.commands:
        if command.name == _STOP:
            kind = "other"
        elif command.name in KERNEL_COMMANDS and command.words:
            kind, words, initrds = "linux", command.words, ()
        elif command.name in INITRD_COMMANDS and command.words and kind == "linux":
            initrds = command.words
        elif command.name in _OTHER_LOADERS:
            kind = _OTHER_LOADERS[command.name]
    told: dict[str, object] = {
        "index": entry.index,
        "title": _blanks_as_one(entry.title),
        "submenus": [_blanks_as_one(title) for title in entry.submenus],
        "kind": kind,
        "cmdline": f"BOOT_IMAGE={grub_command_line(words)}" if kind == "linux" else None,
        "kernel": words[0] if kind == "linux" else None,
        "initrds": [*initrds] if kind == "linux" else [],
    }
    if entry.id is not None:
        told["chosen"] = entry.id
    if entry.restricted is not None:
        told["restricted"] = entry.restricted
    return told


def _of_bootpick(entry: BootEntry) -> dict[str, object]:
    return {
        "index": entry.menu_index,
        "title": _blanks_as_one(entry.title),
        "submenus": [_blanks_as_one(title) for title in entry.submenus],
        "kind": entry.kind,
        "cmdline": entry.cmdline,
        "kernel": entry.kernel.word if entry.kernel else None,
        "initrds": [file.word for file in entry.initrds],
        "chosen": ">".join(i.replace(">", ">>") for i in (*entry.submenu_ids, entry.own_id)),
        "restricted": entry.restricted,
    }


def differences(seeds: Iterable[int]) -> tuple[dict[int, list[str]], dict[int, str]]:
    """Give by seed where the two differ, and why GRUB could not tell."""
    different: dict[int, list[str]] = {}
    refused: dict[int, str] = {}
    seeds = list(seeds)
    with ProcessPoolExecutor(initializer=gc.freeze) as pool:
        for seed, (found, why) in zip(seeds, pool.map(_judged, seeds), strict=True):
            if why is not None:
                refused[seed] = why
            elif found:
                different[seed] = found
    return different, refused


def _judged(seed: int) -> tuple[list[str], str | None]:
    with tempfile.TemporaryDirectory() as name:
        try:
            return disagreements(seed, Path(name)), None
        except JudgeError as error:
            return [], str(error)


def main(arguments: Sequence[str]) -> int:
    """Print the differences on COUNT menus from seed FIRST on; give 1 where there are any."""
    if missing := missing_programs():
        print(f"GRUB cannot judge without {', '.join(missing)}")
        return 2
    first, count = (int(argument) for argument in arguments)
    wrong = beyond = 0
    for at in range(first, first + count, 50):
        different, refused = differences(range(at, min(at + 50, first + count)))
        for seed, why in refused.items():
            print(f"seed {seed}: beyond the judge: {why[-200:]}", flush=True)
        for seed, lines in different.items():
            print(f"seed {seed}:", *lines, sep="\n  ", flush=True)
        wrong += len(different)
        beyond += len(refused)
    print(f"{wrong} of {count} menus differ; {beyond} were beyond the judge")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
