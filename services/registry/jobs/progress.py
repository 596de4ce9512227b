"""What jobs that read registry files have in common: progress as stored, waiting, flags of the absent, notes that go, full disks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final
from uuid import UUID

import asyncpg

from services.registry.commands import imports
from services.registry.commands.imports import ImportProgress, Phase
from services.registry.errors import NoSpaceLeft
from services.registry.repository import flags, regroup
from services.registry.repository.files import forget_converted
from services.registry.repository.uploads import NO_SPACE
from services.registry.resources import RegistryResources
from shared import jobs
from shared.jobs import Job

PERSONS_A_SLICE: Final = 100_000


async def stored_progress(job: Job) -> ImportProgress:
    """The progress as it is now: while this process waited for the lock another may have gone on with the job."""
    async with job.database.reading() as tx:
        return ImportProgress.of((await jobs.state(tx, job.id, job.kind)).progress)


async def tell_waiting(job: Job) -> None:
    """Note that another bulk change has the registry."""
    async with job.database.transaction() as tx:
        await job.checkpoint(tx, replace(ImportProgress.of(job.progress), phase=Phase.WAITING_FOR_OTHER).stored())


async def flag_absent(job: Job, progress: ImportProgress, file_name: str) -> ImportProgress:
    """Flag whom a full file does not have, a slice of the registry at a time, and lower the flags of those who are back."""
    clock = job.resources.clock
    while True:
        async with job.database.transaction() as tx:
            after = UUID(progress.absent_after) if progress.absent_after else UUID(int=0)
            end = await regroup.slice_end(tx, after, PERSONS_A_SLICE)
            if end is None:
                return progress
            at = clock.business_now()
            raised = await flags.raise_absent(tx, job.id, (after, end), file_name, at)
            await flags.lower_absent(tx, job.id, (after, end), file_name, at)
            progress = replace(progress, absent=progress.absent + raised, absent_after=str(end), phase=Phase.FLAGGING)
            await job.checkpoint(tx, progress.stored())


async def forget_notes(job: Job) -> None:
    """Clear away what an import notes while it runs, and the plain copy of its file."""
    resources: RegistryResources = job.resources
    while True:
        async with job.database.transaction() as tx:
            if not await imports.forget_seen(tx, job.id):
                break
    await asyncio.to_thread(forget_converted, resources.settings.import_folder, job.id)


RESUME: Final = ("resume the import: it goes on where it was", "สั่งดำเนินการต่อ ระบบจะทำต่อจากเดิม")
SEND_AGAIN: Final = ("send the file again", "ส่งไฟล์ใหม่")


@asynccontextmanager
async def disks_named(then: tuple[str, str] = RESUME) -> AsyncIterator[None]:
    """A full disk is told as such, and what to do when there is space again: the job ends. Raises NoSpaceLeft."""
    then_en, then_th = then
    try:
        yield
    except asyncpg.DiskFullError:
        raise NoSpaceLeft(
            f"The disk of the database is full. What was done stays done. Free space, then {then_en}",
            f"พื้นที่จัดเก็บของฐานข้อมูลเต็ม ข้อมูลที่นำเข้าแล้วไม่สูญหาย กรุณาเพิ่มพื้นที่แล้ว{then_th}",
        ) from None
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        raise NoSpaceLeft(
            f"The disk of the import folder is full. Nothing was lost. Free space, then {then_en}",
            f"พื้นที่จัดเก็บของโฟลเดอร์นำเข้าเต็ม ไม่มีข้อมูลสูญหาย กรุณาเพิ่มพื้นที่แล้ว{then_th}",
        ) from None
