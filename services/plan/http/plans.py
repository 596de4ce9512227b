"""Routes of plans."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.plan import queries
from services.plan.commands import agree
from services.plan.domain import Choice, PlanStatus
from services.plan.http.asking import PLANS_READ, PLANS_WRITE, because_of
from services.plan.queries import PlanFilter
from services.plan.resources import PlanResources
from services.plan.schemas.plans import AgreementBody, DeclineBody, PlanDetailOut, PlanOut
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1/plans", tags=["plans"])

Reading = Annotated[Call[PlanResources], Depends(calling(PLANS_READ))]
Writing = Annotated[Call[PlanResources], Depends(calling(PLANS_WRITE, idempotent=True))]


@router.get(
    "",
    response_model=PageOf[PlanOut],
    **operation(
        "List plans",
        "แสดงแผนพัฒนารายบุคคลในพื้นที่รับผิดชอบ",
        "Plans in reach, each with the codes that are recommended and were chosen.",
        PLANS_READ,
    ),
)
async def list_plans(
    call: Reading,
    page: PageParams,
    status: Annotated[PlanStatus | None, Query(description="สถานะแผน")] = None,
    district: Annotated[
        str | None, Query(pattern=r"^\d{4}$", description="Home or responsible district. รหัสอำเภอ", examples=["8101"])
    ] = None,
    officer_id: Annotated[UUID | None, Query(description="ผู้ดูแล (AO)")] = None,
    holder_id: Annotated[UUID | None, Query(description="ผู้มีบัตร")] = None,
) -> Response:
    """GET /v1/plans."""
    after = page.after(UUID)
    wanted = PlanFilter(status, district, officer_id, holder_id)

    async def read(tx: ReadTx) -> dict[str, Any]:
        rows = await queries.list_plans(
            tx, call.principal.reach, wanted, after=None if after is None else after[0], rows_max=page.limit + 1
        )
        items, next_cursor = page.cut(rows, lambda row: (row["plan_id"],))
        return {"items": items, "next_cursor": next_cursor}

    return await call.query(read)


@router.get(
    "/{plan_id}",
    response_model=PlanDetailOut,
    **operation(
        "Show a plan",
        "แสดงแผนพร้อมคำแนะนำ รายการที่ตกลง การส่งต่อ และประวัติ",
        "A plan with its recommendation and reasons, agreed lines, referrals, decisions and history.",
        PLANS_READ,
    ),
)
async def show_plan(plan_id: UUID, call: Reading) -> Response:
    """GET /v1/plans/{plan_id}."""
    return await call.query(lambda tx: queries.show_plan(tx, plan_id, call.principal.reach))


@router.post(
    "/{plan_id}/agreement",
    response_model=PlanDetailOut,
    status_code=201,
    **operation(
        "Record the agreement",
        "บันทึกแผนที่ผู้มีบัตรและผู้ดูแลตกลงและลงนามร่วมกัน ระบบส่งต่อทุกรายการไปยังหน่วยงานทันที",
        "The person's own account officer records what both agreed on and signed; every line is referred to its agency at once.",
        PLANS_WRITE,
    ),
)
async def agree_plan(plan_id: UUID, body: AgreementBody, call: Writing) -> Response:
    """POST /v1/plans/{plan_id}/agreement."""

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        await agree.agree(
            tx,
            plan_id,
            tuple(Choice(line.programme_code, line.goal, line.target_income_baht) for line in body.lines),
            agreed_on=body.agreed_on,
            other_choice=body.other_choice,
            other_choice_reason=body.reason_for_other_choice,
            signed_by_both=body.holder_signed and body.officer_signed,
            principal=call.principal,
            because=because_of(call, "agreed"),
        )
        return await queries.show_plan(tx, plan_id, call.principal.reach)

    return await call.command(use_case, location=lambda _: f"/v1/plans/{plan_id}")


@router.post(
    "/{plan_id}/decline",
    response_model=PlanDetailOut,
    **operation(
        "Record that the person declines",
        "บันทึกว่าผู้มีบัตรไม่ประสงค์รับแผน หรือดำรงชีวิตพอเพียง",
        "The person's own account officer records that the person wants nothing of what was offered, or is content.",
        PLANS_WRITE,
    ),
)
async def decline_plan(plan_id: UUID, body: DeclineBody, call: Writing) -> Response:
    """POST /v1/plans/{plan_id}/decline."""

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        await agree.decline(
            tx,
            plan_id,
            declined_on=body.declined_on,
            sufficient=body.sufficient,
            reason=body.reason,
            principal=call.principal,
            because=because_of(call, "declined"),
        )
        return await queries.show_plan(tx, plan_id, call.principal.reach)

    return await call.command(use_case)
