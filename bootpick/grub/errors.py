"""The errors of GRUB's commands, by their numbers."""

from ..errors import BootpickError

# Error numbers, as a script sees them in $? (include/grub/err.h).
TEST_FAILURE = 1
BAD_FILE_TYPE = 4
FILE_NOT_FOUND = 5
FILE_READ_ERROR = 6
BAD_FILENAME = 7
UNKNOWN_FS = 8
BAD_NUMBER = 10
OUT_OF_RANGE = 11
UNKNOWN_DEVICE = 12
BAD_DEVICE = 13
UNKNOWN_COMMAND = 16
INVALID_COMMAND = 17
BAD_ARGUMENT = 18
BAD_OS = 21
NO_KERNEL = 22
BAD_FONT = 23
NOT_IMPLEMENTED = 24
SYMLINK_LOOP = 25
NO_MENU = 27
NOT_IN_EXTRACTOR = 31
NO_SERVER = 32
STILL_REFERENCED = 46  # of Debian's GRUB, as is the next
RECURSION_DEPTH = 47


class GrubError(BootpickError):
    """An error of a GRUB command: its message is printed, its number becomes ``$?``."""

    def __init__(self, number: int, message: str, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.number = number
