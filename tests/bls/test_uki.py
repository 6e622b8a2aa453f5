"""Type #2 entries, with the programs that make and list such images as judges."""

import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootpick.bls.pe import read_headers
from bootpick.bls.uki import (
    Addon,
    AddonFile,
    Uki,
    addon_notes,
    is_addon,
    read_addons,
    read_uki,
)
from bootpick.entries import BootFile, Slice
from bootpick.errors import Unreadable
from tests.support.requirements import cannot_run
from tests.support.uki import KERNEL, OSREL, RELEASE, patched, pe, uki

STUB = Path("/usr/lib/systemd/boot/efi/linuxx64.efi.stub")


class Counting:
    """Reads an image, and counts the bytes."""

    def __init__(self, image: bytes) -> None:
        self.image = image
        self.bytes = 0

    def __call__(self, offset: int, length: int) -> bytes:
        data = self.image[offset : offset + length]
        self.bytes += len(data)
        return data


def read(image: bytes, name: str = "x.efi", machine: str | None = "x64") -> tuple[Uki, ...]:
    return read_uki(name, len(image), Counting(image), machine)


def read_one(image: bytes, machine: str | None = "x64") -> Uki:
    (found,) = read(image, machine=machine)
    return found


def content(image: bytes, part: Slice | None) -> bytes:
    assert part is not None
    return image[part.offset : part.offset + part.length]


def test_everything_an_image_holds() -> None:
    image = uki(
        (".cmdline", b"root=/dev/sda1 quiet"),
        (".initrd", b"initrd!"),
        (".ucode", b"microcode"),
        (".uname", b"6.9.9-own"),
    )
    found = read_one(image)
    assert found._replace(linux=None, initrds=()) == Uki(
        id="x.efi",
        title="Debian GNU/Linux 12 (bookworm)",
        version="12",
        sort_key="debian",
        architecture="x64",
        cmdline="root=/dev/sda1 quiet",
        release="6.9.9-own",
    )
    assert content(image, found.linux) == KERNEL
    # The microcode goes first, wherever it stands in the file.
    assert [part.name for part in found.initrds] == [".ucode", ".initrd"]
    assert [content(image, part) for part in found.initrds] == [b"microcode", b"initrd!"]


def test_without_uname_the_kernel_tells_its_release() -> None:
    found = read_one(uki())
    assert (found.release, found.cmdline, found.initrds) == (RELEASE, "", ())
    assert (found.problems, found.notes) == ((), ())


def test_files_are_parts_of_the_image() -> None:
    found = read_one(uki((".initrd", b"1"), (".ucode", b"2")))
    image = BootFile("/EFI/Linux/x.efi", "/efi/EFI/Linux/x.efi", stamp=(1, 2))
    kernel, (initrd,) = found.files(image)
    assert kernel is not None
    assert (kernel.parts, initrd.parts) == (".linux", ".ucode and .initrd")
    assert kernel._replace(slices=()) == initrd._replace(slices=()) == image
    assert read_one(pe()).files(image) == (None, ())


@pytest.mark.parametrize(
    ("osrel", "title", "version", "sort_key"),
    [
        ("PRETTY_NAME=a\nIMAGE_ID=b\nNAME=c\nID=d", "a", None, "b"),
        ("PRETTY_NAME=\nIMAGE_ID=b\nNAME=c\nID=d", "b", None, "b"),
        ("NAME=c\nID=d\nVERSION=1\nVERSION_ID=2", "c", "1", "d"),
        ("ID=d\nVERSION_ID=2\nBUILD_ID=3", "d", "2", "d"),
        ("ID=d\nBUILD_ID=3\nIMAGE_VERSION=4", "d", "4", "d"),
        ("NAME=c d \nID=e", "c d", None, "e"),
        ("NAME=c\0ID=e", "c", None, None),
    ],
)
def test_names_are_taken_from_os_release(
    osrel: str, title: str, version: str | None, sort_key: str | None
) -> None:
    found = read_one(uki(osrel=osrel.encode()))
    assert (found.title, found.version, found.sort_key) == (title, version, sort_key)
    assert found.problems == ()


