"""Work that takes long: letting the people around a meeting place hear of it; and what is done from time to time: letting overdue complaints rise."""

from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from services.interview.commands import ask_notices, complaints
from services.interview.commands.act import Act
from services.interview.repository.holders import Place
from services.interview.resources import InterviewResources
from shared.auth import Principal, Reach
from shared.jobs import Job
from shared.timers import Timer

THE_CLOCK: Final = Principal("clock", frozenset(), Reach.country())
"""Who the history names for what happens because a time is over."""


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


async def escalate_complaints(resources: InterviewResources) -> None:
    """Let complaints rise whose time at their level is over, some hundred a transaction."""
    risen = complaints.AT_ONCE_MAX
    while risen == complaints.AT_ONCE_MAX:
        async with resources.db.transaction() as tx:
            risen = await complaints.escalate_overdue(tx, Act(THE_CLOCK, resources.clock.business_now()))


def timers(resources: InterviewResources) -> list[Timer]:
    """What is done without being asked for."""
    return [Timer("escalate_complaints", timedelta(minutes=15), partial(escalate_complaints, resources))]


JOBS: Final = {ask_notices.TELL_PLACE_JOB: tell_meeting_place}
