"""What the fields of a Type #1 entry mean (UAPI.1; systemd's shared/bootspec.c and boot/boot.c)."""

from collections.abc import Iterable
from typing import NamedTuple

from ..diagnostics import Diagnostic
from .syntax import Field

_SINGLE = frozenset(
    "title version machine-id sort-key linux efi uki uki-url devicetree architecture"
    " profile".split()
)
_REPEATED = frozenset("initrd options extra devicetree-overlay".split())
_PATHS = frozenset("linux efi uki initrd devicetree extra".split())
_LOADED = frozenset("linux efi uki uki-url".split())
"""What is started: the last of them counts."""
_OTHERS = frozenset("id grub_users grub_arg grub_class grub_hotkey aboot abootcfg".split())
"""Keys that mean something to GRUB's ``blscfg`` or to ostree, and to nobody else."""
_TOLD = 3
"""Remarks on one file; further ones are counted."""


class Type1(NamedTuple):
    """An entry as its file has it."""

    title: str | None = None
    version: str | None = None
    machine_id: str | None = None
    sort_key: str | None = None
    architecture: str | None = None
    loads: Field | None = None
    """The field that names what is started, by ``linux``, ``efi``, ``uki`` or ``uki-url``."""
    initrds: tuple[str, ...] = ()
    """One for each line, absolute."""
    options: str = ""
    """Those of all lines, with one blank between two lines."""
    devicetree: str | None = None
    overlays: tuple[str, ...] = ()
    profile: int | None = None
    extras: tuple[str, ...] = ()
    for_grub: bool = False
    """It is written for GRUB's ``blscfg``, whose rules are others."""
    lost: tuple[str, ...] = ()
    """Keys whose path is of no use, and that nothing else gives."""
    diagnostics: tuple[Diagnostic, ...] = ()


def read_fields(fields: Iterable[Field]) -> Type1:
    """Give the entry that consists of *fields*.

    A key that may stand once counts where it stands last. A path may lack its first ``/``; one that
    leads upwards or names a directory is ignored, as systemd does, with a warning. An empty value
    is ignored. Keys are those of systemd's newest version.
    """
    singles: dict[str, Field] = {}
    lists: dict[str, list[str]] = {key: [] for key in _REPEATED}
    loads: Field | None = None
    lost: dict[str, None] = {}
    for_grub = False
    remarks: list[Diagnostic] = []
    for field in fields:
        key = field.key
        if key not in _SINGLE and key not in _REPEATED:
            for_grub = for_grub or key.startswith("grub_")
            if key not in _OTHERS:
                remarks.append(_unknown(field))
            continue
        if not field.value:
            remarks.append(_remark(field, f"'{key}' has no value: the line is ignored"))
            continue
        field = field._replace(value=unquote(field.value))
        if key in _PATHS:
            path = _absolute(field.value)
            if path is None:
                why = f"'{key}' is ignored: '{field.value}' is no path of a file from the top"
                remarks.append(_remark(field, why))
                lost[key] = None
                continue
            field = field._replace(value=path)
        if key in _REPEATED:
            lists[key].append(field.value)
            continue
        if key in singles:
            line = singles[key].position.line
            why = f"'{key}' is there again: that in line {line} is ignored"
            remarks.append(_remark(field, why))
        singles[key] = field
        loads = field if key in _LOADED else loads
    values = {key: field.value for key, field in singles.items()}
    profile = values.get("profile", "")
    overlays = [path for value in lists["devicetree-overlay"] for path in value.split()]
    return Type1(
        title=values.get("title"),
        version=values.get("version"),
        machine_id=values.get("machine-id"),
        sort_key=values.get("sort-key"),
        architecture=values.get("architecture"),
        loads=loads,
        initrds=tuple(lists["initrd"]),
        options=" ".join(lists["options"]),
        devicetree=values.get("devicetree"),
        overlays=tuple([_absolute(path) or path for path in overlays]),
        profile=int(profile) if _is_number(profile) else None,
        extras=tuple(lists["extra"]),
        for_grub=for_grub,
        lost=tuple([key for key in lost if key not in values and not lists.get(key)]),
        diagnostics=tuple(_few(remarks)),
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 5


def unquote(value: str) -> str:
    """Take away the quotes around *value*.

    The specification knows none and bootctl keeps them; systemd-boot, which starts the kernel,
    does not (``line_get_key_value`` of its efi-string.c).
    """
    quoted = value[:1] in ("'", '"') and value[-1:] == value[:1]
    return value[1:-1] if quoted else value


def _absolute(path: str) -> str | None:
    """Give *path* from the top of its file system, ``None`` for one that systemd does not take."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.endswith("/") or ".." in parts:
        return None
    return "/" + "/".join(parts)


def _remark(field: Field, message: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic("warning", message, field.position, hint)


def _unknown(field: Field) -> Diagnostic:
    key = field.key
    message = f"'{key[:40]}' is no key of an entry: the line is ignored"
    if key.startswith("\ufeff"):
        message = "a byte order mark is part of the first key: the line is ignored"
        return _remark(field, message, "save the file without a byte order mark")
    known = {name for name in _SINGLE | _REPEATED if name == key.lower().rstrip(":=")}
    return _remark(field, message, f"write '{known.pop()}' and a blank" if known else None)


def _few(remarks: list[Diagnostic]) -> list[Diagnostic]:
    if len(remarks) <= _TOLD + 1:
        return remarks
    message = f"{len(remarks) - _TOLD} further lines are ignored"
    return [*remarks[:_TOLD], Diagnostic("warning", message, remarks[_TOLD].position)]
