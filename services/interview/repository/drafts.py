"""Drafts of interviews: one a case, sealed as a whole, emptied when it ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.interview.domain import TAKES_DRAFT, Change, State
from shared.db import ReadTx, Tx

COMPLETED: Final = "COMPLETED"
DISCARDED: Final = "DISCARDED"
EXPIRED: Final = "EXPIRED"
MOVED: Final = "MOVED"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is stored; `content` is sealed, and None when it has ended."""

    case_id: UUID
    version: int
    form_version: str
    content: bytes | None
    saved_at: datetime
    saved_by: str
    expires_on: date
    ended_at: datetime | None
    end_reason: str | None

    def is_open(self, today: date) -> bool:
        """Whether it can be read and gone on with."""
        return self.ended_at is None and today <= self.expires_on

    @property
    def why_ended(self) -> str:
        """Why it is not open any more; one that nobody has emptied yet is too old."""
        return self.end_reason or EXPIRED


async def draft_of_case(tx: ReadTx, case_id: UUID) -> Draft | None:
    """The draft of a case that is locked; also one that has ended."""
    row = await tx.fetchrow("SELECT * FROM interview_draft WHERE case_id = $1", case_id)
    return None if row is None else _draft(row)


async def save_draft(tx: Tx, draft: Draft) -> None:
    """Store the draft in the place of the one before."""
    await tx.execute(
        """INSERT INTO interview_draft (case_id, version, form_version, content_sealed, saved_at, saved_by, expires_on)
           VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT (case_id) DO UPDATE
              SET version = excluded.version, form_version = excluded.form_version, content_sealed = excluded.content_sealed,
                  saved_at = excluded.saved_at, saved_by = excluded.saved_by, expires_on = excluded.expires_on, ended_at = NULL, end_reason = NULL""",
        draft.case_id,
        draft.version,
        draft.form_version,
        draft.content,
        draft.saved_at,
        draft.saved_by,
        draft.expires_on,
    )


async def end_draft(tx: Tx, case_id: UUID, reason: str, at: datetime) -> None:
    """Empty the draft."""
    await _end(tx, {case_id: reason}, at)


async def end_drafts(tx: Tx, changes: Iterable[Change], at: datetime) -> None:
    """End the drafts of cases that went to another district, or where no interview is to come any more."""
    reasons = {change.after.case_id: reason for change in changes if change.before.version and (reason := _why_it_ends(change)) is not None}
    if reasons:
        await _end(tx, reasons, at)


async def empty_expired(tx: Tx, today: date, at: datetime, limit: int) -> int:
    """Empty up to so many drafts that are too old; returns how many."""
    return await tx.execute(
        """UPDATE interview_draft SET content_sealed = NULL, ended_at = $2, end_reason = $3
            WHERE case_id IN (SELECT case_id FROM interview_draft WHERE ended_at IS NULL AND expires_on < $1
                               ORDER BY case_id LIMIT $4 FOR UPDATE SKIP LOCKED)""",
        today,
        at,
        EXPIRED,
        limit,
    )


def _why_it_ends(change: Change) -> str | None:
    before, after = change.before, change.after
    if after.responsible_district != before.responsible_district:
        return MOVED
    return after.state if after.state is not before.state and after.state not in {*TAKES_DRAFT, State.ELIGIBLE} else None


async def _end(tx: Tx, reasons: Mapping[UUID, str], at: datetime) -> None:
    await tx.execute(
        """UPDATE interview_draft d SET content_sealed = NULL, ended_at = $3, end_reason = row.reason
             FROM unnest($1::uuid[], $2::text[]) AS row (case_id, reason) WHERE d.case_id = row.case_id AND d.ended_at IS NULL""",
        list(reasons),
        [str(reason) for reason in reasons.values()],
        at,
    )


def _draft(row: Mapping[str, Any]) -> Draft:
    values = {"content": row["content_sealed"]}
    names = ("case_id", "version", "form_version", "saved_at", "saved_by", "expires_on", "ended_at", "end_reason")
    return Draft(**values, **{name: row[name] for name in names})
