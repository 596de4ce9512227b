"""Envelopes are opened, raised and moved between, and programmes let draw on them, by two persons: what one proposes, another decides.

What is proposed is checked twice: when it is proposed, so that nobody has to approve what cannot be done, and when it is approved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, assert_never

from services.payments.commands import envelopes as commitments
from services.payments.commands.runs import Actor
from services.payments.domain import month_from, month_text
from services.payments.errors import EnvelopeExists
from services.payments.repository import envelopes, programmes
from services.payments.repository.envelopes import Entry, Envelope, Purse
from services.payments.repository.programmes import Programme
from services.payments.rules.benefit import Benefit
from services.payments.rules.funds import EntryKind
from shared import approvals
from shared.approvals import Draft, Proposal
from shared.auth import Reach
from shared.db import Tx
from shared.errors import Invalid

_COUNTRY: Final = Reach.country()
"""Whoever may see a proposal at all has the country's reach."""


class ChangeKind(StrEnum):
    """What is done with envelopes. They are the kinds of the proposals, too."""

    OPENING = "ENVELOPE_OPENING"
    RAISE = "ENVELOPE_RAISE"
    TRANSFER = "ENVELOPE_TRANSFER"
    PROGRAMME = "PAYMENT_PROGRAMME"


KINDS: Final = tuple(ChangeKind)


@dataclass(frozen=True, slots=True)
class Change:
    """What is proposed: `amounts` are satang to open or raise by; of a transfer the first envelope gives and the second gets.

    A `programme` is let draw on its source, on its terms.
    """

    kind: ChangeKind
    amounts: Sequence[tuple[Purse, int]] = ()
    programme: Programme | None = None

    def stored(self) -> dict[str, Any]:
        """As a proposal keeps it."""
        amounts = [{"source": one.source, "month": month_text(one.month), "satang": satang} for one, satang in self.amounts]
        return {"amounts": amounts, "programme": self.programme and asdict(self.programme)}

    @classmethod
    def of(cls, kind: str, parameters: Mapping[str, Any]) -> "Change":
        """From what a proposal keeps."""
        amounts = [(Purse(one["source"], month_from(one["month"])), one["satang"]) for one in parameters["amounts"]]
        terms = parameters["programme"]
        return cls(ChangeKind(kind), amounts, terms and Programme(**{**terms, "benefit": Benefit(terms["benefit"])}))

    def purses(self) -> list[Purse]:
        """The envelopes that change."""
        return [purse for purse, _ in self.amounts]


async def propose(tx: Tx, change: Change, reason: str, document: str, actor: Actor) -> Proposal:
    """Put a change before others. Raises EnvelopeExists, EnvelopeShort, and Invalid naming an envelope that is not there."""
    await _check(tx, change)
    draft = Draft(kind=change.kind, parameters=change.stored(), reason=reason, evidence=document)
    proposal_id = await approvals.propose(tx, draft, by=actor.who, at=actor.at)
    return await approvals.one(tx, proposal_id, KINDS, _COUNTRY)


async def approve(tx: Tx, proposal: Proposal, reason: str, actor: Actor) -> None:
    """Do what a locked proposal says. Raises DeciderIsProposer, EnvelopeExists, EnvelopeShort."""
    await approvals.decide(tx, proposal, approved=True, by=actor.who, at=actor.at, reason=reason)
    change = Change.of(proposal.kind, proposal.parameters)
    if change.programme is not None and not await programmes.save(tx, change.programme):
        raise _never_changes()
    if change.kind is ChangeKind.OPENING and not await envelopes.open_new(tx, change.purses()):
        raise _exists(change.purses())
    found = await _check(tx, change, lock=True)
    entries = [
        Entry(found[purse].envelope_id, kind, satang, proposal.id)
        for kind, (purse, satang) in zip(_entry_kinds(change), change.amounts, strict=True)
    ]
    await envelopes.enter(tx, entries, actor.at)


async def refuse(tx: Tx, proposal: Proposal, reason: str, actor: Actor) -> None:
    """Refuse a locked proposal. Raises DeciderIsProposer."""
    await approvals.decide(tx, proposal, approved=False, by=actor.who, at=actor.at, reason=reason)


async def withdraw(tx: Tx, proposal: Proposal, reason: str, actor: Actor) -> None:
    """Take a locked proposal back. Raises NotYourProposal."""
    await approvals.withdraw(tx, proposal, by=actor.who, at=actor.at, reason=reason)


async def _check(tx: Tx, change: Change, *, lock: bool = False) -> Mapping[Purse, Envelope]:
    """The envelopes of the change; with `lock` those of an opening are there, empty."""
    if change.programme is not None and not lock and not await programmes.may_save(tx, change.programme):
        raise _never_changes()
    found = await envelopes.of(tx, change.purses(), lock=lock)
    if change.kind is ChangeKind.OPENING:
        if found and not lock:
            raise _exists(found)
        return found
    for purse in change.purses():
        if purse not in found:
            named = f"{purse.source} {month_text(purse.month)}"
            raise Invalid.field("month", "no_envelope", f"has no envelope: {named}", f"ยังไม่มีวงเงิน: {named}", "GET /v1/envelopes")
    if change.kind is ChangeKind.TRANSFER:
        giver, satang = change.amounts[0]
        await commitments.locked(tx, {giver: satang})
    return found


def _never_changes() -> Invalid:
    en, th = "is there already, of another agency or source; those never change", "มีอยู่แล้วโดยหน่วยงานหรือแหล่งเงินอื่น ซึ่งเปลี่ยนไม่ได้"
    return Invalid.field("programme", "never_changes", en, th, "GET /v1/programmes")


def _exists(purses: Sequence[Purse] | Mapping[Purse, Envelope]) -> EnvelopeExists:
    return EnvelopeExists(source=next(iter(purses)).source, months=[month_text(one.month) for one in purses])


def _entry_kinds(change: Change) -> Sequence[EntryKind]:
    match change.kind:
        case ChangeKind.OPENING:
            return [EntryKind.OPENED] * len(change.amounts)
        case ChangeKind.RAISE:
            return [EntryKind.RAISED] * len(change.amounts)
        case ChangeKind.TRANSFER:
            return [EntryKind.TRANSFERRED_OUT, EntryKind.TRANSFERRED_IN]
        case ChangeKind.PROGRAMME:
            return []
    assert_never(change.kind)
