"""Reading imports and what they rejected."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final
from uuid import UUID

from services.registry.commands.import_approvals import KIND
from services.registry.commands.imports import JOB, PREVIEW_JOB, ImportProgress, Phase
from services.registry.commands.looks import Look
from services.registry.repository import imports, reports
from shared import approvals, jobs
from shared.approvals import Proposal
from shared.auth import Reach
from shared.db import ReadTx
from shared.errors import NotFound
from shared.http.paging import Page
from shared.jobs import JobState


async def one(tx: ReadTx, import_id: UUID) -> dict[str, Any]:
    """An import, or the preview of one, with its progress. Raises NotFound."""
    return _view(await _state(tx, import_id))


async def preview(tx: ReadTx, import_id: UUID) -> dict[str, Any]:
    """What a look at the file has seen so far. Raises NotFound, also where there was none."""
    look = ImportProgress.of((await _state(tx, import_id)).progress).look
    if look is None:
        raise NotFound
    return {"import_id": import_id, **_seen(look), "fields": look.fields, "sample": look.sample}


async def approval(tx: ReadTx, import_id: UUID, reach: Reach) -> dict[str, Any]:
    """The proposal to import what changes much, with its decision. Raises NotFound."""
    return _proposal_view(await approvals.one(tx, import_id, [KIND], reach))


async def changes(tx: ReadTx, import_id: UUID, what: str, asked: Page) -> dict[str, Any]:
    """A page of the persons whom the import entered or changed, in the order of the file. Raises NotFound."""
    await _state(tx, import_id)
    after = asked.after(int, UUID)
    rows = await imports.changes(tx, import_id, what, None if after is None else (after[0], after[1]), asked.limit + 1)
    shown, cursor = asked.cut(rows, lambda row: (row["chunk_no"], row["holder_id"]))
    return {"items": [dict(row) for row in shown], "next_cursor": cursor}


async def every_change(tx: ReadTx, import_id: UUID, what: str) -> AsyncIterator[Mapping[str, Any]]:
    """All of them. Raises NotFound."""
    await _state(tx, import_id)
    async for row in imports.every_change(tx, import_id, what):
        yield {"holder_id": row["holder_id"], "version": row["version"], "changed": row["changed"]}


async def quality(tx: ReadTx, import_id: UUID) -> dict[str, Any]:
    """The quality report of an import. Raises NotFound."""
    await _state(tx, import_id)
    report = await reports.one(tx, import_id)
    if report is None:
        raise NotFound
    return {"import_id": import_id, "made_at": report["made_at"], **report["report"]}


async def rejections(tx: ReadTx, import_id: UUID, asked: Page) -> dict[str, Any]:
    """A page of what is wrong with the lines of a file, by line. Raises NotFound."""
    await _state(tx, import_id)
    after = asked.after(int, str)
    rows = await imports.rejections(tx, import_id, None if after is None else (after[0], after[1]), asked.limit + 1)
    shown, cursor = asked.cut(rows, lambda row: (row["line"], row["field"]))
    return {"items": [dict(row) for row in shown], "next_cursor": cursor}


async def every_rejection(tx: ReadTx, import_id: UUID) -> AsyncIterator[Mapping[str, Any]]:
    """All that is wrong with the lines of a file, by line. Raises NotFound."""
    await _state(tx, import_id)
    async for row in imports.every_rejection(tx, import_id):
        yield row


async def _state(tx: ReadTx, import_id: UUID) -> JobState:
    state = await jobs.state(tx, import_id)
    if state.kind not in {JOB, PREVIEW_JOB}:
        raise NotFound
    return state


def _view(job: JobState) -> dict[str, Any]:
    progress = ImportProgress.of(job.progress if job.result is None else job.result)
    preview_only = job.kind == PREVIEW_JOB
    counted: ImportProgress | Look = progress.look or Look() if preview_only else progress
    return {
        "import_id": job.id,
        "kind": job.parameters.get("kind"),
        "preview": preview_only,
        "status": _ENDED_OTHERWISE.get(progress.phase, job.status) if job.status == "DONE" else job.status,
        "phase": _phase(job.status, progress),
        "file": job.parameters["path"],
        "size_bytes": job.parameters["size_bytes"],
        "offset_bytes": counted.offset,
        "lines": counted.lines,
        "registered": counted.registered,
        "updated": counted.updated,
        "unchanged": counted.unchanged,
        "rejected": counted.rejected,
        "removed": counted.removed,
        "absent": counted.absent,
        "look": None if progress.look is None else _seen(progress.look),
        "error": job.error,
    }


_ENDED_OTHERWISE: Final = {Phase.AWAITING_APPROVAL: "WAITING", Phase.REFUSED: "REFUSED"}


def _phase(status: str, progress: ImportProgress) -> str:
    if status == "RUNNING" and progress.phase is Phase.QUEUED:
        return "OPENING"
    return Phase.QUEUED if status == "QUEUED" else progress.phase


def _seen(look: Look) -> dict[str, Any]:
    return {**{name: getattr(look, name) for name in _SEEN}, "share_percent": look.share_percent if look.complete else None}


_SEEN: Final = ("lines", "registered", "updated", "unchanged", "removed", "absent", "rejected", "persons", "complete")


def _proposal_view(proposal: Proposal) -> dict[str, Any]:
    """A proposal as callers see it."""
    return {"import_id": proposal.id, "reason": proposal.reason, "parameters": proposal.parameters, **proposal.standing()}
