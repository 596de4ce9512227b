"""CSV answers for spreadsheets, with flat memory."""

import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from shared.http.ndjson import CHUNK_BYTES, NdjsonResponse

CSV: Final = "text/csv"
_BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it spreadsheets take Thai in UTF-8 for something else."""


class CsvResponse(NdjsonResponse):
    """An answer of a header line and one line a row. A text that a spreadsheet would run as a formula begins with a quote."""

    media_type = CSV

    def __init__(self, rows: AsyncIterator[Mapping[str, Any]], columns: Sequence[str], file_name: str) -> None:
        """`columns` are the names that the rows have, in their order; `file_name` is ASCII."""
        self._columns = columns
        super().__init__(rows)
        self.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'

    def encoded(self, rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
        """The rows as the bytes that are sent."""
        return self._lines(rows)

    async def _lines(self, rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
        text = io.StringIO()
        writer = csv.writer(text)
        text.write(_BYTE_ORDER_MARK)
        writer.writerow(self._columns)
        async for row in rows:
            writer.writerow([_harmless(row[name]) for name in self._columns])
            if text.tell() >= CHUNK_BYTES:
                yield text.getvalue().encode()
                text.seek(0)
                text.truncate()
        yield text.getvalue().encode()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
