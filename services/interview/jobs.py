"""Work that takes long: letting the people around a meeting place hear of it, assigning the whole country."""

from typing import Any, Final
from uuid import UUID

from services.interview.commands import ask_notices
from services.interview.commands.assign_country import ASSIGN_COUNTRY_JOB, CountryProgress, assign_next_district
from services.interview.repository.holders import Place
from services.interview.resources import InterviewResources
from shared.jobs import Job


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


async def assign_country(job: Job) -> dict[str, Any]:
    """Give every district its officers; a killed job goes on behind its last district."""
    resources: InterviewResources = job.resources
    progress = CountryProgress.of(job.progress)
    while not progress.done:
        async with job.database.transaction() as tx:
            progress = await assign_next_district(tx, progress, by=job.parameters["by"], at=resources.clock.business_now())
            await job.checkpoint(tx, progress.stored())
    return progress.stored()


JOBS: Final = {ask_notices.TELL_PLACE_JOB: tell_meeting_place, ASSIGN_COUNTRY_JOB: assign_country}
