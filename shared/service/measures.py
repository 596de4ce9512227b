"""What operators watch of a service, looked up every LOOK_SECONDS and kept for GET /metrics: what waits, since when, and how far the copies are.

What a database knows each process of its service tells alike (in PromQL the greatest of them); the lag is that of a process's own partitions
(their sum). While a look is not possible the figures stay as they were, and the time of the last look tells so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from prometheus_client import Gauge

from shared.clock import system_now
from shared.db import BUSY, Database, ReadTx

LOOK_SECONDS: Final = 15.0

_log = structlog.get_logger(__name__)
_outbox = Gauge(
    "sukjai_outbox_waiting", "Rows of the outbox that are not published yet; a row of a bulk lane is thousands of messages", ["service"]
)
_outbox_age = Gauge("sukjai_outbox_age_seconds", "Age of the oldest row of the outbox that is not published yet", ["service"])
_parked = Gauge("sukjai_parked", "Events that wait for another that is not here yet", ["service"])
_parked_age = Gauge("sukjai_parked_age_seconds", "Age of the oldest event that waits for another", ["service"])
_letters = Gauge("sukjai_dead_letters_open", "Dead letters that nobody has replayed", ["service"])
_jobs = Gauge("sukjai_jobs_open", "Jobs that are queued or run", ["service"])
_job_age = Gauge("sukjai_job_age_seconds", "Age of the oldest job that is queued or runs", ["service"])
_broker = Gauge("sukjai_broker_answers", "Whether the broker answered the consumers at the last look", ["service"])
_lag = Gauge("sukjai_consumer_lag", "Offsets between this process's consumers and the ends of their partitions", ["service"])
_looked = Gauge("sukjai_looked_at_seconds", "When the figures of this service were looked up last, in Unix time", ["service"])

_FLOOR: Final = {
    _outbox: "SELECT count(*) FROM outbox",
    _outbox_age: "SELECT extract(epoch FROM clock_timestamp() - min(written_at)) FROM (SELECT written_at FROM outbox ORDER BY seq LIMIT 1) AS oldest",
    _parked: "SELECT count(*) FROM parked",
    _parked_age: "SELECT extract(epoch FROM clock_timestamp() - min(parked_at)) FROM parked",
    _letters: "SELECT count(*) FROM dead_letter WHERE replayed_at IS NULL",
    _jobs: "SELECT count(*) FROM job WHERE status IN ('QUEUED', 'RUNNING')",
    _job_age: "SELECT extract(epoch FROM clock_timestamp() - min(asked_at)) FROM job WHERE status IN ('QUEUED', 'RUNNING')",
}

Measure = Callable[[ReadTx], Awaitable[None]]
"""Looks up what only one service has, and keeps it in gauges of its own."""

Bus = Callable[[], Awaitable[Mapping[str, Any]]]
"""`broker` and `consumer_lag`, as far as they are known here."""


@dataclass(frozen=True)
class Measures:
    """The figures of one service, and those that only it has."""

    service: str
    database: Database
    bus: Bus
    own: Sequence[Measure] = ()

    async def run(self) -> None:
        """Look for ever; an absent database is waited for."""
        while True:
            try:
                await self.look()
            except BUSY as error:
                _log.warning("figures stay as they were: the database is away, or busy", service=self.service, error=repr(error))
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Look once."""
        bus = await self.bus()
        if "broker" in bus:
            _broker.labels(self.service).set(bus["broker"])
        if bus["consumer_lag"] is None:
            _lag.remove(self.service)
        else:
            _lag.labels(self.service).set(bus["consumer_lag"])
        async with self.database.reading() as tx:
            for gauge, sql in _FLOOR.items():
                gauge.labels(self.service).set(await tx.fetchval(sql) or 0)
            for measure in self.own:
                await measure(tx)
        _looked.labels(self.service).set(system_now().timestamp())
