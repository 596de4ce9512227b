"""Timed work of a service that nobody asks for: sweeps and standing checks."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from shared.db import BUSY, Database

_log = structlog.get_logger(__name__)

FIRST_AFTER_SECONDS_MAX: Final = 60.0
AT_ONCE: Final = 3
"""Each holds a connection for its lock while it asks for another: all at once they could wait for one another."""


@dataclass(frozen=True)
class Timer:
    """`work` is done every so often by one process of the service at a time; done once too often, it does no harm."""

    name: str
    every: timedelta
    work: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class TimerRunner:
    """Runs the timers of one service for ever; an error of one stops the service loudly, an absent database does not."""

    database: Database
    timers: Sequence[Timer]

    async def run(self) -> None:
        """Each in its own time, the first time soon after the start."""
        hands = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for timer in self.timers:
                group.create_task(self._repeat(timer, hands), name=timer.name)

    async def _repeat(self, timer: Timer, hands: asyncio.Semaphore) -> None:
        seconds = timer.every.total_seconds()
        await asyncio.sleep(min(seconds, FIRST_AFTER_SECONDS_MAX))
        while True:
            try:
                async with hands, self.database.exclusively(f"timer.{timer.name}", wait=False) as ours:
                    if ours:
                        await timer.work()
            except BUSY as error:
                _log.warning("a timer waits: the database is away, or busy", timer=timer.name, error=repr(error))
            await asyncio.sleep(seconds)
