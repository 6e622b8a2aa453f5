"""How the machine's two disks are laid out, and the names by which tests know their parts."""

from typing import Final

MIB: Final = 1 << 20

ROOT_LABEL: Final = "vmroot"
ROOT_UUID: Final = "11111111-2222-3333-4444-555555555555"
ROOT_PARTUUID: Final = "aaaaaaaa-2222-3333-4444-555555555555"

# The second Linux partition: it holds a kernel and an initrd, and nothing ever mounts it.
OTHER_LABEL: Final = "othersys"
OTHER_UUID: Final = "66666666-7777-8888-9999-000000000000"
OTHER_DEVICE: Final = "/dev/vda4"

ESP_UUID: Final = "1234-5678"

# Offsets and sizes in MiB, in the order of the partition table. The gap at both ends is GPT's.
# The EFI system partition has room for kernels, for a boot loader that reads nothing else.
BIOS_BOOT_START: Final = 1
BIOS_BOOT_SIZE: Final = 1
ESP_START: Final = BIOS_BOOT_START + BIOS_BOOT_SIZE
ESP_SIZE: Final = 96
ROOT_START: Final = ESP_START + ESP_SIZE
ROOT_SIZE: Final = 1200
OTHER_START: Final = ROOT_START + ROOT_SIZE
OTHER_SIZE: Final = 40
DISK_SIZE: Final = OTHER_START + OTHER_SIZE + 1

PARTITION_TABLE: Final = f"""\
label: gpt
label-id: 0fc63daf-8483-4772-8e79-3d69d8477de5
start={BIOS_BOOT_START}MiB, size={BIOS_BOOT_SIZE}MiB, type=21686148-6449-6e6f-744e-656564454649
start={ESP_START}MiB, size={ESP_SIZE}MiB, type=c12a7328-f81f-11d2-ba4b-00a0c93ec93b
start={ROOT_START}MiB, size={ROOT_SIZE}MiB, type=linux, uuid={ROOT_PARTUUID}
start={OTHER_START}MiB, size={OTHER_SIZE}MiB, type=linux
"""

# The disk with the program under test. Size, label and UUID never change, so that it can be
# swapped for another one while the machine that has it is frozen.
PACKAGE_LABEL: Final = "bootpick"
PACKAGE_UUID: Final = "b0071ccc-0000-4000-8000-000000000001"
PACKAGE_SIZE: Final = 32
