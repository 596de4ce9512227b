"""The timer of the change feed: what was committed gets its number, and subscribers get what is new."""

from datetime import timedelta
from functools import partial
from typing import Final

from services.registry.commands import change_feed as commands
from services.registry.repository import change_feed
from services.registry.resources import RegistryResources
from shared.timers import Timer

EVERY: Final = timedelta(seconds=1)


def feed_timers(resources: RegistryResources) -> list[Timer]:
    """The one."""
    return [Timer("change_feed", EVERY, partial(_number_and_send, resources))]


async def _number_and_send(resources: RegistryResources) -> None:
    await number_changes(resources)
    await send_changes(resources)


async def number_changes(resources: RegistryResources) -> None:
    """Number all that is committed."""
    while True:
        async with resources.db.reading() as tx:
            if not await change_feed.unnumbered(tx):
                return
        async with resources.db.transaction() as tx:
            await change_feed.number(tx)


async def send_changes(resources: RegistryResources) -> None:
    """Give each subscription that waits its next batch, each in a transaction of its own."""
    async with resources.db.reading() as tx:
        waiting = await change_feed.waiting_subscriptions(tx)
    for endpoint_id in waiting:
        async with resources.db.transaction() as tx:
            await commands.hand_over(tx, endpoint_id, resources.vault.fields)
