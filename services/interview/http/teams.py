"""Teams of districts, and rosters."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands.teams import appoint_team, cancel_roster_entry, put_on_roster
from services.interview.http.calls import DistrictPath, InterviewCall, act_of
from services.interview.repository.teams import Member, RosterEntry, Team, present_team, roster_page, teams_of
from services.interview.rules.officers import TeamDuty
from services.interview.schemas.teams import RosterEntryIn, RosterEntryOut, TeamIn, TeamOut
from shared.auth import require_area
from shared.db import ReadTx, Tx
from shared.http import PageOf, PageParams, calling, operation

router = APIRouter(tags=["teams"])
READ = "interview.teams:read"


@router.post(
    "/v1/districts/{district}/team-appointments",
    status_code=201,
    response_model=TeamOut,
    **operation(
        "Appoint the team of a district",
        "ผู้ว่าราชการจังหวัดแต่งตั้งทีมหมอประชารัฐสุขใจของอำเภอตามคำสั่ง คำสั่งใหม่แทนคำสั่งเดิม ประวัติคงอยู่ (ส่ง If-Match ได้)"
        " เมื่อมีทีมแล้ว เฉพาะผู้ดูแลในทีมเท่านั้นที่ได้รับมอบหมายรายใหม่ทั้งอำเภอ",
        "A governor's order: head, intake officers, account officers, co-interviewers. It replaces the former one, which stays in the history."
        " From then on only account officers of the team take cases when the district is assigned. If-Match is honoured.",
        "interview.teams:write",
    ),
)
async def appoint_district_team(
    district: DistrictPath, body: TeamIn, call: Annotated[InterviewCall, Depends(calling("interview.teams:write", idempotent=True))]
) -> Response:
    """Appoint a team."""
    members = [Member(one.officer_id, one.duty) for one in body.members]

    async def use_case(tx: Tx) -> Team:
        return await appoint_team(
            tx,
            act_of(call),
            district,
            order_no=body.order_no,
            ordered_on=body.ordered_on,
            head_id=body.head_id,
            members=members,
            if_version=call.if_match(),
        )

    return await call.command(use_case)


@router.get(
    "/v1/districts/{district}/team",
    response_model=TeamOut,
    **operation("Show the team of a district", "แสดงทีมของอำเภอที่มีผลอยู่", "The team that stands now.", READ),
)
async def show_team(district: DistrictPath, call: Annotated[InterviewCall, Depends(calling(READ))]) -> Response:
    """Show the team."""
    require_area(call.principal, district)
    return await call.query(lambda tx: present_team(tx, district))


@router.get(
    "/v1/districts/{district}/team-appointments",
    response_model=PageOf[TeamOut],
    **operation("List appointments", "แสดงคำสั่งแต่งตั้งทีมของอำเภอทั้งหมด ใหม่สุดก่อน", "Every appointment of the district, the newest first.", READ),
)
async def list_team_appointments(
    district: DistrictPath, call: Annotated[InterviewCall, Depends(calling(READ))], page: PageParams
) -> Response:
    """List appointments."""
    require_area(call.principal, district)

    async def read(tx: ReadTx) -> PageOf[TeamOut]:
        after = page.after(int)
        found = await teams_of(tx, district, after[0] if after else None, page.limit + 1)
        shown, cursor = page.cut(found, lambda team: (team.version,))
        return PageOf(items=[TeamOut.model_validate(team) for team in shown], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/v1/districts/{district}/roster",
    status_code=201,
    response_model=RosterEntryOut,
    **operation(
        "Put an officer on the roster",
        "นายอำเภอมอบหมายเจ้าหน้าที่รับแจ้งความประสงค์ประจำจุดและวันในเดือนกุมภาพันธ์ ผู้ดูแลและผู้ร่วมสัมภาษณ์ในช่วงมีนาคม-เมษายน",
        "Intake officers to meeting places and days of February; account officers and co-interviewers to days of March and April. Refused for who is"
        " absent, serves elsewhere then, or is not appointed for it.",
        "interview.rosters:write",
    ),
)
async def put_officer_on_roster(
    district: DistrictPath,
    body: RosterEntryIn,
    call: Annotated[InterviewCall, Depends(calling("interview.rosters:write", idempotent=True))],
) -> Response:
    """Put an officer on the roster."""

    async def use_case(tx: Tx) -> RosterEntry:
        return await put_on_roster(tx, act_of(call), district, **dict(body))

    return await call.command(use_case)


@router.get(
    "/v1/districts/{district}/roster",
    response_model=PageOf[RosterEntryOut],
    **operation("List the roster", "แสดงตารางปฏิบัติงานของอำเภอ", "Who serves, of a day or a duty; an officer sees their own entries.", READ),
)
async def list_roster(
    district: DistrictPath,
    call: Annotated[InterviewCall, Depends(calling(READ))],
    page: PageParams,
    on: Annotated[date | None, Query(description="Only who serves on this day. วันที่")] = None,
    duty: Annotated[TeamDuty | None, Query(description="Only of this duty. หน้าที่")] = None,
) -> Response:
    """List the roster."""

    async def read(tx: ReadTx) -> PageOf[RosterEntryOut]:
        after = page.after(UUID)
        found = await roster_page(tx, call.principal.reach, district, on, duty, after[0] if after else None, page.limit + 1)
        shown, cursor = page.cut(found, lambda entry: (entry.entry_id,))
        return PageOf(items=[RosterEntryOut.model_validate(entry) for entry in shown], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/v1/roster/{entry_id}/cancellation",
    response_model=RosterEntryOut,
    **operation(
        "Take an entry off the roster",
        "ยกเลิกรายการในตารางปฏิบัติงาน (ต้องส่ง If-Match)",
        "The officer does not serve on these days after all. Needs If-Match.",
        "interview.rosters:write",
    ),
)
async def cancel_entry(
    entry_id: UUID, call: Annotated[InterviewCall, Depends(calling("interview.rosters:write", idempotent=True, needs_if_match=True))]
) -> Response:
    """Take an entry off the roster."""

    async def use_case(tx: Tx) -> RosterEntry:
        return await cancel_roster_entry(tx, act_of(call), entry_id, if_version=call.version_to_change())

    return await call.command(use_case)
