"""The reader of ISO 9660 images: what usual programs make, and what only an enemy would."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bootpick.errors import BootpickError, NotBootable
from bootpick.system.images import copy_out, seen_at
from bootpick.system.iso9660 import Allowance, ImageDamaged, Iso9660, Node, NoImage
from bootpick.system.tree import LocalTree
from bootpick.volumes import Mount, Volume
from tests.support import iso
from tests.support.requirements import cannot_run
from tests.support.trees import plant

SECONDS = 5


def opened(image: bytes, allowance: Allowance | None = None) -> Iso9660:
    return Iso9660(
        lambda offset, size: image[offset : offset + size], len(image), allowance or Allowance()
    )


def found(image: Iso9660, inner: str) -> Node | None:
    result = image.find(inner)
    return result and result[1]


def text(image: Iso9660, inner: str) -> bytes:
    node = found(image, inner)
    assert node is not None, inner
    return image.content(node, 1 << 20)


FILES: dict[str, str | bytes] = {
    "casper/vmlinuz": b"kernel" * 1000,
    "boot/grub/loopback.cfg": "menuentry x { true }\n",
    "README.TXT": "read me",
    "Mixed Case.txt": "mixed",
    "empty": b"",
    "l" * 100: "long",
    "é日本.txt": "letters",
    **{f"many/file{number:04}": str(number) for number in range(500)},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if missing := iso.missing_programs():
        cannot_run(f"no images without {', '.join(missing)}")
    return plant(tmp_path_factory.mktemp("iso") / "files", FILES)


@pytest.mark.parametrize(
    "made_by",
    [
        ("genisoimage", "-R"),
        ("genisoimage", "-J", "-joliet-long"),
        ("genisoimage", "-R", "-J", "-joliet-long"),
        ("xorrisofs", "-R", "-J"),
        ("xorrisofs", "-R", "-iso-level", "3", "-partition_offset", "16"),
    ],
    ids=" ".join,
)
def test_every_file_is_found_and_read(
    made_by: tuple[str, ...], folder: Path, tmp_path: Path
) -> None:
    program, *options = made_by
    path = iso.make(program, folder, tmp_path / "x.iso", *options, "-V", "MY LABEL")
    image = opened(path.read_bytes())
    for name, content in FILES.items():
        data = content.encode() if isinstance(content, str) else content
        assert text(image, f"/{name}") == data
        assert found(image, f"/{name}x") is None
        assert found(image, f"/{name}/x") is None
    many = found(image, "/many")
    assert many is not None
    assert sorted(image.names(many)) == [f"file{number:04}" for number in range(500)]
    assert image.label == "MY LABEL"


@pytest.mark.parametrize(("option", "label"), [("-R", "LABEL"), ("-J", "LABEL"), ("-l", "LABEL")])
def test_uuid_and_label_are_those_that_blkid_tells(
    option: str, label: str, folder: Path, tmp_path: Path
) -> None:
    blkid = shutil.which("blkid", path="/usr/sbin:/sbin:/usr/bin")
    if blkid is None:
        cannot_run("blkid is not installed")
    path = iso.make("genisoimage", folder, tmp_path / "x.iso", option, "-V", label)
    image = opened(path.read_bytes())
    told = subprocess.run(
        [blkid, "-p", "-o", "value", "-s", "UUID", "-s", "LABEL", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(told.stdout.split()) == sorted((image.uuid or "", image.label))


def rock_ridge(*records: bytes, others: dict[int, bytes] | None = None) -> Iso9660:
    return opened(iso.image_of(iso.directory(*records, area=iso.ROCK_RIDGE), others))


def named(name: bytes, flags: int = 0, block: int = 30, size: int = 4, area: bytes = b"") -> bytes:
    return iso.record(b"X.;1", block, size, flags, iso.rock_ridge_name(name) + area)


def link(target: bytes) -> bytes:
    return b"SL" + bytes((5 + len(target), 1, 0)) + target


def part(name: bytes, flags: int = 0) -> bytes:
    return bytes((flags, len(name))) + name


MODE_LINK = b"PX\x24\x01" + iso.both(0o120777) + bytes(24)


def test_plain_names_are_found_in_any_case_but_listed_in_small_letters() -> None:
    records = [iso.record(b"VMLINUZ.;1", 30, 4), iso.record(b"A.B;12", 30, 4)]
    image = opened(iso.image_of(iso.directory(*records), {30: b"text"}))
    assert text(image, "/vmlinuz") == text(image, "/VmLinuz") == text(image, "/a.b") == b"text"
    assert image.find("/vmlinuz", listed=True) is not None
    assert image.find("/VMLINUZ", listed=True) is None


def test_names_in_several_pieces_and_elsewhere() -> None:
    area = iso.rock_ridge_name(b"one", 1) + iso.continued(31, 100, 8)
    image = rock_ridge(
        iso.record(b"X.;1", 30, 4, 0, area),
        others={30: b"text", 31: bytes(100) + iso.rock_ridge_name(b"two")},
    )
    assert text(image, "/onetwo") == b"text"


def test_links_lead_where_grub_goes() -> None:
    image = rock_ridge(
        named(b"file"),
        named(b"dir", iso.DIRECTORY, 32, iso.BLOCK),
        named(b"plain", area=MODE_LINK + link(part(b"file"))),
        named(b"absolute", area=MODE_LINK + link(part(b"", 8) + part(b"file"))),
        named(b"above", area=MODE_LINK + link(part(b"", 4) + part(b"file"))),
        named(b"between", area=MODE_LINK + link(part(b"dir") + part(b"", 4) + part(b"file"))),
        named(b"pieces", area=MODE_LINK + link(part(b"fi", 1) + part(b"le"))),
        named(b"circle", area=MODE_LINK + link(part(b"circle"))),
        named(b"nothing", area=MODE_LINK),
        others={30: b"text", 32: iso.directory(block=32)},
    )
    for name in ("plain", "absolute", "above", "pieces"):
        assert text(image, f"/{name}") == b"text"
    assert found(image, "/between") is None
    assert found(image, "/circle") is None
    assert found(image, "/dir/../file") == found(image, "/./file") == found(image, "/../file")
    nothing = found(image, "/nothing")
    assert nothing is not None
    assert nothing.kind == "directory"
    listed = image.find("/circle", listed=True)
    assert listed is not None
    assert (listed[0], listed[1].kind) == ("/circle", "link")


def test_file_in_several_extents() -> None:
    image = opened(
        iso.image_of(
            iso.directory(
                iso.record(b"BIG.;1", 30, iso.BLOCK, iso.MORE), iso.record(b"BIG.;1", 32, 5)
            ),
            {30: b"a" * iso.BLOCK, 32: b"bcdef"},
        )
    )
    node = found(image, "/big")
    assert node is not None
    assert image.content(node, 1 << 20) == b"a" * iso.BLOCK + b"bcdef"
    assert image.content(node, 4, iso.BLOCK - 2) == b"aabc"
    assert image.content(node, 9, iso.BLOCK + 3) == b"ef"
    assert image.content(node, 9, iso.BLOCK + 9) == b""


# -- images from an enemy -----------------------------------------------------------------------

TOP = iso.directory(iso.record(b"FILE.;1", 30, 4))
GOOD = iso.image_of(TOP, {30: b"text"})
EVEN = b"X" * 30
"""A name whose record has 64 bytes, so that none stands across blocks."""


def long_circle() -> bytes:
    """Give an image whose names go on in a block that goes on in itself."""
    area = iso.continued(31, 0, 5 + 28)
    block = iso.rock_ridge_name(b"") + iso.continued(31, 0, 5 + 28)
    top = iso.directory(iso.record(b"X.;1", 30, 4, 0, area), area=iso.ROCK_RIDGE)
    return iso.image_of(top, {30: b"text", 31: block})


DAMAGED = {
    "directory beyond the end": iso.image_of(iso.directory(iso.record(b"D", 9999, 2048, 2))),
    "directory larger than the image": iso.image_of(
        iso.directory(iso.record(b"D", iso.ROOT, 0xFFFFFFFF, 2))
    ),
    "names without end": long_circle(),
    "names beyond the end": iso.image_of(
        iso.directory(
            iso.record(b"X.;1", 30, 4, 0, iso.continued(9999, 0, 50)), area=iso.ROCK_RIDGE
        )
    ),
    "extents without end": iso.image_of(iso.record(EVEN, 30, 4, iso.MORE) * 1024),
    "records of one byte": iso.image_of(b"\1" * iso.BLOCK),
    "name beyond the directory": iso.image_of(
        iso.record(EVEN, 30, 4) * 31 + iso.record(EVEN, 30, 4)[:32] + b"\xff" * 32
    ),
}


@pytest.mark.parametrize("harm", DAMAGED)
def test_damaged_image_is_an_error_for_what_is_behind_the_damage(harm: str) -> None:
    image = opened(DAMAGED[harm])
    with pytest.raises(ImageDamaged):
        image.find("/d/nothing")


def test_file_beyond_the_end_is_found_and_not_read() -> None:
    image = opened(GOOD[: 30 * iso.BLOCK])
    node = found(image, "/file")
    assert node is not None
    with pytest.raises(ImageDamaged, match="cut short"):
        image.content(node, 4)


def test_many_extents_of_the_same_bytes_are_no_large_file() -> None:
    """An image of a few blocks cannot fill the memory."""
    top = iso.record(EVEN, iso.ROOT, 10 * iso.BLOCK, iso.MORE) * 100 + iso.record(EVEN, 30, 4)
    image = opened(iso.image_of(top.ljust(4 * iso.BLOCK, b"\0"), {40: b"end"}))
    node = found(image, f"/{EVEN.decode()}")
    assert node is not None
    assert node.size == 1000 * iso.BLOCK + 4
    with pytest.raises(ImageDamaged, match="larger"):
        image.content(node, 1)


def test_directory_in_itself_has_no_end_but_paths_have() -> None:
    image = opened(iso.image_of(iso.directory(iso.record(b"D", iso.ROOT, iso.BLOCK, 2))))
    start = time.monotonic()
    assert found(image, "/d" * 2000) is not None
    assert found(image, "/d" * 2000 + "/x") is None
    assert time.monotonic() - start < SECONDS


def is_refused(image: Iso9660, inner: str) -> bool:
    try:
        return image.find(inner) is not None
    except ImageDamaged as error:
        return "too much" in error.message


def test_directories_are_read_within_the_allowance() -> None:
    """So many that reading them all would take minutes and fill the memory."""
    count, size = 200, 64 * iso.BLOCK
    crowded = iso.directory(*[iso.record(b"FILE%06d.;1" % n, 30, 4) for n in range(2000)])
    directories = [iso.record(b"D%d" % n, 200 + n, size, 2) for n in range(count)]
    image = opened(
        iso.image_of(iso.directory(*directories), {200: crowded[:size], 600: b"end"}),
        Allowance(1 << 20),
    )
    start = time.monotonic()
    refused = [number for number in range(count) if is_refused(image, f"/d{number}/x")]
    assert len(refused) > count // 2
    assert found(image, "/d0/file000000") is not None  # what was read stays known
    assert time.monotonic() - start < SECONDS


@pytest.mark.parametrize("size", [0, 1, 32768, 32768 + 7, 17 * iso.BLOCK, 18 * iso.BLOCK])
def test_cut_image_is_none(size: int) -> None:
    with pytest.raises(NoImage):
        opened(GOOD[:size])


def test_descriptors_without_end() -> None:
    root = iso.record(b"\0", 18, 2048, 2)
    with pytest.raises(NoImage):
        opened(iso.assemble({n: iso.descriptor(1, root) for n in range(16, 3000)}))


def try_everything(data: bytes) -> None:
    """Read whatever there is; anything but a result or a BootpickError gets out."""
    try:
        image = opened(data, Allowance(1 << 20))
        _ = image.label.encode("utf-8", "surrogateescape"), image.uuid
    except BootpickError:
        return
    todo = ["/"]
    for _ in range(50):
        if not todo:
            break
        path = todo.pop(0)
        try:
            result = image.find(path)
            if result is None:
                continue
            node = result[1]
            if node.kind == "directory":
                todo += [f"{path}/{name}" for name in image.names(node)[:20]]
            else:
                assert len(image.content(node, 5000)) <= 5000
        except BootpickError:
            continue


GROUNDS = (GOOD, long_circle(), *DAMAGED.values())


@given(st.integers(0, len(GROUNDS) - 1), st.data())
def test_any_bytes_give_a_result_or_one_error(ground: int, data: st.DataObject) -> None:
    """Changed where it matters: descriptors, directories, continuations."""
    image = bytearray(GROUNDS[ground])
    places = st.one_of(
        st.integers(16 * iso.BLOCK, 16 * iso.BLOCK + 200),
        st.integers(iso.ROOT * iso.BLOCK, iso.ROOT * iso.BLOCK + 400),
        st.integers(31 * iso.BLOCK, 31 * iso.BLOCK + 40),
        st.integers(0, len(image) - 1),
    )
    for place in data.draw(st.lists(places, max_size=12)):
        if place < len(image):
            image[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(image))))
    try_everything(bytes(image[:cut]))


@given(st.binary(max_size=4000))
@example(b"\x22\x00" + bytes(40))
def test_any_directory_gives_a_result_or_one_error(content: bytes) -> None:
    try_everything(iso.image_of(content.ljust(iso.BLOCK, b"\0")))
    area = iso.directory(area=iso.ROCK_RIDGE)[: 34 + len(iso.ROCK_RIDGE) + 34]
    try_everything(iso.image_of((area + content).ljust(iso.BLOCK, b"\0")))


@given(st.binary(max_size=200))
def test_any_rock_ridge_gives_a_result_or_one_error(area: bytes) -> None:
    top = iso.directory(iso.record(b"X.;1", 30, 4, 0, area[:200]), area=iso.ROCK_RIDGE)
    try_everything(iso.image_of(top, {30: b"text", 31: area}))


@given(st.binary(max_size=60))
def test_any_joliet_name_is_text(name: bytes) -> None:
    root = iso.record(b"\0", 19, iso.BLOCK, iso.DIRECTORY)
    image = {
        16: iso.descriptor(1, root),
        17: iso.descriptor(2, root, escape=b"%/E"),
        18: iso.descriptor(255, b""),
        19: iso.directory(iso.record(name, 30, 4)),
    }
    try_everything(iso.assemble(image))


# -- copies for the load ------------------------------------------------------------------------


def volume_of(image: Path) -> Volume:
    disk = Volume("/dev/sda", "disk", "ext4", mounts=(Mount("/somewhere"),))
    return Volume(str(image), "loop", "iso9660", image=(disk, "/wherever.iso"))


def copied(volume: Volume, inner: str) -> bytes:
    assert volume.image is not None
    handle = copy_out(volume, inner, LocalTree("/", (volume.image[0],)))
    try:
        return Path(f"/proc/self/fd/{handle}").read_bytes()
    finally:
        os.close(handle)


def test_copy_out_of_an_image_that_is_seen(tmp_path: Path) -> None:
    content = bytes(range(256)) * 10_000  # more than is read at once
    image = iso.image_of(iso.directory(iso.record(b"FILE.;1", 30, len(content))), {30: content})
    plant(tmp_path, {"x.iso": image})
    assert copied(seen_at(volume_of(tmp_path / "x.iso"), None), "/file") == content


def test_copy_out_of_an_image_on_what_was_mounted(tmp_path: Path) -> None:
    plant(tmp_path, {"point/images/x.iso": GOOD})
    (tmp_path / "point/wherever.iso").symlink_to("/images/x.iso")
    volume = seen_at(volume_of(Path("/wherever.iso on /dev/sda")), str(tmp_path / "point"))
    assert copied(volume, "/file") == b"text"


@pytest.mark.parametrize("inner", ["/nothing", "/"])
def test_what_is_not_in_the_image_is_not_copied(inner: str, tmp_path: Path) -> None:
    plant(tmp_path, {"x.iso": GOOD})
    with pytest.raises(NotBootable, match="does not exist in"):
        copied(seen_at(volume_of(tmp_path / "x.iso"), None), inner)


@pytest.mark.parametrize("image", [b"", b"x" * 50_000, GOOD[: 30 * iso.BLOCK]])
def test_damaged_image_is_not_copied(image: bytes, tmp_path: Path) -> None:
    plant(tmp_path, {"x.iso": image})
    with pytest.raises(BootpickError):
        copied(seen_at(volume_of(tmp_path / "x.iso"), None), "/file")
