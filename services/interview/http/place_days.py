"""The days of meeting places: closed and signed by their officer, reopened by the chief, listed for the district."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands.close_place_days import Closing, close_day, reopen_day
from services.interview.http.calls import DistrictQuery, InterviewCall, act_of
from services.interview.queries.place_days import Days, list_days, list_refused, show_day
from services.interview.schemas.place_days import ClosingIn, PlaceDayLineOut, PlaceDayOut, RefusedOut, ReopeningIn
from shared.audit import Caller
from shared.db import ReadTx, Tx
from shared.http import PageOf, PageParams, calling, operation

READ = "interview.closings:read"
WRITE = "interview.closings:write"
REOPEN = "interview.closings:reopen"

router = APIRouter(tags=["places"])
Reader = Annotated[InterviewCall, Depends(calling(READ))]
FirstDay = Annotated[date | None, Query(alias="from", description="From this day. ตั้งแต่วันที่")]
LastDay = Annotated[date | None, Query(alias="to", description="To this day. ถึงวันที่")]


@router.post(
    "/v1/meeting-places/{place_id}/closings",
    status_code=201,
    response_model=PlaceDayOut,
    **operation(
        "Close the day of a place",
        "ปิดยอดประจำวันของจุดรับแจ้ง: ระบุจำนวนแบบกระดาษและลงนาม หากไม่ตรงกับหางตั๋วต้องระบุเหตุผล หลังปิดยอดรับได้เฉพาะแบบที่ส่งล่าช้า",
        "The officer states how many signed papers lie there and signs, as the caller. More or fewer than the slips must be explained. Whoever still"
        " waits has left. From then on only a late form is taken for that place and day.",
        WRITE,
    ),
)
async def close_place_day(
    place_id: UUID, body: ClosingIn, call: Annotated[InterviewCall, Depends(calling(WRITE, idempotent=True))]
) -> Response:
    """Close the day of a place."""

    async def use_case(tx: Tx) -> PlaceDayOut:
        closing = Closing(body.day, body.paper_count, body.explanation)
        await close_day(tx, act_of(call), place_id, closing, Caller.of(call.principal, call.correlation_id))
        return PlaceDayOut.model_validate(await show_day(tx, call.principal.reach, place_id, body.day))

    return await call.command(use_case)


@router.post(
    "/v1/meeting-places/{place_id}/reopenings",
    status_code=201,
    response_model=PlaceDayOut,
    **operation(
        "Reopen the day of a place",
        "นายอำเภอเปิดยอดประจำวันที่ปิดแล้วอีกครั้งพร้อมเหตุผล รายการที่ลงนามไว้ยังคงอยู่",
        "The district chief opens a closed day again, with the reason. What was signed stays on record.",
        REOPEN,
    ),
)
async def reopen_place_day(
    place_id: UUID, body: ReopeningIn, call: Annotated[InterviewCall, Depends(calling(REOPEN, idempotent=True))]
) -> Response:
    """Reopen the day of a place."""

    async def use_case(tx: Tx) -> PlaceDayOut:
        await reopen_day(tx, act_of(call), place_id, body.day, body.reason, Caller.of(call.principal, call.correlation_id))
        return PlaceDayOut.model_validate(await show_day(tx, call.principal.reach, place_id, body.day))

    return await call.command(use_case)


@router.get(
    "/v1/meeting-places/{place_id}/days/{day}",
    response_model=PlaceDayOut,
    **operation(
        "Show the day of a place",
        "แสดงยอดประจำวันของจุดรับแจ้ง และการปิดยอดที่ลงนามทุกครั้ง",
        "What a place has recorded of a day by now, and every closing and reopening that was signed.",
        READ,
    ),
)
async def show_place_day(place_id: UUID, day: date, call: Reader) -> Response:
    """Show the day of a place."""

    async def read(tx: ReadTx) -> PlaceDayOut | None:
        found = await show_day(tx, call.principal.reach, place_id, day)
        return None if found is None else PlaceDayOut.model_validate(found)

    return await call.query(read)


@router.get(
    "/v1/place-days",
    response_model=PageOf[PlaceDayLineOut],
    **operation(
        "List the days of places",
        "แสดงจุดรับแจ้งที่ยังไม่ปิดยอดของแต่ละวัน (หรือทั้งหมด) พร้อมจำนวน",
        "Days on which places were announced to be open, to today: those that nobody has closed yet, or all, with their numbers.",
        READ,
    ),
)
async def list_place_days(
    call: Reader,
    page: PageParams,
    district: DistrictQuery = None,
    first: FirstDay = None,
    last: LastDay = None,
    *,
    only_open: Annotated[bool, Query(description="Only those that are not closed. เฉพาะที่ยังไม่ปิดยอด")] = True,
) -> Response:
    """List the days of places."""
    today = call.resources.clock.business_today()
    wanted = Days(district, first, today if last is None else min(last, today), only_open)

    async def read(tx: ReadTx) -> PageOf[PlaceDayLineOut]:
        rows, cursor = await list_days(tx, call.principal.reach, wanted, page)
        return PageOf(items=[PlaceDayLineOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/v1/refused-intakes",
    response_model=PageOf[RefusedOut],
    **operation(
        "Count who could state no wish",
        "แสดงจำนวนผู้มาที่แจ้งความประสงค์ไม่ได้ ตามวัน จุดรับแจ้ง และเหตุ (ไม่เก็บว่าเป็นผู้ใด)",
        "How many came and could state no wish (not in the registry, dead, erased, another card holder by a merge), by day, place and reason.",
        READ,
    ),
)
async def list_refused_intakes(
    call: Reader, page: PageParams, district: DistrictQuery = None, first: FirstDay = None, last: LastDay = None
) -> Response:
    """Count who could state no wish."""

    async def read(tx: ReadTx) -> PageOf[RefusedOut]:
        rows, cursor = await list_refused(tx, call.principal.reach, district, (first, last), page)
        return PageOf(items=[RefusedOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)
