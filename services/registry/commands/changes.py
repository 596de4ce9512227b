"""Requests to change a person: at once where no money is touched, else decided by another person.

Who decides is asked everything again at that moment: the person's life and reach, and whether the record is still as the request
found it. A decision that cannot be is refused and leaves the request open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.registry.commands import life_events
from services.registry.commands.change_effects import Effect, effect_of, opened, require_days, take_effect
from services.registry.commands.imports import required_policy
from services.registry.commands.life_events import Said
from services.registry.domain import Move
from services.registry.errors import BasisChanged, ChangeAlreadyProposed, NothingToChange
from services.registry.repository import changes, facts, holders
from services.registry.repository.changes import Evidence, Request
from services.registry.rules.changes import ASPECT_OF, NEEDS_APPROVAL, NEEDS_CONSENT, ChangeKind
from services.registry.vault import Vault
from shared import approvals
from shared.approvals import DeciderIsProposer, Draft, Proposal
from shared.audit import Caller, Entry, append
from shared.auth import Reach
from shared.contracts.registry import HolderStatus
from shared.db import Tx
from shared.errors import Invalid, NotFound, PreconditionFailed
from shared.ids import new_id


@dataclass(frozen=True)
class Asked:
    """What is asked of a person: the values by name as JSON (nothing for a death, one taken back, or a cancelled card), and by what it is shown."""

    kind: ChangeKind
    valid_from: date
    values: Mapping[str, Any]
    evidence: Evidence


@dataclass(frozen=True)
class Decider:
    """Who decides, when, why, with which reach. `on_version` is the version of the person that they have looked at again."""

    who: str
    at: datetime
    why: str
    reach: Reach
    officer_id: UUID | None = None
    expected_version: int | None = None
    on_version: int | None = None


async def ask(tx: Tx, holder_id: UUID, asked: Asked, said: Said, vault: Vault) -> UUID:
    """Put the request on record, and apply it where nobody else must decide; returns its id.

    Raises NotFound, PreconditionFailed, HolderDeceased, NothingToChange, ChangeAlreadyProposed, CardTaken, MoveOutOfOrder or Invalid.
    """
    if asked.kind in NEEDS_CONSENT and asked.evidence.consent_reference is None:
        raise Invalid.field("consent", "missing", "the person's consent is required", "ต้องมีความยินยอมของเจ้าของข้อมูล")
    row = await _locked(tx, holder_id, said.reach)
    if said.expected_version is not None and row["version"] != said.expected_version:
        raise PreconditionFailed(version=row["version"])
    effect = await _effect(tx, asked.kind, row, asked.values, asked.valid_from, vault)
    later = await facts.latest_day(tx, holder_id, ASPECT_OF[asked.kind])
    if not effect.changed and (later is None or later <= asked.valid_from):
        raise NothingToChange
    request = Request(new_id(), holder_id, asked.kind, asked.valid_from, asked.evidence, effect.fields(), row["version"], said.who, said.at)
    require_days(request, row["birth_date"])
    sealed = effect.sealed(vault, holder_id)
    if asked.kind in NEEDS_APPROVAL:
        await _propose(tx, request, row["responsible_district"], sealed)
    else:
        await changes.add(tx, replace(request, sealed=sealed))
        await _apply(tx, request, effect, vault)
    return request.id


async def report_death(tx: Tx, holder_id: UUID, deceased_on: date, evidence: str, said: Said, vault: Vault) -> None:
    """An officer was told of a death: proposed, unless it is recorded or proposed already. Raises NotFound or Invalid."""
    row = await _locked(tx, holder_id, said.reach)
    if row["status"] == HolderStatus.DECEASED or await changes.open_one(tx, holder_id, ChangeKind.DEATH) is not None:
        return
    await ask(tx, holder_id, Asked(ChangeKind.DEATH, deceased_on, {}, Evidence("", evidence)), said, vault)


async def approve(tx: Tx, request_id: UUID, by: Decider, vault: Vault) -> None:
    """Do what the request asks for.

    Raises NotFound, AlreadyDecided, DeciderIsProposer, PreconditionFailed, HolderDeceased, BasisChanged, or what `ask` raises.
    """
    request, proposal, row = await _open(tx, request_id, by)
    effect = await _effect(tx, request.kind, row, opened(proposal.sealed, vault, request.holder_id)["after"], request.valid_from, vault)
    if (
        opened(proposal.sealed, vault, request.holder_id) != {"before": effect.before, "after": effect.after}
        and by.on_version != row["version"]
    ):
        raise BasisChanged(holder_version=row["version"])
    await approvals.decide(tx, proposal, approved=True, by=by.who, at=by.at, reason=by.why)
    await _apply(tx, replace(request, said_at=by.at), effect, vault)


async def reject(tx: Tx, request_id: UUID, by: Decider) -> None:
    """Leave the person as they are. Raises NotFound, AlreadyDecided, DeciderIsProposer or PreconditionFailed."""
    _, proposal, _ = await _open(tx, request_id, by)
    await approvals.decide(tx, proposal, approved=False, by=by.who, at=by.at, reason=by.why)


async def withdraw(tx: Tx, request_id: UUID, by: Decider) -> None:
    """Take one's own request back. Raises NotFound, AlreadyDecided, NotYourProposal or PreconditionFailed."""
    _, proposal, _ = await _open(tx, request_id, by, own=True)
    await approvals.withdraw(tx, proposal, by=by.who, at=by.at, reason=by.why)


