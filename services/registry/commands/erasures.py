"""Erasing a person as the law asks: proposed, decided by a second person, done at once. Figures stay as they are."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.registry.domain import Change, LegalGround
from services.registry.errors import ErasureProposed, PaymentsNotEnded
from services.registry.published import erased_payee, event_of
from services.registry.repository import erasures, history, holders
from services.registry.repository.history import Note
from shared import approvals
from shared.approvals import Draft, Proposal
from shared.audit import Caller, Entry, append
from shared.auth import Reach
from shared.bus import outbox
from shared.db import Tx
from shared.errors import NotFound, PreconditionFailed

KIND: Final = "registry.erasure"


@dataclass(frozen=True)
class Asked:
    """Which law asks for the erasure, under which reference, and whether the proposer states that payments have ended."""

    ground: LegalGround
    reference: str
    payments_ended: bool


@dataclass(frozen=True)
class Decision:
    """What a second person decides, on the version of the proposal that they read."""

    approved: bool
    reason: str
    expected_version: int


async def propose(tx: Tx, holder_id: UUID, asked: Asked, *, by: str, reach: Reach, at: datetime) -> UUID:
    """Propose to erase a person; returns the proposal's id. Raises NotFound, PaymentsNotEnded, ErasureProposed."""
    if await holders.lock(tx, holder_id, reach) is None:
        raise NotFound
    if asked.ground.waits_for_payments and not asked.payments_ended:
        raise PaymentsNotEnded(legal_ground=asked.ground)
    if await erasures.proposed(tx, holder_id, KIND):
        raise ErasureProposed(holder_id=str(holder_id))
    parameters = {"legal_ground": asked.ground.value, "payments_ended": asked.payments_ended}
    district = await erasures.home_of(tx, holder_id)
    draft = Draft(KIND, parameters, asked.ground.value, asked.reference, subject=holder_id, district=district)
    return (await approvals.propose(tx, draft, by=by, at=at)).id


async def decide(tx: Tx, proposal_id: UUID, decision: Decision, *, caller: Caller, reach: Reach, at: datetime) -> None:
    """Erase the person, or leave them. Raises NotFound, PreconditionFailed, AlreadyDecided, DeciderIsProposer."""
    proposal = await approvals.lock(tx, proposal_id, [KIND], reach)
    if proposal.version != decision.expected_version:
        raise PreconditionFailed(version=proposal.version)
    await approvals.decide(tx, proposal, approved=decision.approved, by=caller.client, at=at, reason=decision.reason)
    if decision.approved:
        await _erase(tx, proposal, caller, at)


async def withdraw(tx: Tx, proposal_id: UUID, *, by: str, reason: str, reach: Reach, at: datetime) -> None:
    """Take one's own proposal back. Raises NotFound, AlreadyDecided, NotYourProposal."""
    await approvals.withdraw(tx, await approvals.lock(tx, proposal_id, [KIND], reach), by=by, at=at, reason=reason)


async def _erase(tx: Tx, proposal: Proposal, caller: Caller, at: datetime) -> None:
    holder_id = proposal.subject
    holder = None if holder_id is None else await holders.lock(tx, holder_id, None)
    if holder is None or holder_id is None:
        raise NotFound
    # Of the birth date the year alone stays. The age that figures count stands beside it.
    birth = date(holder.birth_date.year, 1, 1)
    ground = proposal.parameters["legal_ground"]
    row = await erasures.blank(tx, holder_id, holder.version + 1, birth, at)
    await erasures.list_erased(tx, holder_id, proposal.id, ground, proposal.evidence, caller.client, at)
    version = await history.append(tx, holder_id, Note(Change.ERASED, caller.client, ground, at))
    await erasures.forget_beside(tx, holder_id, KIND)
    await append(tx, caller, [Entry("CHANGE", holder_id, detail=f"erased: {ground}")])
    await outbox.add_many(tx, [event_of(version), erased_payee(holder_id, row["version"], row["bank"], at)])
