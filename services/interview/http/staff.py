"""Meeting places."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.interview.commands.staff_and_places import announce_place, change_place
from services.interview.http.calls import DistrictQuery, InterviewCall, act_of
from services.interview.queries.staff import list_places as places_page
from services.interview.schemas.staff import MeetingPlaceChangeIn, MeetingPlaceIn, MeetingPlaceOut
from shared.contracts.interview import MeetingPlaceAnnounced
from shared.db import ReadTx, Tx
from shared.http import PageOf, PageParams, calling, operation

router = APIRouter(tags=["staff"])


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
