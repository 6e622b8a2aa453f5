"""GRUB 2: its script language, evaluated as GRUB 2.06 evaluates it."""
