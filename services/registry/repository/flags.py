"""Persons whom staff should look into: absent from a full file, or to be removed by a file of changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.registry.domain import FlagKind, Resolution
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx

_COLUMNS: Final = """f.flag_id, f.kind, f.holder_id, h.home_district, h.subdistrict, f.import_id, f.line, f.reason, f.version, f.raised_at,
                     f.resolution, f.resolved_by, f.resolved_at, f.resolved_why"""
_ONCE: Final = "ON CONFLICT (holder_id, kind) WHERE resolution IS NULL DO NOTHING"
# Whom an import has met: entered or changed by it, unchanged, or on a line that was rejected.
_MET: Final = """(h.import_id = $1 OR EXISTS (SELECT FROM import_seen s WHERE s.import_id = $1 AND s.holder_id = h.holder_id)
                  OR EXISTS (SELECT FROM import_met m WHERE m.import_id = $1 AND m.holder_id = h.holder_id))"""


async def raise_removed(tx: Tx, import_id: UUID, wanted: Sequence[tuple[int, bytes, str]], at: datetime) -> tuple[list[int], list[int]]:
    """Flag the persons of (line, holder, reason); returns the lines of those met before by this import, and of those that nobody knows."""
    args = [[line for line, _, _ in wanted], [UUID(bytes=holder) for _, holder, _ in wanted], [reason for _, _, reason in wanted]]
    rows = await tx.fetch(
        """SELECT w.line, h.holder_id IS NULL AS unknown
              FROM unnest($2::int[], $3::uuid[]) AS w (line, holder_id) LEFT JOIN card_holder h ON h.holder_id = w.holder_id AND h.erased_at IS NULL
             WHERE h.holder_id IS NULL OR h.import_id = $1
                OR EXISTS (SELECT FROM import_seen s WHERE s.import_id = $1 AND s.holder_id = h.holder_id)""",
        import_id,
        *args[:2],
    )
    refused = [row["line"] for row in rows]
    await tx.execute(
        f"""WITH flagged AS (
              INSERT INTO holder_flag (kind, holder_id, import_id, line, reason, raised_at)
              SELECT '{FlagKind.REMOVED}', w.holder_id, $1, w.line, w.reason, $5
                FROM unnest($2::int[], $3::uuid[], $4::text[]) AS w (line, holder_id, reason) WHERE w.line <> ALL($6::int[]) {_ONCE})
            INSERT INTO import_seen (import_id, holder_id)
            SELECT $1, w.holder_id FROM unnest($2::int[], $3::uuid[]) AS w (line, holder_id) WHERE w.line <> ALL($6::int[])""",
        import_id,
        *args,
        at,
        refused,
    )
    return [row["line"] for row in rows if not row["unknown"]], [row["line"] for row in rows if row["unknown"]]


async def raise_absent(tx: Tx, import_id: UUID, ids: tuple[UUID, UUID], reason: str, at: datetime) -> int:
    """Flag the living after ids[0] up to ids[1] whom the import has not met; returns how many were not flagged before."""
    return await tx.execute(
        f"""INSERT INTO holder_flag (kind, holder_id, import_id, reason, raised_at)
            SELECT '{FlagKind.ABSENT}', h.holder_id, $1, $4, $5 FROM card_holder h
             WHERE h.holder_id > $2 AND h.holder_id <= $3 AND h.status = 'ALIVE' AND h.erased_at IS NULL AND h.merged_into IS NULL AND NOT {_MET}
             ORDER BY h.holder_id
            {_ONCE}""",
        import_id,
        *ids,
        reason,
        at,
    )


async def lower_absent(tx: Tx, import_id: UUID, ids: tuple[UUID, UUID], who: str, at: datetime) -> int:
    """Resolve the flags of those who are in the file again; returns how many."""
    return await tx.execute(
        f"""UPDATE holder_flag f
               SET resolution = '{Resolution.BACK_IN_FILE}', resolved_by = $4, resolved_at = $5, resolved_why = $1::text, version = f.version + 1
              FROM card_holder h
             WHERE f.kind = '{FlagKind.ABSENT}' AND f.resolution IS NULL AND f.holder_id > $2 AND f.holder_id <= $3
               AND h.holder_id = f.holder_id AND {_MET}""",
        import_id,
        *ids,
        who,
        at,
    )


async def page(
    tx: ReadTx, reach: Reach, *, kind: FlagKind | None, district: str | None, resolved: bool, after: int, limit: int
) -> Sequence[Any]:
    """Flags within the reach, oldest first, after the one named."""
    within, args = reach_sql(reach, 6, home="h.home_district", responsible="h.responsible_district", officer="h.officer_id")
    return await tx.fetch(
        f"""SELECT {_COLUMNS} FROM holder_flag f JOIN card_holder h USING (holder_id)
             WHERE f.flag_id > $1 AND ($2::text IS NULL OR f.kind = $2) AND ($3::text IS NULL OR h.home_district = $3)
               AND (f.resolution IS NOT NULL) = $4 AND {within}
             ORDER BY f.flag_id LIMIT $5""",
        after,
        kind,
        district,
        resolved,
        limit,
        *args,
    )


async def by_district(tx: ReadTx, reach: Reach, kind: FlagKind | None) -> Sequence[Any]:
    """How many open flags there are in each district within the reach."""
    within, args = reach_sql(reach, 2, home="h.home_district", responsible="h.responsible_district", officer="h.officer_id")
    return await tx.fetch(
        f"""SELECT h.home_district AS district, f.kind, count(*) AS open FROM holder_flag f JOIN card_holder h USING (holder_id)
             WHERE f.resolution IS NULL AND ($1::text IS NULL OR f.kind = $1) AND {within}
             GROUP BY h.home_district, f.kind ORDER BY h.home_district, f.kind""",
        kind,
        *args,
    )


async def one(tx: ReadTx, reach: Reach, flag_id: int, *, lock: bool = False) -> Any | None:
    """The flag, within the reach."""
    within, args = reach_sql(reach, 2, home="h.home_district", responsible="h.responsible_district", officer="h.officer_id")
    return await tx.fetchrow(
        f"""SELECT {_COLUMNS} FROM holder_flag f JOIN card_holder h USING (holder_id)
             WHERE f.flag_id = $1 AND {within} {"FOR UPDATE OF f" if lock else ""}""",
        flag_id,
        *args,
    )


async def resolve(tx: Tx, flag_id: int, resolution: Resolution, *, by: str, at: datetime, why: str) -> int:
    """Write what became of an open flag; 0 when it is no longer open."""
    return await tx.execute(
        """UPDATE holder_flag SET resolution = $2, resolved_by = $3, resolved_at = $4, resolved_why = $5, version = version + 1
            WHERE flag_id = $1 AND resolution IS NULL""",
        flag_id,
        resolution,
        by,
        at,
        why,
    )
