"""Follow-ups."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands.follow_up import record_follow_up, sweep_follow_ups
from services.interview.http.calls import DistrictPath, InterviewCall, act_of
from services.interview.queries.cases import list_follow_ups as follow_ups_page
from services.interview.queries.cases import list_follow_ups_due as due_page
from services.interview.schemas.base import CountOut
from services.interview.schemas.cases import CaseOut
from services.interview.schemas.follow_ups import FollowUpIn, FollowUpOut, FollowUpRecordedOut, SweepIn
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
        follow_up_id, case = await record_follow_up(tx, act_of(call), *body.key(), form)
        return FollowUpRecordedOut(follow_up_id=follow_up_id, case_id=case.case_id, state=case.state)

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
        return PageOf(items=[FollowUpOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/v1/follow-ups/due",
    response_model=PageOf[CaseOut],
    **operation(
        "List follow-ups that are due",
        "แสดงรายที่ยังไม่ได้ติดตามในรอบ",
        "Cases that have no contact of the round yet.",
        "interview.follow-ups:read",
    ),
)
async def list_follow_ups_due(
    call: Annotated[InterviewCall, Depends(calling("interview.follow-ups:read"))],
    page: PageParams,
    round: Annotated[Literal["JUNE", "SEPTEMBER"], Query(description="Which round. รอบการติดตาม")],  # noqa: A002  # the word of the form
) -> Response:
    """List follow-ups due."""

    async def read(tx: ReadTx) -> PageOf[CaseOut]:
        rows, cursor = await due_page(tx, call.principal.reach, FollowUpRound(round), page)
        return PageOf(items=[CaseOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/v1/districts/{district}/follow-up-sweeps",
    response_model=CountOut,
    **operation(
        "Find who was not followed up",
        "ตรวจหารายที่พ้นกำหนดรอบติดตามแล้วยังไม่ได้รับการติดตาม ทำซ้ำได้โดยไม่ซ้ำซ้อน",
        "After the round's due day, find whose officers made no contact. Asked again it finds nobody twice.",
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
