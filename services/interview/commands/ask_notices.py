"""Asking the registry to tell people something. It alone knows phone, consent and quiet hours."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from services.interview import events
from services.interview.repository import holders, notices, staff
from services.interview.repository.holders import Place
from shared import jobs
from shared.bus import outbox
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.interview import MeetingPlaceAnnounced, NoticeRequested
from shared.db import Tx

TELL_PLACE_JOB: Final = "tell_meeting_place"
PEOPLE_AT_ONCE_MAX: Final = 2000


async def ask_about_cases(tx: Tx, asked: Sequence[Event], at: datetime) -> None:
    """Publish requests about cases, whose page shows from now on what became of them."""
    await notices.add_asked(tx, [one.data for one in asked if isinstance(one.data, NoticeRequested)], at)
    await outbox.add_many(tx, asked)


async def ask_to_tell_place(tx: Tx, place: MeetingPlaceAnnounced, *, whole_district: bool, asked_by: str) -> None:
    """Queue the job that lets the people around hear of the place."""
    parameters = {"place_id": str(place.place_id), "version": place.version, "whole_district": whole_district}
    await jobs.ask(tx, TELL_PLACE_JOB, parameters, asked_by=asked_by)


async def tell_place(
    tx: Tx, place_id: UUID, version: int, after: Place | None, at: datetime, *, whole_district: bool
) -> tuple[Place | None, int]:
    """Ask for the notices to the next people who have stated no wish; returns the last of them, None after the last, and how many.

    Of a place that was changed meanwhile or is closed nobody hears.
    """
    place = await staff.place(tx, place_id)
    if place is None or place.version != version or place.closes_on < on_day(at):
        return None, 0
    area = place.district if whole_district else place.subdistrict
    people = await holders.without_wish(tx, area, after, PEOPLE_AT_ONCE_MAX)
    await outbox.add_many(tx, [events.place_notice(place, one.holder_id, at=at) for one in people])
    return (people[-1] if len(people) == PEOPLE_AT_ONCE_MAX else None), len(people)
