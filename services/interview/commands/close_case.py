"""Closing a case that has come to its end."""

from uuid import UUID

from services.interview.commands.act import Act
from services.interview.domain import Case, Change, Step
from services.interview.repository import cases, people
from shared.db import Tx


async def close_case(tx: Tx, act: Act, case_id: UUID, reason: str) -> Case:
    """Close the case. Raises NotFound, CaseNotReady while something is still to be done."""
    case = (await people.lock_case(tx, act.caller.reach, "case_id", case_id)).case
    change = Change.of(case).step(Step.CLOSED, reason)
    await cases.save_changes(tx, [change], by=act.by, at=act.at)
    return change.after
