"""The servers and services that are measured, and the stages of the year that goals build on; each stage is done once."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

import asyncpg
import httpx
import uvicorn
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from fastapi import FastAPI

from deploy.local.broker import Broker, best_broker
from deploy.local.postgres import LocalPostgres
from deploy.local.process import free_port
from deploy.local.registry_file import write_registry_file
from deploy.local.roles import ROLES
from deploy.local.suite import Secrets, Suite
from deploy.topics import _served
from shared.auth import Reach
from shared.bus.kafka import KafkaSettings, partition_of
from shared.clock import noon
from shared.contracts import Event
from shared.contracts.dev import CLOCK, ClockSet
from shared.ids import new_id
from tests.bench.cost import Cost, Meter
from tests.bench.lines import tell
from tests.bench.process import ServiceProcess

FILE: Final = "national.csv"
SEED: Final = 2561
STAGE_SECONDS_MAX: Final = 3600.0
_SCOPES: Final = sorted({scope for role in ROLES.values() for scope in role.scopes})

T = TypeVar("T")
Pair = tuple[bytes, bytes]
"""Key and value of a message."""
Servers = Callable[[Path], AbstractAsyncContextManager[tuple[LocalPostgres, Broker]]]
"""PostgreSQL and a broker on which there is no installation, for a world that has the folder."""


@dataclass
class World:
    """One installation on this machine. Services run as processes of their own and are started when a goal needs them."""

    scale: int
    folder: Path
    suite: Suite
    servers: Servers
    services: dict[str, ServiceProcess] = field(default_factory=dict)
    _kept: AsyncExitStack = field(default_factory=AsyncExitStack)
    _done: dict[str, Any] = field(default_factory=dict)
    _connections: dict[str, asyncpg.Connection] = field(default_factory=dict)

    @property
    def kafka(self) -> KafkaSettings:
        """The broker, as services speak to it."""
        return KafkaSettings(self.suite.broker.bootstrap)

    def token(self, subject: str = "bench") -> str:
        """A token of somebody who may do everything in the whole country."""
        return self.suite.issuer.issue(subject, _SCOPES, Reach.country())

    async def once(self, stage: Callable[["World"], Awaitable[Any]]) -> Any:
        """The result of a stage, which is played at the first question."""
        if stage.__name__ not in self._done:
            tell(f"scale {self.scale}: {stage.__name__.replace('_', ' ')}")
            self._done[stage.__name__] = await stage(self)
        return self._done[stage.__name__]

    async def kept(self, what: str, opened: Callable[[], AbstractAsyncContextManager[T]]) -> T:
        """What is opened at the first question, and stays open as long as the world."""
        if what not in self._done:
            self._done[what] = await self._kept.enter_async_context(opened())
        found: T = self._done[what]
        return found

    async def service(self, name: str) -> ServiceProcess:
        """The running service, started with all its parts at the first question."""
        if name not in self.services:
            # What is measured is measured alone: nothing but what a goal asks for.
            quiet = {"REGISTRY_DUPLICATES_EVERY_DAYS": "0"}
            self.services[name] = await ServiceProcess.start(name, {**self.suite.environment(name), **quiet}, self.folder)
        return self.services[name]

    async def sql(self, service: str) -> asyncpg.Connection:
        """A superuser's connection to the database of a service: baselines run beside the service's own tables."""
        if service not in self._connections:
            dsn = self.suite.postgres.superuser_dsn.rpartition("/")[0] + f"/sukjai_{service}"
            connection = await asyncpg.connect(dsn)
            await connection.execute("CREATE SCHEMA IF NOT EXISTS bench")
            self._connections[service] = connection
        return self._connections[service]

    async def call(self, service: str, method: str, path: str, body: Any = None, *, who: str = "bench") -> httpx.Response:
        """One call with all rights; a refusal raises."""
        headers = {"Authorization": f"Bearer {self.token(who)}", "Idempotency-Key": str(new_id())}
        answer = await self.services[service].http.request(method, path, json=body, headers=headers)
        if answer.is_error:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer

    async def play(self, day: date) -> None:
        """Set the played date of every service that runs."""
        event = Event.of(ClockSet(moment=noon(day)), subject="clock", time=noon(day))
        await self.produce({CLOCK: [(b"clock", event.to_bytes())]})
        for service in self.services.values():

            async def there(service: ServiceProcess = service) -> bool:
                return bool((await service.readiness())["business_date"] == day.isoformat())

            await service.until(there, 30.0)

    async def until_sql(self, service: str, question: str, *args: Any) -> None:
        """Wait until the question is answered with true."""
        connection = await self.sql(service)

        async def there() -> bool:
            return bool(await connection.fetchval(question, *args))

        await self.services[service].until(there, STAGE_SECONDS_MAX)

    def meter(self, *, own: bool) -> Meter:
        """Meters what servers and services do from now on, and with `own` what this process does for a baseline."""
        servers = [self.suite.postgres.pid, self.suite.broker.pid, *(service.popen.pid for service in self.services.values())]
        return Meter([pid for pid in servers if pid is not None] + ([os.getpid()] if own else []))

    async def produce(self, messages: Mapping[str, Sequence[Pair]]) -> Cost:
        """Send messages by topic as fast as a bare producer can, in prepared batches; returns the cost of the sending itself."""
        producer = self.kafka.producer()
        await producer.start()
        try:
            counts = {topic: len(await producer.partitions_for(topic)) for topic in messages}
            spread = [(topic, by_partition(pairs, counts[topic])) for topic, pairs in messages.items()]
            meter = self.meter(own=True)
            sent = []
            for topic, partitions in spread:
                for partition, pairs in partitions.items():
                    batch = producer.create_batch()
                    for key, value in pairs:
                        if batch.append(key=key, value=value, timestamp=None) is None:
                            sent.append(await producer.send_batch(batch, topic, partition=partition))
                            batch = producer.create_batch()
                            batch.append(key=key, value=value, timestamp=None)
                    sent.append(await producer.send_batch(batch, topic, partition=partition))
            await asyncio.gather(*sent)
            return meter.cost()
        finally:
            await producer.stop()

    async def new_topics(self, names: Iterable[str], partitions: int = 6) -> None:
        """Topics of the benchmark's own, for baselines."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.suite.broker.bootstrap)
        await admin.start()
        try:
            wanted = list(names)
            await admin.create_topics([NewTopic(name, partitions, 1) for name in wanted])
            await _served(admin, wanted)
        finally:
            await admin.close()

    async def records(self, *topics: str) -> AsyncIterator[ConsumerRecord]:
        """Everything that is on the topics now, read as a bare consumer does."""
        # Committed or not: the end that a read_committed client is told stays behind for a moment after a commit.
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.suite.broker.bootstrap, enable_auto_commit=False, max_partition_fetch_bytes=4 * 1024 * 1024
        )
        await consumer.start()
        try:
            counts = {topic: len(await consumer._client._wait_on_metadata(topic)) for topic in topics}
            partitions = [TopicPartition(topic, number) for topic, count in counts.items() for number in range(count)]
            consumer.assign(partitions)
            await consumer.seek_to_beginning()
            ends = await consumer.end_offsets(partitions)
            while not await _read_to(consumer, ends):
                for batch in (await consumer.getmany(timeout_ms=100, max_records=5000)).values():
                    for record in batch:
                        yield record
        finally:
            await consumer.stop()

    async def close(self) -> None:
        """Stop what runs."""
        await self._kept.aclose()
        for service in self.services.values():
            await service.stop()
        for connection in self._connections.values():
            await connection.close()


