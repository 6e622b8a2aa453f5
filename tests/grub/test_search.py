"""``search``, ``probe`` and the names of devices, as GRUB itself answers on the same disks."""

from pathlib import Path

from tests.support.disks import run_on, volumes_of, world_of_disks
from tests.support.grub import complaints
from tests.support.grub_emu import Disk, FolderDisk, Judge, missing_programs
from tests.support.grub_emu import Volume as Image
from tests.support.requirements import cannot_run
from tests.support.trees import plant


def _uuid(letter: str) -> str:
    return "-".join(letter * count for count in (8, 4, 4, 4, 12))


def _disks(root: Path) -> tuple[Disk | FolderDisk, ...]:
    """Plant folders in *root* and make disks: gpt, msdos with logical ones, no table, tar."""
    a = {"only-a": "a\n", "all": "a\n", "x/y": "y\n"}
    b = {"only-b": "b\n", "all": "b\n", "two": "b\n"}
    c = {"only-c": "c\n", "all": "c\n", "two": "c\n"}
    whole = {"only-w": "w\n", "all": "w\n", "empty": ""}
    trees = [plant(root / str(n), files) for n, files in enumerate((c, a, b, a, b, a, c, b))]
    return (
        Disk(
            "gpt",
            (
                Image(1, "AB12-34CD", "ESP", fat=True, folder=trees[0]),
                Image(2, _uuid("a"), "root", folder=trees[1]),
                Image(5, _uuid("b"), folder=trees[2]),
                Image(6, empty=True),
            ),
        ),
        Disk(
            "msdos",
            (
                Image(1, _uuid("c"), "Same", folder=trees[3]),
                Image(2, _uuid("d"), "Same", folder=trees[4]),
                Image(3, "1111-2222", fat=True, folder=trees[5]),
                Image(5, _uuid("e"), "logical", folder=trees[6]),
                Image(6, _uuid("f"), folder=trees[7]),
            ),
        ),
        Disk("", (Image(0, _uuid("1"), "whole", folder=plant(root / "whole", whole)),)),
        FolderDisk(plant(root / "tar", a)),
    )


# What is printed ends with a line end, so that each line belongs to one command.
SEARCHES = """
search --file /all
search --file /only-w
search --file /x
search --file /x/y
search --file /x/y/
search --file //x//y
search --file only-a
search --file (hd0,gpt2)/only-a
search --file /nosuch
search --file --set=v 0+1
search --label Same
search --label --set=v same
search --label --set=v Same
search --label ""
search --label esp
search --label ESP
search --fs-uuid ab12-34cd
search --fs-uuid AAAAAAAA-aaaa-aaaa-AAAA-aaaaaaaaaaaa
search --fs-uuid ""
search -u AB1234CD
search --fs-uuid --label --file Same
search --file --fs-uuid ab12-34cd
search --fs-uuid --set AB12-34CD
search --fs-uuid --set=AB12-34CD
search --set
search --fs-uuid
search
search --set=v --file /two
search --file --set /two
search --hint-foo=bar --fs-uuid AB12-34CD
search --foo --fs-uuid AB12-34CD
search --fs-uuid AB12-34CD --hint-foo=x
search --fs-uuid --hint-foo x AB12-34CD
search -f /all -s
search -s v -f /all
search -fx /all
search --no-floppy --hint fd0 --file --set=v /all
search --no-floppy --file --set=v /all
search --file --set=v --hint hd1, /all
search --file --set=v --hint hd1 /all
search --file --hint hd1, /two
search --file --hint hd1,1, --hint hd0, /two
search --file --set=v --hint hd9, /only-w
search --file --set=v --hint hd9 /only-w
search --file --set=v --hint hd1,1 --hint-bios hd0,gpt2 --hint-efi=hd0,gpt2 /all
search --file --set=v --hint-baremetal=hd1,2 --hint hd1,5 /all
search --file --set=v --hint-bios=hd1,2 /all
search --file --set=v --hint-baremetal=hd1,2 /all
search --file --set=v --hint=(hd1,2) /all
search --file --set=v --hint=hd1,0x2 /two
search --file --set=v --hint=hd1,02 /two
search --file --set=v --hint=hd1,2foo /two
search --file --set=v --hint=hd1,gpt2 /two
search --file --set=v --hint=hd1,4 /two
search --file --set=v --hint , --hint '' /two
search.file /all
search.file /two v hd1,2
search.fs_label Same v hd1,1
search.fs_label Same v hd1,
search.fs_uuid AB12-34CD
search.fs_uuid
search.file /nosuch v
search.file /all v
search.file /all ''
search --file --set=1 /all
search --set=root=v --file /all
""".strip().splitlines()

