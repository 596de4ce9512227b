"""What follows from a completed interview."""

from collections.abc import Sequence

from services.plan.changes import Changes
from services.plan.commands.advise import Adviser, Desk
from services.plan.commands.agree import Agreement, assign, publish_declined
from services.plan.commands.end import end_plan
from services.plan.commands.reviews import Asked, put_question
from services.plan.commands.write import write
from services.plan.domain import NOT_AGREED, Because, Choice, FirstAnalysis, Holder, Interview, Noted, Plan, PlanStatus, plan_id_of
from services.plan.repository import people, plans, specialists
from shared.contracts.common import Dimension
from shared.contracts.interview import Answer, InterviewCompleted
from shared.contracts.plan import OtherChoice
from shared.db import Tx
from shared.ids import same_id


async def take_interviews(tx: Tx, completed: Sequence[Noted[InterviewCompleted]], desk: Desk) -> None:
    """Recommend to those who wish to develop (and assign the plan at once where both signed its lines), decline the rest.

    A death or withdrawal that overtook its interview on another topic ends the plan after that, as if it had come in order.
    The holders and a policy set must be here, and every programme of a menu in the catalogue.
    """
    holder_ids = {one.data.holder_id for one in completed}
    holders = await people.hold_holders(tx, holder_ids)
    changes = Changes.of(await plans.lock_plans_of_holders(tx, holder_ids))
    changes.read_reviews((await specialists.reviews_of_plans(tx, changes.was)).values())
    known = await plans.interviews(tx, holder_ids)
    adviser = await desk.adviser(tx, holder_ids)
    for one in completed:
        before = changes.interviews.get(one.data.holder_id) or known.get(one.data.holder_id)
        if before is None or before.interview_id != one.data.interview_id or before.revision < one.data.revision:
            _take(changes, one.data, holders[one.data.holder_id], adviser, one.because)
    await write(tx, changes)


def _take(changes: Changes, completed: InterviewCompleted, holder: Holder, adviser: Adviser, because: Because) -> None:
    interview = interview_of(completed)
    changes.interviews[holder.holder_id] = interview
    changes.analyses.append(_analysis_of(interview, because))
    plan = changes.plan(plan_id_of(holder.holder_id))
    if plan is not None and (plan.status not in NOT_AGREED or plan.agreed_on is not None):
        return  # What was signed stays: a corrected interview does not undo it.
    status = PlanStatus.RECOMMENDED if completed.answer is Answer.DEVELOP else PlanStatus.DECLINED
    plan = _begun(holder, interview, status) if plan is None else _gone_on(plan, interview, status)
    if status is PlanStatus.DECLINED:
        plan = plan.changed(
            declined_on=completed.interviewed_on,
            sufficient=completed.answer is Answer.SUFFICIENT,
            decline_reason=completed.decline_reason,
        )
    changes.put_plan(plan, because)
    if status is PlanStatus.DECLINED:
        publish_declined(changes, plan, because)
    else:
        plan = _ask_specialists(changes, adviser.prepare(changes, plan, holder, interview, because), interview, because)
        awaited = {review.dimension for review in changes.open_reviews(plan.plan_id)}
        if is_signed(completed) and not awaited.intersection(line.dimension for line in completed.menu):
            assign(changes, plan, _agreement_of(completed, plan), adviser.catalogue, because)
    ended = _ended_meanwhile(completed, holder)
    if ended is not None:
        end_plan(changes, plan.plan_id, ended, because)


def _ended_meanwhile(completed: InterviewCompleted, holder: Holder) -> PlanStatus | None:
    if not holder.alive:
        return PlanStatus.CLOSED
    if holder.withdrawn_on is not None and completed.interviewed_on <= holder.withdrawn_on:
        return PlanStatus.WITHDRAWN
    return None


