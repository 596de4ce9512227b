"""Brings notices to the provider: what is due goes out, what is in doubt is asked about. A timer of one process at a time.

The intent is committed, then the provider is called, then the outcome is stored: killed anywhere, a message is at worst asked about.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import structlog
from prometheus_client import Counter

from services.registry.commands import notices
from services.registry.commands.notices import LEASE, SENDS_MAX, Told
from services.registry.jobs.notice_gateway import NoticeGateway
from services.registry.repository.notices import lease_in_doubt
from services.registry.resources import RegistryResources
from services.registry.rules.telling import QuietHours
from shared.clock import system_now
from shared.timers import Timer

CALLS_AT_ONCE: Final = 10
BATCHES_AT_ONCE: Final = 5
_CALLS: Final = Counter("sukjai_notice_calls", "Messages offered to the provider, or asked about", ["call", "outcome"])
_log = structlog.get_logger(__name__)


def notice_timers(resources: RegistryResources) -> list[Timer]:
    """The timer; none where there is no provider."""
    settings = resources.settings
    if not settings.notice_gateway_url:
        return []
    return [Timer("send_notices", timedelta(seconds=settings.notice_every_seconds), partial(send_notices, resources))]


async def send_notices(resources: RegistryResources) -> None:
    """Ask about what is in doubt, and send what is due now, up to BATCHES_AT_ONCE of each: other timers wait for their turn."""
    gateway = NoticeGateway.of(resources.settings)
    async with gateway.client:
        for work in (_ask_in_doubt, _send_due):
            for _ in range(BATCHES_AT_ONCE):
                if not await work(resources, gateway):
                    break


async def _send_due(resources: RegistryResources, gateway: NoticeGateway) -> bool:
    settings = resources.settings
    quiet = QuietHours(settings.notice_quiet_from_hour, settings.notice_quiet_until_hour)
    async with resources.db.transaction() as tx:
        outgoing = await notices.take_due(tx, now=resources.clock.business_now(), quiet=quiet, vault=resources.vault)
    if outgoing is None:
        return False
    told = await _each([partial(gateway.send, message) for message in outgoing], "send")
    await _store(resources, [(one.notice_id, one.version, one.attempts, what) for one, what in zip(outgoing, told, strict=True)])
    return True


async def _ask_in_doubt(resources: RegistryResources, gateway: NoticeGateway) -> bool:
    now = system_now()
    async with resources.db.transaction() as tx:
        rows: Any = await lease_in_doubt(tx, now=now, lease_until=now + LEASE, limit=SENDS_MAX)
    if not rows:
        return False
    told = await _each([partial(gateway.ask, row["notice_id"]) for row in rows], "ask")
    await _store(resources, [(row["notice_id"], row["version"], row["attempts"], what) for row, what in zip(rows, told, strict=True)])
    return True


async def _store(resources: RegistryResources, told: list[tuple[UUID, int, int, Told]]) -> None:
    async with resources.db.transaction() as tx:
        await notices.take_outcomes(tx, told, now=resources.clock.business_now(), attempts_max=resources.settings.notice_attempts_max)


async def _each(calls: list[Callable[[], Awaitable[Told]]], what: str) -> list[Told]:
    """The answers, a few calls at a time."""
    hands = asyncio.Semaphore(CALLS_AT_ONCE)

    async def one(call: Callable[[], Awaitable[Told]]) -> Told:
        async with hands:
            told = await call()
        _CALLS.labels(what, told.outcome).inc()
        return told

    told = await asyncio.gather(*(one(call) for call in calls))
    if calls:
        _log.info("notices.called", call=what, messages=len(calls))
    return told
