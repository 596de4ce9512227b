"""Work that takes long, and what time brings: who hears of a meeting place, the country's assignment, what is overdue, drafts that are too old."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from services.interview.commands import ask_notices, complaints
from services.interview.commands.act import Act
from services.interview.commands.assign_country import ASSIGN_COUNTRY_JOB, CountryProgress, assign_next_district
from services.interview.commands.follow_up import sweep_some
from services.interview.commands.raise_overdue_visits import raise_some
from services.interview.domain import Case
from services.interview.repository import drafts, people
from services.interview.repository.holders import Place
from services.interview.resources import InterviewResources
from services.interview.rules.follow_up_rounds import passed_rounds
from services.interview.rules.policy import Policy
from services.interview.rules.visit_overdue import rising
from shared.auth import Level, Principal, Reach
from shared.clock import on_day
from shared.db import Tx
from shared.jobs import Job
from shared.timers import Timer

OVERDUE_EVERY: Final = timedelta(minutes=15)
CLOCK: Final = "clock"
"""Who acted where only time passed."""


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


DRAFTS_AT_ONCE: Final = 1000


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


def timers(resources: InterviewResources) -> list[Timer]:
    """What time brings is found in the whole country, whether a district asks or not."""
    return [
        Timer("empty_old_drafts", timedelta(hours=1), partial(empty_old_drafts, resources)),
        Timer("home_visits_overdue", OVERDUE_EVERY, partial(raise_overdue_visits, resources)),
        Timer("follow_ups_overdue", OVERDUE_EVERY, partial(sweep_overdue_follow_ups, resources)),
        Timer("escalate_complaints", OVERDUE_EVERY, partial(escalate_complaints, resources)),
    ]


async def raise_overdue_visits(resources: InterviewResources) -> None:
    """Raise the home visits that were not made in time, level by level and a set at a time."""
    act, policy = _by_the_clock(resources), await _policy(resources)
    if policy is not None:
        for level in rising(policy, act.today):
            await _until_none(resources, partial(raise_some, act=act, to=level))


async def sweep_overdue_follow_ups(resources: InterviewResources) -> None:
    """Find for whom no contact was made in the rounds whose due day has passed, a set at a time."""
    act, policy = _by_the_clock(resources), await _policy(resources)
    if policy is not None:
        for round_ in passed_rounds(policy, act.today):
            await _until_none(resources, partial(sweep_some, act=act, policy=policy, round_=round_))


async def escalate_complaints(resources: InterviewResources) -> None:
    """Let complaints rise whose time at their level is over, some hundred a transaction."""
    risen = complaints.AT_ONCE_MAX
    while risen == complaints.AT_ONCE_MAX:
        async with resources.db.transaction() as tx:
            risen = await complaints.escalate_overdue(tx, _by_the_clock(resources))


async def _policy(resources: InterviewResources) -> Policy | None:
    async with resources.db.reading() as tx:
        return await people.policy_if_here(tx)


def _by_the_clock(resources: InterviewResources) -> Act:
    return Act(Principal(CLOCK, frozenset(), Reach(Level.COUNTRY)), resources.clock.business_now())


async def _until_none(resources: InterviewResources, step: Callable[[Tx, UUID | None], Awaitable[list[Case]]]) -> None:
    """Each step in its own transaction, so that no row is held for long; it goes on after the last holder of the one before."""
    after = None
    while True:
        async with resources.db.transaction() as tx:
            found = await step(tx, after)
        if not found:
            return
        after = found[-1].holder_id
