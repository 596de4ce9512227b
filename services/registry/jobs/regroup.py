"""The job that puts a new policy to all holders: tier, age and visit group again, publishing those that changed."""

from typing import Any

from services.registry.commands import policy as commands
from services.registry.commands.policy import RegroupProgress
from services.registry.jobs.exclusive import bulk_change
from services.registry.resources import RegistryResources
from shared import jobs
from shared.jobs import Job


async def regroup(job: Job) -> dict[str, Any]:
    """Go through all holders a slice at a time; returns how many changed, among the rest of the progress."""
    resources: RegistryResources = job.resources
    async with bulk_change(job.database):
        async with job.database.reading() as tx:
            progress = RegroupProgress.of((await jobs.state(tx, job.id)).progress)
        while not progress.done:
            async with job.database.transaction() as tx:
                progress = await commands.regroup_step(tx, job.id, progress, at=resources.clock.business_now())
                await job.checkpoint(tx, progress.stored())
    return progress.stored()
