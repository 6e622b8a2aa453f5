"""syslinux, extlinux, isolinux and pxelinux, and U-Boot where it reads ``extlinux.conf``.

What they do is taken from the sources of syslinux 6.04 and of U-Boot (boot/pxe_utils.c).
"""
