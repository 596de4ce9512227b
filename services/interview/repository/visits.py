"""Home visits: lists, what is due, visits that met nobody, and those that are overdue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.interview.domain import Case
from services.interview.repository.cases import COLUMNS, case_of
from services.interview.repository.rows import insert, insert_many
from shared.contracts.interview import OverdueLevel
from shared.db import ReadTx, Tx

_DUE_TYPES: Final[Mapping[str, str]] = {
    "case_id": "uuid",
    "list_id": "uuid",
    "district": "text",
    "subdistrict": "text",
    "age": "int",
    "tier": "text",
    "due_by": "date",
    "listed_on": "date",
    "policy_version": "int",
}


@dataclass(frozen=True, slots=True)
class ToVisit:
    """A holder of the visit group about whom nothing has happened, with what puts them into the group."""

    holder_id: UUID
    subdistrict: str
    age: int
    tier: str


async def holders_to_visit(tx: Tx, district: str) -> list[ToVisit]:
    """The holders of the district's visit group about whom nothing has happened, locked."""
    rows = await tx.fetch(
        """SELECT h.holder_id, h.subdistrict, h.age, h.tier FROM holder h
            WHERE h.home_district = $1 AND h.visit_group AND h.status = 'ALIVE' AND h.merged_into IS NULL AND h.erased_on IS NULL
              AND NOT EXISTS (SELECT FROM case_file c WHERE c.holder_id = h.holder_id)
              AND NOT EXISTS (SELECT FROM holder a JOIN case_file c ON c.holder_id = a.holder_id
                               WHERE a.merged_into = h.holder_id AND c.state NOT IN ('MERGED', 'CLOSED', 'DECEASED'))
            ORDER BY h.holder_id FOR UPDATE OF h""",
        district,
    )
    return [ToVisit(**dict(row)) for row in rows]


async def add_list(tx: Tx, made: Mapping[str, Any], due: Sequence[Mapping[str, Any]]) -> None:
    """Store a list of home visits and who is on it."""
    await insert(tx, "home_visit_list", made)
    await insert_many(tx, "home_visit_due", _DUE_TYPES, due)


async def add_attempt(tx: Tx, row: Mapping[str, Any]) -> None:
    """Store a home visit that brought no interview."""
    await insert(tx, "visit_attempt", row)


async def attempts_of(tx: ReadTx, case_id: UUID) -> list[Mapping[str, Any]]:
    """The visits of the case that brought no interview, oldest first."""
    return list(await tx.fetch("SELECT * FROM visit_attempt WHERE case_id = $1 ORDER BY attempt_no", case_id))


async def not_made(
    tx: Tx, level: OverdueLevel, district: str | None, after: UUID | None, *, only_without_attempt: bool, limit: int
) -> list[Case]:
    """The next visits by holder, of a district or of all, without a result, that have not risen to the level, locked with their holders."""
    rows = await tx.fetch(
        f"""SELECT {COLUMNS} FROM holder h JOIN case_file c USING (holder_id)
             WHERE c.state IN ('VISIT_DUE', 'VISITED') AND ($1::text IS NULL OR c.responsible_district = $1) AND NOT ($2 AND c.attempts > 0)
               AND EXISTS (SELECT FROM home_visit_due d WHERE d.case_id = c.case_id)
               AND NOT EXISTS (SELECT FROM home_visit_overdue o WHERE o.case_id = c.case_id AND o.level = $3)
               AND ($5::uuid IS NULL OR c.holder_id > $5)
             ORDER BY c.holder_id LIMIT $4 FOR UPDATE OF h, c""",
        district,
        only_without_attempt,
        level,
        limit,
        after,
    )
    return [case_of(row) for row in rows]


async def add_overdue(tx: Tx, level: OverdueLevel, case_ids: Sequence[UUID], *, due_by: date, found_on: date) -> None:
    """Store which visits rose to the level."""
    await tx.execute(
        "INSERT INTO home_visit_overdue (case_id, level, due_by, found_on) SELECT case_id, $2, $3, $4 FROM unnest($1::uuid[]) AS row (case_id)",
        case_ids,
        level,
        due_by,
        found_on,
    )
