"""Specialists' reviews. The lock of the plan guards them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.plan.domain import Review, ReviewStatus
from services.plan.repository.plans import plan_reach
from services.plan.repository.rows import columns_of
from shared.auth import Level, Reach
from shared.contracts.common import Dimension
from shared.contracts.plan import ReviewLevel, ReviewWithdrawal, SpecialistOpinion
from shared.db import ReadTx, Tx

_REVIEW: Final = ", ".join(f"review.{name}" for name in columns_of(Review))
_OPEN: Final = "review.status IN ('ASKED', 'TAKEN')"
_DUE: Final = {ReviewLevel.DISTRICT: "due_on", ReviewLevel.PROVINCE: "rises_on"}


def review_reach(reach: Reach, dimensions: Sequence[Dimension], first_arg: int) -> tuple[str, list[Any]]:
    """The reach over `specialist_review review JOIN plan`, and its arguments.

    An agency, or a bank as an agency, sees what it is asked; areas and officers what their people's plans are asked, specialists of an
    area (`dimensions` are theirs) of their dimensions only.
    """
    condition, args = plan_reach(reach, first_arg, agency="review.agency")
    if not dimensions or reach.level in {Level.AGENCY, Level.BANK, Level.OFFICER}:
        return condition, args
    return f"{condition} AND review.dimension = ANY(${first_arg + len(args)}::text[])", [*args, [one.value for one in dimensions]]


async def plan_of_review(tx: ReadTx, review_id: UUID, reach: Reach, dimensions: Sequence[Dimension]) -> UUID | None:
    """The plan that the review is about; None when it is not there or out of reach."""
    condition, args = review_reach(reach, dimensions, 2)
    found: UUID | None = await tx.fetchval(
        f"SELECT review.plan_id FROM specialist_review review JOIN plan USING (plan_id) WHERE review.review_id = $1 AND {condition}",
        review_id,
        *args,
    )
    return found


async def reviews_of_plans(tx: ReadTx, plan_ids: Iterable[UUID]) -> dict[UUID, Review]:
    """All reviews of the plans, by id, the oldest first."""
    rows = await tx.fetch(
        f"SELECT {_REVIEW} FROM specialist_review review WHERE review.plan_id = ANY($1::uuid[]) ORDER BY asked_on, review_id",
        list(plan_ids),
    )
    return {row["review_id"]: _review_of(row) for row in rows}


async def lock_overdue_plans(tx: Tx, level: ReviewLevel, today: date, limit: int) -> list[UUID]:
    """Up to so many plans with a review that is overdue for the level and has not risen to it yet, locked; those in use wait for the next time."""
    rows = await tx.fetch(
        f"""SELECT plan.plan_id FROM plan
             WHERE EXISTS (SELECT FROM specialist_review review WHERE review.plan_id = plan.plan_id AND {_OVERDUE.format(_DUE[level])})
             ORDER BY plan.plan_id LIMIT {limit:d} FOR UPDATE OF plan SKIP LOCKED""",
        today,
        level.value,
    )
    return [row["plan_id"] for row in rows]


_OVERDUE: Final = f"""{_OPEN} AND review.{{}} < $1
    AND NOT EXISTS (SELECT FROM specialist_review_overdue risen WHERE risen.review_id = review.review_id AND risen.level = $2)"""


async def raise_overdue(tx: Tx, level: ReviewLevel, today: date, plan_ids: Iterable[UUID]) -> list[Mapping[str, Any]]:
    """Note of the locked plans' reviews that are overdue for the level that they rose to it; returns them with the responsible district."""
    return await tx.fetch(
        f"""WITH risen AS (
               INSERT INTO specialist_review_overdue (review_id, level, due_on, found_on)
               SELECT review.review_id, $2, review.due_on, $1 FROM specialist_review review
                WHERE review.plan_id = ANY($3::uuid[]) AND {_OVERDUE.format(_DUE[level])}
               RETURNING review_id)
            SELECT review.review_id, review.plan_id, review.holder_id, review.dimension, review.agency, review.due_on, plan.responsible_district
              FROM risen JOIN specialist_review review USING (review_id) JOIN plan USING (plan_id) ORDER BY review.review_id""",
        today,
        level.value,
        list(plan_ids),
    )


def _review_of(row: Mapping[str, Any]) -> Review:
    return Review(
        **{
            **row,
            "dimension": Dimension(row["dimension"]),
            "status": ReviewStatus(row["status"]),
            "opinion": None if row["opinion"] is None else SpecialistOpinion(row["opinion"]),
            "programmes": tuple(row["programmes"]),
            "ended_reason": None if row["ended_reason"] is None else ReviewWithdrawal(row["ended_reason"]),
        }
    )
