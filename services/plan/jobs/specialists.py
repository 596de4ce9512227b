"""Specialists' reviews that have had no answer in time rise to the district chief, then to the governor."""

from datetime import timedelta
from functools import partial
from typing import Final

from services.plan.commands.specialists import RISE_AT_ONCE_MAX, raise_overdue
from services.plan.jobs.overdue import overdue
from services.plan.resources import PlanResources
from shared.contracts.plan import ReviewLevel
from shared.timers import Timer

EVERY: Final = timedelta(minutes=15)


def specialist_timers(resources: PlanResources) -> list[Timer]:
    """The timers of the second stage."""
    return [Timer("specialist_reviews_overdue", EVERY, partial(raise_overdue_reviews, resources))]


async def raise_overdue_reviews(resources: PlanResources) -> None:
    """Raise what is overdue, level by level, some hundred plans a transaction."""
    for level in ReviewLevel:
        raised = RISE_AT_ONCE_MAX
        while raised == RISE_AT_ONCE_MAX:
            async with resources.db.transaction() as tx:
                raised = await raise_overdue(tx, level, overdue(resources))
