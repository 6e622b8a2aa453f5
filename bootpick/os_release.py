"""What a distribution says of itself: os-release(5)."""

from .grammars import os_release


def parse_os_release(text: str) -> dict[str, str]:
    """Give what os-release(5) says; of a name that is there twice the last value counts."""
    values: dict[str, str] = {}
    for name, value in os_release.file.parse_string(text):
        quote = value[:1]
        if quote in ("'", '"'):
            value = value[1:-1]
        if quote == '"':
            value = value.replace("\\\\", "\\").replace('\\"', '"')
        values[name] = value
    return values
