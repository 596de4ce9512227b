"""Work that takes long: letting the people around a meeting place hear of it. And timed work: emptying drafts that are too old."""

from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from services.interview.commands import ask_notices
from services.interview.repository import drafts
from services.interview.repository.holders import Place
from services.interview.resources import InterviewResources
from shared.clock import on_day
from shared.jobs import Job
from shared.timers import Timer


async def tell_meeting_place(job: Job) -> dict[str, Any]:
    """Ask for the notices in steps; a killed job goes on after its last one."""
    resources: InterviewResources = job.resources
    place_id, version = UUID(job.parameters["place_id"]), job.parameters["version"]
    stopped_at = job.progress.get("after")
    last = None if stopped_at is None else Place(stopped_at[0], UUID(stopped_at[1]))
    asked: int = job.progress.get("asked", 0)
    while True:
        async with job.database.transaction() as tx:
            at = resources.clock.business_now()
            whole_district = job.parameters["whole_district"]
            last, count = await ask_notices.tell_place(tx, place_id, version, last, at, whole_district=whole_district)
            asked += count
            await job.checkpoint(tx, {"after": last and [last.subdistrict, str(last.holder_id)], "asked": asked})
        if last is None:
            return {"asked": asked}


async def empty_old_drafts(resources: InterviewResources) -> None:
    """Empty drafts that nobody has gone on with for too long, some at a time."""
    at = resources.clock.business_now()
    while True:
        async with resources.db.transaction() as tx:
            if await drafts.empty_expired(tx, on_day(at), at, DRAFTS_AT_ONCE) < DRAFTS_AT_ONCE:
                return


def draft_timers(resources: InterviewResources) -> list[Timer]:
    """The timer that empties old drafts."""
    return [Timer("empty_old_drafts", timedelta(hours=1), partial(empty_old_drafts, resources))]


DRAFTS_AT_ONCE: Final = 1000
JOBS: Final = {ask_notices.TELL_PLACE_JOB: tell_meeting_place}
