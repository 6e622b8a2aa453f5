"""Make the installations that the tests read, with Debian's own `grub-mkconfig`.

Each installation is a folder beside this file: `root/` (the tree of the installed system, cut to
what a boot needs), `devices.json` (its block devices as its lsblk prints them) and `ORIGIN` (what
made it). The configuration has to be what a real machine has, so it is written by the real program
in a real Debian 12 or 13. Only the programs that would ask hardware are replaced, and answer from
the descriptions in `debian_12.py` and the like: `grub-probe` and `grub-mkrelpath` (which device
and file system holds a path) and, for other systems, `os-prober` and `linux-boot-prober`.

Run as root on an x86-64 Debian with mmdebstrap, in the checkout's folder:
`python3 -m tests.installations.make [--cache DIR] [NAME ...]`.
"""

import argparse
import json
import os
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.installations import debian_12, debian_13, ubuntu_like
from tests.installations.answers import grub_mkrelpath, grub_probe, lsblk_rows
from tests.installations.machines import Installation
from tests.installations.stubs import (
    debian_kernel,
    empty_cpio,
    empty_font,
    message_catalog,
    stub_kernel,
)

HERE = Path(__file__).resolve().parent
INSTALLATIONS = (*debian_12.MACHINES, *debian_13.MACHINES, *ubuntu_like.MACHINES)
UBUNTU_SWITCHES = (
    "quiet_boot",
    "quick_boot",
    "gfxpayload_dynamic",
    "vt_handoff",
    "ubuntu_recovery",
)
SUITES = {12: "bookworm", 13: "trixie"}
PACKAGES = ("grub-common", "grub2-common", "memtest86+")
MEMTEST_FILES = (
    "memtest86+ia32.bin",
    "memtest86+ia32.efi",
    "memtest86+x64.bin",
    "memtest86+x64.efi",
)


