"""Which lines of plans have seats, and which wait for one. The offerings' rows of seats are locked by who changes any of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.plan import SeatEnd
from shared.db import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Place:
    """A line that has a seat of an offering, or waits for one."""

    plan_id: UUID
    line_no: int
    holder_id: UUID
    offering_id: UUID
    programme_code: str
    seated: bool


async def of_plans(tx: ReadTx, plan_ids: Iterable[UUID]) -> list[Place]:
    """What lines of the plans have."""
    rows = await tx.fetch(
        """SELECT held.plan_id, held.line_no, plan.holder_id, held.offering_id, offering.programme_code, true AS seated
             FROM seat_hold held JOIN plan USING (plan_id) JOIN offering USING (offering_id) WHERE held.plan_id = ANY($1::uuid[])
            UNION ALL
           SELECT w.plan_id, w.line_no, w.holder_id, w.offering_id, offering.programme_code, false
             FROM seat_waiting w JOIN offering USING (offering_id) WHERE w.status = 'WAITING' AND w.plan_id = ANY($1::uuid[])
            ORDER BY 1, 2""",
        list(plan_ids),
    )
    return [Place(**row) for row in rows]


async def first_waiting(tx: ReadTx, offering_id: UUID) -> Place | None:
    """Who has waited longest for the offering."""
    row = await tx.fetchrow(
        """SELECT w.plan_id, w.line_no, w.holder_id, w.offering_id, offering.programme_code, false AS seated
             FROM seat_waiting w JOIN offering USING (offering_id)
            WHERE w.offering_id = $1 AND w.status = 'WAITING' ORDER BY w.number LIMIT 1""",
        offering_id,
    )
    return None if row is None else Place(**row)


async def wait(tx: Tx, place: Place, *, at: datetime) -> int:
    """The line is the last of the offering's waiting list; returns of how many."""
    await tx.execute(
        "INSERT INTO seat_waiting (offering_id, plan_id, line_no, holder_id, status, since) VALUES ($1, $2, $3, $4, 'WAITING', $5)",
        place.offering_id,
        place.plan_id,
        place.line_no,
        place.holder_id,
        at,
    )
    waiting: int = await tx.fetchval("SELECT count(*) FROM seat_waiting WHERE offering_id = $1 AND status = 'WAITING'", place.offering_id)
    return waiting


async def leave(tx: Tx, place: Place, *, at: datetime, reason: SeatEnd | None) -> None:
    """The line waits no more: it was seated, or left for the reason."""
    await tx.execute(
        """UPDATE seat_waiting SET status = CASE WHEN $4::text IS NULL THEN 'SEATED' ELSE 'LEFT' END, ended_at = $3, ended_reason = $4
            WHERE plan_id = $1 AND line_no = $2 AND status = 'WAITING'""",
        place.plan_id,
        place.line_no,
        at,
        None if reason is None else reason.value,
    )
