"""Routes of plans."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.plan import queries
from services.plan.commands import agree
from services.plan.commands.amend import Amendment, amend
from services.plan.domain import Choice, PlanStatus
from services.plan.http.asking import PLANS_READ, PLANS_WRITE, because_of
from services.plan.queries import PlanFilter
from services.plan.queries.stages import show_plan_with_stages
from services.plan.resources import PlanResources
from services.plan.schemas.plans import AgreementBody, AmendmentBody, DeclineBody, PlanDetailOut, PlanOut
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
        "แสดงแผนทั้งสามขั้น (อายุรกรรม เฉพาะทาง สั่งยา) พร้อมคำแนะนำ รายการที่ตกลง ที่นั่ง การส่งต่อ และประวัติ",
        "A plan by its three stages: the first analysis and the recommendation with its reasons, what specialists were asked, the agreements with their "
        "lines and seats; and referrals, decisions and history.",
        PLANS_READ,
    ),
)
async def show_plan(plan_id: UUID, call: Reading) -> Response:
    """GET /v1/plans/{plan_id}."""
    return await call.query(lambda tx: _shown(tx, call, plan_id))


@router.post(
    "/{plan_id}/agreement",
    response_model=PlanDetailOut,
    status_code=201,
    **operation(
        "Record the agreement",
        "บันทึกแผนที่ผู้มีบัตรและผู้ดูแลตกลงและลงนามร่วมกัน ระบบส่งต่อรายการในขั้นแรกทันที (ทุกขั้นหากทำพร้อมกัน) และจองที่นั่งหรือเข้าบัญชีรอของรอบที่เลือก",
        "The person's own account officer records what both agreed on and signed. The lines of the first step (of all, side by side) are referred at "
        "once, those of a later step when the earlier is done. A line with an offering takes a seat, or the next place on its waiting list.",
        PLANS_WRITE,
    ),
)
async def agree_plan(plan_id: UUID, body: AgreementBody, call: Writing) -> Response:
    """POST /v1/plans/{plan_id}/agreement."""

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        await agree.agree(
            tx,
            plan_id,
            tuple(Choice(**line.model_dump()) for line in body.lines),
            agreed_on=body.agreed_on,
            other_choice=body.other_choice,
            other_choice_reason=body.reason_for_other_choice,
            side_by_side=body.side_by_side,
            unsigned=body.unsigned(),
            principal=call.principal,
            because=because_of(call, "agreed"),
            desk=call.resources.desk,
        )
        return await _shown(tx, call, plan_id)

    return await call.command(use_case, location=lambda _: f"/v1/plans/{plan_id}")


@router.post(
    "/{plan_id}/amendments",
    response_model=PlanDetailOut,
    status_code=201,
    **operation(
        "Amend the agreement",
        "บันทึกการแก้ไขแผนเป็นข้อตกลงรุ่นใหม่พร้อมเหตุผลและลายมือชื่อทั้งสองฝ่าย ข้อตกลงเดิมยังคงอยู่ รายการที่ตัดออกถูกเรียกคืนจากหน่วยงาน",
        "The person's own account officer records a new version of the agreement with its reason and both signatures. What was signed before stays "
        "readable; lines that are left out are taken back from their agencies, lines that have their end stay. Needs If-Match.",
        PLANS_WRITE,
    ),
)
async def amend_plan(
    plan_id: UUID,
    body: AmendmentBody,
    call: Annotated[Call[PlanResources], Depends(calling(PLANS_WRITE, idempotent=True, needs_if_match=True))],
) -> Response:
    """POST /v1/plans/{plan_id}/amendments."""
    expected = call.version_to_change()
    amendment = Amendment(
        choices=tuple(Choice(**{**line.model_dump(), "programme_code": line.programme_code or ""}) for line in body.lines),
        agreed_on=body.agreed_on,
        reason=body.reason,
        side_by_side=body.side_by_side,
        unsigned=body.unsigned(),
        other_choice=body.other_choice,
        other_choice_reason=body.reason_for_other_choice,
    )

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        resources = call.resources
        because = because_of(call, "amended")
        desk, cipher = resources.desk, resources.fields
        await amend(tx, plan_id, amendment, expected, principal=call.principal, because=because, desk=desk, cipher=cipher)
        return await _shown(tx, call, plan_id)

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
        return await _shown(tx, call, plan_id)

    return await call.command(use_case)


async def _shown(tx: ReadTx, call: Call[PlanResources], plan_id: UUID) -> dict[str, Any] | None:
    today = call.resources.clock.business_today()
    return await show_plan_with_stages(tx, plan_id, call.principal.reach, today=today, cipher=call.resources.fields)
