"""Reading flags within the reach."""

from typing import Any

from services.registry.domain import FlagKind
from services.registry.repository import flags
from shared.auth import Reach
from shared.db import ReadTx
from shared.http.paging import Page


async def page(tx: ReadTx, reach: Reach, kind: FlagKind | None, district: str | None, asked: Page, *, resolved: bool) -> dict[str, Any]:
    """A page of flags, oldest first."""
    after = asked.after(int)
    rows = await flags.page(
        tx, reach, kind=kind, district=district, resolved=resolved, after=after[0] if after else 0, limit=asked.limit + 1
    )
    shown, cursor = asked.cut(rows, lambda row: (row["flag_id"],))
    return {"items": [dict(row) for row in shown], "next_cursor": cursor}


async def by_district(tx: ReadTx, reach: Reach, kind: FlagKind | None) -> dict[str, Any]:
    """Open flags counted by district and kind."""
    return {"items": [dict(row) for row in await flags.by_district(tx, reach, kind)]}


async def one(tx: ReadTx, reach: Reach, flag_id: int) -> dict[str, Any] | None:
    """The flag; None outside the reach."""
    row = await flags.one(tx, reach, flag_id)
    return None if row is None else dict(row)
