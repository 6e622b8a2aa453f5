"""Files that only have to look like what they stand for: kernels, initrds, fonts."""

import re
import struct


def stub_kernel(version: str) -> bytes:
    """Give the head of an x86 bzImage of that release, with next to nothing behind it."""
    text = f"{version}\0".encode()
    image = bytearray(1040)
    text_at = 0x280
    image[text_at : text_at + len(text)] = text
    image[0x1F1] = 1  # setup_sects
    struct.pack_into("<I", image, 0x1F4, 1)  # syssize, in units of 16 bytes
    struct.pack_into("<H", image, 0x1FE, 0xAA55)
    image[0x200:0x202] = b"\xeb\x6a"  # the jump over the header; its reach tells the header's end
    image[0x202:0x206] = b"HdrS"
    struct.pack_into("<H", image, 0x206, 0x020F)
    struct.pack_into("<H", image, 0x20E, text_at - 0x200)
    image[0x211] = 0x01  # LOADED_HIGH
    struct.pack_into("<I", image, 0x214, 0x100000)  # code32_start
    struct.pack_into("<I", image, 0x22C, 0x7FFFFFFF)  # initrd_addr_max
    struct.pack_into("<I", image, 0x230, 0x200000)  # kernel_alignment
    image[0x234] = 1  # relocatable_kernel
    image[0x235] = 0x15  # min_alignment
    struct.pack_into("<H", image, 0x236, 0x7F)  # xloadflags: 64-bit entry, above 4G, EFI stub
    struct.pack_into("<I", image, 0x238, 2047)  # cmdline_size
    struct.pack_into("<Q", image, 0x258, 0x1000000)  # pref_address
    struct.pack_into("<I", image, 0x260, 0x2000000)  # init_size
    return bytes(image)


def debian_kernel(release: str) -> bytes:
    """Give a stub with the version string that Debian's kernels carry."""
    version = ".".join(re.split(r"[.-]", release)[:2])
    return stub_kernel(
        f"{release} (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian {version} (stub)"
    )


def empty_cpio() -> bytes:
    """Give a cpio archive (newc) with no member: the smallest valid initrd."""
    name = b"TRAILER!!!\0"
    fields = (0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, len(name), 0)
    header = b"070701" + b"".join(b"%08X" % value for value in fields) + name
    return header.ljust(512, b"\0")


def empty_font() -> bytes:
    """Give a font (PFF2) that GRUB loads and that has no glyph: then it draws boxes."""
    texts = {b"NAME": b"Stub 8\0", b"FAMI": b"Stub\0", b"WEIG": b"normal\0", b"SLAN": b"normal\0"}
    numbers = {b"PTSZ": 8, b"MAXW": 8, b"MAXH": 16, b"ASCE": 14, b"DESC": 2}
    sections = [(b"FILE", b"PFF2"), *texts.items()]
    sections += [(name, struct.pack(">H", number)) for name, number in numbers.items()]
    sections += [(b"CHIX", b"")]
    font = b"".join(name + struct.pack(">I", len(data)) + data for name, data in sections)
    return font + b"DATA" + struct.pack(">I", 0xFFFFFFFF)


def message_catalog(messages: dict[str, str]) -> bytes:
    """Give translations in the form of a GNU .mo file."""
    texts = {"": "Content-Type: text/plain; charset=UTF-8\n", **messages}
    pairs = sorted((key.encode(), value.encode()) for key, value in texts.items())
    head, table, data = 28, 8 * len(pairs), b""
    columns = []
    for column in zip(*pairs, strict=True):
        for text in column:
            columns.append(struct.pack("<II", len(text), head + 2 * table + len(data)))
            data += text + b"\0"
    numbers = (0x950412DE, 0, len(pairs), head, head + table, 0, 0)
    return struct.pack("<7I", *numbers) + b"".join(columns) + data
