"""The copy of pairs of holders who may be one person."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.auth import Reach, reach_sql
from shared.contracts.registry import DuplicateSuspected
from shared.db import ReadTx, Tx


async def keep(tx: Tx, rows: Sequence[DuplicateSuspected]) -> None:
    """Take in what is thought of pairs, one a holder and pair; an older version than the one here changes nothing."""
    await tx.execute(
        """INSERT INTO suspected_duplicate AS s
           SELECT * FROM jsonb_populate_recordset(NULL::suspected_duplicate, $1)
           ON CONFLICT (holder_id, pair_id) DO UPDATE
              SET version = excluded.version, status = excluded.status, score = excluded.score, reasons = excluded.reasons
            WHERE excluded.version > s.version""",
        [row.model_dump(mode="json") for row in rows],
    )


async def page(tx: ReadTx, reach: Reach, after: tuple[UUID, UUID] | None, limit: int) -> list[Any]:
    """Open suspicions of holders in reach by pair, after the one named, each with how many months the two allowances share."""
    condition, args = reach_sql(reach, 4, home="h.home_district", responsible="h.responsible_district", officer="h.officer_id")
    pair_id, holder_id = after or (None, None)
    return await tx.fetch(
        f"""SELECT s.holder_id, s.other_holder_id, s.pair_id, s.status, s.score, s.reasons,
                   (SELECT count(*) FROM unnest(mine.payable) AS month WHERE month = ANY(other.payable)) AS months_paid_to_both
              FROM suspected_duplicate s JOIN holder h USING (holder_id)
              LEFT JOIN entitlement mine ON mine.holder_id = s.holder_id
              LEFT JOIN entitlement other ON other.holder_id = s.other_holder_id
             WHERE s.status IN ('OPEN', 'MERGE_PROPOSED') AND ($1::uuid IS NULL OR (s.pair_id, s.holder_id) > ($1, $2)) AND {condition}
             ORDER BY s.pair_id, s.holder_id LIMIT $3""",
        pair_id,
        holder_id,
        limit,
        *args,
    )
