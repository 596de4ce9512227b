"""Complaints as staff and the persons themselves see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.interview.repository.complaints import COLUMNS, within
from shared.auth import Principal
from shared.contracts.interview import ComplaintCategory, ComplaintLevel, ComplaintState
from shared.db import ReadTx
from shared.http import Page


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of complaints may be narrowed by."""

    state: ComplaintState | None = None
    level: ComplaintLevel | None = None
    category: ComplaintCategory | None = None
    district: str | None = None
    holder_id: UUID | None = None
    overdue_on: date | None = None


async def list_complaints(tx: ReadTx, caller: Principal, wanted: Wanted, page: Page) -> tuple[list[Any], str | None]:
    """A page of complaints by id, without what was said; of a holder also those of who was merged into them."""
    after = page.after(UUID)
    condition, args = within(caller, 9)
    rows = await tx.fetch(
        f"""SELECT {COLUMNS}, c.holder_id, c.about_officer_id, c.reference FROM complaint c
             WHERE ($1::text IS NULL OR c.state = $1) AND ($2::text IS NULL OR c.level = $2) AND ($3::text IS NULL OR c.category = $3)
               AND ($4::text IS NULL OR c.district = $4)
               AND ($5::uuid IS NULL OR c.holder_id IN (
                    WITH RECURSIVE one AS (SELECT $5::uuid AS holder_id
                        UNION SELECT h.holder_id FROM holder h JOIN one ON h.merged_into = one.holder_id) SELECT holder_id FROM one))
               AND ($6::date IS NULL OR c.due_on < $6 AND c.state IN ('RECEIVED', 'IN_HAND', 'ESCALATED'))
               AND ($7::uuid IS NULL OR c.complaint_id > $7) AND {condition}
             ORDER BY c.complaint_id LIMIT $8""",
        wanted.state,
        wanted.level,
        wanted.category,
        wanted.district,
        wanted.holder_id,
        wanted.overdue_on,
        after[0] if after else None,
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["complaint_id"],))


async def status_by_reference(tx: ReadTx, reference: str) -> Mapping[str, Any] | None:
    """State and days alone of the complaint with this code."""
    return await tx.fetchrow("SELECT state, received_on, due_on, answered_on, closed_on FROM complaint WHERE reference = $1", reference)
