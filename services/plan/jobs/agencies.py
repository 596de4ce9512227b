"""What waits for agencies' webhooks goes on its way."""

from datetime import timedelta
from functools import partial
from typing import Final

from services.plan.commands import connections
from services.plan.repository import agencies
from services.plan.resources import PlanResources
from shared.timers import Timer
from shared.webhooks import EndpointClosed

EVERY: Final = timedelta(seconds=1)


def agency_timers(resources: PlanResources) -> list[Timer]:
    """The one."""
    return [Timer("agency_webhooks", EVERY, partial(tell_by_webhook, resources))]


async def tell_by_webhook(resources: PlanResources) -> None:
    """Hand over all that waits for agencies with an address, some notices a transaction."""
    async with resources.db.reading() as tx:
        waiting = await agencies.agencies_to_tell(tx, connections.PURPOSE)
    for agency in waiting:
        handed = connections.NOTICES_AT_ONCE_MAX
        while handed == connections.NOTICES_AT_ONCE_MAX:
            try:
                async with resources.db.transaction() as tx:
                    handed = await connections.hand_over(tx, agency, resources.fields)
            except EndpointClosed:  # in this moment: the next round knows it
                break
