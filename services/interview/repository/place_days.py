"""The days of meeting places: who records on them holds the row against a closing, and numbers of the queue are drawn from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.interview.domain import TicketStatus
from services.interview.repository.rows import insert
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class PlaceDay:
    """A day of a place, with the district and the announced days of the place."""

    place_id: UUID
    day: date
    district: str
    opens_on: date
    closes_on: date
    closed: bool
    version: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """A number of a queue; see tables.QueueTicket."""

    ticket_id: UUID
    place_id: UUID
    day: date
    number: int
    status: TicketStatus
    taken_at: datetime
    called_at: datetime | None
    counter: str | None
    ended_at: datetime | None
    intent_id: UUID | None


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What a place recorded on a day. `slips` are forms signed on that day at that place, `late_slips` those of them entered late."""

    slips: int
    late_slips: int
    refused: int
    tickets: int
    waiting: int
    serving: int
    served: int
    left: int


_DAY: Final = "p.place_id, d.day, p.district, p.opens_on, p.closes_on, d.closed, d.version"
_HELD: Final = f"SELECT {_DAY} FROM place_day d JOIN meeting_place p USING (place_id) WHERE d.place_id = $1 AND d.day = $2"
_OPEN_DAY: Final = "INSERT INTO place_day (place_id, day, version, closed, last_number) VALUES ($1, $2, 0, false, 0) ON CONFLICT DO NOTHING"

COUNTS: Final = """
    SELECT count(*) AS slips, count(*) FILTER (WHERE approved_late_by IS NOT NULL) AS late_slips FROM intent i
     WHERE i.place_id = d.place_id AND i.stated_on = d.day"""
"""The slips of a row `d` that has a place and a day."""
QUEUE_COUNTS: Final = """
    SELECT count(*) AS tickets, count(*) FILTER (WHERE status = 'WAITING') AS waiting, count(*) FILTER (WHERE status = 'SERVING') AS serving,
           count(*) FILTER (WHERE status = 'SERVED') AS served, count(*) FILTER (WHERE status = 'LEFT') AS "left" FROM queue_ticket t
     WHERE t.place_id = d.place_id AND t.day = d.day"""
"""The tickets of such a row."""
REFUSED: Final = "SELECT count(*) AS refused FROM refused_intake r WHERE r.place_id = d.place_id AND r.day = d.day"
"""The refused of such a row."""


async def hold(tx: Tx, place_id: UUID, day: date) -> PlaceDay | None:
    """The day, which cannot be closed before the end of the transaction; None for a place that was never announced.

    Others may hold it too, and draw numbers.
    """
    return await _taken(tx, place_id, day, "FOR KEY SHARE OF d")


async def lock(tx: Tx, place_id: UUID, day: date) -> PlaceDay | None:
    """As `hold`, but alone: until the end of the transaction nobody records anything on this day."""
    return await _taken(tx, place_id, day, "FOR UPDATE OF d")


async def _taken(tx: Tx, place_id: UUID, day: date, lock_words: str) -> PlaceDay | None:
    row = await tx.fetchrow(f"{_HELD} {lock_words}", place_id, day)
    if row is None:
        if not await tx.fetchval("SELECT EXISTS (SELECT FROM meeting_place WHERE place_id = $1)", place_id):
            return None
        await tx.execute(_OPEN_DAY, place_id, day)
        row = await tx.fetchrow(f"{_HELD} {lock_words}", place_id, day)
    return None if row is None else PlaceDay(**dict(row))


async def within(tx: ReadTx, reach: Reach, place_id: UUID) -> bool:
    """Whether the place is in the reach."""
    condition, args = reach_sql(reach, 2, home="district", responsible=None, officer=None)
    found: bool = await tx.fetchval(f"SELECT EXISTS (SELECT FROM meeting_place WHERE place_id = $1 AND {condition})", place_id, *args)
    return found


