"""A preview of how the seats of a province's month can be given out: asked for by one person, reckoned by a job."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.plan.commands.advise import Adviser, Desk
from services.plan.domain import Because, Situation
from services.plan.domain.allocations import Allocation, AllocationStatus, Allotment, Supply, Wish
from services.plan.errors.allocations import AllocationUnderWay
from services.plan.repository import allocations, people, plans
from services.plan.repository.allocations import Wishing
from services.plan.rules.allocation import Weights, weights_on
from services.plan.rules.recommend import fit
from shared import jobs
from shared.clock import on_day
from shared.db import ReadTx, Tx
from shared.errors import Conflict
from shared.ids import new_id

PREPARE_JOB: Final = "prepare_seat_allocation"
PLANS_AT_ONCE_MAX: Final = 2000
UNDER_WAY: Final = frozenset({AllocationStatus.PREPARING, AllocationStatus.APPLYING})
_WITH_LINES: Final = frozenset({AllocationStatus.READY, AllocationStatus.APPLIED, AllocationStatus.SUPERSEDED})


@dataclass(frozen=True, slots=True)
class Gathered:
    """What an allocation is reckoned from: the wishes with their holders, the offerings, and the weights of its day."""

    wishes: Sequence[Wish]
    holders: Sequence[UUID]
    supplies: Sequence[Supply]
    weights: Weights


async def ask(tx: Tx, province: str, month: date, because: Because) -> Allocation:
    """Begin an allocation of the month (its first day), which a job prepares. Raises AllocationUnderWay."""
    await allocations.one_at_a_time(tx, province, month)
    earlier = await allocations.of_month(tx, province, month)
    refuse_under_way(earlier)
    today = on_day(because.at)
    new = Allocation(
        allocation_id=new_id(),
        province=province,
        month=month,
        number=len(earlier) + 1,
        status=AllocationStatus.PREPARING,
        version=1,
        day=today,
        rules_from=weights_on(today).since,
        asked_by=because.who,
        asked_at=because.at,
    )
    await jobs.ask(tx, PREPARE_JOB, {"allocation_id": str(new.allocation_id)}, asked_by=because.who)
    await allocations.add(tx, new)
    return new


def refuse_under_way(of_month: Iterable[Allocation]) -> None:
    """Raise AllocationUnderWay, naming it, where one of them is being prepared or applied."""
    for one in of_month:
        if one.status in UNDER_WAY:
            raise AllocationUnderWay(allocation_id=str(one.allocation_id), allocation_status=one.status.value)


async def gather(tx: ReadTx, allocation: Allocation, desk: Desk) -> Gathered:
    """Read who wishes and what is free, on one snapshot; each line is weighed as the recommendation would on the day. Raises Unavailable before the first policy."""
    first, last = allocation.month, last_of_month(allocation.month)
    weights = weights_on(allocation.day)
    compared = next((one.allocation_id for one in await _of_month(tx, allocation) if one.status in _WITH_LINES), None)
    wishes: list[Wish] = []
    holders: list[UUID] = []
    plan_ids = await plans.running_in(tx, allocation.province)
    for start in range(0, len(plan_ids), PLANS_AT_ONCE_MAX):
        wishing = await allocations.wishing(tx, plan_ids[start : start + PLANS_AT_ONCE_MAX], first, last, before=compared)
        wishes += await _weighed(tx, wishing, allocation.day, desk, weights)
        holders += [one.holder_id for one in wishing]
    return Gathered(wishes, holders, await allocations.supplies(tx, allocation.province, first, last, allocation.day), weights)


async def keep_preview(tx: Tx, allocation: Allocation, gathered: Gathered, allotment: Allotment) -> None:
    """Keep what each line would get; an earlier preview of the same is superseded."""
    await allocations.one_at_a_time(tx, allocation.province, allocation.month)
    ready = allocation.become(
        AllocationStatus.READY,
        offerings=len(gathered.supplies),
        seats=sum(one.free for one in gathered.supplies),
        wishes=len(gathered.wishes),
        given=sum(one.offering_id is not None for one in allotment.allotted),
        total_points=allotment.total,
        bound_points=allotment.bound,
    )
    superseded = [
        one.become(AllocationStatus.SUPERSEDED) for one in await _of_month(tx, allocation) if one.status is AllocationStatus.READY
    ]
    await replace_all(tx, [ready, *superseded])
    await allocations.add_lines(tx, allocation.allocation_id, gathered.wishes, gathered.holders, allotment.allotted)


async def fail(tx: Tx, allocation: Allocation) -> None:
    """Nothing could be reckoned; another one may be asked for."""
    await replace_all(tx, [allocation.become(AllocationStatus.FAILED)])


async def replace_all(tx: Tx, changed: Sequence[Allocation]) -> None:
    """Write the next versions. Raises Conflict where one is no longer as it was read, which the lock should not let happen."""
    if not await allocations.replace_all(tx, changed):
        raise Conflict(allocations=[str(one.allocation_id) for one in changed])


def last_of_month(month: date) -> date:
    """The last day of the month that begins on this day."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


async def _of_month(tx: ReadTx, allocation: Allocation) -> list[Allocation]:
    return [one for one in await allocations.of_month(tx, allocation.province, allocation.month) if one.number < allocation.number]


async def _weighed(tx: ReadTx, wishing: Sequence[Wishing], day: date, desk: Desk, weights: Weights) -> list[Wish]:
    holder_ids = {one.holder_id for one in wishing}
    adviser = await desk.adviser(tx, holder_ids)
    holders, interviews = await people.seen_holders(tx, holder_ids), await plans.interviews(tx, holder_ids)
    situations = {holder_id: adviser.situation(holders[holder_id], interviews[holder_id]) for holder_id in holder_ids}
    return [_wish(one, situations, adviser, day, weights) for one in wishing]


def _wish(one: Wishing, situations: Mapping[UUID, Situation], adviser: Adviser, day: date, weights: Weights) -> Wish:
    situation = situations[one.holder_id]
    programme = adviser.catalogue.signed_on(one.programme_code, day)
    points = weights.points(
        fit(programme, situation, adviser.market(day)),
        situation.tier,
        sent_again=one.attempt > 1,
        waiting_days=(day - one.since).days,
    )
    return Wish(
        plan_id=one.plan_id,
        line_no=one.line_no,
        programme_code=one.programme_code,
        district=one.district,
        points=points,
        starts_on=one.starts_on,
        due_on=one.due_on,
        before=one.before,
        has_seat=one.has_seat,
    )
