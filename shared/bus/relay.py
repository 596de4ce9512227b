"""The relay: moves outbox rows to Kafka, each exactly once for a read_committed reader, in the order of each person.

One relay a service holds an advisory lock. It first numbers waiting rows into batches (committed), then publishes whole
batches in that order; the batch number is stored as an offset inside the Kafka transaction. Killed anywhere, the next
one asks Kafka for the last number and deletes what is already out. The names of group and transaction carry the
database's epoch: a fresh or restored database never reads a living broker's position as its own (docs/adr/0004).
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from prometheus_client import Counter, Gauge

from shared.bus.kafka import KafkaSettings, partition_of, partitions_of
from shared.bus.ready import Packer, ReadyBatch, StampedBatch
from shared.clock import monotonic, system_now
from shared.db import BUSY, Database, ReadTx

BATCH_ROWS_MAX: Final = 2000
CHUNK_MESSAGES_MAX: Final = 12_000
READY_CHUNKS_MAX: Final = 4
"""Chunks whose messages are ready go together: a transaction costs the broker as much as the messages of one."""
IDLE_POLL_SECONDS: Final = 0.2
TURN_SECONDS_MIN: Final = 0.02
SMALL_TURN_MESSAGES_MAX: Final = 500
"""After a turn of no more messages the next begins TURN_SECONDS_MIN after it: under load few turns of many, not many of one."""
FOLLOWER_POLL_SECONDS: Final = 1
BACK_OFF_SECONDS: Final = (0.1, 0.2, 0.5, 1, 2, 5)
POSITIONS = TopicPartition("relay.positions.v1", 0)

_log = structlog.get_logger(__name__)
_published = Counter("sukjai_relay_published_total", "Messages published", ["service"])
_waiting = Gauge("sukjai_relay_batches_waiting", "Batches numbered and not yet published", ["service"])

Message = tuple[str, str, bytes]
"""Topic, key and value of one message."""

Messages = Sequence[Message | ReadyBatch]

Expander = Callable[[ReadTx, dict[str, Any]], Awaitable[Messages]]
"""Makes the messages of one chunk, at most CHUNK_MESSAGES_MAX, the same each time (deterministic ids).

