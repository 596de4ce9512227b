"""Adjusting months that were granted otherwise than would be right now: one person proposes what was previewed, another approves it.

What is proposed are the entries themselves. If anything of them has changed by the approval, nothing is booked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.payments.commands import proposals
from services.payments.commands.entitlements import Cause, NewFact, take_facts
from services.payments.commands.proposals import Decision
from services.payments.commands.runs import Actor
from services.payments.domain import AdjustmentKind, DifferenceCause, Month, month_text
from services.payments.errors import AdjustmentMoved, NothingToAdjust
from services.payments.repository import adjustments, holders, obligations
from services.payments.repository.adjustments import HolderLine
from services.payments.rules.adjusting import Line, adjust, waiting_satang
from services.payments.rules.facts import MissedGranted
from shared import approvals
from shared.approvals import Draft, Proposal
from shared.clock import on_day
from shared.db import ReadTx, Tx
from shared.errors import Invalid
from shared.ids import same_id

KIND: Final = "payments.adjustment"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose months are to be set right, why, and by which paper."""

    holder_ids: tuple[UUID, ...]
    reason: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an approval would book, and what would have to be got back but was not paid yet."""

    lines: tuple[HolderLine, ...]
    waiting_satang: int


async def preview(tx: ReadTx, holder_ids: Sequence[UUID]) -> Preview:
    """What would set the holders' months right now. Writes nothing."""
    books = await adjustments.books_of(tx, holder_ids)
    lines = [HolderLine(holder_id, line) for holder_id in sorted(books) for month in books[holder_id] for line in adjust(month)]
    waiting = sum(waiting_satang(month) for months in books.values() for month in months)
    return Preview(tuple(lines), waiting)


async def propose(tx: Tx, asked: Asked, actor: Actor) -> Proposal:
    """Put what was previewed before another person. Raises Invalid for a holder without an allowance, NothingToAdjust."""
    known = await adjustments.with_allowance(tx, asked.holder_ids)
    strange = [one for one in asked.holder_ids if one not in known]
    if strange:
        names = ", ".join(map(str, strange))
        raise Invalid.field("holder_ids", "no_allowance", f"{names} have no allowance", f"{names} ไม่มีสิทธิ", "holders of GET /v1/differences")
    found = await preview(tx, asked.holder_ids)
    if not found.lines:
        raise NothingToAdjust(waiting_satang=found.waiting_satang)
    draft = Draft(
        kind=KIND,
        parameters={"lines": [_as_json(one) for one in found.lines], "waiting_satang": found.waiting_satang},
        reason=asked.reason,
        evidence=asked.evidence,
        subject=asked.holder_ids[0] if len(asked.holder_ids) == 1 else None,
    )
    return await approvals.propose(tx, draft, by=actor.who, at=actor.at)


async def decide(tx: Tx, proposal_id: UUID, decision: Decision, actor: Actor) -> Proposal:
    """Book what was proposed, all of it and nothing else, or leave it.

    Raises NotFound, PreconditionFailed, AlreadyDecided, DeciderIsProposer, AdjustmentMoved.
    """
    # No run is drawn up or released meanwhile: it would take or leave a back-pay by what stood before.
    await obligations.changing_allowances(tx)
    proposal = await proposals.decide(tx, KIND, proposal_id, decision, actor)
    if decision.approved:
        await _book(tx, proposal, actor)
    return await proposals.now(tx, KIND, proposal_id)


async def withdraw(tx: Tx, proposal_id: UUID, reason: str, actor: Actor) -> Proposal:
    """Take one's own proposal back. Raises NotFound, AlreadyDecided, NotYourProposal."""
    return await proposals.withdraw(tx, KIND, proposal_id, reason, actor)


async def _book(tx: Tx, proposal: Proposal, actor: Actor) -> None:
    lines = lines_of(proposal)
    holder_ids = sorted({one.holder_id for one in lines})
    await holders.lock(tx, holder_ids)
    await adjustments.lock_months(tx, holder_ids)
    now = (await preview(tx, holder_ids)).lines
    if now != lines:
        raise AdjustmentMoved(proposal_id=proposal.id, proposed=len(lines), now=[_as_json(one) for one in now])
    await adjustments.book(tx, lines, proposal.id, actor.who, actor.at)
    await take_facts(tx, _grants(lines, proposal, actor))


def _grants(lines: Sequence[HolderLine], proposal: Proposal, actor: Actor) -> list[NewFact]:
    """That missed months are granted is a fact of the allowance: they are paid as themselves, and cannot be paid beside that."""
    granted: dict[UUID, list[str]] = {}
    for holder_id, line in lines:
        if line.kind is AdjustmentKind.GRANT:
            granted.setdefault(holder_id, []).append(month_text(line.month))
    cause = Cause(who=KIND, at=actor.at, event_id=str(proposal.id))
    return [
        NewFact(
            same_id("missed_granted", proposal.id, holder_id),
            holder_id,
            MissedGranted(proposal_id=proposal.id, granted_on=on_day(actor.at), months=tuple(months)),
            cause,
        )
        for holder_id, months in granted.items()
    ]


def lines_of(proposal: Proposal) -> tuple[HolderLine, ...]:
    """The entries that were proposed."""
    return tuple(
        HolderLine(
            UUID(one["holder_id"]),
            Line(
                Month(date.fromisoformat(one["month"])),
                AdjustmentKind(one["kind"]),
                one["amount_satang"],
                DifferenceCause(one["cause"]),
                UUID(one["disbursement_id"]) if one["disbursement_id"] else None,
                one["about_no"],
            ),
        )
        for one in proposal.parameters["lines"]
    )


def _as_json(one: HolderLine) -> dict[str, Any]:
    line = one.line
    return {
        **line._asdict(),
        "holder_id": str(one.holder_id),
        "month": line.month.isoformat(),
        "disbursement_id": str(line.disbursement_id) if line.disbursement_id else None,
    }
