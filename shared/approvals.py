"""Maker and checker: what one person proposes, another decides. Proposal and decision stay on record.

A proposal says what would change (`parameters`, nothing personal; what is personal goes into `sealed`, by the proposer's own
cipher), why, and on which evidence. The service does the change in the transaction of the decision. Its table is a part of the
floor (`shared.db.floor.APPROVALS`) for the services that need it.

DomainError
├── Conflict 409
│   ├── DeciderIsProposer    the same person may not do both
│   ├── AlreadyDecided       it was decided or withdrawn before
│   └── NotYourProposal      only who proposed it may withdraw it
└── NotFound 404             there is none of this kind within reach
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx
from shared.errors import Conflict, NotFound
from shared.ids import new_id


class ApprovalStatus(StrEnum):
    """Where a proposal stands; all but PROPOSED are final."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


class DeciderIsProposer(Conflict):
    """Four eyes are two persons."""

    slug = "decider-is-proposer"
    title_en, title_th = "Another person than the proposer must decide", "ผู้พิจารณาต้องไม่ใช่ผู้เสนอ"


class AlreadyDecided(Conflict):
    """The proposal has its decision."""

    slug = "already-decided"
    title_en, title_th = "This proposal was decided or withdrawn before", "ข้อเสนอนี้ได้รับการพิจารณาหรือถูกถอนไปแล้ว"


class NotYourProposal(Conflict):
    """Somebody else proposed it."""

    slug = "not-your-proposal"
    title_en, title_th = "Only the proposer can withdraw a proposal", "เฉพาะผู้เสนอเท่านั้นที่ถอนข้อเสนอได้"


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal to be made. `subject` is whom or what it is about.

    `district` (4 digits) decides whose area reaches it; the agency, or bank, of `parameters["agency"]` does too. Without both only the country.
    """

    kind: str
    parameters: dict[str, Any]
    reason: str
    evidence: str = ""
    subject: UUID | None = None
    district: str | None = None
    sealed: bytes | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal with its decision, as stored. `version` grows with each change of status."""

    id: UUID
    kind: str
    subject: UUID | None
    district: str | None
    parameters: dict[str, Any]
    sealed: bytes | None
    reason: str
    evidence: str
    status: ApprovalStatus
    version: int
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None

    def standing(self) -> dict[str, Any]:
        """Where it stands, by the names of the fields: status and version, who proposed it, who decided it and why."""
        return {name: getattr(self, name) for name in _STANDING}


_STANDING: Final = ("status", "version", "proposed_by", "proposed_at", "decided_by", "decided_at", "decision_reason")
_COLUMNS: Final = """id, kind, subject, district, parameters, sealed, reason, evidence, status, version, proposed_by, proposed_at,
                     decided_by, decided_at, decision_reason"""


async def propose(tx: Tx, draft: Draft, *, by: str, at: datetime, proposal_id: UUID | None = None) -> Proposal:
    """Put the proposal before others."""
    row = await tx.fetchrow(
        f"""INSERT INTO approval (id, kind, subject, district, parameters, sealed, reason, evidence, proposed_by, proposed_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING {_COLUMNS}""",
        *(
            proposal_id or new_id(),
            draft.kind,
            draft.subject,
            draft.district,
            draft.parameters,
            draft.sealed,
            draft.reason,
            draft.evidence,
            by,
            at,
        ),
    )
    return _proposal(row)


async def lock(tx: Tx, proposal_id: UUID, kinds: Sequence[str], reach: Reach, *, own: str | None = None) -> Proposal:
    """The open proposal, locked until the transaction ends. Raises NotFound outside the reach (unless `own` proposed it), AlreadyDecided."""
    within, args = _within(reach, 3, own)
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM approval WHERE id = $1 AND kind = ANY($2::text[]) AND {within} FOR UPDATE", proposal_id, list(kinds), *args
    )
    if row is None:
        raise NotFound
    proposal = _proposal(row)
    if proposal.status is not ApprovalStatus.PROPOSED:
        raise AlreadyDecided(status=proposal.status)
    return proposal


async def decide(tx: Tx, proposal: Proposal, *, approved: bool, by: str, at: datetime, reason: str) -> None:
    """Write the decision on a locked proposal; what it asks for is the caller's to do, in this transaction. Raises DeciderIsProposer."""
    if by == proposal.proposed_by:
        raise DeciderIsProposer
    await _end(tx, proposal, ApprovalStatus.APPROVED if approved else ApprovalStatus.REJECTED, by, at, reason)


async def withdraw(tx: Tx, proposal: Proposal, *, by: str, at: datetime, reason: str) -> None:
    """Take a locked proposal back. Raises NotYourProposal."""
    if by != proposal.proposed_by:
        raise NotYourProposal
    await _end(tx, proposal, ApprovalStatus.WITHDRAWN, by, at, reason)


async def one(tx: ReadTx, proposal_id: UUID, kinds: Sequence[str], reach: Reach, *, own: str | None = None) -> Proposal:
    """The proposal. Raises NotFound outside the reach, unless `own` proposed it."""
    within, args = _within(reach, 3, own)
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM approval WHERE id = $1 AND kind = ANY($2::text[]) AND {within}", proposal_id, list(kinds), *args
    )
    if row is None:
        raise NotFound
    return _proposal(row)


async def page(
    tx: ReadTx,
    kinds: Sequence[str],
    reach: Reach,
    *,
    status: ApprovalStatus | None = None,
    subject: UUID | None = None,
    after: UUID | None = None,
    limit: int,
    own: str | None = None,
) -> list[Proposal]:
    """Proposals within the reach, and those that `own` proposed, by id, which is nearly their age, after the one named."""
    within, args = _within(reach, 6, own)
    rows = await tx.fetch(
        f"""SELECT {_COLUMNS} FROM approval
             WHERE kind = ANY($1::text[]) AND ($2::text IS NULL OR status = $2) AND ($3::uuid IS NULL OR subject = $3)
               AND ($4::uuid IS NULL OR id > $4) AND {within} ORDER BY id LIMIT $5""",
        list(kinds),
        status,
        subject,
        after,
        limit,
        *args,
    )
    return [_proposal(row) for row in rows]


async def _end(tx: Tx, proposal: Proposal, status: ApprovalStatus, by: str, at: datetime, reason: str) -> None:
    ended = await tx.execute(
        """UPDATE approval SET status = $2, version = version + 1, decided_by = $3, decided_at = $4, decision_reason = $5
            WHERE id = $1 AND status = 'PROPOSED'""",
        *(proposal.id, status, by, at, reason),
    )
    if not ended:
        raise AlreadyDecided


def _within(reach: Reach, first_arg: int, own: str | None = None) -> tuple[str, list[Any]]:
    whose = "parameters ->> 'agency'"
    condition, args = reach_sql(reach, first_arg, home="district", responsible=None, officer=None, agency=whose, bank=whose)
    return (condition, args) if own is None else (f"({condition} OR proposed_by = ${first_arg + len(args)})", [*args, own])


def _proposal(row: Any) -> Proposal:
    return Proposal(**{**dict(row), "status": ApprovalStatus(row["status"])})
