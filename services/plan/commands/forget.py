"""Forgetting persons whom the registry erased: what was found and said goes, what figures count stays."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.plan.changes import Changes
from services.plan.commands import employments
from services.plan.commands.end import end_plan
from services.plan.commands.write import write
from services.plan.domain import OPEN, Because, PlanStatus
from services.plan.repository import people, plans
from shared.bus.dead_letters import forget_messages
from shared.card_holders import note_erased
from shared.contracts.plan import ClosingReason
from shared.db import Tx


async def forget(tx: Tx, erased_on: Mapping[UUID, date], because_of: Mapping[UUID, Because]) -> None:
    """Note the erasures; of whom it is new, close the plan and what is open of it at agencies, and forget."""
    erased = await note_erased(tx, erased_on)
    locked = [plan for plan in await plans.lock_plans_of_holders(tx, erased) if plan.status in OPEN | {PlanStatus.MERGED}]
    changes = Changes.of(locked, await plans.referrals_of_plans(tx, [plan.plan_id for plan in locked]))
    for plan in locked:
        end_plan(changes, plan.plan_id, PlanStatus.CLOSED, because_of[plan.holder_id], reason=ClosingReason.ERASED)
    await write(tx, changes)
    await people.forget(tx, erased)
    await employments.forget(tx, {holder_id: erased_on[holder_id] for holder_id in erased}, because_of)
    await forget_messages(tx, [str(holder_id) for holder_id in erased])
