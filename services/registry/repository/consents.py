"""The register of consents: append statements, settle what follows, ask who consents."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.registry.domain import HolderFilter
from services.registry.repository.consents_sql import consent_sql, counting_sql, standing_sql
from services.registry.repository.holders import wanted_sql
from shared.auth import Reach
from shared.db import ReadTx, Tx

_SETTLE: Final = f"""
UPDATE card_holder h SET consents = s.consents, version = h.version + 1, recorded_at = told.at
  FROM ({standing_sql("holder_id = ANY($1::uuid[])")}) AS s
  JOIN unnest($1::uuid[], $2::timestamptz[]) AS told (holder_id, at) USING (holder_id)
 WHERE h.holder_id = s.holder_id AND h.consents IS DISTINCT FROM s.consents
RETURNING h.holder_id"""


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A row of `consent`."""

    consent_id: UUID
    holder_id: UUID
    purpose: str
    decision: str
    notice_version: str | None
    signed_on: date
    counts_at: datetime
    channel: str
    evidence: str
    recorded_by: str
    recorded_at: datetime


async def append(tx: Tx, rows: Iterable[ConsentRow]) -> None:
    """Add the statements; one that is there already (by its id) stays as it is."""
    columns = zip(*(astuple(row) for row in rows), strict=True)
    await tx.execute(
        """INSERT INTO consent (consent_id, holder_id, purpose, decision, notice_version, signed_on, counts_at, channel, evidence, recorded_by,
                                recorded_at)
           SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::date[], $7::timestamptz[], $8::text[], $9::text[],
                                $10::text[], $11::timestamptz[])
           ON CONFLICT (consent_id) DO NOTHING""",
        *(list(column) for column in columns),
    )


async def settle(tx: Tx, told: Sequence[tuple[UUID, datetime]]) -> list[UUID]:
    """Give locked holders the state that follows from their statements, and a version at the moment named; returns those it changed."""
    rows = await tx.fetch(_SETTLE, [holder_id for holder_id, _ in told], [at for _, at in told])
    return [row["holder_id"] for row in rows]


async def giving(tx: ReadTx, holder_ids: Sequence[UUID], purpose: str) -> set[UUID]:
    """Those of the holders who consent to the purpose now. Whatever is shared under a consent is shared of these only."""
    condition, args = consent_sql(purpose, 2)
    rows = await tx.fetch(f"SELECT holder_id FROM card_holder WHERE holder_id = ANY($1::uuid[]) AND {condition}", holder_ids, *args)
    return {row["holder_id"] for row in rows}


async def of_holder(tx: ReadTx, holder_id: UUID, after: tuple[datetime, UUID] | None, limit: int) -> list[Any]:
    """The person's statements after the one named, the newest by what counts first."""
    at, consent_id = after or (None, None)
    return await tx.fetch(
        """SELECT * FROM consent WHERE holder_id = $1 AND ($2::timestamptz IS NULL OR (counts_at, consent_id) < ($2, $3))
            ORDER BY counts_at DESC, consent_id DESC LIMIT $4""",
        holder_id,
        at,
        consent_id,
        limit,
    )


async def newest_of_holder(tx: ReadTx, holder_id: UUID) -> dict[str, Any]:
    """The person's statement that counts, by purpose."""
    rows = await tx.fetch(
        """SELECT DISTINCT ON (purpose) * FROM consent WHERE holder_id = $1
            ORDER BY purpose, counts_at DESC, decision DESC, recorded_at DESC, consent_id""",
        holder_id,
    )
    return {row["purpose"]: row for row in rows}


async def one(tx: ReadTx, holder_id: UUID, consent_id: UUID) -> Any | None:
    """A statement of the person."""
    return await tx.fetchrow("SELECT * FROM consent WHERE consent_id = $1 AND holder_id = $2", consent_id, holder_id)


async def counts(tx: ReadTx, wanted: HolderFilter, reach: Reach, purposes: Sequence[str]) -> tuple[int, dict[str, int]]:
    """How many persons are wanted, and how many of them consent to each purpose."""
    condition, args = wanted_sql(wanted, reach)
    columns, names = counting_sql(purposes, len(args) + 1)
    [row] = await tx.fetch(f"SELECT count(*) AS persons, {columns} FROM card_holder WHERE {condition}", *args, *names)
    return row["persons"], {purpose: row[f"purpose_{number}"] for number, purpose in enumerate(purposes)}
