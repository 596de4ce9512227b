"""The job that imports a registry file: lines are read and prepared ahead, and taken a step (one transaction) at a time.

A step stores the byte offset behind it with its effect, so that a killed import goes on where it was.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from services.registry.commands import imports
from services.registry.commands.imports import ImportProgress, Phase
from services.registry.commands.looks import Look
from services.registry.commands.steps import Step
from services.registry.domain import HOLDERS_A_CHUNK, FileKind, FileToImport
from services.registry.jobs.doubles import Doubles
from services.registry.jobs.exclusive import bulk_change
from services.registry.jobs.looking import look_first, needs_look
from services.registry.jobs.making import Prepared, Recipe
from services.registry.jobs.progress import disks_named, flag_absent, forget_notes, stored_progress, tell_waiting
from services.registry.jobs.workers import Prepare, preparing
from services.registry.repository.files import kind_of, open_unchanged
from services.registry.repository.imports import nobody_is_here
from services.registry.resources import RegistryResources
from shared import jobs
from shared.clock import Clock
from shared.errors import DomainError
from shared.files.lines import read_lines
from shared.jobs import Job
from shared.keys import store as group_keys

LINES_A_STEP: Final = 2 * HOLDERS_A_CHUNK
"""A multiple of HOLDERS_A_CHUNK, so that each chunk belongs to one step."""


@dataclass(frozen=True)
class Opened:
    """A file to be read, by its lines."""

    path: Path
    kind: FileKind
    recipe: Recipe
    nobody_yet: bool


async def import_file(job: Job) -> dict[str, Any]:
    """Import the file of the job's parameters; returns the counts, or what a second person must decide about first.

    Raises PolicyUnknown, RegistryFileChanged, NotARegistryFile, NoSpaceLeft.
    """
    resources: RegistryResources = job.resources
    async with bulk_change(job.database, lambda: tell_waiting(job)), disks_named():
        progress = await stored_progress(job)
        if not progress.completed:
            try:
                progress = await _take_file(job, resources, progress)
            except DomainError:
                # The registry is searched all the same, though its first load ended too early.
                async with job.database.transaction() as tx:
                    await imports.end_first_load(tx)
                raise
        await forget_notes(job)
    return progress.stored()


async def opened(job: Job) -> Opened:
    """The file of the job's parameters, ready to be read, and what turns its lines into rows."""
    resources: RegistryResources = job.resources
    file, asked = FileToImport.of(job.parameters), job.parameters.get("kind")
    path = await asyncio.to_thread(open_unchanged, resources.settings.import_folder, file, job.id)
    kind = await asyncio.to_thread(kind_of, path, None if asked is None else FileKind(asked))
    async with job.database.reading() as tx:
        policy = await imports.required_policy(tx)
        asked_by = (await jobs.state(tx, job.id)).asked_by
        nobody = await nobody_is_here(tx)
    async with job.database.transaction() as writing:
        key = await group_keys.current(writing, resources.vault.ring)
    recipe = Recipe(
        keys=resources.keys,
        group_key=key,
        policy=policy,
        today=date.fromisoformat(job.parameters["today"]),
        partitions=resources.settings.holder_partitions,
        index_key=resources.vault.index.name,
        import_id=job.id,
        who=asked_by,
        why=Path(file.path).name,
        entering=nobody and kind is not FileKind.DELTA,
        delta=kind is FileKind.DELTA,
    )
    return Opened(path, kind, recipe, nobody_yet=nobody)


async def _take_file(job: Job, resources: RegistryResources, progress: ImportProgress) -> ImportProgress:
    file = await opened(job)
    if not progress.lines:
        progress = replace(progress, first_load=file.nobody_yet)
    recipe = replace(file.recipe, entering=progress.first_load and not file.recipe.delta)
    doubles: Doubles | None = None
    if recipe.entering and not progress.lines:
        doubles = Doubles.of(resources.settings)
        async with job.database.transaction() as tx:
            progress = await imports.begin_first_load(tx, progress, keys=doubles is not None)
            await job.checkpoint(tx, progress.stored())
        recipe = replace(recipe, entering=progress.first_load)
    if doubles is None or not recipe.entering:
        # Who went before a load that goes on, or one that another job began, only the database knows.
        doubles = None
        async with job.database.transaction() as tx:
            await imports.need_keys(tx)
    if await needs_look(job, file, progress):
        with preparing(replace(recipe, entering=False, sealed=False), resources.settings) as (prepare, ahead):
            steps = steps_of(file.path, progress.look or Look(), prepare, ahead, resources.clock)
            progress = await look_first(job, file.kind, progress, steps)
    if progress.phase in {Phase.AWAITING_APPROVAL, Phase.REFUSED}:
        return progress
    progress = replace(progress, phase=Phase.TAKING)
    sealing = imports.Sealing(resources.vault, recipe.group_key)
    with preparing(recipe, resources.settings) as (prepare, ahead):
        async for read, at in steps_of(file.path, progress, prepare, ahead, resources.clock):
            step = read
            if doubles is not None:
                step = await doubles.taken_out(read, at, prepare)
            async with job.database.transaction() as tx:
                if doubles is not None and doubles.full:
                    doubles = None
                    await imports.need_keys(tx)
                progress = await imports.take_step(tx, recipe.stamp(at), step, progress, sealing)
                await job.checkpoint(tx, progress.stored())
    if file.kind is FileKind.FULL and not progress.first_load:
        progress = await flag_absent(job, progress, recipe.why)
    async with job.database.transaction() as tx:
        at = resources.clock.business_now()
        await imports.end_first_load(tx)
        progress = await imports.complete_import(tx, job.id, progress, partitions=recipe.partitions, at=at)
        await job.checkpoint(tx, progress.stored())
    return progress


async def steps_of(
    path: Path, progress: ImportProgress | Look, prepare: Prepare, ahead: int, clock: Clock
) -> AsyncIterator[tuple[Step, datetime]]:
    """The steps of the rest of the file in order with the moment that they are recorded at, up to `ahead` of them in preparation."""
    coming: deque[tuple[asyncio.Task[Prepared], list[bytes], int, int, datetime]] = deque()
    offset, first_line = progress.offset, progress.next_line
    try:
        while True:
            lines, offset = await asyncio.to_thread(read_lines, path, offset, LINES_A_STEP)
            if lines:
                at = clock.business_now()
                coming.append((asyncio.ensure_future(prepare(lines, first_line, at)), lines, first_line, offset, at))
                first_line += len(lines)
            while coming and (not lines or len(coming) >= ahead):
                preparing, raws, first, behind, at = coming.popleft()
                yield Step(raws, first, behind, *await preparing), at
            if not lines:
                return
    finally:
        for preparing, *_ in coming:
            preparing.cancel()
