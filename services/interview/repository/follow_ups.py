"""Whom nobody contacted in a round, and what is known of their plans."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.interview.domain import TO_FOLLOW, Case
from services.interview.repository.cases import COLUMNS, case_of
from services.interview.repository.contacts import ROUND_COLUMN
from services.interview.rules.plan_lines import KnownLine, known_lines
from shared.contracts.interview import FollowUpRound
from shared.db import ReadTx, Tx

INTERVIEWED_BY: Final = "EXISTS (SELECT FROM interview i WHERE i.case_id = c.case_id AND i.interviewed_on <= {day})"
"""The case's first interview was by the day: who was interviewed after a round's last day was not to be contacted in it."""


async def not_contacted(tx: Tx, round_: FollowUpRound, due_by: date, district: str | None, after: UUID | None, limit: int) -> list[Case]:
    """The next cases by holder, of a district or of all, that the round's due day passed without a contact, locked with their holders."""
    rows = await tx.fetch(
        f"""SELECT {COLUMNS} FROM holder h JOIN case_file c USING (holder_id)
             WHERE ($1::text IS NULL OR c.responsible_district = $1) AND c.state = ANY($2::text[]) AND c.{ROUND_COLUMN[round_]} IS NULL
               AND {INTERVIEWED_BY.format(day="$3")}
               AND NOT EXISTS (SELECT FROM follow_up_overdue o WHERE o.case_id = c.case_id AND o.round = $4)
               AND ($6::uuid IS NULL OR c.holder_id > $6)
             ORDER BY c.holder_id LIMIT $5 FOR UPDATE OF h, c""",
        district,
        list(TO_FOLLOW),
        due_by,
        round_,
        limit,
        after,
    )
    return [case_of(row) for row in rows]


async def add_overdue(tx: Tx, round_: FollowUpRound, case_ids: Sequence[UUID], *, due_by: date, found_on: date) -> None:
    """Store which cases missed the round."""
    await tx.execute(
        "INSERT INTO follow_up_overdue (case_id, round, due_by, found_on) SELECT case_id, $2, $3, $4 FROM unnest($1::uuid[]) AS row (case_id)",
        case_ids,
        round_,
        due_by,
        found_on,
    )


async def known_lines_of(tx: ReadTx, holder_ids: Sequence[UUID], today: date) -> dict[UUID, list[KnownLine]]:
    """The lines of each holder's agreed plan as plan's events left them; empty of who has none."""
    plans = await tx.fetch("SELECT holder_id, lines FROM agreed_plan WHERE holder_id = ANY($1::uuid[])", list(holder_ids))
    referrals = await tx.fetch("SELECT * FROM referral WHERE holder_id = ANY($1::uuid[])", list(holder_ids))
    lines: Mapping[UUID, list[Any]] = {row["holder_id"]: row["lines"] for row in plans}
    return {
        holder_id: known_lines(lines.get(holder_id, []), [one for one in referrals if one["holder_id"] == holder_id], today)
        for holder_id in holder_ids
    }


async def income_at_interview(tx: ReadTx, case_id: UUID) -> int | None:
    """The yearly income of the first interview, baht."""
    income: int | None = await tx.fetchval("SELECT income_now_baht FROM interview WHERE case_id = $1 ORDER BY revision LIMIT 1", case_id)
    return income
