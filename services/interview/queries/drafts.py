"""Drafts of interviews as lists show them: without what is in them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.interview.repository.cases import within
from shared.auth import Reach
from shared.db import ReadTx
from shared.http import Page


async def list_drafts(tx: ReadTx, reach: Reach, page: Page, *, saved_before: date | None, today: date) -> tuple[list[Any], str | None]:
    """A page of open drafts, the oldest first; only those not saved since a day, where so wished."""
    after = page.after(datetime, UUID)
    condition, args = within(reach, 6)
    rows = await tx.fetch(
        f"""SELECT d.*, c.holder_id, c.state, c.officer_id, c.responsible_district AS district
              FROM interview_draft d JOIN case_file c USING (case_id)
             WHERE d.ended_at IS NULL AND d.expires_on >= $1 AND ($2::date IS NULL OR d.saved_at < $2::date::timestamp AT TIME ZONE 'Asia/Bangkok')
               AND ($3::timestamptz IS NULL OR (d.saved_at, d.case_id) > ($3, $4)) AND {condition}
             ORDER BY d.saved_at, d.case_id LIMIT $5""",
        today,
        saved_before,
        *(after or (None, None)),
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["saved_at"], row["case_id"]))


async def list_revisions(tx: ReadTx, reach: Reach, interview_id: UUID) -> tuple[UUID, list[Any]] | None:
    """The case of an interview and all its revisions, the first first; None when out of reach."""
    condition, args = within(reach, 2)
    rows = await tx.fetch(
        f"""SELECT r.* FROM interview i JOIN case_file c ON c.case_id = i.case_id JOIN interview r ON r.case_id = i.case_id
              JOIN holder h ON h.holder_id = c.holder_id AND h.erased_on IS NULL
             WHERE i.interview_id = $1 AND {condition} ORDER BY r.revision""",
        interview_id,
        *args,
    )
    return (rows[0]["case_id"], rows) if rows else None
