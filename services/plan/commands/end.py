"""The end of a plan by a death or a withdrawal, and of what is open of it at agencies; and how it goes on after a death that was none."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from services.plan.changes import Changes
from services.plan.domain import Because, Plan, PlanStatus, Referral

_REASONS: Final = {PlanStatus.CLOSED: "DECEASED", PlanStatus.WITHDRAWN: "WITHDRAWN"}


def end_plan(changes: Changes, plan_id: UUID, referrals: Iterable[Referral], status: PlanStatus, because: Because) -> None:
    """Put the ended plan, which is among the changes, and its closed referrals into them. Raises PlanNotOpen."""
    plan = changes.plan(plan_id)
    if plan is None:
        raise KeyError(plan_id)
    changes.put_plan(plan.become(status), because)
    for referral in list(referrals):
        changes.put_referral(referral.close(_REASONS[status]), because)


def go_on(changes: Changes, plan: Plan, referrals: Iterable[Referral], status: PlanStatus, because: Because) -> None:
    """Put the plan that a death had closed, in the state before it, and the referrals that it had closed into the changes. Raises PlanNotOpen."""
    changes.put_plan(plan.go_on(status), because)
    for referral in list(referrals):
        changes.put_referral(referral.go_on(_REASONS[PlanStatus.CLOSED]), because)
