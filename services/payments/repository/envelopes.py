"""Envelopes: locked always in the order of month and source, after everything else that a transaction locks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.payments.domain import Month
from services.payments.rules.funds import EntryKind, effects_sql
from shared.db import ReadTx, Tx
from shared.ids import new_id

ENVELOPE: Final = "envelope_id, source, month, ceiling_satang, committed_satang, spent_satang, version"


class Purse(NamedTuple):
    """Which envelope: the source of the money, and the benefit month."""

    source: str
    month: Month


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope as it is stored."""

    envelope_id: UUID
    source: str
    month: Month
    ceiling_satang: int
    committed_satang: int
    spent_satang: int
    version: int

    @property
    def free_satang(self) -> int:
        """What can still be promised."""
        return self.ceiling_satang - self.committed_satang - self.spent_satang


class Held(NamedTuple):
    """What a cause holds of an envelope."""

    cause_id: UUID
    envelope_id: UUID
    month: Month
    committed_satang: int


class Entry(NamedTuple):
    """A movement in an envelope, and the proposal or run that causes it."""

    envelope_id: UUID
    kind: EntryKind
    satang: int
    cause_id: UUID


async def open_new(tx: Tx, purses: Collection[Purse]) -> bool:
    """Make empty envelopes; False where one was there already, and then they are for nobody."""
    made = await tx.execute(
        """INSERT INTO envelope (envelope_id, source, month) SELECT * FROM unnest($1::uuid[], $2::text[], $3::date[]) AS new (id, source, month)
            ORDER BY month, source ON CONFLICT DO NOTHING""",
        [new_id() for _ in purses],
        [one.source for one in purses],
        [one.month for one in purses],
    )
    return made == len(purses)


async def of(tx: ReadTx, purses: Collection[Purse], *, lock: bool = False) -> dict[Purse, Envelope]:
    """Those of the envelopes that are there; locked until the end of the transaction where that is asked for."""
    rows = await tx.fetch(
        f"""SELECT {ENVELOPE} FROM envelope WHERE (source, month) IN (SELECT * FROM unnest($1::text[], $2::date[]))
             ORDER BY month, source {"FOR NO KEY UPDATE" if lock else ""}""",
        [one.source for one in purses],
        [one.month for one in purses],
    )
    return {Purse(one.source, one.month): one for one in map(envelope_of, rows)}


def envelope_of(row: Any) -> Envelope:
    """An envelope of a row with the columns ENVELOPE."""
    return Envelope(**dict(row))


async def needs_of_run(tx: ReadTx, run_id: UUID) -> dict[Purse, int]:
    """Satang that the open lines of a run need of each envelope."""
    rows = await tx.fetch(
        """SELECT p.source, d.benefit_month, sum(d.satang)::bigint AS satang
             FROM (SELECT programme, benefit_month, sum(amount_satang) AS satang FROM disbursement WHERE run_id = $1 AND state = 'OPEN' GROUP BY 1, 2) AS d
             JOIN programme p ON p.programme = split_part(d.programme, '#', 1) GROUP BY 1, 2""",
        run_id,
    )
    return {Purse(row["source"], Month(row["benefit_month"])): row["satang"] for row in rows}


async def source_of_run(tx: ReadTx, run_id: UUID, month: Month) -> str:
    """Out of which source the run pays the month."""
    source: str = await tx.fetchval(
        "SELECT source FROM commitment JOIN envelope USING (envelope_id) WHERE cause_id = $1 AND month = $2", run_id, month
    )
    return source


async def lock_held(tx: Tx, cause_ids: Iterable[UUID], months: Iterable[date] | None = None) -> list[Held]:
    """Lock the envelopes of which the causes hold something (of these months, by default all); returns what each holds."""
    rows = await tx.fetch(
        """SELECT c.cause_id, c.envelope_id, e.month, c.committed_satang FROM envelope e JOIN commitment c USING (envelope_id)
            WHERE c.cause_id = ANY($1::uuid[]) AND ($2::date[] IS NULL OR e.month = ANY($2)) ORDER BY e.month, e.source FOR NO KEY UPDATE OF e""",
        list(cause_ids),
        None if months is None else list(months),
    )
    return [Held(row["cause_id"], row["envelope_id"], Month(row["month"]), row["committed_satang"]) for row in rows]


