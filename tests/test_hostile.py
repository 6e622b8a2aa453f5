"""Configurations that mean harm: each run ends soon, and shows what stood before the harm."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import Bounded, bounded
from tests.support.trees import KERNEL, plant, plant_config

SECONDS, MEBIBYTES = 10, 400
"""What a run may take of time and memory, however hostile the configuration."""
GOOD = "menuentry good { linux /vmlinuz; initrd /initrd }\n"
DEEP = 100_000


def ended(*arguments: object) -> Bounded:
    """Run the program; it has to end soon."""
    done = bounded(*arguments)
    assert "Traceback" not in done.err
    assert done.status >= 0
    assert done.seconds < SECONDS
    assert done.mebibytes < MEBIBYTES
    return done


def listed(root: Path) -> dict[str, Any]:
    """Give what `list --json` says; it has to end soon, with status 0."""
    done = ended("list", "--json", "--root", root)
    assert (done.status, done.err) == (0, "")
    listing: dict[str, Any] = json.loads(done.out)
    return listing


def errors(listing: dict[str, Any]) -> list[str]:
    return [one["message"] for one in listing["diagnostics"] if one["severity"] == "error"]


def titles(listing: dict[str, Any]) -> list[str]:
    return [entry["title"] for entry in listing["entries"]]


CUT = {
    "nested if": "if true; then " * DEEP + "true; " + "fi; " * DEEP + "\n",
    "nested if over lines": "if true\nthen\n" * DEEP,
    "nested menus": "submenu a { " * DEEP + "true" + " }" * DEEP + "\n",
    "nested loops": "for i in a b; do " * DEEP + "true; " + "done; " * DEEP + "\n",
    "nested loops without an end": "while true; do " * DEEP,
    "open braces": "a {" * DEEP,
    "closed braces": "}" * DEEP + "\n",
    "open quote and blanks": "echo '" + " " * DEEP,
    "open double quote and blanks": 'echo "' + " " * DEEP,
    "open double quote and variables": 'echo "' + "$a " * DEEP,
    "open double quote and backslashes": 'echo "' + "\\\\" * DEEP,
    "many quotes and an open one": "'\"'\"'\"" * 20_000 + "'",
    "endless loop": "while true; do true; done\n",
    "endless loop that does nothing": "while $none; do $none; done\n",
    "endless loop that continues": "while true; do continue; done\n",
    "endless output": "while true; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done\n",
    "endless recursion": "function f { f; }\nf\n",
    "mutual recursion": "function f { g; }\nfunction g { f a $@; }\nf\n",
    "recursion that branches": "function f { f; f; f; }\nf\n",
    "recursion by eval": 'set x=\'eval "$x"\'\neval "$x"\n',
    "doubling by set": "set x=xxxxxxxxxx\n" + "set x=$x$x\n" * 60,
    "doubling by words": "set x='a b'\n" + 'set x="$x $x"\n' * 60 + "echo $x\n",
    "doubling by one word": "set x=xxxxxxxxxx\n" + 'set x="$x$x$x$x$x$x"\n' * 20,
    "doubling by parameters": "function f { f $@ $@; }\nf a b\n",
    "doubling by eval": "set x='true;'\n" + 'set x="$x $x"\n' * 60 + 'eval "$x"\n',
    "sourcing itself": "source /boot/grub/grub.cfg\n",
    "sourcing itself twice": "source /boot/grub/grub.cfg\n" * 2,
    "opening itself": "configfile /boot/grub/grub.cfg\n",
    "opening itself by normal": "normal\n",
    "loops in loops": "for i in "
    + "x " * 2000
    + "; do for j in "
    + "x " * 2000
    + "; do true; done; done\n",
    "endless users": "set x=xxxxxxxxxxxxxxxx\n"
    + 'set x="$x$x$x$x"\n' * 6
    + 'i=x\nwhile true; do i="x$i"; password $i "$x$x$x$x"; done\n',
    "endless entries": "while true; do menuentry x { linux /vmlinuz }; done\n",
    "endless entries with longer names": 'i=x\nwhile true; do\nmenuentry "$i" { true }\n'
    'i="${i}x"\ndone\n',
    "endless loop in a function": "function f { while true; do true; done; }\nf\n",
    "loop around what is too deep": "function f { until f; do f; done; }\nf\n",
    "large functions that recurse": f"function f {{ f; {'true; ' * 1000}}}\n"
    "while true; do f; f; done\n",
    "loops without end that are too deep": "function f { for i in a b c d e f g h; do\n"
    "until f; do f $i $@; done; done; }\nuntil f; do f; done\n",
    "loop around texts that differ": "i=x\nwhile true; do i=${i}x\n"
    'eval "if true; then a$i=1; fi"\ndone\n',
    "loop around many commands that differ": "while true; do\n"
    + "".join(": {}{}\n".format(n, "\\a\\b" * 13) for n in range(5000))
    + "done\n",
    "many conditions that differ": "".join(f"if a{n}; then b; fi\n" for n in range(100_000)),
    "many functions": "".join(f"function f{n} {{ a; }}\n" for n in range(100_000)),
    "many words that differ": "".join(f"echo a{n} \"$x$y\" 'b'\n" for n in range(250_000)),
    "many variables told again and again": "".join(f"v{n}=1\n" for n in range(50_000))
    + "while true; do set; done\n",
    "many regular expressions": "while true; do\n"
    + "".join(f"regexp '(a|b{n})*c' aaabc\n" for n in range(5000))
    + "done\n",
    "many initrds": "x='" + "/initrx " * 2000 + "'\n" + "menuentry a { linux /vmlinuz\n"
    "initrd $x }\n" * 1000,
}


# Long texts, of which one kind in the quick run has to do.
_LONG = (
    *(
        "many conditions that differ",
        "many functions",
        "many words that differ",
        "many variables told again and again",
    ),
    *("many initrds", "endless entries with longer names"),
)


def _some_slow(names: Iterable[str], *slow: str) -> list[Any]:
    return [pytest.param(name, marks=[pytest.mark.slow] * (name in slow)) for name in names]


@pytest.mark.parametrize("harm", _some_slow(CUT, *_LONG))
def test_harm_is_cut_and_what_stands_before_it_is_listed(harm: str, tmp_path: Path) -> None:
    listing = listed(plant_config(tmp_path, GOOD + CUT[harm]))
    assert titles(listing)[:1] == ["good"]
    assert listing["entries"][0]["bootable"]
    assert len(errors(listing)) > 0


@pytest.mark.slow
@pytest.mark.parametrize("harm", CUT)
def test_harm_alone_ends_too(harm: str, tmp_path: Path) -> None:
    done = ended("list", "--root", plant_config(tmp_path, CUT[harm]))
    assert done.status in (0, 3)


BODIES = {
    "endless loop": "while true; do true; done",
    "endless recursion": "f",
    "doubling": "; ".join(["set x=xxxxxxxxxxxxx", *['set x="$x$x$x$x"'] * 40]),
    "opening a menu with itself in it": "configfile /boot/grub/grub.cfg",
    "sourcing itself": "source /loop.cfg",
    "loop around what is too deep": "while true; do g; g; done",
    "many commands that differ": "while true; do w; done",
}


_WORDS = "".join(": {}{}; ".format(n, "\\a\\b" * 13) for n in range(5000))


@pytest.mark.parametrize("harm", BODIES)
def test_harm_in_an_entry_harms_no_other(harm: str, tmp_path: Path) -> None:
    root = plant_config(
        tmp_path,
        f"function f {{ f; }}\nfunction g {{ g; {'true; ' * 1000}}}\n"
        f"function w {{ {_WORDS} }}\n{GOOD}menuentry bad {{ {BODIES[harm]}; linux /vmlinuz }}\n"
        "menuentry 'also good' { linux /vmlinuz }\n",
    )
    plant(root, {"loop.cfg": "source /loop.cfg\n"})
    listing = listed(root)
    by_title = {entry["title"]: entry for entry in listing["entries"] if not entry["submenus"]}
    assert by_title["good"]["bootable"]
    if "also good" in by_title:
        assert by_title["also good"]["bootable"]
    else:
        # An entry is never dropped in silence.
        assert len(errors(listing)) > 0


@pytest.mark.slow
@pytest.mark.parametrize("harm", BODIES)
def test_harm_in_many_entries_ends_too(harm: str, tmp_path: Path) -> None:
    bad = f"menuentry bad {{ {BODIES[harm]}; linux /vmlinuz }}\n" * 200
    functions = (
        f"function f {{ f; }}\nfunction g {{ g; {'true; ' * 1000}}}\nfunction w {{ {_WORDS} }}\n"
    )
    root = plant_config(tmp_path, functions + GOOD + bad)
    plant(root, {"loop.cfg": "source /loop.cfg\n"})
    assert titles(listed(root))[0] == "good"


def test_endless_entry_does_not_starve_those_behind_it(tmp_path: Path) -> None:
    """What one body wastes is not taken from the next."""
    bad = "menuentry bad { while true; do true; done }\n"
    listing = listed(plant_config(tmp_path, bad * 3 + GOOD))
    assert titles(listing) == ["bad", "bad", "bad", "good"]
    assert listing["entries"][3]["bootable"]


@pytest.mark.slow
def test_many_entries(tmp_path: Path) -> None:
    """A hundred thousand: all are listed, or the end is cut with an error."""
    count = 100_000
    config = "".join(f"menuentry e{n} {{ linux /vmlinuz }}\n" for n in range(count))
    listing = listed(plant_config(tmp_path, config))
    found = titles(listing)
    assert found == [f"e{n}" for n in range(len(found))]
    assert len(found) >= 10_000
    assert len(found) == count or len(errors(listing)) > 0


@pytest.mark.slow
def test_five_thousand_kernels_are_no_harm(tmp_path: Path) -> None:
    """As grub-mkconfig lists them: all in one submenu, and each once more for recovery."""
    body = (
        "\tload_video\n\tinsmod gzio\n\tif [ x$grub_platform = xxen ]; then insmod xzio; fi\n"
        "\tinsmod ext2\n\tset root='hd0,gpt2'\n\techo 'Loading Linux {0} ...'\n"
        "\tlinux /boot/vmlinuz-{0} root=UUID=11111111-2222-3333-4444-555555555555 ro quiet\n"
        "\techo 'Loading initial ramdisk ...'\n\tinitrd /boot/initrd.img-{0}\n"
    )
    classes = "--class debian --class gnu-linux --class gnu --class os $menuentry_id_option"
    kernels = [f"6.{n // 100}.{n % 100}-{kind}" for n in range(5000) for kind in ("amd64", "r")]
    entries = "".join(
        f"menuentry 'Debian GNU/Linux, with Linux {name}' {classes} 'gnulinux-{name}-advanced' {{\n"
        f"{body.format(name)}}}\n"
        for name in kernels
    )
    listing = listed(plant_config(tmp_path, f"submenu 'Advanced options' {{\n{entries}}}\n"))
    assert (len(titles(listing)), errors(listing)) == (10_000, [])


def test_long_words_in_a_mistake(tmp_path: Path) -> None:
    """Five megabytes of one: the message tells its beginning, and the rest is read on."""
    config = "".join(["echo ", "$a" * 2_500_000, "\n", GOOD])
    listing = listed(plant_config(tmp_path, config))
    assert (titles(listing), len(errors(listing))) == (["good"], 1)


@pytest.mark.parametrize("variable", ["fallback", "default", "timeout"])
@pytest.mark.parametrize("text", ["0 ", ">>", "0>", "9", "\t ", "good>"])
def test_long_values(variable: str, text: str, tmp_path: Path) -> None:
    """A million characters, in the menu and in those that it opens."""
    config = f"{variable}='{text * (1_000_000 // len(text))}'\nexport {variable}\n"
    menus = "submenu s { menuentry e { linux /vmlinuz } }\n" * 50
    listing = listed(plant_config(tmp_path, config + GOOD + menus))
    assert titles(listing)[0] == "good"


def test_many_equal_ids(tmp_path: Path) -> None:
    count = 3000
    listing = listed(plant_config(tmp_path, GOOD * count))
    assert len({entry["id"] for entry in listing["entries"]}) == count


def test_entries_in_deep_submenus(tmp_path: Path) -> None:
    """Fifty deep: shown, or cut with an error; those before are there."""
    depth = 50
    nested = "".join(
        f"submenu s{n} {{\nmenuentry e{n} {{ linux /vmlinuz }}\n" for n in range(depth)
    )
    listing = listed(plant_config(tmp_path, GOOD + nested + "}\n" * depth))
    found = titles(listing)
    assert found[:6] == ["good", "e0", "e1", "e2", "e3", "e4"]
    assert len(found) == depth + 1 or len(errors(listing)) > 0


def test_menus_that_multiply(tmp_path: Path) -> None:
    """Each entry opens the menu that it is in."""
    entry = "menuentry again { configfile /boot/grub/grub.cfg }\n"
    listing = listed(plant_config(tmp_path, GOOD + entry * 10))
    assert titles(listing)[0] == "good"
    assert [entry["bootable"] for entry in listing["entries"] if entry["title"] == "again"].count(
        True
    ) == 0


@pytest.mark.parametrize(
    "pattern", ["a" * 30 + "!", "*" * 200, "[" * 1000, "?*" * 100 + "x", ">" * DEEP, "a>" * 10_000]
)
def test_selector_that_is_hard_to_match(pattern: str, tmp_path: Path) -> None:
    root = plant_config(tmp_path, f"menuentry {'a' * 5000} {{ linux /vmlinuz }}\n" + GOOD)
    done = ended("show", "--root", root, "--", pattern)
    assert done.status in (0, 4)


# -- files that are none ------------------------------------------------------------------------


def test_pipe_in_place_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "boot/grub").mkdir(parents=True)
    os.mkfifo(tmp_path / "boot/grub/grub.cfg")
    assert ended("list", "--root", tmp_path).status == 3
    config = tmp_path / "boot/grub/grub.cfg"
    done = ended("list", "--root", tmp_path, "--config", config)
    assert done.status in (1, 3)
    assert done.err.count("error: ") == 1


def test_pipe_in_place_of_the_environment_block(tmp_path: Path) -> None:
    root = plant_config(tmp_path, "load_env\nsave_env x\n" + GOOD)
    os.mkfifo(root / "boot/grub/grubenv")
    assert titles(listed(root)) == ["good"]


def test_pipe_in_place_of_a_sourced_file(tmp_path: Path) -> None:
    root = plant_config(tmp_path, "source /pipe\ncat /pipe\n" + GOOD)
    os.mkfifo(root / "pipe")
    assert titles(listed(root)) == ["good"]


@pytest.mark.parametrize("what", ["kernel", "initrd"])
def test_pipe_in_place_of_what_is_loaded(what: str, tmp_path: Path) -> None:
    root = plant_config(tmp_path, "menuentry bad { linux /kernel; initrd /initrd2 }\n" + GOOD)
    plant(root, {"kernel": KERNEL, "initrd2": b""})
    path = root / ("kernel" if what == "kernel" else "initrd2")
    path.unlink()
    os.mkfifo(path)
    assert [(e["title"], e["bootable"]) for e in listed(root)["entries"]] == [
        ("bad", False),
        ("good", True),
    ]


def test_device_in_place_of_a_file(tmp_path: Path) -> None:
    root = plant_config(tmp_path, "source /endless\nmenuentry bad { linux /endless }\n" + GOOD)
    try:
        os.mknod(root / "endless", 0o020666, os.makedev(1, 5))  # /dev/zero
    except PermissionError:
        pytest.skip("only root may make devices")
    assert [(e["title"], e["bootable"]) for e in listed(root)["entries"]] == [
        ("bad", False),
        ("good", True),
    ]


def test_links_in_a_circle(tmp_path: Path) -> None:
    root = plant_config(
        tmp_path, "source /a/x\nmenuentry bad { linux /a }\nmenuentry b2 { linux /c/c/x }\n" + GOOD
    )
    (root / "a").symlink_to("b")
    (root / "b").symlink_to("/a")
    (root / "c").symlink_to("c/c/c/c/c/c/c/c")
    assert [(e["title"], e["bootable"]) for e in listed(root)["entries"]] == [
        ("bad", False),
        ("b2", False),
        ("good", True),
    ]


def test_links_that_double(tmp_path: Path) -> None:
    root = plant_config(tmp_path, "menuentry bad { linux /l39/x }\n" + GOOD)
    (root / "l0").mkdir()
    for number in range(1, 40):
        (root / f"l{number}").symlink_to(f"l{number - 1}/../l{number - 1}")
    assert titles(listed(root)) == ["bad", "good"]


def test_circle_of_links_in_place_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "boot/grub").mkdir(parents=True)
    (tmp_path / "boot/grub/grub.cfg").symlink_to("grub.cfg")
    assert ended("list", "--root", tmp_path).status == 3


def test_huge_configuration(tmp_path: Path) -> None:
    """100 MB, with next to nothing on the disk: it is cut, with an error."""
    root = plant_config(tmp_path, GOOD)
    with (root / "boot/grub/grub.cfg").open("r+b") as config:
        config.truncate(100_000_000)
    listing = listed(root)
    assert titles(listing) == ["good"]
    assert len(errors(listing)) == 1


def test_huge_line(tmp_path: Path) -> None:
    listing = listed(plant_config(tmp_path, GOOD + "echo " + "x " * 500_000))
    assert titles(listing) == ["good"]


def test_huge_environment_block(tmp_path: Path) -> None:
    root = plant_config(tmp_path, "load_env\n" + GOOD)
    plant(root, {"boot/grub/grubenv": "# GRUB Environment Block\nx=1\n"})
    with (root / "boot/grub/grubenv").open("r+b") as block:
        block.truncate(100_000_000)
    assert titles(listed(root)) == ["good"]


def test_huge_files_are_not_read(tmp_path: Path) -> None:
    root = plant_config(tmp_path, "cat /vmlinuz\n" + GOOD)
    for name in ("vmlinuz", "initrd"):
        with (root / name).open("r+b") as file:
            file.truncate(10_000_000_000)
    assert listed(root)["entries"][0]["bootable"]


@pytest.mark.parametrize("offset", [0x20E, 0x238])
def test_kernel_header_of_nonsense(offset: int, tmp_path: Path) -> None:
    image = bytearray(KERNEL)
    image[offset : offset + 2] = b"\xff\xff"
    root = plant_config(tmp_path, GOOD)
    plant(root, {"vmlinuz": bytes(image)})
    assert titles(listed(root)) == ["good"]


@pytest.mark.parametrize("content", [b"", b"\0" * 0x264, b"MZ" + b"\xff" * 5000, KERNEL[:600]])
def test_kernel_that_is_none_is_listed(content: bytes, tmp_path: Path) -> None:
    root = plant_config(tmp_path, GOOD)
    plant(root, {"vmlinuz": content})
    (entry,) = listed(root)["entries"]
    assert (entry["title"], entry["version"], entry["architecture"]) == ("good", None, None)
