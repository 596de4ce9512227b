"""What the DCI API owes: answers to searches, notices to subscribers; and the forgetting of old message ids."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from services.registry.commands.dci.envelopes import Ours
from services.registry.commands.dci.searches import answer_next
from services.registry.commands.dci.subscriptions import tell_changes
from services.registry.jobs.feed import number_changes
from services.registry.repository.dci.transactions import forget_messages
from services.registry.resources import RegistryResources
from services.registry.vault import Vault
from shared.clock import system_now
from shared.db import Tx
from shared.timers import Timer

MESSAGES_KEPT: Final = timedelta(days=1)
"""Far longer than a message may be old when it comes."""

Step = Callable[[Tx, Vault, Ours, datetime], Awaitable[bool]]


def dci_timers(resources: RegistryResources) -> list[Timer]:
    """The timers of a registry."""
    return [
        Timer("dci_answers", timedelta(seconds=1), partial(answer_all, resources)),
        Timer("dci_forget", timedelta(hours=1), partial(forget, resources)),
    ]


async def answer_all(resources: RegistryResources) -> None:
    """Answer and tell what waits, a step a transaction, in turn."""
    await number_changes(resources)
    waiting: list[Step] = [answer_next, tell_changes]
    while waiting:
        waiting = [step for step in waiting if await _step(resources, step)]


async def forget(resources: RegistryResources) -> None:
    """Forget message ids that are refused for their age."""
    async with resources.db.transaction() as tx:
        await forget_messages(tx, system_now() - MESSAGES_KEPT)


async def _step(resources: RegistryResources, step: Step) -> bool:
    async with resources.db.transaction() as tx:
        return await step(tx, resources.vault, resources.dci, system_now())
