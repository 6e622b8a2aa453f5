"""GRUB's commands, one module a family; importing this package fills the registry."""

from . import boot, configuration, control, files, inert, menus, probe, search, test, variables
from .registry import REGISTRY

__all__ = [
    "REGISTRY",
    "boot",
    "configuration",
    "control",
    "files",
    "inert",
    "menus",
    "probe",
    "search",
    "test",
    "variables",
]