TWICE = """
search --file --set=v --hint hd1,1 /all; search --file --set=v --hint hd0,2 /all
search --file /two; search --file /two
search --file --hint hd1, /two; echo; search --file /two
search.file /all v hd1,1; search --file --set=v /all
search --label --set=v --hint hd1,1 Same; search --label --set=v Same
search --fs-uuid --set=v ab12-34cd; search --fs-uuid --set=v --hint hd0,1 AB12-34CD
search --file --set=v /nosuch; search --file --set=v --hint hd1,1 /all
""".strip().splitlines()

NAMES = (
    *("hd0", "HD0", "hd00", "hd0,", "hd0,1", "hd0,2", "hd0,gpt2", "hd0,GPT2", "hd0,msdos2"),
    *("hd0,6", "hd0,3", "hd1,2", "hd1,gpt2", "hd1,msdos2", "hd1,msdos2foo", "hd1,2z", "hd1,0x2"),
    *("hd1,02", "hd1, 2", "hd1,msdos 2", "hd1,msdos2 ", "hd1,msdos", "hd1,m2", "hd1,4294967298"),
    *("hd1,2,1", "hd1,2,", "hd1,msdos2,bsd1", "hd1,+2", "hd1,-1", "hd1,x", "hd1,4", "hd1,5"),
    *("hd1,msdos6", "hd1,7", "hd2", "hd2,1", "hd3", "hd9", "hd9,1", "hd", "x", "", "(hd0,1"),
)
PROBES = ("driver", "partmap", "fs", "fs-uuid", "label")

PATHS = (
    *("(hd0)+1", "(hd2)0+1", "(hd2)+1", "(hd2)only-w", "(hd2)/only-w", "(hd2)only-w/", "(hd2)"),
    *("(hd2)/", "+1", "only-a", "x", "x/y", "/x/y", "/x/y/", "x/", "/x/", "(hd2", "(hd0,gpt2)x/y"),
    *("1+1,2+1", "+0", "+1x", "+1 ", "1", "1+", "1+0x1", "010+1", ",+1", "+1,", "+1,+2", "(hd9)/x"),
    *("(hd0,6)/x", "(hd0,6)+1", "(hd3)/x/y", "(hd3)/x/y/", "(hd3)x", "", "/", "/z)/only-a", "/z)"),
    *("/z)only-a", "()", "()/only-a", "(hd2)/empty", "()x"),
)

ROOTS = ("(hd0)", "()", "(", ")", "((hd0))", "(hd0)/x)", "(hd0", "hd0)", "", "(hd1,1)/boot")


_NAMED = "".join(
    f"if [ -d '({name})' ]; then echo '{name}' there; fi\n"
    + "".join(f"probe --{asked} '{name}'\necho ' '$?\n" for asked in PROBES)
    for name in NAMES
)
_LOOKED_UP = "".join(
    f"[ {test} '{path}' ]; echo \"{path} {test} $?\"\n"
    for path in PATHS
    for test in ("-e", "-f", "-d", "-s")
)
_PROBED = "".join(
    f"{line}\necho\necho $? $x\n"
    for line in (
        *("probe", "probe hd0", "probe hd0,gpt2", "probe --fs --driver (hd0,gpt2)"),
        *("probe --label --fs-uuid --fs --partmap hd0,2", "probe --label --fs-uuid hd0,2"),
        *("probe --set=x hd0,gpt2", "probe --set x -f hd0,gpt2 hd0,gpt1", "probe --part-uuid hd0"),
        *("probe --set=x -p hd1,1", "probe -u $root", "probe --set=1 -d hd0", "probe --set"),
        *("probe --fs $root", "probe --driver '()'", "probe -l hd1,3", "probe --foo hd0"),
    )
)
_ROOTS = "".join(f"set root='{root}'\necho \"[$root]\"\n" for root in ROOTS)
_UNSET = 'unset root\necho "[$root]"\n[ -f /all ]; echo $?\n'
SCRIPTS = (
    *(f"{line}\necho\necho $? [$v] [$root]\n" for line in (*SEARCHES, *TWICE)),
    *(_NAMED, _LOOKED_UP, _PROBED, _ROOTS, _UNSET),
)


def test_as_grub_answers(tmp_path: Path) -> None:
    """Each script has a GRUB of its own: what one has found, the next does not know."""
    if missing := missing_programs():
        cannot_run(f"not installed: {', '.join(missing)}")
    root = tmp_path / "root"
    disks = _disks(root)
    judge = Judge(tmp_path / "judge", disks, {"root": "hd0,gpt2"})
    world = world_of_disks(root, volumes_of(root, disks))
    for script in SCRIPTS:
        shell = run_on(world, script, "hd0,gpt2")
        answer = "".join(shell.output), complaints(shell.diagnostics)
        assert (script, *answer) == (script, *judge.script_answers(script))
