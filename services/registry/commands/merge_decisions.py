"""What the second person says to a merge or its undoing, and what becomes of the pair."""

from typing import Any
from uuid import UUID

from services.registry.commands import merges
from services.registry.commands.duplicates import settle
from services.registry.commands.life_events import Said
from services.registry.repository import duplicates
from shared import approvals
from shared.approvals import Proposal
from shared.auth import Reach
from shared.contracts.registry import DuplicateStatus
from shared.db import Tx


async def decide(tx: Tx, proposal_id: UUID, said: Said, reach: Reach, *, approved: bool) -> Proposal:
    """Approve or reject. An approved merge is done; a rejected one opens its pair again; an undone one leaves two persons.

    Raises NotFound, AlreadyDecided, DeciderIsProposer, CannotMerge, NotMerged.
    """
    proposal = await approvals.lock(tx, proposal_id, merges.KINDS, reach)
    await approvals.decide(tx, proposal, approved=approved, by=said.who, at=said.at, reason=said.why)
    pair = await _pair_of(tx, proposal)
    if approved:
        await merges.apply(tx, proposal, said)
    if proposal.kind == merges.MERGE:
        await _settle(tx, pair, DuplicateStatus.MERGED if approved else DuplicateStatus.OPEN, said)
    elif approved:
        await _settle(tx, pair, DuplicateStatus.DIFFERENT, said)
    return await approvals.one(tx, proposal_id, merges.KINDS, reach)


async def withdraw(tx: Tx, proposal_id: UUID, said: Said, reach: Reach) -> Proposal:
    """Take one's own proposal back; its pair is open again. Raises NotFound, AlreadyDecided, NotYourProposal."""
    proposal = await approvals.lock(tx, proposal_id, merges.KINDS, reach)
    await approvals.withdraw(tx, proposal, by=said.who, at=said.at, reason=said.why)
    if proposal.kind == merges.MERGE:
        await _settle(tx, await _pair_of(tx, proposal), DuplicateStatus.OPEN, said)
    return await approvals.one(tx, proposal_id, merges.KINDS, reach)


async def _pair_of(tx: Tx, proposal: Proposal) -> Any | None:
    return await duplicates.lock_of(tx, [UUID(proposal.parameters["merged"]), UUID(proposal.parameters["kept"])])


async def _settle(tx: Tx, pair: Any | None, status: DuplicateStatus, said: Said) -> None:
    if pair is not None:
        await settle(tx, pair, status, said)
