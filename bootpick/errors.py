"""What can go wrong, as values: a message, a hint and the exit status that it stands for."""


class BootpickError(Exception):
    """Something bootpick has to tell its user instead of doing what was asked.

    *message* is one sentence without a full stop; *hint*, if any, says what could be done.
    """

    status = 1

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(BootpickError):
    """The command line makes no sense."""

    status = 2


class NoConfiguration(BootpickError):
    """There is no boot configuration, or no entry in it that could be used."""

    status = 3


class NoSuchEntry(BootpickError):
    """A selector fits no entry, or several."""

    status = 4


class NotBootable(BootpickError):
    """The entry cannot be booted."""

    status = 5


class Unreadable(BootpickError):
    """A file is there but may not be read."""


class LoadRefused(BootpickError):
    """The kernel does not let us load an image: permission, lockdown or signature."""

    status = 6


class SignatureRefused(LoadRefused):
    """It loads none without a signature that it trusts, and this image has none."""


class Cancelled(BootpickError):
    """The user left without choosing."""

    status = 130
