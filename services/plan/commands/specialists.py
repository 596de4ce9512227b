"""The second stage (เฉพาะทาง): a specialist is asked about a dimension, takes the question, and answers it; or it is withdrawn, or overdue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.plan import errors
from services.plan.changes import Changes
from services.plan.commands.agree import own_plan
from services.plan.commands.reach import require_own_case
from services.plan.commands.reviews import Asked, answered, put_question, put_withdrawn
from services.plan.commands.write import write
from services.plan.domain import OPEN, Because, Programme, Review
from services.plan.domain.specialists import context_of
from services.plan.errors.specialists import ReviewOpen
from services.plan.repository import catalogue, plans, specialists
from shared.auth import Level, Principal
from shared.bus import outbox
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.common import Dimension
from shared.contracts.plan import ReviewLevel, ReviewWithdrawal, SpecialistOpinion, SpecialistReviewGiven, SpecialistReviewOverdue
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.ids import new_id

RISE_AT_ONCE_MAX: Final = 500
SPECIALIST_SCOPES: Final = {
    Dimension.D1: "plan.specialist-work:answer",
    Dimension.D2: "plan.specialist-training:answer",
    Dimension.D3: "plan.specialist-finance:answer",
    Dimension.D4: "plan.specialist-necessities:answer",
}
"""Which specialist of an area answers which dimension."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a specialist is asked: about which dimension, of which agency (None for any of the province), in the officer's words."""

    dimension: Dimension
    agency: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the specialist answers: the opinion, the programmes (codes) that they recommend, best first, and their words."""

    opinion: SpecialistOpinion
    programmes: tuple[str, ...]
    words: str


async def ask(tx: Tx, plan_id: UUID, question: Question, principal: Principal, because: Because, cipher: FieldCipher) -> UUID:
    """The person's own officer asks; returns the review's id. Raises NotFound, NotOwnCase, PlanNotOpen, ReviewOpen, Invalid."""
    plan = await own_plan(tx, plan_id, principal)
    if plan.status not in OPEN:
        raise errors.PlanNotOpen(plan_id=str(plan_id), plan_status=plan.status.value)
    await _check_agency(tx, question, on_day(because.at))
    changes = Changes.of([plan])
    changes.read_reviews((await specialists.reviews_of_plans(tx, [plan_id])).values())
    for review in changes.open_reviews(plan_id):
        if review.dimension is question.dimension:
            raise ReviewOpen(review_id=str(review.review_id), dimension=review.dimension.value, due_on=str(review.due_on))
    review_id = new_id()
    sealed = cipher.seal_text(question.words, context_of(review_id)) if question.words else None
    put_question(changes, plan, Asked(review_id, question.dimension, question.agency, sealed), because)
    await write(tx, changes)
    return review_id


async def take(tx: Tx, review_id: UUID, principal: Principal, because: Because) -> None:
    """A specialist takes the question to answer it. Raises NotFound, Forbidden, ReviewNotOpen."""
    changes, review = await _begin(tx, review_id, principal)
    _require_dimension(principal, review.dimension)
    changes.put_review(review.take(principal.subject), because)
    await write(tx, changes)


async def give(tx: Tx, review_id: UUID, answer: Answer, principal: Principal, because: Because, cipher: FieldCipher) -> None:
    """Who took the question answers it. Raises NotFound, Forbidden, ReviewNotOpen, ReviewNotTaken, Invalid."""
    changes, review = await _begin(tx, review_id, principal)
    _require_dimension(principal, review.dimension)
    today = on_day(because.at)
    _check_programmes(review.dimension, answer, (await catalogue.catalogue(tx)).offered_on(today))
    sealed = cipher.seal_text(answer.words, context_of(review_id))
    given = review.give(principal.subject, answer.opinion, answer.programmes, sealed, on=today)
    changes.put_review(given, because)
    answered(changes, review.plan_id, because)
    fact = SpecialistReviewGiven(
        holder_id=review.holder_id,
        plan_id=review.plan_id,
        review_id=review_id,
        dimension=review.dimension,
        agency=review.agency,
        opinion=answer.opinion,
        programmes=answer.programmes,
        given_on=today,
        due_on=review.due_on,
    )
    changes.publish(fact, review.holder_id, because, review_id)
    await write(tx, changes)


async def withdraw(tx: Tx, review_id: UUID, reason: ReviewWithdrawal, principal: Principal, because: Because) -> None:
    """The person's own officer withdraws the question. Raises NotFound, NotOwnCase, ReviewNotOpen."""
    changes, review = await _begin(tx, review_id, principal)
    require_own_case(principal, changes.was[review.plan_id])
    put_withdrawn(changes, review, reason, because)
    answered(changes, review.plan_id, because)
    await write(tx, changes)