@pytest.mark.parametrize(
    ("section", "cmdline"),
    [
        (b"a  b", "a  b"),
        (b" \n a\tb\n\0\0", "a b"),
        (b"a\x01\x1f\x7fb", "a   b"),
        (b"a\0b", "a"),
        (b"\0a", ""),
        ("é日本".encode(), "é日本"),
        (b"a\xffb", "ab"),
        (b"", ""),
    ],
)
def test_command_line_is_cleaned(section: bytes, cmdline: str) -> None:
    assert read_one(uki((".cmdline", section))).cmdline == cmdline


# -- profiles -----------------------------------------------------------------------------------


def test_profiles() -> None:
    """What stands before the first one is common to all, and a profile's own goes before it."""
    image = uki(
        (".cmdline", b"common"),
        (".initrd", b"common"),
        (".profile", b"ID=regular\nTITLE='As always'\n"),
        (".profile", b"ID=reset\n"),
        (".cmdline", b"reset"),
        (".initrd", b"reset!"),
        (".profile", b""),
        (".osrel", b"ID=other\nVERSION_ID=9"),
    )
    found = read(image)
    assert [(profile.id, profile.title, profile.profile) for profile in found] == [
        ("x.efi@regular", "Debian GNU/Linux 12 (bookworm) (As always)", 0),
        ("x.efi@reset", "Debian GNU/Linux 12 (bookworm) (reset)", 1),
        ("x.efi@2", "other (@2)", 2),
    ]
    assert [profile.cmdline for profile in found] == ["common", "reset", "common"]
    assert [content(image, profile.initrds[0]) for profile in found] == [
        b"common",
        b"reset!",
        b"common",
    ]
    assert [profile.version for profile in found] == ["12", "12", "9"]
    assert {profile.linux for profile in found} == {found[0].linux}
    assert [profile.problems for profile in found] == [(), (), ()]


def test_first_profile_without_a_name_is_the_image() -> None:
    assert [found.id for found in read(uki((".profile", b"TITLE=x")))] == ["x.efi"]


def test_no_more_profiles_than_systemd_boot_looks_for() -> None:
    assert len(read(uki(*[(".profile", b"")] * 300))) == 256


# -- what cannot be booted ----------------------------------------------------------------------

SOUND = uki((".cmdline", b"root=/dev/sda1"), (".initrd", b"initrd"))


@pytest.mark.parametrize(
    ("image", "problem"),
    [
        (b"", "it is no PE image"),
        (KERNEL, "it is no PE image"),
        (b"MZ" + b"\0" * 5000, "it is no PE image"),
        (b"MZ" + b"\xff" * 5000, "the image ends within its headers"),
        (SOUND[:70], "the image ends within its headers"),
        (SOUND[:300], "the image ends within its headers"),
        (SOUND[:1030], "the image is cut off: it ends before its sections do"),
        (SOUND[:1800], "the image is cut off: it ends before its sections do"),
        (pe(), "it is no unified kernel image: it has no .linux section"),
        (pe([(".osrel", OSREL)]), "it is no unified kernel image: it has no .linux section"),
        (
            pe([(".linux", KERNEL)]),
            "the image has no .osrel section, and systemd-boot does not list it",
        ),
        (uki(linux=b""), "the image's .linux section is empty"),
        (uki(osrel=b"VERSION=1\n"), "the image's .osrel section names no operating system"),
        (uki((".cmdline", b"a"), (".cmdline", b"b")), "the image has 2 .cmdline sections"),
        (uki((".linux", KERNEL)), "the image has 2 .linux sections"),
        (uki(machine=0xAA64), "the image is for aa64, and this machine is x64"),
        (
            uki(machine=0x9999),
            "the image is for a machine that EFI has no name for (0x9999)",
        ),
        (
            pe([(".osrel", OSREL), (".linux", KERNEL)], subsystem=3),
            "the image is no EFI application",
        ),
        (
            patched(SOUND, ".initrd", at=1 << 31),
            "the image is cut off: it ends before its sections do",
        ),
        (
            patched(SOUND, ".linux", size=0xFFFFFFFF, filled=0xFFFFFFFF),
            "the image is cut off: it ends before its sections do",
        ),
        (uki((".cmdline", b"a" * (1 << 20))), "the image's .cmdline section is too long"),
        (
            uki(*[(".profile", b"A=b " * 8000)] * 20),
            "the image's .profile section is too long",
        ),
        (
            pe([(".x", b"")] * 65_535),
            "the image has 65535 sections; no more than 4096 are read",
        ),
    ],
    ids=range(23),
)
def test_one_problem_in_words(image: bytes, problem: str) -> None:
    assert {problem for found in read(image) for problem in found.problems} == {problem}


