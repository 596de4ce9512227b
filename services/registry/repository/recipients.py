"""Offices that lists are given to, and their keys. Which key of an office holds is decided in one place, `_CURRENT`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.registry.rules.exports import RecipientKind, RecipientStatus, Unit
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx

_CURRENT: Final = """SELECT DISTINCT ON (kind, unit) * FROM export_recipient
                      WHERE status = 'ACTIVE' AND valid_from <= $1 AND (valid_to IS NULL OR valid_to >= $1)
                      ORDER BY kind, unit, valid_from DESC, decided_at DESC"""


def reach_of(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    """The condition of who may see a recipient or an export, over the columns area, bank and agency."""
    return reach_sql(reach, first_arg, home="area", responsible=None, officer=None, bank="bank", agency="agency")


async def add(
    tx: Tx,
    recipient_id: UUID,
    unit: Unit,
    *,
    office: str,
    key: str,
    fingerprint: str,
    valid: tuple[date, date | None],
    by: str,
    at: datetime,
) -> None:
    """Keep a proposed key of an office; `valid` are its first and last day."""
    await tx.execute(
        """INSERT INTO export_recipient (recipient_id, kind, unit, area, bank, agency, office, public_key, fingerprint, valid_from, valid_to, status,
                                         registered_by, registered_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'PROPOSED', $12, $13)""",
        *(recipient_id, unit.kind, unit.code, unit.area, unit.bank, unit.agency, office, key, fingerprint, *valid, by, at),
    )


async def one(tx: ReadTx, recipient_id: UUID, reach: Reach) -> Any | None:
    """The row within the reach, or None."""
    within, args = reach_of(reach, 2)
    return await tx.fetchrow(f"SELECT * FROM export_recipient WHERE recipient_id = $1 AND {within}", recipient_id, *args)


async def page(
    tx: ReadTx, reach: Reach, *, kind: RecipientKind | None, status: RecipientStatus | None, after: UUID | None, limit: int
) -> list[Any]:
    """Rows within the reach by id, after the one named."""
    within, args = reach_of(reach, 5)
    return await tx.fetch(
        f"""SELECT * FROM export_recipient
             WHERE ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR status = $2) AND ($3::uuid IS NULL OR recipient_id > $3) AND {within}
             ORDER BY recipient_id LIMIT $4""",
        *(kind, status, after, limit, *args),
    )


async def decide(tx: Tx, recipient_id: UUID, status: RecipientStatus, *, by: str, at: datetime) -> None:
    """Write the decision on a proposed key."""
    await tx.execute(
        """UPDATE export_recipient SET status = $2, version = version + 1, decided_by = $3, decided_at = $4
            WHERE recipient_id = $1 AND status = 'PROPOSED'""",
        *(recipient_id, status, by, at),
    )


async def revoke(tx: Tx, recipient_id: UUID, *, by: str, at: datetime, reason: str) -> bool:
    """Take an approved key out of use; False when it is not in use."""
    return bool(
        await tx.execute(
            """UPDATE export_recipient SET status = 'REVOKED', version = version + 1, ended_by = $2, ended_at = $3, ended_reason = $4
                WHERE recipient_id = $1 AND status = 'ACTIVE'""",
            *(recipient_id, by, at, reason),
        )
    )


async def current(tx: ReadTx, on: date, units: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """The key that holds on the day, of each of these offices (kind, unit) that has one."""
    rows = await tx.fetch(
        f"""SELECT held.* FROM ({_CURRENT}) AS held
              JOIN unnest($2::text[], $3::text[]) AS wanted (kind, unit) USING (kind, unit)""",
        on,
        [kind for kind, _ in units],
        [unit for _, unit in units],
    )
    return {(row["kind"], row["unit"]): row for row in rows}
