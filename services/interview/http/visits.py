"""Home visits: the list of a district, the round, visits that met nobody, and what is overdue."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands.list_home_visits import list_home_visits as make_list
from services.interview.commands.raise_overdue_visits import raise_district
from services.interview.commands.record_attempt import Attempt, Death, Move, record_attempt
from services.interview.forms.base import Subdistrict
from services.interview.http.calls import DistrictPath, DistrictQuery, InterviewCall, act_of
from services.interview.http.villages import villages_of
from services.interview.queries.home_visits import Round, VisitsBy, count_home_visits, list_of_lists
from services.interview.queries.home_visits import list_home_visits as visits_page
from services.interview.rules.visit_round import ROUND_VISITS_MAX, place_in_round
from services.interview.schemas.base import CountOut
from services.interview.schemas.visits import (
    HomeVisitCountOut,
    HomeVisitListOut,
    HomeVisitOut,
    RoundOut,
    RoundVisitOut,
    VisitAttemptIn,
    VisitAttemptOut,
)
from shared.contracts.interview import OverdueLevel
from shared.db import ReadTx, Tx
from shared.errors import Invalid
from shared.http import Page, PageOf, PageParams, calling, operation

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
    "/v1/districts/{district}/home-visit-lists",
    response_model=PageOf[HomeVisitListOut],
    **operation(
        "List the lists of home visits",
        "แสดงบัญชีไปหาที่บ้านที่จัดทำแล้ว พร้อมวันที่ ผู้จัดทำ และจำนวนที่เพิ่ม",
        "The lists that the district made: when, by whom, and how many were new on each.",
        "interview.visits:read",
    ),
)
async def list_home_visit_lists(
    district: DistrictPath, call: Annotated[InterviewCall, Depends(calling("interview.visits:read"))], page: PageParams
) -> Response:
    """List the lists."""

    async def read(tx: ReadTx) -> PageOf[HomeVisitListOut]:
        rows, cursor = await list_of_lists(tx, call.principal.reach, district, page)
        return PageOf(items=[HomeVisitListOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


OfficerQuery = Annotated[UUID | None, Query(description="Only of this officer. ผู้ดูแล")]
SubdistrictQuery = Annotated[Subdistrict | None, Query(description="Only in this subdistrict. ตำบล")]
OpenQuery = Annotated[bool, Query(description="Only those without a result. เฉพาะที่ยังไม่มีผล")]


@router.get(
    "/v1/districts/{district}/home-visits",
    response_model=PageOf[HomeVisitOut],
    **operation(
        "List home visits of a district",
        "แสดงบัญชีไปหาที่บ้านของอำเภอเรียงตามตำบล พร้อมเหตุที่ต้องไปหา ผู้ดูแล การไปครั้งล่าสุด และวันที่ควรไปอีก",
        "The district's round by subdistrict: why each is due, with whom, the last visit, and when to come again.",
        "interview.visits:read",
    ),
)
async def list_home_visits(
    district: DistrictPath,
    call: Annotated[InterviewCall, Depends(calling("interview.visits:read"))],
    page: PageParams,
    subdistrict: SubdistrictQuery = None,
    officer_id: OfficerQuery = None,
    open_only: OpenQuery = False,  # a query parameter
) -> Response:
    """List home visits of a district."""
    return await _visits(call, Round(district, subdistrict, officer_id, open_only), page)


@router.get(
    "/v1/home-visits",
    response_model=PageOf[HomeVisitOut],
    **operation(
        "List home visits in reach",
        "แสดงบัญชีไปหาที่บ้านในขอบเขตของตน (ผู้ดูแลเห็นรายของตน) เลือกเฉพาะที่เกินกำหนดตามระดับได้",
        "The round within reach (an account officer's own); also only those that rose to a level for not being made in time.",
        "interview.visits:read",
    ),
)
async def list_home_visits_in_reach(
    call: Annotated[InterviewCall, Depends(calling("interview.visits:read"))],
    page: PageParams,
    district: DistrictQuery = None,
    subdistrict: SubdistrictQuery = None,
    officer_id: OfficerQuery = None,
    open_only: OpenQuery = False,  # a query parameter
    level: Annotated[OverdueLevel | None, Query(description="Only those without a result that rose to this level. ระดับที่เกินกำหนด")] = None,
) -> Response:
    """List home visits in reach."""
    return await _visits(call, Round(district, subdistrict, officer_id, open_only, level), page)


async def _visits(call: InterviewCall, wanted: Round, page: PageParams) -> Response:
    async def read(tx: ReadTx) -> PageOf[HomeVisitOut]:
        rows, cursor = await visits_page(tx, call.principal.reach, wanted, page)
        return PageOf(items=[HomeVisitOut.of_row(row) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/v1/home-visits/round",
    response_model=RoundOut,
    **operation(
        "Show a round in the order to walk it",
        "แสดงการไปหาที่ยังไม่มีผล เรียงตามตำบลและหมู่ที่ (ไม่เกิน 1,000 ราย) หมู่ที่นำมาจากระบบทะเบียนด้วยสิทธิของท่านเองและถูกบันทึกที่นั่น ไม่เก็บไว้ที่นี่"
        " หากระบบทะเบียนไม่ตอบสนอง ใช้ GET /v1/home-visits ซึ่งเรียงตามตำบล",
        "The visits without a result by subdistrict and village (moo), up to 1,000: an officer's own, or narrowed by subdistrict or officer. The villages"
        " are asked of the registry with your own token and noted there; none is kept here. While the registry does not answer, `GET /v1/home-visits`"
        " has the order by subdistrict.",
        "interview.visits:read",
        further_scopes=["registry.card-holders:read"],
    ),
)
async def show_round(
    call: Annotated[InterviewCall, Depends(calling("interview.visits:read"))],
    district: DistrictQuery = None,
    subdistrict: SubdistrictQuery = None,
    officer_id: OfficerQuery = None,
) -> Response:
    """Show a round in the order to walk it."""
    wanted = Round(district, subdistrict, officer_id, open_only=True)
    async with call.resources.db.reading() as tx:
        rows, more = await visits_page(tx, call.principal.reach, wanted, Page(ROUND_VISITS_MAX))
    if more is not None:
        raise Invalid.field(
            "officer_id",
            "round_too_large",
            f"is to be given, or a subdistrict: the round has more than {ROUND_VISITS_MAX} visits",
            f"ต้องระบุ หรือระบุตำบล เพราะมีการไปหาเกิน {ROUND_VISITS_MAX} ราย",
            f"≤ {ROUND_VISITS_MAX}",
        )
    villages = await villages_of(call, [row["holder_id"] for row in rows])
    visits = [RoundVisitOut.at(row, villages.get(row["holder_id"])) for row in rows]

    async def read(_: ReadTx) -> RoundOut:
        return RoundOut(items=sorted(visits, key=lambda one: place_in_round(one.subdistrict, one.moo, one.case_id)))

    return await call.query(read)


@router.get(
    "/v1/home-visit-counts",
    response_model=PageOf[HomeVisitCountOut],
    **operation(
        "Count home visits",
        "นับการไปหาที่บ้านตามผู้ดูแล ตำบล อำเภอ หรือจังหวัด ในขอบเขตของตน",
        "How far the visits are, by officer, subdistrict, district or province, within reach.",
        "interview.visits:read",
    ),
)
async def count_visits(
    call: Annotated[InterviewCall, Depends(calling("interview.visits:read"))],
    page: PageParams,
    by: Annotated[VisitsBy, Query(description="What to count by. นับตาม")],
    district: DistrictQuery = None,
) -> Response:
    """Count home visits."""

    async def read(tx: ReadTx) -> PageOf[HomeVisitCountOut]:
        rows, cursor = await count_home_visits(tx, call.principal.reach, by, district, page)
        return PageOf(items=[HomeVisitCountOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/v1/districts/{district}/home-visit-sweeps",
    response_model=CountOut,
    **operation(
        "Raise home visits that were not made in time",
        "แจ้งการไปหาที่บ้านที่ล่าช้าต่อผู้ดูแล นายอำเภอ และผู้ว่าราชการจังหวัดตามกำหนดเวลา ระบบทำเองเป็นระยะ ทำซ้ำได้โดยไม่ซ้ำซ้อน",
        "Raise to officer, district chief and governor what is overdue by now, once to each. A timer does the same; asked again it finds none twice.",
        "interview.visits:write",
    ),
)
async def sweep_home_visits(
    district: DistrictPath, call: Annotated[InterviewCall, Depends(calling("interview.visits:write", idempotent=True))]
) -> Response:
    """Raise what is overdue."""

    async def use_case(tx: Tx) -> CountOut:
        return CountOut(district=district, cases=await raise_district(tx, act_of(call), district))

    return await call.command(use_case)


@router.post(
    "/v1/visit-attempts",
    status_code=201,
    response_model=VisitAttemptOut,
    **operation(
        "Record a visit without an interview",
        "บันทึกการไปหาที่บ้านแล้วไม่ได้สัมภาษณ์ (ไม่พบตัว ย้าย เสียชีวิต อยู่ต่างจังหวัด ป่วย หรือปฏิเสธ) คำตอบบอกขั้นตอนต่อไปและวันที่ควรไปอีก"
        " หากทราบว่าย้ายหรือเสียชีวิตให้แจ้งมาพร้อมกันเพื่อส่งต่อทะเบียน",
        "Record a home visit without an interview. The answer says what is to follow, and when to come again. What was learned of a move or a"
        " death is passed to the registry.",
        "interview.visits:write",
    ),
)
async def record_visit_attempt(
    body: VisitAttemptIn, call: Annotated[InterviewCall, Depends(calling("interview.visits:write", idempotent=True))]
) -> Response:
    """Record an attempt."""

    async def use_case(tx: Tx) -> VisitAttemptOut:
        recorded = await record_attempt(tx, act_of(call), *body.key(), attempt_of(body))
        return VisitAttemptOut.told(recorded.case, recorded.following)

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
