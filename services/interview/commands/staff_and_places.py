"""Officers of the district teams, and the meeting places of February."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.ask_notices import ask_to_tell_place
from services.interview.errors import OfficerHasCases, OfficerKnown, OfficerLeft
from services.interview.repository import staff
from services.interview.repository.rows import insert, row_of
from services.interview.repository.staff import Officer
from shared.auth import require_area
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.interview import Employer, MeetingPlaceAnnounced, OfficerRegistered
from shared.db import Tx
from shared.errors import Invalid, NotFound, PreconditionFailed
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


class Telling(StrEnum):
    """Who is told of a meeting place, of those who have stated no wish."""

    NOBODY = "NOBODY"
    SUBDISTRICT = "SUBDISTRICT"
    DISTRICT = "DISTRICT"


@dataclass(frozen=True, slots=True)
class PlaceDetails:
    """What a district chief announces of a meeting place."""

    name: str
    opens_on: date
    closes_on: date
    capacity_per_day: int


async def announce_place(tx: Tx, act: Act, subdistrict: str, details: PlaceDetails, tell: Telling) -> MeetingPlaceAnnounced:
    """Announce a meeting place in a subdistrict of the caller's area. Raises NotFound, or Invalid for days far from today."""
    district = subdistrict[:4]
    require_area(act.caller, district)
    _check_days(act, details)
    place = MeetingPlaceAnnounced(place_id=new_id(), version=1, district=district, subdistrict=subdistrict, **row_of(details))
    await insert(tx, "meeting_place", place.model_dump())
    return await _announced(tx, act, place, tell)


async def change_place(
    tx: Tx, act: Act, place_id: UUID, details: PlaceDetails, tell: Telling, *, if_version: int | None
) -> MeetingPlaceAnnounced:
    """Announce a place anew, with other days or another name. Raises NotFound, PreconditionFailed, Invalid."""
    place = await staff.place(tx, place_id)
    if place is None:
        raise NotFound
    require_area(act.caller, place.district)
    _check_days(act, details)
    changed = place.model_copy(update={"version": (if_version or place.version) + 1, **row_of(details)})
    if not await staff.change_place(tx, changed):
        raise PreconditionFailed(version=place.version)
    return await _announced(tx, act, changed, tell)


def _check_days(act: Act, details: PlaceDetails) -> None:
    first, last = act.today - PLACE_DAYS_MAX, act.today + PLACE_DAYS_MAX
    for field, day in (("opens_on", details.opens_on), ("closes_on", details.closes_on)):
        if not first <= day <= last:
            raise Invalid.field(field, "date_range", "is more than a year from today", "ห่างจากวันนี้เกินหนึ่งปี", f"{first}..{last}")


async def _announced(tx: Tx, act: Act, place: MeetingPlaceAnnounced, tell: Telling) -> MeetingPlaceAnnounced:
    await outbox.add_many(tx, [Event.of(place, subject=place.place_id, time=act.at, identity=(place.version,))])
    if tell is not Telling.NOBODY:
        await ask_to_tell_place(tx, place, whole_district=tell is Telling.DISTRICT, asked_by=act.by)
    return place
