"""The change feed as others see it: the state that is on the compacted topic, without the blind indexes and what was written about a death."""

from typing import Any, Final
from uuid import UUID

from services.registry.domain import Change
from services.registry.repository import change_feed
from services.registry.repository.change_feed import START, Place, Wanted
from shared.clock import on_day
from shared.db import ReadTx
from shared.errors import Invalid
from shared.http import decode_cursor, encode_cursor

BEGINNING: Final = "0"
CHUNKS_PASSED_MAX: Final = 50
"""Chunks in which nothing is wanted are passed over in one call, so many at most."""

_WHO: Final = ("holder_id", "version")
_STATE: Final = (
    "changed",
    "tier",
    "age",
    "visit_group",
    "policy_version",
    "subdistrict",
    "previous_subdistrict",
    "bank",
    "status",
    "deceased_on",
)


def place_of(after: str) -> Place:
    """The place that a cursor names; `0` is the beginning. Raises Invalid naming `after`."""
    if after == BEGINNING:
        return START
    try:
        return Place(*decode_cursor(after, int, UUID))
    except Invalid as error:
        raise Invalid.field("after", "cursor", "is not a cursor of this feed", "ไม่ใช่ตัวชี้ของรายการนี้", "0 | cursor") from error


async def page(tx: ReadTx, wanted: Wanted, after: Place, limit: int) -> tuple[dict[str, Any], Place]:
    """`items`, `next_after` (also at the end: ask again with it) and `more`; and the place of `next_after`."""
    rows, end, more = await change_feed.page(tx, wanted, after, limit)
    for _ in range(CHUNKS_PASSED_MAX):
        if rows or not more:
            break
        rows, end, more = await change_feed.page(tx, wanted, end, limit)
    return {"items": [_view(row) for row in rows], "next_after": encode_cursor(*end), "more": more}, end


def _view(row: Any) -> dict[str, Any]:
    """Of a person who has gone out of the reach no more than that, and since when."""
    routed_away = row["left"] and row["what"] == Change.ROUTED
    shown = {
        "cursor": encode_cursor(row["no"], row["holder_id"]),
        "kind": row["what"],
        "recorded_on": row["routed_on"] or on_day(row["recorded_at"]),
        "left": row["left"],
        "moved_on": None if routed_away else row["moved_on"],
        **{name: row[name] for name in _WHO},
    }
    return shown | {name: None if row["left"] else row[name] for name in _STATE}
