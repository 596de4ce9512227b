"""Allocations of seats: who wishes for one, what is free, previews and what became of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.plan.domain.allocations import Allocation, AllocationStatus, Allotted, Given, Supply, ToGive, Wish
from services.plan.repository.rows import columns_of, insert, update_versions
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx

_NAMES: Final = ", ".join(columns_of(Allocation))
_LINE: Final = (
    "allocation_id",
    "plan_id",
    "line_no",
    "holder_id",
    "programme_code",
    "district",
    "fit",
    "need",
    "waiting",
    "nearness",
    "offering_id",
    "why",
    "least",
)


@dataclass(frozen=True, slots=True)
class Wishing:
    """A line that wishes for a seat, as it stands: without what it weighs. `since` is when it was first agreed on, `attempt` counts how often it was sent."""

    plan_id: UUID
    line_no: int
    holder_id: UUID
    programme_code: str
    district: str
    attempt: int
    since: date
    starts_on: date | None
    due_on: date | None
    before: UUID | None
    has_seat: bool


async def one_at_a_time(tx: Tx, province: str, month: date) -> None:
    """Until the end of the transaction nobody else begins, applies or ends an allocation of the province and month."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"seat_allocation {province} {month}")


async def allocation(tx: ReadTx, allocation_id: UUID) -> Allocation | None:
    """One allocation."""
    row = await tx.fetchrow(f"SELECT {_NAMES} FROM seat_allocation WHERE allocation_id = $1", allocation_id)
    return None if row is None else allocation_of(row)


async def of_month(tx: ReadTx, province: str, month: date) -> list[Allocation]:
    """Those of a province and month, the newest first."""
    rows = await tx.fetch(f"SELECT {_NAMES} FROM seat_allocation WHERE province = $1 AND month = $2 ORDER BY number DESC", province, month)
    return [allocation_of(row) for row in rows]


def allocation_of(row: Mapping[str, Any]) -> Allocation:
    """An allocation from its row."""
    return Allocation(**{**row, "status": AllocationStatus(row["status"])})


async def add(tx: Tx, new: Allocation) -> None:
    """Keep a new one."""
    await insert(tx, "seat_allocation", [new])


async def replace_all(tx: Tx, changed: Sequence[Allocation]) -> bool:
    """Write the next versions; False where one is no longer as it was read."""
    was = {one.allocation_id: one.version - 1 for one in changed}
    return await update_versions(tx, "seat_allocation", "allocation_id", changed, was) == len(changed)


_FREE: Final = """
    CASE WHEN EXISTS (SELECT FROM seat_waiting w WHERE w.offering_id = seat.offering_id AND w.status = 'WAITING') THEN 0 ELSE seat.seats - seat.taken END"""
"""Nobody is seated before who waits: where somebody does, a preview counts on no seat, and none is given by one."""


async def supplies(tx: ReadTx, province: str, first: date, last: date, on: date) -> list[Supply]:
    """The offerings of the province that begin in these days and that one can apply for on the day."""
    rows = await tx.fetch(
        f"""SELECT offering_id, programme_code, district, starts_on, ends_on, {_FREE} AS free
             FROM offering JOIN offering_seat seat USING (offering_id)
            WHERE offering.active AND province = $1 AND starts_on BETWEEN $2 AND $3 AND apply_until >= $4 ORDER BY starts_on, offering_id""",
        *(province, first, last, on),
    )
    return [Supply(**row) for row in rows]


_WISHING: Final = """
SELECT plan.plan_id, referral.line_no, plan.holder_id, referral.programme_code, plan.responsible_district AS district, referral.attempt,
       (SELECT min(a.agreed_on) FROM agreement a WHERE a.plan_id = plan.plan_id AND referral.line_no = ANY (a.line_nos)) AS since,
       CASE WHEN referral.offering_id IS NULL THEN referral.starts_on END AS starts_on,
       CASE WHEN referral.offering_id IS NULL AND referral.attempt = 1 THEN line.due_on END AS due_on,
       last.offering_id AS before,
       EXISTS (SELECT FROM seat_hold held JOIN offering o USING (offering_id)
                WHERE held.plan_id = plan.plan_id AND o.starts_on BETWEEN $2 AND $3) AS has_seat
  FROM plan JOIN referral USING (plan_id) JOIN plan_line line USING (plan_id, line_no)
  LEFT JOIN seat_allocation_line last ON last.allocation_id = $4 AND last.plan_id = plan.plan_id AND last.line_no = referral.line_no
 WHERE plan.plan_id = ANY ($1::uuid[]) AND referral.current AND referral.status IN ('CREATED', 'RECEIVED', 'WAIT_LISTED')
   AND NOT EXISTS (SELECT FROM seat_hold held WHERE held.plan_id = plan.plan_id AND held.line_no = referral.line_no)
   AND EXISTS (SELECT FROM offering listed WHERE listed.programme_code = referral.programme_code AND listed.active)
 ORDER BY plan.plan_id, referral.line_no
"""


