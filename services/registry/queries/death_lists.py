"""Reading lists of deaths: how far they are and what they rejected."""

from collections.abc import Awaitable
from typing import Any, TypeVar
from uuid import UUID

from services.registry.commands.death_lists import APPLY_JOB, CHECK_JOB, KIND, ApplyProgress, CheckProgress, apply_job_of
from services.registry.repository import imports
from shared import approvals, jobs
from shared.approvals import ApprovalStatus, Proposal
from shared.auth import Reach
from shared.db import ReadTx
from shared.errors import NotFound
from shared.http.paging import Page
from shared.jobs import JobState

T = TypeVar("T")


async def one(tx: ReadTx, list_id: UUID, reach: Reach) -> dict[str, Any]:
    """A list with its counts and decision. Raises NotFound."""
    check = await jobs.state(tx, list_id, CHECK_JOB)
    counts = CheckProgress.of(check.progress)
    proposal = await _if_there(approvals.one(tx, list_id, [KIND], reach))
    work = await _if_there(jobs.state(tx, apply_job_of(list_id), APPLY_JOB))
    return {
        "list_id": list_id,
        "version": proposal.version if proposal else None,
        "status": _status(check, proposal, work),
        "file": check.parameters["name"],
        **{name: getattr(counts, name) for name in ("lines", "to_apply", "known", "rejected")},
        "applied": ApplyProgress.of(work.progress).applied if work else 0,
        "proposed_by": check.asked_by,
        "decided_by": proposal.decided_by if proposal else None,
        "decision_reason": proposal.decision_reason if proposal else None,
        "error": (work.error if work else None) or check.error,
    }


async def rejections(tx: ReadTx, list_id: UUID, asked: Page) -> dict[str, Any]:
    """A page of what is wrong with the lines, by line. Raises NotFound."""
    await jobs.state(tx, list_id, CHECK_JOB)
    after = asked.after(int, str)
    rows = await imports.rejections(tx, list_id, None if after is None else (after[0], after[1]), asked.limit + 1)
    shown, cursor = asked.cut(rows, lambda row: (row["line"], row["field"]))
    return {"items": [dict(row) for row in shown], "next_cursor": cursor}


def _status(check: JobState, proposal: Proposal | None, work: JobState | None) -> str:
    if proposal is None:
        return {"DONE": "NOTHING_TO_APPLY", "FAILED": "FAILED"}.get(check.status, "CHECKING")
    if proposal.status is not ApprovalStatus.APPROVED or work is None:
        return proposal.status
    return {"DONE": "APPLIED", "FAILED": "FAILED"}.get(work.status, "APPLYING")


async def _if_there(read: Awaitable[T]) -> T | None:
    try:
        return await read
    except NotFound:
        return None