async def raise_overdue(tx: Tx, level: ReviewLevel, because: Because) -> int:
    """Let reviews without an answer rise to the level, RISE_AT_ONCE_MAX plans at most; returns of how many plans. Asked again it raises none twice."""
    today = on_day(because.at)
    locked = await specialists.lock_overdue_plans(tx, level, today, RISE_AT_ONCE_MAX)
    events = []
    for row in await specialists.raise_overdue(tx, level, today, locked):
        fact = SpecialistReviewOverdue(
            holder_id=row["holder_id"],
            plan_id=row["plan_id"],
            review_id=row["review_id"],
            dimension=row["dimension"],
            agency=row["agency"],
            district=row["responsible_district"],
            level=level,
            due_on=row["due_on"],
            found_on=today,
        )
        events.append(Event.of(fact, subject=fact.holder_id, time=because.at, identity=(fact.review_id, level)))
    await outbox.add_many(tx, events)
    return len(locked)


def dimensions_of(principal: Principal) -> list[Dimension]:
    """The dimensions that the caller answers as a specialist of an area, by the scopes of the token."""
    return [dimension for dimension, scope in SPECIALIST_SCOPES.items() if scope in principal.scopes]


def _require_dimension(principal: Principal, dimension: Dimension) -> None:
    """An agency answers what it is asked; others the dimensions that their token names. Raises Forbidden."""
    if principal.reach.level not in {Level.AGENCY, Level.BANK}:
        principal.require(SPECIALIST_SCOPES[dimension])


async def _begin(tx: Tx, review_id: UUID, principal: Principal) -> tuple[Changes, Review]:
    """The review in reach with its plan, locked, and all reviews of the plan."""
    plan_id = await specialists.plan_of_review(tx, review_id, principal.reach, dimensions_of(principal))
    if plan_id is None:
        raise NotFound
    changes = Changes.of(await plans.lock_plans(tx, [plan_id]))
    changes.read_reviews((await specialists.reviews_of_plans(tx, [plan_id])).values())
    return changes, changes.was_reviews[review_id]


async def _check_agency(tx: Tx, question: Question, today: date) -> None:
    """An agency that is asked runs a programme of the dimension."""
    if question.agency is None:
        return
    offered = (await catalogue.catalogue(tx)).offered_on(today)
    able = sorted({one.agency for one in offered if one.dimension is question.dimension})
    if question.agency not in able:
        raise Invalid.field(
            "agency",
            "no_programme_of_dimension",
            f"runs no programme of dimension {question.dimension}",
            f"ไม่มีโครงการในมิติ {question.dimension}",
            " | ".join(able),
        )


def _check_programmes(dimension: Dimension, answer: Answer, programmes: Iterable[Programme]) -> None:
    """The recommended programmes are offered, of the dimension, and there are some exactly where the opinion needs them."""
    offered = sorted(one.code for one in programmes if one.dimension is dimension)
    for number, code in enumerate(answer.programmes):
        if code not in offered:
            raise Invalid.field(
                f"programmes.{number}",
                "not_offered",
                f"is not offered in dimension {dimension}",
                f"ไม่เปิดรับในมิติ {dimension}",
                " | ".join(offered),
            )
    needed = answer.opinion is SpecialistOpinion.OTHER_PROGRAMMES
    if needed and not answer.programmes:
        raise Invalid.field("programmes", "missing", f"are named with {answer.opinion}", f"ต้องระบุโครงการเมื่อเลือก {answer.opinion}", "1..5")
    if answer.opinion is SpecialistOpinion.NONE_FITS and answer.programmes:
        raise Invalid.field(
            "programmes", "not_allowed", f"are not named with {answer.opinion}", f"ไม่ระบุโครงการเมื่อเลือก {answer.opinion}", "[]"
        )
