"""Follow-ups."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands.follow_up import record_follow_up, sweep_follow_ups
from services.interview.http.calls import DistrictPath, DistrictQuery, InterviewCall, act_of
from services.interview.queries.cases import list_follow_ups as follow_ups_page
from services.interview.queries.follow_ups import Due, FollowUpsBy, count_follow_ups
from services.interview.queries.follow_ups import list_follow_ups_due as due_page
from services.interview.repository.people import newest_policy
from services.interview.rules.quality_of_life import scales
from services.interview.schemas.base import CountOut
from services.interview.schemas.follow_ups import (
    FollowUpCountOut,
    FollowUpDueOut,
    FollowUpIn,
    FollowUpOut,
    FollowUpRecordedOut,
    ScaleOut,
    ScalesOut,
    SweepIn,
)
from shared.contracts.interview import FollowUpRound
from shared.db import ReadTx, Tx
from shared.http import PageOf, PageParams, calling, operation

router = APIRouter(tags=["follow-ups"])


@router.post(
    "/v1/follow-ups",
    status_code=201,
    response_model=FollowUpRecordedOut,
    **operation(
        "Record a follow-up",
        "บันทึกการติดตามผลรอบมิถุนายน กันยายน หรือครั้งอื่น การติดตามหลังวันครบกำหนดยังบันทึกได้",
        "Record a contact of the round of June or September, or between. A late contact still counts.",
        "interview.follow-ups:write",
    ),
)
async def record_one_follow_up(
    body: FollowUpIn, call: Annotated[InterviewCall, Depends(calling("interview.follow-ups:write", idempotent=True))]
) -> Response:
    """Record a follow-up."""
    form = body.form()

    async def use_case(tx: Tx) -> FollowUpRecordedOut:
        done = await record_follow_up(tx, act_of(call), *body.key(), form)
        case = done.case
        return FollowUpRecordedOut.model_validate(
            {
                "follow_up_id": done.follow_up_id,
                "case_id": case.case_id,
                "state": case.state,
                "plan_lines": done.plan_lines,
                "band_at_interview": done.band_at_interview,
                "band_now": done.band_now,
            }
        )

    return await call.command(use_case)


@router.get(
    "/v1/follow-ups",
    response_model=PageOf[FollowUpOut],
    **operation("List follow-ups", "แสดงการติดตามผล", "Follow-ups, of one case or of all in reach.", "interview.follow-ups:read"),
)
async def list_follow_ups(
    call: Annotated[InterviewCall, Depends(calling("interview.follow-ups:read"))],
    page: PageParams,
    case_id: Annotated[UUID | None, Query(description="Only of this case. รายบุคคล")] = None,
) -> Response:
    """List follow-ups."""

    async def read(tx: ReadTx) -> PageOf[FollowUpOut]:
        rows, cursor = await follow_ups_page(tx, call.principal.reach, case_id, page)
        return PageOf(items=[FollowUpOut.of_row(row) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/v1/follow-ups-due",
    response_model=PageOf[FollowUpDueOut],
    **operation(
        "List follow-ups that are due",
        "แสดงรายที่ยังไม่ได้ติดตามในรอบ หรือที่นัดไว้และถึงวันนัดแล้ว ตามผู้ดูแลหรืออำเภอ พร้อมสถานะของแต่ละรายการในแผน",
        "Who has no contact of the round yet, or (AD_HOC) whose agreed day has come; with the plan's lines to fill the form in.",
        "interview.follow-ups:read",
    ),
)
async def list_follow_ups_due(
    call: Annotated[InterviewCall, Depends(calling("interview.follow-ups:read"))],
    page: PageParams,
    round: Annotated[FollowUpRound, Query(description="Which round. รอบการติดตาม")],  # noqa: A002  # the word of the form
    district: DistrictQuery = None,
    officer_id: Annotated[UUID | None, Query(description="Only of this officer. ผู้ดูแล")] = None,
    agreed_by: Annotated[date | None, Query(description="AD_HOC: agreed for this day or before; today unless given. นัดไว้ภายในวันที่")] = None,
) -> Response:
    """List follow-ups due."""

    async def read(tx: ReadTx) -> PageOf[FollowUpDueOut]:
        today = act_of(call).today
        wanted = Due(round, agreed_by or today, district, officer_id)
        rows, cursor = await due_page(tx, call.principal.reach, await newest_policy(tx), wanted, today, page)
        return PageOf(items=[FollowUpDueOut.model_validate(row) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/v1/follow-up-counts",
    response_model=PageOf[FollowUpCountOut],
    **operation(
        "Count follow-ups",
        "นับการติดตามรอบมิถุนายนและกันยายน และรายที่ยังไม่รายงาน ตามผู้ดูแล อำเภอ หรือจังหวัด ในขอบเขตของตน",
        "How far June and September are and who has not reported, by officer, district or province, within reach.",
        "interview.follow-ups:read",
    ),
)
async def count_rounds(
    call: Annotated[InterviewCall, Depends(calling("interview.follow-ups:read"))],
    page: PageParams,
    by: Annotated[FollowUpsBy, Query(description="What to count by. นับตาม")],
    district: DistrictQuery = None,
) -> Response:
    """Count follow-ups."""

    async def read(tx: ReadTx) -> PageOf[FollowUpCountOut]:
        rows, cursor = await count_follow_ups(tx, call.principal.reach, await newest_policy(tx), by, district, page)
        return PageOf(items=[FollowUpCountOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/v1/quality-of-life-scales",
    response_model=ScalesOut,
    **operation(
        "List the scales of quality of life",
        "แสดงแบบวัดคุณภาพชีวิตที่ใช้ในการติดตาม พร้อมคำถาม แหล่งที่มา และสัญญาอนุญาต",
        "The scales on which a follow-up may be answered, with their questions, source and licence.",
        "interview.follow-ups:read",
    ),
)
async def list_scales(call: Annotated[InterviewCall, Depends(calling("interview.follow-ups:read"))]) -> Response:
    """List the scales."""

    async def read(_tx: ReadTx) -> ScalesOut:
        return ScalesOut(items=[ScaleOut(scale=name, **scale) for name, scale in scales().items()])

    return await call.query(read)


@router.post(
    "/v1/districts/{district}/follow-up-sweeps",
    response_model=CountOut,
    **operation(
        "Find who was not followed up",
        "ตรวจหารายที่พ้นกำหนดรอบติดตามแล้วยังไม่ได้รับการติดตาม ระบบทำเองเป็นระยะ ทำซ้ำได้โดยไม่ซ้ำซ้อน",
        "After the round's due day, find whose officers made no contact. A timer does the same; asked again it finds nobody twice.",
        "interview.follow-ups:write",
    ),
)
async def sweep_district_follow_ups(
    district: DistrictPath, body: SweepIn, call: Annotated[InterviewCall, Depends(calling("interview.follow-ups:write", idempotent=True))]
) -> Response:
    """Sweep a district."""

    async def use_case(tx: Tx) -> CountOut:
        return CountOut(district=district, cases=await sweep_follow_ups(tx, act_of(call), district, body.round))

    return await call.command(use_case)
