"""Complaints: whole rows in and out, within the reach of who asks. Nobody reaches a complaint about themselves."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.interview.repository.rows import columns_of, insert, insert_many, row_of
from services.interview.rules.complaints import Complaint
from shared.auth import Level, Principal, reach_sql
from shared.contracts.interview import ComplaintCategory, ComplaintChannel, ComplaintLevel, ComplaintState
from shared.contracts.interview import ComplaintStep as Step
from shared.db import ReadTx, Tx

_MOVES: Final[Mapping[str, str]] = {
    "complaint_id": "uuid",
    "version": "int",
    "state": "text",
    "level": "text",
    "due_on": "date",
    "answered_on": "date",
    "closed_on": "date",
}
_HISTORY: Final[Mapping[str, str]] = {
    "complaint_id": "uuid",
    "version": "int",
    "step": "text",
    "from_state": "text",
    "to_state": "text",
    "level": "text",
    "due_on": "date",
    "at": "timestamptz",
    "by": "text",
}
_SET: Final = ", ".join(f"{name} = row.{name}" for name in _MOVES if name != "complaint_id")
_FIXED: Final = ("category", "channel", "district", "received_on")
COLUMNS: Final = ", ".join(f"c.{name}" for name in (*_MOVES, *_FIXED))

Moved = tuple[Complaint, Complaint, Step]
"""A complaint before and after a step."""


def within(caller: Principal, first_arg: int) -> tuple[str, list[Any]]:
    """The condition on `complaint c`: the caller's area, or for officers their cases; and none that is about the caller."""
    condition, args = reach_sql(caller.reach, first_arg, home="c.district", responsible=None, officer="f.officer_id")
    if caller.reach.level is Level.OFFICER:
        condition = f"EXISTS (SELECT FROM case_file f WHERE f.holder_id = c.holder_id AND {condition})"
    about = UUID(caller.reach.code) if caller.reach.level is Level.OFFICER else caller.officer_id
    if about is None:
        return condition, args
    return f"({condition} AND c.about_officer_id IS DISTINCT FROM ${first_arg + len(args)}::uuid)", [*args, about]


async def add(tx: Tx, complaint: Complaint, more: Mapping[str, Any], *, by: str, at: datetime) -> None:
    """Store a new complaint with what does not move of it, and the first line of its history."""
    await insert(tx, "complaint", {**row_of(complaint), **more, "recorded_by": by})
    await insert(tx, "complaint_history", _line(None, complaint, Step.RECEIVED, by=by, at=at))


async def lock(tx: Tx, caller: Principal, complaint_id: UUID) -> Complaint | None:
    """The complaint, locked; None where there is none within the reach."""
    condition, args = within(caller, 2)
    row = await tx.fetchrow(f"SELECT {COLUMNS} FROM complaint c WHERE c.complaint_id = $1 AND {condition} FOR UPDATE", complaint_id, *args)
    return None if row is None else complaint_of(row)


async def lock_overdue(tx: Tx, today: date, limit: int, area: str = "") -> list[Complaint]:
    """Those of the area (all for an empty code) whose time at their level is over and which can rise, oldest first, locked."""
    rows = await tx.fetch(
        f"""SELECT {COLUMNS} FROM complaint c
             WHERE c.due_on < $1 AND c.state IN ('RECEIVED', 'IN_HAND', 'ESCALATED') AND c.level <> 'PROVINCE' AND c.district LIKE $3 || '%'
             ORDER BY c.due_on, c.complaint_id LIMIT $2 FOR UPDATE SKIP LOCKED""",
        today,
        limit,
        area,
    )
    return [complaint_of(row) for row in rows]


async def save(tx: Tx, moved: Sequence[Moved], *, by: str, at: datetime, answer_sealed: bytes | None = None) -> None:
    """Store locked complaints after their steps, with their history; an answer replaces the one before."""
    marks, names, arrays = columns_of(_MOVES, [row_of(after) for _, after, _ in moved], 2)
    await tx.execute(
        f"""UPDATE complaint c SET {_SET}, answer_sealed = coalesce($1, c.answer_sealed)
              FROM unnest({marks}) AS row ({names}) WHERE c.complaint_id = row.complaint_id""",
        answer_sealed,
        *arrays,
    )
    await insert_many(tx, "complaint_history", _HISTORY, [_line(before, after, step, by=by, at=at) for before, after, step in moved])


async def officer_exists(tx: ReadTx, officer_id: UUID) -> bool:
    """Whether there is or was such an officer."""
    found: bool = await tx.fetchval("SELECT EXISTS (SELECT FROM officer WHERE officer_id = $1)", officer_id)
    return found


def complaint_of(row: Mapping[str, Any]) -> Complaint:
    """The complaint of a row."""
    return Complaint(
        **{name: row[name] for name in ("complaint_id", "version", "district", "received_on", "due_on", "answered_on", "closed_on")},
        state=ComplaintState(row["state"]),
        level=ComplaintLevel(row["level"]),
        category=ComplaintCategory(row["category"]),
        channel=ComplaintChannel(row["channel"]),
    )


def _line(before: Complaint | None, after: Complaint, step: Step, *, by: str, at: datetime) -> dict[str, Any]:
    return {
        "complaint_id": after.complaint_id,
        "version": after.version,
        "step": step,
        "from_state": before and before.state,
        "to_state": after.state,
        "level": after.level,
        "due_on": after.due_on,
        "at": at,
        "by": by,
    }
