"""Officers: registered, changed, absent, and gone."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands.officers import (
    OfficerDetails,
    change_officer,
    deactivate_officer,
    end_absence,
    record_absence,
    register_officer,
)
from services.interview.http.calls import DistrictQuery, InterviewCall, act_of
from services.interview.queries.staff import list_absences as absences_page
from services.interview.queries.staff import list_officers as officers_page
from services.interview.queries.staff import officer_history, show_officer
from services.interview.repository.staff import Absence, Officer
from services.interview.schemas.staff import (
    AbsenceEndIn,
    AbsenceIn,
    AbsenceOut,
    DepartureIn,
    OfficerChangeIn,
    OfficerHistoryOut,
    OfficerIn,
    OfficerOut,
)
from shared.contracts.interview import Employer
from shared.db import ReadTx, Tx
from shared.http import PageOf, PageParams, calling, operation

router = APIRouter(tags=["staff"])
READ, WRITE = "interview.officers:read", "interview.officers:write"


@router.post(
    "/v1/officers",
    status_code=201,
    response_model=OfficerOut,
    **operation(
        "Register an officer",
        "ขึ้นทะเบียนเจ้าหน้าที่ของทีมอำเภอ พร้อมภาษาที่พูดได้ จำนวนรายสูงสุด และตำบลที่อยู่ใกล้",
        "Register an officer of a district team, with the languages spoken, how many cases at most, and the subdistricts near them.",
        WRITE,
    ),
)
async def register_officers(body: OfficerIn, call: Annotated[InterviewCall, Depends(calling(WRITE, idempotent=True))]) -> Response:
    """Register an officer."""
    details = OfficerDetails(body.languages, body.caseload_max, body.subdistricts)

    async def use_case(tx: Tx) -> Officer:
        return await register_officer(
            tx, act_of(call), district=body.district, employer=body.employer, staff_no=body.staff_no, details=details
        )

    return await call.command(use_case)


@router.get(
    "/v1/officers",
    response_model=PageOf[OfficerOut],
    **operation("List officers", "แสดงรายชื่อเจ้าหน้าที่และจำนวนรายที่ดูแล", "Officers with the number of their open cases.", READ),
)
async def list_officers(
    call: Annotated[InterviewCall, Depends(calling(READ))],
    page: PageParams,
    district: DistrictQuery = None,
    employer: Annotated[Employer | None, Query(description="Only of this employer. สังกัด")] = None,
) -> Response:
    """List officers."""

    async def read(tx: ReadTx) -> PageOf[OfficerOut]:
        rows, cursor = await officers_page(tx, call.principal.reach, district, employer, page)
        return PageOf(items=[OfficerOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/v1/officers/{officer_id}",
    response_model=OfficerOut,
    **operation("Show an officer", "แสดงข้อมูลเจ้าหน้าที่", "An officer with the number of open cases; the ETag is for changes.", READ),
)
async def show_one_officer(officer_id: UUID, call: Annotated[InterviewCall, Depends(calling(READ))]) -> Response:
    """Show an officer."""
    return await call.query(lambda tx: show_officer(tx, call.principal.reach, officer_id))


@router.post(
    "/v1/officers/{officer_id}/changes",
    response_model=OfficerOut,
    **operation(
        "Change an officer",
        "แก้ไขภาษา จำนวนรายสูงสุด และตำบลที่อยู่ใกล้ของเจ้าหน้าที่ (ต้องส่ง If-Match)",
        "Replace languages, the highest caseload and the subdistricts near the officer. Needs If-Match. Cases over a lower limit stay.",
        WRITE,
    ),
)
async def change_one_officer(
    officer_id: UUID,
    body: OfficerChangeIn,
    call: Annotated[InterviewCall, Depends(calling(WRITE, idempotent=True, needs_if_match=True))],
) -> Response:
    """Change an officer."""
    details = OfficerDetails(body.languages, body.caseload_max, body.subdistricts)

    async def use_case(tx: Tx) -> Officer:
        return await change_officer(tx, act_of(call), officer_id, details, if_version=call.version_to_change())

    return await call.command(use_case)


@router.get(
    "/v1/officers/{officer_id}/history",
    response_model=PageOf[OfficerHistoryOut],
    **operation(
        "Show what was changed of an officer",
        "แสดงประวัติการแก้ไขข้อมูลเจ้าหน้าที่ ใคร เมื่อใด อะไร",
        "Who changed what of the officer, and when; the first change first.",
        READ,
    ),
)
async def show_officer_history(officer_id: UUID, call: Annotated[InterviewCall, Depends(calling(READ))], page: PageParams) -> Response:
    """Show an officer's history."""

    async def read(tx: ReadTx) -> PageOf[OfficerHistoryOut]:
        rows, cursor = await officer_history(tx, call.principal.reach, officer_id, page)
        return PageOf(items=[OfficerHistoryOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/v1/officers/{officer_id}/absences",
    status_code=201,
    response_model=AbsenceOut,
    **operation(
        "Record an absence",
        "บันทึกช่วงวันที่เจ้าหน้าที่ไม่อยู่ปฏิบัติงาน ระหว่างนั้นจะไม่ได้รับมอบหมายรายใหม่ รายที่ดูแลอยู่ไม่เปลี่ยน (ส่ง If-Match ได้)",
        "The officer is given no case on these days; those that they have stay. If-Match (the officer's version) is honoured.",
        WRITE,
    ),
)
async def record_officer_absence(
    officer_id: UUID, body: AbsenceIn, call: Annotated[InterviewCall, Depends(calling(WRITE, idempotent=True))]
) -> Response:
    """Record an absence."""

    async def use_case(tx: Tx) -> Absence:
        return await record_absence(tx, act_of(call), officer_id, **dict(body), if_version=call.if_match())

    return await call.command(use_case)


@router.get(
    "/v1/officers/{officer_id}/absences",
    response_model=PageOf[AbsenceOut],
    **operation(
        "List absences", "แสดงช่วงวันที่เจ้าหน้าที่ไม่อยู่ปฏิบัติงาน", "The absences of an officer by id, with the version to change each.", READ
    ),
)
async def list_officer_absences(officer_id: UUID, call: Annotated[InterviewCall, Depends(calling(READ))], page: PageParams) -> Response:
    """List absences."""

    async def read(tx: ReadTx) -> PageOf[AbsenceOut]:
        rows, cursor = await absences_page(tx, call.principal.reach, officer_id, page)
        return PageOf(items=[AbsenceOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/v1/officers/{officer_id}/absences/{absence_id}/end",
    response_model=AbsenceOut,
    **operation(
        "End an absence early",
        "บันทึกว่าเจ้าหน้าที่กลับมาก่อนกำหนด โดยระบุวันสุดท้ายที่ไม่อยู่ (ต้องส่ง If-Match)",
        "The officer is back early; name the last day away. Needs If-Match with the version of the absence.",
        WRITE,
    ),
)
async def end_officer_absence(
    officer_id: UUID,
    absence_id: UUID,
    body: AbsenceEndIn,
    call: Annotated[InterviewCall, Depends(calling(WRITE, idempotent=True, needs_if_match=True))],
) -> Response:
    """End an absence early."""

    async def use_case(tx: Tx) -> Absence:
        return await end_absence(tx, act_of(call), officer_id, absence_id, body.to_on, if_version=call.version_to_change())

    return await call.command(use_case)


@router.post(
    "/v1/officers/{officer_id}/departure",
    response_model=OfficerOut,
    **operation(
        "Record that an officer left",
        "บันทึกว่าเจ้าหน้าที่พ้นจากการปฏิบัติงาน ต้องส่งมอบรายบุคคลที่อยู่ในความดูแลและการร่วมสัมภาษณ์ที่ค้างอยู่ให้ผู้อื่นก่อน"
        " หากยังมีจะถูกปฏิเสธพร้อมจำนวน (ส่งมอบทั้งหมดได้ด้วย POST /v1/officers/{officer_id}/handover)",
        "The officer gets no more cases. Open cases and co-interviews to come are handed over first: while there are any this is refused with"
        " their numbers (`POST /v1/officers/{officer_id}/handover` hands them over, `GET /v1/cases?officer_id=` lists them).",
        WRITE,
    ),
)
async def record_officer_departure(
    officer_id: UUID, body: DepartureIn, call: Annotated[InterviewCall, Depends(calling(WRITE, idempotent=True))]
) -> Response:
    """Record that an officer left."""

    async def use_case(tx: Tx) -> Officer:
        return await deactivate_officer(tx, act_of(call), officer_id, body.reason)

    return await call.command(use_case)
