"""The job that imports a registry file: lines are read and prepared ahead, and taken a step (one transaction) at a time.

A step stores the byte offset behind it with its effect, so that a killed import goes on where it was.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from services.registry.commands import imports
from services.registry.commands.imports import JOB, ImportProgress, Step
from services.registry.domain import HOLDERS_A_CHUNK, Encoding, FileToImport
from services.registry.jobs.exclusive import bulk_change
from services.registry.jobs.prepare import Prepared, Preparer, Recipe, prepare_in_worker, start_worker
from services.registry.repository.files import forget_converted, open_unchanged, read_lines
from services.registry.resources import RegistryResources
from shared import jobs
from shared.clock import Clock
from shared.errors import DomainError
from shared.jobs import Job
from shared.keys import store as group_keys

LINES_A_STEP: Final = 2 * HOLDERS_A_CHUNK
"""A multiple of HOLDERS_A_CHUNK, so that each chunk belongs to one step."""

Prepare = Callable[[list[bytes], int, datetime], Awaitable[Prepared]]


async def import_file(job: Job) -> dict[str, Any]:
    """Import the file of the job's parameters; returns the counts. Raises PolicyUnknown, RegistryFileChanged, NotARegistryFile."""
    resources: RegistryResources = job.resources
    async with bulk_change(job.database):
        progress = await _stored_progress(job)
        if not progress.completed:
            try:
                progress = await _take_file(job, resources, progress)
            except DomainError:
                # The registry is searched all the same, though its first load ended too early.
                async with job.database.transaction() as tx:
                    await imports.end_first_load(tx)
                raise
        while True:
            async with job.database.transaction() as tx:
                if not await imports.forget_seen(tx, job.id):
                    break
        await asyncio.to_thread(forget_converted, resources.settings.import_folder, job.id)
    return progress.stored()


async def _take_file(job: Job, resources: RegistryResources, progress: ImportProgress) -> ImportProgress:
    parameters = dict(job.parameters)
    today = date.fromisoformat(parameters.pop("today"))
    file = FileToImport(**{**parameters, "encoding": Encoding(parameters["encoding"])})
    path = await asyncio.to_thread(open_unchanged, resources.settings.import_folder, file, job.id)
    async with job.database.transaction() as tx:
        policy = await imports.required_policy(tx)
        asked_by = (await jobs.state(tx, job.id)).asked_by
        if not progress.lines:
            progress = await imports.begin_import(tx, progress)
            await job.checkpoint(tx, progress.stored())
    async with job.database.transaction() as tx:
        sealing = imports.Sealing(resources.vault, await group_keys.current(tx, resources.vault.ring))
    recipe = Recipe(
        keys=resources.keys,
        group_key=sealing.key,
        policy=policy,
        today=today,
        partitions=resources.settings.holder_partitions,
        index_key=resources.vault.index.name,
        import_id=job.id,
        who=asked_by,
        why=Path(file.path).name,
        entering=progress.first_load,
    )
    with _preparing(recipe, resources.settings.import_workers) as (prepare, ahead):
        async for step, at in _steps(path, progress, prepare, ahead, resources.clock):
            async with job.database.transaction() as tx:
                progress = await imports.take_step(tx, recipe.stamp(at), step, progress, sealing)
                await job.checkpoint(tx, progress.stored())
    async with job.database.transaction() as tx:
        at = resources.clock.business_now()
        await imports.end_first_load(tx)
        progress = await imports.complete_import(tx, job.id, progress, partitions=recipe.partitions, at=at)
        await job.checkpoint(tx, progress.stored())
    return progress


async def _stored_progress(job: Job) -> ImportProgress:
    """The progress as it is now: while this process waited for the lock another may have gone on with the job."""
    async with job.database.reading() as tx:
        return ImportProgress.of((await jobs.state(tx, job.id, JOB)).progress)


async def _steps(path: Path, progress: ImportProgress, prepare: Prepare, ahead: int, clock: Clock) -> AsyncIterator[tuple[Step, datetime]]:
    """The steps of the rest of the file in order with the moment that they are recorded at, up to `ahead` of them in preparation."""
    coming: deque[tuple[asyncio.Task[Prepared], int, int, datetime]] = deque()
    offset, first_line = progress.offset, progress.next_line
    try:
        while True:
            lines, offset = await asyncio.to_thread(read_lines, path, offset, LINES_A_STEP)
            if lines:
                at = clock.business_now()
                coming.append((asyncio.ensure_future(prepare(lines, first_line, at)), len(lines), offset, at))
                first_line += len(lines)
            while coming and (not lines or len(coming) >= ahead):
                preparing, count, behind, at = coming.popleft()
                yield Step(count, behind, *await preparing), at
            if not lines:
                return
    finally:
        for preparing, *_ in coming:
            preparing.cancel()


@contextmanager
def _preparing(recipe: Recipe, workers: int) -> Iterator[tuple[Prepare, int]]:
    """What prepares lines without keeping the event loop, and how many steps it should have in hand."""
    loop = asyncio.get_running_loop()
    pool: Executor
    if workers:
        # Forked from a process that has loaded what workers need and no more: it is loaded once, and shared.
        forking = get_context("forkserver")
        forking.set_forkserver_preload([start_worker.__module__])
        pool = ProcessPoolExecutor(workers, mp_context=forking, initializer=start_worker, initargs=(recipe,))
        work = prepare_in_worker
    else:
        pool, work = ThreadPoolExecutor(1), Preparer(recipe).prepare

    async def prepare(lines: list[bytes], first_line: int, at: datetime) -> Prepared:
        return await loop.run_in_executor(pool, work, lines, first_line, at)

    try:
        yield prepare, workers + 1
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
