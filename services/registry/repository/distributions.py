"""Distributions and the lists of their provinces and districts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.registry.repository.recipients import reach_of
from services.registry.rules.exports import DistributionStatus, FileFormat, ListState
from shared.auth import Reach
from shared.db import ReadTx, Tx

_STATE: Final = """CASE WHEN l.export_id IS NULL AND d.status = 'APPROVED' THEN 'MISSING'
                        WHEN l.export_id IS NULL THEN 'PROPOSED'
                        WHEN e.confirmed_at IS NOT NULL THEN 'CONFIRMED'
                        WHEN e.status IN ('QUEUED', 'MAKING') THEN 'WAITING'
                        WHEN e.status = 'FAILED' THEN 'FAILED'
                        WHEN e.status <> 'READY' THEN 'OVER'
                        WHEN t.export_id IS NOT NULL THEN 'DIFFERS'
                        ELSE 'UNCONFIRMED' END"""
_LISTS: Final = f"""SELECT l.area, l.kind, l.planned_rows, l.export_id, e.rows, e.plain_sha256, e.made_at, e.expires_at, e.error, e.confirmed_by, e.confirmed_at,
                           t.rows AS told_rows, t.plain_sha256 AS told_sha256, t.told_at, {_STATE} AS state
                      FROM distribution_list l JOIN distribution d USING (distribution_id) LEFT JOIN export e ON e.export_id = l.export_id
                      LEFT JOIN LATERAL (SELECT * FROM export_receipt r WHERE r.export_id = l.export_id ORDER BY receipt_no DESC LIMIT 1) AS t ON NOT t.matched
                     WHERE l.distribution_id = $1"""


async def add(
    tx: Tx,
    distribution_id: UUID,
    *,
    reason: str,
    columns: Sequence[str],
    file_format: FileFormat,
    keep_days: int,
    correlation_id: str,
    by: str,
    at: datetime,
) -> None:
    """Keep a proposed distribution with the lists of all provinces and districts where card holders live, counted in one pass."""
    planned = await tx.fetchval(
        """WITH district AS (SELECT home_district AS area, count(*) AS persons FROM card_holder GROUP BY home_district),
                planned AS (
                  INSERT INTO distribution_list (distribution_id, area, kind, planned_rows)
                  SELECT $1::uuid, area, 'DISTRICT_OFFICE', persons FROM district
                   UNION ALL SELECT $1, left(area, 2), 'GOVERNOR', sum(persons)::bigint FROM district GROUP BY 2
                  RETURNING kind, planned_rows)
           SELECT coalesce(sum(planned_rows), 0)::bigint FROM planned WHERE kind = 'GOVERNOR'""",
        distribution_id,
    )
    await tx.execute(
        """INSERT INTO distribution (distribution_id, status, reason, columns, file_format, keep_days, planned_rows, correlation_id, asked_by, asked_at)
           VALUES ($1, 'PROPOSED', $2, $3, $4, $5, $6, $7, $8, $9)""",
        *(distribution_id, reason, list(columns), file_format, keep_days, planned, correlation_id, by, at),
    )


async def one(tx: ReadTx, distribution_id: UUID) -> Any | None:
    """The row, or None."""
    return await tx.fetchrow("SELECT * FROM distribution WHERE distribution_id = $1", distribution_id)


async def lock(tx: Tx, distribution_id: UUID) -> Any | None:
    """The row, locked until the transaction ends; or None."""
    return await tx.fetchrow("SELECT * FROM distribution WHERE distribution_id = $1 FOR UPDATE", distribution_id)


async def page(tx: ReadTx, after: UUID | None, limit: int) -> list[Any]:
    """Rows by id, which is nearly their age, after the one named."""
    return await tx.fetch(
        "SELECT * FROM distribution WHERE $1::uuid IS NULL OR distribution_id > $1 ORDER BY distribution_id LIMIT $2", after, limit
    )


async def decide(tx: Tx, distribution_id: UUID, status: DistributionStatus, *, by: str, at: datetime) -> None:
    """Write the decision on a proposed distribution."""
    await tx.execute(
        "UPDATE distribution SET status = $2, version = version + 1, decided_by = $3, decided_at = $4 WHERE distribution_id = $1 AND status = 'PROPOSED'",
        *(distribution_id, status, by, at),
    )


async def without_export(tx: ReadTx, distribution_id: UUID) -> list[Any]:
    """The lists that no export carries yet: area, kind, planned_rows."""
    return await tx.fetch(
        "SELECT area, kind, planned_rows FROM distribution_list WHERE distribution_id = $1 AND export_id IS NULL ORDER BY area",
        distribution_id,
    )


async def carry(tx: Tx, distribution_id: UUID, exports: Sequence[tuple[str, UUID]]) -> None:
    """Note which export carries the list of which area."""
    await tx.execute(
        """UPDATE distribution_list l SET export_id = made.export_id FROM unnest($2::text[], $3::uuid[]) AS made (area, export_id)
            WHERE l.distribution_id = $1 AND l.area = made.area""",
        distribution_id,
        [area for area, _ in exports],
        [export_id for _, export_id in exports],
    )


async def lists(
    tx: ReadTx, distribution_id: UUID, reach: Reach, *, state: ListState | None, province: str | None, after: str | None, limit: int
) -> list[Any]:
    """The lists within the reach by area, a province before its districts, after the one named."""
    within, args = reach_of(reach, 6)
    return await tx.fetch(
        f"""SELECT * FROM (SELECT *, NULL::text AS bank, NULL::text AS agency FROM ({_LISTS}) AS every) AS list
             WHERE ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR left(area, 2) = $3) AND ($4::text IS NULL OR area > $4) AND {within}
             ORDER BY area LIMIT $5""",
        *(distribution_id, state, province, after, limit, *args),
    )


async def tally(tx: ReadTx, distribution_id: UUID) -> list[Any]:
    """How many lists and persons are in which state, by kind of office: kind, state, lists, planned_rows, rows."""
    return await tx.fetch(
        f"""SELECT kind, state, count(*) AS lists, sum(planned_rows)::bigint AS planned_rows, coalesce(sum(rows), 0)::bigint AS rows
              FROM ({_LISTS}) AS every GROUP BY kind, state ORDER BY kind DESC, state""",
        distribution_id,
    )
