"""Batches of lines that other agencies ask to be paid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.payments.domain import Month
from services.payments.repository.obligations import ALIVE
from services.payments.repository.programmes import Programme
from services.payments.rules.batches import BatchStatus, Refusal
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx

_BATCH: Final = """b.batch_id, b.programme, b.reference, b.status, b.version, b.lines, b.amount_satang, b.refused_lines, b.sent_by, b.sent_at,
                   b.decided_by, b.decided_at, b.decision_reason"""


class Line(NamedTuple):
    """A line as it was sent: its number in the request (from 1), whom it is for (a holder id, or a citizen index of 32 bytes), and how much."""

    line_no: int
    person: str | UUID | bytes | None
    month: date
    amount_satang: int


class Refused(NamedTuple):
    """A line that is not taken, and why; of one that is there already also its batch."""

    line_no: int
    why: Refusal
    batch_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of lines: satang by month and count of those taken, and those that were not."""

    lines: int
    satang: Mapping[Month, int]
    refused: Sequence[Refused]


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it is stored."""

    batch_id: UUID
    programme: str
    reference: str
    status: BatchStatus
    version: int
    lines: int
    amount_satang: int
    refused_lines: int
    sent_by: str
    sent_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None


async def holders_of(tx: ReadTx, indexes: Sequence[bytes]) -> dict[bytes, UUID]:
    """The holders with these citizen indexes; of those who are one person the one that stays, and nobody where two stay."""
    rows = await tx.fetch(
        """SELECT citizen_index, min(holder_id::text)::uuid AS holder_id FROM holder
            WHERE citizen_index = ANY($1::bytea[]) AND merged_into IS NULL GROUP BY 1 HAVING count(*) = 1""",
        indexes,
    )
    return {row["citizen_index"]: row["holder_id"] for row in rows}


async def take(tx: Tx, batch_id: UUID, programme: Programme, lines: Sequence[Line]) -> Taken:
    """Keep the lines that can be paid: of a holder who is here and lives, each person and month once for the programme.

    Who sends the same at once waits here; of the two one is taken.
    """
    columns = [list(column) for column in zip(*lines, strict=True)] or [[], [], [], []]
    rows = await tx.fetch(
        f"""WITH given AS (
               SELECT * FROM unnest($3::int[], $4::uuid[], $5::date[], $6::int[]) AS g (line_no, holder_id, month, satang)
           ), looked AS (
               SELECT g.*, h.tier,
                      CASE WHEN h.holder_id IS NULL OR h.tier IS NULL THEN '{Refusal.UNKNOWN_PERSON}'
                           WHEN h.merged_into IS NOT NULL THEN '{Refusal.MERGED}'
                           WHEN NOT ({ALIVE.format(month="g.month")}) THEN '{Refusal.DECEASED}' END AS why
                 FROM given g LEFT JOIN holder h USING (holder_id)
           ), taken AS (
               INSERT INTO batch_line (batch_id, line_no, programme, holder_id, benefit_month, amount_satang, tier)
               SELECT $1, line_no, $2, holder_id, month, satang, tier FROM looked WHERE why IS NULL ORDER BY holder_id, month, line_no
               ON CONFLICT (programme, holder_id, benefit_month) WHERE standing DO NOTHING
               RETURNING line_no, benefit_month, amount_satang
           )
           SELECT NULL::int AS line_no, NULL AS why, NULL::uuid AS other, benefit_month, sum(amount_satang)::bigint AS satang, count(*) AS lines
             FROM taken GROUP BY benefit_month
           UNION ALL
           SELECT l.line_no, coalesce(l.why, '{Refusal.DUPLICATE}'), b.batch_id, NULL, NULL, NULL
             FROM looked l LEFT JOIN taken t USING (line_no)
             LEFT JOIN batch_line b ON l.why IS NULL AND b.standing AND b.programme = $2 AND b.holder_id = l.holder_id AND b.benefit_month = l.month
            WHERE t.line_no IS NULL""",
        batch_id,
        programme.programme,
        *columns,
    )
    sums = [row for row in rows if row["line_no"] is None]
    return Taken(
        sum(row["lines"] for row in sums),
        {Month(row["benefit_month"]): row["satang"] for row in sums},
        [Refused(row["line_no"], Refusal(row["why"]), row["other"]) for row in rows if row["line_no"] is not None],
    )


async def insert(tx: Tx, batch: Batch) -> None:
    """Keep the batch of lines that were taken."""
    await tx.execute(
        """INSERT INTO disbursement_batch (batch_id, programme, reference, status, lines, amount_satang, refused_lines, sent_by, sent_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        *(batch.batch_id, batch.programme, batch.reference, batch.status, batch.lines, batch.amount_satang, batch.refused_lines),
        *(batch.sent_by, batch.sent_at),
    )


async def lock(tx: Tx, batch_id: UUID, reach: Reach) -> Batch | None:
    """Lock the batch, in reach."""
    within, args = _within(reach, 2)
    row = await tx.fetchrow(
        f"SELECT {_BATCH} FROM disbursement_batch b JOIN programme p USING (programme) WHERE b.batch_id = $1 AND {within} FOR UPDATE OF b",
        batch_id,
        *args,
    )
    return None if row is None else _batch(row)


async def decide(tx: Tx, batch_id: UUID, status: BatchStatus, who: str, at: datetime, why: str) -> None:
    """The word on a locked batch that waits."""
    await tx.execute(
        """UPDATE disbursement_batch SET status = $2, version = version + 1, decided_by = $3, decided_at = $4, decision_reason = $5
            WHERE batch_id = $1 AND status = 'WAITING'""",
        *(batch_id, status, who, at, why),
    )


