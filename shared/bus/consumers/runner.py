"""The loop that reads the topics of one service."""

import asyncio
import contextlib
import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, NodeNotReadyError, NoOffsetForPartitionError
from prometheus_client import Counter

from shared.bus.consumers.delivery import Delivery
from shared.bus.consumers.subscriptions import Consumers, RejectedEvent, Work
from shared.bus.kafka import KafkaSettings
from shared.clock import monotonic
from shared.contracts import Event, InvalidEvent
from shared.db import BUSY, Database, Tx

RECORDS_AT_ONCE_MAX: Final = 5000
WAIT_MS_MAX: Final = 200
DEAD_LETTERS_IN_A_BATCH_MAX: Final = 100
BACK_OFF_SECONDS: Final = (0.1, 0.2, 0.5, 1, 2, 5)
LAG_COMMIT_SECONDS: Final = 2.0

_log = structlog.get_logger(__name__)
_buried = Counter("sukjai_dead_letters_total", "Messages put among the dead letters", ["service"])


class DeadLetterFlood(RuntimeError):
    """More bad messages of our own services than a batch may have: the consumer stops, since something larger is wrong.

    What a party outside writes stops nobody else, however much of it is bad.
    """


class _Fenced(Exception):
    """A partition's position was moved by another consumer."""


