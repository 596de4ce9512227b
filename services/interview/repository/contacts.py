"""What officers and committees write about a case: interviews, attempts, follow-ups, decisions. All append only."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from services.interview.errors import DecisionNotFitting
from services.interview.repository.cases import within
from services.interview.repository.rows import insert, insert_many
from shared.auth import Reach
from shared.contracts.interview import FollowUpRound
from shared.db import ReadTx, Tx

_INTERVIEW_TYPES: Final[Mapping[str, str]] = {
    "interview_id": "uuid",
    "case_id": "uuid",
    "holder_id": "uuid",
    "revision": "int",
    "interviewed_on": "date",
    "channel": "text",
    "officer_id": "uuid",
    "co_interviewer_id": "uuid",
    "district": "text",
    "subdistrict": "text",
    "answer": "text",
    "approach": "text",
    "occupation": "text",
    "second_occupation": "text",
    "income_now_baht": "int",
    "specialist_asked": "boolean",
    "form_version": "text",
    "code_lists": "jsonb",
    "answers": "jsonb",
    "health_sealed": "bytea",
    "debts_sealed": "bytea",
    "proposed": "jsonb",
    "revision_reason": "text",
    "amends": "uuid",
    "recorded_at": "timestamptz",
    "recorded_by": "text",
    "started_at": "timestamptz",
    "ended_at": "timestamptz",
    "travelled_km": "float8",
    "alike_whole": "bytea",
    "alike_person": "bytea",
    "alike_words": "bytea",
}
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
ROUND_COLUMN: Final = {FollowUpRound.JUNE: "june_on", FollowUpRound.SEPTEMBER: "september_on"}
"""The column of case_file that says when the round's first contact was."""


async def add_interviews(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store interviews."""
    await insert_many(tx, "interview", _INTERVIEW_TYPES, rows)


async def last_interview(tx: ReadTx, case_id: UUID) -> Mapping[str, Any]:
    """The last revision of the interview of a case that has one."""
    row: Mapping[str, Any] | None = await tx.fetchrow("SELECT * FROM interview WHERE case_id = $1 ORDER BY revision DESC LIMIT 1", case_id)
    if row is None:
        raise LookupError(f"case {case_id} has no interview")
    return row


async def which_interview(tx: ReadTx, interview_id: UUID) -> tuple[UUID, int] | None:
    """Of which case it is, and which revision."""
    row = await tx.fetchrow("SELECT case_id, revision FROM interview WHERE interview_id = $1", interview_id)
    return None if row is None else (row["case_id"], row["revision"])


async def sealed_answers(tx: ReadTx, reach: Reach, interview_id: UUID) -> Mapping[str, Any] | None:
    """What is sealed of an interview; None when out of reach, or when the person was erased."""
    condition, args = within(reach, 2)
    return await tx.fetchrow(
        f"""SELECT i.holder_id, i.revision, i.form_version, i.health_sealed, i.debts_sealed
              FROM interview i JOIN case_file c ON c.case_id = i.case_id
              JOIN holder h ON h.holder_id = c.holder_id AND h.erased_on IS NULL
             WHERE i.interview_id = $1 AND {condition}""",
        interview_id,
        *args,
    )


async def add_follow_up(tx: Tx, row: Mapping[str, Any]) -> None:
    """Store a contact."""
    await insert(tx, "follow_up", row)


async def add_decisions(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store decisions. Raises DecisionNotFitting when one with its kind and reference was recorded for the case before."""
    if await insert_many(tx, "decision", _DECISION_TYPES, rows, "ON CONFLICT DO NOTHING") != len(rows):
        raise DecisionNotFitting("This decision was recorded before", "มตินี้ถูกบันทึกไว้แล้ว")
