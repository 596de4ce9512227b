"""The job that shows what the import of a file would do; the registry stays as it is, and nothing is published."""

from dataclasses import replace
from typing import Any

from services.registry.commands.imports import Phase
from services.registry.commands.looks import Look
from services.registry.jobs.exclusive import bulk_change
from services.registry.jobs.import_file import opened, steps_of
from services.registry.jobs.looking import look
from services.registry.jobs.progress import disks_named, forget_notes, stored_progress, tell_waiting
from services.registry.jobs.workers import preparing
from services.registry.resources import RegistryResources
from shared.jobs import Job


async def preview_file(job: Job) -> dict[str, Any]:
    """Look at the file of the job's parameters. Raises as import_file."""
    resources: RegistryResources = job.resources
    async with bulk_change(job.database, lambda: tell_waiting(job)), disks_named():
        progress = await stored_progress(job)
        if progress.look is None or not progress.look.complete:
            file = await opened(job)
            progress = replace(progress, phase=Phase.LOOKING, first_load=file.nobody_yet)
            with preparing(replace(file.recipe, entering=False, sealed=False), resources.settings) as (prepare, ahead):
                steps = steps_of(file.path, progress.look or Look(), prepare, ahead, resources.clock)
                progress = await look(job, file.kind, progress, steps, rejecting=True)
        await forget_notes(job)
    return replace(progress, phase=Phase.DONE).stored()
