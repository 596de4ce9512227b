"""Routes of specialists' reviews (เฉพาะทาง): asking, the queue, taking, answering, withdrawing."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.plan.commands import specialists
from services.plan.commands.specialists import SPECIALIST_SCOPES, dimensions_of
from services.plan.domain import ReviewStatus
from services.plan.http.asking import REVIEWS_ANSWER, REVIEWS_ASK, REVIEWS_READ, because_of
from services.plan.queries.specialists import ReviewFilter, list_reviews, show_review
from services.plan.resources import PlanResources
from services.plan.schemas.specialists import OpinionBody, QuestionBody, ReviewDetailOut, WithdrawalBody
from services.plan.schemas.stages import ReviewOut
from shared.contracts.common import Dimension
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["specialist reviews"])

Reading = Annotated[Call[PlanResources], Depends(calling(REVIEWS_READ))]
Asking = Annotated[Call[PlanResources], Depends(calling(REVIEWS_ASK, idempotent=True))]
Answering = Annotated[Call[PlanResources], Depends(calling(REVIEWS_ANSWER, idempotent=True))]

_BY_DIMENSION = tuple(SPECIALIST_SCOPES.values())


@router.post(
    "/plans/{plan_id}/specialist-reviews",
    response_model=ReviewDetailOut,
    status_code=201,
    **operation(
        "Ask a specialist",
        "ผู้ดูแล (AO) ส่งต่อทีมเฉพาะทางในมิติหนึ่งก่อนทำแผน หรือก่อนแก้ไขแผน ถามได้ครั้งละหนึ่งเรื่องต่อมิติ",
        "The person's own account officer asks a specialist about one dimension, one question a dimension at a time. What is agreed on in that "
        "dimension waits for the answer.",
        REVIEWS_ASK,
    ),
)
async def ask_specialist(plan_id: UUID, body: QuestionBody, call: Asking) -> Response:
    """POST /v1/plans/{plan_id}/specialist-reviews."""
    question = specialists.Question(body.dimension, body.agency, body.question)

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        because = because_of(call, "asked")
        return await _shown(tx, call, await specialists.ask(tx, plan_id, question, call.principal, because, call.resources.fields))

    return await call.command(use_case, location=lambda asked: f"/v1/specialist-reviews/{asked and asked['review_id']}")


@router.get(
    "/specialist-reviews",
    response_model=PageOf[ReviewOut],
    **operation(
        "List specialist reviews",
        "คิวคำขอความเห็นทีมเฉพาะทางในความรับผิดชอบ เรียงตามวันครบกำหนด (ทีมเฉพาะทางเห็นเฉพาะมิติของตน หน่วยงานเห็นเฉพาะที่ส่งถึงตน)",
        "The queue in reach, by the day on which the answer is due: specialists see their dimensions, agencies what they are asked, officers "
        "their own cases. `overdue=true` gives what has had no answer in time.",
        REVIEWS_READ,
    ),
)
async def list_specialist_reviews(
    call: Reading,
    page: PageParams,
    status: Annotated[ReviewStatus | None, Query(description="สถานะ")] = None,
    dimension: Annotated[Dimension | None, Query(description="มิติ")] = None,
    agency: Annotated[str | None, Query(max_length=16, description="หน่วยงาน")] = None,
    province: Annotated[
        str | None, Query(pattern=r"^\d{2}$", description="Of either district of the case. รหัสจังหวัด", examples=["81"])
    ] = None,
    plan_id: Annotated[UUID | None, Query(description="แผน")] = None,
    overdue: Annotated[bool | None, Query(description="Open, and the day has passed. เกินกำหนด")] = None,
) -> Response:
    """GET /v1/specialist-reviews."""
    after = page.after(date, UUID)
    wanted = ReviewFilter(status, dimension, agency, province, plan_id, overdue)

    async def read(tx: ReadTx) -> dict[str, Any]:
        found = await list_reviews(
            tx,
            call.principal.reach,
            dimensions_of(call.principal),
            wanted,
            today=_today(call),
            after=None if after is None else (after[0], after[1]),
            rows_max=page.limit + 1,
        )
        items, next_cursor = page.cut(found, lambda row: (row["due_on"], row["review_id"]))
        return {"items": items, "next_cursor": next_cursor}

    return await call.query(read)


@router.get(
    "/specialist-reviews/{review_id}",
    response_model=ReviewDetailOut,
    **operation(
        "Show a specialist review",
        "แสดงคำถาม ความเห็น ผลวิเคราะห์เบื้องต้น และคำแนะนำในมิตินั้น",
        "A review with its words, the first analysis of the plan and what was recommended in its dimension.",
        REVIEWS_READ,
    ),
)
async def show_specialist_review(review_id: UUID, call: Reading) -> Response:
    """GET /v1/specialist-reviews/{review_id}."""
    return await call.query(lambda tx: _shown(tx, call, review_id))


@router.post(
    "/specialist-reviews/{review_id}/taking",
    response_model=ReviewDetailOut,
    **operation(
        "Take a specialist review",
        "เจ้าหน้าที่เฉพาะทางของมิตินั้นในจังหวัด หรือของหน่วยงานที่ถูกถาม รับเรื่องไว้ให้ความเห็น",
        "A specialist of the dimension in the province, or an officer of the agency that is asked, takes the question to answer it.",
        REVIEWS_ANSWER,
        further_scopes=_BY_DIMENSION,
    ),
)
async def take_specialist_review(review_id: UUID, call: Answering) -> Response:
    """POST /v1/specialist-reviews/{review_id}/taking."""

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        await specialists.take(tx, review_id, call.principal, because_of(call, "taken"))
        return await _shown(tx, call, review_id)

    return await call.command(use_case)


@router.post(
    "/specialist-reviews/{review_id}/opinion",
    response_model=ReviewDetailOut,
    **operation(
        "Answer a specialist review",
        "ผู้รับเรื่องให้ความเห็น พร้อมโครงการที่แนะนำและเหตุผล",
        "Who took the question answers it: an opinion, the programmes that are recommended, best first, and words.",
        REVIEWS_ANSWER,
        further_scopes=_BY_DIMENSION,
    ),
)
async def answer_specialist_review(review_id: UUID, body: OpinionBody, call: Answering) -> Response:
    """POST /v1/specialist-reviews/{review_id}/opinion."""
    answer = specialists.Answer(body.opinion, tuple(body.programmes), body.words)

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        await specialists.give(tx, review_id, answer, call.principal, because_of(call, "answered"), call.resources.fields)
        return await _shown(tx, call, review_id)

    return await call.command(use_case)


@router.post(
    "/specialist-reviews/{review_id}/withdrawal",
    response_model=ReviewDetailOut,
    **operation(
        "Withdraw a specialist review",
        "ผู้ดูแล (AO) ถอนคำขอพร้อมเหตุผล แผนในมิตินั้นไปต่อได้โดยไม่รอความเห็น",
        "The person's own account officer withdraws the question with the reason; what is agreed on in the dimension waits no longer.",
        REVIEWS_ASK,
    ),
)
async def withdraw_specialist_review(review_id: UUID, body: WithdrawalBody, call: Asking) -> Response:
    """POST /v1/specialist-reviews/{review_id}/withdrawal."""

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        await specialists.withdraw(tx, review_id, body.reason, call.principal, because_of(call, body.reason.value))
        return await _shown(tx, call, review_id)

    return await call.command(use_case)


def _today(call: Call[PlanResources]) -> date:
    return call.resources.clock.business_today()


async def _shown(tx: ReadTx, call: Call[PlanResources], review_id: UUID) -> dict[str, Any] | None:
    reach, dimensions = call.principal.reach, dimensions_of(call.principal)
    return await show_review(tx, review_id, reach, dimensions, today=_today(call), cipher=call.resources.fields)