@pytest.mark.parametrize(
    ("image", "listed"),
    [
        (SOUND, True),
        (uki((".cmdline", b"a"), (".cmdline", b"b")), True),
        (uki(linux=b""), True),
        (patched(SOUND, ".linux", at=1 << 31), True),
        (b"", False),
        (uki(osrel=b""), False),
        (uki(machine=0xAA64), False),
        (pe([(".osrel", OSREL)]), False),
        (pe([(".linux", KERNEL)]), False),
    ],
    ids=range(9),
)
def test_what_systemd_boot_lists_whether_it_boots_or_not(image: bytes, *, listed: bool) -> None:
    """An image that is there but damaged keeps its place, also as the default."""
    assert [found.listed for found in read(image)] == [listed]


def test_entry_with_a_problem_has_a_name() -> None:
    found = read_one(b"no image")
    assert (found.id, found.title, found.cmdline, found.linux) == ("x.efi", "x.efi", None, None)


def test_file_that_may_not_be_read() -> None:
    def refuse(offset: int, length: int) -> bytes:
        raise Unreadable("/efi/x.efi: Permission denied", "run it as root")

    (found,) = read_uki("x.efi", 1000, refuse)
    assert found.problems == ("/efi/x.efi: Permission denied",)


def test_section_that_is_larger_in_memory_than_in_the_file() -> None:
    """What the file lacks is zeros, with which neither text nor initrd says more."""
    image = patched(SOUND, ".cmdline", size=100_000)
    assert read_one(image) == read_one(SOUND)


def test_device_tree_is_told_of() -> None:
    (note,) = read_one(uki((".dtb", b"tree"))).notes
    assert ".dtb" in note
    assert read_one(uki((".dtbauto", b"1"), (".dtbauto", b"2"))).problems == ()


@pytest.mark.parametrize("machine", ["x64", None])
def test_machine_that_fits_or_is_not_known(machine: str | None) -> None:
    assert read_one(SOUND, machine).problems == ()


@given(st.integers(0, len(SOUND) - 1))
def test_cut_off_anywhere(end: int) -> None:
    """It has one reason in words, unless what is missing only fills the last block up."""
    (found,) = read(SOUND[:end])
    assert found.problems or end > len(SOUND) - 512
    assert all(part.offset + part.length <= end for part in found.initrds)


@given(st.lists(st.tuples(st.integers(0x80, 0x200 + 40), st.integers(0, 255)), max_size=40))
def test_damaged_headers_never_raise(changes: Sequence[tuple[int, int]]) -> None:
    image = bytearray(SOUND)
    for at, value in changes:
        image[at] = value
    reader = Counting(bytes(image))
    for found in read_uki("x.efi", len(image), reader, "x64"):
        for part in (*found.initrds, *filter(None, [found.linux])):
            assert 0 < part.offset + part.length <= len(image)
    assert reader.bytes < 1 << 20


@given(st.binary(max_size=6000))
def test_any_bytes_behind_the_magic_number(data: bytes) -> None:
    for found in read(b"MZ" + data):
        assert found.id


def test_hostile_image_costs_little() -> None:
    """As many profiles, sections and texts as it may have, and what is slow to parse in each."""
    text = b"\n" * 1000
    reader = Counting(
        uki(*[part for n in range(256) for part in ((".profile", text), (".cmdline", text))])
    )
    start = time.monotonic()
    assert len(read_uki("x.efi", len(reader.image), reader)) == 256
    assert time.monotonic() - start < 2
    assert reader.bytes < 2 << 20