async def owe(tx: Tx, batch_id: UUID) -> None:
    """Make the obligations of an approved batch. Who died or was merged meanwhile is not paid for the months after."""
    # Nobody's life changes unseen between the look and the commit.
    await tx.execute(
        "SELECT FROM holder WHERE holder_id IN (SELECT holder_id FROM batch_line WHERE batch_id = $1) ORDER BY holder_id FOR SHARE",
        batch_id,
    )
    await tx.execute(
        f"""INSERT INTO obligation (holder_id, programme, benefit_month, amount_satang, tier, state, payable)
            SELECT b.holder_id, b.programme, b.benefit_month, b.amount_satang, b.tier, 'DUE', {ALIVE.format(month="b.benefit_month")}
              FROM batch_line b JOIN holder h USING (holder_id) WHERE b.batch_id = $1 ORDER BY b.holder_id, b.benefit_month""",
        batch_id,
    )


async def drop(tx: Tx, batch_id: UUID) -> None:
    """The lines of a batch that is not to be paid: each may be sent again."""
    await tx.execute("UPDATE batch_line SET standing = false, holds_money = false WHERE batch_id = $1", batch_id)


async def hand_over(tx: Tx, run_id: UUID) -> list[tuple[UUID, Month, int]]:
    """Lines of batches whose money a run holds from now on; returns batch, month and satang."""
    rows = await tx.fetch(
        """WITH handed AS (
               UPDATE batch_line b SET holds_money = false FROM disbursement d
                WHERE d.run_id = $1 AND d.state = 'OPEN' AND b.holds_money AND b.standing
                  AND b.programme = d.programme AND b.holder_id = d.holder_id AND b.benefit_month = d.benefit_month
               RETURNING b.batch_id, b.benefit_month, b.amount_satang
           ) SELECT batch_id, benefit_month, sum(amount_satang)::bigint FROM handed GROUP BY 1, 2""",
        run_id,
    )
    return [(row[0], Month(row[1]), row[2]) for row in rows]


async def let_go(tx: Tx, holder_ids: Iterable[UUID]) -> list[tuple[UUID, Month, int]]:
    """Lines of the holders that will not be paid and still hold money; returns batch, month and satang."""
    rows = await tx.fetch(
        """WITH gone AS (
               UPDATE batch_line b SET holds_money = false FROM obligation o
                WHERE b.holder_id = ANY($1::uuid[]) AND b.holds_money AND b.standing AND NOT o.payable
                  AND o.holder_id = b.holder_id AND o.programme = b.programme AND o.benefit_month = b.benefit_month
               RETURNING b.batch_id, b.benefit_month, b.amount_satang
           ) SELECT batch_id, benefit_month, sum(amount_satang)::bigint FROM gone GROUP BY 1, 2""",
        list(holder_ids),
    )
    return [(row[0], Month(row[1]), row[2]) for row in rows]


async def holders_in(tx: ReadTx, batch_id: UUID) -> list[UUID]:
    """Who is in the batch and not to be paid."""
    rows = await tx.fetch(
        """SELECT DISTINCT o.holder_id FROM batch_line b JOIN obligation o USING (holder_id, programme, benefit_month)
            WHERE b.batch_id = $1 AND NOT o.payable""",
        batch_id,
    )
    return [row["holder_id"] for row in rows]


async def page(tx: ReadTx, reach: Reach, status: BatchStatus | None, after: UUID | None, limit: int) -> list[Batch]:
    """Batches in reach, newest first."""
    within, args = _within(reach, 4)
    rows = await tx.fetch(
        f"""SELECT {_BATCH} FROM disbursement_batch b JOIN programme p USING (programme)
             WHERE ($1::text IS NULL OR b.status = $1) AND ($2::uuid IS NULL OR b.batch_id < $2) AND {within} ORDER BY b.batch_id DESC LIMIT $3""",
        status,
        after,
        limit,
        *args,
    )
    return [_batch(row) for row in rows]


async def one(tx: ReadTx, batch_id: UUID, reach: Reach) -> Batch | None:
    """The batch, in reach."""
    within, args = _within(reach, 2)
    row = await tx.fetchrow(
        f"SELECT {_BATCH} FROM disbursement_batch b JOIN programme p USING (programme) WHERE b.batch_id = $1 AND {within}", batch_id, *args
    )
    return None if row is None else _batch(row)


async def lines_of(tx: ReadTx, batch_id: UUID, after: int | None, limit: int) -> list[dict[str, Any]]:
    """The lines of a batch by their number, each with what became of it so far; none of them says who it is for."""
    rows = await tx.fetch(
        """SELECT b.line_no, b.benefit_month AS month, b.amount_satang, o.state, o.payable, d.reason, d.value_date
             FROM batch_line b
             LEFT JOIN obligation o ON b.standing AND o.holder_id = b.holder_id AND o.programme = b.programme AND o.benefit_month = b.benefit_month
             LEFT JOIN disbursement d ON d.holder_id = o.holder_id AND d.programme = o.programme AND d.benefit_month = o.benefit_month
                                     AND d.attempt_no = o.attempts
            WHERE b.batch_id = $1 AND ($2::int IS NULL OR b.line_no > $2) ORDER BY b.line_no LIMIT $3""",
        batch_id,
        after,
        limit,
    )
    return [dict(row) for row in rows]


def _within(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    return reach_sql(reach, first_arg, home=None, responsible=None, officer=None, agency="p.agency")


def _batch(row: Any) -> Batch:
    return Batch(**{**dict(row), "status": BatchStatus(row["status"])})
