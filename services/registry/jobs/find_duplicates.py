"""The job that finds who may be in the registry twice: a rule a step, then what was found is published in slices."""

from typing import Any

from services.registry.commands import duplicates as commands
from services.registry.commands.duplicates import FindingProgress
from services.registry.jobs.exclusive import bulk_change
from services.registry.resources import RegistryResources
from shared import jobs
from shared.jobs import Job


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
