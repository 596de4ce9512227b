"""Cases that moved away: what the old district keeps of them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.interview.http.calls import InterviewCall
from services.interview.queries.former_cases import list_former_cases as former_cases_page
from services.interview.queries.former_cases import show_former_case as records_of
from services.interview.schemas.former_cases import FormerCaseOut, FormerCaseRecordsOut
from shared.db import ReadTx
from shared.http import PageOf, PageParams, calling, operation

router = APIRouter(tags=["cases"])


@router.get(
    "/v1/former-cases",
    response_model=PageOf[FormerCaseOut],
    **operation(
        "List cases that moved away",
        "แสดงรายบุคคลที่ย้ายออกจากอำเภอ",
        "Cases that went to another district with the person's move, as they were when they left.",
        "interview.cases:read",
    ),
)
async def list_former_cases(call: Annotated[InterviewCall, Depends(calling("interview.cases:read"))], page: PageParams) -> Response:
    """List cases that moved away."""

    async def read(tx: ReadTx) -> PageOf[FormerCaseOut]:
        rows, cursor = await former_cases_page(tx, call.principal.reach, page)
        return PageOf(items=[FormerCaseOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/v1/former-cases/{case_id}",
    response_model=FormerCaseRecordsOut,
    **operation(
        "Show own records of a case that moved away",
        "แสดงบันทึกของอำเภอเดิม (อ่านอย่างเดียว ปกปิดข้อมูลส่วนบุคคล)",
        "What the old district recorded before the person moved: to read only, without the person's answers.",
        "interview.cases:read",
    ),
)
async def show_former_case(case_id: UUID, call: Annotated[InterviewCall, Depends(calling("interview.cases:read"))]) -> Response:
    """Show own records of a case that moved away."""

    async def read(tx: ReadTx) -> FormerCaseRecordsOut | None:
        found = await records_of(tx, call.principal.reach, case_id)
        return FormerCaseRecordsOut.model_validate({"items": found}) if found else None

    return await call.query(read)