# -- addons -------------------------------------------------------------------------------------


def addon(name: str, *sections: tuple[str, bytes], machine: int = 0x8664) -> AddonFile:
    image = pe(sections, machine)
    return AddonFile(name, len(image), Counting(image))


def test_addons_in_the_order_in_which_they_add() -> None:
    shared = [
        addon("b.addon.efi", (".cmdline", b" two\n")),
        addon("a.addon.efi", (".cmdline", b"one")),
    ]
    own = [addon("A.addon.efi", (".cmdline", b"three"), (".initrd", b"i"), (".ucode", b"u"))]
    found = read_addons(shared, own, "x64")
    assert [(one.name, one.cmdline, one.problem) for one in found] == [
        ("a.addon.efi", "one", None),
        ("b.addon.efi", "two", None),
        ("A.addon.efi", "three", None),
    ]
    assert found[2].ucode is not None
    assert found[2].initrd is not None
    assert [note.partition(": ")[2] for note in addon_notes(found[1:])] == [
        "it adds 'two' on the command line",
        "it adds 'three' on the command line, microcode, an initrd",
    ]


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (AddonFile("x", 4, Counting(b"none")), "it is no PE image"),
        (addon("x", (".linux", b"")), "it is no addon: it has a .linux section"),
        (addon("x", machine=0xAA64), "the image is for aa64, and this machine is x64"),
    ],
)
def test_addon_that_the_stub_ignores(file: AddonFile, problem: str) -> None:
    (found,) = read_addons([file], [], "x64")
    assert found == Addon("x", problem=problem)
    assert list(addon_notes([found])) == []


def test_what_else_the_stub_adds() -> None:
    names = [*(f"{n}.cred" for n in range(6)), "x.sysext.raw", "y.confext", "a.addon.efi", "README"]
    assert list(addon_notes([], names)) == [
        (
            "kexec does without what the image's stub adds to the initrd: "
            "0.cred, 1.cred, 2.cred, 3.cred, 4.cred and 3 more"
        )
    ]
    assert list(addon_notes([], ["README"])) == []


def test_names_of_addons() -> None:
    assert [is_addon(name) for name in ("a.addon.efi", "A.ADDON.EFI", "a.efi")] == [
        True,
        True,
        False,
    ]


# -- judges -------------------------------------------------------------------------------------


def built(folder: Path, **sections: bytes) -> Path:
    """Have objcopy make an image of systemd's stub, as its documentation says."""
    if shutil.which("objcopy") is None:
        cannot_run("there is no objcopy (package binutils)")
    if not STUB.exists():
        cannot_run("there is no stub (package systemd-boot-efi)")
    words: list[str] = []
    for number, (name, data) in enumerate(sections.items()):
        (folder / name).write_bytes(data)
        words += [f"--add-section=.{name}={folder / name}"]
        words += [f"--change-section-vma=.{name}={0x2000000 + number * 0x1000000:#x}"]
    image = folder / "built.efi"
    subprocess.run(["objcopy", *words, STUB, image], check=True)
    return image


WHOLE = {
    "osrel": OSREL,
    "cmdline": b"root=/dev/sda1 quiet",
    "uname": RELEASE.encode(),
    "initrd": b"\1" * 5001,
    "linux": KERNEL + b"\2" * 70_001,
}


def test_sections_are_where_objcopy_finds_them(tmp_path: Path) -> None:
    path = built(tmp_path, **WHOLE)
    image = path.read_bytes()
    headers = read_headers(Counting(image), len(image))
    for name, part in headers.sections:
        target = tmp_path / "dumped"
        subprocess.run(
            ["objcopy", f"--dump-section={name}={target}", path, tmp_path / "copy"], check=True
        )
        assert (name, content(image, part)) == (name, target.read_bytes())
    found = read_one(image)
    assert (found.release, found.cmdline, found.problems) == (RELEASE, "root=/dev/sda1 quiet", ())
    assert content(image, found.linux) == WHOLE["linux"]
    assert [content(image, part) for part in found.initrds] == [WHOLE["initrd"]]
