"""What time brings: reminders, and what is overdue."""

from datetime import timedelta
from functools import partial
from typing import Final

from services.plan.commands.raise_alarms import raise_all
from services.plan.jobs.overdue import overdue
from services.plan.resources import PlanResources
from shared.timers import Timer

ALARMS_EVERY: Final = timedelta(minutes=15)


async def raise_alarms(resources: PlanResources) -> None:
    """Raise every alarm that is due."""
    await raise_all(resources.db, partial(overdue, resources))


def referral_timers(resources: PlanResources) -> list[Timer]:
    """What time brings is found in the whole country, whether anybody asks or not."""
    return [Timer("referral_alarms", ALARMS_EVERY, partial(raise_alarms, resources))]
