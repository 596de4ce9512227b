"""Officers of the district teams, and the meeting places of February."""

from datetime import date
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.errors import OfficerKnown
from services.interview.repository.rows import insert, row_of
from services.interview.repository.staff import Officer
from shared.auth import require_area
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.interview import Employer, MeetingPlaceAnnounced, OfficerRegistered
from shared.db import Tx
from shared.ids import new_id


async def register_officer(tx: Tx, act: Act, *, district: str, employer: Employer, staff_no: str) -> Officer:
    """Register an officer of a district in the caller's area. Raises NotFound, OfficerKnown."""
    require_area(act.caller, district)
    officer = Officer(new_id(), 1, district, employer, staff_no, active=True)
    if not await insert(tx, "officer", row_of(officer), "ON CONFLICT ON CONSTRAINT officer_staff_no DO NOTHING"):
        raise OfficerKnown(employer=employer, staff_no=staff_no)
    fact = OfficerRegistered(officer_id=officer.officer_id, version=1, district=district, employer=employer)
    await outbox.add_many(tx, [Event.of(fact, subject=officer.officer_id, time=act.at, identity=(1,))])
    return officer


async def announce_place(
    tx: Tx, act: Act, *, subdistrict: str, name: str, opens_on: date, closes_on: date, capacity_per_day: int
) -> MeetingPlaceAnnounced:
    """Announce a meeting place in a subdistrict of the caller's area. Raises NotFound."""
    district = subdistrict[:4]
    require_area(act.caller, district)
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
