"""The meeting places of February."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.ask_notices import ask_to_tell_place
from services.interview.repository import staff
from services.interview.repository.rows import insert, row_of
from shared.auth import require_area
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.interview import MeetingPlaceAnnounced
from shared.db import Tx
from shared.errors import Invalid, NotFound, PreconditionFailed
from shared.ids import new_id

PLACE_DAYS_MAX: Final = timedelta(days=366)
"""So far from today may a place open or close: a year that was mistyped is refused."""


class Telling(StrEnum):
    """Who is told of a meeting place, of those who have stated no wish."""

    NOBODY = "NOBODY"
    SUBDISTRICT = "SUBDISTRICT"
    DISTRICT = "DISTRICT"


@dataclass(frozen=True, slots=True)
class PlaceDetails:
    """What a district chief announces of a meeting place; of the days between the first and the last it may be open on some only."""

    name: str
    opens_on: date
    closes_on: date
    capacity_per_day: int
    latitude: float | None = None
    longitude: float | None = None
    weekdays: tuple[int, ...] | None = None
    days: tuple[date, ...] | None = None
    opens_at: str | None = None
    closes_at: str | None = None


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
