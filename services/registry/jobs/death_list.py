"""The jobs of a list of deaths: one checks its lines, one applies it when a second person has approved it. Killed, each goes on where it was."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from services.registry.commands import death_lists as commands
from services.registry.commands.death_lists import LINES_A_STEP, ApplyProgress, CheckProgress
from services.registry.domain import FileToImport
from services.registry.jobs.exclusive import bulk_change
from services.registry.jobs.progress import SEND_AGAIN, disks_named
from services.registry.repository.files import forget_converted, open_unchanged
from services.registry.resources import RegistryResources
from services.registry.rules.file_forms import DEATH_LIST
from shared import jobs
from shared.errors import DomainError
from shared.files.lines import read_lines
from shared.jobs import Job


async def check_death_list(job: Job) -> dict[str, Any]:
    """Check and count every line of the uploaded file, which goes when that is done or cannot be; returns the counts.

    Raises NotARegistryFile for a file that ends too early or is damaged, NoSpaceLeft.
    """
    progress = CheckProgress.of(job.progress)
    try:
        async with disks_named(SEND_AGAIN):
            if not progress.done:
                progress = await _checked(job, progress)
    except DomainError:
        await asyncio.to_thread(_forget_files, job)
        raise
    await asyncio.to_thread(_forget_files, job)
    return progress.stored()


async def _checked(job: Job, progress: CheckProgress) -> CheckProgress:
    resources: RegistryResources = job.resources
    file, today = FileToImport.of(job.parameters), date.fromisoformat(job.parameters["today"])
    path = await asyncio.to_thread(open_unchanged, resources.settings.import_folder, file, job.id, DEATH_LIST)
    while not progress.done:
        lines, offset = await asyncio.to_thread(read_lines, path, progress.offset, LINES_A_STEP, header=not file.json_lines)
        async with job.database.transaction() as tx:
            if lines:
                progress = await commands.check_step(
                    tx, job.id, lines, offset, progress, today=today, vault=resources.vault, json_lines=file.json_lines
                )
            else:
                asked_by, at = (await jobs.state(tx, job.id)).asked_by, resources.clock.business_now()
                progress = await commands.end_check(tx, job.id, progress, file=job.parameters["name"], asked_by=asked_by, at=at)
            await job.checkpoint(tx, progress.stored())
    return progress


def _forget_files(job: Job) -> None:
    """Remove the uploaded file and its plain copy."""
    folder: Path = job.resources.settings.import_folder
    (folder / job.parameters["path"]).unlink(missing_ok=True)
    forget_converted(folder, job.id)


async def apply_death_list(job: Job) -> dict[str, Any]:
    """Record the deaths of an approved list; returns how many, among the rest of the progress."""
    resources: RegistryResources = job.resources
    list_id, who = UUID(job.parameters["list_id"]), job.parameters["who"]
    async with bulk_change(job.database):
        async with job.database.reading() as tx:
            progress = ApplyProgress.of((await jobs.state(tx, job.id)).progress)
        while not progress.done:
            async with job.database.transaction() as tx:
                progress = await commands.apply_step(tx, job.id, list_id, progress, who=who, at=resources.clock.business_now())
                await job.checkpoint(tx, progress.stored())
    return progress.stored()
