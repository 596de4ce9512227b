"""What specialists are asked, put into the changes of a use case."""

from dataclasses import dataclass
from uuid import UUID

from services.plan.changes import Changes
from services.plan.domain import OPEN, Because, Plan, PlanStatus, Review, ReviewStatus
from services.plan.repository import specialists
from services.plan.rules.specialist_clock import review_clock
from shared.clock import on_day
from shared.contracts.common import Dimension
from shared.contracts.plan import ReviewWithdrawal, SpecialistReviewAsked, SpecialistReviewWithdrawn
from shared.db import Tx


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its id: about which dimension, of which agency (None for any specialist of the province)."""

    review_id: UUID
    dimension: Dimension
    agency: str | None = None
    question_sealed: str | None = None
    in_interview: bool = False


def put_question(changes: Changes, plan: Plan, asked: Asked, because: Because) -> Plan:
    """Put a question about the plan into the changes, and publish it; returns the plan, which waits for the specialist where it waited for an agreement."""
    today = on_day(because.at)
    clock = review_clock(today)
    review = Review(
        review_id=asked.review_id,
        plan_id=plan.plan_id,
        holder_id=plan.holder_id,
        dimension=asked.dimension,
        agency=asked.agency,
        status=ReviewStatus.ASKED,
        version=1,
        asked_on=today,
        asked_by=because.who,
        due_on=clock.due_on,
        rises_on=clock.rises_on,
        question_sealed=asked.question_sealed,
    )
    changes.put_review(review, because)
    fact = SpecialistReviewAsked(
        holder_id=plan.holder_id,
        plan_id=plan.plan_id,
        review_id=review.review_id,
        dimension=review.dimension,
        agency=review.agency,
        district=plan.responsible_district,
        asked_on=today,
        due_on=clock.due_on,
        in_interview=asked.in_interview,
    )
    changes.publish(fact, plan.holder_id, because, review.review_id)
    waits = plan.become(PlanStatus.AT_SPECIALIST) if plan.status is PlanStatus.RECOMMENDED else plan.changed()
    changes.put_plan(waits, because)
    return waits


def put_withdrawn(changes: Changes, review: Review, reason: ReviewWithdrawal, because: Because) -> None:
    """Put the withdrawn review into the changes, and publish it. Raises ReviewNotOpen."""
    today = on_day(because.at)
    changes.put_review(review.withdraw(reason, on=today), because)
    fact = SpecialistReviewWithdrawn(
        holder_id=review.holder_id,
        plan_id=review.plan_id,
        review_id=review.review_id,
        dimension=review.dimension,
        withdrawn_on=today,
        reason=reason,
    )
    changes.publish(fact, review.holder_id, because, review.review_id)


def answered(changes: Changes, plan_id: UUID, because: Because) -> None:
    """The plan after an answer or a withdrawal: it waits for an agreement again when no specialist is asked any more."""
    plan = changes.plan(plan_id)
    if plan is None:
        raise LookupError(plan_id)
    back = plan.status is PlanStatus.AT_SPECIALIST and not changes.open_reviews(plan_id)
    changes.put_plan(plan.become(PlanStatus.RECOMMENDED) if back else plan.changed(), because)


async def withdraw_with_plans(tx: Tx, changes: Changes) -> None:
    """Withdraw what specialists are asked about plans that end with the changes."""
    ended = [plan_id for plan_id, plan in changes.plans.items() if plan.status not in OPEN]
    if not ended:
        return
    changes.read_reviews((await specialists.reviews_of_plans(tx, ended)).values())
    for plan_id in ended:
        for review in changes.open_reviews(plan_id):
            put_withdrawn(changes, review, ReviewWithdrawal.PLAN_ENDED, changes.because_of[plan_id])
