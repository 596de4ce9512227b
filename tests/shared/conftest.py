"""A database with the floor alone, and topics of its own for each test."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import asyncpg
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.bus import outbox
from shared.bus.kafka import KafkaSettings
from shared.contracts import Event, interview
from shared.db import Database
from shared.db.floor import AUDIT_OF_MANY, FLOOR
from shared.ids import new_id

PARTITIONS = 3


def withdrawal(holder=None, *, topic, reason=""):
    """A small fact with an order: its reason."""
    holder = holder or new_id()
    data = interview.IntentWithdrawn(
        holder_id=holder, case_id=holder, withdrawn_on=date(2018, 3, 1), known_on=date(2018, 3, 1), reason=reason
    )
    return Event.of(data, subject=holder, time=datetime(2018, 3, 1, tzinfo=UTC), topic=topic)


@dataclass
class Line:
    """One service's database and one topic."""

    database: Database
    dsn: str
    kafka: KafkaSettings
    topic: str

    async def write(self, *events):
        async with self.database.transaction() as tx:
            await outbox.add_many(tx, events)

    async def read_all(self):
        """Every committed message of the topic, by partition."""
        consumer, looking = self.kafka.consumer(None), self.kafka.looking_at_ends()
        await consumer.start()
        await looking.start()
        try:
            partitions = [TopicPartition(self.topic, n) for n in range(PARTITIONS)]
            consumer.assign(partitions)
            await consumer.seek_to_beginning(*partitions)
            ends = await looking.end_offsets(partitions)
            found = []
            while any([await consumer.position(tp) < ends[tp] for tp in partitions]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found.extend(records)
            return found
        finally:
            await consumer.stop()
            await looking.stop()


@pytest.fixture(scope="session")
async def bus_servers(postgres, broker):
    """The broker with what relays need."""
    await make_topics(broker.bootstrap, {"relay.positions.v1": 1, "dead-letters.bus.v1": 1})
    return postgres, broker


async def make_topics(bootstrap, topics):
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        there = await admin.list_topics()
        await admin.create_topics([NewTopic(name, partitions, 1) for name, partitions in topics.items() if name not in there])
    finally:
        await admin.close()


@pytest.fixture
async def line(bus_servers):
    """A fresh database and a fresh topic."""
    postgres, broker = bus_servers
    name = f"bus_{new_id().hex}"
    admin = await asyncpg.connect(postgres.superuser_dsn)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' ENCODING 'UTF8'")
    await admin.close()
    dsn = postgres.superuser_dsn.rsplit("/", 1)[0] + f"/{name}"
    database = await Database.connect(dsn, name="tests")
    async with database.pool.acquire() as connection:
        await connection.execute(FLOOR)
        await connection.execute(AUDIT_OF_MANY)
        await connection.execute("CREATE TABLE seen (n bigint GENERATED ALWAYS AS IDENTITY, holder text, reason text)")
    topic = f"bus.{new_id().hex}"
    await make_topics(broker.bootstrap, {topic: PARTITIONS})
    yield Line(database, dsn, KafkaSettings(broker.bootstrap), topic)
    await database.close()
