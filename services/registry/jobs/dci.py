"""What the DCI API owes: answers to searches, notices to subscribers; and the forgetting of what is old."""

import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from services.registry.commands.dci.envelopes import Ours
from services.registry.commands.dci.notices import tell_changes, tell_due
from services.registry.commands.dci.searches import answer_next
from services.registry.jobs.feed import number_changes
from services.registry.key_sets import KeysNotFetched
from services.registry.repository.dci import key_sets, senders, subscriptions, transactions
from services.registry.repository.dci.transactions import forget_messages
from services.registry.resources import RegistryResources
from services.registry.vault import Vault
from shared.clock import system_now
from shared.db import Tx
from shared.timers import Timer

MESSAGES_KEPT: Final = timedelta(days=1)
"""Far longer than a message may be old when it comes."""

FORGOTTEN_A_STEP: Final = 5_000

_log = structlog.get_logger(__name__)

Step = Callable[[Tx, Vault, Ours, datetime], Awaitable[bool]]


def dci_timers(resources: RegistryResources) -> list[Timer]:
    """The timers of a registry."""
    return [
        Timer("dci_answers", timedelta(seconds=1), partial(answer_all, resources)),
        Timer("dci_forget", timedelta(hours=1), partial(forget, resources)),
        Timer("dci_keys", timedelta(minutes=30), partial(look_for_keys, resources)),
    ]


async def answer_all(resources: RegistryResources) -> None:
    """Answer and tell what waits, a step a transaction, in turn."""
    await number_changes(resources)
    waiting: list[Step] = [answer_next, tell_changes, tell_due]
    while waiting:
        waiting = [step for step in waiting if await _step(resources, step)]


async def forget(resources: RegistryResources) -> None:
    """Forget message ids that are refused for their age, and after the days of the settings what was asked and how it ended."""
    now = system_now()
    before = now - timedelta(days=resources.settings.dci_kept_days)
    async with resources.db.transaction() as tx:
        await forget_messages(tx, now - MESSAGES_KEPT)
        await subscriptions.forget(tx, before)
        await key_sets.forget_unused(tx)
    forgotten, step = 0, FORGOTTEN_A_STEP
    while step == FORGOTTEN_A_STEP:
        async with resources.db.transaction() as tx:
            step = await transactions.forget(tx, before, FORGOTTEN_A_STEP)
        forgotten += step
    if forgotten:
        _log.info("dci.forgotten", transactions=forgotten)


async def look_for_keys(resources: RegistryResources) -> None:
    """Look at the published keys of senders that were not looked at for long: notices are encrypted to them though nobody asks."""
    async with resources.db.reading() as tx:
        addresses = await senders.publishing_keys(tx)
    for url in addresses:
        with contextlib.suppress(KeysNotFetched):  # it is logged, and told to the sender when it asks
            await resources.key_sets.of(url, system_now())


async def _step(resources: RegistryResources, step: Step) -> bool:
    async with resources.db.transaction() as tx:
        return await step(tx, resources.vault, resources.dci, system_now())
