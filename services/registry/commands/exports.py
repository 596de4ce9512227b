"""Exports: asked for by one person, approved by another, fetched and confirmed by the office that they are for."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

from services.registry.commands.recipients import Decision, holding, require_same_key, require_version
from services.registry.domain import AgeGroup, HolderFilter
from services.registry.errors import ExportNotReady, ExportNotStored, RecipientNotUsable
from services.registry.repository import export_files, exports, recipients
from services.registry.repository.exports import NewExport, Selection, selection
from services.registry.rules.exports import (
    Column,
    ExportStatus,
    FileFormat,
    Purpose,
    RecipientKind,
    RecipientStatus,
    terms,
    terms_for,
    unit_of,
    within_unit,
)
from shared import approvals, jobs
from shared.approvals import Draft
from shared.audit import Caller, Entry, append
from shared.auth import Level, Principal, Reach
from shared.clock import Clock
from shared.contracts.common import Tier
from shared.contracts.registry import HolderStatus
from shared.db import Tx
from shared.errors import NotFound
from shared.ids import new_id

KIND: Final = "export"
JOB: Final = "registry-export"
_HAS_FILE: Final = frozenset({ExportStatus.QUEUED, ExportStatus.MAKING, ExportStatus.FAILED, ExportStatus.READY})
_CONFIRMABLE: Final = frozenset({ExportStatus.READY, ExportStatus.EXPIRED})


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for."""

    recipient_id: UUID
    purpose: Purpose
    reason: str
    wanted: HolderFilter
    columns: tuple[Column, ...]
    file_format: FileFormat
    keep_days: int


async def ask(tx: Tx, wish: Wish, *, who: Caller, reach: Reach, clock: Clock) -> UUID:
    """Propose an export; returns its id. Raises Invalid, RecipientNotUsable."""
    named = await recipients.one(tx, wish.recipient_id, reach)
    if named is None:
        raise NotFound
    if named["status"] != RecipientStatus.ACTIVE:
        raise RecipientNotUsable(recipient_status=named["status"])
    recipient = await holding(tx, named["kind"], named["unit"], clock)
    kind = RecipientKind(recipient["kind"])
    rule = terms_for(wish.purpose, kind)
    wanted = within_unit(wish.wanted, unit_of(kind, recipient["unit"]))
    export_id, at = new_id(), clock.business_now()
    planned = await exports.count(tx, selection(wanted, recipient["bank"], rule.consent))
    scope = {name: value for name, value in asdict(wanted).items() if value is not None}
    draft = NewExport(
        export_id,
        recipient,
        purpose=wish.purpose,
        basis=rule.basis,
        reason=wish.reason,
        scope=scope,
        columns=wish.columns,
        file_format=wish.file_format,
        keep_days=wish.keep_days,
        planned_rows=planned,
        status=ExportStatus.PROPOSED,
        correlation_id=who.correlation_id,
        asked_by=who.client,
        asked_at=at,
    )
    await exports.add_many(tx, [draft])
    told = {"purpose": wish.purpose, "recipient": f"{kind} {recipient['unit']}", "rows": planned, "columns": list(wish.columns)}
    await approvals.propose(tx, Draft(KIND, told, wish.reason, subject=export_id), by=who.client, at=at, proposal_id=export_id)
    return export_id


def chosen(export: Any) -> Selection:
    """Whose rows a stored export has."""
    scope: dict[str, Any] = dict(export["scope"])
    for name, kind in (("tier", Tier), ("age_group", AgeGroup), ("status", HolderStatus)):
        if name in scope:
            scope[name] = kind(scope[name])
    wanted = HolderFilter(**scope)
    return selection(wanted, export["bank"], terms()[Purpose(export["purpose"])].consent)


async def decide(tx: Tx, export_id: UUID, decision: Decision, *, who: Caller, reach: Reach, clock: Clock) -> None:
    """Queue the export with the key that holds now, which must be the one that was compared; or refuse it.

    Raises NotFound, PreconditionFailed, RecipientNotUsable, KeyDiffers, DeciderIsProposer, AlreadyDecided.
    """
    proposal = await approvals.lock(tx, export_id, [KIND], reach)
    export = await _locked(tx, export_id, reach)
    require_version(export, decision.expected_version)
    at = clock.business_now()
    if not decision.approved:
        await approvals.decide(tx, proposal, approved=False, by=who.client, at=at, reason=decision.reason)
        await exports.reject(tx, export_id, by=who.client, at=at)
        return
    recipient = await holding(tx, export["kind"], export["unit"], clock)
    require_same_key(recipient, decision)
    await approvals.decide(tx, proposal, approved=True, by=who.client, at=at, reason=decision.reason)
    await exports.approve(tx, export_id, recipient, by=who.client, at=at)
    await jobs.ask(tx, JOB, {"export_id": str(export_id)}, asked_by=export["asked_by"])


