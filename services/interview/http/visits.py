"""Home visits: the list of a district, and visits that met nobody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.interview.commands.list_home_visits import list_home_visits as make_list
from services.interview.commands.record_attempt import Attempt, Death, Move, record_attempt
from services.interview.domain import Case
from services.interview.http.calls import DistrictPath, InterviewCall, act_of
from services.interview.queries.cases import list_home_visits as visits_page
from services.interview.schemas.base import CountOut
from services.interview.schemas.cases import CaseOut
from services.interview.schemas.visits import HomeVisitOut, VisitAttemptIn
from shared.db import ReadTx, Tx
from shared.http import PageOf, PageParams, calling, operation

router = APIRouter(tags=["visits"])


@router.post(
    "/v1/districts/{district}/home-visit-list",
    response_model=CountOut,
    **operation(
        "Make the list of home visits",
        "จัดทำบัญชีผู้ที่ต้องไปหาที่บ้านของอำเภอ (อายุไม่เกิน 60 ปี รายได้ไม่เกิน 30,000 บาท และยังไม่มาแจ้งความประสงค์) ทำซ้ำได้โดยไม่ซ้ำซ้อน",
        "List everyone of the visit group who has not come. Asked again it adds only who is new in the registry.",
        "interview.visits:write",
    ),
)
async def make_home_visit_list(
    district: DistrictPath, call: Annotated[InterviewCall, Depends(calling("interview.visits:write", idempotent=True))]
) -> Response:
    """Make the list."""

    async def use_case(tx: Tx) -> CountOut:
        return CountOut(district=district, cases=await make_list(tx, act_of(call), district))

    return await call.command(use_case)


@router.get(
    "/v1/districts/{district}/home-visits",
    response_model=PageOf[HomeVisitOut],
    **operation(
        "List home visits",
        "แสดงบัญชีไปหาที่บ้านพร้อมผู้ดูแลและจำนวนครั้งที่ไม่พบ",
        "The district's list with officer, attempts and what has become of each.",
        "interview.visits:read",
    ),
)
async def list_home_visits(
    district: DistrictPath, call: Annotated[InterviewCall, Depends(calling("interview.visits:read"))], page: PageParams
) -> Response:
    """List home visits."""

    async def read(tx: ReadTx) -> PageOf[HomeVisitOut]:
        rows, cursor = await visits_page(tx, call.principal.reach, district, page)
        return PageOf(items=[HomeVisitOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/v1/visit-attempts",
    status_code=201,
    response_model=CaseOut,
    **operation(
        "Record a visit that met nobody",
        "บันทึกการไปหาที่บ้านแล้วไม่พบตัว หากทราบว่าย้ายหรือเสียชีวิตให้แจ้งมาพร้อมกันเพื่อส่งต่อทะเบียน",
        "Record a home visit that met nobody. What was learned of a move or a death is passed to the registry.",
        "interview.visits:write",
    ),
)
async def record_visit_attempt(
    body: VisitAttemptIn, call: Annotated[InterviewCall, Depends(calling("interview.visits:write", idempotent=True))]
) -> Response:
    """Record an attempt."""

    async def use_case(tx: Tx) -> Case:
        return await record_attempt(tx, act_of(call), *body.key(), attempt_of(body))

    return await call.command(use_case)


def attempt_of(body: VisitAttemptIn) -> Attempt:
    """The attempt that the request tells."""
    return Attempt(
        visited_on=body.visited_on,
        reason=body.reason,
        officer_id=body.officer_id,
        note=body.note,
        move=Move(**body.move.model_dump()) if body.move else None,
        death=Death(**body.death.model_dump()) if body.death else None,
        travelled_km=body.travelled_km,
    )
