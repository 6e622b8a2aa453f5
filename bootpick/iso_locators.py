"""Whether an installer or a live system will find its medium again, once its kernel runs.

The boot loader only hands over kernel and initrd; the initrd has to find the rest by itself: the
ISO file, from a word of the command line that every distribution calls differently, or a disk or
stick that has what it looks for. What is mounted now, an image or a directory, it does not know of.
"""

from collections.abc import Callable, Iterator, Sequence

from .entries import BootFile
from .volumes import Volume

_LOCATORS = (
    "findiso=",  # Debian live
    "fromiso=",
    "iso-scan/filename=",  # Ubuntu, Fedora
    "inst.stage2=",  # Red Hat's installer
    "inst.repo=",
    "img_loop=",  # Arch
    "isofrom=",  # openSUSE
    "isofrom_system=",
    "iso_filename=",
    "isoboot=",  # Gentoo
    "bootfrom=",  # Knoppix
)
_SEARCHED = ("findiso=", "iso-scan/filename=")
"""Those whose value is a path that is looked for on every file system."""
_MEDIA = ("inst.stage2=hd:", "inst.repo=hd:", "root=live:", "archisolabel=", "archisodevice=")
"""Those whose value names a file system by its label or UUID."""
_BY_LABEL, _BY_UUID = "/dev/disk/by-label/", "/dev/disk/by-uuid/"


def doubts_about_medium(
    kernel: BootFile,
    initrds: Sequence[BootFile],
    words: Sequence[str],
    exists: Callable[[str], bool],
    volumes: Sequence[Volume],
) -> Iterator[str]:
    """Say what is doubtful about a command line of *words*.

    *exists* looks for a path on all file systems, which are those of *volumes*.
    """
    has_locator = any(word.startswith(_LOCATORS) for word in words)
    # With an image file that it finds comes the label of the file system in it.
    has_image = any(word.startswith(_LOCATORS) and not word.startswith(_MEDIA) for word in words)
    if initrds and kernel.in_image and kernel.volume is not None:
        name = kernel.volume.path.rpartition("/")[2]
        if not has_locator and not any(name in word for word in words):
            yield f"no word of the command line tells where {kernel.volume.path} is"
    elif not has_locator and any(volume.anything for volume in volumes):
        wanted = _wanted_locator(kernel, words)
        if wanted is not None:
            yield f"its system looks for the medium on disks and sticks{wanted}: {_NOT_FOUND}"
    for word in words:
        if word.startswith(_SEARCHED):
            path = word.partition("=")[2]
            if not path:
                yield f"{word} names no file"
            elif path.startswith("/") and not exists(path):
                yield f"{word}: no file system that is mounted has this file"
        elif word.startswith(_MEDIA) and not has_image:
            yield from _doubts_about_name(word, kernel, volumes)


_NOT_FOUND = "it does not find an image that is mounted or a copy in a directory"


def _wanted_locator(kernel: BootFile, words: Sequence[str]) -> str | None:
    """Give which word would tell a system where its ISO file is; ``None`` for one without ISO."""
    if "boot=live" in words:
        return ", without a word 'findiso='"
    if "boot=casper" in words or "/casper/" in kernel.inner:
        return ", without a word 'iso-scan/filename='"
    return "" if "/install." in kernel.inner else None  # Debian's installer


def _doubts_about_name(word: str, kernel: BootFile, volumes: Sequence[Volume]) -> Iterator[str]:
    named = _name_of_medium(word)
    if named is None:
        return
    attribute, value = named
    if any(volume.anything for volume in volumes):
        if not kernel.in_image:
            yield f"{word}: its system looks for a disk or stick of that name: {_NOT_FOUND}"
        return
    # A loop device is gone with this kernel.
    left = [volume for volume in volumes if volume.kind != "loop" and volume.image is None]
    if not any(getattr(volume, attribute) == value for volume in left):
        yield f"{word}: no disk or partition has this {'label' if attribute == 'label' else 'UUID'}"


def _name_of_medium(word: str) -> tuple[str, str] | None:
    """Give the attribute of a volume that *word* asks for, and its value."""
    key, _, value = word.partition("=")
    if key == "archisolabel":
        return "label", value
    value = value.removeprefix("hd:").removeprefix("live:")
    if value.startswith((_BY_LABEL, _BY_UUID)):
        attribute = "label" if value.startswith(_BY_LABEL) else "uuid"
        return attribute, _unescaped(value.rpartition("/")[2])
    name, equals, value = value.partition("=")
    attribute = {"LABEL": "label", "CDLABEL": "label", "UUID": "uuid"}.get(name, "")
    return (attribute, _unescaped(value.partition(":")[0])) if equals and attribute else None


def _unescaped(text: str) -> str:
    r"""Give a name without udev's ``\x20`` for a blank."""
    return text.replace("\\x20", " ")