async def make_again(tx: Tx, export_id: UUID, *, who: Caller, reach: Reach) -> None:
    """Queue an export that failed, under the approval that it has. Raises NotFound, ExportNotReady."""
    export = await _locked(tx, export_id, reach)
    if not await exports.queue_again(tx, export_id):
        raise ExportNotReady(export_status=export["status"])
    await jobs.ask(tx, JOB, {"export_id": str(export_id)}, asked_by=who.client)


async def end(tx: Tx, export_id: UUID, *, reason: str, expected_version: int | None, who: Caller, reach: Reach, clock: Clock) -> None:
    """Withdraw an export that nobody has decided, or revoke one that was approved. Its file goes after the commit, by `forget`.

    Raises NotFound, PreconditionFailed, NotYourProposal, ExportNotReady when it is over already.
    """
    export = await _locked(tx, export_id, reach)
    require_version(export, expected_version)
    at = clock.business_now()
    if export["status"] == ExportStatus.PROPOSED:
        proposal = await approvals.lock(tx, export_id, [KIND], reach)
        await approvals.withdraw(tx, proposal, by=who.client, at=at, reason=reason)
        await exports.end(tx, export_id, ExportStatus.WITHDRAWN, by=who.client, at=at, reason=reason)
    elif export["status"] in _HAS_FILE:
        await exports.end(tx, export_id, ExportStatus.REVOKED, by=who.client, at=at, reason=reason)
        await append(tx, who, [Entry("EXPORT_REVOKED", None, detail=f"export {export_id}")])
    else:
        raise ExportNotReady(export_status=export["status"])


async def fetch(tx: Tx, export_id: UUID, *, who: Caller, principal: Principal, folder: Path, clock: Clock) -> tuple[Any, BinaryIO]:
    """The row and the opened file, for the office that it is for or who asked for it; the fetching is on record.

    Whatever happens to the export afterwards, who has begun to fetch gets it to the end.
    Raises NotFound, ExportNotReady, ExportNotStored.
    """
    export = await _locked(tx, export_id, principal.reach)
    if not (is_for(export, principal.reach) or export["asked_by"] == principal.subject):
        raise NotFound
    if export["status"] != ExportStatus.READY:
        raise ExportNotReady(export_status=export["status"], expired_at=_moment(export["expires_at"]))
    if export["expires_at"] <= clock.business_now():
        raise ExportNotReady(export_status=ExportStatus.EXPIRED, expired_at=_moment(export["expires_at"]))
    try:
        file = export_files.opened(folder, export_id)
    except OSError as error:
        raise ExportNotStored(
            f"The file cannot be read from the export folder: {error.strerror}", f"อ่านไฟล์จากโฟลเดอร์ส่งออกไม่ได้: {error.strerror}"
        ) from error
    await append(tx, who, [Entry("EXPORT_FETCHED", None, tuple(export["columns"]), detail=f"export {export_id}")])
    return export, file


async def confirm(tx: Tx, export_id: UUID, *, rows: int, sha256: str, who: Caller, reach: Reach, clock: Clock) -> tuple[Any, bool]:
    """Keep what the office counted; returns the export's row as it was, and whether count and hash are right. Raises NotFound, ExportNotReady."""
    export = await _locked(tx, export_id, reach)
    if not is_for(export, reach):
        raise NotFound
    if export["status"] not in _CONFIRMABLE:
        raise ExportNotReady(export_status=export["status"])
    matched = (rows, sha256) == (export["rows"], export["plain_sha256"])
    if not (matched and export["confirmed_at"]):
        await exports.add_receipt(tx, export_id, rows_told=rows, sha256=sha256, matched=matched, by=who.client, at=clock.business_now())
    return export, matched


def is_for(export: Any, reach: Reach) -> bool:
    """Whether the reach is that of the office that the export is for."""
    match reach.level:
        case Level.PROVINCE | Level.DISTRICT:
            return bool(export["area"] == reach.code)
        case Level.BANK:
            return bool(export["bank"] == reach.code)
        case Level.AGENCY:
            return bool(export["agency"] == reach.code)
        case _:
            return False


async def _locked(tx: Tx, export_id: UUID, reach: Reach) -> Any:
    export = await exports.lock(tx, export_id, reach)
    if export is None:
        raise NotFound
    return export


def _moment(at: Any) -> str | None:
    return None if at is None else at.isoformat()
