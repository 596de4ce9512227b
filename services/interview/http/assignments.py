"""Giving cases to account officers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.interview.commands.assign_officers import assign_case, assign_district
from services.interview.domain import Case
from services.interview.http.calls import DistrictPath, InterviewCall, act_of
from services.interview.schemas.assignments import AssignedOut, AssignmentIn, LoadOut
from services.interview.schemas.cases import CaseOut
from shared.db import Tx
from shared.http import calling, operation

router = APIRouter(tags=["cases"])


@router.post(
    "/v1/districts/{district}/assignments",
    response_model=AssignedOut,
    **operation(
        "Assign a whole district",
        "มอบหมายผู้ดูแลให้ทุกรายของอำเภอที่ยังไม่มีผู้ดูแล โดยเฉลี่ยภาระงานให้เท่ากัน และจัดผู้ร่วมสัมภาษณ์จาก ธ.ก.ส. หรือออมสินเมื่อจำเป็น",
        "Give every case without an officer to one of the district, evenly, with a co-interviewer of BAAC or GSB where the rule asks for one.",
        "interview.assignments:write",
    ),
)
async def assign_whole_district(
    district: DistrictPath, call: Annotated[InterviewCall, Depends(calling("interview.assignments:write", idempotent=True))]
) -> Response:
    """Assign a district."""

    async def use_case(tx: Tx) -> AssignedOut:
        assigned = await assign_district(tx, act_of(call), district)
        loads = [LoadOut(officer_id=officer_id, cases=load) for officer_id, load in sorted(assigned.loads.items())]
        return AssignedOut(district=district, cases=assigned.cases, loads=loads)

    return await call.command(use_case)


@router.post(
    "/v1/cases/{case_id}/assignment",
    response_model=CaseOut,
    **operation(
        "Assign one case",
        "มอบหมายผู้ดูแลรายบุคคล (ส่ง If-Match เพื่อป้องกันการแก้ไขซ้อนได้)",
        "Give one case to an officer of its district, also from another. If-Match is honoured.",
        "interview.assignments:write",
    ),
)
async def assign_one_case(
    case_id: UUID, body: AssignmentIn, call: Annotated[InterviewCall, Depends(calling("interview.assignments:write", idempotent=True))]
) -> Response:
    """Assign a case."""

    async def use_case(tx: Tx) -> Case:
        return await assign_case(tx, act_of(call), case_id, body.officer_id, body.co_interviewer_id, if_version=call.if_match())

    return await call.command(use_case)
