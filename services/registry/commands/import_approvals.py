"""Imports that would change so much that a second person decides: they wait, go on, or end."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.registry.commands.imports import JOB, ImportProgress, Phase
from services.registry.commands.looks import Look
from services.registry.errors import ImportNotWaiting
from shared import approvals, jobs
from shared.approvals import Draft
from shared.auth import Reach
from shared.db import Tx

KIND: Final = "registry-import"
_FIGURES: Final = ("lines", "registered", "updated", "unchanged", "removed", "absent", "rejected", "persons")


class Decision(StrEnum):
    """What is said of an import that waits. Only the proposer withdraws it, and only another approves or rejects it."""

    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


async def propose(tx: Tx, import_id: UUID, seen: Look, *, by: str, at: datetime) -> None:
    """Put the import before a second person."""
    figures = {name: getattr(seen, name) for name in _FIGURES}
    draft = Draft(
        kind=KIND,
        parameters={**figures, "share_percent": seen.share_percent},
        reason=f"{seen.share_percent} % of the registry would change",
        subject=import_id,
    )
    await approvals.propose(tx, draft, by=by, at=at, proposal_id=import_id)


async def decide(tx: Tx, import_id: UUID, decision: Decision, *, by: str, reach: Reach, at: datetime, reason: str) -> None:
    """Let a waiting import go on, or end it. Raises NotFound, ImportNotWaiting, DeciderIsProposer, NotYourProposal, AlreadyDecided."""
    state = await jobs.state(tx, import_id, JOB)
    progress = ImportProgress.of(state.progress)
    if progress.look is None or state.status != "DONE":
        raise ImportNotWaiting
    proposal = await approvals.lock(tx, import_id, [KIND], reach)
    if decision is Decision.WITHDRAWN:
        await approvals.withdraw(tx, proposal, by=by, at=at, reason=reason)
    else:
        await approvals.decide(tx, proposal, approved=decision is Decision.APPROVED, by=by, at=at, reason=reason)
    if decision is Decision.APPROVED:
        await jobs.resume(tx, import_id, replace(progress, phase=Phase.TAKING).stored())
    else:
        await jobs.note(tx, import_id, replace(progress, phase=Phase.REFUSED).stored())


async def resume(tx: Tx, import_id: UUID, kinds: tuple[str, ...]) -> None:
    """Let an import that failed go on where it was. Raises NotFound, ImportNotWaiting."""
    state = await jobs.state(tx, import_id)
    if state.kind not in kinds or state.status != "FAILED":
        raise ImportNotWaiting("Only an import that failed can be resumed", "ดำเนินการต่อได้เฉพาะการนำเข้าที่ล้มเหลว", status=state.status)
    await jobs.resume(tx, import_id, state.progress)
