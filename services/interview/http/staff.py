"""Officers and meeting places."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands.staff_and_places import announce_place, change_place, deactivate_officer, register_officer
from services.interview.http.calls import DistrictQuery, InterviewCall, act_of
from services.interview.queries.staff import list_officers as officers_page
from services.interview.queries.staff import list_places as places_page
from services.interview.repository.staff import Officer
from services.interview.schemas.staff import DepartureIn, MeetingPlaceChangeIn, MeetingPlaceIn, MeetingPlaceOut, OfficerIn, OfficerOut
from shared.contracts.interview import Employer, MeetingPlaceAnnounced
from shared.db import ReadTx, Tx
from shared.http import PageOf, PageParams, calling, operation

router = APIRouter(tags=["staff"])


@router.post(
    "/v1/officers",
    status_code=201,
    response_model=OfficerOut,
    **operation("Register an officer", "ขึ้นทะเบียนเจ้าหน้าที่ของทีมอำเภอ", "Register an officer of a district team.", "interview.officers:write"),
)
async def register_officers(
    body: OfficerIn, call: Annotated[InterviewCall, Depends(calling("interview.officers:write", idempotent=True))]
) -> Response:
    """Register an officer."""

    async def use_case(tx: Tx) -> Officer:
        return await register_officer(tx, act_of(call), district=body.district, employer=body.employer, staff_no=body.staff_no)

    return await call.command(use_case)


@router.get(
    "/v1/officers",
    response_model=PageOf[OfficerOut],
    **operation(
        "List officers", "แสดงรายชื่อเจ้าหน้าที่และจำนวนรายที่ดูแล", "Officers with the number of their open cases.", "interview.officers:read"
    ),
)
async def list_officers(
    call: Annotated[InterviewCall, Depends(calling("interview.officers:read"))],
    page: PageParams,
    district: DistrictQuery = None,
    employer: Annotated[Employer | None, Query(description="Only of this employer. สังกัด")] = None,
) -> Response:
    """List officers."""

    async def read(tx: ReadTx) -> PageOf[OfficerOut]:
        rows, cursor = await officers_page(tx, call.principal.reach, district, employer, page)
        return PageOf(items=[OfficerOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/v1/officers/{officer_id}/departure",
    response_model=OfficerOut,
    **operation(
        "Record that an officer left",
        "บันทึกว่าเจ้าหน้าที่พ้นจากการปฏิบัติงาน ต้องส่งมอบรายบุคคลที่อยู่ในความดูแลและการร่วมสัมภาษณ์ที่ค้างอยู่ให้ผู้อื่นก่อน"
        " หากยังมีจะถูกปฏิเสธพร้อมจำนวน (ดูรายชื่อได้จาก GET /v1/cases?officer_id=)",
        "The officer gets no more cases. Open cases and co-interviews to come are handed over first: while there are any this is refused with"
        " their numbers (`GET /v1/cases?officer_id=` lists them, `POST /v1/cases/{case_id}/assignment` hands one over).",
        "interview.officers:write",
    ),
)
async def record_officer_departure(
    officer_id: UUID, body: DepartureIn, call: Annotated[InterviewCall, Depends(calling("interview.officers:write", idempotent=True))]
) -> Response:
    """Record that an officer left."""

    async def use_case(tx: Tx) -> Officer:
        return await deactivate_officer(tx, act_of(call), officer_id, body.reason)

    return await call.command(use_case)


@router.post(
    "/v1/meeting-places",
    status_code=201,
    response_model=MeetingPlaceOut,
    **operation(
        "Announce a meeting place", "ประกาศจุดรับแจ้งความประสงค์", "Announce where people may come in February.", "interview.places:write"
    ),
)
async def announce_meeting_place(
    body: MeetingPlaceIn, call: Annotated[InterviewCall, Depends(calling("interview.places:write", idempotent=True))]
) -> Response:
    """Announce a meeting place."""

    async def use_case(tx: Tx) -> MeetingPlaceAnnounced:
        return await announce_place(tx, act_of(call), body.subdistrict, body.details(), body.tell)

    return await call.command(use_case)


@router.post(
    "/v1/meeting-places/{place_id}/changes",
    response_model=MeetingPlaceOut,
    **operation(
        "Change a meeting place",
        "เปลี่ยนชื่อ วัน หรือจำนวนที่รับได้ของจุดรับแจ้งความประสงค์ และแจ้งผู้ที่ยังไม่แจ้งความประสงค์อีกครั้ง (ส่ง If-Match ได้)",
        "Announce a place anew, with other days or another name; those who have stated no wish are told again. If-Match is honoured.",
        "interview.places:write",
    ),
)
async def change_meeting_place(
    place_id: UUID, body: MeetingPlaceChangeIn, call: Annotated[InterviewCall, Depends(calling("interview.places:write", idempotent=True))]
) -> Response:
    """Change a meeting place."""

    async def use_case(tx: Tx) -> MeetingPlaceAnnounced:
        return await change_place(tx, act_of(call), place_id, body.details(), body.tell, if_version=call.if_match())

    return await call.command(use_case)


@router.get(
    "/v1/meeting-places",
    response_model=PageOf[MeetingPlaceOut],
    **operation("List meeting places", "แสดงจุดรับแจ้งความประสงค์", "Meeting places of the country or a district.", "interview.places:read"),
)
async def list_meeting_places(
    call: Annotated[InterviewCall, Depends(calling("interview.places:read"))], page: PageParams, district: DistrictQuery = None
) -> Response:
    """List meeting places."""

    async def read(tx: ReadTx) -> PageOf[MeetingPlaceOut]:
        rows, cursor = await places_page(tx, district, page)
        return PageOf(items=[MeetingPlaceOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)
