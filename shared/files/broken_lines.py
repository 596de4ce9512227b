"""Where a line is broken that cannot be parted into fields: which of them has the quote, the NUL or the bytes that are no text. Pure."""

import csv
from typing import Final

NUL: Final = "\0"
NO_TEXT: Final = "\ufffd"
"""What stands for bytes that are no UTF-8."""


def open_quote(text: str, delimiter: str = ",") -> int | None:
    """The number of the field whose quote is not closed before the line ends, or goes on after it was closed; None where quotes are right."""
    field = start = 0
    while True:
        if text.startswith('"', start):
            end = _closing(text, start + 1)
            if end is None or text[end + 1 : end + 2] not in {"", delimiter}:
                return field
            start = end + 2
            if end + 1 >= len(text):
                return None
        else:
            comma = text.find(delimiter, start)
            if comma < 0:
                return None
            start = comma + 1
        field += 1


def first_with(mark: str, text: str, delimiter: str = ",") -> tuple[int, str] | None:
    """The number and the content of the first field that has the mark."""
    shown = text.replace(NUL, NO_TEXT).replace("\r", " ").replace("\n", " ")
    lenient = next(csv.reader([shown], delimiter=delimiter), []) if '"' in shown else shown.split(delimiter)
    wanted = NO_TEXT if mark == NUL else mark
    return next(((number, field) for number, field in enumerate(lenient) if wanted in field), None)


def _closing(text: str, start: int) -> int | None:
    """Where the quote of a field ends whose content begins at `start`; a doubled one is content."""
    while True:
        end = text.find('"', start)
        if end < 0:
            return None
        if text[end + 1 : end + 2] != '"':
            return end
        start = end + 2
