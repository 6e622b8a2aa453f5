"""Makes the machine's Debian 12 as a directory tree, from `recipe/` and Debian's archive."""

import re
import shlex
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.vm import layout
from tests.vm.host import OWN_MOUNTS, LabError, run

RECIPE = Path(__file__).parent / "recipe"
_SUITE = "bookworm"
_KERNEL = re.compile(r"linux-image-(6\.1\.0-(\d+)-cloud-amd64)")
_LESS = (
    *(f"/usr/share/{folder}/*" for folder in ("doc", "info", "locale", "man")),
    *(
        f"/lib/modules/*/kernel/{folder}/*"
        for folder in ("net", "drivers/net", "drivers/infiniband")
    ),
)


def available_kernels(log: Path) -> tuple[str, str, str]:
    """Return the releases of Debian's three newest cloud kernels, newest first.

    Old ones leave the archive, so none can be named here. mmdebstrap is asked, not the
    host's apt: the host need not be a Debian 12, nor have fresh package lists.
    """
    with tempfile.NamedTemporaryFile("r") as listing:
        names = (
            f'APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-cache pkgnames >{shlex.quote(listing.name)}'
        )
        run(
            [
                *OWN_MOUNTS,
                *("mmdebstrap", "--mode=root", "--variant=custom", "--format=null"),
                *("--skip=cleanup", f"--customize-hook={names}", _SUITE, "-"),
            ],
            log=log,
        )
        words = listing.read().split()
    found = {match[1]: int(match[2]) for match in map(_KERNEL.fullmatch, words) if match}
    newest = sorted(found, key=found.__getitem__, reverse=True)[:3]
    match newest:
        case [first, second, third]:
            return first, second, third
        case _:
            message = f"three kernels are needed, the archive of {_SUITE} has {newest}"
            raise LabError(message)


def make_root(root: Path, kernels: tuple[str, str, str], debs: Path, log: Path) -> None:
    """Install and configure the system below `root`; `debs` keeps packages for the next time."""
    newest, middle, oldest = kernels
    names = {
        "NEWEST": newest,
        "MIDDLE": middle,
        "OLDEST": oldest,
        "ROOT_UUID": layout.ROOT_UUID,
        "ROOT_LABEL": layout.ROOT_LABEL,
        "ROOT_PARTUUID": layout.ROOT_PARTUUID,
        "OTHER_UUID": layout.OTHER_UUID,
        "ESP_UUID": layout.ESP_UUID,
        "PACKAGE_LABEL": layout.PACKAGE_LABEL,
    }
    overlay = root.with_name("overlay")
    shutil.copytree(RECIPE / "overlay", overlay, symlinks=True)
    for file in overlay.rglob("*"):
        if file.is_file() and not file.is_symlink():
            _fill_in(file, names)
    _bootstrap(root, overlay, [f"linux-image-{kernel}" for kernel in kernels], debs, log)
    shutil.rmtree(overlay)
    for unit in _lines(RECIPE / "masked-units"):
        link = root / "etc/systemd" / unit
        link.parent.mkdir(exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to("/dev/null")
    _configure_grub(root, names, log)


def _lines(file: Path) -> list[str]:
    """Return a list file's entries: no comments, no empty lines."""
    return [line for line in file.read_text().splitlines() if line and not line.startswith("#")]


def _fill_in(file: Path, names: Mapping[str, str]) -> None:
    """Replace each @NAME@ in a file of the recipe."""
    text = file.read_text(encoding="utf-8")
    for name, value in names.items():
        text = text.replace(f"@{name}@", value)
    file.write_text(text, encoding="utf-8")


def _bootstrap(root: Path, overlay: Path, kernels: list[str], debs: Path, log: Path) -> None:
    """Run mmdebstrap with the overlay in place first, since installing makes the initrds."""
    debs.mkdir(parents=True, exist_ok=True)
    kept = shlex.quote(str(debs))
    archives = '"$1"/var/cache/apt/archives'
    before = (
        f'cp -rT --preserve=mode,links {shlex.quote(str(overlay))} "$1"',
        f"mkdir -p {archives}; find {kept} -name '*.deb' -exec cp -t {archives} {{}} +",
    )
    # What the archive no longer has need not be kept either.
    after = (
        'APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get -qq autoclean',
        f"rm -f {kept}/*.deb; find {archives} -name '*.deb' -exec mv -t {kept} {{}} +",
    )
    packages = ",".join(_lines(RECIPE / "packages") + kernels)
    run(
        [
            *OWN_MOUNTS,
            *("mmdebstrap", "--mode=root", "--variant=minbase", "--format=directory"),
            *(f"--include={packages}", "--skip=cleanup/apt/cache,cleanup/reproducible"),
            *("--aptopt=APT::Install-Recommends false", "--aptopt=Acquire::Languages none"),
            *("--aptopt=Acquire::Retries 5", "--dpkgopt=force-unsafe-io"),
            "--dpkgopt=force-confold",
            *(f"--dpkgopt=path-exclude={pattern}" for pattern in _LESS),
            *(f"--setup-hook={hook}" for hook in before),
            *(f"--customize-hook={hook}" for hook in after),
            *(_SUITE, root),
        ],
        log=log,
    )


def _configure_grub(root: Path, names: Mapping[str, str], log: Path) -> None:
    """Fill /boot/grub as grub-install would, and let the real grub-mkconfig write grub.cfg."""
    grub = root / "boot/grub"
    for platform in ("i386-pc", "x86_64-efi"):
        shutil.copytree(
            root / "usr/lib/grub" / platform,
            grub / platform,
            ignore=shutil.ignore_patterns("*.img", "*.module", "*.efi"),
        )
    (grub / "fonts").mkdir()
    shutil.copy(root / "usr/share/grub/unicode.pf2", grub / "fonts")

    probe, real = root / "usr/sbin/grub-probe", root / "usr/sbin/grub-probe.real"
    # 10_linux writes root=UUID= only when the link to the device is there.
    link = root / "dev/disk/by-uuid" / layout.ROOT_UUID
    link.parent.mkdir(parents=True)
    link.touch()
    probe.rename(real)
    shutil.copy(RECIPE / "grub-probe", probe)
    _fill_in(probe, names)
    try:
        run(["chroot", root, "grub-mkconfig", "-o", "/boot/grub/grub.cfg"], log=log)
        run(["chroot", root, "grub-editenv", "/boot/grub/grubenv", "create"], log=log)
    finally:
        real.rename(probe)
        shutil.rmtree(root / "dev/disk")