@dataclass
class ConsumerRunner:
    """Reads the topics of one service until cancelled. Raises on a bug, so that the process stops loudly."""

    consumers: Consumers
    database: Database
    kafka: KafkaSettings
    resources: Any
    group: str = ""
    _consumer: AIOKafkaConsumer | None = field(default=None, init=False)
    _ends: AIOKafkaConsumer | None = field(default=None, init=False)
    _from: dict[TopicPartition, int] = field(default_factory=dict, init=False)
    _ends_at_start: dict[TopicPartition, int] = field(default_factory=dict, init=False)
    _last_lag_commit: float = field(default=0.0, init=False)
    _in_hand: int = field(default=0, init=False)
    assigned_once: bool = field(default=False, init=False)

    async def run(self) -> None:
        """Consume for ever."""
        failures = 0
        while True:
            try:
                await self._consume()
            except (KafkaConnectionError, KafkaTimeoutError, NodeNotReadyError, OSError) as error:
                pause = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)]
                failures += 1
                _log.warning("consumer pauses: the broker is away", service=self.consumers.service, error=repr(error), pause_seconds=pause)
                await asyncio.sleep(pause)

    async def _consume(self) -> None:
        consumer, ends = self.kafka.consumer(self.group or f"sukjai.{self.consumers.service}"), self.kafka.looking_at_ends()
        listener = _Assignment(self)
        await ends.start()
        await consumer.start()
        self._consumer, self._ends = consumer, ends
        try:
            consumer.subscribe(topics=sorted(self.consumers.topics), listener=listener)
            while True:
                generation = listener.generation
                fetched = await self._fetch(consumer)
                # Kafka's position is past what was fetched; what is not in the database yet is still on its way.
                self._in_hand = sum(len(records) for records in fetched.values())
                async with listener.lock:
                    if generation != listener.generation:
                        self._rewind(fetched)
                    elif fetched:
                        await self._take(fetched)
                self._in_hand = 0
                await self._commit_for_lag_figures()
        finally:
            self._consumer = self._ends = None
            await consumer.stop()
            await ends.stop()

    async def _fetch(self, consumer: AIOKafkaConsumer) -> Mapping[TopicPartition, list[ConsumerRecord]]:
        """What is there.

        While partitions come, aiokafka asks for the group's own offset before the listener has sought ours; that there is
        none is then no error of ours.
        """
        try:
            fetched: Mapping[TopicPartition, list[ConsumerRecord]] = await consumer.getmany(
                timeout_ms=WAIT_MS_MAX, max_records=RECORDS_AT_ONCE_MAX
            )
        except NoOffsetForPartitionError:
            return {}
        return fetched

    def _rewind(self, fetched: Iterable[TopicPartition]) -> None:
        """Partitions came or went during the fetch: its records may stand anywhere, so read again from our positions."""
        for tp in fetched:
            if self._consumer is not None and tp in self._from:
                self._consumer.seek(tp, self._from[tp])

    async def assigned(self, partitions: Iterable[TopicPartition]) -> None:
        """Seek the partitions to the stored positions; a partition never seen begins at its beginning.

        Who is away is waited for: aiokafka swallows what its listener raises, and partitions without a position would be read from
        Kafka's own offsets, or never.
        """
        failures = 0
        while True:
            try:
                await self._seek(list(partitions))
            except (KafkaError, *BUSY) as error:
                pause = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)]
                failures += 1
                _log.warning("partitions wait: a neighbour is away", service=self.consumers.service, error=repr(error), pause_seconds=pause)
                await asyncio.sleep(pause)
            else:
                return

    async def _seek(self, partitions: Iterable[TopicPartition]) -> None:
        consumer, looking = self._consumer, self._ends
        if consumer is None or looking is None:
            return
        wanted = [tp for tp in partitions if tp in consumer.assignment()]
        beginnings = await consumer.beginning_offsets(wanted)
        async with self.database.transaction() as tx:
            await tx.executemany(
                "INSERT INTO consumer_position (topic, partition, position) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                [(tp.topic, tp.partition, beginnings[tp]) for tp in wanted],
            )
            rows = await tx.fetch("SELECT topic, partition, position FROM consumer_position")
        stored = {TopicPartition(row["topic"], row["partition"]): row["position"] for row in rows}
        for tp in wanted:
            self._from[tp] = stored[tp]
            consumer.seek(tp, stored[tp])
        if not self.assigned_once:
            self._ends_at_start = await looking.end_offsets(wanted)
            self.assigned_once = True

    async def lag(self) -> int | None:
        """How many offsets behind the ends of its partitions this consumer is; None while it has none."""
        consumer, looking = self._consumer, self._ends
        if consumer is None or looking is None or not consumer.assignment():
            return None
        assigned = list(consumer.assignment())
        ends = await looking.end_offsets(assigned)
        behind = [int(max(ends[tp] - await consumer.position(tp), 0)) for tp in assigned]
        return sum(behind) + self._in_hand

    async def caught_up(self) -> bool:
        """Whether the copies have reached the ends that were seen at the start."""
        consumer = self._consumer
        if consumer is None or not self.assigned_once:
            return False
        mine = consumer.assignment()
        positions = {tp: await consumer.position(tp) for tp in self._ends_at_start if tp in mine}
        return all(positions[tp] >= self._ends_at_start[tp] for tp in positions)

    async def _commit_for_lag_figures(self) -> None:
        if self._consumer is None or monotonic() - self._last_lag_commit < LAG_COMMIT_SECONDS:
            return
        self._last_lag_commit = monotonic()
        mine = self._consumer.assignment()
        offsets = {tp: position for tp, position in self._from.items() if tp in mine}
        if offsets:
            with contextlib.suppress(KafkaError):  # figures only: the position that counts is in the database
                await self._consumer.commit(offsets)

    async def _take(self, fetched: Mapping[TopicPartition, list[ConsumerRecord]]) -> None:
        """Apply one fetch, in one transaction; again after a pause while a neighbour is busy."""
        failures = 0
        rejected: dict[UUID, str] = {}
        while True:
            try:
                async with self.database.transaction() as tx:
                    await self._apply(tx, fetched, rejected)
                break
            except RejectedEvent as bad:
                rejected[bad.event.id] = bad.reason
            except _Fenced as lost:
                _log.warning(
                    "a stored position was moved by another; going on from the stored ones",
                    service=self.consumers.service,
                    partition=str(lost),
                )
                await self.assigned(fetched.keys() & (self._consumer.assignment() if self._consumer else set()))
                return
            except BUSY as error:
                pause = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)]
                failures += 1
                _log.warning("consumer pauses: a neighbour is busy", service=self.consumers.service, error=repr(error), pause_seconds=pause)
                await asyncio.sleep(pause)
        for tp, records in fetched.items():
            self._from[tp] = records[-1].offset + 1

    async def _apply(self, tx: Tx, fetched: Mapping[TopicPartition, list[ConsumerRecord]], rejected: Mapping[UUID, str]) -> None:
        for tp in sorted(fetched):
            await self._move_position(tx, tp, self._from[tp], fetched[tp][-1].offset + 1)
        events: list[Event] = []
        dead: list[tuple[ConsumerRecord, UUID | None, str]] = []
        # By time across topics (each keeps its own order), so that few events come before their neighbours.
        for record in heapq.merge(*fetched.values(), key=lambda one: one.timestamp):
            try:
                event = self.consumers.read(record.topic, record.value)
            except InvalidEvent as error:
                dead.append((record, None, str(error)))
                continue
            if event is None:
                continue
            if event.id in rejected:
                dead.append((record, event.id, rejected[event.id]))
            else:
                events.append(event)
        await self._bury(tx, dead)
        await Delivery(self.consumers, Work(tx, self.resources)).deliver(events)

    async def _move_position(self, tx: Tx, tp: TopicPartition, before: int, after: int) -> None:
        moved = await tx.execute(
            "UPDATE consumer_position SET position = $4 WHERE topic = $1 AND partition = $2 AND position = $3",
            tp.topic,
            tp.partition,
            before,
            after,
        )
        if not moved:
            raise _Fenced(f"{tp.topic}-{tp.partition}")

    async def _bury(self, tx: Tx, dead: Sequence[tuple[ConsumerRecord, UUID | None, str]]) -> None:
        if not dead:
            return
        ours = [reason for record, _, reason in dead if not self.consumers.is_of_a_party(record.topic)]
        if len(ours) > DEAD_LETTERS_IN_A_BATCH_MAX:
            raise DeadLetterFlood(f"{len(ours)} bad messages in one batch, the first: {ours[0]}")
        service = self.consumers.service
        for record, event_id, reason in dead:
            key = record.key.decode("utf-8", "replace") if record.key else None
            await tx.execute(
                """INSERT INTO dead_letter (topic, partition, position, key, event_id, value, reason)
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING""",
                record.topic,
                record.partition,
                record.offset,
                (key or "").replace("\0", ""),
                event_id,
                record.value,
                reason.replace("\0", ""),
            )
            letter = {"topic": record.topic, "partition": record.partition, "offset": record.offset, "reason": reason}
            await tx.execute(
                "INSERT INTO outbox (topic, key, payload) VALUES ($1, $2, $3)",
                f"dead-letters.{service}.v1",
                f"{record.topic}-{record.partition}",
                orjson.dumps(letter),
            )
            tx.wrote_outbox = True
            _log.error("dead letter", service=service, **letter)
        _buried.labels(service).inc(len(dead))


class _Assignment(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Waits for the batch in hand before partitions go, and seeks those that come."""

    def __init__(self, runner: ConsumerRunner) -> None:
        self.runner = runner
        self.lock = asyncio.Lock()
        self.generation = 0

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        async with self.lock:
            self.generation += 1
            for tp in revoked:
                self.runner._from.pop(tp, None)  # noqa: SLF001  # the listener is a part of the runner

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        async with self.lock:
            await self.runner.assigned(assigned)
            self.generation += 1