async def _read_to(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    return all([await consumer.position(tp) >= end for tp, end in ends.items()])


def by_partition(pairs: Iterable[Pair], partitions: int) -> dict[int, list[Pair]]:
    """Messages by the partition of their key."""
    found: dict[int, list[Pair]] = {}
    for key, value in pairs:
        found.setdefault(partition_of(key.decode(), partitions), []).append((key, value))
    return found


@asynccontextmanager
async def own_servers(folder: Path) -> AsyncIterator[tuple[LocalPostgres, Broker]]:
    """Servers of its own in the folder, with the best broker to be had."""
    postgres = await asyncio.to_thread(lambda: LocalPostgres.start(folder / "postgres", durable=False))
    try:
        broker = await best_broker(folder / "broker")
        try:
            yield postgres, broker
        finally:
            await broker.stop()
    finally:
        await asyncio.to_thread(postgres.stop)


@asynccontextmanager
async def world_at(scale: int, folder: Path, servers: Servers = own_servers) -> AsyncIterator[World]:
    """Databases, topics and the national file at the scale; no service runs yet."""
    await asyncio.to_thread((folder / "imports").mkdir, parents=True)
    async with servers(folder) as (postgres, broker):
        suite = Suite(folder, postgres, broker, free_port(), Secrets.in_folder(folder))
        await asyncio.to_thread(write_registry_file, folder / "imports" / FILE, scale, SEED)
        await suite.prepare()
        world = World(scale, folder, suite, servers)
        async with _issuing(suite):
            try:
                yield world
            finally:
                await world.close()


@asynccontextmanager
async def _issuing(suite: Suite) -> AsyncIterator[None]:
    """The development issuer at the address where services ask for its keys."""
    app = FastAPI()
    app.mount("/issuer", suite.issuer.app())
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=suite.port, log_config=None, access_log=False, lifespan="off"))
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving


def peaks_of(world: World, *names: str) -> dict[str, float]:
    """Peak memory (mebibytes) of these services' processes so far, by role."""
    return {role: peak for name in names for role, peak in world.services[name].peaks.items()}


__all__ = ["FILE", "Pair", "Servers", "World", "by_partition", "own_servers", "peaks_of", "world_at"]
