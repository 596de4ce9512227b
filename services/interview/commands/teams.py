"""The team of a district: appointed by the governor, put on the roster by the district chief."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.errors import UnknownOfficer, UnknownPlace
from services.interview.errors.teams import NotToBeAppointed, OfficerAbsent, OrderKnown, ServesElsewhere
from services.interview.repository import assigning, staff, teams
from services.interview.repository.staff import Officer
from services.interview.repository.teams import Member, RosterEntry, Team
from services.interview.rules.co_interview import BANKS
from services.interview.rules.officers import TeamDuty, overlap
from shared.auth import require_area
from shared.contracts.interview import Employer
from shared.db import Tx
from shared.errors import FieldProblem, Invalid, NotFound, PreconditionFailed
from shared.ids import new_id

DAYS_MAX: Final = timedelta(days=366)
"""So far from today may an order be dated or an entry of the roster lie."""


async def appoint_team(
    tx: Tx, act: Act, district: str, *, order_no: str, ordered_on: date, head_id: UUID, members: Sequence[Member], if_version: int | None
) -> Team:
    """Appoint the district's team; it replaces the former one, which stays in the history.

    Raises NotFound out of reach, PreconditionFailed, Invalid, NotToBeAppointed, OrderKnown.
    """
    require_area(act.caller, district)
    await assigning.lock_district(tx, district)
    before = await teams.present_team(tx, district)
    version = before.version if before else 0
    if if_version is not None and if_version != version:
        raise PreconditionFailed(version=version)
    if not act.today - DAYS_MAX <= ordered_on <= act.today:
        allowed = f"{act.today - DAYS_MAX}..{act.today}"
        raise Invalid.field("ordered_on", "date_range", "is too long ago or to come", "นานเกินไปหรือยังไม่มาถึง", allowed)
    officers = await staff.active_officers(tx, [head_id, *(member.officer_id for member in members)])
    _check_team(district, head_id, members, officers)
    team = Team(
        district,
        version + 1,
        order_no,
        ordered_on,
        head_id,
        act.by,
        act.at,
        tuple(sorted(members, key=lambda one: (one.duty, one.officer_id))),
    )
    if not await teams.add_team(tx, team):
        raise OrderKnown(order_no=order_no)
    return team


def _check_team(district: str, head_id: UUID, members: Sequence[Member], officers: Mapping[UUID, Officer]) -> None:
    problems = [problem for n, member in enumerate(members) if (problem := _problem(f"members.{n}.officer_id", member, district, officers))]
    head = officers.get(head_id)
    if head is None or head.district != district or head.employer is not Employer.DISTRICT_OFFICE:
        text = "must be an active officer of the district office", "ต้องเป็นเจ้าหน้าที่ของที่ว่าการอำเภอนี้ที่ปฏิบัติงานอยู่"
        problems.append(FieldProblem("head_id", "not_to_be_appointed", *text, f"DISTRICT_OFFICE of {district}"))
    if problems:
        raise NotToBeAppointed(problems=problems)


def _problem(field: str, member: Member, district: str, officers: Mapping[UUID, Officer]) -> FieldProblem | None:
    """Intake and account officers are the district's own; a co-interviewer is of BAAC or GSB in its province."""
    officer = officers.get(member.officer_id)
    if member.duty is TeamDuty.CO_INTERVIEWER:
        if officer is not None and officer.employer in BANKS and officer.district[:2] == district[:2]:
            return None
        text = "must be an active officer of BAAC or GSB in the province", "ต้องเป็นเจ้าหน้าที่ ธ.ก.ส. หรือออมสินในจังหวัดที่ปฏิบัติงานอยู่"
        return FieldProblem(field, "not_to_be_appointed", *text, f"BAAC, GSB of {district[:2]}xx")
    if officer is not None and officer.district == district:
        return None
    text = "must be an active officer of the district", "ต้องเป็นเจ้าหน้าที่ของอำเภอที่ปฏิบัติงานอยู่"
    return FieldProblem(field, "not_to_be_appointed", *text, district)


async def put_on_roster(
    tx: Tx, act: Act, district: str, *, officer_id: UUID, duty: TeamDuty, place_id: UUID | None, from_on: date, to_on: date
) -> RosterEntry:
    """Let an officer serve on these days: at a meeting place for intake, or as account officer or co-interviewer of the district.

    Raises NotFound out of reach, UnknownOfficer, UnknownPlace, Invalid days, NotToBeAppointed, OfficerAbsent, ServesElsewhere.
    """
    require_area(act.caller, district)
    officer = (await staff.staying_officers(tx, [officer_id])).get(officer_id)
    if officer is None:
        raise UnknownOfficer(officer_id=officer_id)
    await _check_duty(tx, district, officer, duty)
    entry = RosterEntry(
        new_id(), district, officer_id, duty, place_id, from_on, to_on, 1, cancelled=False, changed_by=act.by, changed_at=act.at
    )
    await _check_days(tx, act, entry)
    for absence in await staff.absences(tx, officer_id):
        if overlap(absence, entry):
            raise OfficerAbsent(officer_id=officer_id, from_on=absence.from_on, to_on=absence.to_on)
    for other in await teams.entries_of_officer(tx, officer_id, duty):
        if overlap(other, entry):
            raise ServesElsewhere(entry_id=other.entry_id, place_id=other.place_id, from_on=other.from_on, to_on=other.to_on)
    await teams.add_entry(tx, entry)
    return entry


async def _check_duty(tx: Tx, district: str, officer: Officer, duty: TeamDuty) -> None:
    member = Member(officer.officer_id, duty)
    problem = _problem("officer_id", member, district, {officer.officer_id: officer})
    team = await teams.present_team(tx, district)
    if problem is None and team is not None and member not in team.members:
        text = f"is not appointed to the team for {duty}", f"ไม่ได้รับแต่งตั้งในทีมให้ทำหน้าที่ {duty}"
        problem = FieldProblem("officer_id", "not_to_be_appointed", *text, f"{duty} of order {team.order_no}")
    if problem is not None:
        raise NotToBeAppointed(problems=[problem])


async def _check_days(tx: Tx, act: Act, entry: RosterEntry) -> None:
    first, last = act.today - DAYS_MAX, act.today + DAYS_MAX
    if entry.place_id is not None:
        place = await staff.place(tx, entry.place_id)
        if place is None or place.district != entry.district:
            raise UnknownPlace(place_id=entry.place_id)
        first, last = place.opens_on, place.closes_on
    for field, day in (("from_on", entry.from_on), ("to_on", entry.to_on)):
        if not first <= day <= last:
            raise Invalid.field(field, "date_range", "is outside the days that are open", "อยู่นอกช่วงวันที่เปิด", f"{first}..{last}")


async def cancel_roster_entry(tx: Tx, act: Act, entry_id: UUID, *, if_version: int) -> RosterEntry:
    """Take an entry off the roster. Raises NotFound, also for one that is off it, PreconditionFailed."""
    entry = await teams.lock_entry(tx, act.caller.reach, entry_id)
    if entry is None or (entry.cancelled and entry.version == if_version):
        raise NotFound
    if entry.version != if_version:
        raise PreconditionFailed(version=entry.version)
    cancelled = replace(entry, version=entry.version + 1, cancelled=True, changed_by=act.by, changed_at=act.at)
    await teams.store_cancelled(tx, cancelled)
    return cancelled
