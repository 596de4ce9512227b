"""A plan with its three stages, and who waits for the seats of an offering."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from services.plan.domain import PlanStatus, ReviewStatus
from services.plan.domain.agreements import reason_context
from services.plan.domain.stages import ANALYSED, prescription_stage, specialist_stage
from services.plan.queries import show_plan
from services.plan.queries.rows import Row, rows
from services.plan.queries.specialists import FIRST_ANALYSES, REVIEWS
from services.plan.repository.plans import plan_reach
from shared.auth import Reach
from shared.crypto import FieldCipher
from shared.db import ReadTx

_PLACES: Final = """
    SELECT line_no, offering_id, true AS seated, NULL::bigint AS place FROM seat_hold WHERE plan_id = $1
     UNION ALL
    SELECT line_no, offering_id, false,
           (SELECT count(*) FROM seat_waiting before
             WHERE before.offering_id = own.offering_id AND before.status = 'WAITING' AND before.number <= own.number)
      FROM seat_waiting own WHERE own.plan_id = $1 AND own.status = 'WAITING'"""


async def show_plan_with_stages(tx: ReadTx, plan_id: UUID, reach: Reach, *, today: date, cipher: FieldCipher) -> Row | None:
    """One plan in reach with all that belongs to it and how it stands in each stage; None when it is not there."""
    plan = await show_plan(tx, plan_id, reach)
    if plan is None:
        return None
    reviews = await rows(
        tx, f"{REVIEWS.format(today='$2')} WHERE review.plan_id = $1 ORDER BY review.asked_on, review.review_id", plan_id, today
    )
    agreements = await rows(tx, "SELECT * FROM agreement WHERE plan_id = $1 ORDER BY version", plan_id)
    places = {place["line_no"]: place for place in await rows(tx, _PLACES, plan_id)}
    stages = {
        "general_medicine": ANALYSED,
        "specialist": specialist_stage([ReviewStatus(review["status"]) for review in reviews]),
        "prescription": prescription_stage(PlanStatus(plan["status"]), plan["agreement_version"]),
    }
    return {
        **plan,
        "stages": stages,
        "first_analyses": await rows(tx, FIRST_ANALYSES, plan_id),
        "specialist_reviews": reviews,
        "agreements": [{**one, "reason": _opened(cipher, one)} for one in agreements],
        "lines": [{**line, "seat": places.get(line["line_no"])} for line in plan["lines"]],
    }


async def list_waiting(tx: ReadTx, offering_id: UUID, reach: Reach, *, after: int | None, rows_max: int) -> list[Row]:
    """Lines in reach that wait for the offering, in their order; `place` counts all who wait. The agency that gives it sees all."""
    condition, args = plan_reach(reach, 2, agency="line.agency")
    return await rows(
        tx,
        f"""SELECT own.* FROM (
               SELECT w.*, row_number() OVER (ORDER BY w.number) AS place FROM seat_waiting w WHERE w.offering_id = $1 AND w.status = 'WAITING') own
              JOIN plan USING (plan_id) JOIN plan_line line USING (plan_id, line_no)
             WHERE {condition} AND own.number > {after or 0:d} ORDER BY own.number LIMIT {rows_max:d}""",
        offering_id,
        *args,
    )


def _opened(cipher: FieldCipher, agreement: dict[str, Any]) -> str | None:
    sealed = agreement["reason_sealed"]
    return None if sealed is None else cipher.open_text(sealed, reason_context(agreement["plan_id"], agreement["version"]))
