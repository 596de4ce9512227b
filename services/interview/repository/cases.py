"""Cases and their history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.interview.domain import Case, Change, IntentStatus, State, Step
from services.interview.errors import CaseChanged
from services.interview.repository.drafts import end_drafts
from services.interview.repository.rows import columns_of, row_of
from shared.auth import Reach, reach_sql
from shared.contracts.common import Channel
from shared.db import ReadTx, Tx

_TYPES: Final[Mapping[str, str]] = {
    "case_id": "uuid",
    "holder_id": "uuid",
    "version": "int",
    "state": "text",
    "home_district": "text",
    "responsible_district": "text",
    "subdistrict": "text",
    "opened_on": "date",
    "officer_id": "uuid",
    "co_interviewer_id": "uuid",
    "intent_status": "text",
    "stated_on": "date",
    "channel": "text",
    "attempts": "int",
    "interviews": "int",
    "interviewed_on": "date",
    "plan_declined_on": "date",
    "june_on": "date",
    "september_on": "date",
}
_FIXED: Final = frozenset({"case_id", "holder_id", "version", "opened_on"})
_SET: Final = ", ".join(f"{name} = row.{name}" for name in _TYPES if name not in _FIXED)
_STORED_TYPES: Final = {**_TYPES, "before": "text"}
_NAMES: Final = ", ".join(_TYPES)
_INSERT: Final = f"INSERT INTO case_file ({_NAMES}) SELECT {_NAMES} FROM row ON CONFLICT DO NOTHING"
_UPDATE: Final = f"""
    UPDATE case_file c SET version = row.version, {_SET} FROM row
     WHERE c.case_id = row.case_id AND c.version = row.version - 1 AND c.state = row.before"""
_HISTORY_TYPES: Final[Mapping[str, str]] = {
    "case_id": "uuid",
    "version": "int",
    "step": "text",
    "from_state": "text",
    "to_state": "text",
    "at": "timestamptz",
    "by": "text",
    "reason": "text",
    "details": "jsonb",
}

COLUMNS: Final = ", ".join(f"c.{name}" for name in _TYPES)
"""The columns of a case for a SELECT from `case_file c`."""


def within(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    """The condition of the reach on `case_file c`."""
    return reach_sql(reach, first_arg, home="c.home_district", responsible="c.responsible_district", officer="c.officer_id")


def case_of(row: Mapping[str, Any]) -> Case:
    """The case of a row that has COLUMNS."""
    values = {field.name: row[field.name] for field in fields(Case)}
    values["state"] = State(values["state"])
    values["intent_status"] = values["intent_status"] and IntentStatus(values["intent_status"])
    values["channel"] = values["channel"] and Channel(values["channel"])
    return Case(**values)


async def cases_of(tx: ReadTx, holder_ids: Iterable[UUID]) -> dict[UUID, Case]:
    """The cases of the holders, locked until the end of the transaction, by holder."""
    rows = await tx.fetch(
        f"SELECT {COLUMNS} FROM case_file c WHERE c.holder_id = ANY($1::uuid[]) ORDER BY c.holder_id FOR UPDATE", sorted(set(holder_ids))
    )
    return {row["holder_id"]: case_of(row) for row in rows}


async def cases_where(tx: ReadTx, condition: str, *args: Any) -> list[Case]:
    """The cases `c` that fit our own condition, locked, ordered by holder."""
    rows = await tx.fetch(f"SELECT {COLUMNS} FROM case_file c WHERE {condition} ORDER BY c.holder_id FOR UPDATE", *args)
    return [case_of(row) for row in rows]


async def states_before(tx: ReadTx, case_ids: Iterable[UUID], step: Step) -> dict[UUID, State]:
    """Where each of the cases stood before it last took this step, by case."""
    rows = await tx.fetch(
        """SELECT DISTINCT ON (case_id) case_id, from_state FROM case_history WHERE case_id = ANY($1::uuid[]) AND step = $2
            ORDER BY case_id, seq DESC""",
        list(case_ids),
        step,
    )
    return {row["case_id"]: State(row["from_state"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Since:
    """When what brought the case where it stands was recorded; of a withdrawal also the day on which the person said so."""

    recorded_at: datetime
    withdrawn_on: date | None


async def stands_since(tx: ReadTx, case_id: UUID) -> Since | None:
    """Since when the case stands in its state; that it was given back after a wrong death or merge is no coming anew."""
    row = await tx.fetchrow(
        """SELECT h.at AS recorded_at, (h.details->>'withdrawn_on')::date AS withdrawn_on FROM case_history h JOIN case_file c USING (case_id)
            WHERE c.case_id = $1 AND h.to_state = c.state AND h.from_state <> h.to_state AND h.step <> ALL($2::text[])
            ORDER BY h.seq DESC LIMIT 1""",
        case_id,
        [Step.ALIVE_AGAIN, Step.UNMERGED],
    )
    return None if row is None else Since(**row)


async def save_changes(tx: Tx, changes: Iterable[Change], *, by: str, at: datetime) -> None:
    """Store the changed cases with their history. Raises CaseChanged when another writer was first."""
    changed = sorted((change for change in changes if change.is_worth_storing), key=lambda change: change.after.holder_id)
    new = [change for change in changed if change.before.version == 0]
    old = [change for change in changed if change.before.version > 0]
    stored = await _store(tx, _INSERT, new, by, at) + await _store(tx, _UPDATE, old, by, at)
    if stored != len(changed):
        raise CaseChanged(cases=len(changed), stored=stored)
    await end_drafts(tx, old, at)


async def _store(tx: Tx, sql: str, changes: Sequence[Change], by: str, at: datetime) -> int:
    """Write the cases and their history in one statement, which one person's command waits for; returns how many cases fitted."""
    if not changes:
        return 0
    marks, names, arrays = columns_of(_STORED_TYPES, [{**row_of(change.after), "before": change.before.state} for change in changes])
    rows = f"SELECT * FROM unnest({marks})"
    if len(changes) == 1:
        # One plan serves every such call; one over arrays is made anew for each.
        rows, arrays = f"VALUES ({marks.replace('[]', '')})", [array[0] for array in arrays]
    history_marks, history_names, history = columns_of(_HISTORY_TYPES, _history(changes, by, at), len(arrays) + 1)
    stored: int = await tx.fetchval(
        f"""WITH row ({names}) AS ({rows}), stored AS ({sql} RETURNING 1), kept AS (
                INSERT INTO case_history ({history_names})
                SELECT {history_names} FROM unnest({history_marks}) WITH ORDINALITY AS entry ({history_names}, n) ORDER BY n)
            SELECT count(*) FROM stored""",
        *arrays,
        *history,
    )
    return stored


def _history(changes: Sequence[Change], by: str, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "case_id": change.after.case_id,
            "version": change.after.version,
            "step": entry.step,
            "from_state": entry.from_state,
            "to_state": entry.to_state,
            "at": at,
            "by": by,
            "reason": entry.reason,
            "details": entry.details,
        }
        for change in changes
        for entry in change.entries
    ]