What was written with the chunk as `ready` (outbox.add_chunk) stands in it under READY."""

READY: Final = "ready"


class NotLeader(Exception):
    """Another relay of this service works; this one waits."""


@dataclass
class Relay:
    """The relay of one service. `run` works until cancelled."""

    service: str
    database: Database
    kafka: KafkaSettings
    expanders: Mapping[str, Expander] = field(default_factory=dict)
    _partitions: dict[str, int] = field(default_factory=dict, init=False)
    _next_turn_from: float = field(default=0.0, init=False)

    async def run(self) -> None:
        """Publish for ever; waits and goes on by itself when the database or the broker is away."""
        failures = 0
        while True:
            try:
                async with self._leading(), self._producing() as (producer, group):
                    failures = 0
                    with self.database.at_hand.publishing():
                        await self._publish_for_ever(producer, group)
            except NotLeader:
                await asyncio.sleep(FOLLOWER_POLL_SECONDS)
            except (KafkaError, *BUSY) as error:
                pause = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)]
                failures += 1
                _log.warning("relay pauses: a neighbour is away", service=self.service, error=repr(error), pause_seconds=pause)
                await asyncio.sleep(pause)

    @contextlib.asynccontextmanager
    async def _leading(self) -> AsyncIterator[None]:
        async with self.database.exclusively(f"relay.{self.service}", wait=False) as leads:
            if not leads:
                raise NotLeader
            yield

    @contextlib.asynccontextmanager
    async def _producing(self) -> AsyncIterator[tuple[AIOKafkaProducer, str]]:
        async with self.database.reading() as tx:
            epoch = await tx.fetchval("SELECT epoch FROM database_epoch")
        group = f"relay.{self.service}.{epoch}"
        producer = self.kafka.producer(transactional_id=group)
        try:
            # Starting fences a killed predecessor and ends its open transaction, so the position read after is final.
            await producer.start()
            await self._mark_published(await self._position(group))
            yield producer, group
        finally:
            await producer.stop()

    async def _position(self, group: str) -> int:
        if not self.kafka.transactions:
            return 0
        admin = AIOKafkaAdminClient(**self.kafka.common())
        await admin.start()
        try:
            offsets = await admin.list_consumer_group_offsets(group, partitions=[POSITIONS])
        finally:
            await admin.close()
        return max(offsets[POSITIONS].offset, 0) if POSITIONS in offsets else 0

    async def _publish_for_ever(self, producer: AIOKafkaProducer, group: str) -> None:
        """Publish one turn while the next is made ready: broker and database wait for one another no longer."""
        last = 0
        coming = asyncio.create_task(self._next_turn(producer, last))
        try:
            while True:
                batches = await coming
                if not batches:
                    await self._until_written()
                last = batches[-1][0] if batches else last
                coming = asyncio.create_task(self._next_turn(producer, last))
                for batch_no, messages in batches:
                    await self._publish(producer, group, batch_no, messages)
                    await self._mark_published(batch_no)
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)

    async def _until_written(self) -> None:
        """Wait until this process has written to the outbox, or another: to look costs half of a turn that finds nothing, and writes nothing."""
        found = False
        while not found:
            try:
                await asyncio.wait_for(self.database.outbox_written.wait(), IDLE_POLL_SECONDS)
            except TimeoutError:
                async with self.database.reading() as tx:
                    found = await tx.fetchval("SELECT EXISTS (SELECT FROM outbox ORDER BY seq LIMIT 1)")
            else:
                found = True

    async def _next_turn(self, producer: AIOKafkaProducer, after: int) -> list[tuple[int, Messages]]:
        """Number what waits and read the messages of the batches behind `after`: what is read is never older than its number."""
        await asyncio.sleep(self._next_turn_from - monotonic())
        began = monotonic()
        self.database.outbox_written.clear()
        batches = [batch_no for batch_no in await self._number_waiting() if batch_no > after]
        _waiting.labels(self.service).set(len(batches))
        turn = [(batch_no, await self._messages(producer, batch_no)) for batch_no in batches]
        if 0 < sum(_count(messages) for _, messages in turn) <= SMALL_TURN_MESSAGES_MAX:
            self._next_turn_from = began + TURN_SECONDS_MIN
        return turn

    async def _number_waiting(self) -> list[int]:
        """Give waiting rows their batch: ordinary rows together, a chunk alone or a few that are ready, in turn so that neither waits long."""
        async with self.database.transaction() as tx:
            last: int = await tx.fetchval("SELECT last_batch_no FROM database_epoch FOR UPDATE")
            ordinary = await tx.execute(
                # By the last of them, not by each: a plan that was made for an empty outbox stays linear when it is full.
                """UPDATE outbox SET batch_no = $1
                    WHERE batch_no IS NULL AND expander IS NULL
                      AND seq <= (SELECT max(seq) FROM (SELECT seq FROM outbox WHERE batch_no IS NULL AND expander IS NULL
                                                         ORDER BY seq LIMIT $2) AS first)""",
                last + 1,
                BATCH_ROWS_MAX,
            )
            last += 1 if ordinary else 0
            waiting = await tx.fetch(
                """SELECT seq, payload IS NOT NULL AS ready FROM outbox
                    WHERE batch_no IS NULL AND expander IS NOT NULL ORDER BY seq LIMIT $1""",
                READY_CHUNKS_MAX,
            )
            chunks = _taken_together([(row["seq"], row["ready"] or row["seq"] in self.database.at_hand.messages) for row in waiting])
            if chunks:
                await tx.execute("UPDATE outbox SET batch_no = $1 WHERE seq = ANY($2::bigint[])", last + 1, chunks)
                last += 1
            if ordinary or chunks:
                await tx.execute("UPDATE database_epoch SET last_batch_no = $1", last)
            rows = await tx.fetch("SELECT DISTINCT batch_no FROM outbox WHERE batch_no IS NOT NULL ORDER BY batch_no")
        return [row["batch_no"] for row in rows]

    async def _publish(self, producer: AIOKafkaProducer, group: str, batch_no: int, messages: Messages) -> None:
        started = monotonic()
        if self.kafka.transactions:
            async with producer.transaction():
                await self._send(producer, messages)
                await producer.send_offsets_to_transaction({POSITIONS: batch_no}, group)
        else:
            await self._send(producer, messages)
        count = _count(messages)
        _published.labels(self.service).inc(count)
        _log.debug("published", service=self.service, batch_no=batch_no, messages=count, seconds=monotonic() - started)

    async def _messages(self, producer: AIOKafkaProducer, batch_no: int) -> Messages:
        async with self.database.reading() as tx:
            rows = await tx.fetch("SELECT seq, topic, key, payload, expander, chunk FROM outbox WHERE batch_no = $1 ORDER BY seq", batch_no)
            messages: list[Message | ReadyBatch] = []
            for row in rows:
                if row["expander"] is None:
                    messages.append((row["topic"], row["key"], row["payload"]))
                else:
                    ready = row["payload"] or self.database.at_hand.messages.pop(row["seq"], None)
                    expanded = await self.expanders[row["expander"]](tx, row["chunk"] | ({} if ready is None else {READY: ready}))
                    messages.extend(await self._packed(producer, expanded))
        return messages

    async def _packed(self, producer: AIOKafkaProducer, messages: Messages) -> Messages:
        """A chunk's messages, compressed at once: with several chunks in hand they would be hundreds of megabytes as they are."""
        by_topic: defaultdict[str, list[tuple[str, bytes]]] = defaultdict(list)
        for message in messages:
            if isinstance(message, ReadyBatch):
                return messages
            topic, key, value = message
            by_topic[topic].append((key, value))
        batches: list[ReadyBatch] = []
        for topic, pairs in by_topic.items():
            partitions = await self._partitions_of(producer, topic)
            packer = Packer((topic,), partitions, int(system_now().timestamp() * 1000))
            keys, values = [key.encode() for key, _ in pairs], [value for _, value in pairs]
            packer.add(partitions_of(keys, partitions), keys, values)
            batches += packer.batches()
        return batches

    async def _send(self, producer: AIOKafkaProducer, messages: Messages) -> None:
        """Fill Kafka batches by hand, one partition after the other: many times faster than a send a message."""
        by_partition: defaultdict[tuple[str, int], list[tuple[bytes, bytes]]] = defaultdict(list)
        sent = []
        for message in messages:
            if not isinstance(message, ReadyBatch):
                topic, key, value = message
                by_partition[topic, partition_of(key, await self._partitions_of(producer, topic))].append((key.encode(), value))
            elif {await self._partitions_of(producer, topic) for topic in message.topics} == {message.partitions}:
                for topic in message.topics:
                    stamped = StampedBatch(message, transactional=self.kafka.transactions)
                    sent.append(await producer.send_batch(stamped, topic, partition=message.partition))
            else:  # made for another number of partitions than the topics have
                for topic, key, value in message.messages():
                    by_partition[topic, partition_of(key, self._partitions[topic])].append((key.encode(), value))
        for (topic, partition), pairs in by_partition.items():
            batch = producer.create_batch()
            for key_bytes, value in pairs:
                if batch.append(key=key_bytes, value=value, timestamp=None) is None:
                    sent.append(await producer.send_batch(batch, topic, partition=partition))
                    batch = producer.create_batch()
                    if batch.append(key=key_bytes, value=value, timestamp=None) is None:
                        raise ValueError(f"a message of {len(value)} bytes for {topic} is larger than a batch")
            sent.append(await producer.send_batch(batch, topic, partition=partition))
        await asyncio.gather(*sent)

    async def _partitions_of(self, producer: AIOKafkaProducer, topic: str) -> int:
        if topic not in self._partitions:
            self._partitions[topic] = len(await producer.partitions_for(topic))
        return self._partitions[topic]

    async def _mark_published(self, batch_no: int) -> None:
        async with self.database.transaction() as tx:
            await tx.execute("DELETE FROM outbox WHERE batch_no <= $1", batch_no)


def _taken_together(waiting: Sequence[tuple[int, bool]]) -> list[int]:
    """Of chunks, and whether each is ready, the first alone; where it is ready, it and those right behind it that are."""
    ready = list(takewhile(lambda chunk: chunk[1], waiting))
    return [seq for seq, _ in ready or waiting[:1]]


def _count(messages: Messages) -> int:
    return sum(message.count * len(message.topics) if isinstance(message, ReadyBatch) else 1 for message in messages)


__all__ = ["CHUNK_MESSAGES_MAX", "READY", "Expander", "Message", "Messages", "NotLeader", "Relay"]
