"""Files that LILO does not take: what is wrong, where, and what becomes of the entries."""

from pathlib import Path

import pytest

from tests.lilo.test_entries import listed, planted, told
from tests.support.program import Run

GOOD = "image=/boot/a\n label=x\n"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        # The text
        (GOOD + ' append="a\\nb"\n', r"3:11: bad use of \ in quoted string"),
        (GOOD + ' append="a\tb"\n', r"3:11: \n and \t are not allowed in quoted strings"),
        (GOOD + ' append="a\nb"\n', r"3:11: \n and \t are not allowed in quoted strings"),
        (GOOD + ' append="a\n read-only', r"3:11: \n and \t are not allowed in quoted strings"),
        (GOOD + ' append="a', "3:9: EOF in quoted string"),
        (GOOD + ' append="a\\', "3:9: EOF in quoted string"),
        (GOOD + " append=a\\", r"3:10: \ precedes EOF"),
        (GOOD + " append=", "3:8: value expected at EOF for 'append'"),
        (GOOD + " append = = a", "3:11: syntax error after 'append': expected a value, found '='"),
        (GOOD + ' append="="', "3:9: syntax error after 'append': expected a value, found '='"),
        ("= a\n" + GOOD, "1:1: syntax error: expected a keyword, found '='"),
        (GOOD + " root=UUID=a\n", "3:11: syntax error: expected a keyword, found '='"),
        (
            GOOD + f' append="{"a" * 1024}"\n',
            "3:9: a word of 1024 bytes is too long: LILO takes 1023",
        ),
        # Keywords
        (GOOD + " foo=bar\n", "3:2: unrecognized token 'foo'"),
        ("foo\n" + GOOD, "1:1: unrecognized token 'foo'"),
        (GOOD + ' append="a" "b"\n', "3:13: unrecognized token 'b'"),
        (GOOD + " append='a b'\n", "3:12: unrecognized token 'b''"),
        (
            "timeout=5\r\n" + GOOD + " timeout=5\r\n",
            "4:2: syntax error: 'timeout' cannot stand here",
        ),
        *(
            (f"{keyword}=a\n{GOOD}", f"1:1: syntax error: '{keyword}' cannot stand here")
            for keyword in ("literal", "addappend", "range", "label", "start")
        ),
        (
            f"{GOOD}other=/dev/sda1\n label=y\n append=a\n",
            "5:2: syntax error: 'append' cannot stand here",
        ),
        (
            "disk=/dev/sda partition=a bios=1\n" + GOOD,
            "1:27: syntax error: 'bios' cannot stand here",
        ),
        (GOOD + " append=a\n Append=b\n", "4:2: duplicate entry 'append'"),
        ("lba32\nlba32\n" + GOOD, "2:1: duplicate entry 'lba32'"),
        (GOOD + " read-only=yes\n", "3:2: 'read-only' doesn't have a value"),
        (GOOD + " append\n", "3:2: value expected for 'append'"),
        ("image\n", "1:1: value expected for 'image'"),
        # Names
        ("image=/boot/a label=1234567890123456", None),
        ("image=/boot/sixteen-letters_", None),
        ('image="/boot/a b"', "1:1: the image name, which is the label, contains a blank: 'a b'"),
        (GOOD + "image=/boot/b label=X\n", "3:15: duplicate label 'X'"),
        (GOOD + "image=/boot/b alias=x\n", "3:15: duplicate label 'x'"),
        (GOOD + " alias=X\n", "2:2: duplicate label 'x'"),
        ('image=/boot/a label=""\n', "1:15: duplicate label ''"),
        (
            "image=/boot/a label=a\x01\n",
            "1:15: image name, label, or alias contains an illegal character: 'a\x01'",
        ),
        ('image=""\n', "1:1: invalid image name: it is empty"),
        (
            "image=/boot/a label=linux alias=l single-key\n",
            "1:15: single-key clash: 'linux' vs. 'l'",
        ),
        ("single-key image=/boot/a label=lx image=/boot/b label=l\n", None),
        ("image=/boot/a label=l single-key image=/boot/b label=Lx\n", None),
        (
            GOOD.replace("x", "xy") + " single-key\n",
            "3:2: 'single-key' requires the label or the alias to be a single character",
        ),
        ("default=y\n" + GOOD, "1:1: default image doesn't exist: 'y'"),
        ("vmdefault=y\n" + GOOD, "1:1: 'vmdefault' image does not exist: 'y'"),
        (GOOD + ' fallback="y single"\n', "3:11: no image 'y' is defined"),
        # Values
        ("timeout=5x\n" + GOOD, "1:9: not a valid timer value: '5x'"),
        ("delay=2h\n" + GOOD, "1:7: not a valid timer value: '2h'"),
        (GOOD + " ramdisk=4096k\n", "3:10: not a number: '4096k'"),
        (GOOD + " vga=wide\n", "3:6: not a number: 'wide'"),
        (GOOD + " root=8x\n", "3:7: not a number: '8x'"),
        *(
            (f'{GOOD} root="{root}"\n', f"3:7: illegal 'root=' specification: '{root}'")
            for root in ("", "sda1", "UUID=", "LABEL=", "PARTUUID=abc")
        ),
        *(
            (
                f'{GOOD} append="a {word} b"\n',
                f"3:9: 'append' or 'literal' may not contain '{word.partition('1')[0]}'",
            )
            for word in ("vga=1", "kbd=1", "lock", "nobd")
        ),
        (GOOD + ' literal="lock"\n', "3:10: 'append' or 'literal' may not contain 'lock'"),
        (f'{GOOD} append="{"a" * 512}"\n', "3:9: command line options of more than 511 bytes"),
        (
            f'{GOOD} append="{"a" * 500}" addappend="{"b" * 20}"\n',
            "3:522: command line options of more than 511 bytes",
        ),
        # Flags that do not go together
        (
            GOOD + " read-only\n read-write\n",
            "4:2: conflicting 'read-only' and 'read-write' settings",
        ),
        (
            "read-write\nread-only\n" + GOOD,
            "2:1: conflicting 'read-only' and 'read-write' settings",
        ),
        (GOOD + " mandatory\n", "3:2: 'mandatory' is only valid if 'password' is set"),
        ("restricted\n" + GOOD, "1:1: 'restricted' is only valid if 'password' is set"),
        (GOOD + " bypass\n", "3:2: 'bypass' is only valid if a global 'password' is set"),
        (
            f"password=p\n{GOOD} bypass\n mandatory\n",
            "5:2: 'mandatory' and 'bypass' are mutually exclusive",
        ),
        (
            f"{GOOD} password=p\n mandatory\n restricted\n",
            "5:2: 'mandatory' and 'restricted' are mutually exclusive",
        ),
        (GOOD + " lock\n fallback=x\n", "4:2: 'lock' and 'fallback' are mutually exclusive"),
        (
            f"unattended\n{GOOD} password=p\n",
            "1:1: a mandatory password on default='x' defeats 'unattended'",
        ),
    ],
)
def test_what_lilo_refuses(config: str, message: str | None, run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, config)
    errors = [one for one in told(found) if ": error: " in one]
    assert len(errors) == 1
    if message is not None:
        assert errors[0].replace(": error:", ":") == message
    for entry in found["entries"]:
        assert not entry["bootable"]
        assert entry["reasons"][0].startswith(f"LILO refuses {tmp_path}/etc/lilo.conf, line ")
    assert found["entries"]
    assert (found["default"], found["entries"][0]["default"]) == (found["entries"][0]["id"], True)