async def wishing(tx: ReadTx, plan_ids: Iterable[UUID], first: date, last: date, *, before: UUID | None) -> list[Wishing]:
    """Lines of the plans that were sent to an agency, were not taken in by it, have no seat, and whose programme has offerings at all; by plan.

    `before` is the allocation whose answer is compared with. Dates bind a line where no offering was agreed on.
    """
    rows = await tx.fetch(_WISHING, list(plan_ids), first, last, before)
    return [Wishing(**row) for row in rows]


async def add_lines(tx: Tx, allocation_id: UUID, wishes: Sequence[Wish], holders: Sequence[UUID], allotted: Sequence[Allotted]) -> None:
    """Keep what each wish gets."""
    rows = (
        (
            allocation_id,
            wish.plan_id,
            wish.line_no,
            holder_id,
            wish.programme_code,
            wish.district,
            wish.points.fit,
            wish.points.need,
            wish.points.waiting,
            got.nearness,
            got.offering_id,
            [why.value for why in got.why],
            got.least,
        )
        for wish, holder_id, got in zip(wishes, holders, allotted, strict=True)
    )
    await tx.copy_in("seat_allocation_line", _LINE, rows)


async def to_give(tx: ReadTx, allocation_id: UUID, *, rows_max: int) -> list[ToGive]:
    """The next seats that are to be given, by plan."""
    rows = await tx.fetch(
        """SELECT plan_id, line_no, holder_id, programme_code, offering_id FROM seat_allocation_line
            WHERE allocation_id = $1 AND offering_id IS NOT NULL AND outcome IS NULL ORDER BY plan_id LIMIT $2""",
        allocation_id,
        rows_max,
    )
    return [ToGive(**row) for row in rows]


async def note_given(tx: Tx, allocation_id: UUID, given: Mapping[UUID, Given]) -> None:
    """Keep what became of the seats of these plans: each has one at most."""
    await tx.execute(
        """UPDATE seat_allocation_line line SET outcome = new.outcome
             FROM unnest($2::uuid[], $3::text[]) AS new (plan_id, outcome)
            WHERE line.allocation_id = $1 AND line.plan_id = new.plan_id AND line.offering_id IS NOT NULL AND line.outcome IS NULL""",
        allocation_id,
        list(given),
        [one.value for one in given.values()],
    )


async def free_seats(tx: Tx, offering_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many seats of these offerings are free; their rows are locked."""
    rows = await tx.fetch(
        f"SELECT offering_id, {_FREE} AS free FROM offering_seat seat WHERE offering_id = ANY ($1::uuid[])", list(offering_ids)
    )
    return {row["offering_id"]: row["free"] for row in rows}


_UNMET: Final = """
WITH line AS (
    SELECT line.*, offering_id IS NOT NULL AND coalesce(outcome = 'SEATED', true) AS seated
      FROM seat_allocation_line line JOIN plan USING (plan_id)
     WHERE allocation_id = $1 AND coalesce(outcome NOT IN ('PLAN_NOT_OPEN', 'LINE_NOT_OPEN', 'MOVED_AWAY'), true) AND {reached}),
told AS (
    SELECT district, programme_code, seated, why[1] AS why,
           NOT seated AND (bool_or(seated) OVER (PARTITION BY plan_id) OR why[1] = 'HAS_SEAT' OR coalesce(outcome = 'HAS_SEAT', false)) AS another
      FROM line)
SELECT told.district, told.programme_code, programme.dimension, programme.name_th, programme.name_en, count(*) AS wishes,
       count(*) FILTER (WHERE seated) AS seated, count(*) FILTER (WHERE another) AS with_another_seat,
       count(*) FILTER (WHERE NOT seated AND NOT another AND why IN ('NO_OFFERING', 'OTHER_DATES')) AS without_offering,
       count(*) FILTER (WHERE NOT seated AND NOT another AND why NOT IN ('NO_OFFERING', 'OTHER_DATES')) AS without_seat
  FROM told JOIN programme ON programme.code = told.programme_code
 GROUP BY told.district, told.programme_code, programme.dimension, programme.name_th, programme.name_en ORDER BY told.district, told.programme_code
"""


async def unmet(tx: ReadTx, allocation_id: UUID, reach: Reach) -> list[Mapping[str, Any]]:
    """Wishes in reach and what is unmet of them, by district and programme: as the preview says, and once its seats are given as it came. Who is no longer there does not count.

    An account officer reaches the lines of the own people.
    """
    reached, args = reach_sql(reach, 2, home="line.district", responsible=None, officer="plan.officer_id")
    return [dict(row) for row in await tx.fetch(_UNMET.format(reached=reached), allocation_id, *args)]
