"""Officers of the district teams: registered, changed, absent, and gone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.errors import OfficerHasCases, OfficerKnown, OfficerLeft
from services.interview.errors.teams import AbsencesOverlap
from services.interview.repository import staff
from services.interview.repository.rows import insert, row_of
from services.interview.repository.staff import Absence, Officer
from services.interview.rules.officers import AbsenceKind, Language, OfficerHappening, overlap
from shared.auth import require_area
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.interview import Employer, OfficerRegistered
from shared.db import Tx
from shared.errors import Invalid, NotFound, PreconditionFailed
from shared.ids import new_id

ABSENCE_DAYS_MAX: Final = timedelta(days=366)
"""So long may an absence be, and so far from today may it begin or end."""


@dataclass(frozen=True, slots=True)
class OfficerDetails:
    """What may be changed of an officer: languages, how many cases at most (None for no limit), subdistricts near them."""

    languages: tuple[Language, ...] = ()
    caseload_max: int | None = None
    subdistricts: tuple[str, ...] = ()


async def register_officer(tx: Tx, act: Act, *, district: str, employer: Employer, staff_no: str, details: OfficerDetails) -> Officer:
    """Register an officer of a district in the caller's area. Raises NotFound, OfficerKnown, or Invalid for a subdistrict far away."""
    require_area(act.caller, district)
    _check_near(district, details)
    officer = Officer(new_id(), 1, district, employer, staff_no, active=True, **row_of(details))
    if not await insert(tx, "officer", row_of(officer), "ON CONFLICT ON CONSTRAINT officer_staff_no DO NOTHING"):
        raise OfficerKnown(employer=employer, staff_no=staff_no)
    await staff.note(tx, officer, OfficerHappening.REGISTERED, row_of(details), by=act.by, at=act.at)
    await _publish(tx, act, officer)
    return officer


async def change_officer(tx: Tx, act: Act, officer_id: UUID, details: OfficerDetails, *, if_version: int) -> Officer:
    """Replace what may be changed. Raises NotFound, OfficerLeft, PreconditionFailed, Invalid. Cases over a lower limit stay where they are."""
    officer = await _lock(tx, act, officer_id, if_version)
    _check_near(officer.district, details)
    changed = replace(officer, version=officer.version + 1, **row_of(details))
    before = {name: getattr(officer, name) for name in row_of(details)}
    await staff.store(tx, changed)
    await staff.note(tx, changed, OfficerHappening.CHANGED, {"before": before, "after": row_of(details)}, by=act.by, at=act.at)
    return changed


async def record_absence(
    tx: Tx, act: Act, officer_id: UUID, *, from_on: date, to_on: date, kind: AbsenceKind, if_version: int | None
) -> Absence:
    """Note that an officer is away on these days: no case is given to them then. Raises NotFound, OfficerLeft, PreconditionFailed, Invalid, AbsencesOverlap."""
    officer = await _lock(tx, act, officer_id, if_version)
    first, last = act.today - ABSENCE_DAYS_MAX, act.today + ABSENCE_DAYS_MAX
    for field, day in (("from_on", from_on), ("to_on", to_on)):
        if not first <= day <= last:
            raise Invalid.field(field, "date_range", "is more than a year from today", "ห่างจากวันนี้เกินหนึ่งปี", f"{first}..{last}")
    absence = Absence(new_id(), officer_id, 1, from_on, to_on, kind)
    for known in await staff.absences(tx, officer_id):
        if overlap(known, absence):
            raise AbsencesOverlap(absence_id=known.absence_id, from_on=known.from_on, to_on=known.to_on)
    await staff.add_absence(tx, absence)
    await _next_version(tx, act, officer, OfficerHappening.ABSENCE_RECORDED, row_of(absence))
    return absence


async def end_absence(tx: Tx, act: Act, officer_id: UUID, absence_id: UUID, to_on: date, *, if_version: int) -> Absence:
    """The officer is back early: `to_on` is the last day away. Raises NotFound, OfficerLeft, PreconditionFailed, Invalid."""
    officer = await _lock(tx, act, officer_id, None)
    known = next((one for one in await staff.absences(tx, officer_id) if one.absence_id == absence_id), None)
    if known is None:
        raise NotFound
    if known.version != if_version:
        raise PreconditionFailed(version=known.version)
    if not known.from_on <= to_on <= known.to_on:
        allowed = f"{known.from_on}..{known.to_on}"
        raise Invalid.field("to_on", "date_range", "is not within the absence", "ไม่อยู่ในช่วงที่ไม่อยู่ปฏิบัติงาน", allowed)
    ended = replace(known, version=known.version + 1, to_on=to_on)
    await staff.store_absence(tx, ended)
    await _next_version(tx, act, officer, OfficerHappening.ABSENCE_ENDED, {"absence_id": absence_id, "before": known.to_on, "after": to_on})
    return ended


async def deactivate_officer(tx: Tx, act: Act, officer_id: UUID, reason: str) -> Officer:
    """Note that an officer left: no case is given to them any more. Their open cases are handed over before.

    Raises NotFound, OfficerLeft, OfficerHasCases with their numbers.
    """
    # Who gives cases holds the officer's row too: after this lock no case is on its way to them.
    officer = await _lock(tx, act, officer_id, None)
    held, accompanied = await staff.open_cases_of(tx, officer_id)
    if held or accompanied:
        raise OfficerHasCases(officer_id=officer_id, open_cases=held, co_interviews_to_come=accompanied)
    left = replace(officer, version=officer.version + 1, active=False)
    await staff.store(tx, left)
    await staff.note_departure(tx, officer_id, by=act.by, at=act.at, reason=reason)
    await staff.note(tx, left, OfficerHappening.LEFT, {"reason": reason}, by=act.by, at=act.at)
    await _publish(tx, act, left)
    return left


async def _lock(tx: Tx, act: Act, officer_id: UUID, if_version: int | None) -> Officer:
    officer = await staff.lock_officer(tx, act.caller.reach, officer_id)
    if officer is None:
        raise NotFound
    if not officer.active:
        raise OfficerLeft(officer_id=officer_id)
    if if_version is not None and if_version != officer.version:
        raise PreconditionFailed(version=officer.version)
    return officer


def _check_near(district: str, details: OfficerDetails) -> None:
    elsewhere = [one for one in details.subdistricts if one[:2] != district[:2]]
    if elsewhere:
        message = f"{elsewhere[0]} is in another province", f"ตำบล {elsewhere[0]} อยู่ในจังหวัดอื่น"
        raise Invalid.field("subdistricts", "another_province", *message, f"{district[:2]}xxxx")


async def _next_version(tx: Tx, act: Act, officer: Officer, what: OfficerHappening, details: Mapping[str, Any]) -> None:
    changed = replace(officer, version=officer.version + 1)
    await staff.store(tx, changed)
    await staff.note(tx, changed, what, details, by=act.by, at=act.at)


async def _publish(tx: Tx, act: Act, officer: Officer) -> None:
    fact = OfficerRegistered(
        officer_id=officer.officer_id, version=officer.version, district=officer.district, employer=officer.employer, active=officer.active
    )
    await outbox.add_many(tx, [Event.of(fact, subject=officer.officer_id, time=act.at, identity=(officer.version,))])
