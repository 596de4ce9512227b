"""Supervision of account officers by their governor and district chief."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.http.calls import DistrictQuery, InterviewCall, act_of
from services.interview.queries import supervision as work
from services.interview.queries.suspicions import Where, count_suspicions
from services.interview.queries.suspicions import list_suspicions as suspicions_page
from services.interview.repository.people import newest_policy
from services.interview.rules.supervision import Suspicion, Verdict, counted_since, days_left, pace_of, supervision_on
from services.interview.schemas.supervision import (
    CheckFiguresOut,
    NumbersOut,
    OfficerDayOut,
    OfficersFiguresOut,
    OfficerWorkOut,
    SummaryOut,
    SuspicionFiguresOut,
    SuspicionOut,
    VisitsFiguresOut,
    WindowOut,
    percent,
)
from shared.auth import Level, Principal
from shared.db import ReadTx
from shared.errors import Invalid
from shared.http import PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1/supervision", tags=["supervision"])
SupervisionCall = Annotated[InterviewCall, Depends(calling("interview.supervision:read"))]


@router.get(
    "/officers",
    response_model=PageOf[OfficerWorkOut],
    **operation(
        "List officers with caseload and pace",
        "แสดงผู้ดูแลแต่ละคน จำนวนรายที่ดูแล สัมภาษณ์แล้ว คงเหลือ วันที่เหลือ อัตราที่ต้องทำและทำได้ต่อวัน และผลเทียบ",
        "Each active officer: caseload, who is interviewed and who remains, days left in the window of home visits, the pace that is needed and the"
        " pace of the last days, and the verdict with its numbers.",
        "interview.supervision:read",
    ),
)
async def list_officers_work(call: SupervisionCall, page: PageParams, district: DistrictQuery = None) -> Response:
    """List officers with caseload and pace."""
    today = act_of(call).today
    numbers = supervision_on(today)

    async def read(tx: ReadTx) -> PageOf[OfficerWorkOut]:
        window = (await newest_policy(tx)).visit_window
        rows, cursor = await work.list_work(tx, call.principal.reach, district, today, counted_since(window, today, numbers), page)
        items = [OfficerWorkOut.of(row, pace_of(window, today, row["remaining"], row["made"], numbers)) for row in rows]
        return PageOf(items=items, next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/officers/{officer_id}/days",
    response_model=PageOf[OfficerDayOut],
    **operation(
        "List the days of an officer",
        "แสดงแต่ละวันของผู้ดูแล จำนวนการสัมภาษณ์และการไปหาที่ไม่พบ ตำบล ระยะทางที่แจ้ง เวลาแรกและเวลาสุดท้าย",
        "Day by day, the newest first: interviews, attempts, subdistricts, the kilometres told, first and last time. No coordinates are kept.",
        "interview.supervision:read",
    ),
)
async def list_officer_days(
    officer_id: UUID,
    call: SupervisionCall,
    page: PageParams,
    from_day: Annotated[date | None, Query(alias="from", description="First day. ตั้งแต่วันที่")] = None,
    to_day: Annotated[date | None, Query(alias="to", description="Last day. ถึงวันที่")] = None,
) -> Response:
    """List the days of an officer."""

    async def read(tx: ReadTx) -> PageOf[OfficerDayOut] | None:
        found = await work.list_days(tx, call.principal.reach, officer_id, (from_day, to_day), page)
        if found is None:
            return None
        return PageOf(items=[OfficerDayOut.model_validate(dict(row)) for row in found[0]], next_cursor=found[1])

    return await call.query(read)


@router.get(
    "/suspicions",
    response_model=PageOf[SuspicionOut],
    **operation(
        "List interviews that look wrong",
        "แสดงการสัมภาษณ์ที่ควรตรวจสอบ: สั้นเกินไป มากเกินไปในวันเดียว หรือคำตอบเหมือนกัน แสดงเฉพาะรหัส ไม่แสดงคำตอบ",
        "Interviews that should be looked at: TOO_SHORT, TOO_MANY on one day, or ALIKE (persons of one officer with the same answers). Ids and"
        " counts; the answers are never shown here. A reader of the country names a district.",
        "interview.supervision:read",
    ),
)
async def list_suspicions(
    call: SupervisionCall,
    page: PageParams,
    kind: Annotated[Suspicion, Query(description="Why they look wrong. เหตุที่ควรตรวจสอบ")],
    district: DistrictQuery = None,
    officer_id: Annotated[UUID | None, Query(description="Only of this officer. ผู้ดูแล")] = None,
) -> Response:
    """List interviews that look wrong."""
    _require_area(call.principal, district)
    numbers = supervision_on(act_of(call).today)
    where = Where(call.principal.reach, district, officer_id)

    async def read(tx: ReadTx) -> PageOf[SuspicionOut]:
        rows, cursor = await suspicions_page(tx, kind, where, numbers, page)
        return PageOf(items=[SuspicionOut.model_validate({**row, "kind": kind}) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/summary",
    response_model=SummaryOut,
    **operation(
        "Summarise the work of an area",
        "สรุปงานของอำเภอหรือจังหวัดในหน้าเดียว: ผู้ดูแลและอัตรา การไปหา การสัมภาษณ์ที่ควรตรวจสอบ และการสุ่มตรวจ",
        "A page's worth of figures of a district, or of all in reach: officers and pace, the visits of the last days, suspicions, spot checks; and the"
        " numbers that they are judged by. A reader of the country names a district.",
        "interview.supervision:read",
    ),
)
async def summarise(call: SupervisionCall, district: DistrictQuery = None) -> Response:
    """Summarise the work of an area."""
    _require_area(call.principal, district)
    today = act_of(call).today

    async def read(tx: ReadTx) -> SummaryOut:
        return await _summary(tx, call, district, today)

    return await call.query(read)


async def _summary(tx: ReadTx, call: InterviewCall, district: str | None, today: date) -> SummaryOut:
    reach, numbers = call.principal.reach, supervision_on(today)
    window = (await newest_policy(tx)).visit_window
    since = counted_since(window, today, numbers)
    figures = dict.fromkeys(OfficersFiguresOut.model_fields, 0)
    async for row in work.all_work(tx, reach, district, today, since):
        figures["officers"] += 1
        figures[_NAME_OF_VERDICT[pace_of(window, today, row["remaining"], row["made"], numbers).verdict]] += 1
        for name in ("caseload", "interviewed", "remaining"):
            figures[name] += row[name]
    visits = await work.visits_of_area(tx, reach, district, today, since)
    counts = await count_suspicions(tx, Where(reach, district), numbers)
    checks = await work.checks_of_area(tx, reach, district)
    stand = {name: checks.get(name.upper(), 0) for name in ("open", "ok", "differs", "not_met", "lapsed")}
    return SummaryOut(
        district=district,
        as_of=today,
        window=WindowOut.of(window, days_left(window, today)),
        numbers=NumbersOut.of(numbers),
        work=OfficersFiguresOut(**figures),
        visits=VisitsFiguresOut(since=since, **dict(visits)),
        suspicions=[SuspicionFiguresOut(kind=kind, suspicions=n, interviews=interviews) for kind, (n, interviews) in counts.items()],
        spot_checks=CheckFiguresOut(
            **stand,
            drawn=sum(stand.values()),
            revisions_due=checks["revisions_due"],
            differs_percent=percent(stand["differs"], stand["ok"] + stand["differs"]),
        ),
    )


_NAME_OF_VERDICT = {Verdict.AHEAD: "ahead", Verdict.ON_PACE: "on_pace", Verdict.BEHIND: "behind"}


def _require_area(principal: Principal, district: str | None) -> None:
    """Groups are made of all interviews of an area, so the country is asked about a district at a time. Raises Invalid."""
    if principal.reach.level is Level.COUNTRY and district is None:
        raise Invalid.field(
            "district", "missing", "is required of a reader of the country", "ผู้อ่านระดับประเทศต้องระบุอำเภอ", "4 digits of DOPA"
        )
