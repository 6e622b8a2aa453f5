"""How much a script may do."""


class Limits:
    """How much a script may do: a configuration is data from a disk and may be hostile.

    Shared by everything that one configuration leads to, and each entry's body has a share of its
    own, so that an endless one harms no other. GRUB itself has no such limits; these are far
    beyond what any real configuration needs.
    """

    def __init__(self) -> None:
        self.commands = 400_000
        self.bodies = 1_000_000  # commands in all entries' bodies
        self.body = 20_000  # commands in one of them
        self.entries = 20_000  # in one menu
        self.words = 1 << 20  # characters in the arguments of one command
        self.text = 64 << 20  # characters that are assigned and printed, in all
        self.loops = 1000  # devices made of files
        self.menus = 100  # menus within each other
        self.messages = 2000
        self.reading = 1 << 29  # bytes of files that commands print, compare and hash
        self.matching = 1 << 31  # work of regular expressions, in their own measure


class LimitReached(Exception):
    """The script was stopped; what it did before counts."""
