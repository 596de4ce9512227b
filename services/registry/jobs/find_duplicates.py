"""The job that finds who may be in the registry twice: a rule a step, then what was found is published in slices; and its timer."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from services.registry.commands import duplicates as commands
from services.registry.commands.duplicates import FindingProgress
from services.registry.jobs.exclusive import bulk_change
from services.registry.resources import RegistryResources
from shared import jobs
from shared.jobs import Job
from shared.timers import Timer

LOOK_EVERY: Final = timedelta(minutes=1)


def duplicates_timers(resources: RegistryResources) -> list[Timer]:
    """The one that asks for the job when it is due by the settings."""
    days = resources.settings.duplicates_every_days
    return [Timer("find_duplicates", LOOK_EVERY, partial(ask_when_due, resources, timedelta(days=days)))] if days else []


async def ask_when_due(resources: RegistryResources, every: timedelta) -> None:
    """Queue the job if it is due and does not wait or run already."""
    async with resources.db.transaction() as tx:
        await commands.ask_when_due(tx, resources.clock.business_today(), every)


async def find_duplicates(job: Job) -> dict[str, Any]:
    """Go through the rules; returns the counts. All work is the database's: memory here is flat whatever the size."""
    resources: RegistryResources = job.resources
    async with bulk_change(job.database):
        async with job.database.reading() as tx:
            progress = FindingProgress.of((await jobs.state(tx, job.id)).progress)
        while not progress.done:
            async with job.database.transaction() as tx:
                progress = await commands.find_step(tx, progress, resources.clock.business_now())
                await job.checkpoint(tx, progress.stored())
    return progress.stored()
