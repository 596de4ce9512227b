"""The end of a plan by a death, a withdrawal, a merge or an erasure, and of what is open of it at agencies; and how it goes on where that was taken back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from uuid import UUID

from services.plan.changes import Changes
from services.plan.commands.refer import put_closed, put_reopened
from services.plan.domain import RUNNING, Because, Line, Plan, PlanStatus, ReferralStatus, current
from shared.contracts.plan import ClosingReason, SeatEnd

_REASONS: Final = {
    PlanStatus.CLOSED: ClosingReason.DECEASED,
    PlanStatus.WITHDRAWN: ClosingReason.WITHDRAWN,
    PlanStatus.MERGED: ClosingReason.MERGED,
}


def end_plan(
    changes: Changes,
    plan_id: UUID,
    status: PlanStatus,
    because: Because,
    *,
    reason: ClosingReason | None = None,
) -> None:
    """Put the ended plan, which is among the changes, and its closed referrals into them. Raises PlanNotOpen."""
    plan = changes.plan(plan_id)
    if plan is None:
        raise KeyError(plan_id)
    changes.put_plan(plan.become(status), because)
    if plan.agreement_version:
        changes.give_up_seats(plan_id, SeatEnd(reason or _REASONS[status]), because)
    for referral in changes.referrals_of(plan_id):
        put_closed(changes, referral, reason or _REASONS[status], because)


def go_on(changes: Changes, plan: Plan, before: PlanStatus, because: Because) -> None:
    """Put the plan that a death, a merge or a withdrawal had ended, as it was before, and the referrals closed with it into the changes. Raises PlanNotOpen.

    Lines in force of a plan that runs again, which must be among the changes, ask for their seats again.
    """
    # What a specialist was asked was withdrawn with the plan: the officer asks again.
    changes.put_plan(plan.go_on(PlanStatus.RECOMMENDED if before is PlanStatus.AT_SPECIALIST else before), because)
    for referral in changes.referrals_of(plan.plan_id):
        put_reopened(changes, referral, _REASONS[plan.status], because)
    if before in RUNNING:
        changes.ask_seats(_to_seat(changes, plan.plan_id), plan.holder_id, because)


def _to_seat(changes: Changes, plan_id: UUID) -> Iterator[Line]:
    """The lines in force that may have a seat, each with the offering that its last attempt names; one that was declined asks with its next."""
    last = {referral.line_no: referral for referral in current(changes.referrals_of(plan_id))}
    for line in changes.agreed[plan_id].lines:
        referral = last.get(line.line_no)
        if referral is None:
            yield line
        elif not referral.ended and referral.status is not ReferralStatus.DECLINED:
            yield replace(line, offering_id=referral.offering_id, programme_code=referral.programme_code)
