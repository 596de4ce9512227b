"""Cases as staff see them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands.close_case import close_case
from services.interview.domain import Case, State
from services.interview.http.calls import DistrictQuery, InterviewCall, act_of
from services.interview.queries.cases import Filter
from services.interview.queries.cases import list_cases as cases_page
from services.interview.queries.cases import list_notices as notices_page
from services.interview.queries.cases import show_case as case_detail
from services.interview.schemas.cases import CaseDetailOut, CaseOut, ClosureIn, NoticeOfCaseOut
from services.interview.schemas.intents import SlipOut
from shared.db import ReadTx, Tx
from shared.http import PageOf, PageParams, calling, operation

router = APIRouter(tags=["cases"])


@router.get(
    "/v1/cases",
    response_model=PageOf[CaseOut],
    **operation(
        "List cases", "แสดงรายบุคคลตามสถานะ อำเภอ หรือผู้ดูแล", "Cases by state, responsible district or officer.", "interview.cases:read"
    ),
)
async def list_cases(
    call: Annotated[InterviewCall, Depends(calling("interview.cases:read"))],
    page: PageParams,
    state: Annotated[State | None, Query(description="Only in this state. สถานะ")] = None,
    district: DistrictQuery = None,
    officer_id: Annotated[UUID | None, Query(description="Only of this officer. ผู้ดูแล")] = None,
    holder_id: Annotated[UUID | None, Query(description="The case of this card holder. ผู้มีบัตร")] = None,
) -> Response:
    """List cases."""

    async def read(tx: ReadTx) -> PageOf[CaseOut]:
        rows, cursor = await cases_page(tx, call.principal.reach, Filter(state, district, officer_id, holder_id), page)
        return PageOf(items=[CaseOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/v1/cases/{case_id}",
    response_model=CaseDetailOut,
    **operation(
        "Show a case",
        "แสดงรายบุคคลพร้อมประวัติ หางตั๋ว เงินเพิ่ม ข้อแนะนำ แผน การส่งต่อ มติ และผลการแจ้งข้อความ",
        "A case with its history, slip, allowance, recommendation, plan, referrals, decisions, and what became of notices.",
        "interview.cases:read",
    ),
)
async def show_case(case_id: UUID, call: Annotated[InterviewCall, Depends(calling("interview.cases:read"))]) -> Response:
    """Show a case."""

    async def read(tx: ReadTx) -> CaseDetailOut | None:
        found = await case_detail(tx, call.principal.reach, case_id)
        if found is None:
            return None
        slip = SlipOut.of_row(found["intent"]) if found["intent"] else None
        return CaseDetailOut.model_validate({**found, "slip": slip})

    return await call.query(read)


@router.get(
    "/v1/notices",
    response_model=PageOf[NoticeOfCaseOut],
    **operation(
        "List notices about cases",
        "แสดงการแจ้งข้อความแก่ผู้มีบัตรในพื้นที่ โดยเฉพาะที่ส่งไม่ถึง เพื่อแจ้งด้วยวิธีอื่น",
        "What people were to be told, by default only what did not reach them: their officers tell them otherwise.",
        "interview.cases:read",
    ),
)
async def list_notices(
    call: Annotated[InterviewCall, Depends(calling("interview.cases:read"))],
    page: PageParams,
    undelivered: Annotated[bool, Query(description="Only FAILED and REFUSED ones. เฉพาะที่ส่งไม่ถึง")] = True,
) -> Response:
    """List notices."""

    async def read(tx: ReadTx) -> PageOf[NoticeOfCaseOut]:
        rows, cursor = await notices_page(tx, call.principal.reach, page, only_undelivered=undelivered)
        return PageOf(items=[NoticeOfCaseOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/v1/cases/{case_id}/closure",
    response_model=CaseOut,
    **operation("Close a case", "ปิดรายบุคคลที่ดำเนินการครบถ้วนแล้ว", "Close a case that has come to its end.", "interview.assignments:write"),
)
async def close_one_case(
    case_id: UUID, body: ClosureIn, call: Annotated[InterviewCall, Depends(calling("interview.assignments:write", idempotent=True))]
) -> Response:
    """Close a case."""

    async def use_case(tx: Tx) -> Case:
        return await close_case(tx, act_of(call), case_id, body.reason)

    return await call.command(use_case)
