"""Giving every district its officers: a job, one district a step, in the order of their codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.assign_district import give_to_officers
from services.interview.errors import NoBankOfficer, NoOfficers
from services.interview.errors.teams import NoOfficerFree
from services.interview.repository import assigning
from shared import jobs
from shared.clock import on_day
from shared.db import Tx

ASSIGN_COUNTRY_JOB: Final = "assign_country"
NOBODY_TO_GIVE_TO: Final = (NoOfficers, NoOfficerFree, NoBankOfficer)


@dataclass(frozen=True)
class CountryProgress(jobs.Progress):
    """The last district, how many of them were done, how many cases were given, and which districts were refused by which name."""

    after: str = ""
    districts: int = 0
    cases: int = 0
    without_room: int = 0
    refused: Mapping[str, str] = field(default_factory=dict)


async def ask_to_assign_country(tx: Tx, act: Act) -> UUID:
    """Queue the job; returns its id."""
    return await jobs.ask(tx, ASSIGN_COUNTRY_JOB, {"by": act.by}, asked_by=act.by)


async def assign_next_district(tx: Tx, progress: CountryProgress, *, by: str, at: datetime) -> CountryProgress:
    """Assign the district behind the last one; without one the progress is done. A district that has nobody to give cases to is noted and left."""
    district = await assigning.next_district(tx, progress.after)
    if district is None:
        return replace(progress, done=True)
    try:
        async with tx.savepoint():
            assigned = await give_to_officers(tx, district, by=by, at=at, on=on_day(at))
    except NOBODY_TO_GIVE_TO as refusal:
        return replace(progress, after=district, districts=progress.districts + 1, refused={**progress.refused, district: refusal.slug})
    return replace(
        progress,
        after=district,
        districts=progress.districts + 1,
        cases=progress.cases + assigned.cases,
        without_room=progress.without_room + assigned.without_room,
    )
