"""Files by lines: read from a byte offset with flat memory whatever they hold, and parted into fields, with what is wrong with a line named."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from shared.files.broken_lines import NO_TEXT, NUL, first_with, open_quote
from shared.thai.text import clean

LINE_BYTES_MAX: Final = 1024 * 1024
WHOLE_LINE: Final = ""
"""The `field` of a fault that is not one field's."""

Masked = Callable[[str, str], str]
"""How a rejection shows the value of a column."""

csv.field_size_limit(LINE_BYTES_MAX)


class Fault(NamedTuple):
    """What is wrong with a line: where, the code, words that do not repeat the value, and the value masked."""

    field: str
    code: str
    reason_en: str
    reason_th: str
    value_masked: str = ""


TOO_LONG: Final = Fault(WHOLE_LINE, "length", "the line is too long", "บรรทัดยาวเกินกำหนด")


def fields_of(raw: bytes, columns: Sequence[str], masked: Masked, delimiter: str = ",") -> list[str] | Fault:
    """The fields of a line, clean, one for each of the columns; or what is wrong with the line as a whole."""
    if len(raw) >= LINE_BYTES_MAX:
        return TOO_LONG
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return _no_text(
            raw.decode(errors="replace"), NO_TEXT, columns, masked, delimiter, "the line is not UTF-8 text", "บรรทัดไม่ใช่ข้อความ UTF-8"
        )
    if NUL in text:
        return _no_text(text, NUL, columns, masked, delimiter, "there is a NUL byte", "มีไบต์ NUL ซึ่งไม่ใช่ข้อความ")
    text = text.rstrip("\r\n")
    fields = parted(text, delimiter)
    if fields is None:
        return _open_quote(text, columns, delimiter)
    return fields if len(fields) == len(columns) else wrong_number(len(fields), len(columns))


def wrong_number(fields: int, wanted: int) -> Fault:
    """The fault of a line that has not as many fields as it must have."""
    return Fault(
        WHOLE_LINE, "columns", f"the line must have {wanted} fields; it has {fields}", f"บรรทัดต้องมี {wanted} ช่องข้อมูล แต่มี {fields} ช่อง"
    )


def _column_name(number: int, columns: Sequence[str]) -> str:
    """The name of a field's column, by its place; of one too many that of the whole line."""
    return columns[number] if number < len(columns) else WHOLE_LINE


def _no_text(text: str, mark: str, columns: Sequence[str], masked: Masked, delimiter: str, en: str, th: str) -> Fault:
    found = first_with(mark, text.rstrip("\r\n"), delimiter)
    if found is None:
        return Fault(WHOLE_LINE, "encoding", en, th)
    column = _column_name(found[0], columns)
    return Fault(column, "encoding", en, th, masked(column, found[1]))


def _open_quote(text: str, columns: Sequence[str], delimiter: str) -> Fault:
    return Fault(
        _column_name(open_quote(text, delimiter) or 0, columns),
        "quote",
        "the quote is not closed where the field ends; a field holds no line break",
        "เครื่องหมายคำพูดไม่ปิดเมื่อจบช่องข้อมูล ช่องข้อมูลต้องไม่ขึ้นบรรทัดใหม่",
    )


def parted(text: str, delimiter: str = ",") -> list[str] | None:
    """The fields, clean; None when the quotes are not right."""
    if '"' in text:
        try:
            return [clean(field) for field in next(csv.reader([text], strict=True, delimiter=delimiter), [])]
        except csv.Error:
            return None
    fields = text.split(delimiter)
    # One look at the whole line instead of seventeen: only spaces beside delimiters are clean for the line and not for a field.
    if f"{delimiter} " in text or f" {delimiter}" in text or clean(text) != text:
        return [clean(field) for field in fields]
    return fields


class Lines(NamedTuple):
    """Lines of the file; the next one begins at byte `offset`. A line that is too long is cut at LINE_BYTES_MAX."""

    lines: list[bytes]
    offset: int


def read_lines(path: Path, offset: int, lines_max: int, *, header: bool = True) -> Lines:
    """Up to so many lines from the offset; from offset 0 the header, where there is one, is skipped. No lines at the end of the file."""
    with path.open("rb") as file:
        file.seek(offset)
        if offset == 0 and header:
            next_line(file)
        lines: list[bytes] = []
        while len(lines) < lines_max and (line := next_line(file)):
            lines.append(line)
        return Lines(lines, file.tell())


def next_line(file: BinaryIO) -> bytes:
    """The next line, cut at LINE_BYTES_MAX; empty at the end of the file."""
    line = file.readline(LINE_BYTES_MAX)
    part = line
    while len(part) == LINE_BYTES_MAX and not part.endswith(b"\n"):
        part = file.readline(LINE_BYTES_MAX)
    return line
