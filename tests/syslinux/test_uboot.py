"""``extlinux.conf`` as U-Boot reads it."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.listing import listing, told
from tests.support.program import Run
from tests.support.trees import KERNEL, plant
from tests.syslinux.test_entries import Files, listed

PLACE = "boot/extlinux/extlinux.conf"
FILES: dict[str, str | bytes] = {
    "Image": KERNEL,
    "boot/Image": KERNEL,
    "boot/only-in-boot": KERNEL,
    "boot/extlinux/Image": KERNEL,
    "initrd": b"1",
    "initrd 2": b"2",
    "board.dtb": b"3",
}


def uboot(run: Run, root: Path, config: str, files: Files | None = None) -> dict[str, Any]:
    return listed(run, root, config, {**FILES, **(files or {})}, PLACE)


def test_device_tree(run: Run, tmp_path: Path) -> None:
    (entry,) = uboot(
        run,
        tmp_path,
        "label Linux 6.1 on a board\nkernel /Image\ninitrd /initrd\nfdt /board.dtb\nappend a\n",
    )["entries"]
    assert (entry["id"], entry["title"]) == ("Linux", "Linux 6.1 on a board")
    assert entry["cmdline"] == "BOOT_IMAGE=/Image a"
    assert entry["devicetree"] == f"{tmp_path}/board.dtb"
    assert (entry["bootable"], entry["reasons"]) == (True, [])


@pytest.mark.parametrize(
    ("lines", "initrds", "cmdline"),
    [
        ("initrd /initrd 2", ["/initrd 2"], ""),
        ("initrd /initrd\ninitrd /no", ["/initrd"], ""),
        ("initrd /initrd\nappend initrd=/no a", ["/initrd"], "a"),
        ("append initrd=/initrd a\ninitrd /no", ["/initrd"], "a"),
    ],
)
def test_the_first_initrd_counts(
    lines: str, initrds: list[str], cmdline: str, run: Run, tmp_path: Path
) -> None:
    (entry,) = uboot(run, tmp_path, f"label a\nlinux /Image\nfdtdir /\n{lines}\n")["entries"]
    assert entry["loader_paths"]["initrds"] == initrds
    assert entry["cmdline"] == f"BOOT_IMAGE=/Image {cmdline}"
    assert entry["bootable"]


@pytest.mark.parametrize(
    ("lines", "reasons"),
    [
        ("fdtdir /dtbs", ["U-Boot takes a device tree from /dtbs: the running one is kept"]),
        ("fdt /no.dtb", ["{root}/no.dtb does not exist"]),
        ("fdt /board.dtb\nfdtdir /dtbs", []),
        ("fdtoverlays /a.dtbo", ["device tree overlays are not applied: /a.dtbo"]),
        (
            "append ${cbootargs} a ${b} ${b}",
            [
                (
                    "U-Boot replaces ${cbootargs}, ${b} in its command line: "
                    "the kernel gets it as it stands"
                )
            ],
        ),
        ("kernel /Image a", ["U-Boot takes all of '/Image a' for the name of a file"]),
        ("kernel /Image#c", ["/Image#c names a part of a FIT image, which is not taken apart"]),
    ],
)
def test_doubts(lines: str, reasons: list[str], run: Run, tmp_path: Path) -> None:
    (entry,) = uboot(run, tmp_path, f"label a\nlinux /Image\n{lines}\n")["entries"]
    assert entry["reasons"] == [reason.replace("{root}", str(tmp_path)) for reason in reasons]


def test_a_label_without_a_kernel(run: Run, tmp_path: Path) -> None:
    entries = uboot(run, tmp_path, "label a\nfdtdir /\nlabel b\nlocalboot 1\n")["entries"]
    assert [entry["reasons"] for entry in entries] == [
        ["it names no kernel"],
        ["it boots from a local disk by the firmware (LOCALBOOT)"],
    ]


@pytest.mark.parametrize(
    ("name", "path"),
    [("/Image", "Image"), ("Image", "boot/extlinux/Image"), ("/only-in-boot", "boot/only-in-boot")],
)
def test_boot_may_be_a_file_system_of_its_own(
    name: str, path: str, run: Run, tmp_path: Path
) -> None:
    (entry,) = uboot(run, tmp_path, f"label a\nlinux {name}\n")["entries"]
    assert entry["kernel"] == f"{tmp_path}/{path}"


def test_a_file_that_is_not_there_costs_all(run: Run, tmp_path: Path) -> None:
    found = uboot(run, tmp_path, "include x\nlabel a\nlinux /Image\n")
    assert told(found) == [
        (
            "extlinux.conf:1:1: error: included but not there: x; "
            "U-Boot refuses the whole file for that"
        )
    ]


@pytest.mark.parametrize(
    ("config", "files", "is_uboot"),
    [
        ("label a b\nlinux /Image\n", {}, True),
        ("menu title x\ndefault a b\nprompt 0\nlabel a b\nlinux /Image\n", {}, True),
        ("ui menu.c32\nlabel a b\nlinux /Image\n", {}, False),
        ("default vesamenu.c32\nlabel a b\nlinux /Image\n", {}, False),
        ("append x\nlabel a b\nlinux /Image\n", {}, False),
        ("append x\nlabel a b\nlinux /Image\nfdtdir /\n", {}, True),
        ("label a b\nlinux /Image\n", {"boot/extlinux/ldlinux.sys": ""}, False),
        ("label a b\nlinux /Image\nfdtdir /\n", {"boot/extlinux/ldlinux.sys": ""}, False),
        ("menu begin\nlabel a b\nlinux /Image\nmenu end\n", {}, False),
    ],
)
def test_whose_file_it_is(
    config: str, files: Files, *, is_uboot: bool, run: Run, tmp_path: Path
) -> None:
    (entry,) = uboot(run, tmp_path, config, files)["entries"]
    assert entry["title"] == ("a b" if is_uboot else "a")


def test_elsewhere_only_a_keyword_tells(run: Run, tmp_path: Path) -> None:
    plant(tmp_path, {**FILES, "extlinux.conf": "label a b\nlinux /Image\n"})
    assert listing(run, tmp_path)["entries"][0]["title"] == "a"
    plant(tmp_path, {"extlinux.conf": "label a b\nlinux /Image\nfdt /board.dtb\n"})
    assert listing(run, tmp_path)["entries"][0]["title"] == "a b"
