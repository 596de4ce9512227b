"""Registering offices with their keys: one person registers, another compares the fingerprint and approves."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.registry.errors import KeyDiffers, RecipientNotUsable
from services.registry.repository import recipients
from services.registry.rules.exports import RecipientStatus, Unit
from shared import approvals
from shared.approvals import Draft
from shared.audit import Caller, Entry, append
from shared.auth import Reach
from shared.clock import Clock, on_day
from shared.db import ReadTx, Tx
from shared.errors import NotFound, PreconditionFailed
from shared.ids import new_id
from shared.sealed_files import fingerprint

KIND: Final = "export-recipient"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the second person says. `key_fingerprint` is the one that they compared with the recipient; needed to approve."""

    approved: bool
    reason: str
    key_fingerprint: str | None
    expected_version: int | None


async def register(
    tx: Tx, unit: Unit, *, office: str, key: str, valid: tuple[date, date | None], reason: str, who: Caller, clock: Clock
) -> UUID:
    """Propose the key of an office; returns its id. `valid` are the first and the last day."""
    recipient_id, at = new_id(), clock.business_now()
    told = fingerprint(key)
    await recipients.add(tx, recipient_id, unit, office=office, key=key, fingerprint=told, valid=valid, by=who.client, at=at)
    draft = Draft(KIND, {"kind": unit.kind, "unit": unit.code, "fingerprint": told}, reason, subject=recipient_id)
    await approvals.propose(tx, draft, by=who.client, at=at, proposal_id=recipient_id)
    return recipient_id


async def decide(tx: Tx, recipient_id: UUID, decision: Decision, *, who: Caller, reach: Reach, clock: Clock) -> None:
    """Take the key into use, or not. Raises NotFound, PreconditionFailed, KeyDiffers, DeciderIsProposer, AlreadyDecided."""
    proposal = await approvals.lock(tx, recipient_id, [KIND], reach)
    row = await recipients.one(tx, recipient_id, reach)
    if row is None:
        raise NotFound
    require_version(row, decision.expected_version)
    if decision.approved:
        require_same_key(row, decision)
    at = clock.business_now()
    await approvals.decide(tx, proposal, approved=decision.approved, by=who.client, at=at, reason=decision.reason)
    status = RecipientStatus.ACTIVE if decision.approved else RecipientStatus.REJECTED
    await recipients.decide(tx, recipient_id, status, by=who.client, at=at)
    await append(tx, who, [Entry("RECIPIENT", None, detail=f"{status} {row['kind']} {row['unit']} {row['fingerprint']}")])


async def revoke(tx: Tx, recipient_id: UUID, *, reason: str, expected_version: int | None, who: Caller, reach: Reach, clock: Clock) -> None:
    """Take the key out of use: nothing is encrypted to it from now on. Raises NotFound, PreconditionFailed, RecipientNotUsable."""
    row = await recipients.one(tx, recipient_id, reach)
    if row is None:
        raise NotFound
    require_version(row, expected_version)
    if not await recipients.revoke(tx, recipient_id, by=who.client, at=clock.business_now(), reason=reason):
        raise RecipientNotUsable(recipient_status=row["status"])
    await append(tx, who, [Entry("RECIPIENT", None, detail=f"REVOKED {row['kind']} {row['unit']} {row['fingerprint']}")])


async def holding(tx: ReadTx, kind: str, unit: str, clock: Clock) -> Any:
    """The row of the office's key that holds today. Raises RecipientNotUsable."""
    found = await recipients.current(tx, on_day(clock.business_now()), [(kind, unit)])
    if not found:
        raise RecipientNotUsable(kind=kind, unit=unit)
    return found[kind, unit]


def require_same_key(row: Any, decision: Decision) -> None:
    """Raise KeyDiffers unless the approver compared just this key's fingerprint."""
    if decision.key_fingerprint != row["fingerprint"]:
        raise KeyDiffers(fingerprint=row["fingerprint"], compared=decision.key_fingerprint)


def require_version(row: Any, expected: int | None) -> None:
    """Raise PreconditionFailed unless the row is of the version."""
    if expected is not None and row["version"] != expected:
        raise PreconditionFailed(version=row["version"])
