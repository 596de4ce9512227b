"""Workbooks as answers, with flat memory: written to a file as the rows come, then sent."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from tempfile import TemporaryFile
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from shared.http.ndjson import NdjsonResponse

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ROWS_AT_ONCE: Final = 500
_BYTES_AT_ONCE: Final = 64 * 1024


class XlsxResponse(NdjsonResponse):
    """An answer of one sheet: a row of headings and one row a row. Everything is text, so that no value is a formula, or spoilt as a number."""

    media_type = XLSX

    def __init__(
        self, rows: AsyncIterator[Mapping[str, Any]], columns: Sequence[str], file_name: str, headings: Sequence[str] | None = None
    ) -> None:
        """`columns` are the names that the rows have, `headings` what stands over them (by default these); `file_name` is ASCII."""
        self._columns = columns
        self._headings = headings or columns
        super().__init__(rows)
        self.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'

    def encoded(self, rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
        """The workbook as the bytes that are sent."""
        return self._workbook(rows)

    async def _workbook(self, rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        waiting: list[Sequence[Any]] = [self._headings]
        async for row in rows:
            waiting.append([row[name] for name in self._columns])
            if len(waiting) >= _ROWS_AT_ONCE:
                await asyncio.to_thread(_append, sheet, waiting)
                waiting = []
        await asyncio.to_thread(_append, sheet, waiting)
        with TemporaryFile() as file:
            await asyncio.to_thread(book.save, file)
            file.seek(0)
            while chunk := file.read(_BYTES_AT_ONCE):
                yield chunk


def _append(sheet: Any, rows: Sequence[Sequence[Any]]) -> None:
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Any) -> Any:
    if value is None or value == "":
        return None
    cell = WriteOnlyCell(sheet, value=str(value))
    cell.data_type = "s"
    return cell