def is_signed(completed: InterviewCompleted) -> bool:
    """Whether the plan follows at once: menu lines, all signed by both, and no specialist asked."""
    return (
        bool(completed.menu)
        and not completed.specialist_asked
        and all(line.holder_signed and line.officer_signed for line in completed.menu)
    )


def _ask_specialists(changes: Changes, plan: Plan, interview: Interview, because: Because) -> Plan:
    """The plan after the interview: where it asks specialists, one of each dimension with a problem (else of the wishes, else of work) is asked once."""
    awaited = {review.dimension for review in changes.open_reviews(plan.plan_id)}
    if awaited and plan.status is PlanStatus.RECOMMENDED:
        plan = plan.become(PlanStatus.AT_SPECIALIST)
        changes.put_plan(plan, because)
    for dimension in (interview.problems or interview.wishes or (Dimension.D1,)) if interview.specialist_asked else ():
        review_id = same_id("specialist-review", interview.interview_id, dimension)
        if dimension not in awaited and changes.review(review_id) is None:
            plan = put_question(changes, plan, Asked(review_id, dimension, in_interview=True), because)
    return plan


def _begun(holder: Holder, interview: Interview, status: PlanStatus) -> Plan:
    return Plan(
        plan_id=plan_id_of(holder.holder_id),
        holder_id=holder.holder_id,
        version=1,
        status=status,
        interview_id=interview.interview_id,
        home_district=holder.home_district,
        responsible_district=holder.responsible_district,
        officer_id=holder.officer_id or interview.officer_id,
        specialist_asked=interview.specialist_asked,
    )


def _gone_on(plan: Plan, interview: Interview, status: PlanStatus) -> Plan:
    content = {
        "interview_id": interview.interview_id,
        "specialist_asked": interview.specialist_asked,
        "declined_on": None,
        "sufficient": None,
        "decline_reason": None,
    }
    return plan.changed(**content) if plan.status is status else plan.become(status, **content)


def interview_of(completed: InterviewCompleted) -> Interview:
    """What plan keeps of it."""
    return Interview(
        holder_id=completed.holder_id,
        interview_id=completed.interview_id,
        revision=completed.revision,
        interviewed_on=completed.interviewed_on,
        officer_id=completed.officer_id,
        approach=completed.approach,
        problems=completed.problems,
        wishes=completed.wishes,
        occupation=completed.occupation,
        second_occupation=completed.second_occupation,
        income_now_baht=completed.income_now_baht,
        wants_loan=any(line.loan_amount_satang for line in completed.menu),
        chosen=tuple(line.programme_code for line in completed.menu),
        specialist_asked=completed.specialist_asked,
        district=completed.district,
    )


def _analysis_of(interview: Interview, because: Because) -> FirstAnalysis:
    return FirstAnalysis(
        plan_id=plan_id_of(interview.holder_id),
        interview_id=interview.interview_id,
        revision=interview.revision,
        analysed_on=interview.interviewed_on,
        officer_id=interview.officer_id,
        approach=interview.approach,
        problems=interview.problems,
        wishes=interview.wishes,
        occupation=interview.occupation,
        second_occupation=interview.second_occupation,
        income_now_baht=interview.income_now_baht,
        specialist_asked=interview.specialist_asked,
        recorded_at=because.at,
    )


def _agreement_of(completed: InterviewCompleted, plan: Plan) -> Agreement:
    """The signed menu as an agreement; a programme that stands in it twice is one line."""
    choices: dict[str, Choice] = {}
    for line in sorted(completed.menu, key=lambda one: one.line_no):
        choices.setdefault(line.programme_code, Choice(line.programme_code, line.goal, line.target_income_baht))
    return Agreement(
        choices=tuple(choices.values()),
        agreed_on=max(line.agreed_on or completed.interviewed_on for line in completed.menu),
        officer_id=completed.officer_id,
        district=completed.district,
        other_choice=None if choices.keys() <= set(plan.recommended) else OtherChoice.SIGNED_AT_INTERVIEW,
    )
