"""The Boot Loader Specification (UAPI.1) as systemd-boot and bootctl follow it.

Type #1 entries (``loader/entries/*.conf``), Type #2 entries (unified kernel images in
``EFI/Linux``), ``loader.conf``, and what systemd-boot keeps in EFI variables.
"""