def test_each_wrong_line_costs_one_message(run: Run, tmp_path: Path) -> None:
    config = (
        "foo bar baz\n"
        "root=UUID=abc-1\n"
        "prompt=yes timeout = 50\n"
        "image=/boot/a label=x append=root=/dev/sda1 ro quiet\n"
        "image=/boot/b\n label y\n"
    )
    found = listed(run, tmp_path, config)
    assert told(found) == [
        "1:1: error: unrecognized token 'foo'",
        "2:10: error: syntax error: expected a keyword, found '='",
        "3:1: error: 'prompt' doesn't have a value",
        "4:34: error: syntax error: expected a keyword, found '='",
        "6:2: error: value expected for 'label'",
    ]
    assert [one["hint"] for one in found["diagnostics"]] == [
        "a value with blanks in it has to be in quotes",
        "a value with a '=' in it has to be in quotes",
        "write 'prompt' alone",
        "a value with a '=' in it has to be in quotes",
        "write 'label=…'",
    ]
    assert [(entry["id"], entry["cmdline"]) for entry in found["entries"]] == [
        ("x", "BOOT_IMAGE=x root=UUID=abc-1 root=/dev/sda1"),
        ("b", "BOOT_IMAGE=b root=UUID=abc-1"),
    ]
    assert found["timeout"] == 5.0


