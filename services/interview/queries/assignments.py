"""Whose a case is, and why."""

from typing import Any
from uuid import UUID

from services.interview.repository.cases import within
from services.interview.rules.explaining import explain
from shared.auth import Reach
from shared.db import ReadTx


async def assignment_of(tx: ReadTx, reach: Reach, case_id: UUID) -> dict[str, Any] | None:
    """Who has the case now, since when, and the facts that were noted when it was given, with their words; None without an officer or out of reach."""
    condition, args = within(reach, 2)
    row = await tx.fetchrow(
        f"""SELECT c.case_id, c.officer_id, c.co_interviewer_id, h.at AS assigned_at, h.by AS assigned_by, h.details
              FROM case_file c
              JOIN LATERAL (SELECT * FROM case_history h WHERE h.case_id = c.case_id AND h.step = 'OFFICER_ASSIGNED' ORDER BY h.seq DESC LIMIT 1) h ON true
             WHERE c.case_id = $1 AND c.officer_id IS NOT NULL AND {condition}""",
        case_id,
        *args,
    )
    if row is None:
        return None
    found = dict(row)
    facts = found.pop("details")
    words = explain(facts)
    noted = {name: facts.get(name) for name in ("why", "load", "bank", "bank_why", "bank_given")}
    return {**found, **noted, "explanation_th": words.th, "explanation_en": words.en}
