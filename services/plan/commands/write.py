"""The end of every use case that changes plans."""

from typing import Final

from services.plan.changes import Changes
from services.plan.commands import seats
from services.plan.domain import PlanStatus
from services.plan.repository import plans
from shared.bus import outbox
from shared.db import Tx

_HOLDS_NO_PLACE: Final = frozenset({PlanStatus.WITHDRAWN, PlanStatus.CLOSED, PlanStatus.MERGED})


async def write(tx: Tx, changes: Changes) -> None:
    """Write the changes, then their events: the plans' rows are locked by then, so the outbox is in order. Plans that were cut off free their seats."""
    await plans.save(tx, changes)
    cut_off = [plan.plan_id for plan in changes.plans.values() if plan.status in _HOLDS_NO_PLACE]
    if cut_off:
        await seats.free(tx, cut_off)
    await outbox.add_many(tx, changes.events)