def test_text_of_a_refusal(run: Run, tmp_path: Path) -> None:
    root = planted(tmp_path, GOOD + " root=UUID=a\n")
    outcome = run("list", "--root", root)
    path = f"{root}/etc/lilo.conf"
    assert outcome.err == (
        f"{path}:3:11: error: syntax error: expected a keyword, found '='\n"
        "     root=UUID=a\n"
        "              ^\n"
        "hint: a value with a '=' in it has to be in quotes\n"
    )
    assert outcome.out == (
        "* 0  x  [default]\n"
        f"       cannot be booted: LILO refuses {path}, line 3: syntax error: expected a keyword, "
        "found '='\n"
    )
    assert run("--default", "--exec", "--root", root).status == 3
    assert run("--entry", "x", "--exec", "--root", root).status == 5


def test_no_images(run: Run, tmp_path: Path) -> None:
    outcome = run("list", "--json", "--root", planted(tmp_path, "boot=/dev/sda\n"))
    assert outcome.status == 3
    assert '"message": "no images have been defined"' in outcome.out


def test_variables_are_not_expanded(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "s3cret")
    config = f'{GOOD} append="home=$SECRET dollar=\\$x"\nimage=/boot/b\n label=y\n'
    root = planted(tmp_path, config)
    found = listed(run, tmp_path, config)
    assert told(found) == [
        "3:15: error: '$SECRET' is a variable of the environment in which LILO is run"
    ]
    assert found["diagnostics"][0]["hint"] == "write its value, or '\\$SECRET' for a dollar sign"
    assert [(entry["cmdline"], entry["bootable"]) for entry in found["entries"]] == [
        ("BOOT_IMAGE=x home=$SECRET dollar=$x", False),
        ("BOOT_IMAGE=y", True),
    ]
    assert "which LILO takes from the environment" in run("--entry", "x", "--root", root).err
    assert run("--entry", "y", "--root", root).status == 0


@pytest.mark.parametrize("own", ["root=$X", "vga=$X", "ramdisk=${X}1", 'initrd="/boot/$X"'])
def test_values_of_variables_are_not_judged(own: str, run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, f"default=$X timeout=$X\n{GOOD} {own}\nimage=/boot/b\n label=y\n")
    assert [one.partition("'")[0] for one in told(found)] == [
        "1:9: error: ",
        f"4:{own.index('$') + 2}: error: ",
    ]
    # How the screen looks does not matter to kexec.
    assert [entry["bootable"] for entry in found["entries"]] == [own.startswith("vga"), True]


def test_messages_are_bounded(run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path, GOOD + "foo\n" * 1000)
    assert len(found["diagnostics"]) == 51
    assert told(found)[-1] == "53:1: error: there are more errors, which are not told"
