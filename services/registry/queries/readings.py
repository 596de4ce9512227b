"""What the audit tells: who looked at a person, and whose looking is unusual."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shared.auth import Reach, reach_sql
from shared.db import ReadTx
from shared.http import Page

_NOT_LOOKING: Final = ["CHANGE", "EXPORT", "EXPORT_FETCHED", "EXPORT_REVOKED", "RECIPIENT"]
"""Actions of the audit by which nobody looks for a person; of exports each has its own approval."""


async def of_holder(tx: ReadTx, holder_id: UUID, reach: Reach, page: Page) -> tuple[Sequence[Any], str | None] | None:
    """A page of what was read and changed of the person, newest first; None when the person is out of reach."""
    condition, args = reach_sql(reach, 2)
    if not await tx.fetchval(
        f"SELECT EXISTS (SELECT FROM card_holder WHERE holder_id = $1 AND erased_at IS NULL AND {condition})", holder_id, *args
    ):
        return None
    after = page.after(int)
    rows = await tx.fetch(
        """SELECT seq, at, client, reach, purpose, correlation_id, action, fields, detail FROM audit_entry
            WHERE seq IN (SELECT seq FROM audit_entry WHERE holder_id = $1 UNION ALL SELECT seq FROM audit_entry WHERE holders @> ARRAY[$1::uuid])
              AND ($2::bigint IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3""",
        holder_id,
        after[0] if after else None,
        page.limit + 1,
    )
    return page.cut(rows, lambda row: (row["seq"],))


async def unusual(tx: ReadTx, since: datetime, until: datetime, *, persons_min: int, not_found_min: int, rows_max: int) -> Sequence[Any]:
    """Clients who looked for many persons, or for many whom they do not reach; the most first."""
    return await tx.fetch(
        """SELECT client, reach, count(*) AS readings, count(DISTINCT whom) AS persons,
                  count(*) FILTER (WHERE whom IS NULL) AS not_found, min(at) AS first_at, max(at) AS last_at
             FROM audit_entry CROSS JOIN unnest(coalesce(holders, ARRAY[holder_id])) AS whom
            WHERE at >= $1 AND at < $2 AND action <> ALL($6::text[])
            GROUP BY client, reach
           HAVING count(DISTINCT whom) >= $3 OR count(*) FILTER (WHERE whom IS NULL) >= $4
            ORDER BY not_found DESC, persons DESC, client LIMIT $5""",
        since,
        until,
        persons_min,
        not_found_min,
        rows_max,
        _NOT_LOOKING,
    )
