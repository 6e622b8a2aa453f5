"""GRUB Legacy (GRUB 0.97): ``menu.lst``, which Red Hat and Gentoo call ``grub.conf``."""
