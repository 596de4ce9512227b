"""Giving the seats of a preview: begun by another person than asked for it, some plans a transaction, each line looked at again.

What was reckoned may not hold any more. A line is seated only where all of it still does; else it is told what does not, and nothing changes for it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from services.plan.changes import Changes
from services.plan.commands.allocate import refuse_under_way, replace_all
from services.plan.commands.write import write
from services.plan.domain import RUNNING, Because, Line, Offering, Plan, Referral, ReferralStatus
from services.plan.domain.allocations import Allocation, AllocationStatus, Given, ToGive
from services.plan.errors.allocations import AllocationChangedSince
from services.plan.repository import agreements, allocations, offerings, people, places, plans
from services.plan.repository.places import Place
from shared import jobs
from shared.approvals import DeciderIsProposer
from shared.clock import on_day
from shared.contracts.plan import SeatEnd
from shared.db import Tx

APPLY_JOB: Final = "apply_seat_allocation"
PLANS_AT_ONCE_MAX: Final = 200
_NOT_TAKEN_IN: Final = frozenset({ReferralStatus.CREATED, ReferralStatus.RECEIVED, ReferralStatus.WAIT_LISTED})


async def begin(tx: Tx, seen: Allocation, expected_version: int, because: Because) -> Allocation:
    """Begin to give the seats of the preview that was seen; a job goes on with it.

    Raises AllocationChangedSince, AllocationNotReady, AllocationUnderWay, DeciderIsProposer.
    """
    await allocations.one_at_a_time(tx, seen.province, seen.month)
    of_month = await allocations.of_month(tx, seen.province, seen.month)
    [before] = [one for one in of_month if one.allocation_id == seen.allocation_id]
    if because.who == before.asked_by:
        raise DeciderIsProposer
    applying = before.become(AllocationStatus.APPLYING, applied_by=because.who, applied_at=because.at)
    if before.version != expected_version:
        raise AllocationChangedSince(allocation_id=str(seen.allocation_id), present_version=before.version)
    refuse_under_way(of_month)
    await replace_all(tx, [applying])
    await jobs.ask(tx, APPLY_JOB, {"allocation_id": str(seen.allocation_id)}, asked_by=because.who)
    return applying


async def give_next(tx: Tx, allocation: Allocation, because: Because) -> int:
    """Give the next seats of the preview, or note why not; returns how many were looked at."""
    some = await allocations.to_give(tx, allocation.allocation_id, rows_max=PLANS_AT_ONCE_MAX)
    if not some:
        return 0
    counter = await _counter(tx, some, allocation)
    given = {one.plan_id: counter.give(one, because) for one in some}
    await write(tx, counter.changes)
    await allocations.note_given(tx, allocation.allocation_id, given)
    return len(some)


@dataclass
class _Counter:
    """Where seats are given: the plans as they are now, what is left of each offering (both locked), and the changes."""

    allocation: Allocation
    changes: Changes
    places: Mapping[UUID, Sequence[Place]]
    taken_in_month: Collection[UUID]
    offerings: Mapping[UUID, Offering]
    left: dict[UUID, int]

    def give(self, one: ToGive, because: Because) -> Given:
        """The line's seat with all that follows into the changes, if it still can have it."""
        plan, line, referral = self.changes.plan(one.plan_id), self._line(one), self._referral(one)
        if plan is None or plan.status not in RUNNING:
            return Given.PLAN_NOT_OPEN
        if line is None or referral is None:
            return Given.LINE_NOT_OPEN
        place = next((place for place in self.places.get(one.plan_id, ()) if place.line_no == one.line_no), None)
        hindered = self._hindered(plan, place, self.offerings[one.offering_id], on_day(because.at))
        if hindered is not None:
            return hindered
        self.left[one.offering_id] -= 1
        self._seat(plan, line, referral, self.offerings[one.offering_id], place, because)
        return Given.SEATED

    def _hindered(self, plan: Plan, place: Place | None, offering: Offering, today: date) -> Given | None:
        if not plan.responsible_district.startswith(self.allocation.province):
            return Given.MOVED_AWAY
        if plan.plan_id in self.taken_in_month or (place is not None and place.seated):
            return Given.HAS_SEAT
        if not offering.is_open(today) or offering.starts_on.replace(day=1) != self.allocation.month:
            return Given.OFFERING_CLOSED
        return Given.SEAT_GONE if self.left[offering.offering_id] < 1 else None

    def _seat(self, plan: Plan, line: Line, referral: Referral, offering: Offering, place: Place | None, because: Because) -> None:
        """The agency's referral names offering and first day; a place on another waiting list is given up."""
        if place is not None:
            self.changes.give_up_seats(plan.plan_id, SeatEnd.AMENDED, because, line_no=line.line_no)
        named = replace(referral, version=referral.version + 1, offering_id=offering.offering_id, starts_on=offering.starts_on)
        self.changes.put_referral(named, because)
        wanted = replace(line, offering_id=offering.offering_id, programme_code=offering.programme_code)
        self.changes.ask_seats([wanted], plan.holder_id, because)

    def _line(self, one: ToGive) -> Line | None:
        agreed = self.changes.agreed.get(one.plan_id)
        return next((line for line in agreed.lines if line.line_no == one.line_no), None) if agreed else None

    def _referral(self, one: ToGive) -> Referral | None:
        """The attempt that waits for an agency, where it is still at the programme of the preview."""
        return next(
            (
                referral
                for referral in self.changes.referrals_of(one.plan_id)
                if referral.current and (referral.line_no, referral.programme_code) == (one.line_no, one.programme_code)
                if referral.status in _NOT_TAKEN_IN
            ),
            None,
        )


async def _counter(tx: Tx, some: Sequence[ToGive], allocation: Allocation) -> _Counter:
    """Lock holders, plans, then the offerings' seats by id: those that are given, and those on whose lists the lines wait."""
    await people.hold_holders(tx, {one.holder_id for one in some})
    locked = await plans.lock_plans(tx, {one.plan_id for one in some})
    plan_ids = [plan.plan_id for plan in locked]
    wanted = {one.offering_id for one in some}
    await offerings.lock_seats(tx, wanted | {place.offering_id for place in await places.of_plans(tx, plan_ids)})
    changes = Changes.of(locked, await plans.referrals_of_plans(tx, plan_ids))
    changes.agreed = await agreements.in_force(tx, plan_ids)
    found: dict[UUID, list[Place]] = {}
    for place in await places.of_plans(tx, plan_ids):
        found.setdefault(place.plan_id, []).append(place)
    seats = await offerings.offerings(tx, wanted | {place.offering_id for had in found.values() for place in had})
    return _Counter(
        allocation=allocation,
        changes=changes,
        places=found,
        taken_in_month={plan_id for plan_id, had in found.items() if any(_in_month(seats, one, allocation.month) for one in had)},
        offerings=seats,
        left=await allocations.free_seats(tx, wanted),
    )


def _in_month(seats: Mapping[UUID, Offering], place: Place, month: date) -> bool:
    return place.seated and seats[place.offering_id].starts_on.replace(day=1) == month
