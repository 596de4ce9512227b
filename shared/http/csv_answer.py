"""CSV for spreadsheets, with flat memory: answers, and the lines alone for files."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Final

from shared.http.table_answer import ROWS_AT_ONCE, TableResponse

CSV: Final = "text/csv"
_BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it spreadsheets take Thai in UTF-8 for something else."""


class CsvResponse(TableResponse):
    """An answer of a header line and one line a row. A text that a spreadsheet would run as a formula begins with a quote."""

    media_type = CSV

    def encoded(self, rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
        """The rows as the bytes that are sent."""
        return self._lines(rows)

    async def _lines(self, rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
        waiting: list[Mapping[str, Any]] = []
        yield csv_head(self._headings)
        async for row in rows:
            waiting.append(row)
            if len(waiting) >= ROWS_AT_ONCE:
                yield csv_lines(self._columns, waiting)
                waiting = []
        if waiting:
            yield csv_lines(self._columns, waiting)


def csv_head(columns: Sequence[str]) -> bytes:
    """The byte order mark and the header line."""
    return (_BYTE_ORDER_MARK + _text([columns])).encode()


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """One line a row; the rows have (at least) these columns."""
    return _text([_harmless(row[name]) for name in columns] for row in rows).encode()


def _text(lines: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
