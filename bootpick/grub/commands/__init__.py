"""GRUB's commands, one module a family; importing this package makes them known."""

from . import boot, configuration, control, inert, menus, search, test, variables
from .registry import PURE, REGISTRY, commands_of, load_all

__all__ = [
    "PURE",
    "REGISTRY",
    "boot",
    "commands_of",
    "configuration",
    "control",
    "inert",
    "load_all",
    "menus",
    "search",
    "test",
    "variables",
]
