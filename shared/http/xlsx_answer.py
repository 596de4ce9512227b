"""Workbooks as answers, with flat memory: written to a file as the rows come, then sent."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from tempfile import TemporaryFile
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from shared.http.table_answer import ROWS_AT_ONCE, TableResponse

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BYTES_AT_ONCE: Final = 64 * 1024


class XlsxResponse(TableResponse):
    """An answer of one sheet: a row of headings and one row a row. Everything is text, so that no value is a formula, or spoilt as a number."""

    media_type = XLSX

    def encoded(self, rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
        """The workbook as the bytes that are sent."""
        return self._workbook(rows)

    async def _workbook(self, rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        waiting: list[Sequence[Any]] = [self._headings]
        async for row in rows:
            waiting.append([row[name] for name in self._columns])
            if len(waiting) >= ROWS_AT_ONCE:
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
