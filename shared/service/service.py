"""The assembly of one service and its life."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import structlog
from aiokafka.errors import KafkaError
from fastapi import FastAPI

from shared.audit import AuditKeys
from shared.bus import outbox
from shared.bus.clock_topic import ClockFollower
from shared.bus.consumers import ConsumerRunner, Consumers
from shared.bus.kafka import KafkaSettings
from shared.bus.relay import Expander, Relay
from shared.invariants import Invariant
from shared.jobs import JobFunction, JobRunner
from shared.service.measures import Measure, Measures
from shared.service.resources import Resources
from shared.service.standing import standing_timers
from shared.timers import Timer, TimerRunner
from shared.webhooks import Webhooks

BROKER_ANSWER_SECONDS_MAX: Final = 2.0
_log = structlog.get_logger(__name__)


class Role(StrEnum):
    """The parts of a service that can run alone (`--only`)."""

    HTTP = "http"
    CONSUMERS = "consumers"
    RELAY = "relay"
    JOBS = "jobs"


@dataclass
class Service:
    """One service: wiring only. `start` runs its parts as tasks; a part that ends by an error stops the service loudly."""

    name: str
    resources: Resources
    app: FastAPI
    consumers: Consumers
    expanders: Mapping[str, Expander] = field(default_factory=dict)
    jobs: Mapping[str, JobFunction] = field(default_factory=dict)
    invariants: Sequence[Invariant] = ()
    audit: AuditKeys | None = None
    webhooks: Webhooks | None = None
    timers: Sequence[Timer] = ()
    measures: Sequence[Measure] = ()
    on_start: Callable[[], Awaitable[None]] | None = None
    on_closing: Callable[[], None] | None = None
    """Ends answers that would go on by themselves; called before the HTTP server waits for its last ones."""
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict, init=False)
    _runner: ConsumerRunner | None = field(default=None, init=False)
    _clock: ClockFollower | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Let the health pages ask this service."""
        self.resources.readiness_parts["service"] = self.readiness

    @property
    def kafka(self) -> KafkaSettings:
        """How this service speaks to the broker."""
        return self.resources.kafka

    async def start(self, only: frozenset[Role] = frozenset(Role)) -> None:
        """Start the parts (HTTP is served by the caller's server)."""
        if self.resources.settings.environment == "development":
            self._clock = ClockFollower(self.resources.clock, self.kafka)
            self._spawn("clock", self._clock.run())
            await self._until_set(self._clock.ready)
        if self.on_start is not None:
            await self.on_start()
        if Role.RELAY in only:
            self._spawn("relay", Relay(self.name, self.resources.db, self.kafka, self.expanders).run())
        if Role.CONSUMERS in only and self.consumers.topics:
            self._runner = ConsumerRunner(self.consumers, self.resources.db, self.kafka, self.resources)
            self._spawn("consumers", self._runner.run())
        if Role.JOBS in only:
            if self.jobs:
                self._spawn("jobs", JobRunner(self.resources.db, self.jobs, self.resources).run())
            timers = [*standing_timers(self.resources, self.invariants, self.audit), *self.timers]
            if self.webhooks is not None:
                self._spawn("webhooks", self.webhooks.runner(self.name, self.resources.db).run())
                timers += self.webhooks.timers(self.name, self.resources.db)
            self._spawn("timers", TimerRunner(self.resources.db, timers).run())
        self._spawn("measures", Measures(self.name, self.resources.db, self._bus, self.measures).run())

    def _spawn(self, name: str, work: Any) -> None:
        self._tasks[name] = asyncio.create_task(work, name=f"{self.name}.{name}")

    async def _until_set(self, ready: asyncio.Event) -> None:
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({waiting, *self._tasks.values()}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        self.raise_if_broken()

    async def broken(self) -> None:
        """Return when a part has ended, which none does by itself: the process must stop."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.Event().wait()

    def raise_if_broken(self) -> None:
        """Raise the error of a part that ended."""
        for name, task in self._tasks.items():
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise RuntimeError(f"{self.name}: {name} stopped") from error

    async def stop(self) -> None:
        """Stop the parts, each after what it has in hand, and close the database."""
        for task in self._tasks.values():
            task.cancel()
        for task in self._tasks.values():
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
        await self.resources.close()

    async def _bus(self) -> dict[str, Any]:
        """Whether the broker answers, and how far the copies are; a broker that is away does not keep the page waiting."""
        if self._runner is None:
            # None: not known here, as in a process without the consumers.
            return {"caught_up": True, "consumer_lag": None if self.consumers.topics else 0}
        try:
            async with asyncio.timeout(BROKER_ANSWER_SECONDS_MAX):
                return {"broker": True, "caught_up": await self._runner.caught_up(), "consumer_lag": await self._runner.lag()}
        except (KafkaError, TimeoutError):
            return {"broker": False, "caught_up": False, "consumer_lag": None}

    async def readiness(self) -> dict[str, Any]:
        """Whether requests are welcome; and, for drivers that wait until all has drained, what is on its way."""
        broken = [name for name, task in self._tasks.items() if task.done()]
        async with self.resources.db.reading() as tx:
            waiting = await outbox.waiting(tx)
            parked = await tx.fetchval("SELECT count(*) FROM parked")
            letters = await tx.fetchval("SELECT count(*) FROM dead_letter WHERE replayed_at IS NULL")
            jobs_open = await tx.fetchval("SELECT count(*) FROM job WHERE status IN ('QUEUED', 'RUNNING')")
        bus = await self._bus()
        clock_ready = self._clock is None or self._clock.ready.is_set()
        return {
            "ready": bus["caught_up"] and clock_ready and not broken,
            "database": True,
            **bus,
            "broken": broken,
            "outbox_waiting": waiting,
            "parked": parked,
            "dead_letters": letters,
            "jobs_open": jobs_open,
            "business_date": self.resources.clock.business_today().isoformat(),
        }
