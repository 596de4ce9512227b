"""The job that makes the quality report of an import. Killed, it counts again from the beginning."""

from typing import Any
from uuid import UUID

from services.registry.commands import reports as commands
from services.registry.jobs.progress import disks_named
from services.registry.repository import reports
from services.registry.resources import RegistryResources
from shared import jobs
from shared.jobs import Job


async def make_report(job: Job) -> dict[str, Any]:
    """Count, in one transaction, and store; returns whose report it is. Raises NoSpaceLeft."""
    resources: RegistryResources = job.resources
    import_id, everybody = UUID(job.parameters["import_id"]), bool(job.parameters["everybody"])
    async with disks_named(), job.database.transaction() as tx:
        asked_by = (await jobs.state(tx, job.id)).asked_by
        report = await commands.counted(tx, import_id, everybody=everybody)
        sealed = await commands.opened(tx, import_id, resources.vault, everybody=everybody)
        report = {**report, **sealed, "filled": report["filled"] | sealed["filled"]}
        await commands.note_opening(tx, import_id, asked_by)
        await reports.store(tx, import_id, report, resources.clock.business_now())
        await job.checkpoint(tx, {"import_id": str(import_id)})
    return job.progress
