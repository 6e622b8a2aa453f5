"""What lies on the disk of random scripts."""

from collections.abc import Mapping

COUNT_OF_FILES = 12
"""Files that are made at random for some scripts together."""

FILES: Mapping[str, str | bytes] = {
    "b1.x": "x",
    "b2.x": "x",
    "s p": "x",
    "e/f/g": "x",
    "e/h/g": "x",
    "d/a": "hello\nworld\n",
    "d/e/x": "",
    "d/star*": "",
    "d/.hid": "",
    "d/zero": "",
    "d/old": "o",
    "d/new": "n",
    "d/cr": "one\r\ntwo",
    "d/s.cfg": "echo sourced $1 [$a]\nset a=changed\n",
    "d/ret.cfg": (
        "echo r1\nreturn 4\necho r2; echo r3\necho r4\nargs x; echo r5\n"
        "for x in a b; do echo $x; done\n"
    ),
    "d/brk.cfg": "echo k1\nbreak\necho k2 $?\nfor x in a b; do echo $x; done\n",
    "d/cont.cfg": "if true; then continue; fi; echo c2\necho c3\n",
    "d/cut.cfg": "echo one\nif true; then\necho two\n",
    "d/cut2.cfg": "echo one\necho 'two\n#x\necho three\n",
    "d/cut3.cfg": "echo one\necho two\\",
    "d/cut4.cfg": "function f0 {\necho cut\n",
    "d/bad.cfg": "echo one\nfi\necho two\nfunction f0 { echo now; }; fi\necho three",
    "d/fn.cfg": "function g0 { echo zero $1; }\nfunction g1 { g0 one; }\ng1 x\n",
    "d/nest.cfg": (
        "echo $config_file $config_directory\nsource /d/s.cfg\necho $config_file\n"
        "set b=n\nexport b\n"
    ),
    "d/crlf.cfg": "echo cr\r\nif true; then\r\necho 'a\r\nb'\r\nfi\r\n",
    "d/nul.cfg": "echo n\0ul\necho after\n",
    "d/bytes.cfg": b"a=\xff\xfe\necho bytes\n[ $a = '\xff\xfe' ]; echo $?\n",
    "d/exp.cfg": "echo [$a][$b][$c]\nset a=in\nset c=in\nexport c\nunset b\n",
    "d/st.cfg": "echo [$?]\nset\nfalse\n",
    "d/halt.cfg": "echo h1\nhalt\necho h2\n",
    "d/shift.cfg": "echo $# $1\nshift\necho $1\nsetparams u v\necho $2\n",
    "boot/grub/grubenv": (
        "# GRUB Environment Block\n# note\na=saved\nb=q\\\\r s\\\nt\nc=\nroot2=x=y\n"
    ).ljust(1024, "#"),
    "e1": "# GRUB Environment Block\na=1\n".ljust(60, "#"),
    "e2": "# GRUB Environment Block\n".ljust(1024, "#"),
    "e3": "# GRUB Environment Block\na=1\nx=2\na=3\nnothing\nb=5\n".ljust(1024, "#"),
    "e4": "# GRUB Environment Block\n" + "##b=1\na\\=2\n=3\nc=a\\bc\n".ljust(1000, "#"),
    "e6": (
        "# GRUB Environment Block\na=x\ry\vz \f\n1=one\n?=5\nroot2=(x)\nc=  \\\n \n#a=2\\\nb=3\n##"
    ),
    "e5": "GRUB Environment Block\na=1\n",
}
"""What lies on the disk for every script."""
FILE_NAMES = tuple(name[2:-4] for name in FILES if name.startswith("d/") and name.endswith(".cfg"))