async def read_values(tx: Tx, request_id: UUID, caller: Caller, reach: Reach, vault: Vault) -> dict[str, Any] | None:
    """The plain values before and after, audited; None when out of reach."""
    row = await changes.by_id(tx, request_id, reach)
    if row is None:
        await append(tx, caller, [Entry("READ", None, detail=f"change request {request_id}")])
        return None
    values = opened(row["values_sealed"], vault, row["holder_id"])
    await append(tx, caller, [Entry("READ", row["holder_id"], tuple(values["after"]), detail=f"change request {request_id}")])
    return {"request_id": request_id, "holder_id": row["holder_id"], **values}


async def _propose(tx: Tx, request: Request, district: str, sealed: bytes | None) -> None:
    waiting = await changes.open_one(tx, request.holder_id, request.kind)
    if waiting is not None:
        raise ChangeAlreadyProposed(request_id=str(waiting))
    await changes.add(tx, request)
    shown = request.evidence
    draft = Draft(request.kind, {"fields": list(request.fields)}, shown.reason, shown.words, request.holder_id, district, sealed)
    await approvals.propose(tx, draft, by=request.said_by, at=request.said_at, proposal_id=request.id)


async def _open(tx: Tx, request_id: UUID, by: Decider, *, own: bool = False) -> tuple[Request, Proposal, Any]:
    """The open request of a person within the decider's reach, both locked, the person first as everywhere."""
    found = await changes.by_id(tx, request_id, by.reach)
    if found is None or found["kind"] not in NEEDS_APPROVAL:
        raise NotFound
    row = await _locked(tx, found["holder_id"], by.reach)
    proposal = await approvals.lock(tx, request_id, NEEDS_APPROVAL, Reach.country())
    if by.expected_version is not None and proposal.version != by.expected_version:
        raise PreconditionFailed(version=proposal.version)
    # What an officer reported to interview came here under the officer's number.
    if not own and by.officer_id is not None and proposal.proposed_by == life_events.officer_name(by.officer_id):
        raise DeciderIsProposer
    shown = {
        name: found[name] for name in ("document_kind", "document_reference", "document_on", "reason", "consent_reference", "consent_on")
    }
    plain = {name: found[name] for name in ("id", "holder_id", "valid_from", "fields", "basis", "said_by", "said_at")}
    return Request(**plain, kind=ChangeKind(found["kind"]), evidence=Evidence(**shown)), proposal, row


async def _locked(tx: Tx, holder_id: UUID, reach: Reach | None) -> Any:
    if await holders.lock(tx, holder_id, reach) is None:
        raise NotFound
    return await holders.by_id(tx, holder_id, Reach.country())


async def _effect(tx: Tx, kind: ChangeKind, row: Any, values: Mapping[str, Any], valid_from: date, vault: Vault) -> Effect:
    return effect_of(kind, row, values, valid_from, vault, await required_policy(tx))


async def _apply(tx: Tx, request: Request, effect: Effect, vault: Vault) -> None:
    said = Said(request.said_by, request.said_at, request.evidence.words)
    match request.kind:
        case ChangeKind.MOVE:
            after = effect.after
            move = Move(request.valid_from, after["subdistrict"], after["house_no"], after["moo"], after["road"], after["postcode"])
            await life_events.record_move(tx, request.holder_id, move, said, vault, request.id)
        case ChangeKind.DEATH:
            await life_events.record_death(tx, request.holder_id, request.valid_from, said, request.id)
        case ChangeKind.DEATH_TAKEN_BACK:
            await life_events.take_back_death(tx, request.holder_id, request.valid_from, said, request.id)
        case _:
            await take_effect(tx, request, effect, vault)
