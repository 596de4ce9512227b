"""Work that takes long: recommending anew to everybody whose plan waits for an agreement, when it is asked for and when the catalogue turns."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from services.plan.commands.recommend_again import RECOMMEND_AGAIN_JOB, AgainProgress, ask_on_a_turn, recommend_to_next
from services.plan.domain import Because
from services.plan.resources import PlanResources
from shared.jobs import Job
from shared.timers import Timer


async def recommend_again(job: Job) -> dict[str, Any]:
    """Look at every plan that waits, some in a step; a killed job goes on behind its last step."""
    resources: PlanResources = job.resources
    progress = AgainProgress.of(job.progress)
    while not progress.done:
        async with job.database.transaction() as tx:
            because = Because(at=resources.clock.business_now(), who=f"job {job.id}", why=job.parameters["why"])
            progress = await recommend_to_next(tx, progress, resources.desk, because)
            await job.checkpoint(tx, progress.stored())
    return progress.stored()


async def ask_where_the_catalogue_turns(resources: PlanResources) -> None:
    """A version that was approved for a later day is recommended from that day on, and one that ends is not any more."""
    async with resources.db.transaction() as tx:
        await ask_on_a_turn(tx, resources.clock.business_today())


JOBS: Final = {RECOMMEND_AGAIN_JOB: recommend_again}


def recommendation_timers(resources: PlanResources) -> list[Timer]:
    """What time brings."""
    return [Timer("catalogue_turns", timedelta(minutes=15), partial(ask_where_the_catalogue_turns, resources))]
