"""Boot another kernel with kexec, just as the boot loader would.

bootpick reads the boot loader's own configuration, evaluates it as the boot loader does, and hands
the kernel, initrd and command line of the chosen entry to kexec.
"""

__version__ = "0.1.0"
