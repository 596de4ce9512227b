"""The automatic recommendation: after an interview, again when its assessment arrives later, and when a plan is opened again."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.plan.changes import Changes
from services.plan.commands.advise import Adviser, Desk
from services.plan.commands.write import write
from services.plan.domain import WAITING, Because, Noted, PlanStatus
from services.plan.repository import people, plans
from shared.contracts.interview import AssessmentRecorded
from shared.db import Tx


async def take_assessments(tx: Tx, recorded: Sequence[Noted[AssessmentRecorded]], desk: Desk) -> None:
    """Keep the assessments; a plan that waits for an agreement on the same interview gets a new recommendation."""
    await plans.forget_assessments(tx, [one.data.holder_id for one in recorded if one.data.erased])
    recorded = [one for one in recorded if not one.data.erased]
    changed = await plans.upsert_assessments(tx, [one.data for one in recorded])
    because_of = {one.data.holder_id: one.because for one in recorded if one.data.holder_id in changed}
    holders = await people.hold_holders(tx, because_of)
    changes = Changes.of(await plans.lock_plans_of_holders(tx, holders))
    interviews = await plans.interviews(tx, holders)
    adviser: Adviser | None = None
    for plan in list(changes.was.values()):
        if plan.status not in WAITING:
            continue
        adviser = adviser or await desk.adviser(tx, holders)
        interview = interviews[plan.holder_id]
        if adviser.assessment(interview) is not None:
            adviser.prepare(changes, plan, holders[plan.holder_id], interview, because_of[plan.holder_id])
    await write(tx, changes)


async def reopen(tx: Tx, because_of: Mapping[UUID, Because], closed_as: PlanStatus, desk: Desk) -> None:
    """Recommend anew to those holders whose plan was declined or withdrawn, as `closed_as` says, before anything was agreed."""
    holders = await people.hold_holders(tx, because_of)
    changes = Changes.of(await plans.lock_plans_of_holders(tx, holders))
    waiting = [plan for plan in changes.was.values() if plan.status is closed_as and plan.recommendation_version and plan.agreed_on is None]
    if not waiting:
        return
    interviews = await plans.interviews(tx, holders)
    adviser = await desk.adviser(tx, holders)
    for plan in waiting:
        because = because_of[plan.holder_id]
        opened = plan.become(PlanStatus.RECOMMENDED, declined_on=None, sufficient=None, decline_reason=None)
        changes.put_plan(opened, because)
        adviser.prepare(changes, opened, holders[plan.holder_id], interviews[plan.holder_id], because)
    await write(tx, changes)
