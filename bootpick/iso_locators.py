"""Whether a system in an ISO file will find that file again, once its kernel runs.

The boot loader only hands over kernel and initrd; the initrd has to find the ISO by itself, from a
word of the command line that every distribution calls differently.
"""

from collections.abc import Callable, Iterator, Sequence

from .entries import BootFile

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


def doubts_about_iso(
    kernel: BootFile,
    initrds: Sequence[BootFile],
    words: Sequence[str],
    exists: Callable[[str], bool],
) -> Iterator[str]:
    """Say what is doubtful about a command line of *words*; *exists* looks for a path anywhere."""
    if initrds and kernel.in_image and kernel.volume is not None:
        name = kernel.volume.path.rpartition("/")[2]
        if not any(word.startswith(_LOCATORS) or name in word for word in words):
            yield f"no word of the command line tells where {kernel.volume.path} is"
    for word in words:
        if word.startswith(_SEARCHED):
            path = word.partition("=")[2]
            if path.startswith("/") and not exists(path):
                yield f"{word}: no file system that is mounted has this file"
