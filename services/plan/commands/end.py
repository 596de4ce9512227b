"""The end of a plan by a death, a withdrawal, a merge or an erasure, and of what is open of it at agencies; and how it goes on where that was taken back."""

from typing import Final
from uuid import UUID

from services.plan.changes import Changes
from services.plan.commands.refer import put_closed, put_reopened
from services.plan.domain import RUNNING, Because, Plan, PlanStatus
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
        ended = {referral.line_no for referral in changes.referrals_of(plan.plan_id) if referral.current and referral.ended}
        open_lines = [line for line in changes.agreed[plan.plan_id].lines if line.line_no not in ended]
        changes.ask_seats(open_lines, plan.holder_id, because)
