"""``loader.conf``: which entry boots, how long systemd-boot waits, and whether it lets one edit.

See loader.conf(5).
"""

from collections.abc import Iterable
from typing import NamedTuple

from ..diagnostics import Diagnostic
from .entry import unquote
from .syntax import Field

SAVED = "@saved"
_LONGEST_WAIT = 2**32 - 1
_YES, _NO = "1 yes y true t on".split(), "0 no n false f off".split()
_WORDS = frozenset(("menu-force", "menu-hidden", "menu-disabled"))
_OTHERS = frozenset(
    "console-mode auto-entries auto-firmware auto-poweroff auto-reboot beep log-level"
    " secure-boot-enroll secure-boot-enroll-action secure-boot-enroll-timeout-sec"
    " reboot-for-bitlocker reboot-on-error random-seed-mode random-seed preferred sysfail".split()
)
"""Keys that change neither the choice nor the wait."""


class LoaderConf(NamedTuple):
    """What matters of it here."""

    default: Field | None = None
    """A pattern of ids, or ``@saved``."""
    timeout: str | None = None
    """Seconds, ``menu-force``, ``menu-hidden`` or ``menu-disabled``."""
    has_editor: bool = True
    """The command line of an entry can be edited."""
    diagnostics: tuple[Diagnostic, ...] = ()


def read_loader_conf(fields: Iterable[Field]) -> LoaderConf:
    """Give what *fields* set; the last line of a key counts, and one that is wrong does not."""
    default: Field | None = None
    timeout: str | None = None
    has_editor = True
    remarks: list[Diagnostic] = []
    for field in fields:
        value = unquote(field.value)
        if not field.value:
            message = f"'{field.key[:40]}' has no value: the line is ignored"
        elif field.key == "default":
            if not value.startswith("@") or value.lower() == SAVED:
                default = field._replace(value=value)
                continue
            message = f"systemd-boot does not know '{value}': the line is ignored"
        elif field.key == "timeout":
            if parse_wait(value, _LONGEST_WAIT) is not None:  # in a variable it may be more
                timeout = value
                continue
            message = f"'{value[:40]}' is no number of seconds: the line is ignored"
        elif field.key == "editor":
            if value in (*_YES, *_NO):
                has_editor = value in _YES
                continue
            message = f"'{value[:40]}' is neither 'yes' nor 'no': the line is ignored"
        elif field.key in _OTHERS:
            continue
        else:
            message = f"'{field.key[:40]}' is no key of loader.conf: the line is ignored"
        if len(remarks) < 4:
            remarks.append(Diagnostic("warning", message, field.position))
    return LoaderConf(default, timeout, has_editor, tuple(remarks))


class Wait(NamedTuple):
    """What systemd-boot does before it boots the default entry."""

    seconds: float | None
    """``None`` waits for ever."""
    style: str
    """``menu``, or ``hidden`` where the menu comes with a key only."""


def parse_wait(text: str, most: int = (1 << 64) - 1) -> Wait | None:
    """Give what a timeout means, ``None`` where it is of no known form or more than *most*.

    Without any timeout, and with 0 or ``menu-hidden``, the menu is not shown.
    """
    if text in _WORDS:
        return Wait(None, "menu") if text == "menu-force" else Wait(0.0, "hidden")
    digits = text.lstrip("0") or text[-1:]
    if not text.isascii() or not text.isdigit() or len(digits) > 20 or int(digits) > most:
        return None
    seconds = min(int(digits), _LONGEST_WAIT)
    return Wait(float(seconds), "menu" if seconds else "hidden")
