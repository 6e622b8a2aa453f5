"""LILO 24.0: ``lilo.conf``, as ``/sbin/lilo`` reads it and as its boot loader acts on it."""
