"""What commands make of their arguments."""

from ..errors import BAD_ARGUMENT, BAD_NUMBER, OUT_OF_RANGE, GrubError
from ..interpreter import Interpreter
from ..numbers import NotANumber, TooLarge, parse_decimal

NEEDS_KERNEL = "you need to load the kernel first"


def file_name(words: list[str], flags: tuple[str, ...] = ()) -> str:
    """Give the first word that is none of *flags*."""
    for word in words:
        if word not in flags:
            return word
    raise GrubError(BAD_ARGUMENT, "filename expected")


def number_error(error: NotANumber | TooLarge) -> GrubError:
    """Give GRUB's error for a text that is no number."""
    number = OUT_OF_RANGE if isinstance(error, TooLarge) else BAD_NUMBER
    return GrubError(number, error.message)


def parse_count(text: str) -> int:
    """Give the decimal number that the whole of *text* is, or raise GRUB's error."""
    try:
        number, tail = parse_decimal(text)
    except (NotANumber, TooLarge) as error:
        raise number_error(error) from error
    if tail:
        raise GrubError(BAD_ARGUMENT, "unrecognized number")
    return number


def as_bytes(text: str) -> bytes:
    """Give the bytes that GRUB has for *text*."""
    return text.encode("utf-8", "surrogateescape")


def as_text(data: bytes) -> str:
    """Give the text that *data* is; bytes that are not UTF-8 are kept."""
    return data.decode("utf-8", "surrogateescape")


def set_plainly(shell: Interpreter, name: str, value: str) -> None:
    """Set a variable as C does it: also one of a name that a script cannot set."""
    shell.spend(len(value))
    shell.environment.set(name, value)
