"""A table as an answer that a browser keeps as a file: what CSV and workbooks have in common."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from shared.http.ndjson import NdjsonResponse

ROWS_AT_ONCE: Final = 500
"""So many rows are made into bytes at a time."""


class TableResponse(NdjsonResponse):
    """An answer of a line of headings and one line a row; a subclass makes the bytes."""

    def __init__(
        self, rows: AsyncIterator[Mapping[str, Any]], columns: Sequence[str], file_name: str, headings: Sequence[str] | None = None
    ) -> None:
        """`columns` are the names that the rows have, in their order, `headings` what stands over them (by default these); `file_name` is ASCII."""
        self._columns = columns
        self._headings = headings or columns
        super().__init__(rows)
        self.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
