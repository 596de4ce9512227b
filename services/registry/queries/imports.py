"""Reading imports and what they rejected."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

from services.registry.commands.imports import JOB, ImportProgress
from services.registry.repository import imports
from shared import jobs
from shared.db import ReadTx
from shared.http.paging import Page
from shared.jobs import JobState


async def one(tx: ReadTx, import_id: UUID) -> dict[str, Any]:
    """An import with its progress. Raises NotFound."""
    return _view(await jobs.state(tx, import_id, JOB))


async def rejections(tx: ReadTx, import_id: UUID, asked: Page) -> dict[str, Any]:
    """A page of what is wrong with the lines of a file, by line. Raises NotFound."""
    await jobs.state(tx, import_id, JOB)
    after = asked.after(int, str)
    rows = await imports.rejections(tx, import_id, None if after is None else (after[0], after[1]), asked.limit + 1)
    shown, cursor = asked.cut(rows, lambda row: (row["line"], row["field"]))
    return {"items": [dict(row) for row in shown], "next_cursor": cursor}


async def every_rejection(tx: ReadTx, import_id: UUID) -> AsyncIterator[Mapping[str, Any]]:
    """All that is wrong with the lines of a file, by line. Raises NotFound."""
    await jobs.state(tx, import_id, JOB)
    async for row in imports.every_rejection(tx, import_id):
        yield row


def _view(job: JobState) -> dict[str, Any]:
    progress = ImportProgress.of(job.progress)
    return {
        "import_id": job.id,
        "status": job.status,
        "file": job.parameters["path"],
        "size_bytes": job.parameters["size_bytes"],
        "offset_bytes": progress.offset,
        "lines": progress.lines,
        "registered": progress.registered,
        "updated": progress.updated,
        "unchanged": progress.unchanged,
        "rejected": progress.rejected,
        "error": job.error,
    }