def write_program(path: Path, text: str) -> None:
    """Put a program in place of another; never through a link."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def in_chroot(chroot: Path, *command: str, stdin: str = "", language: str = "C.UTF-8") -> str:
    """Run a program of the Debian in its own tree and give what it prints."""
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": language,
    }
    done = subprocess.run(
        ["chroot", str(chroot), *command],
        env=environment,
        input=stdin,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"make.py: {' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def debian(cache: Path, suite: str) -> Path:
    """Give the root of a minimal Debian, made once."""
    root = cache / suite
    if not root.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = cache / f"{suite}.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        include = f"--include={','.join((*PACKAGES, 'locales'))}"
        subprocess.run(
            ["mmdebstrap", "--variant=minbase", include, suite, str(unfinished)], check=True
        )
        unfinished.rename(root)
    return root


def prepare(chroot: Path, installation: Installation) -> None:
    """Make the Debian look like the described machine."""
    replace_programs(chroot, installation)
    fill_boot(chroot, installation)
    for device in installation.devices():
        # grub-mkconfig asks only whether these exist before it names a device by its UUID.
        for path in (device.path, device.uuid and f"/dev/disk/by-uuid/{device.uuid}"):
            if path:
                target = chroot / path.lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.touch()
    (chroot / "etc/default/grub").write_text(installation.settings)
    if installation.os_release:
        (chroot / "usr/lib/os-release").write_text(installation.os_release)
    if installation.translations:
        name, _, codeset = installation.language.partition(".")
        in_chroot(chroot, "localedef", "-i", name, "-f", codeset, installation.language)
        catalog = chroot / f"usr/share/locale/{name.partition('_')[0]}/LC_MESSAGES/grub.mo"
        catalog.write_bytes(message_catalog(installation.translations))
    change_scripts(chroot, installation)


def change_scripts(chroot: Path, installation: Installation) -> None:
    """Make /etc/grub.d what the administrator, or another build of GRUB, has there."""
    folder = chroot / "etc/grub.d"
    if installation.unrestricted:
        script = folder / "10_linux"
        old = 'CLASS="--class gnu-linux --class gnu --class os'
        write_program(script, script.read_text().replace(f'{old}"', f'{old} --unrestricted"'))
    if installation.ubuntu_build:
        for script in (folder / "00_header", folder / "10_linux", folder / "30_os-prober"):
            text = script.read_text()
            for switch in UBUNTU_SWITCHES:
                text = text.replace(f'{switch}="0"\n', f'{switch}="1"\n')
            write_program(script, text)
        write_program(chroot / "lib/recovery-mode/recovery-menu", "#!/bin/sh\n")
    for name, text in installation.grub_d.items():
        pieces = text.split("{password}")
        for place in range(1, len(pieces)):
            printed = in_chroot(chroot, "grub-mkpasswd-pbkdf2", stdin="bootpick\nbootpick\n")
            pieces[place] = printed.split()[-1] + pieces[place]
        write_program(folder / name, "".join(pieces))


def replace_programs(chroot: Path, installation: Installation) -> None:
    """Put the stand-ins in place of what would ask the machine."""
    write_program(chroot / "usr/sbin/grub-probe", grub_probe(installation))
    write_program(chroot / "usr/bin/grub-mkrelpath", grub_mkrelpath(installation))
    if installation.os_prober:
        for program, lines in (
            ("os-prober", installation.os_prober),
            ("linux-boot-prober", installation.linux_boot_prober),
        ):
            text = "\n".join(lines)
            write_program(chroot / "usr/bin" / program, f"#!/bin/sh\ncat <<'END'\n{text}\nEND\n")


def fill_boot(chroot: Path, installation: Installation) -> None:
    """Install kernels, and what tells the scripts of grub-mkconfig that the machine has UEFI."""
    boot = chroot / "boot"
    (boot / "grub").mkdir()
    if not installation.memtest:
        (chroot / "etc/grub.d/20_memtest86+").unlink()
        for name in MEMTEST_FILES:
            (boot / name).unlink()
    for release in installation.kernels:
        (boot / f"vmlinuz-{release}").write_bytes(debian_kernel(release))
        if release not in installation.without_initrd:
            (boot / f"initrd.img-{release}").write_bytes(empty_cpio())
    if installation.graphics:
        font = boot / "grub/fonts/unicode.pf2"
        font.parent.mkdir()
        font.write_bytes(empty_font())
    for name, text in installation.files.items():
        path = chroot / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    if installation.uefi:
        variables = chroot / "sys/firmware/efi/efivars"
        variables.mkdir(parents=True)
        (variables / "OsIndicationsSupported-8be4df61-93ca-11d2-aa0d-00e098032b8c").write_bytes(
            struct.pack("<IQ", 6, 1)
        )
        (boot / "grub/x86_64-efi").mkdir()


def copy_result(chroot: Path, installation: Installation, folder: Path) -> None:
    """Copy what a boot needs, with stubs in place of the programs."""
    root = folder / "root"
    grub = root / "boot/grub"
    grub.mkdir(parents=True)
    (root / "etc").mkdir()
    shutil.copyfile(chroot / "usr/lib/os-release", root / "etc/os-release")
    names = ["boot/grub/grub.cfg", "boot/grub/grubenv", *installation.files]
    for release in installation.kernels:
        names.append(f"boot/vmlinuz-{release}")
        if release not in installation.without_initrd:
            names.append(f"boot/initrd.img-{release}")
    if installation.graphics:
        names.append("boot/grub/fonts/unicode.pf2")
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(chroot / name, root / name)
    if installation.memtest:
        for name in MEMTEST_FILES:
            (root / "boot" / name).write_bytes(stub_kernel("memtest86+ (stub)"))
    mounted = installation.mounted()
    if "/boot/efi" in mounted:
        device, prefix = mounted["/"], f"{mounted['/'].fs_root.rstrip('/')}/boot/grub"
        if "/boot" in mounted:
            device, prefix = mounted["/boot"], "/grub"
        vendor = "ubuntu" if installation.ubuntu_build else "debian"
        stub = root / f"boot/efi/EFI/{vendor}/grub.cfg"
        stub.parent.mkdir(parents=True)
        stub.write_text(
            f"search.fs_uuid {device.uuid} root {device.grub} \n"
            f"set prefix=($root)'{prefix}'\n"
            "configfile $prefix/grub.cfg\n"
        )
    for name in installation.extra_files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"MZ" + bytes(62))


def origin(chroot: Path, installation: Installation) -> str:
    """Say what made the installation, so that it can be made again."""
    packages = in_chroot(
        chroot, "dpkg-query", "--show", "--showformat=${Package} ${Version}\n", *PACKAGES
    )
    commands = ["grub-editenv /boot/grub/grubenv create"]
    commands += [shlex.join(command) for command in installation.environment_block]
    language = f"LANG={installation.language} " if installation.translations else ""
    commands += [f"{language}grub-mkconfig -o /boot/grub/grub.cfg"]
    stand_ins = ["grub-probe", "grub-mkrelpath"]
    parts = [installation.name, "", installation.about, ""]
    parts += [f"Made by: python3 -m tests.installations.make {installation.name}", ""]
    suite = SUITES[installation.release]
    parts += [f"In a Debian {installation.release} ({suite}) with:", *_indented(packages), ""]
    parts += ["Commands, run there:", *_indented("\n".join(commands)), ""]
    if installation.os_prober:
        stand_ins += ["os-prober", "linux-boot-prober"]
        parts += ["os-prober printed:", *_indented("\n".join(installation.os_prober)), ""]
        printed = "\n".join(installation.linux_boot_prober)
        parts += ["linux-boot-prober printed:", *_indented(printed), ""]
    parts += [f"Programs that answered from the description: {', '.join(stand_ins)}.", ""]
    parts += ["/etc/default/grub:", *_indented(installation.settings), ""]
    for name in installation.grub_d:
        text = (chroot / "etc/grub.d" / name).read_text()
        parts += [f"/etc/grub.d/{name}:", *_indented(text), ""]
    if "{password}" in "".join(installation.grub_d.values()):
        parts += ["The passwords are hashes of `bootpick` by grub-mkpasswd-pbkdf2.", ""]
    if installation.unrestricted:
        parts += ["CLASS in /etc/grub.d/10_linux had --unrestricted added.", ""]
    if installation.translations:
        lines = [f"{key} = {text}" for key, text in installation.translations.items()]
        parts += ["Translations, in place of Debian's, which have none of these:"]
        parts += [*_indented("\n".join(lines)), ""]
    if installation.ubuntu_build:
        switches = ", ".join(UBUNTU_SWITCHES)
        parts += [
            "The scripts of /etc/grub.d had what a build for Ubuntu sets to 1:",
            f"  {switches}",
            "",
        ]
    if installation.files:
        parts += [
            "Written before grub-mkconfig ran:",
            *(f"  /{name}" for name in installation.files),
            "",
        ]
    parts += [
        "Kernels, initrds and EFI programs are stubs: a header, and nothing to run.",
        "",
        "Licence: grub.cfg and grubenv are output of GRUB's grub-mkconfig and grub-editenv;",
        "the text they take over from /etc/grub.d is GRUB's, GPL-3.0-or-later.",
        "",
    ]
    return "\n".join(parts)


def _indented(text: str) -> list[str]:
    return [f"  {line}".rstrip() for line in text.strip("\n").split("\n")]


def make(installation: Installation, cache: Path) -> None:
    """Make one installation's folder anew."""
    debian_root = debian(cache, SUITES[installation.release])
    folder = HERE / installation.name
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        chroot = Path(scratch) / "chroot"
        subprocess.run(["cp", "-a", str(debian_root), str(chroot)], check=True)
        prepare(chroot, installation)
        in_chroot(chroot, "grub-editenv", "/boot/grub/grubenv", "create")
        for command in installation.environment_block:
            in_chroot(chroot, *command)
        config = "/boot/grub/grub.cfg"
        in_chroot(chroot, "grub-mkconfig", "-o", config, language=installation.language)
        copy_result(chroot, installation, folder)
        (folder / "ORIGIN").write_text(origin(chroot, installation))
    disks = (installation.disk, *installation.more_disks)
    rows = {"blockdevices": [lsblk_rows(disk, installation.release) for disk in disks]}
    (folder / "devices.json").write_text(json.dumps(rows, indent=3, ensure_ascii=False) + "\n")


def main() -> None:
    """Make all installations, or those named."""
    default_cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cache", type=Path, default=Path(default_cache) / "bootpick-tests")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    known = {installation.name: installation for installation in INSTALLATIONS}
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"no such installation: {', '.join(unknown)}")
    if os.geteuid() != 0:
        parser.error("run it as root: it makes a Debian and runs programs in it")
    for name in options.names or known:
        make(known[name], options.cache)


if __name__ == "__main__":
    main()
