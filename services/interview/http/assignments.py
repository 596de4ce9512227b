"""Giving cases to account officers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.interview.commands.act import Act
from services.interview.commands.assign_country import ASSIGN_COUNTRY_JOB, ask_to_assign_country
from services.interview.commands.assign_district import Assigned, assign_district, plan_district
from services.interview.commands.assign_officers import assign_case
from services.interview.commands.hand_over import HandedOver, hand_over
from services.interview.domain import Case
from services.interview.http.calls import DistrictPath, InterviewCall, act_of
from services.interview.queries.assignments import assignment_of
from services.interview.rules.explaining import explain
from services.interview.schemas.assignments import (
    AssignedOut,
    AssignmentFactsOut,
    AssignmentIn,
    CountryAssignmentOut,
    HandedOverOut,
    HandoverIn,
    LoadOut,
    PlannedOut,
    PreviewOut,
)
from services.interview.schemas.cases import CaseOut
from shared import jobs
from shared.auth import require_area, require_country
from shared.db import ReadTx, Tx
from shared.http import calling, operation

router = APIRouter(tags=["cases"])
SAMPLE_MAX = 20


@router.post(
    "/v1/districts/{district}/assignments",
    response_model=AssignedOut,
    **operation(
        "Assign a whole district",
        "มอบหมายผู้ดูแลให้ทุกรายของอำเภอที่ยังไม่มีผู้ดูแล โดยเฉลี่ยภาระงานให้เท่ากัน ครัวเรือนเดียวกันอยู่กับผู้ดูแลคนเดียวกัน ให้ผู้ดูแลที่อยู่ใกล้ก่อน ไม่มอบให้ผู้ที่ไม่อยู่หรือมีรายครบแล้ว"
        " และจัดผู้ร่วมสัมภาษณ์จาก ธ.ก.ส. (เกษตรกร) หรือออมสิน (อาชีพอื่น) เมื่อจำเป็น รายที่มีผู้ดูแลแล้วไม่เปลี่ยน ดูผลล่วงหน้าได้จาก GET …/assignments/preview",
        "Give every case without an officer to one of the district: loads even, a household to one officer, near officers first, nobody who is absent"
        " or has as many as they may, with a co-interviewer of BAAC (farmers) or GSB (others) where the rule asks for one. Who has a fitting officer"
        " keeps them. `GET …/assignments/preview` shows it before.",
        "interview.assignments:write",
    ),
)
async def assign_whole_district(
    district: DistrictPath, call: Annotated[InterviewCall, Depends(calling("interview.assignments:write", idempotent=True))]
) -> Response:
    """Assign a district."""

    async def use_case(tx: Tx) -> Assigned:
        return await assign_district(tx, act_of(call), district)

    return await call.command(use_case)


@router.get(
    "/v1/districts/{district}/assignments/preview",
    response_model=PreviewOut,
    **operation(
        "See what assigning a district would do",
        "แสดงผลล่วงหน้าของการมอบหมายทั้งอำเภอ: จำนวนราย ภาระงานก่อนและหลังของแต่ละคน และตัวอย่างพร้อมเหตุผล โดยยังไม่เปลี่ยนแปลงข้อมูล",
        "Counts, each officer's load before and after, and a sample with reasons. Nothing is changed.",
        "interview.assignments:write",
    ),
)
async def preview_assignment(
    district: DistrictPath, call: Annotated[InterviewCall, Depends(calling("interview.assignments:write"))]
) -> Response:
    """Preview the assignment of a district."""
    act = act_of(call)
    require_area(call.principal, district)

    async def read(tx: ReadTx) -> PreviewOut:
        return _preview(await plan_district(tx, district, act.today))

    return await call.query(read)


def _preview(planned: Assigned) -> PreviewOut:
    every = -(-len(planned.assignments) // SAMPLE_MAX) or 1
    sample = []
    for one in planned.assignments[::every]:
        words = explain(one.details)
        sample.append(
            PlannedOut(
                case_id=one.case_id,
                holder_id=one.holder_id,
                officer_id=one.officer_id,
                co_interviewer_id=one.co_interviewer_id,
                why=one.details["why"],
                explanation_th=words.th,
                explanation_en=words.en,
            )
        )
    return PreviewOut(
        district=planned.district,
        cases=planned.cases,
        moved=planned.moved,
        accompanied=planned.accompanied,
        without_room=planned.without_room,
        loads=[LoadOut.model_validate(load) for load in planned.loads],
        sample=sample,
    )


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


@router.get(
    "/v1/cases/{case_id}/assignment",
    response_model=AssignmentFactsOut,
    **operation(
        "Show whose a case is, and why",
        "แสดงผู้ดูแลของราย ผู้ร่วมสัมภาษณ์ และเหตุผลที่มอบหมาย",
        "The account officer, the co-interviewer, and why they were chosen, in Thai and English.",
        "interview.cases:read",
    ),
)
async def show_assignment(case_id: UUID, call: Annotated[InterviewCall, Depends(calling("interview.cases:read"))]) -> Response:
    """Show the assignment of a case."""
    return await call.query(lambda tx: assignment_of(tx, call.principal.reach, case_id))


@router.post(
    "/v1/officers/{officer_id}/handover",
    response_model=HandedOverOut,
    **operation(
        "Hand over a whole caseload",
        "ส่งมอบรายทั้งหมดของเจ้าหน้าที่และการร่วมสัมภาษณ์ที่ค้างอยู่ให้เจ้าหน้าที่คนหนึ่ง หรือเฉลี่ยให้ทีมของอำเภอหากไม่ระบุผู้รับ ปฏิเสธหากผู้รับไม่อยู่ มีรายครบ หรือสังกัดอำเภออื่น",
        "All open cases of an officer, and the co-interviews to come, go to one officer, or without one are shared evenly among the district's team."
        " Refused by name when the receiver is absent, full or another district's. The history of each case tells of it.",
        "interview.assignments:write",
    ),
)
async def hand_over_caseload(
    officer_id: UUID, body: HandoverIn, call: Annotated[InterviewCall, Depends(calling("interview.assignments:write", idempotent=True))]
) -> Response:
    """Hand over a caseload."""

    async def use_case(tx: Tx) -> HandedOver:
        return await hand_over(tx, act_of(call), officer_id, body.to_officer_id, body.reason)

    return await call.command(use_case)


@router.post(
    "/v1/assignments",
    status_code=202,
    response_model=CountryAssignmentOut,
    **operation(
        "Assign the whole country",
        "มอบหมายผู้ดูแลทุกอำเภอทั่วประเทศ ทำเป็นงานเบื้องหลังทีละอำเภอ ดูความคืบหน้าได้จาก GET /v1/assignments/{job_id}",
        "Assign every district, one after the other, as a job; `GET /v1/assignments/{job_id}` shows how far it is and which districts were refused.",
        "interview.assignments:write",
    ),
)
async def assign_country(call: Annotated[InterviewCall, Depends(calling("interview.assignments:write", idempotent=True))]) -> Response:
    """Assign the country."""
    require_country(call.principal)
    act: Act = act_of(call)

    async def use_case(tx: Tx) -> CountryAssignmentOut:
        return CountryAssignmentOut(job_id=await ask_to_assign_country(tx, act), status="QUEUED")

    return await call.command(use_case)


@router.get(
    "/v1/assignments/{job_id}",
    response_model=CountryAssignmentOut,
    **operation(
        "Show the assignment of the country",
        "แสดงความคืบหน้าของการมอบหมายทั่วประเทศ",
        "How far the assignment of the whole country is.",
        "interview.assignments:write",
    ),
)
async def show_country_assignment(
    job_id: UUID, call: Annotated[InterviewCall, Depends(calling("interview.assignments:write"))]
) -> Response:
    """Show the assignment of the country."""
    require_country(call.principal)

    async def read(tx: ReadTx) -> CountryAssignmentOut:
        found = await jobs.state(tx, job_id, ASSIGN_COUNTRY_JOB)
        done = {name: value for name, value in found.progress.items() if name not in {"after", "done"}}
        return CountryAssignmentOut(job_id=job_id, status=found.status, **done)

    return await call.query(read)
