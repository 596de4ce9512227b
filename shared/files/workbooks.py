"""Workbooks (XLSX) as plain files: the rows of the first sheet, one a line, so that line numbers are those of the sheet.

Read by openpyxl, which streams rows; only its table of shared strings is ours, since a list of five million would not fit.
"""

import csv
import io
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, cast, overload
from xml.etree.ElementTree import Element, ParseError, iterparse

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException

from shared.files.cells import DATE_CELL, NUMBER_CELL
from shared.files.forms import FileForm
from shared.thai.text import clean

ROWS_MAX: Final = 1_048_576
ROWS_A_WRITE: Final = 2_000
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_WORKBOOK: Final = "xl/workbook.xml"
_STRINGS: Final = "xl/sharedStrings.xml"
_LONGEST_EXACT: Final = 10**15


def require_workbook(path: Path, form: FileForm) -> None:
    """Raise the form's failure unless the archive is a workbook that can be unpacked within limits."""
    with _named(form), zipfile.ZipFile(path) as archive:
        if _WORKBOOK not in archive.namelist():
            raise form.refused(
                "is an archive, not a workbook; send CSV, CSV packed by gzip, or XLSX",
                "เป็นไฟล์บีบอัด zip ที่ไม่ใช่ Excel กรุณาส่งเป็น CSV, gzip หรือ XLSX",
            )
        if sum(part.file_size for part in archive.infolist()) > form.unpacked_bytes_max:
            raise form.refused("unpacks to more than a workbook can need", "มีขนาดเมื่อคลายแล้วใหญ่เกินกำหนด")


def write_rows(source: Path, writing: BinaryIO, form: FileForm) -> None:
    """Write the rows of the first sheet as a plain file of the form, with flat memory. Raises the form's failure, saying why."""
    with _named(form):
        rows = _rows(source, form)
        columns = _columns(next(rows, ()), form)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        empty = 0
        for number, row in enumerate(rows, start=2):
            if number > ROWS_MAX:
                raise form.refused(f"has more than {ROWS_MAX} rows", f"มีมากกว่า {ROWS_MAX} แถว")
            if all(value is None for value in row):
                empty += 1
                continue
            # Empty rows between others keep the numbers of those that follow; the many behind the last one are nothing.
            text.write("\n" * empty)
            empty = 0
            writer.writerow(_written(columns, row, form))
            if number % ROWS_A_WRITE == 0:
                _flush(text, writing)
        _flush(text, writing)


class SharedStrings(Sequence[str]):
    """The strings of a workbook in one piece: a few bytes more than their text."""

    def __init__(self, source: IO[bytes]) -> None:
        """Read them."""
        self._text = bytearray()
        self._ends = array("Q")
        events = iterparse(source, events=("start", "end"))  # noqa: S314  # expat (2.4.1 and later) ends entities that grow without bound
        _, root = next(events)
        for event, node in events:
            if event == "end" and node.tag == f"{_MAIN}si":
                self._text += _string(node).encode()
                self._ends.append(len(self._text))
                root.clear()

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        return self._text[self._ends[index - 1] if index else 0 : self._ends[index]].decode()


class _Reader(ExcelReader):
    """openpyxl's reader with strings that fit."""

    def read_strings(self) -> None:
        """As the base, into SharedStrings."""
        if _STRINGS in self.valid_files:
            with self.archive.open(_STRINGS) as source:
                self.shared_strings = SharedStrings(source)  # type: ignore[assignment]  # they are only looked up by their number


def _rows(source: Path, form: FileForm) -> Iterator[tuple[Any, ...]]:
    # An open file: of a path the reader would look at the name's ending.
    with source.open("rb") as file:
        reader = _Reader(file, read_only=True, data_only=True, keep_links=False)
        reader.read()
        sheets = reader.wb.worksheets
        if not sheets:
            raise form.refused("has no sheet", "ไม่มีแผ่นงาน")
        # The size that a sheet says it has may be wrong; rows are as long as they are.
        cast("Any", sheets[0]).reset_dimensions()
        yield from sheets[0].iter_rows(values_only=True)


def _columns(header: Sequence[Any], form: FileForm) -> Sequence[str]:
    names = tuple(clean(str(value)) for value in header if value is not None)
    if names in form.headers:
        return names
    raise form.refused(
        f"does not name the columns of {form.name_en} in the first row of its first sheet",
        f"แถวแรกของแผ่นงานแรกไม่ใช่หัวตารางของ{form.name_th}",
    )


def _written(columns: Sequence[str], row: tuple[Any, ...], form: FileForm) -> list[str]:
    """The row as fields: empty cells at its end are filled up, and what stands beyond the last column is kept, to be rejected."""
    values = list(row)
    while len(values) > len(columns) and values[-1] is None:
        values.pop()
    values += [None] * (len(columns) - len(values))
    return [_text(columns[number] if number < len(columns) else "", value, form) for number, value in enumerate(values)]


def _text(column: str, value: Any, form: FileForm) -> str:
    match value:
        case None:
            return ""
        case str():
            # A line break within a cell is white space; within a line it would be the end.
            return " ".join(value.splitlines()) if "\n" in value or "\r" in value else value
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime() | date():
            day = value.date() if isinstance(value, datetime) else value
            return day.isoformat() if column in form.dates else f"{DATE_CELL}{day.isoformat()}"
        case int() | float():
            digits = _number(value)
            return f"{NUMBER_CELL}{digits}" if column in form.text_only or abs(value) >= _LONGEST_EXACT else digits
        case _:
            return f"{DATE_CELL}{value}"


def _number(value: float) -> str:
    """As it is shown in the sheet: no exponent, no more digits than a number of it has."""
    text = format(Decimal(f"{value:.15g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _string(node: Element) -> str:
    """The text of a string, in one piece or in runs; readings (rPh) are not a part of it."""
    parts = [node.find(f"{_MAIN}t"), *(run.find(f"{_MAIN}t") for run in node.findall(f"{_MAIN}r"))]
    return "".join(part.text or "" for part in parts if part is not None)


def _flush(text: io.StringIO, writing: BinaryIO) -> None:
    writing.write(text.getvalue().encode(errors="replace"))
    text.seek(0)
    text.truncate()


@contextmanager
def _named(form: FileForm) -> Iterator[None]:
    """What a damaged workbook makes readers say, as one named error."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, InvalidFileException, EOFError, KeyError, ParseError, ValueError, IndexError):
        raise form.refused("is damaged: the workbook cannot be read", "ไฟล์ Excel เสียหาย ไม่สามารถอ่านได้ กรุณาบันทึกและส่งใหม่") from None
