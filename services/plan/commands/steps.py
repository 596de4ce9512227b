"""The steps of agreed plans: a line is referred when its turn has come, and a plan ends when every line in force has its end."""

from collections.abc import Iterable
from uuid import UUID

from services.plan.changes import Changes
from services.plan.commands.refer import refer
from services.plan.domain import RUNNING, Because, Plan, PlanStatus, current
from services.plan.rules.outcomes import OutcomeRules, end_of, failure_of
from shared.clock import on_day
from shared.contracts.plan import DevelopmentFailed, EndedLine, PlanCompleted


def go_on_with_steps(changes: Changes, plan_ids: Iterable[UUID], rules: OutcomeRules, because: Because) -> None:
    """Refer what is due now of the plans, and end those of which nothing is left to do. Their lines in force must be among the changes.

    To a plan that has ended a late report of an earlier step adds its day, and nothing else.
    """
    for plan_id in plan_ids:
        plan = changes.plan(plan_id)
        if plan is None:
            raise LookupError(plan_id)
        if plan.status in RUNNING:
            refer_due(changes, plan, because)
            _end(changes, plan, rules, because)


def refer_due(changes: Changes, plan: Plan, because: Because) -> None:
    """Refer the lines of the plan whose turn has come to their agencies."""
    referrals = changes.referrals_of(plan.plan_id)
    referred = {referral.line_no for referral in referrals}
    done = {referral.line_no for referral in current(referrals) if referral.ended}
    for line in changes.agreed[plan.plan_id].due(referred, done):
        refer(changes, plan.holder_id, line, because)


def _end(changes: Changes, plan: Plan, rules: OutcomeRules, because: Because) -> None:
    in_force = changes.agreed[plan.plan_id].line_nos
    referrals = [referral for referral in changes.referrals_of(plan.plan_id) if referral.line_no in in_force]
    if {referral.line_no for referral in referrals} != in_force:
        return
    last_on = max(referral.outcome_on or on_day(because.at) for referral in current(referrals))
    ended = end_of(plan, referrals, rules, on=last_on)
    if ended is None:
        return
    changes.put_plan(ended, because)
    fact = PlanCompleted(
        holder_id=ended.holder_id,
        plan_id=ended.plan_id,
        completed_on=last_on,
        succeeded=ended.succeeded or 0,
        failed=ended.failed or 0,
        dropped=ended.status is PlanStatus.DROPPED,
        version=ended.version,
    )
    changes.publish(fact, ended.holder_id, because, ended.plan_id, ended.version)
    _publish_failure(changes, ended, rules, because)


def _publish_failure(changes: Changes, plan: Plan, rules: OutcomeRules, because: Because) -> None:
    referrals = changes.referrals_of(plan.plan_id)
    failure = failure_of(plan, referrals, rules)
    if failure is None or plan.completed_on is None:
        return
    lines = [
        EndedLine(
            line_no=one.line_no,
            dimension=one.dimension,
            programme_code=one.programme_code,
            agency=one.agency,
            attempts=one.attempt,
            outcome=one.outcome,
            closed_reason=one.closed_reason,
            ended_on=one.outcome_on or plan.completed_on,
        )
        for one in sorted(current(referrals), key=lambda one: one.line_no)
        if one.line_no in changes.agreed[plan.plan_id].line_nos
    ]
    fact = DevelopmentFailed(
        holder_id=plan.holder_id, plan_id=plan.plan_id, failure=failure, failed_on=plan.completed_on, lines=tuple(lines)
    )
    changes.publish(fact, plan.holder_id, because, plan.plan_id, plan.version)
