"""Forgetting persons whom the registry erased: what was told and found goes, what figures count stays."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.interview.domain import Change, Step
from services.interview.repository import cases, forgetting
from shared.bus import outbox
from shared.bus.dead_letters import forget_messages
from shared.contracts import Event
from shared.contracts.interview import AssessmentRecorded
from shared.db import Tx


async def forget(tx: Tx, holder_ids: Sequence[UUID], *, by: str, at: datetime) -> None:
    """Forget those who are noted as erased, close their cases, and let plan forget what it was told sealed."""
    changes = [Change.of(case).step_if_possible(Step.ERASED) for case in (await cases.cases_of(tx, holder_ids)).values()]
    await cases.save_changes(tx, changes, by=by, at=at)
    await forgetting.forget(tx, holder_ids)
    await forget_messages(tx, [str(holder_id) for holder_id in holder_ids])
    emptied = [_emptied(*one, at) for one in await forgetting.last_interviews(tx, holder_ids)]
    await outbox.add_many(tx, emptied)


def _emptied(holder_id: UUID, interview_id: UUID, revision: int, at: datetime) -> Event:
    """Takes the place of the sealed assessments on the compacted topic."""
    fact = AssessmentRecorded(holder_id=holder_id, interview_id=interview_id, revision=revision, key_id="", sealed="", erased=True)
    return Event.of(fact, subject=holder_id, time=at, identity=(interview_id, "erased"))
