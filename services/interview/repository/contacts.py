"""What officers and committees write about a case: interviews, attempts, follow-ups, decisions. All append only."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.interview.errors import DecisionNotFitting
from services.interview.repository.rows import columns_of, insert
from shared.auth import Reach, reach_sql
from shared.contracts.interview import FollowUpRound
from shared.db import ReadTx, Tx

_DECISION_TYPES: Final[Mapping[str, str]] = {
    "decision_id": "uuid",
    "case_id": "uuid",
    "kind": "text",
    "committee": "text",
    "decided_on": "date",
    "known_on": "date",
    "effective_month": "text",
    "reference": "text",
    "reason": "text",
    "recorded_by": "text",
    "power": "text",
    "power_standing": "text",
}
_DUE_TYPES: Final[Mapping[str, str]] = {
    "case_id": "uuid",
    "district": "text",
    "subdistrict": "text",
    "due_by": "date",
    "listed_on": "date",
    "policy_version": "int",
}
ROUND_COLUMN: Final = {FollowUpRound.JUNE: "june_on", FollowUpRound.SEPTEMBER: "september_on"}
"""The column of case_file that says when the round's first contact was."""


async def add_interview(tx: Tx, row: Mapping[str, Any]) -> None:
    """Store an interview."""
    await insert(tx, "interview", row)


async def sealed_answers(tx: ReadTx, reach: Reach, interview_id: UUID) -> Mapping[str, Any] | None:
    """What is sealed of an interview; None when out of reach, or when the person was erased."""
    condition, args = reach_sql(reach, 2, home="c.home_district", responsible="c.responsible_district", officer="c.officer_id")
    return await tx.fetchrow(
        f"""SELECT i.holder_id, i.revision, i.health_sealed, i.debts_sealed
              FROM interview i JOIN case_file c ON c.case_id = i.case_id
              JOIN holder h ON h.holder_id = c.holder_id AND h.erased_on IS NULL
             WHERE i.interview_id = $1 AND {condition}""",
        interview_id,
        *args,
    )


async def add_attempt(tx: Tx, row: Mapping[str, Any]) -> None:
    """Store a home visit that met nobody."""
    await insert(tx, "visit_attempt", row)


async def last_attempt(tx: ReadTx, case_id: UUID) -> Mapping[str, Any] | None:
    """The newest unsuccessful visit of the case."""
    return await tx.fetchrow("SELECT * FROM visit_attempt WHERE case_id = $1 ORDER BY attempt_no DESC LIMIT 1", case_id)


async def add_follow_up(tx: Tx, row: Mapping[str, Any]) -> None:
    """Store a contact."""
    await insert(tx, "follow_up", row)


async def add_decisions(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store decisions. Raises DecisionNotFitting when one with its kind and reference was recorded for the case before."""
    if not rows:
        return
    marks, names, arrays = columns_of(_DECISION_TYPES, rows)
    stored = await tx.execute(f"INSERT INTO decision ({names}) SELECT * FROM unnest({marks}) ON CONFLICT DO NOTHING", *arrays)
    if stored != len(rows):
        raise DecisionNotFitting("This decision was recorded before", "มตินี้ถูกบันทึกไว้แล้ว")


async def add_visits_due(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store the list of home visits."""
    marks, names, arrays = columns_of(_DUE_TYPES, rows)
    await tx.execute(f"INSERT INTO home_visit_due ({names}) SELECT * FROM unnest({marks})", *arrays)


async def add_overdue(tx: Tx, round_: FollowUpRound, case_ids: Sequence[UUID], *, due_by: date, found_on: date) -> None:
    """Store which cases missed the round."""
    await tx.execute(
        "INSERT INTO follow_up_overdue (case_id, round, due_by, found_on) SELECT case_id, $2, $3, $4 FROM unnest($1::uuid[]) AS row (case_id)",
        case_ids,
        round_,
        due_by,
        found_on,
    )
