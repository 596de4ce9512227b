"""Reading requests to change a person; reach is that to the person now."""

from typing import Any
from uuid import UUID

from services.registry.repository import changes
from services.registry.repository.changes import Wanted
from shared.auth import Reach
from shared.db import ReadTx
from shared.http.paging import Page


async def one(tx: ReadTx, request_id: UUID, reach: Reach) -> dict[str, Any] | None:
    """The request, masked; None when out of reach."""
    row = await changes.by_id(tx, request_id, reach)
    return None if row is None else _view(row)


async def page(tx: ReadTx, wanted: Wanted, reach: Reach, asked: Page) -> dict[str, Any]:
    """A page of requests, the oldest first."""
    after = asked.after(UUID)
    rows = await changes.page(tx, wanted, reach, None if after is None else after[0], asked.limit + 1)
    shown, cursor = asked.cut(rows, lambda row: (row["id"],))
    return {"items": [_view(row) for row in shown], "next_cursor": cursor}


def _view(row: Any) -> dict[str, Any]:
    return {"request_id": row["id"], **{name: value for name, value in row.items() if name not in {"id", "sealed", "values_sealed"}}}
