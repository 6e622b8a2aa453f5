"""How much a script may do."""


class Limits:
    """How much a script may do: a configuration is data from a disk and may be hostile.

    Shared by everything that one configuration leads to, and each entry's body has a share of its
    own, so that an endless one harms no other. GRUB itself has no such limits; these are far
    beyond what any real configuration needs.
    """

    def __init__(self) -> None:
        # Commands; what takes as long as several short ones counts as so many.
        self.commands = 100_000
        self.bodies = 400_000  # in all entries' bodies
        self.body = 20_000  # in one of them
        self.submenu = 150_000  # in that of a submenu, which may hold the entries of all kernels
        self.syntax = 200_000  # lines, ";" and "{" of all texts that are parsed
        self.body_syntax = 75_000  # the same for what bodies open
        self.compounds = 20_000  # loops, conditions and functions that are parsed anew
        self.body_compounds = 10_000  # the same for what bodies open
        self.entries = 20_000  # in one menu, and in all that are listed
        self.listing = 32 << 20  # bytes of the list as JSON
        self.words = 1 << 20  # characters in the arguments of one command
        self.text = 16 << 20  # characters that are assigned and printed, in all
        self.loops = 1000  # devices made of files
        self.menus = 100  # menus within each other
        self.messages = 2000
        self.message = 2000  # characters in one of them
        self.reading = 1 << 29  # bytes of files that commands print, compare and hash
        self.matching = 1 << 31  # work of regular expressions, in their own measure


class LimitReached(Exception):
    """The script was stopped; what it did before counts."""
