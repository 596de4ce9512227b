"""What specialists are asked and answered, within the caller's reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.plan.domain import ReviewStatus
from services.plan.domain.specialists import context_of
from services.plan.queries.rows import Row, narrowing, rows
from services.plan.repository.specialists import review_reach
from shared.auth import Reach
from shared.contracts.common import Dimension
from shared.crypto import FieldCipher
from shared.db import ReadTx

REVIEWS: Final = """
    SELECT review.*, plan.home_district, plan.responsible_district, plan.officer_id,
           review.status IN ('ASKED', 'TAKEN') AND review.due_on < {today} AS overdue,
           ARRAY(SELECT level FROM specialist_review_overdue risen WHERE risen.review_id = review.review_id ORDER BY level) AS risen_to
      FROM specialist_review review JOIN plan USING (plan_id)"""

FIRST_ANALYSES: Final = """
    SELECT DISTINCT ON (analysis.recorded_at, analysis.interview_id, analysis.revision)
           analysis.*, advice.version AS recommendation_version, advice.with_assessment, advice.policy_version
      FROM first_analysis analysis
      LEFT JOIN recommendation advice ON advice.plan_id = analysis.plan_id
                                     AND advice.interview_id = analysis.interview_id AND advice.interview_revision = analysis.revision
     WHERE analysis.plan_id = $1 ORDER BY analysis.recorded_at, analysis.interview_id, analysis.revision, advice.version"""


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """Which reviews are wanted; None does not narrow. `overdue` are open ones whose day has passed; `province` of either district of the case."""

    status: ReviewStatus | None = None
    dimension: Dimension | None = None
    agency: str | None = None
    province: str | None = None
    plan_id: UUID | None = None
    overdue: bool | None = None


async def list_reviews(
    tx: ReadTx,
    reach: Reach,
    dimensions: Sequence[Dimension],
    wanted: ReviewFilter,
    *,
    today: date,
    after: tuple[date, UUID] | None,
    rows_max: int,
) -> list[Row]:
    """Reviews in reach after the one named, by the day on which they are due: the queue."""
    asked, args = narrowing(
        {
            "(review.due_on, review.review_id) > ({}::date, {}::uuid)": after,
            "review.status = {}": wanted.status,
            "review.dimension = {}": wanted.dimension,
            "review.agency = {}": wanted.agency,
            "{} IN (left(plan.home_district, 2), left(plan.responsible_district, 2))": wanted.province,
            "review.plan_id = {}": wanted.plan_id,
            "(review.status IN ('ASKED', 'TAKEN') AND review.due_on < {})": today if wanted.overdue else None,
        }
    )
    reached, reach_args = review_reach(reach, dimensions, len(args) + 1)
    args += [*reach_args, today]
    sql = f"{REVIEWS.format(today=f'${len(args)}')} WHERE {asked} AND {reached} ORDER BY review.due_on, review.review_id LIMIT {rows_max:d}"
    return await rows(tx, sql, *args)


async def show_review(
    tx: ReadTx, review_id: UUID, reach: Reach, dimensions: Sequence[Dimension], *, today: date, cipher: FieldCipher
) -> Row | None:
    """One review in reach with its words opened, the analysis and the recommendation that it is about; None when it is not there."""
    reached, args = review_reach(reach, dimensions, 3)
    row = await tx.fetchrow(f"{REVIEWS.format(today='$2')} WHERE review.review_id = $1 AND {reached}", review_id, today, *args)
    if row is None:
        return None
    analyses = await rows(tx, FIRST_ANALYSES, row["plan_id"])
    advice = await tx.fetchval("SELECT programmes FROM recommendation WHERE plan_id = $1 ORDER BY version DESC LIMIT 1", row["plan_id"])
    return {
        **row,
        "question": _opened(cipher, review_id, row["question_sealed"]),
        "words": _opened(cipher, review_id, row["words_sealed"]),
        "first_analysis": analyses[-1] if analyses else None,
        "recommended": [one for one in advice or () if one["dimension"] == row["dimension"]],
        "history": await rows(tx, "SELECT * FROM specialist_review_history WHERE review_id = $1 ORDER BY number", review_id),
    }


def _opened(cipher: FieldCipher, review_id: UUID, sealed: str | None) -> str | None:
    return None if sealed is None else cipher.open_text(sealed, context_of(review_id))
