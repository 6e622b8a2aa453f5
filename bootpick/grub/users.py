"""Lists of users, as in ``superusers`` and ``--users``."""

_SEPARATORS = str.maketrans(dict.fromkeys(",;|&\t\n\r", " "))
"""What stands between users, beside the blank (``grub_strword``)."""


def users_of(names: str | None) -> tuple[str, ...]:
    """Give the users that a list of *names* means."""
    return tuple(filter(None, (names or "").translate(_SEPARATORS).split(" ")))
