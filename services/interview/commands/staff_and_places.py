"""Officers of the district teams, and the meeting places of February."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.errors import OfficerHasCases, OfficerKnown, OfficerLeft
from services.interview.repository import staff
from services.interview.repository.rows import insert, row_of
from services.interview.repository.staff import Officer
from shared.auth import require_area
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.interview import Employer, MeetingPlaceAnnounced, OfficerRegistered
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.ids import new_id

PLACE_DAYS_MAX: Final = timedelta(days=366)
"""So far from today may a place open or close: a year that was mistyped is refused."""


async def register_officer(tx: Tx, act: Act, *, district: str, employer: Employer, staff_no: str) -> Officer:
    """Register an officer of a district in the caller's area. Raises NotFound, OfficerKnown."""
    require_area(act.caller, district)
    officer = Officer(new_id(), 1, district, employer, staff_no, active=True)
    if not await insert(tx, "officer", row_of(officer), "ON CONFLICT ON CONSTRAINT officer_staff_no DO NOTHING"):
        raise OfficerKnown(employer=employer, staff_no=staff_no)
    await _publish(tx, act, officer)
    return officer


async def deactivate_officer(tx: Tx, act: Act, officer_id: UUID, reason: str) -> Officer:
    """Note that an officer left: no case is given to them any more. Their open cases are handed over before.

    Raises NotFound, OfficerLeft, OfficerHasCases with their numbers.
    """
    # Who gives cases holds the officer's row too: after this lock no case is on its way to them.
    officer = await staff.lock_officer(tx, act.caller.reach, officer_id)
    if officer is None:
        raise NotFound
    if not officer.active:
        raise OfficerLeft(officer_id=officer_id)
    held, accompanied = await staff.open_cases_of(tx, officer_id)
    if held or accompanied:
        raise OfficerHasCases(officer_id=officer_id, open_cases=held, co_interviews_to_come=accompanied)
    left = replace(officer, version=officer.version + 1, active=False)
    await staff.store_departure(tx, left, by=act.by, at=act.at, reason=reason)
    await _publish(tx, act, left)
    return left


async def _publish(tx: Tx, act: Act, officer: Officer) -> None:
    fact = OfficerRegistered(
        officer_id=officer.officer_id, version=officer.version, district=officer.district, employer=officer.employer, active=officer.active
    )
    await outbox.add_many(tx, [Event.of(fact, subject=officer.officer_id, time=act.at, identity=(officer.version,))])


async def announce_place(
    tx: Tx, act: Act, *, subdistrict: str, name: str, opens_on: date, closes_on: date, capacity_per_day: int
) -> MeetingPlaceAnnounced:
    """Announce a meeting place in a subdistrict of the caller's area. Raises NotFound, or Invalid for days far from today."""
    district = subdistrict[:4]
    require_area(act.caller, district)
    first, last = act.today - PLACE_DAYS_MAX, act.today + PLACE_DAYS_MAX
    for field, day in (("opens_on", opens_on), ("closes_on", closes_on)):
        if not first <= day <= last:
            raise Invalid.field(field, "date_range", "is more than a year from today", "ห่างจากวันนี้เกินหนึ่งปี", f"{first}..{last}")
    place_id: UUID = new_id()
    place = MeetingPlaceAnnounced(
        place_id=place_id,
        version=1,
        district=district,
        subdistrict=subdistrict,
        name=name,
        opens_on=opens_on,
        closes_on=closes_on,
        capacity_per_day=capacity_per_day,
    )
    await insert(tx, "meeting_place", place.model_dump())
    await outbox.add_many(tx, [Event.of(place, subject=place_id, time=act.at, identity=(1,))])
    return place
