"""Payments of which a bank told two things: one person finds out what became of the money, another approves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.payments.commands import envelopes
from services.payments.commands.runs import Actor, tell_closed_again
from services.payments.domain import AttemptState, Month, Outcome, month_text, told_programme
from services.payments.errors import (
    AttemptMoved,
    FindingNotPossible,
    NotDisputed,
    OtherAttemptStands,
    ResolutionApproverIsProposer,
    ResolutionNotInState,
    ResolutionWaits,
)
from services.payments.repository import disputes, ledger, obligations, wallets
from services.payments.repository.disputes import Disputed, Resolution
from services.payments.repository.ledger import Posting
from services.payments.rules.disputes import Finding, possible, state_after, steps
from shared.bus import outbox
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.common import Bank, Tier
from shared.contracts.payments import PaymentFact, PaymentReturned, PaymentSettled
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.ids import bank_ref, new_id

PROPOSED: Final = "PROPOSED"
APPROVED: Final = "APPROVED"
REFUSED: Final = "REFUSED"


@dataclass(frozen=True, slots=True)
class Found:
    """What the first person found: the day of the payment where there was one, the paper that shows it, and why."""

    finding: Finding
    paid_on: date | None
    reference: str
    reason: str


async def propose_resolution(tx: Tx, disbursement_id: UUID, found: Found, actor: Actor) -> Resolution:
    """Propose what became of a disputed payment; the same proposal of the same person again is one.

    Raises NotFound, NotDisputed, FindingNotPossible, ResolutionWaits, and Invalid naming `paid_on`.
    """
    attempt = await _locked(tx, disbursement_id)
    _check(attempt, found, on_day(actor.at))
    resolution = Resolution(
        resolution_id=new_id(),
        disbursement_id=disbursement_id,
        finding=found.finding,
        paid_on=found.paid_on,
        reference=found.reference,
        reason=found.reason,
        status=PROPOSED,
        state_before=attempt.state,
        through_seq=attempt.last_seq or 0,
        proposed_by=actor.who,
        proposed_at=actor.at,
        decided_by=None,
        decided_at=None,
    )
    if await disputes.insert(tx, resolution):
        return resolution
    waits = await disputes.waiting(tx, disbursement_id)
    if waits is None:
        raise ResolutionWaits
    if replace(waits, resolution_id=resolution.resolution_id, proposed_at=actor.at) == resolution:
        return waits
    raise ResolutionWaits(resolution_id=waits.resolution_id, proposed_by=waits.proposed_by)


def _check(attempt: Disputed, found: Found, today: date) -> None:
    if attempt.last_seq is None:
        raise NotDisputed(instruction_id=bank_ref(attempt.disbursement_id), state=attempt.state)
    allowed = possible(attempt.state)
    if found.finding not in allowed:
        raise FindingNotPossible(state=attempt.state, possible=list(allowed))
    if found.finding is Finding.NOT_PAID:
        if found.paid_on is not None:
            raise Invalid.field("paid_on", "not_paid", "goes only with money that was paid", "ระบุได้เฉพาะกรณีที่มีการจ่ายเงินแล้ว", "null")
        return
    first = on_day(attempt.released_at)
    if found.paid_on is None or not first <= found.paid_on <= today:
        allowed_days = f"{first.isoformat()} ≤ paid_on ≤ {today.isoformat()}"
        en, th = "is the day on which the bank paid, from the release to today", "ต้องเป็นวันที่ธนาคารจ่ายเงิน ตั้งแต่วันปล่อยจ่ายถึงวันนี้"
        raise Invalid.field("paid_on", "paid_on_outside", en, th, allowed_days)


async def approve_resolution(tx: Tx, resolution_id: UUID, actor: Actor) -> Resolution:
    """PROPOSED → APPROVED by another person: attempt, obligation, ledger and events follow, and the obligation may be tried again.

    The same approver again gets the same answer. Raises NotFound, ResolutionNotInState, ResolutionApproverIsProposer,
    AttemptMoved, OtherAttemptStands, and EnvelopeShort where a payment that was made after all finds no money in its envelope.
    """
    # No run is drawn up or released meanwhile: it would take or leave the obligation by what stood before.
    await obligations.changing_allowances(tx)
    attempt, proposal = await _waiting(tx, resolution_id)
    if proposal.status == APPROVED and proposal.decided_by == actor.who:
        return proposal
    _require_proposed(proposal)
    if proposal.proposed_by == actor.who:
        raise ResolutionApproverIsProposer(resolution_id=resolution_id)
    if (attempt.state, attempt.last_seq) != (proposal.state_before, proposal.through_seq):
        raise AttemptMoved(resolution_id=resolution_id, state=attempt.state)
    outcomes = steps(attempt.state, proposal.finding)
    after = state_after(attempt.state, outcomes)
    other = await disputes.other_in_the_way(tx, attempt) if after is AttemptState.SETTLED else None
    if other is not None:
        raise OtherAttemptStands(instruction_id=bank_ref(other[0]), state=other[1])
    await disputes.decide(tx, resolution_id, APPROVED, actor.who, actor.at, "")
    await disputes.settle(tx, attempt, after, None if after is AttemptState.SETTLED else proposal.finding, proposal.paid_on)
    if Outcome.SETTLED in outcomes:
        await tell_closed_again(tx, attempt.run_id, resolution_id, actor.at)
    if Outcome.INSTRUCTED in outcomes:
        await envelopes.commit_again(tx, _posting(attempt, Outcome.INSTRUCTED), actor.at)
    back = await wallets.take_back(tx, attempt.disbursement_id, resolution_id, actor.at) if Outcome.RETURNED in outcomes else []
    await ledger.post(tx, resolution_id, [*(_posting(attempt, one) for one in outcomes), *back], actor.at)
    await ledger.adjust_recoveries(tx, [(attempt.holder_id, Month(attempt.benefit_month))], resolution_id, actor.at)
    await outbox.add_many(tx, _facts(attempt, proposal, outcomes, actor.at))
    return replace(proposal, status=APPROVED, decided_by=actor.who, decided_at=actor.at)


async def refuse_resolution(tx: Tx, resolution_id: UUID, why: str, actor: Actor) -> Resolution:
    """PROPOSED → REFUSED: the dispute stands, and another proposal can be made. Raises NotFound, ResolutionNotInState."""
    _, proposal = await _waiting(tx, resolution_id)
    if proposal.status == REFUSED and proposal.decided_by == actor.who:
        return proposal
    _require_proposed(proposal)
    await disputes.decide(tx, resolution_id, REFUSED, actor.who, actor.at, why)
    return replace(proposal, status=REFUSED, decided_by=actor.who, decided_at=actor.at)


async def _locked(tx: Tx, disbursement_id: UUID) -> Disputed:
    attempt = await disputes.lock_attempt(tx, disbursement_id)
    if attempt is None:
        raise NotFound
    return attempt


async def _waiting(tx: Tx, resolution_id: UUID) -> tuple[Disputed, Resolution]:
    """The locked attempt and, read after, its resolution: of two approvals at once the second sees the first."""
    named = await disputes.show(tx, resolution_id)
    if named is None:
        raise NotFound
    attempt = await _locked(tx, named.disbursement_id)
    return attempt, await disputes.show(tx, resolution_id) or named


def _require_proposed(proposal: Resolution) -> None:
    if proposal.status != PROPOSED:
        raise ResolutionNotInState(resolution_id=proposal.resolution_id, resolution_status=proposal.status)


def _posting(attempt: Disputed, outcome: Outcome) -> Posting:
    return Posting(attempt.run_id, outcome, attempt.bank, attempt.tier, attempt.benefit_month, 1, attempt.amount_satang)


def _facts(attempt: Disputed, proposal: Resolution, outcomes: Sequence[Outcome], at: datetime) -> list[Event]:
    """What became of the payment, under the ids that a bank's answer would have given it: each is told once."""
    common = {
        "holder_id": attempt.holder_id,
        "disbursement_id": attempt.disbursement_id,
        "run_id": attempt.run_id,
        "month": month_text(Month(attempt.benefit_month)),
        "attempt_no": attempt.attempt_no,
        "bank": Bank(attempt.bank),
        "tier": Tier(attempt.tier),
        "amount_satang": attempt.amount_satang,
        "district": attempt.district,
        "programme": told_programme(attempt.programme),
    }
    told: list[PaymentFact] = []
    if Outcome.SETTLED in outcomes:
        told.append(PaymentSettled(**common, value_date=proposal.paid_on))
    if Outcome.RETURNED in outcomes:
        told.append(PaymentReturned(**common, reason_code=proposal.finding))
    return [Event.of(one, subject=one.holder_id, time=at, identity=(str(one.disbursement_id),)) for one in told]
