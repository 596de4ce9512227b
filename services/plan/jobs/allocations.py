"""Allocating seats: previews are reckoned, and the seats of one that somebody approved are given."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.plan.commands import allocate, apply_allocation
from services.plan.commands.allocate import PREPARE_JOB
from services.plan.commands.apply_allocation import APPLY_JOB
from services.plan.commands.unmet_needs import end_applying
from services.plan.domain import Because
from services.plan.domain.allocations import Allocation, AllocationStatus
from services.plan.repository import allocations
from services.plan.resources import PlanResources
from services.plan.rules.allotment import allot
from shared import jobs
from shared.db import ReadTx
from shared.errors import DomainError, NotFound
from shared.jobs import Job


@dataclass(frozen=True)
class ApplyProgress(jobs.Progress):
    """How many seats of the preview were looked at."""

    looked_at: int = 0


async def prepare(job: Job) -> dict[str, Any]:
    """Reckon the preview. A killed job begins again: nothing is written before all is known."""
    resources: PlanResources = job.resources
    try:
        async with job.database.reading() as tx:
            allocation = await _of(tx, job)
            if allocation.status is not AllocationStatus.PREPARING:
                return {}  # killed after its last transaction
            gathered = await allocate.gather(tx, allocation, resources.desk)
        # In a thread, so that others go on around the solver. It holds the interpreter itself: for seconds at a hundred thousand wishes.
        allotment = await asyncio.to_thread(allot, gathered.wishes, gathered.supplies, gathered.weights)
        async with job.database.transaction() as tx:
            await allocate.keep_preview(tx, allocation, gathered, allotment)
            await job.checkpoint(tx, {"wishes": len(gathered.wishes)})
    except DomainError:
        async with job.database.transaction() as tx:
            await allocate.fail(tx, await _of(tx, job))
        raise
    return job.progress


async def apply(job: Job) -> dict[str, Any]:
    """Give the seats, some plans a step; a killed job goes on behind its last step."""
    resources: PlanResources = job.resources
    progress = ApplyProgress.of(job.progress)
    while not progress.done:
        async with job.database.transaction() as tx:
            allocation = await _of(tx, job)
            because = Because(resources.clock.business_now(), allocation.applied_by or "", f"seat allocation {allocation.allocation_id}")
            looked_at = await apply_allocation.give_next(tx, allocation, because)
            if not looked_at:
                await end_applying(tx, allocation, because)
            progress = ApplyProgress(done=not looked_at, looked_at=progress.looked_at + looked_at)
            await job.checkpoint(tx, progress.stored())
    return progress.stored()


async def _of(tx: ReadTx, job: Job) -> Allocation:
    found = await allocations.allocation(tx, UUID(job.parameters["allocation_id"]))
    if found is None:
        raise NotFound
    return found


ALLOCATION_JOBS: Final = {PREPARE_JOB: prepare, APPLY_JOB: apply}