async def add_ticket(tx: Tx, day: PlaceDay, ticket_id: UUID, at: datetime) -> Ticket:
    """The next number of the day, waiting."""
    number = await tx.fetchval(
        "UPDATE place_day SET last_number = last_number + 1 WHERE place_id = $1 AND day = $2 RETURNING last_number", day.place_id, day.day
    )
    row = await tx.fetchrow(
        """INSERT INTO queue_ticket (ticket_id, place_id, day, number, status, taken_at) VALUES ($1, $2, $3, $4, 'WAITING', $5) RETURNING *""",
        *(ticket_id, day.place_id, day.day, number, at),
    )
    return _ticket(row or {})


async def call_next(tx: Tx, place_id: UUID, day: date, counter: str, at: datetime) -> Ticket | None:
    """The lowest waiting number, now at the counter; None when nobody waits. Of two who call at once each gets a number of their own."""
    row = await tx.fetchrow(
        """UPDATE queue_ticket SET status = 'SERVING', called_at = $4, counter = $3
            WHERE ticket_id = (SELECT ticket_id FROM queue_ticket WHERE place_id = $1 AND day = $2 AND status = 'WAITING'
                                ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *""",
        *(place_id, day, counter, at),
    )
    return None if row is None else _ticket(row)


async def lock_ticket(tx: Tx, ticket_id: UUID) -> Ticket | None:
    """The ticket, locked; None without one."""
    row = await tx.fetchrow("SELECT * FROM queue_ticket WHERE ticket_id = $1 FOR UPDATE", ticket_id)
    return None if row is None else _ticket(row)


async def end_ticket(tx: Tx, ticket_id: UUID, status: TicketStatus, at: datetime, intent_id: UUID | None = None) -> Ticket:
    """End a locked ticket, with the slip that was recorded for it."""
    row = await tx.fetchrow(
        """UPDATE queue_ticket SET status = $2::text, ended_at = $3, intent_id = $4, called_at = CASE WHEN $2::text = 'SERVED' THEN coalesce(called_at, $3)
                  ELSE called_at END WHERE ticket_id = $1 RETURNING *""",
        *(ticket_id, status, at, intent_id),
    )
    return _ticket(row or {})


async def let_waiting_go(tx: Tx, place_id: UUID, day: date, at: datetime) -> None:
    """Whoever still waits when the place closes has left."""
    await tx.execute(
        "UPDATE queue_ticket SET status = 'LEFT', ended_at = $3 WHERE place_id = $1 AND day = $2 AND status = 'WAITING'", place_id, day, at
    )


async def numbers_at_counters(tx: ReadTx, place_id: UUID, day: date) -> list[int]:
    """The numbers that are being served."""
    rows = await tx.fetch(
        "SELECT number FROM queue_ticket WHERE place_id = $1 AND day = $2 AND status = 'SERVING' ORDER BY number", place_id, day
    )
    return [row["number"] for row in rows]


async def counts(tx: ReadTx, place_id: UUID, day: date) -> DayCounts:
    """What the place has recorded of the day."""
    row = await tx.fetchrow(
        f"SELECT s.*, q.*, r.* FROM (SELECT $1::uuid AS place_id, $2::date AS day) d, LATERAL ({COUNTS}) s, LATERAL ({QUEUE_COUNTS}) q, LATERAL ({REFUSED}) r",
        place_id,
        day,
    )
    return DayCounts(**dict(row or {}))


async def settle(tx: Tx, day: PlaceDay, *, closed: bool) -> None:
    """Close or reopen a day that is locked."""
    await tx.execute(
        "UPDATE place_day SET closed = $3, version = version + 1 WHERE place_id = $1 AND day = $2", day.place_id, day.day, closed
    )


async def add_entry(tx: Tx, row: Mapping[str, Any]) -> None:
    """Store a closing or reopening with who signed it."""
    await insert(tx, "place_day_entry", row)


async def add_refused(tx: Tx, row: Mapping[str, Any]) -> None:
    """Count somebody who could state no wish; the same request again is one."""
    await insert(tx, "refused_intake", row, "ON CONFLICT ON CONSTRAINT refused_intake_request DO NOTHING")


def _ticket(row: Mapping[str, Any]) -> Ticket:
    return Ticket(**{**dict(row), "status": TicketStatus(row["status"])})
