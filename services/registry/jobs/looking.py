"""Looking at a file before it is taken: for a preview, and where so much could change that a second person must agree."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from services.registry.commands import import_approvals, looks
from services.registry.commands.imports import ImportProgress, Phase
from services.registry.commands.looks import Look
from services.registry.commands.steps import Step
from services.registry.domain import FileKind
from services.registry.repository.files import has_more_lines
from services.registry.repository.looks import count_persons
from services.registry.resources import RegistryResources
from shared import jobs
from shared.jobs import Job

EVERYTHING_PERCENT: Final = 100
Steps = AsyncIterator[tuple[Step, datetime]]


class _File(Protocol):
    @property
    def path(self) -> Path: ...
    @property
    def kind(self) -> FileKind: ...


async def needs_look(job: Job, file: _File, progress: ImportProgress) -> bool:
    """Whether the file must be looked at (on) before it is taken: not a first load, nor one too short to change much of the registry."""
    resources: RegistryResources = job.resources
    limit = resources.settings.import_share_percent_max
    if progress.look is not None:
        return not progress.look.complete
    if progress.first_load or progress.lines or limit == EVERYTHING_PERCENT:
        return False
    if file.kind is FileKind.FULL:
        return True
    async with job.database.reading() as tx:
        persons = await count_persons(tx)
    return await asyncio.to_thread(has_more_lines, file.path, persons * limit // 100)


async def look_first(job: Job, kind: FileKind, progress: ImportProgress, steps: Steps) -> ImportProgress:
    """Look at the whole file; where too much would change, propose the import to a second person and let it wait."""
    resources: RegistryResources = job.resources
    progress = replace(progress, phase=Phase.LOOKING, look=progress.look or Look())
    progress = await look(job, kind, progress, steps, rejecting=False)
    seen = progress.look
    if seen is not None and seen.share_percent > resources.settings.import_share_percent_max:
        progress = replace(progress, phase=Phase.AWAITING_APPROVAL)
        async with job.database.transaction() as tx:
            asked_by = (await jobs.state(tx, job.id)).asked_by
            await import_approvals.propose(tx, job.id, seen, by=asked_by, at=resources.clock.business_now())
            await job.checkpoint(tx, progress.stored())
    return progress


async def look(job: Job, kind: FileKind, progress: ImportProgress, steps: Steps, *, rejecting: bool) -> ImportProgress:
    """See what the steps would do, a transaction each."""
    seen = progress.look or Look()
    async for step, _ in steps:
        async with job.database.transaction() as tx:
            seen = await looks.look_at_step(tx, job.id, step, seen, rejecting=rejecting)
            progress = replace(progress, look=seen)
            await job.checkpoint(tx, progress.stored())
    async with job.database.reading() as reading:
        seen = await looks.complete_look(reading, job.id, seen, kind)
    progress = replace(progress, look=seen)
    if seen.share_percent <= job.resources.settings.import_share_percent_max:
        # Above it the proposal is written with the end of the look, so that no import is left that nobody can decide about.
        async with job.database.transaction() as tx:
            await job.checkpoint(tx, progress.stored())
    return progress