async def enter(tx: Tx, entries: Sequence[Entry], at: datetime) -> None:
    """Append movements of locked envelopes and let envelopes and commitments follow, in one statement. The ceiling is the database's to keep."""
    if not entries:
        return
    # A cause that holds nothing of the envelope yet.
    new = {(one.cause_id, one.envelope_id) for one in entries if one.kind is EntryKind.COMMITTED}
    if new:
        await tx.execute(
            "INSERT INTO commitment (cause_id, envelope_id) SELECT * FROM unnest($1::uuid[], $2::uuid[]) ON CONFLICT DO NOTHING",
            *(list(column) for column in zip(*new, strict=True)),
        )
    await tx.execute(
        f"""WITH entry AS (
               SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::uuid[]) AS e (envelope_id, kind, satang, cause_id)
                 JOIN (VALUES {effects_sql()}) AS effect (kind, ceiling, committed, spent) USING (kind)
           ), noted AS (
               INSERT INTO envelope_entry (envelope_id, kind, satang, cause_id, entered_at) SELECT envelope_id, kind, satang, cause_id, $5 FROM entry
           ), held AS (
               UPDATE commitment c SET committed_satang = c.committed_satang + e.committed, spent_satang = c.spent_satang + e.spent
                 FROM (SELECT cause_id, envelope_id, sum(satang * committed) AS committed, sum(satang * spent) AS spent FROM entry GROUP BY 1, 2) AS e
                WHERE c.cause_id = e.cause_id AND c.envelope_id = e.envelope_id
           )
           UPDATE envelope v SET ceiling_satang = v.ceiling_satang + e.ceiling, committed_satang = v.committed_satang + e.committed,
                                 spent_satang = v.spent_satang + e.spent, version = v.version + 1
             FROM (SELECT envelope_id, sum(satang * ceiling) AS ceiling, sum(satang * committed) AS committed, sum(satang * spent) AS spent
                     FROM entry GROUP BY 1) AS e
            WHERE v.envelope_id = e.envelope_id""",
        [one.envelope_id for one in entries],
        [one.kind for one in entries],
        [one.satang for one in entries],
        [one.cause_id for one in entries],
        at,
    )


async def free(tx: Tx, cause_id: UUID, at: datetime, keep: Mapping[Month, int]) -> None:
    """Free what is committed for the cause, but for the satang that it keeps of each month."""
    unused = [(one, one.committed_satang - keep.get(one.month, 0)) for one in await lock_held(tx, [cause_id])]
    await enter(tx, [Entry(one.envelope_id, EntryKind.FREED, satang, cause_id) for one, satang in unused if satang > 0], at)


async def free_parts(tx: Tx, parts: Sequence[tuple[UUID, Month, int]], at: datetime) -> None:
    """Free these satang of what each cause holds of a month."""
    if parts:
        held = await lock_held(tx, {cause_id for cause_id, *_ in parts}, {month for _, month, _ in parts})
        envelope_of = {(one.cause_id, one.month): one.envelope_id for one in held}
        freed = [Entry(envelope_of[cause_id, month], EntryKind.FREED, satang, cause_id) for cause_id, month, satang in parts]
        await enter(tx, freed, at)


async def page(tx: ReadTx, source: str | None, after: tuple[date, str] | None, limit: int) -> list[Envelope]:
    """Envelopes by month and source, after the one named."""
    rows = await tx.fetch(
        f"""SELECT {ENVELOPE} FROM envelope WHERE ($1::text IS NULL OR source = $1) AND ($2::date IS NULL OR (month, source) > ($2, $3::text))
             ORDER BY month, source LIMIT $4""",
        source,
        *(after or (None, None)),
        limit,
    )
    return [envelope_of(row) for row in rows]


async def one(tx: ReadTx, envelope_id: UUID) -> Envelope | None:
    """The envelope."""
    row = await tx.fetchrow(f"SELECT {ENVELOPE} FROM envelope WHERE envelope_id = $1", envelope_id)
    return None if row is None else envelope_of(row)


async def entries(tx: ReadTx, envelope_id: UUID, after: int | None, limit: int) -> list[dict[str, Any]]:
    """What moved in the envelope, oldest first, after the number."""
    rows = await tx.fetch(
        """SELECT number, kind, satang, cause_id, entered_at FROM envelope_entry
            WHERE envelope_id = $1 AND ($2::bigint IS NULL OR number > $2) ORDER BY number LIMIT $3""",
        envelope_id,
        after,
        limit,
    )
    return [dict(row) for row in rows]
