"""The list of each province and district to its governor and district office: proposed, approved, made, and supplied later where a key was missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.registry.commands.exports import JOB
from services.registry.commands.recipients import require_version
from services.registry.repository import distributions, exports, recipients
from services.registry.repository.exports import NewExport
from services.registry.rules.exports import Column, DistributionStatus, ExportStatus, FileFormat, Purpose, RecipientKind, terms
from shared import approvals, jobs
from shared.approvals import Draft
from shared.audit import Caller
from shared.auth import Reach
from shared.clock import Clock, on_day
from shared.db import Tx
from shared.errors import Conflict, NotFound
from shared.ids import new_id

KIND: Final = "distribution"
PURPOSE: Final = Purpose.PROVINCE_RECEIPT


@dataclass(frozen=True, slots=True)
class Plan:
    """What is proposed."""

    reason: str
    columns: tuple[Column, ...]
    file_format: FileFormat
    keep_days: int


async def start(tx: Tx, plan: Plan, *, who: Caller, clock: Clock) -> UUID:
    """Propose a distribution, its lists counted; returns its id."""
    distribution_id, at = new_id(), clock.business_now()
    await distributions.add(
        tx,
        distribution_id,
        reason=plan.reason,
        columns=plan.columns,
        file_format=plan.file_format,
        keep_days=plan.keep_days,
        correlation_id=who.correlation_id,
        by=who.client,
        at=at,
    )
    told = {"columns": list(plan.columns), "keep_days": plan.keep_days}
    await approvals.propose(tx, Draft(KIND, told, plan.reason, subject=distribution_id), by=who.client, at=at, proposal_id=distribution_id)
    return distribution_id


async def decide(
    tx: Tx, distribution_id: UUID, *, approved: bool, reason: str, expected_version: int | None, who: Caller, reach: Reach, clock: Clock
) -> None:
    """Queue an export for each list whose office has a key that holds now; the others are missing. Or refuse all.

    Raises NotFound, PreconditionFailed, DeciderIsProposer, AlreadyDecided.
    """
    proposal = await approvals.lock(tx, distribution_id, [KIND], reach)
    distribution = await _locked(tx, distribution_id)
    require_version(distribution, expected_version)
    at = clock.business_now()
    await approvals.decide(tx, proposal, approved=approved, by=who.client, at=at, reason=reason)
    status = DistributionStatus.APPROVED if approved else DistributionStatus.REJECTED
    await distributions.decide(tx, distribution_id, status, by=who.client, at=at)
    if approved:
        await _queue(tx, distribution, decided_by=who.client, clock=clock)


async def supply(tx: Tx, distribution_id: UUID, *, clock: Clock) -> int:
    """Queue the lists of an approved distribution that were missing and whose offices have a key now; returns how many. Raises NotFound, Conflict."""
    distribution = await _locked(tx, distribution_id)
    if distribution["status"] != DistributionStatus.APPROVED:
        raise Conflict(distribution_status=distribution["status"])
    return await _queue(tx, distribution, decided_by=distribution["decided_by"], clock=clock)


async def _queue(tx: Tx, distribution: Any, *, decided_by: str, clock: Clock) -> int:
    at = clock.business_now()
    lists = await distributions.without_export(tx, distribution["distribution_id"])
    keys = await recipients.current(tx, on_day(at), [(one["kind"], one["area"]) for one in lists])
    drafts = [
        NewExport(
            new_id(),
            keys[one["kind"], one["area"]],
            purpose=PURPOSE,
            basis=terms()[PURPOSE].basis,
            reason=distribution["reason"],
            scope=_scope(one),
            columns=distribution["columns"],
            file_format=FileFormat(distribution["file_format"]),
            keep_days=distribution["keep_days"],
            planned_rows=one["planned_rows"],
            status=ExportStatus.QUEUED,
            correlation_id=distribution["correlation_id"],
            asked_by=distribution["asked_by"],
            asked_at=at,
            distribution_id=distribution["distribution_id"],
            decided_by=decided_by,
            decided_at=at,
        )
        for one in lists
        if (one["kind"], one["area"]) in keys
    ]
    await exports.add_many(tx, drafts)
    await distributions.carry(tx, distribution["distribution_id"], [(_area(draft), draft.export_id) for draft in drafts])
    await _ask_jobs(tx, drafts, asked_by=distribution["asked_by"])
    return len(drafts)


async def _ask_jobs(tx: Tx, drafts: Sequence[NewExport], *, asked_by: str) -> None:
    await jobs.ask_many(tx, JOB, [{"export_id": str(draft.export_id)} for draft in drafts], asked_by=asked_by)


def _scope(one: Any) -> dict[str, str]:
    return {"province" if one["kind"] == RecipientKind.GOVERNOR else "district": one["area"]}


def _area(draft: NewExport) -> str:
    area: str = draft.recipient["area"]
    return area


async def _locked(tx: Tx, distribution_id: UUID) -> Any:
    row = await distributions.lock(tx, distribution_id)
    if row is None:
        raise NotFound
    return row
