"""Who did not develop and what was decided about them, and appeals, each within the caller's reach."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.interview.commands.appeals import grounds_context
from services.interview.repository.cases import within
from shared.auth import Reach
from shared.crypto import FieldCipher
from shared.db import ReadTx
from shared.http import Page


class FailureState(StrEnum):
    """Whether a committee has decided about who did not develop."""

    OPEN = "OPEN"
    DECIDED = "DECIDED"


_DECISION: Final = """
    SELECT d.decision_id, d.kind, d.decided_on FROM decision d
     WHERE d.case_id = c.case_id AND d.decided_on >= f.failed_on AND d.kind IN ('DID_NOT_DEVELOP', 'DID_NOT_WORK', 'REASONABLE_CAUSE')
     ORDER BY d.decided_on DESC, d.decision_id DESC LIMIT 1"""
_CONTACT: Final = """
    SELECT u.contacted_on, u.reasonable_cause, u.recommendation FROM follow_up u
     WHERE u.case_id = c.case_id AND u.reached ORDER BY u.contacted_on DESC, u.follow_up_id DESC LIMIT 1"""
_APPEAL: Final = """
    SELECT a.appeal_id, a.decision_id, a.case_id, c.holder_id, c.responsible_district, d.kind, d.decided_on AS decision_on, a.received_on, a.due_on,
           a.granted, a.decided_on, a.committee, a.reference, a.reinstated_by
      FROM appeal a JOIN case_file c USING (case_id) JOIN decision d USING (decision_id)"""


@dataclass(frozen=True, slots=True)
class AppealsWanted:
    """Which appeals are asked for; None does not narrow."""

    decided: bool | None = None
    district: str | None = None
    overdue_on: date | None = None


async def list_failures(
    tx: ReadTx, reach: Reach, state: FailureState | None, district: str | None, page: Page
) -> tuple[list[Any], str | None]:
    """A page of who did not develop, the longest ago first: the facts of plan, what the officer said at the last contact, what was decided.

    Whose plan goes on by a further agreement before anything was decided is not among them.
    """
    after = page.after(date, UUID)
    condition, args = within(reach, 6)
    rows = await tx.fetch(
        f"""SELECT f.plan_id, c.case_id, f.holder_id, c.state, c.responsible_district, c.officer_id, f.failure, f.failed_on, f.lines,
                   u.contacted_on, u.reasonable_cause, u.recommendation, d.decision_id, d.kind AS decision, d.decided_on
              FROM development_failure f JOIN case_file c USING (holder_id)
              LEFT JOIN LATERAL ({_DECISION}) d ON true LEFT JOIN LATERAL ({_CONTACT}) u ON true
             WHERE (d.decision_id IS NOT NULL OR c.state NOT IN ('PLAN_AGREED', 'REFERRED', 'IN_DEVELOPMENT'))
               AND ($1::text IS NULL OR ($1 = 'DECIDED') = (d.decision_id IS NOT NULL)) AND ($2::text IS NULL OR c.responsible_district = $2)
               AND ($3::date IS NULL OR (f.failed_on, f.plan_id) > ($3, $4)) AND {condition}
             ORDER BY f.failed_on, f.plan_id LIMIT $5""",
        state,
        district,
        *(after or (None, None)),
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["failed_on"], row["plan_id"]))


async def list_appeals(tx: ReadTx, reach: Reach, wanted: AppealsWanted, page: Page) -> tuple[list[Any], str | None]:
    """A page of appeals by id, without their grounds."""
    after = page.after(UUID)
    condition, args = within(reach, 6)
    rows = await tx.fetch(
        f"""{_APPEAL}
             WHERE ($1::boolean IS NULL OR (a.granted IS NOT NULL) = $1) AND ($2::text IS NULL OR c.responsible_district = $2)
               AND ($3::date IS NULL OR a.granted IS NULL AND a.due_on < $3) AND ($4::uuid IS NULL OR a.appeal_id > $4) AND {condition}
             ORDER BY a.appeal_id LIMIT $5""",
        wanted.decided,
        wanted.district,
        wanted.overdue_on,
        after[0] if after else None,
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["appeal_id"],))


async def show_appeal(tx: ReadTx, appeal_id: UUID, reach: Reach, fields: FieldCipher) -> dict[str, Any] | None:
    """One appeal with its grounds (empty when they were forgotten); None when it is not there."""
    condition, args = within(reach, 2)
    row = await tx.fetchrow(f"{_APPEAL} WHERE a.appeal_id = $1 AND {condition}", appeal_id, *args)
    if row is None:
        return None
    sealed = await tx.fetchval("SELECT grounds_sealed FROM appeal WHERE appeal_id = $1", appeal_id)
    return {**row, "grounds": "" if sealed is None else fields.open_text(sealed, grounds_context(appeal_id))}
