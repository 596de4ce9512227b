"""The job that changes keys: all persons sealed anew a slice at a time, and the keys before retired at the end.

Each slice is a transaction with the progress behind it, so that a killed rotation goes on where it was. Imports and
regroupings wait for its end, or it for theirs; everybody else works on.
"""

from typing import Any

from services.registry.commands import key_rotations as commands
from services.registry.commands.key_rotations import Rotation, RotationProgress
from services.registry.jobs.exclusive import bulk_change
from services.registry.resources import RegistryResources
from shared import jobs
from shared.jobs import Job


async def rotate_keys(job: Job) -> dict[str, Any]:
    """Change the keys that the job's parameters name; returns the last progress. Raises MasterKeyUnknown."""
    resources: RegistryResources = job.resources
    async with bulk_change(job.database):
        async with job.database.reading() as tx:
            progress = RotationProgress.of((await jobs.state(tx, job.id)).progress)
        if not progress.key_id and not progress.done:
            async with job.database.transaction() as tx:
                begin = commands.wrap_anew if job.parameters["keys"] == Rotation.MASTER else commands.begin
                progress = await begin(tx, resources.vault)
                await job.checkpoint(tx, progress.stored())
        while not progress.done:
            step = await commands.sealed_anew(job.database, resources.vault, progress)
            async with job.database.transaction() as tx:
                progress = await commands.finish(tx, progress) if step is None else await commands.write(tx, *step)
                await job.checkpoint(tx, progress.stored())
    return progress.stored()
