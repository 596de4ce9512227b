"""What one person proposes of money that is the whole country's, and another decides on the version that they read."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.payments.commands.runs import Actor
from shared import approvals
from shared.approvals import Proposal
from shared.auth import Reach
from shared.db import Tx
from shared.errors import PreconditionFailed

_COUNTRY: Final = Reach.country()
"""Whoever may decide at all may decide on all of the kind."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a second person decides, on the version of the proposal that they read."""

    approved: bool
    reason: str
    expected_version: int


async def decide(tx: Tx, kind: str, proposal_id: UUID, decision: Decision, actor: Actor) -> Proposal:
    """Put the decision on record; returns the proposal as it was. Raises NotFound, PreconditionFailed, AlreadyDecided, DeciderIsProposer."""
    proposal = await approvals.lock(tx, proposal_id, [kind], _COUNTRY)
    if proposal.version != decision.expected_version:
        raise PreconditionFailed(version=proposal.version)
    await approvals.decide(tx, proposal, approved=decision.approved, by=actor.who, at=actor.at, reason=decision.reason)
    return proposal


async def withdraw(tx: Tx, kind: str, proposal_id: UUID, reason: str, actor: Actor) -> Proposal:
    """Take one's own proposal back; returns it as it is now. Raises NotFound, AlreadyDecided, NotYourProposal."""
    proposal = await approvals.lock(tx, proposal_id, [kind], _COUNTRY)
    await approvals.withdraw(tx, proposal, by=actor.who, at=actor.at, reason=reason)
    return await now(tx, kind, proposal_id)


async def now(tx: Tx, kind: str, proposal_id: UUID) -> Proposal:
    """The proposal as it is now."""
    return await approvals.one(tx, proposal_id, [kind], _COUNTRY)
